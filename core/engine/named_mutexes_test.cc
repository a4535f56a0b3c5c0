#include "core/engine/named_mutexes.h"

#include <thread>  // NOLINT: std::thread is what there is

#include "absl/synchronization/notification.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NamedMutexesTest, TellsWhichNameItWaitsFor) {
  NamedMutexes mutexes;
  absl::Notification waits;
  std::vector<std::string> waited;
  std::thread other;
  {
    const NamedMutexes::Held held =
        mutexes.Lock({"packages", "services"}, [](absl::string_view) {});
    other = std::thread([&] {
      const NamedMutexes::Held also =
          mutexes.Lock({"fonts", "packages"}, [&](absl::string_view name) {
            waited.push_back(std::string(name));
            waits.Notify();
          });
    });
    waits.WaitForNotification();
  }
  other.join();
  EXPECT_THAT(waited, ElementsAre("packages"));
}

TEST(NamedMutexesTest, AreFreeOnceWhatHeldThemIsGone) {
  NamedMutexes mutexes;
  std::vector<std::string> waited;
  for (int i = 0; i < 2; ++i) {
    const NamedMutexes::Held held = mutexes.Lock(
        {"packages"},
        [&](absl::string_view name) { waited.push_back(std::string(name)); });
  }
  EXPECT_THAT(waited, IsEmpty());
}

}  // namespace
}  // namespace provision

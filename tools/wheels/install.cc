// Performs one `install_wheels` action, given as text, from a store, as the
// executor would but for its journal. Prints how long each part took. Exit: 0,
// or 1 if it failed.

#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "bundles/wheels/wheel_installer.h"
#include "core/actions/install_wheels.h"
#include "core/base/local_system.h"
#include "core/base/parallel_for.h"
#include "core/base/status_macros.h"
#include "google/protobuf/text_format.h"

namespace provision {
namespace {

constexpr size_t kMaxAction = size_t{16} << 20;

// Prints the time since the last call.
class Stopwatch {
 public:
  void Lap(const char* part) {
    const absl::Time now = absl::Now();
    std::printf("%s %.1f ms\n", part, absl::ToDoubleMilliseconds(now - last_));
    last_ = now;
  }

 private:
  absl::Time last_ = absl::Now();
};

absl::Status Install(const std::string& path, const std::string& store_path) {
  const std::unique_ptr<System> system = NewLocalSystem();
  PROVISION_ASSIGN_OR_RETURN(std::string text,
                             system->ReadFile(path, kMaxAction));
  Action action;
  if (!google::protobuf::TextFormat::ParseFromString(text, &action)) {
    return absl::InvalidArgumentError("no action");
  }
  PROVISION_ASSIGN_OR_RETURN(const std::unique_ptr<Directory> store,
                             system->OpenDirectory(store_path));
  ActionContext context{
      .system = *system,
      .undo = nullptr,
      .store = [&store]() -> absl::StatusOr<Directory*> { return store.get(); },
      .on_output =
          [](bool, absl::string_view bytes) {
            std::printf("%.*s", static_cast<int>(bytes.size()), bytes.data());
          }};
  const std::unique_ptr<WheelInstaller> installer =
      NewWheelInstaller(DefaultThreads());
  const std::unique_ptr<ActionHandler> handler =
      NewInstallWheelsHandler(*installer);
  Stopwatch watch;
  PROVISION_ASSIGN_OR_RETURN(Audit audit,
                             handler->AuditWanted(action, context));
  watch.Lap("audit");
  if (audit == Audit::kAfter) return absl::OkStatus();
  PROVISION_ASSIGN_OR_RETURN(Preparation preparation,
                             handler->Prepare(action, context));
  watch.Lap("prepare");
  PROVISION_RETURN_IF_ERROR(handler->Perform(action, preparation, context));
  watch.Lap("perform");
  return absl::OkStatus();
}

}  // namespace
}  // namespace provision

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: install ACTION STORE\n", stderr);
    return 64;
  }
  const absl::Status status = provision::Install(argv[1], argv[2]);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}

#include "core/testing/live_run.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "core/base/local_system.h"
#include "core/base/path.h"
#include "core/testing/live_facts.h"
#include "core/testing/no_artifact_readers.h"
#include "core/testing/scripted_provisioner.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;

TEST(LiveRunTest, PerformsOnTheSystem) {
  const TemporaryFolder folder;
  const std::unique_ptr<System> system = NewLocalSystem();
  const std::unique_ptr<FactReader> facts = NewLiveFacts(*system);
  Registry registry;
  ASSERT_OK(registry.Register(std::make_unique<ScriptedProvisioner>()));
  LiveRun run(*system, *facts, registry, NoArtifactReaders(), folder.path());
  const std::string plan = absl::StrCat(
      "name: 'p' step { name: 'motd' [provision.scripted] { "
      "file { path: '",
      NormalPath(folder.path()), "/motd' content: 'hello' } } }");
  ASSERT_EQ(run.Apply(plan).size(), 1u);
  EXPECT_EQ(folder.Read("motd"), "hello");
  EXPECT_THAT(run.Apply(plan), ElementsAre("motd already so"));
  EXPECT_THAT(run.Apply("name: 'q' step { name: 'motd' [provision.scripted] { "
                        "error: 'no' } }"),
              ElementsAre(testing::StartsWith("motd failed: ")));
  EXPECT_FALSE(run.events().empty());
}

}  // namespace
}  // namespace provision

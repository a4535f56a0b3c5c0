#include "core/engine/run_fixture.h"

#include <utility>

#include "core/journal/run_catalog.h"
#include "core/testing/testing.h"

namespace provision {

RunHistory OpenRun::History() const {
  // One of its own: what is read is read now.
  RunCatalog catalog(session.state());
  absl::StatusOr<RunHistory> history = catalog.Read(directory.id());
  EXPECT_OK(history);
  return *std::move(history);
}

void InNewRun(EngineFixture& fixture,
              const std::function<void(OpenRun& run)>& test) {
  fixture.Run([&test](Engine& engine) {
    absl::StatusOr<std::unique_ptr<Session>> session = Session::Open(engine);
    EXPECT_OK(session);
    PlanIdentity identity;
    identity.set_name("test");
    absl::StatusOr<std::unique_ptr<RunDirectory>> directory =
        (*session)->catalog().New((*session)->BeginRecord("digest", identity),
                                  "the plan");
    EXPECT_OK(directory);
    const PlanHistory history(identity, Carry(), {});
    Executor executor(engine, (*session)->Context(**directory), **directory,
                      history, (*session)->boot_id());
    OpenRun run{engine, **session, **directory, executor};
    test(run);
    return ExitCode::kConverged;
  });
}

StepAction WriteOf(absl::string_view step, absl::string_view path, int number,
                   absl::string_view rung) {
  StepAction made;
  made.step = std::string(step);
  made.rung = std::string(rung);
  made.number = number;
  made.action.mutable_write_file()->set_path(std::string(path));
  made.action.mutable_write_file()->set_content(std::string(path));
  made.id.set_step(made.step);
  made.id.set_digest(ActionDigest(made.action, {}));
  return made;
}

}  // namespace provision

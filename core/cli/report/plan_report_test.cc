#include "core/cli/report/plan_report.h"

#include <vector>

#include "core/testing/testing.h"

namespace provision {
namespace {

class KeptEvents final : public EventSink {
 public:
  void Emit(Event event) override { events.push_back(std::move(event)); }
  std::vector<Event> events;
};

TEST(PlanReportTest, KeepsWhatAPreviewSaysAndPassesItOn) {
  KeptEvents next;
  PlanReport plan(next);
  for (absl::string_view text :
       {R"pb(run_started {
               plan: "app"
               plan_file: "p"
               platform: "debian-12/amd64"
               user: "ada"
             })pb",
        R"pb(step: "a"
             fact_read { query: "file { path: \"x\" }" absent: true })pb",
        R"pb(step: "a"
             step_planned {
               state: NEW
               proposal {
                 title: "T"
                 fidelity: EXACT
                 rung { name: "SYSTEM" }
                 refused { rung: "EXACT" reason: "never built" }
               }
               line { verb: "write" object: "x" note: "new, 1 B" diff: "+a" }
               check: "x is there"
               after: "before"
               after: "maker"
               because: "maker provides x"
             })pb",
        R"pb(diagnostic { message: "M" })pb", R"pb(summary {
                                                     exit: 2
                                                     to_change: 1
                                                     unknown: 1
                                                     next: "N"
                                                     undo: "all of it"
                                                   })pb"}) {
    plan.Emit(ParseText<Event>(text));
  }
  EXPECT_EQ(next.events.size(), 5u);
  Report report = plan.report();
  EXPECT_NE(report.session(0).version(), "");
  report.clear_session();
  EXPECT_THAT(report, EqualsProto(R"pb(
                schema: "provision.report/1"
                command: "plan"
                plan: "app"
                folder: "p"
                state: "2 to change"
                exit: 2
                host: "debian-12/amd64"
                user: "ada"
                isolation: ""
                plan_digest: ""
                step {
                  step: "a"
                  state: "new"
                  text: "T"
                  fidelity: "exact"
                  rung: "SYSTEM"
                  refused { rung: "EXACT" reason: "never built" }
                  after { step: "before" }
                  after { step: "maker" because: "maker provides x" }
                  action {
                    verb: "write"
                    object: "x"
                    note: "new, 1 B"
                    diff: "+a"
                    digest: ""
                  }
                  check { text: "x is there" }
                  reads: "file { path: \"x\" }: absent"
                }
                diagnostic { message: "M" }
                next: "N"
                root: ""
                undo: "all of it"
                network: ""
                fetch_bytes: 0
              )pb"));
}

}  // namespace
}  // namespace provision

#include "core/engine/proposal_check.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ProposalCheckTest, ContractIsHeld) {
  const struct {
    const char* proposal;
    const char* problem;  // "" for none
  } kCases[] = {
      {"", "does not say how sure"},
      {"fidelity: EXACT", ""},
      {"fidelity: EXACT action {}", "action 1: has no kind"},
      {"fidelity: EXACT action { link { path: '/a' target: 'b' } }", ""},
      {"fidelity: EXACT action { link { path: 'a' target: 'b' } }",
       "path \"a\" is not absolute"},
      {"fidelity: EXACT action { link { path: '/a/../b' target: 'b' } }",
       "is not absolute and normal"},
      {"fidelity: EXACT action { remove { path: '/' recursive: true } }",
       "path \"/\""},
      {"fidelity: EXACT action { run { argv: 'ls' } }", "first word"},
      {"fidelity: EXACT action { run {} }", "first word"},
      {"fidelity: EXACT action { run { argv: '/bin/ls' directory: 'x' } }",
       "working directory"},
      {"fidelity: EXACT action { run { argv: '/a' undo_argv: 'b' } }", "undo"},
      {"fidelity: EXACT action { fetch { url: 'https://a' } }", "digest"},
      {"fidelity: EXACT action { fetch { url: 'https://a' unpinned: true } }",
       ""},
      {"fidelity: EXACT action { unpack { destination: '/a' } }", "SHA-256"},
      {"fidelity: EXACT action { install_wheels { environment: '/a' "
       "site_packages: 'lib' wheel { file: 'a-1-py3-none-any.whl' } } }",
       "SHA-256"},
      {"fidelity: EXACT action { install_wheels { environment: '/a' "
       "site_packages: 'lib' remove: '../a-1.dist-info' } }",
       "metadata folder"},
      {"fidelity: EXACT action { install_wheels { environment: '/a' "
       "site_packages: '../lib' } }",
       "relative and normal"},
      {"fidelity: EXACT action { install_wheels { environment: 'a' "
       "site_packages: 'lib' } }",
       "absolute and normal"},
      {"fidelity: EXACT action { write_file { path: '/a' content: 'x' "
       "secret { env: 'E' } } }",
       "not both"},
      {"fidelity: EXACT rung { action { remove { path: '/a' } } }", "no name"},
      {"fidelity: EXACT rung { name: 'A' action { remove { path: 'a' } } }",
       "rung A, action 1"},
      {"fidelity: EXACT rung { name: 'A' } action { remove { path: '/a' } }",
       "beside a ladder"},
      {"fidelity: EXACT on_change { name: 'r' action { run {} } }",
       "follow-up r"},
  };
  for (const auto& c : kCases) {
    absl::Status status = CheckProposal(ParseText<Proposal>(c.proposal));
    if (*c.problem == '\0') {
      EXPECT_OK(status) << c.proposal;
    } else {
      EXPECT_THAT(status,
                  StatusIs(absl::StatusCode::kInternal, HasSubstr(c.problem)))
          << c.proposal;
    }
  }
}

TEST(ProposalCheckTest, DestructionWantsConsent) {
  Proposal proposal = ParseText<Proposal>(
      "fidelity: EXACT action { run { argv: '/bin/drop' } consent: 'drop' "
      "destroys: '14 tables' }");
  EXPECT_THAT(ApplyConsent(ParseText<Step>("name: 's'"), &proposal),
              HasDiagnosticId("plan/consent"));
  EXPECT_OK(
      ApplyConsent(ParseText<Step>("name: 's' consent: 'drop'"), &proposal));
}

TEST(ProposalCheckTest, SoDoesDestructionThatFollowsAChange) {
  Proposal proposal = ParseText<Proposal>(
      "fidelity: EXACT rung { name: 'A' action { run { argv: '/x' } } } "
      "on_change { name: 'r' action { run { argv: '/bin/drop' } consent: "
      "'drop' destroys: '14 tables' } }");
  EXPECT_THAT(ApplyConsent(ParseText<Step>("name: 's'"), &proposal),
              HasDiagnosticId("plan/consent"));
  EXPECT_OK(
      ApplyConsent(ParseText<Step>("name: 's' consent: 'drop'"), &proposal));
}

TEST(ProposalCheckTest, InALadderOnlyTheRungIsRefused) {
  Proposal proposal = ParseText<Proposal>(
      "fidelity: EXACT "
      "rung { name: 'A' action { run { argv: '/x' } consent: 'drop' "
      "destroys: 'it' } } rung { name: 'B' action { run { argv: '/y' } } }");
  ASSERT_OK(ApplyConsent(ParseText<Step>("name: 's'"), &proposal));
  ASSERT_EQ(proposal.rung_size(), 1);
  EXPECT_EQ(proposal.rung(0).name(), "B");
  EXPECT_EQ(proposal.refused(0).rung(), "A");
  EXPECT_THAT(proposal.refused(0).reason(), HasSubstr("drop"));
}

TEST(ProposalCheckTest, ALadderWithoutARungIsRefusedWithItsReasons) {
  Proposal proposal = ParseText<Proposal>(
      "fidelity: EXACT title: 'Python 3.11.7' guide: 'install it by hand' "
      "refused { rung: 'EXACT' reason: 'never built' }");
  EXPECT_FALSE(IsAlreadySo(proposal));
  absl::Status refusal = RefusalOf(proposal);
  EXPECT_THAT(refusal, HasDiagnosticId("step/ladder"));
  Diagnostic diagnostic = DiagnosticFromStatus(refusal);
  EXPECT_EQ(diagnostic.detail(0).text(), "EXACT: never built");
  EXPECT_EQ(diagnostic.next(0), "install it by hand");
  EXPECT_EQ(PreviewState(proposal), Event::StepPlanned::REFUSED);
}

TEST(ProposalCheckTest, States) {
  const struct {
    const char* proposal;
    Event::StepPlanned::State state;
  } kCases[] = {
      {"fidelity: EXACT", Event::StepPlanned::ALREADY_SO},
      {"fidelity: UNKNOWN", Event::StepPlanned::UNKNOWN},
      {"fidelity: EXACT diagnostic { severity: ERROR id: 'a/b' }",
       Event::StepPlanned::REFUSED},
      {"fidelity: EXACT action { remove { path: '/a' } before { path: '/a' "
       "state { type: FILE } } }",
       Event::StepPlanned::REMOVE},
      {"fidelity: EXACT action { link { path: '/a' } before { path: '/a' "
       "state { type: ABSENT } } }",
       Event::StepPlanned::NEW},
      {"fidelity: EXACT action { link { path: '/a' } before { path: '/a' "
       "state { type: FILE } } }",
       Event::StepPlanned::CHANGE},
      {"fidelity: EXACT action { run { argv: '/a' } }",
       Event::StepPlanned::CHANGE},
      {"fidelity: PREDICTED assumes { step: 'p' } action { run { argv: '/a' } "
       "}",
       Event::StepPlanned::NEW},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(PreviewState(ParseText<Proposal>(c.proposal)), c.state)
        << c.proposal;
  }
}

TEST(ProposalCheckTest, RootIsAskedForByNeedOrAction) {
  EXPECT_FALSE(NeedsRoot(ParseText<Proposal>("fidelity: EXACT")));
  EXPECT_TRUE(NeedsRoot(ParseText<Proposal>("needs { root: true }")));
  EXPECT_TRUE(NeedsRoot(
      ParseText<Proposal>("rung { name: 'A' action { needs_root: true } }")));
}

}  // namespace
}  // namespace provision

#include "core/engine/envelope.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

constexpr char kEnvelope[] = R"pb(
  kind: "write_file"
  kind: "make_directory"
  kind: "run"
  kind: "fetch"
  path: "/srv/app"
  endpoint { host: "index.example" port: 443 }
)pb";

TEST(EnvelopeTest, HoldsWhatWasAnnounced) {
  const char* const kInside[] = {
      "",
      "action { write_file { path: '/srv/app/a' } }",
      "action { write_file { path: '/srv/app' } }",
      "action { make_directory { path: '/srv' } }",
      "action { run { argv: '/x' } output: '/srv/app/out' }",
      "action { fetch { url: 'https://index.example/x' } }",
      "action { fetch { url: 'file:///mirror/x' } }",
      "needs { endpoint { host: 'index.example' port: 443 } }",
      "rung { name: 'A' action { write_file { path: '/srv/app/a' } } }",
  };
  for (const char* inside : kInside) {
    EXPECT_OK(CheckEnvelope(ParseText<Proposal::Envelope>(kEnvelope),
                            ParseText<Proposal>(inside)))
        << inside;
  }
}

TEST(EnvelopeTest, RefusesWhatWasNot) {
  const struct {
    const char* proposal;
    const char* named;
  } kOutside[] = {
      {"action { write_file { path: '/etc/passwd' } }", "/etc/passwd"},
      {"action { write_file { path: '/srv/application' } }",
       "/srv/application"},
      {"action { make_directory { path: '/opt' } }", "/opt"},
      {"action { remove { path: '/srv/app/a' } }", "remove"},
      {"action { run { argv: '/x' } output: '/srv/app' output: '/srv/b' }",
       "/srv/b"},
      {"action { run { argv: '/x' network: true } }", "network"},
      {"action { write_file { path: '/srv/app/a' } needs_root: true }", "root"},
      {"action { fetch { url: 'http://index.example/x' } }",
       "index.example:80"},
      {"needs { root: true }", "root"},
      {"needs { endpoint { host: 'index.example' port: 80 } }",
       "index.example:80"},
      {"rung { name: 'A' } rung { name: 'B' action { write_file { path: "
       "'/etc/b' } } }",
       "/etc/b"},
      {"on_change { name: 'r' action { write_file { path: '/etc/r' } } }",
       "/etc/r"},
  };
  for (const auto& outside : kOutside) {
    const absl::Status status =
        CheckEnvelope(ParseText<Proposal::Envelope>(kEnvelope),
                      ParseText<Proposal>(outside.proposal));
    EXPECT_THAT(status, HasDiagnosticId("plan/outside-envelope"))
        << outside.proposal;
    EXPECT_THAT(status.message(), ::testing::HasSubstr(outside.named))
        << outside.proposal;
  }
}

TEST(EnvelopeTest, WithoutOneNothingIsAllowed) {
  EXPECT_THAT(CheckEnvelope({}, ParseText<Proposal>(
                                    "action { link { path: '/srv/a' } }")),
              HasDiagnosticId("plan/outside-envelope"));
}

}  // namespace
}  // namespace provision

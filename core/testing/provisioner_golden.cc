#include "core/testing/provisioner_golden.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/serialize.h"
#include "core/facts/recorded_facts.h"
#include "core/testing/testing.h"
#include "google/protobuf/text_format.h"

namespace provision {
namespace {

using google::protobuf::Message;

constexpr char kHeader[] =
    "# proto-file: core/api/proposal.proto\n"
    "# proto-message: provision.Proposal\n";

std::unique_ptr<Message> ParseConfig(const Provisioner& provisioner,
                                     const std::string& text) {
  std::unique_ptr<Message> config(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(provisioner.config())
          ->New());
  testing_internal::ParseTextInto(text, config.get());
  return config;
}

// What the provisioner says to this config on this host.
Proposal Answer(const Provisioner& provisioner, const Message& config,
                RecordedFacts& host, const FactScope& scope) {
  std::vector<Diagnostic> found = provisioner.Validate(config);
  if (!found.empty()) {
    Proposal refused;
    for (const Diagnostic& diagnostic : found) {
      *refused.add_diagnostic() = diagnostic;
    }
    return refused;
  }
  Facts facts(host, scope);
  absl::StatusOr<Proposal> proposal = provisioner.Propose(config, facts);
  for (const Fact& fact : facts.record()) {
    EXPECT_TRUE(host.Has(fact.query()))
        << "facts.textproto lacks\nfact {\n  query { "
        << fact.query().ShortDebugString() << " }\n  value {  }\n}";
  }
  EXPECT_OK(proposal);
  return proposal.ok() ? *std::move(proposal) : Proposal();
}

std::string Text(const Proposal& proposal) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(proposal, &text);
  return absl::StrCat(kHeader, text);
}

}  // namespace

FactScope GoldenScope() {
  FactScope scope;
  scope.root = "/plan";
  scope.step = "step";
  return scope;
}

void CheckProvisionerGolden(const Provisioner& provisioner,
                            absl::string_view package, absl::string_view name,
                            const FactScope& scope) {
  const std::string folder = absl::StrCat(package, "/testdata/", name);
  std::unique_ptr<Message> config = ParseConfig(
      provisioner, ReadTestData(absl::StrCat(folder, "/config.textproto")));
  RecordedFacts host(ParseText<HostRecord>(
      ReadTestData(absl::StrCat(folder, "/facts.textproto"))));

  Proposal proposal = Answer(provisioner, *config, host, scope);
  EXPECT_EQ(DeterministicBytes(proposal),
            DeterministicBytes(Answer(provisioner, *config, host, scope)))
      << "a second call proposed something else";

  const std::string golden = absl::StrCat(folder, "/proposal.textproto");
  if (UpdatingGoldens()) return RewriteGolden(golden, Text(proposal));
  EXPECT_THAT(proposal, EqualsProto(ParseText<Proposal>(ReadTestData(golden))))
      << golden << " differs; if the proposal is right, run this test with "
      << "`bazel run TEST -- --update_goldens`. It is\n"
      << Text(proposal);
}

}  // namespace provision

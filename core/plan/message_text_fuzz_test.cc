// Plan texts: our parser never accepts what protobuf's own refuses, and makes
// the same of it; and the whole judgement of a plan ends with a place for each
// complaint.

#include "core/api/plan.pb.h"
#include "core/base/serialize.h"
#include "core/plan/message_text.h"
#include "core/plan/plan_check.h"
#include "core/plan/sample_provisioners.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "tools/fuzz/fuzz_target.h"

namespace provision {
namespace {

class Silent : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int, int, const std::string&) override {}
  void AddWarning(int, int, const std::string&) override {}
};

void Judge(absl::string_view text) {
  static const auto* const registry = new Registry(SampleRegistryForTest());
  Plan ours;
  const MessageText parsed = ParseMessageText("plan", text, &ours);
  if (parsed.diagnostics.empty() && !parsed.malformed) {
    Plan theirs;
    Silent silent;
    google::protobuf::TextFormat::Parser parser;
    parser.RecordErrorsTo(&silent);
    Require(parser.ParseFromString(std::string(text), &theirs),
            "protobuf accepts what we accept");
    Require(DeterministicBytes(theirs) == DeterministicBytes(ours),
            "protobuf reads the same");
  }
  PlanFile file;
  file.file = "plan";
  file.path = "/home/ada/plan";
  file.folder = "/home/ada";
  file.content = std::string(text);
  const PlanVerdict verdict = CheckPlan(file, *registry);
  for (const Diagnostic& diagnostic : verdict.diagnostics) {
    Require(diagnostic.place().file() == "plan", "a complaint has a place");
    Require(!diagnostic.id().empty(), "a complaint has an id");
  }
}

}  // namespace
}  // namespace provision

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  provision::Judge(provision::FuzzInput(data, size));
  return 0;
}

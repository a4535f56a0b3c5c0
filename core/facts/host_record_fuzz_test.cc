// Records of a host: written out again they are the same, whatever is asked of
// them has an answer, and masking twice is masking once.

#include "core/api/facts.h"
#include "core/base/serialize.h"
#include "core/facts/host_record.h"
#include "core/facts/record_privacy.h"
#include "core/facts/recorded_facts.h"
#include "core/host/platform.h"
#include "tools/fuzz/fuzz_target.h"

namespace provision {
namespace {

void Judge(absl::string_view text) {
  const absl::StatusOr<HostRecord> record = ParseHostRecord(text, "facts");
  if (!record.ok()) return;
  const absl::StatusOr<HostRecord> again =
      ParseHostRecord(HostRecordText(*record), "facts");
  Require(again.ok(), "a record can be read again");
  Require(DeterministicBytes(*again) == DeterministicBytes(*record),
          "a record stays");
  RecordedFacts reader(*record);
  Facts facts(reader, {});
  static_cast<void>(DerivePlatform(facts).Text());
  for (const Fact& fact : record->fact()) {
    const FactValue once = RecordableValue(fact.query(), fact.value());
    Require(DeterministicBytes(RecordableValue(fact.query(), once)) ==
                DeterministicBytes(once),
            "what is masked stays so");
    Require(reader.Has(fact.query()), "what was recorded is there");
  }
}

}  // namespace
}  // namespace provision

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  provision::Judge(provision::FuzzInput(data, size));
  return 0;
}

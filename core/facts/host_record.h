#ifndef PROVISION_CORE_FACTS_HOST_RECORD_H_
#define PROVISION_CORE_FACTS_HOST_RECORD_H_

// Records of a host: what `facts --record` writes and `--facts FILE` reads.

#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "core/api/fact.pb.h"
#include "core/api/facts.h"

namespace provision {

// Hands reads through and keeps them. Thread-safe; keeps `reader` by reference.
class RecordingFacts : public FactReader {
 public:
  explicit RecordingFacts(FactReader& reader) : reader_(reader) {}

  FactValue Read(const FactQuery& query) override;

  // All that was read, sorted by query, the last answer to each, without
  // secrets (record_privacy.h).
  HostRecord record() const;

 private:
  FactReader& reader_;
  mutable absl::Mutex mutex_;
  std::map<std::string, Fact> facts_ ABSL_GUARDED_BY(mutex_);
};

// The text of a record, with a header that names its schema.
std::string HostRecordText(const HostRecord& record);

// Reads a record. An error is kInvalidArgument with the id `facts/bad-record`
// and the place in `file`, as it was named.
absl::StatusOr<HostRecord> ParseHostRecord(absl::string_view text,
                                           absl::string_view file);

}  // namespace provision

#endif  // PROVISION_CORE_FACTS_HOST_RECORD_H_

#ifndef PROVISION_CORE_API_FACTS_H_
#define PROVISION_CORE_API_FACTS_H_

// A provisioner's only window on the host. Every read goes on record.
//
//   if (facts.Metadata(path).type() == PathState::ABSENT) ...
//   absl::StatusOr<std::string> text = facts.File("/etc/os-release");

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/api/fact.pb.h"

namespace provision {

// Answers queries: this host, a record of another one, a double. Thread-safe.
// Never fails: what cannot be read is an `absent` answer that says why.
class FactReader {
 public:
  virtual ~FactReader() = default;
  virtual FactValue Read(const FactQuery& query) = 0;
};

// What the step's proposal is made for, beside the host itself.
struct FactScope {
  // Absolute folder that relative paths of the plan are relative to.
  std::string root = {};
  // Name of the step, for FailedAttempt.
  std::string step = {};
  // Paths that earlier steps of the plan will provide but have not yet:
  // absolute path to the name of the step. Empty when the host is as it will
  // be.
  std::map<std::string, std::string> assumed = {};
  // Absolute path of the plan's lock, which need not be there; empty: there is
  // none (core/api/lock_text.h).
  std::string lock = {};
};

// The facts of one call of Propose. Not thread-safe; keeps `reader` by
// reference.
class Facts {
 public:
  Facts(FactReader& reader, FactScope scope);

  // The answer to `query`, read once and then from the record.
  const FactValue& Read(const FactQuery& query);

  // ---- the common reads, by the type of their answer ----

  // Content. kNotFound, kPermissionDenied, ... with the path in the message.
  absl::StatusOr<std::string> File(absl::string_view path);
  // Never absent: a path with nothing there is of type ABSENT; one that cannot
  // be read is UNSPECIFIED.
  PathState Metadata(absl::string_view path, bool follow = false);
  // With sha256 and size of a regular file; as Metadata otherwise.
  PathState Digest(absl::string_view path);
  // Sorted; empty if the directory is absent or cannot be read.
  std::vector<FactValue::Entry> Listing(absl::string_view path,
                                        bool recursive = false);
  absl::optional<std::string> Variable(absl::string_view name);
  FactValue::Command Command(
      const std::vector<std::string>& argv,
      const std::map<std::string, std::string>& environment = {},
      int deadline_s = 10);
  FactValue::Host Host();
  absl::optional<uint32_t> UserId(absl::string_view name);
  absl::optional<uint32_t> GroupId(absl::string_view name);

  // ---- the step's surroundings ----

  // `path` made absolute and normal: `~/` is the user's home, the rest is
  // relative to the root. Reads nothing but the host fact for `~`.
  std::string AbsolutePath(absl::string_view path);
  // The step that will provide `path` or a parent of it, if an earlier one will
  // and it is not there yet.
  absl::optional<std::string> AssumedFrom(absl::string_view path) const;
  const FactScope& scope() const { return scope_; }

  // Everything that was read, in the order of its first read.
  const std::vector<Fact>& record() const { return record_; }

 private:
  FactReader& reader_;
  FactScope scope_;
  std::vector<Fact> record_;
  std::map<std::string, size_t> index_;  // serialized query -> record_
};

}  // namespace provision

#endif  // PROVISION_CORE_API_FACTS_H_

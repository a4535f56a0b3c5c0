#ifndef PROVISION_CORE_TESTING_FAKE_FACTS_H_
#define PROVISION_CORE_TESTING_FAKE_FACTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/api/fact.pb.h"
#include "core/facts/recorded_facts.h"

namespace provision {

// Facts as a test writes them; the rest is NOT_RECORDED.
//
//   FakeFacts host(R"pb(fact { query { ... } value { ... } })pb");
//   host.AddFile("/etc/motd", "hello\n");
//   Facts facts(host, {.root = "/plan"});
class FakeFacts : public RecordedFacts {
 public:
  FakeFacts() = default;
  // `text` is a HostRecord; a failure of the test if it is none.
  explicit FakeFacts(absl::string_view text);

  void Add(const FactQuery& query, const FactValue& value);
  // All that can be asked of one path: metadata, with and without `follow`,
  // content, digest, listing.
  void AddFile(absl::string_view path, absl::string_view content,
               uint32_t mode = 0644, uint32_t uid = 0, uint32_t gid = 0);
  void AddDirectory(absl::string_view path, uint32_t mode = 0755,
                    const std::vector<std::string>& entries = {});
  // A link that leads to nothing.
  void AddSymlink(absl::string_view path, absl::string_view target);
  void AddMissing(absl::string_view path);
  void AddVariable(absl::string_view name, absl::string_view value);
  void AddMissingVariable(absl::string_view name);
  // A command that exits.
  void AddCommand(const std::vector<std::string>& argv,
                  absl::string_view output, int status = 0);
  void AddHost(uint32_t uid, absl::string_view home);

 private:
  void AddMetadata(absl::string_view path, const PathState& state,
                   const FactValue& followed);
};

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_FAKE_FACTS_H_

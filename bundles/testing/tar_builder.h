#ifndef PROVISION_BUNDLES_TESTING_TAR_BUILDER_H_
#define PROVISION_BUNDLES_TESTING_TAR_BUILDER_H_

// Writes tars block by block, good ones and wrong ones:
//
//   TarBuilder().Add({.name = "a", .data = "hello"}).Finish()

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace provision {

// One header block and its data. What is not set is as a good writer has it.
struct TarMember {
  std::string name = {};
  char type = '0';
  std::string data = {};
  std::string link = {};
  std::string prefix = {};
  bool gnu_magic = false;
  std::string mode = "0000644";
  absl::optional<std::string> size = {};  // the field's bytes
  std::string uid = "0000000";
  std::string mtime = "00000000000";
  absl::optional<std::string> check_sum = {};
};

class TarBuilder {
 public:
  TarBuilder& Add(const TarMember& member);

  // An extended header ('x' or 'g') or a GNU long name ('L' or 'K').
  TarBuilder& Extended(char type, absl::string_view records);

  // Bytes as they are.
  TarBuilder& Raw(absl::string_view bytes);

  // With two zero blocks at its end.
  std::string Finish() const;

  // Without.
  const std::string& Unfinished() const { return bytes_; }

 private:
  std::string bytes_;
};

// `LENGTH KEY=VALUE\n`
std::string PaxRecord(absl::string_view key, absl::string_view value);

}  // namespace provision

#endif  // PROVISION_BUNDLES_TESTING_TAR_BUILDER_H_

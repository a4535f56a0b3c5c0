#ifndef PROVISION_CORE_CLI_FLAGS_H_
#define PROVISION_CORE_CLI_FLAGS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace provision {

// One flag: it has one name, one type and one meaning in every command. Its
// type, default and help are gflags'; this is what gflags does not know.
struct Flag {
  enum class Type { kBoolean, kNumber, kText };

  absl::string_view name = {};  // "state-dir"
  Type type = Type::kText;
  char letter = 0;                     // `-o`, or 0
  absl::string_view placeholder = {};  // "FILE"; empty for a boolean
  absl::string_view variable = {};     // "PROVISION_STATE_DIR", or empty
  std::vector<absl::string_view> choices = {};  // all values there are, if few
  bool repeatable = false;
  bool everywhere = false;  // every command takes it
  int minimum = 0;          // of a number

  // As typed and shown: "--state-dir DIR".
  std::string Usage() const;
};

// All flags, by name.
const std::vector<Flag>& Flags();

// nullptr if there is none. `name` is without dashes in front.
const Flag* FindFlag(absl::string_view name);
const Flag* FindFlag(char letter);

// From gflags.
std::string FlagHelp(const Flag& flag);
std::string FlagDefault(const Flag& flag);

// Whether gflags takes `value` for `flag`, and the value is within its choices
// and minimum. `normal` becomes its normal form: "true" for "yes".
bool SetFlag(const Flag& flag, absl::string_view value, std::string* normal);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_FLAGS_H_

#ifndef PROVISION_CORE_CLI_COMMAND_LINE_H_
#define PROVISION_CORE_CLI_COMMAND_LINE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/cli/command_table.h"

namespace provision {

// Where the value of a flag comes from.
struct ValueOrigin {
  enum class Kind { kDefault, kSettings, kVariable, kLine };
  Kind kind = Kind::kDefault;
  std::string text = "default";  // "PROVISION_JOBS", "/etc/...:3"
};

// A command line without fault: what the scanner makes, and commands read.
// A flag that a getter names must exist and be of its type.
class CommandLine {
 public:
  // nullptr: no command was named.
  const Command* command = nullptr;
  std::vector<std::string> arguments;
  // -h or --help was given.
  bool help = false;

  // As typed, without the program's name, for the next lines and the lock.
  std::string text;

  void Add(absl::string_view flag, absl::string_view value);
  // Without effect on a flag that has a value already.
  void SetDefault(absl::string_view flag, absl::string_view value,
                  ValueOrigin origin);

  // By the user: on the line, by a variable, or by a settings file.
  bool Has(absl::string_view flag) const;
  // On the line itself.
  bool HasOnLine(absl::string_view flag) const;
  ValueOrigin OriginOf(absl::string_view flag) const;
  bool Is(absl::string_view flag) const;  // a boolean
  int Number(absl::string_view flag) const;
  std::string Text(absl::string_view flag) const;
  // Every value of a repeatable flag, in order.
  std::vector<std::string> All(absl::string_view flag) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> on_line_;
  std::map<std::string, std::pair<std::string, ValueOrigin>, std::less<>>
      defaults_;
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_COMMAND_LINE_H_

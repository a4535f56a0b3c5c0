#ifndef PROVISION_CORE_CLI_TESTING_SCREEN_H_
#define PROVISION_CORE_CLI_TESTING_SCREEN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace provision {

// What a person sees after `text` was written to a terminal: it follows line
// ends, carriage returns, and the control sequences that we use (erase to the
// end of the line, up, colours). Any other one is shown as `<ESC>`.
class Screen {
 public:
  void Write(absl::string_view text);

  // The lines, without the last one if it is empty; each ends with a line end.
  std::string Text() const;

 private:
  void Put(absl::string_view character);
  size_t FollowSequence(absl::string_view rest);

  std::vector<std::vector<std::string>> lines_ = {{}};
  size_t row_ = 0;
  size_t column_ = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_TESTING_SCREEN_H_

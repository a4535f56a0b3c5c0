#ifndef PROVISION_CORE_CLI_LIVE_AREA_H_
#define PROVISION_CORE_CLI_LIVE_AREA_H_

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/console.h"

namespace provision {

// The lines at the bottom of a terminal that are drawn again and again. They
// are on standard error; whoever writes anything else erases them first. The
// cursor is never hidden, so that nothing is left behind by a kill.
class LiveArea {
 public:
  static constexpr size_t kMostLines = 4;

  explicit LiveArea(Console& console) : console_(console) {}

  // Takes the lines from the screen.
  void Erase();

  // Replaces what is there; of more than kMostLines the last says how many are
  // left out. No line is wider than the terminal.
  void Draw(std::vector<std::string> lines);

 private:
  Console& console_;
  std::vector<std::string> drawn_;
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_LIVE_AREA_H_

#ifndef PROVISION_CORE_CLI_RENDER_OPTIONS_H_
#define PROVISION_CORE_CLI_RENDER_OPTIONS_H_

#include <string>

namespace provision {

// How what is told is to look; decided once, from flags, variables and what
// standard output is.
struct RenderOptions {
  enum class Progress {
    kNone,   // ends only
    kLines,  // begins, and what a step waits for
    kLive,   // lines that are drawn again and again
  };
  enum class Detail { kShort, kNormal, kFull };

  bool color = false;
  bool ascii = false;
  // Text may be wrapped and shortened to `columns`; outside a terminal it is
  // neither.
  bool terminal = false;
  int columns = 80;
  Progress progress = Progress::kLines;
  Detail detail = Detail::kNormal;
  bool quiet = false;
  bool silent = false;
  // Shown as `~`; may be empty.
  std::string home = {};
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_RENDER_OPTIONS_H_

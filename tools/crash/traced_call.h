#ifndef PROVISION_TOOLS_CRASH_TRACED_CALL_H_
#define PROVISION_TOOLS_CRASH_TRACED_CALL_H_

// One system call of a stopped process, with descriptors resolved to paths.

#include <sys/types.h>
#include <sys/user.h>

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "tools/crash/mutating_calls.h"

namespace provision {

// What is at a path; a link is not followed.
struct FileState {
  enum class Kind { kAbsent, kFile, kDirectory, kLink };
  Kind kind = Kind::kAbsent;
  uint32_t mode = 0;
  std::string content;  // of a file; the target of a link
};

FileState ReadState(const std::string& path);

struct TracedCall {
  const MutatingCall* call = nullptr;
  // Its place in the one order of all mutating calls, from 1; 0 for an open
  // that changes nothing, which is on record but not counted.
  int number = 0;
  pid_t process = 0;
  std::string path;         // absolute; of a descriptor what it is open on
  std::string second_path;  // of a rename
  bool relative = false;    // reached from an open directory, without a link
  uint64_t flags = 0;       // of an open
  uint64_t resolve = 0;     // of an openat2
  bool existed = false;     // an open found the file
  std::string data;         // what a write to a journal writes
  FileState after;          // of `path`, once a call has changed it
  int64_t result = 0;

  bool ok() const { return result >= 0; }
  // "renameat /a -> /b = 0".
  std::string Text() const;
};

// The call that `thread`, stopped before it, is about to make; `registers` are
// its own. Only what is asked of: `call` is set if it is in the table.
TracedCall ReadCall(pid_t thread, const user_regs_struct& registers);

// Is it one that the order counts? Writes to pipes and sockets, opens for
// reading and what is below /proc and /dev change nothing that stays.
bool IsCounted(const TracedCall& call);

// Of a system call by its registers: the argument at `position`, 0 to 5.
uint64_t Argument(const user_regs_struct& registers, int position);

// `path` with random parts made alike, for comparing two runs: run ids and
// temporary names.
std::string WithoutRandomParts(absl::string_view path);

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_TRACED_CALL_H_

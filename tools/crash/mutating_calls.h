#ifndef PROVISION_TOOLS_CRASH_MUTATING_CALLS_H_
#define PROVISION_TOOLS_CRASH_MUTATING_CALLS_H_

// Which system calls change the host, and where their paths and descriptors
// stand (spec/reliability.md 14.2, T1). x86-64. Pure.

#include <cstdint>

#include "absl/types/span.h"

namespace provision {

struct MutatingCall {
  enum class Kind {
    kOpen,        // only with O_CREAT, O_TRUNC or for writing
    kWrite,       // only to files
    kSpace,       // truncate, fallocate
    kSync,        // fsync, fdatasync, sync_file_range
    kSyncAll,     // syncfs
    kMake,        // mkdir, mknod, link, symlink: a new name
    kRename,      // two names
    kRemove,      // unlink, rmdir
    kAttributes,  // mode, owner, times, extended attributes
    kMount,
    kExec,  // no change of a file, but a point at which a process begins
  };
  static constexpr int kNone = -1;

  int number = 0;
  const char* name = "";
  Kind kind = Kind::kOpen;
  // Arguments by position: the descriptor that is worked on; the names, and the
  // descriptors that they are relative to; the length of a write.
  int descriptor = kNone;
  int path = kNone;
  int path_at = kNone;
  int second_path = kNone;
  int second_at = kNone;
  int length = kNone;
  int flags = kNone;  // of an open; kNone with openat2 and creat
};

absl::Span<const MutatingCall> MutatingCalls();

// nullptr for every other call.
const MutatingCall* FindMutatingCall(int64_t number);

// Do these flags of an open change something, or prepare a change?
bool OpensForChange(uint64_t flags);

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_MUTATING_CALLS_H_

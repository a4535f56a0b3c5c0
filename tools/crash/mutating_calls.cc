#include "tools/crash/mutating_calls.h"

#include <fcntl.h>
#include <sys/syscall.h>

namespace provision {
namespace {

using Kind = MutatingCall::Kind;

constexpr int kNone = MutatingCall::kNone;

// Newer than the headers of Debian 12.
constexpr int kSyscallFchmodat2 = 452;

// Works on an open descriptor.
constexpr MutatingCall On(int number, const char* name, Kind kind,
                          int descriptor, int length = kNone) {
  MutatingCall call;
  call.number = number;
  call.name = name;
  call.kind = kind;
  call.descriptor = descriptor;
  call.length = length;
  return call;
}

// Works on a name.
constexpr MutatingCall Named(int number, const char* name, Kind kind, int path,
                             int path_at = kNone, int flags = kNone) {
  MutatingCall call;
  call.number = number;
  call.name = name;
  call.kind = kind;
  call.path = path;
  call.path_at = path_at;
  call.flags = flags;
  return call;
}

constexpr MutatingCall Renames(int number, const char* name, int path,
                               int path_at, int second_path, int second_at) {
  MutatingCall call = Named(number, name, Kind::kRename, path, path_at);
  call.second_path = second_path;
  call.second_at = second_at;
  return call;
}

constexpr MutatingCall kCalls[] = {
    Named(SYS_open, "open", Kind::kOpen, 0, kNone, 1),
    Named(SYS_openat, "openat", Kind::kOpen, 1, 0, 2),
    Named(SYS_openat2, "openat2", Kind::kOpen, 1, 0),
    Named(SYS_creat, "creat", Kind::kOpen, 0),
    On(SYS_write, "write", Kind::kWrite, 0, 2),
    On(SYS_pwrite64, "pwrite64", Kind::kWrite, 0, 2),
    On(SYS_writev, "writev", Kind::kWrite, 0),
    On(SYS_pwritev, "pwritev", Kind::kWrite, 0),
    On(SYS_pwritev2, "pwritev2", Kind::kWrite, 0),
    On(SYS_copy_file_range, "copy_file_range", Kind::kWrite, 2, 4),
    On(SYS_sendfile, "sendfile", Kind::kWrite, 0, 3),
    On(SYS_splice, "splice", Kind::kWrite, 2, 4),
    Named(SYS_truncate, "truncate", Kind::kSpace, 0),
    On(SYS_ftruncate, "ftruncate", Kind::kSpace, 0),
    On(SYS_fallocate, "fallocate", Kind::kSpace, 0),
    On(SYS_fsync, "fsync", Kind::kSync, 0),
    On(SYS_fdatasync, "fdatasync", Kind::kSync, 0),
    On(SYS_sync_file_range, "sync_file_range", Kind::kSync, 0),
    On(SYS_syncfs, "syncfs", Kind::kSyncAll, 0),
    Named(SYS_mkdir, "mkdir", Kind::kMake, 0),
    Named(SYS_mkdirat, "mkdirat", Kind::kMake, 1, 0),
    Named(SYS_mknod, "mknod", Kind::kMake, 0),
    Named(SYS_mknodat, "mknodat", Kind::kMake, 1, 0),
    Named(SYS_symlink, "symlink", Kind::kMake, 1),
    Named(SYS_symlinkat, "symlinkat", Kind::kMake, 2, 1),
    Named(SYS_link, "link", Kind::kMake, 1),
    Named(SYS_linkat, "linkat", Kind::kMake, 3, 2),
    Renames(SYS_rename, "rename", 0, kNone, 1, kNone),
    Renames(SYS_renameat, "renameat", 1, 0, 3, 2),
    Renames(SYS_renameat2, "renameat2", 1, 0, 3, 2),
    Named(SYS_unlink, "unlink", Kind::kRemove, 0),
    Named(SYS_unlinkat, "unlinkat", Kind::kRemove, 1, 0),
    Named(SYS_rmdir, "rmdir", Kind::kRemove, 0),
    Named(SYS_chmod, "chmod", Kind::kAttributes, 0),
    On(SYS_fchmod, "fchmod", Kind::kAttributes, 0),
    Named(SYS_fchmodat, "fchmodat", Kind::kAttributes, 1, 0),
    Named(kSyscallFchmodat2, "fchmodat2", Kind::kAttributes, 1, 0),
    Named(SYS_chown, "chown", Kind::kAttributes, 0),
    Named(SYS_lchown, "lchown", Kind::kAttributes, 0),
    On(SYS_fchown, "fchown", Kind::kAttributes, 0),
    Named(SYS_fchownat, "fchownat", Kind::kAttributes, 1, 0),
    Named(SYS_utime, "utime", Kind::kAttributes, 0),
    Named(SYS_utimes, "utimes", Kind::kAttributes, 0),
    Named(SYS_futimesat, "futimesat", Kind::kAttributes, 1, 0),
    Named(SYS_utimensat, "utimensat", Kind::kAttributes, 1, 0),
    Named(SYS_setxattr, "setxattr", Kind::kAttributes, 0),
    Named(SYS_lsetxattr, "lsetxattr", Kind::kAttributes, 0),
    On(SYS_fsetxattr, "fsetxattr", Kind::kAttributes, 0),
    Named(SYS_removexattr, "removexattr", Kind::kAttributes, 0),
    Named(SYS_lremovexattr, "lremovexattr", Kind::kAttributes, 0),
    On(SYS_fremovexattr, "fremovexattr", Kind::kAttributes, 0),
    Named(SYS_mount, "mount", Kind::kMount, 1),
    Named(SYS_umount2, "umount2", Kind::kMount, 0),
    Named(SYS_execve, "execve", Kind::kExec, 0),
    Named(SYS_execveat, "execveat", Kind::kExec, 1, 0),
};

}  // namespace

absl::Span<const MutatingCall> MutatingCalls() { return kCalls; }

const MutatingCall* FindMutatingCall(int64_t number) {
  for (const MutatingCall& call : kCalls) {
    if (call.number == number) return &call;
  }
  return nullptr;
}

bool OpensForChange(uint64_t flags) {
  return (flags & (O_CREAT | O_TRUNC)) != 0 || (flags & O_ACCMODE) != O_RDONLY;
}

}  // namespace provision

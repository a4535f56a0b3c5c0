#include "core/base/isolation.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <memory>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/every_thread.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

// The interface of the kernel, spelled out: the header of Debian 12 ends with
// version 2.
constexpr uint32_t kVersionFlag = 1;
constexpr int kRulePathBeneath = 1;
struct RulesetAttribute {
  uint64_t handled_files;
  uint64_t handled_network;
  uint64_t scoped;
};
constexpr uint64_t kScopeSignals = 1 << 1;  // to nobody outside
constexpr int kScopeVersion = 6;
struct __attribute__((packed)) PathBeneath {
  uint64_t allowed;
  int32_t parent;
};

constexpr uint64_t kExecute = 1 << 0;
constexpr uint64_t kReadFile = 1 << 2;
constexpr uint64_t kReadDirectory = 1 << 3;
constexpr uint64_t kReadRights = kExecute | kReadFile | kReadDirectory;
constexpr uint64_t kWriteFile = 1 << 1;
constexpr uint64_t kChangeDirectories = 0x1ff0;  // remove and make: bits 4-12
constexpr uint64_t kRefer = 1 << 13;             // version 2
constexpr uint64_t kTruncate = 1 << 14;          // version 3
// Those of the above that a file, not a directory, can be allowed.
constexpr uint64_t kFileRights = kWriteFile | kTruncate | kExecute | kReadFile;

// What programs of the system need to start.
constexpr const char* kProgramPlaces[] = {
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache",
};

uint64_t WriteRights(int version) {
  uint64_t rights = kWriteFile | kChangeDirectories;
  if (version >= 2) rights |= kRefer;
  if (version >= 3) rights |= kTruncate;
  return rights;
}

int ProbeLandlock() {
  long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, kVersionFlag);
  return version > 0 ? static_cast<int>(version) : 0;
}

bool ProbeSeccomp() {
  const uint32_t action = SECCOMP_RET_ERRNO;
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

absl::StatusOr<Descriptor> NewRuleset(uint64_t rights, int version) {
  const RulesetAttribute attribute = {rights, 0, kScopeSignals};
  // A structure that grows: an older kernel takes its beginning alone.
  const size_t size = version >= kScopeVersion
                          ? sizeof(attribute)
                          : sizeof(attribute.handled_files);
  Descriptor ruleset(static_cast<int>(
      syscall(SYS_landlock_create_ruleset, &attribute, size, 0)));
  if (!ruleset.valid()) return ErrnoError(errno, "make a Landlock ruleset");
  return ruleset;
}

absl::Status Allow(const Descriptor& ruleset, uint64_t rights,
                   const std::string& path) {
  Descriptor file(open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status;
  if (!file.valid() || fstat(file.get(), &status) != 0) {
    return ErrnoError(errno, absl::StrCat("open ", path));
  }
  PathBeneath rule;
  rule.allowed = S_ISDIR(status.st_mode) ? rights : rights & kFileRights;
  rule.parent = file.get();
  if (syscall(SYS_landlock_add_rule, ruleset.get(), kRulePathBeneath, &rule,
              0) != 0) {
    return ErrnoError(errno, absl::StrCat("allow the use of ", path));
  }
  return absl::OkStatus();
}

// What Landlock leaves open: attributes of files, and the host as a whole.
constexpr int kAttributeCalls[] = {
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(fchown),
    SCMP_SYS(lchown),
    SCMP_SYS(fchownat),
    SCMP_SYS(utime),
    SCMP_SYS(utimes),
    SCMP_SYS(futimesat),
    SCMP_SYS(utimensat),
    SCMP_SYS(setxattr),
    SCMP_SYS(lsetxattr),
    SCMP_SYS(fsetxattr),
    SCMP_SYS(removexattr),
    SCMP_SYS(lremovexattr),
    SCMP_SYS(fremovexattr),
    452 /* fchmodat2 */,
    463 /* setxattrat */,
    466 /* removexattrat */,
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsmount),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(mount_setattr),
    SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(adjtimex),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(quotactl),
    SCMP_SYS(acct),
    SCMP_SYS(bpf),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(fsconfig),
    SCMP_SYS(fspick),
    SCMP_SYS(keyctl),
    443 /* quotactl_fd */,
};

// Flags and quota ids of files, which need no descriptor for writing.
constexpr unsigned long kAttributeRequests[] = {FS_IOC_SETFLAGS,
                                                FS_IOC_FSSETXATTR};

using Filter = std::unique_ptr<void, void (*)(scmp_filter_ctx)>;

enum class Reach { kNoNetwork, kReading, kPlugin };

int RefuseSockets(const Filter& filter, uint32_t refuse, Reach reach) {
  if (reach == Reach::kPlugin) {
    return seccomp_rule_add(filter.get(), refuse, SCMP_SYS(socket), 0);
  }
  const struct scmp_arg_cmp not_unix = {0, SCMP_CMP_NE, AF_UNIX, 0};
  return seccomp_rule_add_array(filter.get(), refuse, SCMP_SYS(socket), 1,
                                &not_unix);
}

int AddRules(const Filter& filter, Reach reach) {
  constexpr uint32_t kRefuse = SCMP_ACT_ERRNO(EACCES);
  int error = seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, kRefuse);
  if (error == 0) error = RefuseSockets(filter, kRefuse, reach);
  if (error == 0) {
    // It would make sockets past this filter; programs do without.
    error = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS),
                             SCMP_SYS(io_uring_setup), 0);
  }
  if (reach == Reach::kNoNetwork) return error;
  for (int call : kAttributeCalls) {
    if (error == 0) error = seccomp_rule_add(filter.get(), kRefuse, call, 0);
  }
  for (unsigned long request : kAttributeRequests) {
    // The kernel takes the lower half of the number.
    const struct scmp_arg_cmp is_request = {1, SCMP_CMP_MASKED_EQ, 0xffffffff,
                                            request};
    if (error != 0) break;
    error = seccomp_rule_add_array(filter.get(), kRefuse, SCMP_SYS(ioctl), 1,
                                   &is_request);
  }
  return error;
}

absl::StatusOr<std::string> MakeSeccompProgram(Reach reach) {
  if (!AvailableIsolation().seccomp) return std::string();
  Filter filter(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release);
  if (filter == nullptr) return ErrnoError(ENOMEM, "make a seccomp filter");
  int error = AddRules(filter, reach);
  if (error != 0) return ErrnoError(-error, "make a seccomp filter");
  Descriptor memory(memfd_create("seccomp", MFD_CLOEXEC));
  if (!memory.valid()) return ErrnoError(errno, "memfd_create");
  error = seccomp_export_bpf(filter.get(), memory.get());
  if (error != 0) return ErrnoError(-error, "export a seccomp filter");
  const off_t size = lseek(memory.get(), 0, SEEK_CUR);
  std::string program(size, '\0');
  error = ReadWhollyAt(memory.get(), 0, program.data(), program.size());
  if (error != 0) return ErrnoError(error, "read a seccomp filter");
  return program;
}

int HoldThisThread(int ruleset) {
  const int error = ForbidNewPrivileges();
  return error != 0 ? error : EnterRuleset(ruleset);
}

}  // namespace

IsolationMeans AvailableIsolation() {
  static const IsolationMeans means = {ProbeLandlock(), ProbeSeccomp()};
  return means;
}

std::string DescribeIsolation(const IsolationMeans& means) {
  return absl::StrCat(
      means.landlock > 0
          ? absl::StrCat("landlock ", means.landlock)
          : std::string("no landlock: a command that is read as a fact could "
                        "write"),
      means.seccomp ? ", seccomp, no network"
                    : ", no seccomp: it could use the network");
}

absl::StatusOr<Descriptor> NewReadOnlyRuleset(
    const std::vector<std::string>& writable) {
  const int version = AvailableIsolation().landlock;
  if (version == 0) return Descriptor();
  const uint64_t rights = WriteRights(version);
  PROVISION_ASSIGN_OR_RETURN(Descriptor ruleset, NewRuleset(rights, version));
  PROVISION_RETURN_IF_ERROR(Allow(ruleset, rights, "/dev/null"));
  for (const std::string& path : writable) {
    PROVISION_RETURN_IF_ERROR(Allow(ruleset, rights, path));
  }
  return ruleset;
}

absl::StatusOr<Descriptor> NewPluginRuleset(
    const std::vector<std::string>& readable) {
  const int version = AvailableIsolation().landlock;
  if (version == 0) return Descriptor();
  const uint64_t write = WriteRights(version);
  PROVISION_ASSIGN_OR_RETURN(Descriptor ruleset,
                             NewRuleset(write | kReadRights, version));
  PROVISION_RETURN_IF_ERROR(Allow(ruleset, write | kReadFile, "/dev/null"));
  PROVISION_RETURN_IF_ERROR(Allow(ruleset, kReadFile, "/dev/urandom"));
  std::vector<std::string> places(std::begin(kProgramPlaces),
                                  std::end(kProgramPlaces));
  places.insert(places.end(), readable.begin(), readable.end());
  for (const std::string& place : places) {
    const absl::Status allowed = Allow(ruleset, kReadRights, place);
    if (!allowed.ok() && !absl::IsNotFound(allowed)) return allowed;
  }
  return ruleset;
}

absl::StatusOr<std::string> PluginSeccompProgram() {
  static const absl::StatusOr<std::string> program =
      MakeSeccompProgram(Reach::kPlugin);
  return program;
}

absl::StatusOr<std::string> SeccompProgram(bool read_only) {
  // Made once: it takes longer than starting a command.
  static const absl::StatusOr<std::string> programs[] = {
      MakeSeccompProgram(Reach::kNoNetwork),
      MakeSeccompProgram(Reach::kReading)};
  return programs[read_only ? 1 : 0];
}

absl::Status RestrictToReading(const std::vector<std::string>& writable) {
  PROVISION_ASSIGN_OR_RETURN(Descriptor ruleset, NewReadOnlyRuleset(writable));
  if (!ruleset.valid()) return absl::OkStatus();
  return CallOnEveryThread(&HoldThisThread, ruleset.get());
}

absl::StatusOr<std::string> HoldThisProcessToReading(
    const std::vector<std::string>& writable) {
  PROVISION_RETURN_IF_ERROR(RestrictToReading(writable));
  return DescribeIsolation(AvailableIsolation());
}

int ForbidNewPrivileges() {
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;
}

int EnterRuleset(int ruleset) {
  return syscall(SYS_landlock_restrict_self, ruleset, 0) == 0 ? 0 : errno;
}

int EnterSeccomp(absl::string_view program) {
  struct sock_fprog filter;
  filter.len = program.size() / sizeof(struct sock_filter);
  filter.filter =
      reinterpret_cast<struct sock_filter*>(const_cast<char*>(program.data()));
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0 ? 0
                                                                        : errno;
}

}  // namespace provision

#include "core/base/cgroup.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/cgroup_layout.h"
#include "core/base/descriptor.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

absl::Status WriteText(const std::string& path, absl::string_view text) {
  Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid()) return ErrnoError(errno, absl::StrCat("open ", path));
  int error_number = WriteWholly(file.get(), text);
  if (error_number == 0) return absl::OkStatus();
  return ErrnoError(error_number, absl::StrCat("write ", text, " to ", path));
}

absl::StatusOr<std::string> ReadText(const std::string& path) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return ErrnoError(errno, absl::StrCat("open ", path));
  std::string text;
  int error_number = ReadUntilEnd(file.get(), 1 << 20, text);
  if (error_number != 0) {
    return ErrnoError(error_number, absl::StrCat("read ", path));
  }
  return std::string(absl::StripSuffix(text, "\n"));
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

bool HasWord(absl::string_view text, absl::string_view word) {
  for (absl::string_view other : absl::StrSplit(text, ' ')) {
    if (other == word) return true;
  }
  return false;
}

// The value of the line "KEY VALUE" in a file of such lines, 0 without it.
uint64_t ValueOf(absl::string_view text, absl::string_view key) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    uint64_t value = 0;
    if (absl::ConsumePrefix(&line, absl::StrCat(key, " ")) &&
        absl::SimpleAtoi(line, &value)) {
      return value;
    }
  }
  return 0;
}

// One limit: the controller that keeps it, the file, and the value.
struct Setting {
  std::string controller;
  std::string file;
  uint64_t value = 0;
};

std::vector<Setting> SettingsOf(const ProcessLimits& limits, bool unified) {
  std::vector<Setting> settings;
  if (limits.memory_bytes.has_value()) {
    const uint64_t memory = *limits.memory_bytes;
    if (unified) {
      settings.push_back({"memory", "memory.max", memory});
      settings.push_back({"memory", "memory.swap.max", limits.swap_bytes});
    } else {
      // In this order: the sum may not be below the first.
      settings.push_back({"memory", "memory.limit_in_bytes", memory});
      settings.push_back({"memory", "memory.memsw.limit_in_bytes",
                          memory + limits.swap_bytes});
    }
  }
  if (limits.processes.has_value()) {
    settings.push_back({"pids", "pids.max", *limits.processes});
  }
  return settings;
}

std::string DescribeLimit(const Setting& setting) {
  return setting.controller == "pids"
             ? absl::StrCat("at most ", setting.value, " processes")
             : absl::StrCat("a memory limit of ", setting.value, " bytes");
}

absl::Status NoController(const Setting& setting, absl::string_view found) {
  return DiagnosticError(
             absl::StatusCode::kFailedPrecondition, "limits/no-controller",
             absl::StrCat("no cgroup can hold ", DescribeLimit(setting)))
      .Found(found)
      .Because("a limit that nothing keeps is not claimed")
      .Next("run it as a user who may make cgroups, or without this limit");
}

// A folder that we made, and what it keeps.
struct Part {
  CgroupHierarchy hierarchy;
  std::string membership;  // its name in ParseCgroupMembership
  std::string folder;
  std::vector<Setting> settings;
};

class LocalCgroup : public Cgroup {
 public:
  LocalCgroup(std::vector<Part> parts, const CgroupHost& host)
      : parts_(std::move(parts)), host_(host) {}
  ~LocalCgroup() override {
    for (const Part& part : parts_) RemoveFolder(part.folder);
  }

  absl::StatusOr<ProcessLimits> Enter(pid_t pid) override;
  bool Kill() override;
  bool out_of_memory() const override;
  const std::string& path() const override { return parts_.front().folder; }

 private:
  static void RemoveFolder(const std::string& folder);
  absl::Status CheckMembership(pid_t pid) const;

  const std::vector<Part> parts_;
  const CgroupHost host_;
};

void LocalCgroup::RemoveFolder(const std::string& folder) {
  // A process that ended a moment ago may still be counted.
  constexpr int kTries = 50;
  for (int i = 0; i < kTries; ++i) {
    if (rmdir(folder.c_str()) == 0 || errno != EBUSY) return;
    absl::StatusOr<std::string> left = ReadText(folder + "/cgroup.procs");
    if (!left.ok() || !left->empty()) return;
    poll(nullptr, 0, 10);
  }
}

absl::Status LocalCgroup::CheckMembership(pid_t pid) const {
  PROVISION_ASSIGN_OR_RETURN(
      std::string text,
      ReadText(absl::StrCat(host_.proc, "/", pid, "/cgroup")));
  std::map<std::string, std::string> paths = ParseCgroupMembership(text);
  for (const Part& part : parts_) {
    const std::string& path = paths[part.membership];
    if (CgroupFolder(part.hierarchy, path) != part.folder) {
      return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                             "limits/not-applied",
                             "the command is not in the cgroup made for it")
          .Expected(part.folder)
          .Found(path);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ProcessLimits> LocalCgroup::Enter(pid_t pid) {
  for (const Part& part : parts_) {
    absl::Status moved =
        WriteText(part.folder + "/cgroup.procs", absl::StrCat(pid));
    if (!moved.ok()) {
      return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                             "limits/not-applied",
                             "the command cannot be put into its cgroup")
          .Found(moved.message());
    }
  }
  PROVISION_RETURN_IF_ERROR(CheckMembership(pid));
  ProcessLimits read_back;
  const uint64_t page = sysconf(_SC_PAGESIZE);
  for (const Part& part : parts_) {
    for (const Setting& setting : part.settings) {
      const std::string file = absl::StrCat(part.folder, "/", setting.file);
      PROVISION_ASSIGN_OR_RETURN(std::string text, ReadText(file));
      uint64_t value = 0;
      // The kernel rounds memory to pages, downwards.
      if (!absl::SimpleAtoi(text, &value) || value > setting.value ||
          setting.value - value >= page) {
        return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                               "limits/not-applied",
                               absl::StrCat("the kernel does not keep ",
                                            DescribeLimit(setting)))
            .At(file)
            .Expected(absl::StrCat(setting.value))
            .Found(text);
      }
      if (setting.file == "pids.max") {
        read_back.processes = value;
      } else if (setting.file == "memory.swap.max") {
        read_back.swap_bytes = value;
      } else if (setting.file == "memory.memsw.limit_in_bytes") {
        read_back.swap_bytes = value - *read_back.memory_bytes;
      } else {
        read_back.memory_bytes = value;
      }
    }
  }
  return read_back;
}

bool LocalCgroup::Kill() {
  for (const Part& part : parts_) {
    if (WriteText(part.folder + "/cgroup.kill", "1").ok()) return true;
  }
  return false;
}

bool LocalCgroup::out_of_memory() const {
  for (const Part& part : parts_) {
    for (const char* file : {"/memory.oom_control", "/memory.events"}) {
      absl::StatusOr<std::string> text = ReadText(part.folder + file);
      if (text.ok() && ValueOf(*text, "oom_kill") > 0) return true;
    }
  }
  return false;
}

// ---- making one ----

// Can `parent` hand the controllers of `settings` to a folder below it?
bool DelegatesAll(const std::string& parent,
                  const std::vector<Setting>& settings) {
  const std::string file = parent + "/cgroup.subtree_control";
  for (const Setting& setting : settings) {
    absl::StatusOr<std::string> active = ReadText(file);
    if (!active.ok()) return false;
    if (HasWord(*active, setting.controller)) continue;
    if (!WriteText(file, "+" + setting.controller).ok()) return false;
  }
  return true;
}

absl::Status ApplySettings(const Part& part) {
  for (const Setting& setting : part.settings) {
    const std::string file = absl::StrCat(part.folder, "/", setting.file);
    const bool is_swap = setting.file.find("sw") != std::string::npos;
    if (is_swap && !Exists(file)) {
      return NoController(setting, "this kernel does not count swap");
    }
    PROVISION_RETURN_IF_ERROR(WriteText(file, absl::StrCat(setting.value)));
  }
  if (part.hierarchy.unified) {
    // All of it dies, not one process of several; the kernel may lack it.
    WriteText(part.folder + "/memory.oom.group", "1").IgnoreError();
  }
  return absl::OkStatus();
}

class Maker {
 public:
  Maker(absl::string_view name, const CgroupHost& host)
      : name_(name), host_(host) {}

  absl::StatusOr<std::unique_ptr<Cgroup>> Make(const ProcessLimits& limits) {
    PROVISION_ASSIGN_OR_RETURN(std::string mounts,
                               ReadText(host_.proc + "/self/mountinfo"));
    PROVISION_ASSIGN_OR_RETURN(std::string membership,
                               ReadText(host_.proc + "/self/cgroup"));
    hierarchies_ = ParseCgroupMounts(mounts);
    own_ = ParseCgroupMembership(membership);
    absl::Status made = MakeParts(limits);
    if (made.ok() && parts_.empty()) {
      made = absl::FailedPreconditionError("no cgroup can be made here");
    }
    // From here on its destructor removes what was made.
    std::unique_ptr<Cgroup> cgroup =
        std::make_unique<LocalCgroup>(std::move(parts_), host_);
    PROVISION_RETURN_IF_ERROR(made);
    return cgroup;
  }

 private:
  absl::Status MakeParts(const ProcessLimits& limits) {
    std::vector<Setting> unified;
    for (const Setting& setting : SettingsOf(limits, /*unified=*/true)) {
      if (FindVersion1(setting.controller) == nullptr) {
        unified.push_back(setting);
      }
    }
    for (const Setting& setting : SettingsOf(limits, /*unified=*/false)) {
      const CgroupHierarchy* found = FindVersion1(setting.controller);
      if (found != nullptr)
        PROVISION_RETURN_IF_ERROR(AddVersion1(*found, setting));
    }
    PROVISION_RETURN_IF_ERROR(AddUnified(unified));
    for (const Part& part : parts_) {
      PROVISION_RETURN_IF_ERROR(ApplySettings(part));
    }
    return absl::OkStatus();
  }

  const CgroupHierarchy* FindVersion1(const std::string& controller) const {
    for (const CgroupHierarchy& hierarchy : hierarchies_) {
      if (hierarchy.controllers.count(controller) > 0) return &hierarchy;
    }
    return nullptr;
  }

  absl::Status AddVersion1(const CgroupHierarchy& hierarchy,
                           const Setting& setting) {
    for (Part& part : parts_) {
      if (part.hierarchy.mount_point == hierarchy.mount_point) {
        part.settings.push_back(setting);
        return absl::OkStatus();
      }
    }
    absl::optional<std::string> parent =
        CgroupFolder(hierarchy, own_[setting.controller]);
    if (!parent.has_value()) {
      return NoController(setting, "our own cgroup is outside of the mount");
    }
    Part part = {
        hierarchy, setting.controller, *parent + "/" + name_, {setting}};
    if (mkdir(part.folder.c_str(), 0755) != 0) {
      return NoController(setting,
                          ErrnoError(errno, "mkdir " + part.folder).message());
    }
    parts_.push_back(std::move(part));
    return absl::OkStatus();
  }

  // Version 2: below our own cgroup or the nearest one above it that hands the
  // controllers down. One with processes of its own does not, so it is seldom
  // our own. Without settings a folder for cgroup.kill alone, if one can be
  // made.
  absl::Status AddUnified(const std::vector<Setting>& settings) {
    std::string found = "no cgroup hierarchy has its controller";
    for (const CgroupHierarchy& hierarchy : hierarchies_) {
      if (!hierarchy.unified) continue;
      absl::optional<std::string> parent = CgroupFolder(hierarchy, own_[""]);
      while (parent.has_value() &&
             IsBelowOrSame(*parent, hierarchy.mount_point)) {
        Part part = {hierarchy, "", *parent + "/" + name_, settings};
        if (DelegatesAll(*parent, settings) &&
            mkdir(part.folder.c_str(), 0755) == 0) {
          parts_.push_back(std::move(part));
          return absl::OkStatus();
        }
        found =
            absl::StrCat("no cgroup from ", *CgroupFolder(hierarchy, own_[""]),
                         " upwards hands its controller to one of ours");
        if (*parent == "/") break;
        parent = ParentPath(*parent);
      }
    }
    if (settings.empty()) return absl::OkStatus();
    return NoController(settings.front(), found);
  }

  const std::string name_;
  const CgroupHost& host_;
  std::vector<CgroupHierarchy> hierarchies_;
  std::map<std::string, std::string> own_;
  std::vector<Part> parts_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Cgroup>> NewCgroup(absl::string_view name,
                                                  const ProcessLimits& limits,
                                                  const CgroupHost& host) {
  return Maker(name, host).Make(limits);
}

}  // namespace provision

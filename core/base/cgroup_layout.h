#ifndef PROVISION_CORE_BASE_CGROUP_LAYOUT_H_
#define PROVISION_CORE_BASE_CGROUP_LAYOUT_H_

// Where the kernel keeps cgroups: pure reading of its texts.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace provision {

// One mounted hierarchy. Version 1 has one per controller or group of them,
// version 2 one for all.
struct CgroupHierarchy {
  bool unified = false;               // version 2
  std::set<std::string> controllers;  // of version 1: "memory", "pids"
  std::string mount_point;
  std::string root;  // the cgroup that is mounted there, "/" as a rule
};

// From the text of /proc/self/mountinfo.
std::vector<CgroupHierarchy> ParseCgroupMounts(absl::string_view mountinfo);

// From the text of /proc/PID/cgroup: the path of the process's cgroup by
// controller; that of version 2 has the name "".
std::map<std::string, std::string> ParseCgroupMembership(
    absl::string_view text);

// The folder in which `hierarchy` shows the cgroup `path`; nullopt if its mount
// does not reach that.
absl::optional<std::string> CgroupFolder(const CgroupHierarchy& hierarchy,
                                         absl::string_view path);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_CGROUP_LAYOUT_H_

#include "core/host/privilege.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/host/executable.h"

namespace provision {
namespace {

// With `-n true` they succeed only if they need no password.
constexpr absl::string_view kQuietPrograms[] = {"/usr/bin/sudo",
                                                "/usr/bin/doas"};
constexpr absl::string_view kAskingPrograms[] = {
    "/usr/bin/sudo", "/usr/bin/doas", "/usr/bin/pkexec"};
constexpr absl::string_view kAdminGroups[] = {"sudo", "wheel", "admin"};

bool HasNoNewPrivileges(Facts& facts) {
  absl::StatusOr<std::string> status = facts.File("/proc/self/status");
  if (!status.ok()) return false;
  for (absl::string_view line : absl::StrSplit(*status, '\n')) {
    if (absl::ConsumePrefix(&line, "NoNewPrivs:")) {
      return absl::StripAsciiWhitespace(line) == "1";
    }
  }
  return false;
}

// The group by which the user is an administrator; "" if there is none.
absl::string_view AdminGroupOf(Facts& facts, const FactValue::Host& host) {
  for (absl::string_view name : kAdminGroups) {
    absl::optional<uint32_t> id = facts.GroupId(name);
    if (id.has_value() && (*id == host.gid() ||
                           std::find(host.group().begin(), host.group().end(),
                                     *id) != host.group().end())) {
      return name;
    }
  }
  return "";
}

Privilege Cannot(Privilege privilege, absl::string_view why) {
  privilege.kind = Privilege::Kind::kCannot;
  privilege.why = std::string(why);
  return privilege;
}

Privilege CanBecomeRoot(Privilege privilege, absl::string_view by, bool asks) {
  privilege.kind = Privilege::Kind::kCanBecomeRoot;
  privilege.by = std::string(by);
  privilege.asks = asks;
  return privilege;
}

}  // namespace

Privilege DerivePrivilege(Facts& facts) {
  const FactValue::Host host = facts.Host();
  Privilege privilege;
  privilege.evidence.push_back(absl::StrCat("uid ", host.uid()));
  if (host.uid() == 0) {
    privilege.kind = Privilege::Kind::kRoot;
    return privilege;
  }
  if (HasNoNewPrivileges(facts)) {
    privilege.evidence.push_back("/proc/self/status: NoNewPrivs: 1");
    return Cannot(std::move(privilege),
                  "no_new_privs is set, so that sudo has no effect: start "
                  "provision outside of what set it");
  }
  for (absl::string_view program : kQuietPrograms) {
    if (!FindExecutable(facts, program, "").has_value()) continue;
    const FactValue::Command answer =
        facts.Command({std::string(program), "-n", "true"});
    const bool may =
        answer.outcome() == FactValue::Command::EXITED && answer.status() == 0;
    privilege.evidence.push_back(
        absl::StrCat(program, " -n true ", may ? "succeeds" : "fails"));
    if (may) return CanBecomeRoot(std::move(privilege), program, false);
  }
  const absl::string_view group = AdminGroupOf(facts, host);
  if (group.empty()) {
    return Cannot(std::move(privilege),
                  "the user is in none of the groups sudo, wheel and admin");
  }
  privilege.evidence.push_back(absl::StrCat("member of the group ", group));
  for (absl::string_view program : kAskingPrograms) {
    if (!FindExecutable(facts, program, "").has_value()) continue;
    privilege.evidence.push_back(absl::StrCat(program, " is there"));
    return CanBecomeRoot(std::move(privilege), program, true);
  }
  return Cannot(std::move(privilege), "neither sudo, doas nor pkexec is there");
}

}  // namespace provision

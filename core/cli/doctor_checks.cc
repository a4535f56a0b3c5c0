#include "core/cli/doctor_checks.h"

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "core/base/byte_text.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/version.h"
#include "core/cli/display_text.h"
#include "core/cli/target_text.h"
#include "core/host/platform.h"
#include "core/host/privilege.h"
#include "core/journal/state_directory.h"

namespace provision {
namespace {

using Line = DoctorAnswer::Check;

// Less than this, and a journal may not find room for a record.
constexpr uint64_t kLeastFree = 64 << 20;

Line MakeCheck(const std::string& name, Line::Verdict verdict,
               const std::string& text) {
  Line check;
  check.set_name(name);
  check.set_verdict(verdict);
  check.set_text(text);
  return check;
}

Line Error(const std::string& name, const absl::Status& status) {
  const Diagnostic diagnostic = DiagnosticFromStatus(status);
  Line check = MakeCheck(name, Line::ERROR, diagnostic.message());
  for (const Diagnostic::Detail& detail : diagnostic.detail()) {
    check.add_detail(absl::StrCat(detail.label(), " ", detail.text()));
  }
  for (const std::string& next : diagnostic.next()) check.add_next(next);
  return check;
}

// The nearest folder at or above `path` that is there.
std::string NearestFolder(System& system, std::string path) {
  while (path != "/") {
    const auto metadata = system.Stat(path);
    if (metadata.ok() && metadata->has_value()) break;
    path = ParentPath(path);
  }
  return path;
}

std::string FileSystemType(Facts& facts, const std::string& path) {
  FactQuery query;
  query.mutable_file_system()->set_path(path);
  return facts.Read(query).file_system().type();
}

Line CheckName(Facts& facts, const Proposal::Endpoint& endpoint) {
  FactQuery query;
  query.mutable_name_resolution()->set_name(endpoint.host());
  const FactValue& value = facts.Read(query);
  if (value.name_resolution().address().empty()) {
    Line check = MakeCheck("network", Line::ERROR,
                           absl::StrCat(endpoint.host(), " has no address"));
    if (!value.absent().text().empty()) {
      check.add_detail(value.absent().text());
    }
    check.add_next("provision explain net/dns");
    return check;
  }
  return MakeCheck("network", Line::GOOD,
                   absl::StrCat(endpoint.host(), " has an address"));
}

Line CheckTls(Facts& facts, const Proposal::Endpoint& endpoint) {
  FactQuery query;
  query.mutable_tls_probe()->set_host(endpoint.host());
  if (endpoint.port() > 0) {
    query.mutable_tls_probe()->set_port(endpoint.port());
  }
  const FactValue& value = facts.Read(query);
  const std::string name = absl::StrCat(
      endpoint.host(), ":", endpoint.port() > 0 ? endpoint.port() : 443);
  if (value.has_absent()) {
    Line check =
        MakeCheck("tls", Line::ERROR, absl::StrCat(name, " does not answer"));
    check.add_detail(value.absent().text());
    check.add_next("provision explain net/connect");
    return check;
  }
  if (!value.tls_probe().trusted()) {
    Line check = MakeCheck(
        "tls", Line::ERROR,
        absl::StrCat(name, " has a certificate that this host does not trust"));
    check.add_detail(value.tls_probe().text());
    check.add_next("provision explain net/tls-issuer");
    return check;
  }
  return MakeCheck("tls", Line::GOOD,
                   absl::StrCat(name, " answers, and this host trusts it"));
}

}  // namespace

Line CheckProgram(System& system, const Registry& registry) {
  return MakeCheck(
      "program", Line::GOOD,
      absl::StrCat("provision ", kVersion, ", ", TargetText(system.names()),
                   ", ", CountText(registry.names().size(), "provisioner")));
}

Line CheckHost(Facts& facts) {
  const FactValue::Host host = facts.Host();
  const Platform platform = DerivePlatform(facts);
  Line check = MakeCheck(
      "host", Line::GOOD,
      absl::StrCat(
          platform.Text(), ", kernel ", host.release(), ", user ",
          host.user().empty() ? absl::StrCat(host.uid()) : host.user()));
  if (platform.families.empty()) {
    check.set_verdict(Line::WARNING);
    check.add_detail("no os-release says which distribution this is");
  }
  return check;
}

Line CheckIsolation(const IsolationMeans& means) {
  Line check = MakeCheck("isolation", Line::GOOD, DescribeIsolation(means));
  if (means.landlock == 0 || !means.seccomp) {
    check.set_verdict(Line::WARNING);
    check.add_detail("a preview is held to reading only as far as that goes");
  }
  return check;
}

Line CheckState(System& system, Facts& facts, const std::string& path) {
  const absl::StatusOr<std::unique_ptr<StateDirectory>> state =
      StateDirectory::OpenExisting(system, path);
  if (!state.ok()) return Error("state", state.status());
  const std::string folder = NearestFolder(system, path);
  const absl::StatusOr<FileSystemSpace> space = system.SpaceAt(folder);
  if (!space.ok()) return Error("state", space.status());
  Line check = MakeCheck(
      "state", Line::GOOD,
      absl::StrCat(path, *state == nullptr ? ", not made yet, " : ", ",
                   FileSystemType(facts, folder), ", ",
                   ByteText(space->free_bytes), " free"));
  if (space->free_bytes < kLeastFree) {
    check.set_verdict(Line::ERROR);
    check.add_detail(absl::StrCat("a run wants ", ByteText(kLeastFree),
                                  " for its journal and what it undoes with"));
    check.add_next("provision explain run/no-space");
  }
  if (*state == nullptr) return check;
  const auto holder = (*state)->Holder();
  if (!holder.ok()) return Error("state", holder.status());
  if (holder->has_value()) {
    check.set_verdict(Line::WARNING);
    check.add_detail(absl::StrCat("in use: ", **holder));
    check.add_next("provision status");
  }
  return check;
}

Line CheckClock(System& system, const std::string& state_path) {
  const absl::Time now = system.WallClock();
  Line check = MakeCheck(
      "clock", Line::GOOD,
      absl::FormatTime("%Y-%m-%d %H:%M UTC", now, absl::UTCTimeZone()));
  absl::StatusOr<std::unique_ptr<StateDirectory>> state =
      StateDirectory::OpenExisting(system, state_path);
  // What is wrong with the state is its own check's.
  if (!state.ok() || *state == nullptr) return check;
  const absl::StatusOr<Floor> floor = (*state)->ReadFloor();
  if (!floor.ok()) return Error("clock", floor.status());
  if (!floor->has_trusted_time_s()) return check;
  if (now < absl::FromUnixSeconds(floor->trusted_time_s())) {
    check.set_verdict(Line::ERROR);
    check.add_detail("behind the time that a signature vouched for");
    check.add_next("set the clock of this host");
  } else {
    check.set_text(absl::StrCat(check.text(), ", not behind the stored floor"));
  }
  return check;
}

Line CheckPrivilege(Facts& facts) {
  const Privilege privilege = DerivePrivilege(facts);
  if (privilege.kind == Privilege::Kind::kRoot) {
    return MakeCheck("privilege", Line::GOOD, "root");
  }
  if (privilege.kind == Privilege::Kind::kCanBecomeRoot && !privilege.asks) {
    return MakeCheck("privilege", Line::GOOD,
                     absl::StrCat("no root, ", privilege.by,
                                  " gives it without a password"));
  }
  Line check = MakeCheck("privilege", Line::WARNING,
                         privilege.kind == Privilege::Kind::kCannot
                             ? absl::StrCat("no root: ", privilege.why)
                             : absl::StrCat("no root, ", BaseName(privilege.by),
                                            " wants a password"));
  check.add_detail(
      "a step that needs root ends with exit 7 and a part to hand over");
  check.add_next("provision explain privilege/root");
  return check;
}

Line CheckTrusted(System& system, const std::string& state_path) {
  absl::StatusOr<std::unique_ptr<StateDirectory>> state =
      StateDirectory::OpenExisting(system, state_path);
  if (!state.ok() || *state == nullptr) {
    return MakeCheck("trust", Line::SKIPPED,
                     "nothing is trusted by its content");
  }
  const absl::StatusOr<Trust> trust = (*state)->ReadTrust();
  if (!trust.ok()) return Error("trust", trust.status());
  return MakeCheck("trust", Line::GOOD,
                   absl::StrCat(CountText(trust->file_size(), "plan"),
                                " trusted by content"));
}

std::vector<Line> CheckEndpoints(
    Facts& facts, const std::vector<Proposal::Endpoint>& endpoints,
    const std::string& why_not) {
  if (!why_not.empty()) {
    return {MakeCheck("network", Line::SKIPPED, why_not)};
  }
  std::vector<Line> checks;
  for (const Proposal::Endpoint& endpoint : endpoints) {
    checks.push_back(CheckName(facts, endpoint));
    if (checks.back().verdict() == Line::GOOD && endpoint.scheme() != "http") {
      checks.push_back(CheckTls(facts, endpoint));
    }
  }
  return checks;
}

}  // namespace provision

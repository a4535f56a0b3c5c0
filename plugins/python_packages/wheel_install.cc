#include "plugins/python_packages/wheel_install.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/api/proposal.h"
#include "core/base/path.h"
#include "core/base/url_endpoint.h"
#include "core/host/python_tags.h"
#include "core/host/python_version.h"

namespace provision {
namespace {

bool IsSameVersion(const std::string& a, const std::string& b) {
  const auto left = PythonVersion::Parse(a);
  const auto right = PythonVersion::Parse(b);
  return left.ok() && right.ok() ? *left == *right : a == b;
}

// Collects the actions of one proposal.
class WheelInstall {
 public:
  WheelInstall(const LockedWheels& locked, const PythonEnvironment& environment,
               Facts& facts, Proposal& proposal)
      : environment_(environment),
        facts_(facts),
        proposal_(proposal),
        removals_(facts) {
    const std::string& minor = environment.markers.at("python_version");
    for (std::string& tag : PythonTags(minor, locked.target)) {
      tags_.insert(std::move(tag));
    }
    install_.set_environment(environment.path);
    install_.set_python_version(environment.markers.at("python_full_version"));
    install_.set_site_packages(environment.site_packages[0]);
  }

  // What there is of the wheel's project, and whether it has to come.
  void Consider(const Lock::Artifact& wheel,
                const InstalledDistribution* installed, bool requested) {
    if (installed == nullptr) {
      Note("python_packages/unmet",
           absl::StrCat(wheel.name(), ": not installed"));
    } else if (!IsSameVersion(installed->version, wheel.version())) {
      Note("python_packages/unmet",
           absl::StrCat(wheel.name(), ": ", installed->version,
                        " is installed, locked is ", wheel.version()));
      TakeOut(*installed, false);
    } else {
      const DistributionDamage damage =
          FindDamage(*installed, environment_, facts_);
      if (damage.empty()) return;
      Note("python_packages/damaged",
           absl::StrCat(installed->name, ": ", damage.text));
      TakeOut(*installed, damage.of_metadata);
    }
    Bring(wheel, requested);
  }

  void Finish() {
    if (install_.wheel().empty()) return;
    ActionList actions(facts_);
    for (const Lock::Artifact* wheel : coming_) actions.Add(FetchOf(*wheel));
    removals_.AppendTo(proposal_.mutable_action());
    Action action;
    for (const std::string& tag : needed_tags_) install_.add_tag(tag);
    *action.mutable_install_wheels() = std::move(install_);
    actions.Add(std::move(action));
    actions.AppendTo(proposal_.mutable_action());
  }

 private:
  void Note(absl::string_view id, const std::string& message) {
    Diagnostic* note = proposal_.add_diagnostic();
    note->set_severity(Diagnostic::NOTE);
    note->set_id(std::string(id));
    note->set_message(message);
  }

  // Metadata that names no files only goes itself.
  void TakeOut(const InstalledDistribution& installed, bool only_metadata) {
    for (const std::string& folder : installed.metadata_folders) {
      if (only_metadata || ParentPath(folder) != install_.site_packages()) {
        removals_.Remove(absl::StrCat(environment_.path, "/", folder), true);
      } else {
        install_.add_remove(BaseName(folder));
      }
    }
  }

  void Bring(const Lock::Artifact& wheel, bool requested) {
    InstallWheels::Wheel* added = install_.add_wheel();
    added->set_sha256(wheel.sha256());
    added->set_file(wheel.file());
    if (requested) added->set_requested(true);
    coming_.push_back(&wheel);
    const auto parsed = ParseWheelTags(wheel.file());
    if (!parsed.has_value()) return;  // The installer refuses it by its name.
    for (const std::string& tag : parsed->tags) {
      if (tags_.count(tag) > 0) needed_tags_.insert(tag);
    }
  }

  static Action FetchOf(const Lock::Artifact& wheel) {
    Action action;
    Fetch* fetch = action.mutable_fetch();
    *fetch->mutable_url() = wheel.url();
    fetch->set_sha256(wheel.sha256());
    if (wheel.has_size()) fetch->set_size(wheel.size());
    fetch->set_name(wheel.file());
    return action;
  }

  const PythonEnvironment& environment_;
  Facts& facts_;
  Proposal& proposal_;
  ActionList removals_;
  std::set<std::string> tags_;
  std::set<std::string> needed_tags_;
  std::vector<const Lock::Artifact*> coming_;
  InstallWheels install_;
};

void AddArtifacts(const LockedWheels& locked, Proposal& proposal) {
  for (const Lock::Artifact& wheel : locked.wheels) {
    Proposal::Artifact* artifact = proposal.add_artifact();
    artifact->set_name(wheel.file());
    artifact->set_sha256(wheel.sha256());
    if (wheel.has_size()) artifact->set_size(wheel.size());
    *artifact->mutable_url() = wheel.url();
  }
}

}  // namespace

void AnnounceWheels(const LockedWheels& locked, const std::string& path,
                    Proposal& proposal) {
  AddArtifacts(locked, proposal);
  Proposal::Envelope* envelope = proposal.mutable_envelope();
  for (const char* kind : {"fetch", "install_wheels", "remove"}) {
    envelope->add_kind(kind);
  }
  envelope->add_path(path);
  std::set<std::string> seen;
  for (const Lock::Artifact& wheel : locked.wheels) {
    for (const std::string& url : wheel.url()) {
      const std::string place = EndpointOfUrl(url);  // "host:port"
      if (place.empty() || !seen.insert(place).second) continue;
      const size_t colon = place.rfind(':');
      int port = 0;
      if (!absl::SimpleAtoi(place.substr(colon + 1), &port)) continue;
      Proposal::Endpoint* endpoint = envelope->add_endpoint();
      endpoint->set_host(place.substr(0, colon));
      endpoint->set_port(port);
      endpoint->set_scheme(absl::StartsWith(url, "https:") ? "https" : "http");
    }
  }
}

void ProposeWheels(
    const LockedWheels& locked,
    const std::map<std::string, InstalledDistribution>& installed,
    const std::set<std::string>& requested,
    const PythonEnvironment& environment, Facts& facts, Proposal& proposal) {
  AddArtifacts(locked, proposal);
  WheelInstall install(locked, environment, facts, proposal);
  for (const Lock::Artifact& wheel : locked.wheels) {
    const auto found = installed.find(wheel.name());
    install.Consider(wheel, found == installed.end() ? nullptr : &found->second,
                     requested.count(wheel.name()) > 0);
  }
  install.Finish();
}

}  // namespace provision

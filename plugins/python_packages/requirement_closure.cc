#include "plugins/python_packages/requirement_closure.h"

#include <deque>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/path.h"
#include "core/host/python_name.h"

namespace provision {
namespace {

using Installed = std::map<std::string, InstalledDistribution>;

std::string PercentDecoded(absl::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    uint32_t code = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        absl::SimpleHexAtoi(text.substr(i + 1, 2), &code)) {
      decoded.push_back(code);
      i += 2;
    } else {
      decoded.push_back(text[i]);
    }
  }
  return decoded;
}

// One spelling of a URL: no user info, no escapes, no slash at the end.
std::string PlainUrl(absl::string_view url) {
  std::string plain = PercentDecoded(url);
  const size_t authority = plain.find("://");
  if (authority != std::string::npos) {
    const size_t path = plain.find('/', authority + 3);
    const size_t at = plain.substr(0, path).rfind('@');
    if (at != std::string::npos && at > authority) {
      plain.erase(authority + 3, at - authority - 2);
    }
  }
  return std::string(absl::StripSuffix(plain, "/"));
}

// What a marker, a requirement and the recorded origin say, as one question.
class Closer {
 public:
  Closer(const RequirementSet& set, const Installed& installed,
         const PythonMarkerEnvironment& markers, const std::string& root,
         const std::function<std::string(const std::string&)>& sha256)
      : set_(set),
        installed_(installed),
        markers_(markers),
        root_(root),
        sha256_(sha256) {}

  RequirementClosure Close() {
    for (const RequirementEntry& entry : set_.requirements) AddEntry(entry);
    while (!queue_.empty()) {
      const auto [name, extras] = std::move(queue_.front());
      queue_.pop_front();
      Visit(name, extras);
    }
    CheckConstraints();
    for (const auto& [name, extras] : visited_) closure_.needed.push_back(name);
    closure_.top_level.assign(top_level_.begin(), top_level_.end());
    return std::move(closure_);
  }

 private:
  using Extras = std::vector<std::string>;

  void Unmet(absl::string_view name, absl::string_view why) {
    const std::string line = absl::StrCat(name, ": ", why);
    if (reported_.insert(line).second) closure_.unmet.push_back(line);
  }

  bool Applies(const absl::optional<PythonMarker>& marker,
               absl::string_view name) {
    if (!marker.has_value()) return true;
    const auto holds = marker->Evaluate(markers_);
    if (holds.ok()) return *holds;
    closure_.unreadable.push_back(
        absl::StrCat(name, ": ", holds.status().message()));
    return false;
  }

  void AddEntry(const RequirementEntry& entry) {
    const RequirementSource& source = entry.source;
    if (!Applies(source.marker, entry.text)) return;
    if (source.kind == RequirementSource::Kind::kName) {
      top_level_.insert(source.name);
      Require(source.name, source.extras, source.specifier, "");
      return;
    }
    const auto found = FindByOrigin(entry);
    if (found == installed_.end()) {
      Unmet(source.name.empty() ? source.location : source.name,
            absl::StrCat("not installed from ", source.location));
      return;
    }
    top_level_.insert(found->second.name);
    queue_.push_back({found->first, source.extras});
  }

  void Require(const std::string& name, const Extras& extras,
               const PythonSpecifierSet& specifier,
               const std::string& required_by) {
    const std::string by =
        required_by.empty() ? "" : absl::StrCat(", required by ", required_by);
    const auto found = installed_.find(NormalizePythonName(name));
    if (found == installed_.end()) {
      Unmet(name, absl::StrCat("not installed", by));
      return;
    }
    if (!specifier.Contains(found->second.version)) {
      Unmet(name, absl::StrCat(found->second.version, " does not fit ",
                               specifier.ToString(), by));
    }
    queue_.push_back({found->first, extras});
  }

  // Follows the requirements of one distribution, once for each of its extras.
  void Visit(const std::string& name, const Extras& extras) {
    auto [visited, first] = visited_.try_emplace(name);
    Extras fresh;
    for (const std::string& extra : extras) {
      if (visited->second.insert(NormalizePythonName(extra)).second) {
        fresh.push_back(extra);
      }
    }
    if (!first && fresh.empty()) return;
    const InstalledDistribution& distribution = installed_.at(name);
    if (first) {
      for (const std::string& line : distribution.unreadable) {
        closure_.unreadable.push_back(absl::StrCat(name, ": ", line));
      }
    }
    for (const PythonRequirement& requirement :
         distribution.requires_distributions) {
      const auto applies = requirement.Applies(markers_, fresh);
      if (!applies.ok()) {
        closure_.unreadable.push_back(
            absl::StrCat(name, ": ", applies.status().message()));
      } else if (*applies) {
        Require(requirement.name, requirement.extras, requirement.specifier,
                distribution.name);
      }
    }
  }

  void CheckConstraints() {
    for (const RequirementEntry& entry : set_.constraints) {
      const std::string name = NormalizePythonName(entry.source.name);
      if (visited_.count(name) == 0 ||
          !Applies(entry.source.marker, entry.text)) {
        continue;
      }
      const InstalledDistribution& distribution = installed_.at(name);
      const bool fits =
          entry.source.kind == RequirementSource::Kind::kName
              ? entry.source.specifier.Contains(distribution.version)
              : CameFrom(entry, distribution);
      if (!fits) {
        Unmet(distribution.name,
              absl::StrCat(distribution.version,
                           " does not fit the constraint ", entry.text));
      }
    }
  }

  Installed::const_iterator FindByOrigin(const RequirementEntry& entry) const {
    if (!entry.source.name.empty()) {
      const auto found =
          installed_.find(NormalizePythonName(entry.source.name));
      return found != installed_.end() && CameFrom(entry, found->second)
                 ? found
                 : installed_.end();
    }
    for (auto it = installed_.begin(); it != installed_.end(); ++it) {
      if (CameFrom(entry, it->second)) return it;
    }
    return installed_.end();
  }

  bool CameFrom(const RequirementEntry& entry,
                const InstalledDistribution& distribution) const {
    if (!distribution.direct_url.has_value()) return false;
    const DirectUrl& direct = *distribution.direct_url;
    const RequirementSource& source = entry.source;
    if (direct.editable != entry.editable) return false;
    if (source.kind == RequirementSource::Kind::kRepository) {
      // pip keeps the clone of an editable one in the environment and records
      // that.
      if (entry.editable && direct.vcs.empty()) return !source.name.empty();
      return PlainUrl(absl::StrCat(direct.vcs, "+", direct.url)) ==
                 PlainUrl(source.location) &&
             (source.ref == direct.requested_revision ||
              (!source.ref.empty() && source.ref == direct.commit));
    }
    if (source.kind == RequirementSource::Kind::kUrl &&
        !absl::StartsWithIgnoreCase(source.location, "file:")) {
      return PlainUrl(direct.url) == PlainUrl(source.location);
    }
    std::string path = source.location;
    if (source.kind == RequirementSource::Kind::kUrl) {
      path = PercentDecoded(path.substr(path.find(':') + 1));
      path = std::string(absl::StripPrefix(path, "//"));
    }
    path = JoinPath(root_, path);
    if (PlainUrl(direct.url) != absl::StrCat("file://", path)) return false;
    return direct.sha256.empty() || direct.sha256 == sha256_(path);
  }

  const RequirementSet& set_;
  const Installed& installed_;
  const PythonMarkerEnvironment& markers_;
  const std::string& root_;
  const std::function<std::string(const std::string&)>& sha256_;
  std::deque<std::pair<std::string, Extras>> queue_;
  std::map<std::string, std::set<std::string>> visited_;  // name -> extras
  std::set<std::string> top_level_;
  std::set<std::string> reported_;
  RequirementClosure closure_;
};

}  // namespace

RequirementClosure CloseRequirements(
    const RequirementSet& set, const Installed& installed,
    const PythonMarkerEnvironment& markers, const std::string& root,
    const std::function<std::string(const std::string& path)>& sha256) {
  return Closer(set, installed, markers, root, sha256).Close();
}

}  // namespace provision

#include "plugins/python/ladder.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace provision {
namespace {

using Source = FoundInterpreter::Source;

class Climber {
 public:
  explicit Climber(const LadderInput& input) : input_(input) {}

  LadderResult Climb() {
    for (const PythonConfig::Rung rung : RungsOf(input_.config)) {
      switch (rung) {
        case PythonConfig::EXACT:
          ClimbExact();
          break;
        case PythonConfig::RELAXED_PATCH:
          ClimbRelaxed();
          break;
        case PythonConfig::SYSTEM:
          ClimbSystem();
          break;
        case PythonConfig::CONTAINER:
          Refuse(rung, "containers are not in this version", {});
          break;
        case PythonConfig::GUIDE:
        case PythonConfig::RUNG_UNSPECIFIED:
          break;
      }
    }
    return std::move(result_);
  }

 private:
  const VersionRequest& request() const { return input_.request; }

  void Refuse(PythonConfig::Rung rung, std::string reason,
              const std::vector<std::string>& evidence) {
    Refusal& refusal = result_.refused.emplace_back();
    refusal.set_rung(PythonConfig::Rung_Name(rung));
    refusal.set_reason(std::move(reason));
    for (const std::string& fact : evidence) refusal.add_evidence(fact);
  }

  void Take(PythonConfig::Rung rung, const FoundInterpreter& found,
            std::string reason) {
    Choice choice;
    choice.rung = rung;
    choice.found = found;
    choice.title = found.ToString();
    choice.reason = std::move(reason);
    result_.choices.push_back(std::move(choice));
  }

  void Take(PythonConfig::Rung rung, const PythonBuild& build,
            std::string reason) {
    Choice choice;
    choice.rung = rung;
    choice.build = build;
    choice.title =
        absl::StrCat("the listed build of ", build.version.ToString(), " for ",
                     input_.target.ToString());
    choice.reason = std::move(reason);
    result_.choices.push_back(std::move(choice));
  }

  // Fetched builds are plain: they have the lock and no debug code.
  std::string WhyNoBuilds() const {
    if (!input_.mirror.ok()) {
      return std::string(input_.mirror.status().message());
    }
    if (request().free_threaded() || request().debug()) {
      return "the list has plain builds only";
    }
    return "";
  }

  // ---- EXACT ----

  void ClimbExact() {
    const size_t before = result_.choices.size();
    for (const FoundInterpreter& found : input_.search.found) {
      if (found.source == Source::kOurs && Accepts(found)) {
        Take(PythonConfig::EXACT, found, "");
      }
    }
    std::vector<std::string> evidence;
    const std::string why_no_build = TakeExactBuild(&evidence);
    for (const FoundInterpreter& found : input_.search.found) {
      // A range leaves what is on PATH to the rung SYSTEM.
      const bool elsewhere =
          found.source != Source::kOurs &&
          (found.source != Source::kPath || request().is_pinned());
      if (elsewhere && Accepts(found)) Take(PythonConfig::EXACT, found, "");
    }
    if (result_.choices.size() > before) return;
    for (const FoundInterpreter& found : input_.search.found) {
      evidence.push_back(absl::StrCat("there is ", found.ToString()));
    }
    why_not_exact_ = why_no_build;
    Refuse(PythonConfig::EXACT,
           absl::StrCat(why_no_build, "; no ", request().ToString(),
                        " is installed"),
           evidence);
  }

  bool Accepts(const FoundInterpreter& found) const {
    return request().Accepts(found.interpreter.version);
  }

  // Why none is taken; "" if one is.
  std::string TakeExactBuild(std::vector<std::string>* evidence) {
    const std::string why = WhyNoBuilds();
    if (!why.empty()) return why;
    const BuildList& list = input_.mirror->list;
    const auto accepts = [this](const PythonBuild& build) {
      return request().Accepts(build.version);
    };
    const auto newest =
        std::find_if(list.builds.rbegin(), list.builds.rend(), accepts);
    if (newest != list.builds.rend()) {
      Take(PythonConfig::EXACT, *newest, "");
      return "";
    }
    const BuildList& known = input_.mirror->known;
    if (absl::c_any_of(known.builds, accepts)) {
      return absl::StrCat("the mirror does not have ", request().ToString(),
                          " for ", input_.target.ToString());
    }
    AddFirstOfMinor(evidence);
    return absl::StrCat(request().ToString(), " was never built for ",
                        input_.target.ToString());
  }

  // "build list 2026-08: linux/amd64/musl begins at 3.11.11".
  void AddFirstOfMinor(std::vector<std::string>* evidence) const {
    const BuildList& known = input_.mirror->known;
    for (const PythonBuild& build : known.builds) {
      if (!request().AcceptsMinorOf(build.version)) continue;
      evidence->push_back(absl::StrCat(known.name, ": ",
                                       input_.target.ToString(), " begins at ",
                                       build.version.ToString()));
      return;
    }
    evidence->push_back(absl::StrCat(known.name, ": no such minor version for ",
                                     input_.target.ToString()));
  }

  // ---- RELAXED_PATCH ----

  void ClimbRelaxed() {
    if (!request().is_pinned()) {
      Refuse(PythonConfig::RELAXED_PATCH,
             "the plan gives a range: there is no patch to relax", {});
      return;
    }
    if (input_.config.patch_policy() == PythonConfig::NONE) {
      Refuse(PythonConfig::RELAXED_PATCH, "patch_policy is NONE", {});
      return;
    }
    std::vector<const FoundInterpreter*> installed;
    for (const FoundInterpreter& found : input_.search.found) {
      if (found.source != Source::kPath && !Accepts(found)) {
        installed.push_back(&found);
      }
    }
    std::vector<const PythonBuild*> builds;
    const std::string why_no_build = WhyNoBuilds();
    if (why_no_build.empty()) {
      for (const PythonBuild& build : input_.mirror->list.builds) {
        if (request().AcceptsMinorOf(build.version) &&
            !request().Accepts(build.version)) {
          builds.push_back(&build);
        }
      }
    }
    if (installed.empty() && builds.empty()) {
      Refuse(PythonConfig::RELAXED_PATCH,
             absl::StrCat(why_no_build.empty()
                              ? absl::StrCat("no build of the minor version "
                                             "for ",
                                             input_.target.ToString())
                              : why_no_build,
                          "; no other patch is installed"),
             {});
      return;
    }
    TakeRelaxed(installed, builds);
  }

  // The policy's choice among all; where that is to be fetched, also its choice
  // among those that are there, in case the fetch fails.
  void TakeRelaxed(const std::vector<const FoundInterpreter*>& installed,
                   const std::vector<const PythonBuild*>& builds) {
    std::vector<PythonVersion> versions;
    for (const FoundInterpreter* found : installed) {
      versions.push_back(found->interpreter.version);
    }
    const int best_installed = Substitute(versions);
    for (const PythonBuild* build : builds) versions.push_back(build->version);
    const int best = Substitute(versions);
    const std::string reason = absl::StrCat(
        "in place of ", request().ToString(),
        why_not_exact_.empty() ? "" : absl::StrCat(": ", why_not_exact_));
    const int first_build = static_cast<int>(installed.size());
    if (best >= first_build) {
      Take(PythonConfig::RELAXED_PATCH, *builds[best - first_build], reason);
    }
    if (best_installed >= 0) {
      Take(PythonConfig::RELAXED_PATCH, *installed[best_installed], reason);
    }
  }

  int Substitute(const std::vector<PythonVersion>& versions) const {
    return SubstituteFor(request().pinned(), versions,
                         input_.config.patch_policy());
  }

  // ---- SYSTEM ----

  void ClimbSystem() {
    const size_t before = result_.choices.size();
    for (const FoundInterpreter& found : input_.search.found) {
      if (found.source != Source::kPath) continue;
      // A pinned version that is there is the rung EXACT's.
      if (request().is_pinned() && Accepts(found)) continue;
      Take(PythonConfig::SYSTEM, found,
           request().is_pinned()
               ? absl::StrCat("in place of ", request().ToString(),
                              ": the Python on PATH is of the same minor "
                              "version")
               : "");
    }
    if (result_.choices.size() > before) return;
    const std::vector<std::string>& others = input_.search.others;
    Refuse(PythonConfig::SYSTEM,
           others.empty() ? "no Python is on PATH"
                          : "what is on PATH is of another version or kind",
           others);
  }

  const LadderInput& input_;
  LadderResult result_;
  std::string why_not_exact_;
};

}  // namespace

std::vector<PythonConfig::Rung> RungsOf(const PythonConfig& config) {
  std::vector<PythonConfig::Rung> rungs;
  for (const int rung : config.ladder()) {
    rungs.push_back(static_cast<PythonConfig::Rung>(rung));
  }
  if (!rungs.empty()) return rungs;
  return {PythonConfig::EXACT, PythonConfig::RELAXED_PATCH,
          PythonConfig::SYSTEM, PythonConfig::CONTAINER, PythonConfig::GUIDE};
}

int SubstituteFor(const PythonVersion& wanted,
                  const std::vector<PythonVersion>& versions,
                  PythonConfig::PatchPolicy policy) {
  if (policy == PythonConfig::NONE) return -1;
  int best = -1;
  for (size_t i = 0; i < versions.size(); ++i) {
    if (best < 0) {
      best = static_cast<int>(i);
      continue;
    }
    const PythonVersion& a = versions[i];
    const PythonVersion& b = versions[best];
    bool better = a > b;
    if (policy != PythonConfig::ANY) {
      // The lowest above the wanted one, else the highest below it.
      const bool a_above = a > wanted;
      const bool b_above = b > wanted;
      better = a_above != b_above ? a_above : a_above ? a < b : a > b;
    }
    if (better) best = static_cast<int>(i);
  }
  return best;
}

LadderResult ClimbLadder(const LadderInput& input) {
  return Climber(input).Climb();
}

}  // namespace provision

#include "core/cli/bundle/bundle_supply.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/actions/artifact_store.h"
#include "core/base/diagnostic.h"
#include "core/base/make_directories.h"
#include "core/base/parallel_for.h"
#include "core/base/status_macros.h"
#include "core/cli/bundle/bundle_access.h"
#include "core/engine/planner.h"
#include "core/engine/session.h"
#include "core/host/platform.h"

namespace provision {
namespace {

constexpr uint32_t kStoreMode = 0700;
constexpr size_t kPiece = 1 << 20;

DiagnosticError Refusal(absl::string_view id, const std::string& message) {
  return DiagnosticError(absl::StatusCode::kInvalidArgument, id, message);
}

// How well a target fits: 0 not at all, 2 the same distribution.
int Fit(const BundlePlatform& target, const Platform& host) {
  if (target.os != host.os || target.architecture != host.architecture) {
    return 0;
  }
  return target.distribution == host.distribution &&
                 target.version == host.version
             ? 2
             : 1;
}

absl::StatusOr<const BundleTarget*> ChooseTarget(const CommandContext& context,
                                                 const Bundle& bundle,
                                                 const Platform& host) {
  const std::string meant = context.line.Text("target");
  std::vector<const BundleTarget*> best;
  int fit = 1;
  std::string all;
  for (const BundleTarget& target : bundle.content().targets) {
    absl::StrAppend(&all, all.empty() ? "" : ", ", target.name);
    if (!meant.empty() && target.name != meant) continue;
    const int its_fit = Fit(target.platform, host);
    if (its_fit > fit) best.clear();
    if (its_fit >= fit) best.push_back(&target);
    fit = std::max(fit, its_fit);
  }
  if (best.size() == 1) return best.front();
  if (best.empty()) {
    return Refusal("target/none",
                   absl::StrCat("no target fits this host (", host.Text(), ")"))
        .Found(absl::StrCat("the bundle has: ", all))
        .Next("a bundle made for this host");
  }
  return Refusal("target/ambiguous",
                 absl::StrCat("targets ", best[0]->name, " and ", best[1]->name,
                              " fit equally"))
      .Next(absl::StrCat("--target ", best[0]->name));
}

absl::Status CheckPlan(const CommandContext& context,
                       const BundleTarget& target, const PlanFile& plan) {
  for (const BundleArtifact& artifact : target.artifacts) {
    if (artifact.kind != "plan" || artifact.sha256 == plan.sha256) continue;
    return Refusal("apply/plan-differs",
                   absl::StrCat(plan.file, " is not the plan in ",
                                context.line.Text("bundle")))
        .Expected(absl::StrCat("sha256:", artifact.sha256))
        .Found(absl::StrCat("sha256:", plan.sha256))
        .Next(absl::StrCat("provision bundle inspect ",
                           context.line.Text("bundle"), " --show plan"));
  }
  return absl::OkStatus();
}

absl::Status Keep(System& system, const Bundle& bundle,
                  const BundleArtifact& artifact, ArtifactStore& store) {
  PROVISION_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> source,
                             bundle.OpenBlob(artifact.sha256));
  PROVISION_ASSIGN_OR_RETURN(
      const std::unique_ptr<PartialArtifact> partial,
      store.OpenPartial(system, artifact.sha256,
                        system.MonotonicClock() + absl::Hours(1)));
  if (store.Open(artifact.sha256).ok()) return store.Discard(artifact.sha256);
  PROVISION_RETURN_IF_ERROR(partial->Restart("", ""));
  std::string piece;
  for (uint64_t at = 0; at < source->size(); at += piece.size()) {
    piece.resize(std::min<uint64_t>(kPiece, source->size() - at));
    PROVISION_RETURN_IF_ERROR(
        source->ReadAt(at, absl::MakeSpan(piece.data(), piece.size())));
    PROVISION_RETURN_IF_ERROR(partial->Append(piece));
  }
  if (partial->Digest() != artifact.sha256) {
    return DiagnosticError(absl::StatusCode::kDataLoss, "content/digest",
                           absl::StrCat(artifact.title, " differs"))
        .Expected(absl::StrCat("sha256:", artifact.sha256))
        .Found(absl::StrCat("sha256:", partial->Digest()))
        .Because("its signature is good, so it was damaged on the way")
        .Next("copy it again; provision bundle verify FILE");
  }
  PROVISION_RETURN_IF_ERROR(partial->Sync());
  return store.Commit(artifact.sha256, artifact.sha256);
}

absl::Status CheckAllThere(Engine& engine, const CheckedPlan& plan,
                           const std::vector<bool>& selected,
                           ArtifactStore& store) {
  Planner planner(plan, engine.facts);
  const std::vector<StepPlan> steps = planner.ProposeAll(selected);
  for (size_t i = 0; i < steps.size(); ++i) {
    if (!steps[i].here || !steps[i].selected || !steps[i].status.ok()) continue;
    const Proposal& proposal = steps[i].proposal;
    for (const Action& action : proposal.rung_size() > 0
                                    ? proposal.rung(0).action()
                                    : proposal.action()) {
      if (!action.has_fetch()) continue;
      PROVISION_ASSIGN_OR_RETURN(const bool there,
                                 store.Has(action.fetch().sha256()));
      if (there) continue;
      return Refusal("apply/not-in-bundle",
                     absl::StrCat("it needs ", action.fetch().name(),
                                  ", which is not in the bundle"))
          .Step(plan.steps[i].id)
          .Expected(absl::StrCat("sha256:", action.fetch().sha256()))
          .Next("make the bundle on a host like this one");
    }
  }
  return absl::OkStatus();
}

absl::Status OpenNoSocket(CommandContext& context) {
  if (context.hold_offline == nullptr) return absl::OkStatus();
  PROVISION_ASSIGN_OR_RETURN(const bool held, context.hold_offline());
  if (held) return absl::OkStatus();
  Diagnostic warning =
      DiagnosticError(absl::StatusCode::kUnavailable, "host/no-seccomp",
                      "this kernel has no seccomp: a command could use the "
                      "network")
          .diagnostic();
  warning.set_severity(Diagnostic::WARNING);
  Warn(context, {warning});
  return absl::OkStatus();
}

}  // namespace

absl::Status SupplyFromBundle(CommandContext& context, Engine& engine,
                              const LoadedPlan& loaded,
                              const std::vector<bool>& selected) {
  PROVISION_RETURN_IF_ERROR(OpenNoSocket(context));
  PROVISION_ASSIGN_OR_RETURN(
      const NamedBundle named,
      OpenBundle(context, context.line.Text("bundle"), true));
  Facts facts(engine.facts, {});
  PROVISION_ASSIGN_OR_RETURN(
      const BundleTarget* target,
      ChooseTarget(context, *named.bundle, DerivePlatform(facts)));
  PROVISION_RETURN_IF_ERROR(CheckPlan(context, *target, loaded.file));
  PROVISION_ASSIGN_OR_RETURN(
      const std::unique_ptr<Directory> folder,
      MakeDirectories(engine.system, StorePath(engine), kStoreMode));
  ArtifactStore store(*folder);
  std::vector<const BundleArtifact*> artifacts;
  for (const BundleArtifact& artifact : target->artifacts) {
    if (!artifact.title.empty()) artifacts.push_back(&artifact);
  }
  PROVISION_RETURN_IF_ERROR(
      ParallelFor(artifacts.size(), engine.options.jobs, [&](size_t i) {
        return Keep(engine.system, *named.bundle, *artifacts[i], store);
      }));
  return CheckAllThere(engine, loaded.verdict.plan, selected, store);
}

}  // namespace provision

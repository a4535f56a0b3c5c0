#include "core/cli/bundle/create_command.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/actions/action_handler.h"
#include "core/actions/artifact_store.h"
#include "core/actions/secret_resolver.h"
#include "core/base/byte_text.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/make_directories.h"
#include "core/base/parallel_for.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"
#include "core/base/version.h"
#include "core/cli/bundle/bundle_access.h"
#include "core/cli/bundle/needed_artifacts.h"
#include "core/cli/bundle/new_file.h"
#include "core/cli/bundle/signing_flags.h"
#include "core/cli/display_text.h"
#include "core/cli/engine_setup.h"
#include "core/engine/planner.h"
#include "core/engine/session.h"
#include "core/host/platform.h"

namespace provision {
namespace {

constexpr uint32_t kStoreMode = 0700;
constexpr uint32_t kMode = 0644;

using Needed = std::map<std::string, NeededArtifact>;

// One `bundle create`, in the order of its methods.
class Creation {
 public:
  Creation(CommandContext& context, Engine& engine, const LoadedPlan& loaded)
      : context_(context),
        engine_(engine),
        plan_(loaded.verdict.plan),
        plan_source_(loaded.file.content),
        plan_sha256_(loaded.file.sha256) {}

  absl::Status Propose() {
    Planner planner(plan_, engine_.facts);
    const std::vector<StepPlan> steps =
        planner.ProposeAll(std::vector<bool>(plan_.steps.size(), true));
    PROVISION_ASSIGN_OR_RETURN(needed_, NeededArtifacts(plan_, steps));
    for (size_t i = 0; i < steps.size(); ++i) here_.push_back(steps[i].here);
    return absl::OkStatus();
  }

  // Whatever is not in the store yet, several at once.
  absl::Status Fetch() {
    PROVISION_ASSIGN_OR_RETURN(
        store_folder_,
        MakeDirectories(engine_.system, StorePath(engine_), kStoreMode));
    SystemSecretResolver secrets(
        engine_.system,
        [] { return absl::UnimplementedError("no versions are kept here"); },
        &context_.redactor, engine_.prompt);
    std::vector<const Action*> fetches;
    for (const auto& [digest, needed] : needed_) {
      fetches.push_back(&needed.fetch);
    }
    return ParallelFor(fetches.size(), engine_.options.jobs, [&](size_t i) {
      return FetchOne(*fetches[i], secrets);
    });
  }

  absl::Status Draft() {
    ArtifactStore store(*store_folder_);
    draft_.content.id = context_.line.Has("bundle-id")
                            ? context_.line.Text("bundle-id")
                            : plan_.name;
    draft_.content.version =
        static_cast<uint64_t>(context_.line.Number("bundle-version"));
    draft_.content.creator = absl::StrCat("provision ", kVersion);
    BundleTarget target = Target();
    target.artifacts.push_back(
        {.kind = "plan", .sha256 = plan_sha256_, .size = plan_source_.size()});
    draft_.blobs.push_back({plan_sha256_, &plan_source_});
    for (const auto& [digest, needed] : needed_) {
      PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                                 store.Open(digest));
      target.artifacts.push_back(
          {.kind = needed.kind,
           .title = needed.file,
           .steps = {needed.steps.begin(), needed.steps.end()},
           .sha256 = digest,
           .size = source->size()});
      draft_.blobs.push_back({digest, source.get()});
      sources_.push_back(std::move(source));
    }
    draft_.content.targets.push_back(std::move(target));
    return absl::OkStatus();
  }

  absl::Status Write(const SigningFlags& flags) {
    const std::string file =
        context_.line.Has("out")
            ? context_.line.Text("out")
            : absl::StrCat(draft_.content.id, "-", draft_.content.version,
                           ".bundle");
    PROVISION_ASSIGN_OR_RETURN(const std::unique_ptr<NewFile> out,
                               NewFile::Create(context_, file, kMode));
    uint64_t bytes = 0;
    PROVISION_ASSIGN_OR_RETURN(
        const std::string root,
        context_.bundles->Write(draft_, flags.signing(),
                                [&](absl::string_view piece) {
                                  bytes += piece.size();
                                  return out->Append(piece);
                                }));
    PROVISION_RETURN_IF_ERROR(out->Finish());
    BundleAnswer answer;
    answer.set_schema("provision.bundle/1");
    answer.set_file(file);
    answer.set_id(draft_.content.id);
    answer.set_version(draft_.content.version);
    answer.set_root_digest(absl::StrCat("sha256:", root));
    answer.set_bytes(bytes);
    answer.add_target(draft_.content.targets.front().name);
    Answer(context_, answer,
           absl::StrCat("wrote ", file, ", ", ByteText(bytes), ", ",
                        CountText(needed_.size(), "artifact"), ", ",
                        CountText(flags.keys.size(), "signature"),
                        "\nroot sha256:", root, "\n"));
    return absl::OkStatus();
  }

 private:
  absl::Status FetchOne(const Action& action, SystemSecretResolver& secrets) {
    ActionContext context = {
        .system = engine_.system,
        .undo = [] { return absl::UnimplementedError("nothing is undone"); },
        .store = [this]() -> absl::StatusOr<Directory*> {
          return store_folder_.get();
        },
        .secrets = &secrets,
        .offline = engine_.options.offline};
    const ActionHandler& handler = engine_.handlers.Get(action);
    PROVISION_ASSIGN_OR_RETURN(const Audit audit,
                               handler.AuditWanted(action, context));
    if (audit == Audit::kAfter) return absl::OkStatus();
    PROVISION_ASSIGN_OR_RETURN(const Preparation preparation,
                               handler.Prepare(action, context));
    return handler.Perform(action, preparation, context);
  }

  BundleTarget Target() {
    Facts facts(engine_.facts, {});
    const Platform platform = DerivePlatform(facts);
    BundleTarget target;
    target.name = platform.Text();
    target.platform = {.os = platform.os,
                       .architecture = platform.architecture,
                       .distribution = platform.distribution,
                       .version = platform.version};
    for (size_t i = 0; i < plan_.steps.size(); ++i) {
      if (!here_[i]) continue;
      const CheckedStep& step = plan_.steps[i];
      BundleStep shown = {
          .name = step.id,
          .provisioner = step.provisioner->config()->full_name(),
          .config_sha256 = Sha256Hex(DeterministicBytes(*step.config))};
      for (const auto& [digest, needed] : needed_) {
        if (needed.steps.count(step.id) > 0) shown.artifacts.push_back(digest);
      }
      target.steps.push_back(std::move(shown));
    }
    return target;
  }

  CommandContext& context_;
  Engine& engine_;
  const CheckedPlan& plan_;
  const MemoryByteSource plan_source_;
  const std::string plan_sha256_;
  Needed needed_;
  std::vector<bool> here_;
  std::unique_ptr<Directory> store_folder_;
  std::vector<std::unique_ptr<ByteSource>> sources_;
  BundleDraft draft_;
};

absl::Status CheckFlags(const CommandContext& context) {
  if (context.bundles == nullptr) {
    return absl::UnimplementedError("this program has no writer of bundles");
  }
  if (context.line.Number("bundle-version") > 0) return absl::OkStatus();
  return DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/flag",
                         "bundle create: wants --bundle-version N, from 1")
      .Because("it grows with every release: it protects against going back")
      .Next("--bundle-version 1");
}

absl::Status Create(CommandContext& context, const LoadedPlan& loaded) {
  PROVISION_RETURN_IF_ERROR(CheckTrust(context, loaded.file));
  PROVISION_ASSIGN_OR_RETURN(const SigningFlags flags,
                             ReadSigningFlags(context));
  PROVISION_ASSIGN_OR_RETURN(const std::unique_ptr<EngineSetup> setup,
                             EngineSetup::New(context));
  Creation creation(context, setup->engine(), loaded);
  PROVISION_RETURN_IF_ERROR(creation.Propose());
  PROVISION_RETURN_IF_ERROR(creation.Fetch());
  PROVISION_RETURN_IF_ERROR(creation.Draft());
  return creation.Write(flags);
}

}  // namespace

ExitCode RunBundleCreate(CommandContext& context) {
  absl::Status status = CheckFlags(context);
  if (!status.ok()) return RefuseBundle(context, status);
  absl::StatusOr<LoadedPlan> loaded = LoadMeantPlan(context);
  if (!loaded.ok()) {
    return Refuse(context, ExitBeforeActions(loaded.status()), loaded.status());
  }
  if (!loaded->verdict.ok()) {
    return Refuse(context, ExitCode::kRefused, loaded->verdict.diagnostics);
  }
  Warn(context, loaded->verdict.diagnostics);
  status = Create(context, *loaded);
  return status.ok() ? ExitCode::kConverged : RefuseBundle(context, status);
}

}  // namespace provision

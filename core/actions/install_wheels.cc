#include "core/actions/install_wheels.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/actions/artifact_store.h"
#include "core/actions/display_path.h"
#include "core/actions/distribution_files.h"
#include "core/actions/path_target.h"
#include "core/actions/staged_change.h"
#include "core/actions/tree_merge.h"
#include "core/actions/tree_state.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/parallel_for.h"
#include "core/base/source_hash.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr int kNamesShown = 6;

// `status` as one of this action: "install WHEEL: …".
absl::Status Named(const absl::Status& status) {
  if (status.ok() || IsNotDurable(status) || absl::IsCancelled(status)) {
    return status;
  }
  Diagnostic diagnostic = DiagnosticFromStatus(status);
  diagnostic.set_message(absl::StrCat("install ", diagnostic.message()));
  return StatusFromDiagnostic(status.code(), diagnostic);
}

// "numpy 1.26.4" of "numpy-1.26.4-….whl".
std::string ShortName(absl::string_view file) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(file, absl::MaxSplits('-', 2));
  return parts.size() < 2 ? std::string(file)
                          : absl::StrCat(parts[0], " ", parts[1]);
}

// The project that the name of a wheel or of a metadata folder begins with, in
// one spelling.
std::string ProjectOf(absl::string_view name) {
  std::string project = absl::AsciiStrToLower(name.substr(0, name.find('-')));
  std::replace(project.begin(), project.end(), '.', '_');
  return project;
}

FileConflicts ConflictsOf(const InstallWheels& install) {
  return install.file_conflicts() == InstallWheels::REFUSE
             ? FileConflicts::kRefuse
             : FileConflicts::kLastWins;
}

// Whether the file is there with the content that it shall have.
absl::StatusOr<bool> IsInPlace(Directory& environment,
                               const ArchiveEntry& file) {
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> found,
                             environment.Lstat(file.path));
  if (!found.has_value() || found->type != FileType::kRegular ||
      found->size != file.size ||
      ((found->mode & 0100) != 0) != file.executable) {
    return false;
  }
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                             environment.OpenForReading(file.path));
  Sha256 hash;
  PROVISION_RETURN_IF_ERROR(HashSource(*source, hash));
  return hash.FinalHex() == file.sha256;
}

// The wheels, verified and judged.
struct Judged final : Findings {
  std::vector<std::unique_ptr<ByteSource>> archives;
  std::unique_ptr<WheelTree> tree;
  std::string digest;  // SettledDigest of what is written
};

class InstallWheelsHandler final : public ActionHandler {
 public:
  explicit InstallWheelsHandler(const WheelInstaller& installer)
      : installer_(installer) {}

  bool atomic() const override { return true; }

  Action::Reversibility reversibility(const Action&) const override {
    return Action::EXACT;
  }

  Action::RepeatClass repeat_class(const Action&) const override {
    return Action::CONVERGENT;
  }

  Event::ActionLine Describe(const Action& action, FactReader& reader,
                             absl::string_view root) const override {
    const InstallWheels& install = action.install_wheels();
    std::vector<std::string> parts;
    std::vector<std::string> names;
    for (const InstallWheels::Wheel& wheel : install.wheel()) {
      if (names.size() < kNamesShown) names.push_back(ShortName(wheel.file()));
    }
    if (install.wheel_size() > kNamesShown) names.push_back("...");
    if (install.wheel_size() > 0) {
      parts.push_back(absl::StrCat(install.wheel_size(),
                                   " wheels: ", absl::StrJoin(names, ", ")));
    }
    if (install.remove_size() > 0) {
      parts.push_back(
          absl::StrCat("in place of ", absl::StrJoin(install.remove(), ", ")));
    }
    Event::ActionLine line;
    line.set_verb("install");
    line.set_object(DisplayPath(install.environment(), root, reader));
    line.set_note(absl::StrJoin(parts, "; "));
    return line;
  }

  // Without the wheels nobody can say whether the environment is as wanted.
  absl::StatusOr<Audit> AuditWanted(const Action& action,
                                    ActionContext& context) const override {
    const InstallWheels& install = action.install_wheels();
    absl::StatusOr<StagedChange> environment =
        StagedChange::Open(context.system, install.environment());
    if (absl::IsNotFound(environment.status())) return Audit::kOther;
    PROVISION_RETURN_IF_ERROR(environment.status());
    PROVISION_ASSIGN_OR_RETURN(bool may_be_there,
                               HasProjects(install, environment->here()));
    if (!may_be_there) return Audit::kOther;
    absl::StatusOr<std::shared_ptr<Judged>> judged = Judge(install, context);
    if (DiagnosticId(judged.status()) == "store/missing") {
      return Audit::kUnknown;
    }
    PROVISION_RETURN_IF_ERROR(judged.status());
    PROVISION_ASSIGN_OR_RETURN(
        bool is_as_wanted,
        IsAsWanted(install, *(*judged)->tree, environment->here()));
    return is_as_wanted ? Audit::kAfter : Audit::kOther;
  }

  absl::StatusOr<Audit> AuditPrepared(const Action& action,
                                      const Preparation& preparation,
                                      ActionContext& context) const override {
    absl::StatusOr<StagedChange> environment = StagedChange::Open(
        context.system, action.install_wheels().environment());
    if (!environment.ok()) return Audit::kUnknown;
    PROVISION_ASSIGN_OR_RETURN(MoveProgress progress,
                               environment->Progress(preparation));
    switch (progress) {
      case MoveProgress::kNone:
      case MoveProgress::kSome:  // Clean brings it back.
        return Audit::kBefore;
      case MoveProgress::kForeign:
        return Audit::kOther;
      case MoveProgress::kAll:
        break;
    }
    PROVISION_ASSIGN_OR_RETURN(std::string found,
                               environment->DigestOfWhatCame(preparation));
    return found == After(preparation) ? Audit::kAfter : Audit::kOther;
  }

  absl::StatusOr<Preparation> Prepare(const Action& action,
                                      ActionContext& context) const override {
    const InstallWheels& install = action.install_wheels();
    PROVISION_ASSIGN_OR_RETURN(
        StagedChange environment,
        StagedChange::Open(context.system, install.environment()));
    PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(environment.target()));
    PROVISION_RETURN_IF_ERROR(
        ExpectProposed(action, environment.target().path, found));
    PROVISION_ASSIGN_OR_RETURN(std::shared_ptr<Judged> judged,
                               Judge(install, context));
    Preparation preparation;
    preparation.add_before()->set_path(install.environment());
    *preparation.mutable_before(0)->mutable_state() = found;
    preparation.add_after()->set_path(install.environment());
    PathState* after = preparation.mutable_after(0)->mutable_state();
    after->set_type(PathState::DIRECTORY);
    after->set_sha256(judged->digest);
    absl::StatusOr<Moves> moves =
        PlanIt(install, *judged->tree, environment, context);
    if (!moves.ok()) return Named(moves.status());
    *preparation.mutable_move() = *std::move(moves);
    preparation.set_temporary_name(TemporaryName(context.system));
    preparation.set_aside_name(AsideName(context.system));
    judged->temporary_name = preparation.temporary_name();
    context.findings = std::move(judged);
    return preparation;
  }

  absl::Status Perform(const Action& action, const Preparation& preparation,
                       ActionContext& context) const override {
    const InstallWheels& install = action.install_wheels();
    PROVISION_ASSIGN_OR_RETURN(
        StagedChange environment,
        StagedChange::Open(context.system, install.environment()));
    PROVISION_ASSIGN_OR_RETURN(MoveProgress progress,
                               environment.Progress(preparation));
    if (progress != MoveProgress::kNone) {
      return ChangedSincePreview(install.environment());
    }
    std::shared_ptr<const Judged> judged =
        FoundFor<Judged>(preparation, context);
    if (judged == nullptr) {
      PROVISION_ASSIGN_OR_RETURN(judged, Judge(install, context));
    }
    absl::Status status =
        InstallAside(preparation, *judged, environment, context);
    if (status.ok()) status = environment.BringIn(preparation);
    if (status.ok()) return environment.Finish(preparation);
    if (IsNotDurable(status)) return status;
    absl::Status cleaned = environment.TakeBack(preparation);
    return IsNotDurable(cleaned) ? cleaned : Named(status);
  }

  absl::Status MakeDurable(const Action& action, const Preparation& preparation,
                           ActionContext& context) const override {
    PROVISION_ASSIGN_OR_RETURN(
        StagedChange environment,
        StagedChange::Open(context.system,
                           action.install_wheels().environment()));
    PROVISION_RETURN_IF_ERROR(environment.here().SyncFileSystem());
    return environment.Finish(preparation);
  }

  absl::Status Clean(const Action& action, const Preparation& preparation,
                     ActionContext& context) const override {
    absl::StatusOr<StagedChange> environment = StagedChange::Open(
        context.system, action.install_wheels().environment());
    if (absl::IsNotFound(environment.status())) return absl::OkStatus();
    PROVISION_RETURN_IF_ERROR(environment.status());
    return environment->TakeBack(preparation);
  }

  absl::StatusOr<UndoOutcome> Undo(const Action& action,
                                   const Preparation& preparation,
                                   ActionContext& context) const override {
    absl::StatusOr<StagedChange> environment = StagedChange::Open(
        context.system, action.install_wheels().environment());
    if (absl::IsNotFound(environment.status())) return UndoOutcome::kForeign;
    PROVISION_RETURN_IF_ERROR(environment.status());
    PROVISION_ASSIGN_OR_RETURN(MoveProgress progress,
                               environment->Progress(preparation));
    if (progress == MoveProgress::kForeign) return UndoOutcome::kForeign;
    if (progress == MoveProgress::kAll) {
      PROVISION_ASSIGN_OR_RETURN(std::string found,
                                 environment->DigestOfWhatCame(preparation));
      if (found != After(preparation)) return UndoOutcome::kForeign;
      PROVISION_RETURN_IF_ERROR(environment->Reopen(preparation));
    }
    PROVISION_RETURN_IF_ERROR(environment->TakeBack(preparation));
    return UndoOutcome::kUndone;
  }

 private:
  static const std::string& After(const Preparation& preparation) {
    return preparation.after(0).state().sha256();
  }

  // Whether each wheel's project is there in some version, by the folders.
  static absl::StatusOr<bool> HasProjects(const InstallWheels& install,
                                          Directory& environment) {
    std::set<std::string> there;
    absl::StatusOr<std::unique_ptr<Directory>> site =
        environment.OpenDirectory(install.site_packages());
    if (absl::IsNotFound(site.status())) return install.wheel().empty();
    PROVISION_RETURN_IF_ERROR(site.status());
    PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries,
                               (*site)->List());
    for (const DirectoryEntry& entry : entries) {
      if (absl::EndsWith(entry.name, ".dist-info")) {
        there.insert(ProjectOf(entry.name));
      }
    }
    return std::all_of(install.wheel().begin(), install.wheel().end(),
                       [&there](const InstallWheels::Wheel& wheel) {
                         return there.count(ProjectOf(wheel.file())) > 0;
                       });
  }

  static absl::StatusOr<bool> IsAsWanted(const InstallWheels& install,
                                         const WheelTree& tree,
                                         Directory& environment) {
    std::set<std::string> records;
    for (const ArchiveEntry& file : tree.files()) {
      if (absl::EndsWith(file.path, ".dist-info/RECORD")) {
        records.insert(file.path);
      }
    }
    for (const std::string& folder : install.remove()) {
      const std::string path =
          absl::StrCat(install.site_packages(), "/", folder);
      if (records.count(path + "/RECORD") > 0) continue;
      PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> found,
                                 environment.Lstat(path));
      if (found.has_value()) return false;
    }
    std::vector<char> in_place(tree.files().size(), 0);
    PROVISION_RETURN_IF_ERROR(ParallelFor(
        in_place.size(), DefaultThreads(), [&](size_t i) -> absl::Status {
          PROVISION_ASSIGN_OR_RETURN(in_place[i],
                                     IsInPlace(environment, tree.files()[i]));
          return absl::OkStatus();
        }));
    return std::count(in_place.begin(), in_place.end(), 0) == 0;
  }

  absl::StatusOr<std::shared_ptr<Judged>> Judge(const InstallWheels& install,
                                                ActionContext& context) const {
    PROVISION_ASSIGN_OR_RETURN(Directory * folder, context.store());
    ArtifactStore store(*folder);
    auto judged = std::make_shared<Judged>();
    judged->archives.resize(install.wheel_size());
    PROVISION_RETURN_IF_ERROR(ParallelFor(
        judged->archives.size(), DefaultThreads(),
        [&](size_t i) -> absl::Status {
          PROVISION_ASSIGN_OR_RETURN(judged->archives[i],
                                     store.Open(install.wheel(i).sha256()));
          return absl::OkStatus();
        }));
    std::vector<WheelInput> inputs;
    for (int i = 0; i < install.wheel_size(); ++i) {
      const InstallWheels::Wheel& wheel = install.wheel(i);
      inputs.push_back({.file = wheel.file(),
                        .archive = judged->archives[i].get(),
                        .requested = wheel.requested(),
                        .direct_url = wheel.direct_url(),
                        .accept_record = wheel.has_accept_record()});
    }
    const WheelScheme scheme = {
        .interpreter = absl::StrCat(install.environment(), "/bin/python"),
        .python_version = install.python_version(),
        .site_packages = install.site_packages(),
        .tags = {install.tag().begin(), install.tag().end()}};
    absl::StatusOr<std::unique_ptr<WheelTree>> tree =
        installer_.Judge(inputs, scheme, ConflictsOf(install));
    if (!tree.ok()) return Named(tree.status());
    judged->tree = *std::move(tree);
    judged->digest = SettledDigest(judged->tree->files());
    return judged;
  }

  absl::StatusOr<Moves> PlanIt(const InstallWheels& install,
                               const WheelTree& tree, StagedChange& environment,
                               ActionContext& context) const {
    std::vector<std::string> gone;
    for (const std::string& folder : install.remove()) {
      PROVISION_ASSIGN_OR_RETURN(
          std::vector<std::string> files,
          DistributionFiles(
              installer_, environment.here(),
              absl::StrCat(install.site_packages(), "/", folder)));
      gone.insert(gone.end(), files.begin(), files.end());
    }
    std::vector<std::string> coming;
    for (const ArchiveEntry& file : tree.files()) coming.push_back(file.path);
    PROVISION_ASSIGN_OR_RETURN(Moves moves,
                               PlanMoves(environment.here(), gone, coming));
    PROVISION_RETURN_IF_ERROR(CheckForeignFiles(
        moves, std::set<std::string>(gone.begin(), gone.end()), tree,
        ConflictsOf(install), environment, context));
    return moves;
  }

  // Files of others that give way: the same content does no harm.
  static absl::Status CheckForeignFiles(const Moves& moves,
                                        const std::set<std::string>& gone,
                                        const WheelTree& tree,
                                        FileConflicts conflicts,
                                        StagedChange& environment,
                                        ActionContext& context) {
    const std::vector<ArchiveEntry>& files = tree.files();
    for (const Preparation::Move& move : moves) {
      if (!move.comes() || !move.gives_way() || gone.count(move.path()) > 0) {
        continue;
      }
      const auto file =
          std::lower_bound(files.begin(), files.end(), move.path(),
                           [](const ArchiveEntry& a, const std::string& path) {
                             return a.path < path;
                           });
      if (file == files.end() || file->path != move.path()) continue;
      PROVISION_ASSIGN_OR_RETURN(bool is_same,
                                 IsInPlace(environment.here(), *file));
      if (is_same) continue;
      if (conflicts == FileConflicts::kRefuse) {
        return DiagnosticError(
            absl::StatusCode::kFailedPrecondition, "apply/conflict",
            absl::StrCat(move.path(),
                         ": is there already, with another content"));
      }
      context.on_output(
          true, absl::StrCat(move.path(),
                             ": was there with another content, which is moved "
                             "aside\n"));
    }
    return absl::OkStatus();
  }

  // The tree under its temporary name: whole, verified, durable.
  static absl::Status InstallAside(const Preparation& preparation,
                                   const Judged& judged,
                                   StagedChange& environment,
                                   ActionContext& context) {
    for (const std::string& warning : judged.tree->warnings()) {
      context.on_output(true, absl::StrCat(warning, "\n"));
    }
    if (judged.digest != After(preparation)) {
      return DiagnosticError(absl::StatusCode::kDataLoss, "archive/differs",
                             "what is to be written is not what was judged");
    }
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> staging,
                               environment.MakeStaging(preparation));
    const int stops = context.system.stop_requests();
    PROVISION_RETURN_IF_ERROR(judged.tree->Write(
        *staging, [&] { return context.system.stop_requests() > stops; }));
    return staging->SyncFileSystem();
  }

  const WheelInstaller& installer_;
};

}  // namespace

std::unique_ptr<ActionHandler> NewInstallWheelsHandler(
    const WheelInstaller& installer) {
  return std::make_unique<InstallWheelsHandler>(installer);
}

}  // namespace provision

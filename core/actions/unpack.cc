#include "core/actions/unpack.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/actions/artifact_store.h"
#include "core/actions/display_path.h"
#include "core/actions/path_target.h"
#include "core/actions/tree_state.h"
#include "core/base/diagnostic.h"
#include "core/base/remove_tree.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr uint32_t kStagingMode = 0700;
constexpr uint32_t kFinalMode = 0755;

std::string NameOf(const Unpack& unpack) {
  return unpack.name().empty()
             ? absl::StrCat("sha256:", unpack.sha256().substr(0, 12))
             : unpack.name();
}

ArchiveRules RulesOf(const Unpack& unpack, System& system) {
  ArchiveRules rules;
  rules.profile = unpack.profile() == Unpack::UPSTREAM
                      ? ArchiveProfile::kUpstream
                      : ArchiveProfile::kStrict;
  rules.prefix = unpack.prefix();
  const std::string os = system.names().os;
  rules.windows_names = os == "Windows";
  rules.target_keeps_case = os == "Linux";
  if (unpack.has_max_bytes()) rules.limits.total_bytes = unpack.max_bytes();
  return rules;
}

// `status` as one of this archive: "unpack NAME: MEMBER: REASON".
absl::Status Named(const Unpack& unpack, const absl::Status& status) {
  if (status.ok() || IsNotDurable(status) || absl::IsCancelled(status)) {
    return status;
  }
  Diagnostic diagnostic = DiagnosticFromStatus(status);
  diagnostic.set_message(
      absl::StrCat("unpack ", NameOf(unpack), ": ", diagnostic.message()));
  return StatusFromDiagnostic(status.code(), diagnostic);
}

// What is at the destination: a directory by its identity, as its content may
// be large and is not looked at.
absl::StatusOr<PathState> ObserveTop(PathTarget& target) {
  PROVISION_ASSIGN_OR_RETURN(PathState state, Observe(target));
  if (state.type() != PathState::DIRECTORY) return state;
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> found,
                             target.parent->Lstat(target.name));
  if (found.has_value()) {
    state.set_inode(found->inode);
    state.set_device(found->device);
  }
  return state;
}

// Whether it is the very thing that the preparation saw.
bool IsBefore(const Preparation& preparation, const PathState& found) {
  const PathState& before = preparation.before(0).state();
  if (before.type() != PathState::DIRECTORY) {
    return before.type() == found.type() && before.sha256() == found.sha256() &&
           before.target() == found.target();
  }
  return found.type() == PathState::DIRECTORY &&
         before.inode() == found.inode() && before.device() == found.device();
}

absl::StatusOr<bool> IsAfter(PathTarget& target, const PathState& found,
                             absl::string_view digest) {
  if (found.type() != PathState::DIRECTORY) return false;
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> directory,
                             target.parent->OpenDirectory(target.name));
  PROVISION_ASSIGN_OR_RETURN(std::string now, DigestOfTree(*directory));
  return now == digest;
}

// The archive, verified and judged.
struct Judged final : Findings {
  std::unique_ptr<ByteSource> archive;
  ArchiveListing listing;
  std::string digest;  // SettledDigest of what is unpacked
};

class UnpackHandler final : public ActionHandler {
 public:
  explicit UnpackHandler(const ArchiveUnpacker& unpacker)
      : unpacker_(unpacker) {}

  bool atomic() const override { return true; }

  Action::Reversibility reversibility(const Action&) const override {
    return Action::EXACT;
  }

  Action::RepeatClass repeat_class(const Action&) const override {
    return Action::CONVERGENT;
  }

  Event::ActionLine Describe(const Action& action, FactReader& reader,
                             absl::string_view root) const override {
    const Unpack& unpack = action.unpack();
    Event::ActionLine line;
    line.set_verb("unpack");
    line.set_object(DisplayPath(unpack.destination(), root, reader));
    const PathState now = Facts(reader, {}).Metadata(unpack.destination());
    line.set_note(absl::StrCat(
        NameOf(unpack),
        now.type() == PathState::ABSENT ? "" : ", in place of what is there"));
    return line;
  }

  // Without the archive nobody can say whether the folder is as wanted.
  absl::StatusOr<Audit> AuditWanted(const Action& action,
                                    ActionContext& context) const override {
    const Unpack& unpack = action.unpack();
    absl::StatusOr<PathTarget> target =
        OpenTarget(context.system, unpack.destination());
    if (absl::IsNotFound(target.status())) return Audit::kOther;
    PROVISION_RETURN_IF_ERROR(target.status());
    PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(*target));
    if (found.type() != PathState::DIRECTORY) return Audit::kOther;
    absl::StatusOr<std::shared_ptr<Judged>> judged = Judge(unpack, context);
    if (DiagnosticId(judged.status()) == "store/missing") {
      return Audit::kUnknown;
    }
    PROVISION_RETURN_IF_ERROR(judged.status());
    PROVISION_ASSIGN_OR_RETURN(bool is_after,
                               IsAfter(*target, found, (*judged)->digest));
    return is_after ? Audit::kAfter : Audit::kOther;
  }

  absl::StatusOr<Audit> AuditPrepared(const Action& action,
                                      const Preparation& preparation,
                                      ActionContext& context) const override {
    absl::StatusOr<PathTarget> target =
        OpenTarget(context.system, action.unpack().destination());
    if (!target.ok()) return Audit::kUnknown;
    PROVISION_ASSIGN_OR_RETURN(PathState found, ObserveTop(*target));
    if (IsBefore(preparation, found)) return Audit::kBefore;
    if (found.type() == PathState::ABSENT) {
      // Between the two renames: Clean brings it back.
      PROVISION_ASSIGN_OR_RETURN(
          absl::optional<FileMetadata> aside,
          target->parent->Lstat(preparation.aside_name()));
      return aside.has_value() ? Audit::kBefore : Audit::kOther;
    }
    PROVISION_ASSIGN_OR_RETURN(bool is_after,
                               IsAfter(*target, found, After(preparation)));
    return is_after ? Audit::kAfter : Audit::kOther;
  }

  absl::StatusOr<Preparation> Prepare(const Action& action,
                                      ActionContext& context) const override {
    const Unpack& unpack = action.unpack();
    PROVISION_ASSIGN_OR_RETURN(
        PathTarget target, OpenTarget(context.system, unpack.destination()));
    PROVISION_ASSIGN_OR_RETURN(PathState found, ObserveTop(target));
    PROVISION_RETURN_IF_ERROR(ExpectProposed(action, target.path, found));
    PROVISION_ASSIGN_OR_RETURN(std::shared_ptr<Judged> judged,
                               Judge(unpack, context));
    Preparation preparation;
    preparation.add_before()->set_path(target.path);
    *preparation.mutable_before(0)->mutable_state() = found;
    preparation.add_after()->set_path(target.path);
    PathState* after = preparation.mutable_after(0)->mutable_state();
    after->set_type(PathState::DIRECTORY);
    after->set_mode(kFinalMode);
    after->set_sha256(judged->digest);
    preparation.set_temporary_name(TemporaryName(context.system));
    preparation.set_aside_name(AsideName(context.system));
    judged->temporary_name = preparation.temporary_name();
    context.findings = std::move(judged);
    return preparation;
  }

  absl::Status Perform(const Action& action, const Preparation& preparation,
                       ActionContext& context) const override {
    const Unpack& unpack = action.unpack();
    PROVISION_ASSIGN_OR_RETURN(
        PathTarget target, OpenTarget(context.system, unpack.destination()));
    PROVISION_ASSIGN_OR_RETURN(PathState found, ObserveTop(target));
    if (!IsBefore(preparation, found)) return ChangedSincePreview(target.path);
    std::shared_ptr<const Judged> judged =
        FoundFor<Judged>(preparation, context);
    if (judged == nullptr) {
      PROVISION_ASSIGN_OR_RETURN(judged, Judge(unpack, context));
    }
    absl::Status status =
        UnpackAside(unpack, preparation, *judged, target, context);
    if (status.ok()) status = Swap(preparation, found, target);
    if (status.ok() || IsNotDurable(status)) return Named(unpack, status);
    absl::Status cleaned = CleanUp(preparation, target);
    return IsNotDurable(cleaned) ? cleaned : Named(unpack, status);
  }

  absl::Status MakeDurable(const Action& action, const Preparation&,
                           ActionContext& context) const override {
    PROVISION_ASSIGN_OR_RETURN(
        PathTarget target,
        OpenTarget(context.system, action.unpack().destination()));
    PROVISION_RETURN_IF_ERROR(target.parent->SyncFileSystem());
    return target.parent->Sync();
  }

  absl::Status Clean(const Action& action, const Preparation& preparation,
                     ActionContext& context) const override {
    absl::StatusOr<PathTarget> target =
        OpenTarget(context.system, action.unpack().destination());
    if (absl::IsNotFound(target.status())) return absl::OkStatus();
    PROVISION_RETURN_IF_ERROR(target.status());
    PROVISION_RETURN_IF_ERROR(CleanUp(preparation, *target));
    // Else a power cut could bring it back once its INTENT is closed.
    return target->parent->Sync();
  }

  absl::StatusOr<UndoOutcome> Undo(const Action& action,
                                   const Preparation& preparation,
                                   ActionContext& context) const override {
    absl::StatusOr<PathTarget> target =
        OpenTarget(context.system, action.unpack().destination());
    if (absl::IsNotFound(target.status())) return UndoOutcome::kForeign;
    PROVISION_RETURN_IF_ERROR(target.status());
    Directory& parent = *target->parent;
    PROVISION_ASSIGN_OR_RETURN(PathState found, ObserveTop(*target));
    if (!IsBefore(preparation, found) && found.type() != PathState::ABSENT) {
      PROVISION_ASSIGN_OR_RETURN(bool is_after,
                                 IsAfter(*target, found, After(preparation)));
      if (!is_after) return UndoOutcome::kForeign;
      PROVISION_RETURN_IF_ERROR(
          parent.Rename(target->name, parent, preparation.temporary_name(),
                        Directory::RenameMode::kNoReplace));
    }
    PROVISION_RETURN_IF_ERROR(CleanUp(preparation, *target));
    PROVISION_ASSIGN_OR_RETURN(found, ObserveTop(*target));
    if (IsBefore(preparation, found)) return UndoOutcome::kUndone;
    return DiagnosticError(
        absl::StatusCode::kDataLoss, "run/undo-damaged",
        absl::StrCat(target->path, ": what was moved aside is gone"));
  }

 private:
  static const std::string& After(const Preparation& preparation) {
    return preparation.after(0).state().sha256();
  }

  absl::StatusOr<std::shared_ptr<Judged>> Judge(const Unpack& unpack,
                                                ActionContext& context) const {
    PROVISION_ASSIGN_OR_RETURN(Directory * folder, context.store());
    ArtifactStore store(*folder);
    auto judged = std::make_shared<Judged>();
    PROVISION_ASSIGN_OR_RETURN(judged->archive, store.Open(unpack.sha256()));
    const ArchiveRules rules = RulesOf(unpack, context.system);
    absl::StatusOr<ArchiveListing> listing =
        unpacker_.Scan(*judged->archive, rules);
    if (!listing.ok()) return Named(unpack, listing.status());
    judged->listing = *std::move(listing);
    judged->digest =
        SettledDigest(EntriesBelow(judged->listing.entries, rules.prefix));
    return judged;
  }

  // The tree under its temporary name: whole, verified, durable.
  absl::Status UnpackAside(const Unpack& unpack, const Preparation& preparation,
                           const Judged& judged, PathTarget& target,
                           ActionContext& context) const {
    if (!judged.listing.allowances.empty()) {
      context.on_output(
          false,
          absl::StrCat(NameOf(unpack), " makes use of: ",
                       absl::StrJoin(judged.listing.allowances, "; "), "\n"));
    }
    const std::string& temporary = preparation.temporary_name();
    PROVISION_RETURN_IF_ERROR(
        target.parent->MakeDirectory(temporary, kStagingMode));
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> staging,
                               target.parent->OpenDirectory(temporary));
    PROVISION_RETURN_IF_ERROR(unpacker_.Unpack(*judged.archive,
                                               RulesOf(unpack, context.system),
                                               judged.listing, *staging));
    PROVISION_ASSIGN_OR_RETURN(std::string written, DigestOfTree(*staging));
    if (judged.digest != After(preparation) || written != judged.digest) {
      return DiagnosticError(absl::StatusCode::kDataLoss, "archive/differs",
                             "what was written is not what was judged");
    }
    PROVISION_RETURN_IF_ERROR(target.parent->SetMode(temporary, kFinalMode));
    return staging->SyncFileSystem();
  }

  static absl::Status Swap(const Preparation& preparation,
                           const PathState& found, PathTarget& target) {
    Directory& parent = *target.parent;
    if (found.type() != PathState::ABSENT) {
      PROVISION_RETURN_IF_ERROR(
          parent.Rename(target.name, parent, preparation.aside_name(),
                        Directory::RenameMode::kNoReplace));
    }
    PROVISION_RETURN_IF_ERROR(parent.Rename(preparation.temporary_name(),
                                            parent, target.name,
                                            Directory::RenameMode::kNoReplace));
    return parent.Sync();
  }

  // Removes the staging tree; what was moved aside comes back if its name is
  // free.
  static absl::Status CleanUp(const Preparation& preparation,
                              PathTarget& target) {
    Directory& parent = *target.parent;
    PROVISION_RETURN_IF_ERROR(RemoveTree(parent, preparation.temporary_name()));
    PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> aside,
                               parent.Lstat(preparation.aside_name()));
    PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> here,
                               parent.Lstat(target.name));
    if (aside.has_value() && !here.has_value()) {
      PROVISION_RETURN_IF_ERROR(
          parent.Rename(preparation.aside_name(), parent, target.name,
                        Directory::RenameMode::kNoReplace));
    }
    return parent.Sync();
  }

  const ArchiveUnpacker& unpacker_;
};

}  // namespace

std::unique_ptr<ActionHandler> NewUnpackHandler(
    const ArchiveUnpacker& unpacker) {
  return std::make_unique<UnpackHandler>(unpacker);
}

}  // namespace provision

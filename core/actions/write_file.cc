#include "core/actions/write_file.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/actions/display_path.h"
#include "core/actions/path_target.h"
#include "core/actions/preimage_store.h"
#include "core/actions/unified_diff.h"
#include "core/api/proposal.h"
#include "core/base/byte_text.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/secret.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr uint32_t kDefaultMode = 0644;
constexpr uint32_t kSecretMode = 0600;

absl::Status InTheWay(absl::string_view path, const PathState& found) {
  return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                         "apply/in-the-way",
                         absl::StrCat(path, ": a file cannot replace it"))
      .Found(DescribeState(found))
      .Next("move it away, or name another path");
}

class WriteFileHandler final : public ActionHandler {
 public:
  bool atomic() const override { return true; }

  Action::Reversibility reversibility(const Action&) const override {
    return Action::EXACT;
  }

  Action::RepeatClass repeat_class(const Action&) const override {
    return Action::CONVERGENT;
  }

  Event::ActionLine Describe(const Action& action, FactReader& reader,
                             absl::string_view root) const override {
    const WriteFile& file = action.write_file();
    Event::ActionLine line;
    line.set_verb("write");
    line.set_object(DisplayPath(file.path(), root, reader));
    if (file.has_secret()) {
      line.set_note("secret, not shown");
      return line;
    }
    Facts facts(reader, {});
    const PathState now = facts.Digest(file.path());
    const std::string size = ByteText(file.content().size());
    if (now.type() != PathState::FILE) {
      line.set_note(now.type() == PathState::ABSENT
                        ? absl::StrCat("new, ", size)
                        : absl::StrCat("replaces a ", DescribeState(now)));
      return line;
    }
    if (now.sha256() == Sha256Hex(file.content())) {
      line.set_note(
          absl::StrFormat("mode %04o to %04o", now.mode(), ModeOf(file)));
      return line;
    }
    absl::StatusOr<std::string> before = facts.File(file.path());
    if (before.ok() && IsText(*before) && IsText(file.content())) {
      for (std::string& diff : UnifiedDiff(*before, file.content())) {
        line.add_diff(std::move(diff));
      }
      line.set_note("undo: exact");
    } else {
      line.set_note(absl::StrCat(
          "sha256:", now.sha256().substr(0, 12),
          " to sha256:", Sha256Hex(file.content()).substr(0, 12), ", ", size));
    }
    return line;
  }

  absl::StatusOr<Audit> AuditWanted(const Action& action,
                                    ActionContext& context) const override {
    PROVISION_ASSIGN_OR_RETURN(
        PathState found,
        ObservePath(context.system, action.write_file().path()));
    PROVISION_ASSIGN_OR_RETURN(Secret content, Content(action, context));
    return StateMatches(Wanted(action.write_file(), content), found)
               ? Audit::kAfter
               : Audit::kOther;
  }

  absl::StatusOr<Audit> AuditPrepared(const Action& action,
                                      const Preparation& preparation,
                                      ActionContext& context) const override {
    absl::StatusOr<PathState> found =
        ObservePath(context.system, action.write_file().path());
    if (!found.ok()) return Audit::kUnknown;
    PROVISION_RETURN_IF_ERROR(Mask(action.write_file(), context, &*found));
    return AuditState(*found, preparation);
  }

  absl::StatusOr<Preparation> Prepare(const Action& action,
                                      ActionContext& context) const override {
    const WriteFile& file = action.write_file();
    PROVISION_ASSIGN_OR_RETURN(PathTarget target,
                               OpenTarget(context.system, file.path()));
    PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(target));
    PROVISION_RETURN_IF_ERROR(ExpectProposed(action, file.path(), found));
    if (found.type() == PathState::DIRECTORY ||
        found.type() == PathState::OTHER) {
      return InTheWay(file.path(), found);
    }
    PROVISION_ASSIGN_OR_RETURN(Secret content, Content(action, context));
    Preparation preparation;
    PathExpectation* before = preparation.add_before();
    before->set_path(file.path());
    *before->mutable_state() = found;
    PathExpectation* after = preparation.add_after();
    after->set_path(file.path());
    *after->mutable_state() = Wanted(file, content);
    SettleOwner(file, found, context, after->mutable_state());
    PROVISION_RETURN_IF_ERROR(Mask(file, context, before->mutable_state()));
    PROVISION_RETURN_IF_ERROR(Mask(file, context, after->mutable_state()));
    if (found.type() == PathState::FILE) {
      PROVISION_ASSIGN_OR_RETURN(
          *preparation.mutable_preimage_sha256(),
          SavePreimage(target, file.has_secret(), context));
      preparation.set_preimage_encrypted(file.has_secret());
    }
    preparation.set_temporary_name(TemporaryName(context.system));
    return preparation;
  }

  absl::Status Perform(const Action& action, const Preparation& preparation,
                       ActionContext& context) const override {
    const WriteFile& file = action.write_file();
    PROVISION_ASSIGN_OR_RETURN(PathTarget target,
                               OpenTarget(context.system, file.path()));
    const PathState& before = preparation.before(0).state();
    const PathState& after = preparation.after(0).state();
    PROVISION_ASSIGN_OR_RETURN(PathState found, Observe(target));
    PROVISION_RETURN_IF_ERROR(Mask(file, context, &found));
    PROVISION_RETURN_IF_ERROR(ExpectState(file.path(), before, found));
    PROVISION_ASSIGN_OR_RETURN(Secret content, Content(action, context));
    PROVISION_RETURN_IF_ERROR(ReplaceFile(
        target, found, preparation.temporary_name(), content.Reveal(), after));
    PROVISION_ASSIGN_OR_RETURN(PathState written, Observe(target));
    PROVISION_RETURN_IF_ERROR(Mask(file, context, &written));
    return ExpectState(file.path(), after, written);
  }

  absl::Status MakeDurable(const Action& action, const Preparation&,
                           ActionContext& context) const override {
    PROVISION_ASSIGN_OR_RETURN(
        PathTarget target,
        OpenTarget(context.system, action.write_file().path()));
    PROVISION_RETURN_IF_ERROR(target.parent->SyncFile(target.name));
    return target.parent->Sync();
  }

  absl::Status Clean(const Action& action, const Preparation& preparation,
                     ActionContext& context) const override {
    absl::StatusOr<PathTarget> target =
        OpenTarget(context.system, action.write_file().path());
    if (absl::IsNotFound(target.status())) return absl::OkStatus();
    PROVISION_RETURN_IF_ERROR(target.status());
    return RemoveIfThere(*target->parent, preparation.temporary_name());
  }

  absl::StatusOr<UndoOutcome> Undo(const Action& action,
                                   const Preparation& preparation,
                                   ActionContext& context) const override {
    const std::string& path = action.write_file().path();
    PROVISION_RETURN_IF_ERROR(Clean(action, preparation, context));
    PROVISION_ASSIGN_OR_RETURN(Audit audit,
                               AuditPrepared(action, preparation, context));
    if (audit == Audit::kOther || audit == Audit::kUnknown) {
      return UndoOutcome::kForeign;
    }
    absl::StatusOr<PathTarget> target = OpenTarget(context.system, path);
    if (absl::IsNotFound(target.status())) return UndoOutcome::kUndone;
    PROVISION_RETURN_IF_ERROR(target.status());
    const PathState& before = preparation.before(0).state();
    if (audit == Audit::kBefore) {
      // A killed undo may have got so far without a sync.
      if (before.type() == PathState::FILE) {
        PROVISION_RETURN_IF_ERROR(target->parent->SyncFile(target->name));
      }
      PROVISION_RETURN_IF_ERROR(target->parent->Sync());
      return UndoOutcome::kUndone;
    }
    PROVISION_RETURN_IF_ERROR(Restore(*target, before, preparation, context));
    return UndoOutcome::kUndone;
  }

 private:
  static uint32_t ModeOf(const WriteFile& file) {
    if (file.has_secret()) return kSecretMode;
    return file.has_mode() ? file.mode() : kDefaultMode;
  }

  static absl::StatusOr<Secret> Content(const Action& action,
                                        ActionContext& context) {
    const WriteFile& file = action.write_file();
    if (file.has_secret()) return context.secrets->Resolve(file.secret());
    return Secret(file.content());
  }

  static PathState Wanted(const WriteFile& file, const Secret& content) {
    PathState wanted;
    wanted.set_type(PathState::FILE);
    wanted.set_mode(ModeOf(file));
    wanted.set_sha256(Sha256Hex(content.Reveal()));
    if (file.has_uid()) wanted.set_uid(file.uid());
    if (file.has_gid()) wanted.set_gid(file.gid());
    return wanted;
  }

  // The digest of a secret goes on record only as what the host's key makes of
  // it.
  static absl::Status Mask(const WriteFile& file, ActionContext& context,
                           PathState* state) {
    if (!file.has_secret() || !state->has_sha256()) return absl::OkStatus();
    PROVISION_ASSIGN_OR_RETURN(*state->mutable_sha256(),
                               context.cipher->MaskDigest(state->sha256()));
    return absl::OkStatus();
  }

  // Who owns the new file: whom the action names, else who owned the old one.
  static void SettleOwner(const WriteFile& file, const PathState& found,
                          ActionContext& context, PathState* after) {
    const bool keeps = found.type() == PathState::FILE;
    const Identity identity = context.system.identity();
    if (!file.has_uid()) after->set_uid(keeps ? found.uid() : identity.uid);
    if (!file.has_gid()) {
      // A set-gid directory decides for a new file, so it is not compared.
      if (keeps)
        after->set_gid(found.gid());
      else if (file.has_uid())
        after->set_gid(identity.gid);
    }
    const bool is_own = after->uid() == identity.uid &&
                        (!after->has_gid() || after->gid() == identity.gid);
    if (is_own && !file.has_uid() && !file.has_gid()) {
      // Nothing to change, and an ordinary user could not.
      after->clear_uid();
      after->clear_gid();
    }
  }

  static absl::Status Restore(PathTarget& target, const PathState& before,
                              const Preparation& preparation,
                              ActionContext& context) {
    const PathState& after = preparation.after(0).state();
    switch (before.type()) {
      case PathState::SYMLINK:
        return ReplaceLink(target, after, preparation.temporary_name(),
                           before.target());
      case PathState::FILE: {
        PROVISION_ASSIGN_OR_RETURN(
            std::string content,
            LoadPreimage(preparation.preimage_sha256(),
                         preparation.preimage_encrypted(), context));
        return ReplaceFile(target, after, preparation.temporary_name(), content,
                           before);
      }
      case PathState::ABSENT:
        PROVISION_RETURN_IF_ERROR(target.parent->Remove(target.name));
        return target.parent->Sync();
      case PathState::DIRECTORY:
      case PathState::OTHER:
      case PathState::UNSPECIFIED:
        break;
    }
    return absl::InternalError("a file never replaces such a thing");
  }
};

}  // namespace

std::unique_ptr<ActionHandler> NewWriteFileHandler() {
  return std::make_unique<WriteFileHandler>();
}

}  // namespace provision

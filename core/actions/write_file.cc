#include "core/actions/write_file.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/actions/display_path.h"
#include "core/actions/path_handler.h"
#include "core/actions/path_target.h"
#include "core/actions/preimage_store.h"
#include "core/actions/unified_diff.h"
#include "core/api/proposal.h"
#include "core/base/byte_text.h"
#include "core/base/crypto.h"
#include "core/base/secret.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr uint32_t kDefaultMode = 0644;
constexpr uint32_t kSecretMode = 0600;

class WriteFileHandler final : public PathHandler {
 public:
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

 protected:
  absl::StatusOr<PathState> Wanted(const Action& action,
                                   ActionContext& context) const override {
    const WriteFile& file = action.write_file();
    PROVISION_ASSIGN_OR_RETURN(Secret content, Content(action, context));
    PathState wanted;
    wanted.set_type(PathState::FILE);
    wanted.set_mode(ModeOf(file));
    wanted.set_sha256(Sha256Hex(content.Reveal()));
    if (file.has_uid()) wanted.set_uid(file.uid());
    if (file.has_gid()) wanted.set_gid(file.gid());
    return wanted;
  }

  absl::Status Settle(const Action& action, PathTarget& target,
                      ActionContext& context,
                      Preparation* preparation) const override {
    const WriteFile& file = action.write_file();
    const PathState& found = preparation->before(0).state();
    if (found.type() == PathState::DIRECTORY ||
        found.type() == PathState::OTHER) {
      return InTheWay(file.path(), found, "a file");
    }
    SettleOwner(file, found, context,
                preparation->mutable_after(0)->mutable_state());
    if (found.type() == PathState::FILE) {
      PROVISION_ASSIGN_OR_RETURN(
          *preparation->mutable_preimage_sha256(),
          SavePreimage(target, file.has_secret(), context));
      preparation->set_preimage_encrypted(file.has_secret());
    }
    return absl::OkStatus();
  }

  absl::Status MakeTemporary(const Action& action,
                             const Preparation& preparation, PathTarget& target,
                             ActionContext& context) const override {
    PROVISION_ASSIGN_OR_RETURN(Secret content, Content(action, context));
    return WriteTemporary(target, preparation.temporary_name(),
                          content.Reveal(), preparation.after(0).state());
  }

  // The digest of a secret goes on record only as what the host's key makes of
  // it.
  absl::Status Mask(const Action& action, ActionContext& context,
                    PathState* state) const override {
    if (!action.write_file().has_secret() || !state->has_sha256()) {
      return absl::OkStatus();
    }
    PROVISION_ASSIGN_OR_RETURN(*state->mutable_sha256(),
                               context.cipher->MaskDigest(state->sha256()));
    return absl::OkStatus();
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
};

}  // namespace

std::unique_ptr<ActionHandler> NewWriteFileHandler() {
  return std::make_unique<WriteFileHandler>();
}

}  // namespace provision

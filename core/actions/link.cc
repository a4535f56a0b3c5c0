#include "core/actions/link.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/actions/display_path.h"
#include "core/actions/path_handler.h"
#include "core/actions/path_target.h"
#include "core/actions/preimage_store.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

class LinkHandler final : public PathHandler {
 public:
  Event::ActionLine Describe(const Action& action, FactReader& reader,
                             absl::string_view root) const override {
    Event::ActionLine line;
    line.set_verb("link");
    line.set_object(DisplayPath(action.link().path(), root, reader));
    const PathState now = Facts(reader, {}).Metadata(action.link().path());
    line.set_note(absl::StrCat(
        "→ ", DisplayPath(action.link().target(), root, reader),
        now.type() == PathState::SYMLINK ? absl::StrCat(", was ", now.target())
                                         : ""));
    return line;
  }

 protected:
  absl::StatusOr<PathState> Wanted(const Action& action,
                                   ActionContext&) const override {
    PathState wanted;
    wanted.set_type(PathState::SYMLINK);
    wanted.set_target(action.link().target());
    return wanted;
  }

  absl::Status Settle(const Action& action, PathTarget& target,
                      ActionContext& context,
                      Preparation* preparation) const override {
    const PathState& found = preparation->before(0).state();
    if (found.type() == PathState::DIRECTORY ||
        found.type() == PathState::OTHER) {
      return InTheWay(action.link().path(), found, "a link");
    }
    if (found.type() == PathState::FILE) {
      PROVISION_ASSIGN_OR_RETURN(
          *preparation->mutable_preimage_sha256(),
          SavePreimage(target, /*is_secret=*/false, context));
    }
    return absl::OkStatus();
  }

  absl::Status MakeTemporary(const Action& action,
                             const Preparation& preparation, PathTarget& target,
                             ActionContext&) const override {
    return target.parent->MakeSymlink(action.link().target(),
                                      preparation.temporary_name());
  }
};

}  // namespace

std::unique_ptr<ActionHandler> NewLinkHandler() {
  return std::make_unique<LinkHandler>();
}

}  // namespace provision

#ifndef PROVISION_CORE_ENGINE_ADVICE_H_
#define PROVISION_CORE_ENGINE_ADVICE_H_

// What to type next (cli.md P4). Each piece is ready for a shell, so that what
// is made of them runs as it stands.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/api/event.pb.h"

namespace provision {

struct Advice {
  // "apply plan.textproto --root /srv": performs what this command is about.
  std::string apply;
  // " --only b": which steps of it; "" is all.
  std::string selection;
  // `apply` from whatever folder; the journal keeps it for `status`.
  std::string goes_on;
  // " --state-dir /srv/state": what every command has to say again.
  std::string flags;

  // "provision rollback 7f3c2a91 --state-dir /srv/state".
  std::string Command(absl::string_view words) const;
  // With and without the selection.
  std::string Apply() const;
  std::string ApplyAll() const;
};

// What a run has left, by ids of steps.
struct LeftSteps {
  std::vector<std::string> first;    // failed, held back, or not begun
  std::vector<std::string> blocked;  // by those
  std::vector<std::string> acted;    // a rollback undoes something of these
};

// The lines under "next:" of `apply`.
void AdviseAfterApply(const Advice& advice, const LeftSteps& left,
                      Event::Summary* summary);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_ADVICE_H_

#ifndef PROVISION_CORE_ENGINE_DOUBT_H_
#define PROVISION_CORE_ENGINE_DOUBT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/api/event.pb.h"

namespace provision {

// What is said of an action that was begun and has no end on record.
inline constexpr absl::string_view kNobodyCanTell =
    "an action was begun and nobody can tell how it ended";

// `run/in-doubt`: what cannot be known of `step`, and the two ways on (`--redo`
// and `--assume-done`). `at` names the action, where it is known.
absl::Status InDoubtError(absl::string_view step, absl::string_view text,
                          absl::string_view at = "");

// The same as an event.
Event::InDoubt InDoubtEvent(const absl::Status& status);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_DOUBT_H_

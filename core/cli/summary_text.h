#ifndef PROVISION_CORE_CLI_SUMMARY_TEXT_H_
#define PROVISION_CORE_CLI_SUMMARY_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/api/event.pb.h"
#include "core/cli/terminal_style.h"

namespace provision {

// The last lines of a command that made a run or a preview.
//
//   Converged: 2 changed, 0 already so. 12 actions, 46.9 MB fetched, 11.6 s.
//   next: provision rollback 7f3c2a91  undo this run
//
// `host_was_read`: a fact was read before it ended, so that a refusal does not
// claim that nothing was.
std::string SummaryText(const Event::Summary& summary, bool is_preview,
                        bool host_was_read, const TerminalStyle& style);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_SUMMARY_TEXT_H_

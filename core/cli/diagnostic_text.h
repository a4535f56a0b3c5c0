#ifndef PROVISION_CORE_CLI_DIAGNOSTIC_TEXT_H_
#define PROVISION_CORE_CLI_DIAGNOSTIC_TEXT_H_

#include <string>

#include "core/base/diagnostic.pb.h"
#include "core/cli/terminal_style.h"

namespace provision {

// A diagnostic as cli.md 5 shows it:
//
//   error: WHERE: WHAT [area/id]
//     at, expected, found, because, tried   what is known
//     next                                  what to type, last
//
// WHERE is FILE:LINE:COLUMN, a file, or a step; below it, if the source line is
// known, that line with the word underlined. Ends with a line end.
std::string DiagnosticText(const Diagnostic& diagnostic,
                           const TerminalStyle& style);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_DIAGNOSTIC_TEXT_H_

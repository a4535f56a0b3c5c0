#ifndef PROVISION_BUNDLES_WHEELS_WHEEL_SCRIPT_H_
#define PROVISION_BUNDLES_WHEELS_WHEEL_SCRIPT_H_

// The scripts that an installed wheel has: those it brings, with the
// environment's interpreter in the first line, and those of its entry points.

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "bundles/wheels/entry_points.h"

namespace provision {

// Whether no wheel may bring a script of this name: it would stand in for the
// interpreter or for the scripts that activate the environment, in any case and
// with `.py` or `.exe`.
bool IsReservedScript(absl::string_view name);

// The first lines of a script, which start `interpreter` with what stands in
// `arguments`, a space before it: `#!PATH`, or three lines for `sh` where the
// kernel would not take that.
std::string Shebang(absl::string_view interpreter,
                    absl::string_view arguments = "");

// The script of an entry point.
std::string EntryPointScript(const ScriptEntryPoint& entry,
                             absl::string_view interpreter);

// The script that a wheel brings with `interpreter` in place of `#!python` or
// `#!pythonw`; nullopt if its first line is another.
absl::optional<std::string> WithInterpreter(absl::string_view script,
                                            absl::string_view interpreter);

}  // namespace provision

#endif  // PROVISION_BUNDLES_WHEELS_WHEEL_SCRIPT_H_

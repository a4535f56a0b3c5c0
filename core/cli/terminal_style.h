#ifndef PROVISION_CORE_CLI_TERMINAL_STYLE_H_
#define PROVISION_CORE_CLI_TERMINAL_STYLE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "core/cli/render_options.h"

namespace provision {

// What a piece of text means; its sign and colour follow (cli.md 4). Neither
// carries anything alone: a word stands beside it.
enum class Role {
  kPlain,
  kGood,
  kBad,
  kAttention,
  kHeldBack,
  kNotAsked,
  kNew,
  kChange,
  kRemove,
  kUnknown,
  kVerdict,
  kFaint,
};

// Makes text fit for where it is shown.
class TerminalStyle {
 public:
  // Columns that a sign takes, with the gap after it.
  static constexpr size_t kSignWidth = 3;

  explicit TerminalStyle(RenderOptions options);

  const RenderOptions& options() const { return options_; }

  // The sign of a role and the gap after it, coloured; blanks if it has none.
  std::string Sign(Role role) const;

  // `text`, which is ready to be shown, in the role's colour.
  std::string Paint(Role role, absl::string_view text) const;

  // Text of an event, made harmless, and in ASCII where it must be.
  std::string Text(absl::string_view text) const;

  // As Text, with the user's home as `~`.
  std::string Path(absl::string_view path) const;

  // `text`, which begins at column `indent`, on lines of at most the terminal's
  // width, the later ones indented alike; one line outside a terminal.
  std::string Wrap(absl::string_view text, size_t indent) const;

 private:
  const RenderOptions options_;
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_TERMINAL_STYLE_H_

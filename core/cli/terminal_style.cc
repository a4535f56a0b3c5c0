#include "core/cli/terminal_style.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/cli/display_text.h"

namespace provision {
namespace {

struct Look {
  absl::string_view sign;
  absl::string_view ascii_sign;
  absl::string_view sequence;  // of SGR; "" is the terminal's own
};

Look LookOf(Role role) {
  switch (role) {
    case Role::kPlain:
      return {"", "", ""};
    case Role::kGood:
      return {"✓", "ok", "32"};
    case Role::kBad:
      return {"✗", "x", "31"};
    case Role::kAttention:
      return {"!", "!", "33"};
    case Role::kHeldBack:
      return {"→", "->", "33"};
    case Role::kNotAsked:
      return {"·", "-", "2"};
    case Role::kNew:
      return {"+", "+", "32"};
    case Role::kChange:
      return {"~", "~", "33"};
    case Role::kRemove:
      return {"-", "-", "31"};
    case Role::kUnknown:
      return {"?", "?", "2"};
    case Role::kVerdict:
      return {"", "", "1"};
    case Role::kFaint:
      return {"", "", "2"};
  }
  return {};
}

}  // namespace

TerminalStyle::TerminalStyle(RenderOptions options)
    : options_(std::move(options)) {}

std::string TerminalStyle::Sign(Role role) const {
  const Look look = LookOf(role);
  const absl::string_view sign = options_.ascii ? look.ascii_sign : look.sign;
  const size_t width = DisplayWidth(sign);
  return absl::StrCat(Paint(role, sign), std::string(kSignWidth - width, ' '));
}

std::string TerminalStyle::Paint(Role role, absl::string_view text) const {
  const Look look = LookOf(role);
  if (!options_.color || look.sequence.empty() || text.empty()) {
    return std::string(text);
  }
  return absl::StrCat("\x1b[", look.sequence, "m", text, "\x1b[0m");
}

std::string TerminalStyle::Text(absl::string_view text) const {
  return options_.ascii ? ToAscii(text) : EscapeUntrusted(text, false);
}

std::string TerminalStyle::Path(absl::string_view path) const {
  const std::string& home = options_.home;
  if (home.size() > 1 && (path == home || absl::StartsWith(path, home + "/"))) {
    return Text(absl::StrCat("~", path.substr(home.size())));
  }
  return Text(path);
}

std::string TerminalStyle::Wrap(absl::string_view text, size_t indent) const {
  const auto columns = static_cast<size_t>(options_.columns);
  if (!options_.terminal || indent + 20 > columns) return std::string(text);
  return absl::StrJoin(WrapWords(text, columns - indent),
                       absl::StrCat("\n", std::string(indent, ' ')));
}

}  // namespace provision

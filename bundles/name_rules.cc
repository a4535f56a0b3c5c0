#include "bundles/name_rules.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "bundles/archive_error.h"
#include "bundles/unicode.h"

namespace provision {
namespace {

// Why a name may not hold this code point, or nothing.
absl::string_view Objection(char32_t c) {
  if (c == 0) return "NUL in a name";
  if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return "control character in a name";
  if (c == '\\') return "backslash in a name";
  if (c == 0x61c || c == 0x200e || c == 0x200f ||
      (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069)) {
    return "bidirectional control in a name";
  }
  if (c == 0xfeff) return "byte order mark in a name";
  if ((c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe) {
    return "noncharacter in a name";
  }
  return "";
}

bool IsWindowsDevice(absl::string_view component) {
  std::string stem =
      absl::AsciiStrToUpper(component.substr(0, component.find('.')));
  absl::StripTrailingAsciiWhitespace(&stem);
  for (absl::string_view device :
       {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}) {
    if (stem == device) return true;
  }
  // COM0-COM9, LPT0-LPT9, and with a superscript 1, 2 or 3 for the digit.
  absl::string_view digit = stem;
  if (!absl::ConsumePrefix(&digit, "COM") &&
      !absl::ConsumePrefix(&digit, "LPT")) {
    return false;
  }
  return (digit.size() == 1 && absl::ascii_isdigit(digit[0])) ||
         digit == "\u00b9" || digit == "\u00b2" || digit == "\u00b3";
}

absl::string_view WindowsObjection(absl::string_view component) {
  if (component.find_first_of("<>:\"|?*") != absl::string_view::npos) {
    return "character that Windows reserves in a name";
  }
  if (IsWindowsDevice(component)) return "device name of Windows";
  if (component.back() == '.' || component.back() == ' ') {
    return "trailing dot or space in a name";
  }
  return "";
}

struct Refusal {
  absl::string_view id;
  absl::string_view reason;
};

absl::optional<Refusal> RefuseCharacters(absl::string_view text) {
  absl::optional<std::u32string> decoded = DecodeUtf8(text);
  if (!decoded.has_value()) {
    return Refusal{kArchiveName, "name is not valid UTF-8"};
  }
  for (char32_t c : *decoded) {
    absl::string_view objection = Objection(c);
    if (!objection.empty()) return Refusal{kArchiveName, objection};
  }
  return absl::nullopt;
}

absl::optional<Refusal> RefuseComponent(absl::string_view component, bool dots,
                                        bool windows) {
  if (component.empty()) {
    return Refusal{kArchiveName, "empty component in a name"};
  }
  if (component.size() > kMaxComponentBytes) {
    return Refusal{kArchiveLimit, "component of more than 255 bytes"};
  }
  if (component == "." || component == "..") {
    if (dots) return absl::nullopt;
    return Refusal{kArchiveName,
                   component == "." ? "\".\" in a name" : "\"..\" in a name"};
  }
  if (!windows) return absl::nullopt;
  absl::string_view objection = WindowsObjection(component);
  if (objection.empty()) return absl::nullopt;
  return Refusal{kArchiveName, objection};
}

// What names and link targets have in common; `dots` allows `.` and `..`.
absl::optional<Refusal> RefusePath(absl::string_view text, bool dots,
                                   bool windows) {
  if (text.empty()) return Refusal{kArchiveName, "empty name"};
  if (text.size() > kMaxNameBytes) {
    return Refusal{kArchiveLimit, "name of more than 1024 bytes"};
  }
  if (absl::optional<Refusal> refusal = RefuseCharacters(text)) return refusal;
  if (text[0] == '/') return Refusal{kArchiveName, "absolute name"};
  if (text.size() >= 2 && absl::ascii_isalpha(text[0]) && text[1] == ':') {
    return Refusal{kArchiveName, "drive prefix in a name"};
  }
  std::vector<absl::string_view> components = absl::StrSplit(text, '/');
  if (components.size() > kMaxComponents) {
    return Refusal{kArchiveLimit, "name of more than 64 components"};
  }
  for (absl::string_view component : components) {
    if (absl::optional<Refusal> refusal =
            RefuseComponent(component, dots, windows)) {
      return refusal;
    }
  }
  return absl::nullopt;
}

}  // namespace

absl::Status CheckName(absl::string_view path, bool windows) {
  absl::optional<Refusal> refusal = RefusePath(path, /*dots=*/false, windows);
  if (!refusal.has_value()) return absl::OkStatus();
  return ArchiveError(refusal->id, path, refusal->reason);
}

absl::Status CheckLinkTarget(absl::string_view path, absl::string_view target,
                             bool windows) {
  absl::optional<Refusal> refusal = RefusePath(target, /*dots=*/true, windows);
  if (!refusal.has_value()) return absl::OkStatus();
  return ArchiveError(
      kArchiveType, path,
      absl::StrCat("link to \"", EscapedName(target), "\": ", refusal->reason));
}

}  // namespace provision

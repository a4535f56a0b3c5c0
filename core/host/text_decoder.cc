#include "core/host/text_decoder.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/status_macros.h"
#include "core/host/error_offset.h"
#include "re2/re2.h"

namespace provision {
namespace {

constexpr size_t kMaxBytes = 16 << 20;

enum class Encoding { kUtf8, kUtf16, kUtf32, kLatin1, kWindows1252, kAscii };

struct Mark {
  absl::string_view bytes;
  absl::string_view name;
  Encoding encoding;
  bool big_endian;
};

// UTF-32 before UTF-16: the mark of one begins with that of the other.
constexpr Mark kMarks[] = {
    {{"\xef\xbb\xbf", 3}, "utf-8", Encoding::kUtf8, false},
    {{"\xff\xfe\0\0", 4}, "utf-32-le", Encoding::kUtf32, false},
    {{"\0\0\xfe\xff", 4}, "utf-32-be", Encoding::kUtf32, true},
    {{"\xff\xfe", 2}, "utf-16-le", Encoding::kUtf16, false},
    {{"\xfe\xff", 2}, "utf-16-be", Encoding::kUtf16, true},
};

struct Named {
  absl::string_view name;
  Encoding encoding;
};

// By their names in PEP 263 lines, lower case with `-` for `_`.
constexpr Named kNamed[] = {
    {"utf-8", Encoding::kUtf8},
    {"utf8", Encoding::kUtf8},
    {"utf-8-sig", Encoding::kUtf8},
    {"ascii", Encoding::kAscii},
    {"us-ascii", Encoding::kAscii},
    {"latin-1", Encoding::kLatin1},
    {"latin1", Encoding::kLatin1},
    {"iso-8859-1", Encoding::kLatin1},
    {"iso8859-1", Encoding::kLatin1},
    {"cp1252", Encoding::kWindows1252},
    {"windows-1252", Encoding::kWindows1252},
};

// What Windows-1252 has where Latin-1 has control characters; 0 for none.
constexpr uint16_t kWindows1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

void Append(uint32_t code_point, size_t source, DecodedText& out) {
  std::string& text = out.text;
  if (code_point < 0x80) {
    text.push_back(code_point);
  } else if (code_point < 0x800) {
    text.push_back(0xc0 | code_point >> 6);
    text.push_back(0x80 | (code_point & 0x3f));
  } else if (code_point < 0x10000) {
    text.push_back(0xe0 | code_point >> 12);
    text.push_back(0x80 | (code_point >> 6 & 0x3f));
    text.push_back(0x80 | (code_point & 0x3f));
  } else {
    text.push_back(0xf0 | code_point >> 18);
    text.push_back(0x80 | (code_point >> 12 & 0x3f));
    text.push_back(0x80 | (code_point >> 6 & 0x3f));
    text.push_back(0x80 | (code_point & 0x3f));
  }
  out.source.resize(text.size(), source);
}

bool IsScalar(uint32_t code_point) {
  return code_point < 0x110000 && (code_point & 0xfffff800) != 0xd800;
}

// One character; 0 bytes taken means that they do not fit the encoding.
struct Character {
  uint32_t code_point = 0;
  size_t taken = 0;
};

Character TakeUtf8(absl::string_view bytes) {
  const uint8_t first = bytes[0];
  if (first < 0x80) return {first, 1};
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes.size() < length) return {};
  uint32_t code_point = first & (0x7f >> length);
  for (size_t i = 1; i < length; ++i) {
    const uint8_t next = bytes[i];
    if ((next & 0xc0) != 0x80) return {};
    code_point = code_point << 6 | (next & 0x3f);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code_point < kLeast[length] || !IsScalar(code_point)) return {};
  return {code_point, length};
}

uint32_t Unit(absl::string_view bytes, size_t width, bool big_endian) {
  uint32_t unit = 0;
  for (size_t i = 0; i < width; ++i) {
    const uint8_t byte = bytes[big_endian ? i : width - 1 - i];
    unit = unit << 8 | byte;
  }
  return unit;
}

Character TakeUtf16(absl::string_view bytes, bool big_endian) {
  if (bytes.size() < 2) return {};
  const uint32_t unit = Unit(bytes, 2, big_endian);
  if ((unit & 0xf800) != 0xd800) return {unit, 2};
  if (unit >= 0xdc00 || bytes.size() < 4) return {};
  const uint32_t low = Unit(bytes.substr(2), 2, big_endian);
  if ((low & 0xfc00) != 0xdc00) return {};
  return {0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff), 4};
}

Character Take(absl::string_view bytes, Encoding encoding, bool big_endian) {
  const uint8_t first = bytes[0];
  switch (encoding) {
    case Encoding::kUtf8:
      return TakeUtf8(bytes);
    case Encoding::kUtf16:
      return TakeUtf16(bytes, big_endian);
    case Encoding::kUtf32: {
      if (bytes.size() < 4) return {};
      const uint32_t unit = Unit(bytes, 4, big_endian);
      return IsScalar(unit) ? Character{unit, 4} : Character{};
    }
    case Encoding::kLatin1:
      return {first, 1};
    case Encoding::kWindows1252: {
      if (first < 0x80 || first >= 0xa0) return {first, 1};
      const uint16_t mapped = kWindows1252[first - 0x80];
      return mapped == 0 ? Character{} : Character{mapped, 1};
    }
    case Encoding::kAscii:
      return first < 0x80 ? Character{first, 1} : Character{};
  }
  return {};
}

// The encoding that one of the first two lines names, if any.
std::string NamedEncoding(absl::string_view bytes) {
  static const RE2& pattern = *new RE2(R"(coding[:=]\s*([-\w.]+))");
  for (int line = 0; line < 2; ++line) {
    const size_t end = bytes.find('\n');
    const absl::string_view text = bytes.substr(0, end);
    std::string name;
    if (absl::StartsWith(text, "#") &&
        RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern,
                          &name)) {
      return name;
    }
    if (end == absl::string_view::npos) break;
    bytes.remove_prefix(end + 1);
  }
  return "";
}

absl::StatusOr<Encoding> EncodingCalled(absl::string_view name) {
  const std::string normal =
      absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", "-"}});
  for (const Named& named : kNamed) {
    if (named.name == normal) return named.encoding;
  }
  return ErrorAt(0, absl::StrCat("the encoding `", name,
                                 "` that the file names is not known here; "
                                 "save the file as UTF-8"));
}

}  // namespace

absl::StatusOr<DecodedText> DecodeText(absl::string_view bytes) {
  if (bytes.size() > kMaxBytes) {
    return ErrorAt(0, absl::StrCat("the file has ", bytes.size(),
                                   " bytes, more than ", kMaxBytes));
  }
  DecodedText out;
  Encoding encoding = Encoding::kUtf8;
  bool big_endian = false;
  size_t at = 0;
  for (const Mark& mark : kMarks) {
    if (!absl::StartsWith(bytes, mark.bytes)) continue;
    out.encoding = std::string(mark.name);
    encoding = mark.encoding;
    big_endian = mark.big_endian;
    at = mark.bytes.size();
    break;
  }
  if (out.encoding.empty()) {
    const std::string name = NamedEncoding(bytes);
    out.encoding = name.empty() ? "utf-8" : name;
    PROVISION_ASSIGN_OR_RETURN(encoding, EncodingCalled(out.encoding));
  }
  while (at < bytes.size()) {
    const Character character = Take(bytes.substr(at), encoding, big_endian);
    if (character.taken == 0) {
      return ErrorAt(
          at, absl::StrCat("the byte at offset ", at, " is not ", out.encoding,
                           "; save the file as UTF-8"));
    }
    Append(character.code_point, at, out);
    at += character.taken;
  }
  out.source.push_back(bytes.size());
  return out;
}

}  // namespace provision

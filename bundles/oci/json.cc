#include "bundles/oci/json.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "bundles/unicode.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr int kMaxDepth = 16;
constexpr size_t kMaxString = 1 << 20;
constexpr uint64_t kMaxNumber = (uint64_t{1} << 53) - 1;

absl::Status FormatError(absl::string_view id, const std::string& message) {
  return DiagnosticError(absl::StatusCode::kInvalidArgument, id, message);
}

void AppendString(const std::string& text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') out->push_back('\\');
    out->push_back(c);
  }
  out->push_back('"');
}

void AppendValue(const Json& value, std::string* out) {
  switch (value.type()) {
    case Json::Type::kString:
      return AppendString(value.text(), out);
    case Json::Type::kNumber:
      return absl::StrAppend(out, value.number());
    case Json::Type::kBool:
      return absl::StrAppend(out, value.boolean() ? "true" : "false");
    case Json::Type::kArray: {
      char separator = '[';
      if (value.items().empty()) out->push_back('[');
      for (const Json& item : value.items()) {
        out->push_back(std::exchange(separator, ','));
        AppendValue(item, out);
      }
      return out->push_back(']');
    }
    case Json::Type::kObject: {
      char separator = '{';
      if (value.members().empty()) out->push_back('{');
      for (const auto& [name, member] : value.members()) {
        out->push_back(std::exchange(separator, ','));
        AppendString(name, out);
        out->push_back(':');
        AppendValue(member, out);
      }
      return out->push_back('}');
    }
  }
}

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out->push_back(static_cast<char>(0xC0 | code >> 6));
    out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    if (code < 0x10000) {
      out->push_back(static_cast<char>(0xE0 | code >> 12));
    } else {
      out->push_back(static_cast<char>(0xF0 | code >> 18));
      out->push_back(static_cast<char>(0x80 | (code >> 12 & 0x3F)));
    }
    out->push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

// One pass over one text; every error names the byte it stands at.
class Parser {
 public:
  Parser(absl::string_view text, absl::string_view document)
      : text_(text), document_(document) {}

  absl::StatusOr<Json> Run() {
    if (!DecodeUtf8(text_).has_value()) return Error("it is not UTF-8");
    PROVISION_ASSIGN_OR_RETURN(Json value, Value(1));
    SkipSpace();
    if (at_ != text_.size()) return Error("something follows the end");
    return value;
  }

 private:
  absl::Status Error(absl::string_view reason) const {
    return FormatError("format/json",
                       absl::StrCat(document_, ": ", reason, " at byte ", at_));
  }

  void SkipSpace() {
    while (at_ < text_.size() && absl::string_view(" \t\r\n").find(
                                     text_[at_]) != absl::string_view::npos) {
      ++at_;
    }
  }

  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool TakeWord(absl::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  absl::StatusOr<Json> Value(int depth) {
    SkipSpace();
    if (depth > kMaxDepth) return Error("nested too deeply");
    if (Take('{')) return Members(depth);
    if (Take('[')) return Items(depth);
    if (Take('"')) {
      PROVISION_ASSIGN_OR_RETURN(std::string text, String());
      return Json(std::move(text));
    }
    if (TakeWord("true")) return Json(true);
    if (TakeWord("false")) return Json(false);
    return Number();
  }

  absl::StatusOr<Json> Number() {
    const size_t begin = at_;
    uint64_t number = 0;
    while (at_ < text_.size() && absl::ascii_isdigit(text_[at_])) {
      number = number * 10 + static_cast<uint64_t>(text_[at_++] - '0');
      if (number > kMaxNumber) return Error("the number is too large");
    }
    if (at_ == begin) return Error("no value that may stand here");
    if (text_[begin] == '0' && at_ - begin > 1) return Error("a leading zero");
    return Json(number);
  }

  absl::StatusOr<Json> Items(int depth) {
    std::vector<Json> items;
    SkipSpace();
    if (Take(']')) return Json(std::move(items));
    while (true) {
      PROVISION_ASSIGN_OR_RETURN(Json item, Value(depth + 1));
      items.push_back(std::move(item));
      SkipSpace();
      if (Take(']')) return Json(std::move(items));
      if (!Take(',')) return Error("expected , or ]");
    }
  }

  absl::StatusOr<Json> Members(int depth) {
    Json object;
    SkipSpace();
    if (Take('}')) return object;
    while (true) {
      SkipSpace();
      if (!Take('"')) return Error("expected a member's name");
      PROVISION_ASSIGN_OR_RETURN(const std::string name, String());
      SkipSpace();
      if (!Take(':')) return Error("expected :");
      if (object.Find(name) != nullptr) return Error("a member stands twice");
      PROVISION_ASSIGN_OR_RETURN(object[name], Value(depth + 1));
      SkipSpace();
      if (Take('}')) return object;
      if (!Take(',')) return Error("expected , or }");
    }
  }

  // After its opening quote.
  absl::StatusOr<std::string> String() {
    std::string out;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return out;
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
        return Error("a control character in a string");
      }
      if (c == '\\') {
        PROVISION_RETURN_IF_ERROR(Escape(&out));
      } else {
        out.push_back(c);
      }
      if (out.size() > kMaxString) return Error("the string is too long");
    }
    return Error("a string without an end");
  }

  absl::Status Escape(std::string* out) {
    constexpr absl::string_view kNames = "\"\\/bfnrt";
    constexpr absl::string_view kValues = "\"\\/\b\f\n\r\t";
    const char c = at_ < text_.size() ? text_[at_++] : '\0';
    const size_t found = kNames.find(c);
    if (c != '\0' && found != absl::string_view::npos) {
      out->push_back(kValues[found]);
      return absl::OkStatus();
    }
    absl::optional<uint32_t> code;
    if (c == 'u') code = FourDigits();
    if (code.has_value() && *code >= 0xD800 && *code < 0xDC00 &&
        TakeWord("\\u")) {
      const absl::optional<uint32_t> low = FourDigits();
      if (!low.has_value() || *low < 0xDC00 || *low > 0xDFFF) {
        return Error("half of a surrogate pair");
      }
      code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
    }
    if (!code.has_value() || *code == 0 || (*code >> 11) == 0x1B) {
      return Error("an escape that is not accepted");
    }
    AppendUtf8(*code, out);
    return absl::OkStatus();
  }

  absl::optional<uint32_t> FourDigits() {
    if (text_.size() - at_ < 4) return absl::nullopt;
    uint32_t code = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = absl::ascii_tolower(text_[at_++]);
      if (!absl::ascii_isxdigit(c)) return absl::nullopt;
      code = code * 16 + static_cast<uint32_t>(
                             absl::ascii_isdigit(c) ? c - '0' : c - 'a' + 10);
    }
    return code;
  }

  const absl::string_view text_;
  const absl::string_view document_;
  size_t at_ = 0;
};

}  // namespace

const Json* Json::Find(const std::string& name) const {
  const auto found = members_.find(name);
  return found == members_.end() ? nullptr : &found->second;
}

std::string CanonicalText(const Json& value) {
  std::string out;
  AppendValue(value, &out);
  return out;
}

absl::StatusOr<Json> ParseJson(absl::string_view text,
                               absl::string_view document) {
  return Parser(text, document).Run();
}

absl::StatusOr<Json> ParseCanonical(absl::string_view text,
                                    absl::string_view document) {
  PROVISION_ASSIGN_OR_RETURN(Json value, ParseJson(text, document));
  const std::string canonical = CanonicalText(value);
  if (canonical == text) return value;
  const size_t same =
      static_cast<size_t>(std::mismatch(canonical.begin(), canonical.end(),
                                        text.begin(), text.end())
                              .first -
                          canonical.begin());
  return FormatError(
      "format/not-canonical",
      absl::StrCat(document, " is not in canonical form; first difference at ",
                   "byte ", same));
}

absl::Status JsonError(absl::string_view document, absl::string_view reason) {
  return FormatError("format/json", absl::StrCat(document, ": ", reason));
}

}  // namespace provision

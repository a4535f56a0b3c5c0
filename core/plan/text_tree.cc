#include "core/plan/text_tree.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace provision {
namespace {

// After so many errors a text is not a plan with mistakes.
constexpr size_t kMaxErrors = 100;

struct Token {
  enum class Kind { kEnd, kWord, kNumber, kString, kSign, kBad };
  Kind kind = Kind::kEnd;
  TextSpan span;
  char sign = 0;  // of kSign
};

bool IsWordStart(char c) { return absl::ascii_isalpha(c) || c == '_'; }
bool IsWordPart(char c) { return absl::ascii_isalnum(c) || c == '_'; }

class TreeParser {
 public:
  TreeParser(absl::string_view text, int max_depth)
      : text_(text), max_depth_(max_depth) {
    Next();
  }

  TextTree Parse() {
    while (token_.kind != Token::Kind::kEnd &&
           tree_.errors.size() < kMaxErrors) {
      if (IsSign('}') || IsSign('>')) {
        Fail(token_.span, absl::StrCat("nothing is open that this \"",
                                       text_.substr(token_.span.begin, 1),
                                       "\" could close"));
        Next();
        continue;
      }
      TextField field;
      const bool parsed = ParseField(0, &field);
      if (!field.name.empty()) tree_.fields.push_back(std::move(field));
      if (!parsed) SkipToOutermostField();
    }
    return std::move(tree_);
  }

 private:
  // ---- tokens ----

  void SkipSpace() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#') {
        // A NUL is in no text, not even in a comment.
        at_ = std::min(text_.find_first_of(absl::string_view("\n\0", 2), at_),
                       text_.size());
      } else if (absl::ascii_isspace(text_[at_])) {
        ++at_;
      } else {
        return;
      }
    }
  }

  void Next() {
    SkipSpace();
    const size_t begin = at_;
    token_ = Token{};
    if (begin < text_.size()) {
      const char c = text_[begin];
      if (IsWordStart(c)) {
        token_.kind = Token::Kind::kWord;
        while (at_ < text_.size() && IsWordPart(text_[at_])) ++at_;
      } else if (absl::ascii_isdigit(c) || StartsFraction()) {
        token_.kind = Token::Kind::kNumber;
        TakeNumber();
      } else if (c == '"' || c == '\'') {
        token_.kind = TakeString() ? Token::Kind::kString : Token::Kind::kBad;
      } else {
        token_.kind =
            absl::ascii_ispunct(c) ? Token::Kind::kSign : Token::Kind::kBad;
        token_.sign = c;
        ++at_;
      }
    }
    token_.span = {begin, at_};
  }

  bool StartsFraction() const {
    return text_[at_] == '.' && at_ + 1 < text_.size() &&
           absl::ascii_isdigit(text_[at_ + 1]);
  }

  // All that could be part of it; whether it is a number, its field says.
  void TakeNumber() {
    const bool hexadecimal =
        absl::StartsWithIgnoreCase(text_.substr(at_), "0x");
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool exponent_sign =
          (c == '+' || c == '-') && !hexadecimal &&
          (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E');
      if (!IsWordPart(c) && c != '.' && !exponent_sign) return;
      ++at_;
    }
  }

  bool TakeString() {
    const char quote = text_[at_++];
    while (at_ < text_.size() && text_[at_] != '\n') {
      const char c = text_[at_++];
      if (c == quote) return true;
      if (c == '\\' && at_ < text_.size() && text_[at_] != '\n') ++at_;
    }
    return false;
  }

  bool IsSign(char sign) const {
    return token_.kind == Token::Kind::kSign && token_.sign == sign;
  }
  bool TakeSign(char sign) {
    if (!IsSign(sign)) return false;
    Next();
    return true;
  }

  // ---- errors ----

  bool Fail(TextSpan span, std::string message) {
    tree_.errors.push_back({span, std::move(message)});
    return false;
  }

  bool FailAtToken(absl::string_view wanted) {
    const absl::string_view text = token_.span.In(text_);
    switch (token_.kind) {
      case Token::Kind::kEnd:
        return Fail(token_.span,
                    absl::StrCat("the text ends where ", wanted, " should be"));
      case Token::Kind::kBad:
        if (text[0] == '"' || text[0] == '\'') {
          return Fail(token_.span, "this text in quotes does not end");
        }
        return Fail(token_.span, "a character that no plan has");
      default:
        return Fail(token_.span,
                    absl::StrCat(wanted, " should be here, not ", text));
    }
  }

  void SkipToOutermostField() {
    at_ = NextOutermostField(token_.span.begin);
    Next();
  }

  // The first place after `from` where a line begins with a field.
  size_t NextOutermostField(size_t from) const {
    for (size_t end = text_.find('\n', from); end != absl::string_view::npos;
         end = text_.find('\n', end + 1)) {
      if (end + 1 < text_.size() && IsWordStart(text_[end + 1])) {
        return end + 1;
      }
    }
    return text_.size();
  }

  // ---- grammar; false after an error ----

  bool ParseField(int depth, TextField* field) {
    if (!ParseName(field)) return false;
    const bool colon = TakeSign(':');
    if (IsSign('[')) return ParseList(depth, field);
    if (!colon && !IsSign('{') && !IsSign('<')) {
      return FailAtToken(absl::StrCat("\":\" or \"{\" after ", field->name));
    }
    field->values.emplace_back();
    if (!ParseValue(depth, *field, &field->values.back())) return false;
    if (!TakeSign(',')) TakeSign(';');
    return true;
  }

  bool ParseName(TextField* field) {
    field->span = token_.span;
    if (token_.kind == Token::Kind::kWord) {
      field->name = std::string(token_.span.In(text_));
      Next();
      return true;
    }
    if (!TakeSign('[')) return FailAtToken("the name of a field");
    std::string name;
    while (token_.kind == Token::Kind::kWord || IsSign('.') || IsSign('/') ||
           IsSign('-') || token_.kind == Token::Kind::kNumber) {
      absl::StrAppend(&name, token_.span.In(text_));
      Next();
    }
    if (!IsSign(']') || name.empty()) {
      return FailAtToken("the name of an extension, then \"]\",");
    }
    field->name = std::move(name);
    field->is_extension = true;
    field->span.end = token_.span.end;
    Next();
    return true;
  }

  bool ParseList(int depth, TextField* field) {
    field->is_list = true;
    const TextSpan opening = token_.span;
    Next();
    while (!IsSign(']')) {
      if (token_.kind == Token::Kind::kEnd) {
        return Fail(opening, "this \"[\" is never closed");
      }
      field->values.emplace_back();
      if (!ParseValue(depth, *field, &field->values.back())) return false;
      if (!TakeSign(',') && !IsSign(']')) {
        return FailAtToken("\",\" or \"]\"");
      }
    }
    Next();
    if (!TakeSign(',')) TakeSign(';');
    return true;
  }

  bool ParseValue(int depth, const TextField& field, TextValue* value) {
    value->span = token_.span;
    if (IsSign('{') || IsSign('<')) return ParseMessage(depth + 1, value);
    const bool minus = TakeSign('-');
    value->span.end = token_.span.end;
    if (token_.kind == Token::Kind::kNumber) {
      value->kind = TextValue::Kind::kNumber;
    } else if (token_.kind == Token::Kind::kWord) {
      value->kind = TextValue::Kind::kWord;
    } else if (token_.kind == Token::Kind::kString && !minus) {
      value->kind = TextValue::Kind::kString;
      for (; token_.kind == Token::Kind::kString; Next()) {
        value->span.end = token_.span.end;
      }
      return true;
    } else {
      return FailAtToken(absl::StrCat("a value of ", field.name));
    }
    Next();
    return true;
  }

  bool ParseMessage(int depth, TextValue* value) {
    value->kind = TextValue::Kind::kMessage;
    const TextSpan opening = token_.span;
    if (depth > max_depth_) {
      return Fail(opening, absl::StrCat("nested deeper than ", max_depth_));
    }
    const char closing = IsSign('{') ? '}' : '>';
    Next();
    while (!IsSign(closing)) {
      if (token_.kind == Token::Kind::kEnd) return FailUnclosed(opening, value);
      TextField field;
      const bool parsed = ParseField(depth, &field);
      if (!field.name.empty()) value->fields.push_back(std::move(field));
      if (!parsed) return false;
    }
    value->span.end = token_.span.end;
    Next();
    return true;
  }

  // The text ended inside a message. What stands in the first column after its
  // beginning belongs outside: it is parsed again as that.
  bool FailUnclosed(TextSpan opening, TextValue* value) {
    const size_t outside = NextOutermostField(opening.begin);
    while (!value->fields.empty() &&
           value->fields.back().span.begin >= outside) {
      value->fields.pop_back();
    }
    token_.span = opening;  // where SkipToOutermostField begins
    return Fail(opening, absl::StrCat("this \"", opening.In(text_),
                                      "\" is never closed"));
  }

  absl::string_view text_;
  int max_depth_;
  size_t at_ = 0;
  Token token_;
  TextTree tree_;
};

}  // namespace

TextTree ParseTextTree(absl::string_view text, int max_depth) {
  return TreeParser(text, max_depth).Parse();
}

}  // namespace provision

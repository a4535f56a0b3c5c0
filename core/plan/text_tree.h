#ifndef PROVISION_CORE_PLAN_TEXT_TREE_H_
#define PROVISION_CORE_PLAN_TEXT_TREE_H_

// The syntax of text protobuf, without a schema: fields, values, and where each
// stands. TextFormat's own parser stops at the first error and reports the
// token after it; a plan's author gets all of them, at the word that is wrong.
//
//   TextTree tree = ParseTextTree("a: 1 b { c: [X, Y] }");
//   tree.fields[1].values[0].fields[0].values.size() == 2

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace provision {

// Bytes [begin, end) of the text.
struct TextSpan {
  size_t begin = 0;
  size_t end = 0;

  absl::string_view In(absl::string_view text) const {
    return text.substr(begin, end - begin);
  }
};

struct TextField;

// A scalar, whose text is its span, or a message.
struct TextValue {
  enum class Kind { kWord, kNumber, kString, kMessage };
  Kind kind = Kind::kWord;
  TextSpan span;                  // of a message, braces and all
  std::vector<TextField> fields;  // of a message
};

struct TextField {
  TextSpan span;     // `version`, or `[provision.python]`
  std::string name;  // `version`, or `provision.python`
  bool is_extension = false;
  bool is_list = false;           // values in square brackets, perhaps none
  std::vector<TextValue> values;  // one, unless it is a list
};

struct TextError {
  TextSpan span;
  std::string message;
};

struct TextTree {
  std::vector<TextField> fields;
  // In the order of the text. After an error parsing goes on at the next line
  // that begins with a letter in its first column, as a field of the outermost
  // level does.
  std::vector<TextError> errors;
};

// Messages may be nested `max_depth` deep. Never fails; linear in the text.
TextTree ParseTextTree(absl::string_view text, int max_depth = 32);

}  // namespace provision

#endif  // PROVISION_CORE_PLAN_TEXT_TREE_H_

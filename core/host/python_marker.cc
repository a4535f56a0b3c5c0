#include "core/host/python_marker.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/optional.h"
#include "core/base/status_macros.h"
#include "core/host/error_offset.h"
#include "core/host/python_name.h"
#include "core/host/python_specifier.h"

namespace provision {
namespace {

constexpr int kMaxDepth = 100;

struct Variable {
  absl::string_view name;
  absl::string_view canonical;
  bool is_version = false;
};

constexpr Variable kVariables[] = {
    {"python_version", "python_version", true},
    {"python_full_version", "python_full_version", true},
    {"os_name", "os_name"},
    {"sys_platform", "sys_platform"},
    {"platform_release", "platform_release", true},
    {"platform_system", "platform_system"},
    {"platform_version", "platform_version"},
    {"platform_machine", "platform_machine"},
    {"platform_python_implementation", "platform_python_implementation"},
    {"implementation_name", "implementation_name"},
    {"implementation_version", "implementation_version", true},
    {"extra", "extra"},
    {"extras", "extras"},
    {"dependency_groups", "dependency_groups"},
    {"os.name", "os_name"},
    {"sys.platform", "sys_platform"},
    {"platform.version", "platform_version"},
    {"platform.machine", "platform_machine"},
    {"platform.python_implementation", "platform_python_implementation"},
    {"python_implementation", "platform_python_implementation"},
};

const Variable* FindVariable(absl::string_view name) {
  for (const Variable& variable : kVariables) {
    if (variable.name == name) return &variable;
  }
  return nullptr;
}

bool IsWordChar(char c) {
  return absl::ascii_isalnum(c) || c == '_' || c == '.';
}

}  // namespace

bool IsPythonMarkerVariable(absl::string_view name) {
  return FindVariable(name) != nullptr;
}

// Recursive descent: or, and, parentheses, comparison.
class PythonMarkerParser {
 public:
  explicit PythonMarkerParser(absl::string_view text) : text_(text) {}

  absl::StatusOr<PythonMarker::Node> ParseAll() {
    PROVISION_ASSIGN_OR_RETURN(PythonMarker::Node node, ParseOr(0));
    SkipSpace();
    if (at_ != text_.size()) {
      return ErrorAt(at_, "expected `and`, `or` or the end of the marker");
    }
    return node;
  }

 private:
  using Node = PythonMarker::Node;

  absl::StatusOr<Node> ParseOr(int depth) {
    return ParseList("or", Node::Kind::kOr, depth);
  }

  absl::StatusOr<Node> ParseList(absl::string_view word, Node::Kind kind,
                                 int depth) {
    Node list;
    list.kind = kind;
    do {
      auto child = kind == Node::Kind::kOr
                       ? ParseList("and", Node::Kind::kAnd, depth)
                       : ParseAtom(depth);
      if (!child.ok()) return child.status();
      // Nested lists of one kind are one list.
      if (child->kind == kind) {
        for (Node& grandchild : child->children) {
          list.children.push_back(std::move(grandchild));
        }
      } else {
        list.children.push_back(*std::move(child));
      }
    } while (TakeWord(word));
    if (list.children.size() == 1) {
      Node only = std::move(list.children[0]);
      return only;
    }
    return list;
  }

  absl::StatusOr<Node> ParseAtom(int depth) {
    SkipSpace();
    if (at_ < text_.size() && text_[at_] == '(') {
      if (depth == kMaxDepth) {
        return ErrorAt(at_, "too many nested parentheses");
      }
      ++at_;
      PROVISION_ASSIGN_OR_RETURN(Node node, ParseOr(depth + 1));
      SkipSpace();
      if (at_ == text_.size() || text_[at_] != ')') {
        return ErrorAt(at_, "expected `)`");
      }
      ++at_;
      return node;
    }
    return ParseComparison();
  }

  absl::StatusOr<Node> ParseComparison() {
    Node node;
    SkipSpace();
    const size_t begin = at_;
    PROVISION_ASSIGN_OR_RETURN(node.left, ParseOperand());
    PROVISION_ASSIGN_OR_RETURN(node.op, ParseOperator());
    PROVISION_ASSIGN_OR_RETURN(node.right, ParseOperand());
    if (!node.left.is_variable && !node.right.is_variable) {
      return ErrorAt(begin, "one side of a comparison must be a variable");
    }
    return node;
  }

  absl::StatusOr<PythonMarker::Operand> ParseOperand() {
    SkipSpace();
    PythonMarker::Operand operand;
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) {
      const size_t end = text_.find(text_[at_], at_ + 1);
      if (end == absl::string_view::npos) {
        return ErrorAt(at_, "the quoted text has no end");
      }
      operand.text = std::string(text_.substr(at_ + 1, end - at_ - 1));
      const size_t backslash = operand.text.find('\\');
      if (backslash != std::string::npos) {
        return ErrorAt(at_ + 1 + backslash,
                       "a backslash may not stand in quoted text");
      }
      at_ = end + 1;
      return operand;
    }
    const size_t begin = at_;
    while (at_ < text_.size() && IsWordChar(text_[at_])) ++at_;
    const absl::string_view word = text_.substr(begin, at_ - begin);
    const Variable* variable = FindVariable(word);
    if (variable == nullptr) {
      return ErrorAt(begin,
                     word.empty()
                         ? "expected a variable or quoted text"
                         : absl::StrCat("`", word, "` is no marker variable"));
    }
    operand.is_variable = true;
    operand.text = std::string(variable->canonical);
    return operand;
  }

  absl::StatusOr<std::string> ParseOperator() {
    SkipSpace();
    for (const absl::string_view op :
         {"===", "==", "~=", "!=", "<=", ">=", "<", ">"}) {
      if (absl::StartsWith(text_.substr(at_), op)) {
        at_ += op.size();
        return std::string(op);
      }
    }
    if (TakeWord("in")) return "in";
    const size_t begin = at_;
    if (TakeWord("not")) {
      if (at_ < text_.size() && SkipSpace() && TakeWord("in")) return "not in";
    }
    return ErrorAt(begin, "expected one of === == ~= != <= >= < > in `not in`");
  }

  // Returns whether there was any space.
  bool SkipSpace() {
    const size_t begin = at_;
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) {
      ++at_;
    }
    return at_ > begin;
  }

  bool TakeWord(absl::string_view word) {
    SkipSpace();
    const absl::string_view rest = text_.substr(at_);
    if (!absl::StartsWith(rest, word)) return false;
    if (rest.size() > word.size() && IsWordChar(rest[word.size()])) {
      return false;
    }
    at_ += word.size();
    return true;
  }

  const absl::string_view text_;
  size_t at_ = 0;
};

absl::StatusOr<PythonMarker> PythonMarker::Parse(absl::string_view text) {
  PythonMarker marker;
  PROVISION_ASSIGN_OR_RETURN(marker.root_, PythonMarkerParser(text).ParseAll());
  return marker;
}

std::string PythonMarker::Print(const Node& node) {
  if (node.kind == Node::Kind::kComparison) {
    const auto print = [](const Operand& operand, const Operand& other) {
      if (operand.is_variable) return operand.text;
      const std::string text = other.is_variable && other.text == "extra"
                                   ? NormalizePythonName(operand.text)
                                   : operand.text;
      const char* quote = absl::StrContains(text, "\"") ? "'" : "\"";
      return absl::StrCat(quote, text, quote);
    };
    return absl::StrCat(print(node.left, node.right), " ", node.op, " ",
                        print(node.right, node.left));
  }
  const bool is_and = node.kind == Node::Kind::kAnd;
  return absl::StrJoin(node.children, is_and ? " and " : " or ",
                       [is_and](std::string* out, const Node& child) {
                         const bool enclose =
                             is_and && child.kind == Node::Kind::kOr;
                         absl::StrAppend(out, enclose ? "(" : "", Print(child),
                                         enclose ? ")" : "");
                       });
}

std::string PythonMarker::ToString() const { return Print(root_); }

absl::StatusOr<bool> PythonMarker::Compare(
    const Node& node, const PythonMarkerEnvironment& environment) {
  const auto value =
      [&](const Operand& operand) -> absl::StatusOr<std::string> {
    if (!operand.is_variable) return operand.text;
    if (const auto it = environment.find(operand.text);
        it != environment.end()) {
      // A build from a source checkout says `3.14.0+`.
      return absl::EndsWith(it->second, "+") ? it->second + "local"
                                             : it->second;
    }
    if (operand.text == "extra") return std::string();
    return absl::InvalidArgumentError(
        absl::StrCat("the marker variable `", operand.text,
                     "` has no value in this environment"));
  };
  PROVISION_ASSIGN_OR_RETURN(std::string left, value(node.left));
  PROVISION_ASSIGN_OR_RETURN(std::string right, value(node.right));
  const std::string& name =
      node.left.is_variable ? node.left.text : node.right.text;
  if (name == "extra") {
    left = NormalizePythonName(left);
    right = NormalizePythonName(right);
  }
  if (node.op == "in") return absl::StrContains(right, left);
  if (node.op == "not in") return !absl::StrContains(right, left);
  if (FindVariable(name)->is_version) {
    const auto specifier =
        PythonSpecifierSet::Parse(absl::StrCat(node.op, right));
    if (specifier.ok()) return specifier->Contains(left);
  }
  if (node.op == "==" || node.op == "<=" || node.op == ">=") {
    return left == right;
  }
  if (node.op == "!=") return left != right;
  if (node.op == "<" || node.op == ">") return false;
  return absl::InvalidArgumentError(
      absl::StrCat("`", node.op, "` compares versions, not \"", left,
                   "\" and \"", right, "\""));
}

absl::StatusOr<bool> PythonMarker::Evaluate(
    const Node& node, const PythonMarkerEnvironment& environment) {
  if (node.kind == Node::Kind::kComparison) return Compare(node, environment);
  const bool is_and = node.kind == Node::Kind::kAnd;
  bool result = is_and;
  for (const Node& child : node.children) {
    PROVISION_ASSIGN_OR_RETURN(const bool holds, Evaluate(child, environment));
    result = is_and ? result && holds : result || holds;
  }
  return result;
}

absl::StatusOr<bool> PythonMarker::Evaluate(
    const PythonMarkerEnvironment& environment) const {
  return Evaluate(root_, environment);
}

}  // namespace provision

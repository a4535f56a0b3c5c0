#include "core/project/yaml_document.h"

#include <yaml.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr int kMostValues = 100000;
constexpr int kDeepest = 100;

absl::Status Fault(absl::string_view file, const yaml_mark_t& mark,
                   absl::string_view message) {
  return DiagnosticError(absl::StatusCode::kInvalidArgument, "project/syntax",
                         absl::StrCat("no YAML: ", message))
      .Place(file, static_cast<int>(mark.line) + 1,
             static_cast<int>(mark.column) + 1);
}

// libyaml's parser and document, freed in the end.
class Yaml {
 public:
  Yaml(absl::string_view file, const std::string& text) : file_(file) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_input_string(
        &parser_, reinterpret_cast<const unsigned char*>(text.data()),
        text.size());
  }
  Yaml(const Yaml&) = delete;
  Yaml& operator=(const Yaml&) = delete;
  ~Yaml() {
    if (loaded_) yaml_document_delete(&document_);
    yaml_parser_delete(&parser_);
  }

  absl::StatusOr<DocumentNode> Parse() {
    if (yaml_parser_load(&parser_, &document_) == 0) {
      const char* problem = parser_.problem;
      return Fault(file_, parser_.problem_mark,
                   problem == nullptr ? "out of memory" : problem);
    }
    loaded_ = true;
    const yaml_node_t* root = yaml_document_get_root_node(&document_);
    if (root == nullptr) return DocumentNode();  // an empty file
    return Convert(*root, 0);
  }

 private:
  absl::StatusOr<DocumentNode> Convert(const yaml_node_t& node, int depth) {
    if (++values_ > kMostValues || depth > kDeepest) {
      return Fault(file_, node.start_mark, "too many values or levels");
    }
    DocumentNode made;
    made.line = static_cast<int>(node.start_mark.line) + 1;
    made.column = static_cast<int>(node.start_mark.column) + 1;
    if (node.type == YAML_SCALAR_NODE) {
      made.text =
          std::string(reinterpret_cast<const char*>(node.data.scalar.value),
                      node.data.scalar.length);
    } else if (node.type == YAML_SEQUENCE_NODE) {
      made.kind = DocumentNode::Kind::kList;
      const auto& items = node.data.sequence.items;
      for (const yaml_node_item_t* item = items.start; item < items.top;
           ++item) {
        PROVISION_ASSIGN_OR_RETURN(DocumentNode child,
                                   Convert(*NodeAt(*item), depth + 1));
        made.items.push_back(std::move(child));
      }
    } else {
      made.kind = DocumentNode::Kind::kTable;
      const auto& pairs = node.data.mapping.pairs;
      for (const yaml_node_pair_t* pair = pairs.start; pair < pairs.top;
           ++pair) {
        PROVISION_ASSIGN_OR_RETURN(const DocumentNode key,
                                   Convert(*NodeAt(pair->key), depth + 1));
        PROVISION_ASSIGN_OR_RETURN(DocumentNode value,
                                   Convert(*NodeAt(pair->value), depth + 1));
        value.line = key.line;
        value.column = key.column;
        made.fields.emplace_back(key.text, std::move(value));
      }
    }
    return made;
  }

  const yaml_node_t* NodeAt(int index) {
    return yaml_document_get_node(&document_, index);
  }

  const absl::string_view file_;
  yaml_parser_t parser_;
  yaml_document_t document_;
  bool loaded_ = false;
  int values_ = 0;
};

}  // namespace

absl::StatusOr<DocumentNode> ParseYaml(absl::string_view file,
                                       const std::string& text) {
  return Yaml(file, text).Parse();
}

}  // namespace provision

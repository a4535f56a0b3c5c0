#ifndef PROVISION_CORE_HOST_DOCUMENT_H_
#define PROVISION_CORE_HOST_DOCUMENT_H_

// A structured file of a project (TOML, YAML or JSON) as one kind of tree, with
// the place of each value, so that what reads it need not know the format.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace provision {

struct DocumentNode {
  enum class Kind { kScalar, kList, kTable };
  using Field = std::pair<std::string, DocumentNode>;

  Kind kind = Kind::kScalar;
  // Of a scalar: text without its quotes; a number or a truth value as written.
  std::string text = {};
  std::vector<DocumentNode> items = {};  // of a list
  std::vector<Field> fields = {};        // of a table, in the file's order
  // Of the value, or of the key or header that it belongs to; from 1.
  int line = 0;
  int column = 0;

  // The field of a table; nullptr if it has none, or if this is no table.
  const DocumentNode* Find(absl::string_view key) const {
    for (const Field& field : fields) {
      if (field.first == key) return &field.second;
    }
    return nullptr;
  }
  // Along several tables: Find("project", "dependencies").
  template <typename... Keys>
  const DocumentNode* Find(absl::string_view first, Keys... rest) const {
    const DocumentNode* node = Find(first);
    return node == nullptr ? nullptr : node->Find(rest...);
  }

  // The text of a scalar field, or "" if there is none.
  std::string TextOf(absl::string_view key) const {
    const DocumentNode* node = Find(key);
    return node == nullptr || node->kind != Kind::kScalar ? "" : node->text;
  }
};

}  // namespace provision

#endif  // PROVISION_CORE_HOST_DOCUMENT_H_

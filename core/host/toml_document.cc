#include "core/host/toml_document.h"

#include <algorithm>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "toml++/toml.h"

namespace provision {
namespace {

void Place(const toml::source_region& source, DocumentNode* node) {
  node->line = static_cast<int>(source.begin.line);
  node->column = static_cast<int>(source.begin.column);
}

DocumentNode Convert(const toml::node& node);

void ConvertTable(const toml::table& table, DocumentNode* made) {
  made->kind = DocumentNode::Kind::kTable;
  for (const auto& [key, value] : table) {
    DocumentNode field = Convert(value);
    // A table begins at its header, whose place is the table's own.
    if (key.source().begin.line > 0) Place(key.source(), &field);
    made->fields.emplace_back(std::string(key.str()), std::move(field));
  }
  // toml++ sorts by name.
  std::stable_sort(
      made->fields.begin(), made->fields.end(),
      [](const DocumentNode::Field& a, const DocumentNode::Field& b) {
        return std::pair(a.second.line, a.second.column) <
               std::pair(b.second.line, b.second.column);
      });
}

DocumentNode Convert(const toml::node& node) {
  DocumentNode made;
  Place(node.source(), &made);
  if (const toml::table* table = node.as_table()) {
    ConvertTable(*table, &made);
  } else if (const toml::array* array = node.as_array()) {
    made.kind = DocumentNode::Kind::kList;
    for (const toml::node& item : *array) made.items.push_back(Convert(item));
  } else if (const toml::value<std::string>* text = node.as_string()) {
    made.text = text->get();
  } else if (const toml::value<bool>* truth = node.as_boolean()) {
    made.text = truth->get() ? "true" : "false";
  } else {
    std::ostringstream written;
    node.visit([&written](const auto& value) {
      using Type = std::decay_t<decltype(value)>;
      if constexpr (toml::is_value<Type>) written << value.get();
    });
    made.text = written.str();
  }
  return made;
}

}  // namespace

absl::StatusOr<DocumentNode> ParseToml(absl::string_view file,
                                       const std::string& text) {
  const toml::parse_result parsed = toml::parse(std::string_view(text));
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return absl::Status(
        DiagnosticError(
            absl::StatusCode::kInvalidArgument, "project/syntax",
            absl::StrCat("no TOML: ", std::string(error.description())))
            .Place(file, static_cast<int>(error.source().begin.line),
                   static_cast<int>(error.source().begin.column)));
  }
  return Convert(parsed.table());
}

}  // namespace provision

#include "core/cli/plan_reference.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace provision {
namespace {

// Levels of `step.retry.attempts` that have a section of their own.
constexpr int kDeepest = 3;

class Writer {
 public:
  explicit Writer(const SchemaReference& schemas) : schemas_(schemas) {}

  void Section(const std::string& word, int depth) {
    const std::vector<SchemaEntry> entries = schemas_.Find(word);
    if (entries.empty()) return;
    absl::StrAppend(&text_, "\n", std::string(depth + 1, '#'), " `", word,
                    "`\n");
    const absl::string_view about = absl::StripAsciiWhitespace(entries[0].text);
    if (!about.empty()) absl::StrAppend(&text_, "\n", about, "\n");
    std::vector<std::string> messages;
    if (entries.size() > 1) text_ += "\n";
    for (size_t i = 1; i < entries.size(); ++i) {
      const SchemaEntry& entry = entries[i];
      // The last part says it: the section has the rest.
      const std::string name =
          entry.word.substr(entry.word.find_last_of(". ") + 1);
      absl::StrAppend(&text_, entry.kind == "value" ? "  * `" : "* `", name,
                      "`", entry.type.empty() ? "" : ", ", entry.type,
                      entry.text.empty() ? "" : ": ", OneLine(entry.text),
                      "\n");
      if (entry.kind == "field" && schemas_.Find(entry.word).size() > 1 &&
          IsMessage(entry.word)) {
        messages.push_back(entry.word);
      }
    }
    if (depth == kDeepest) return;
    for (const std::string& message : messages) Section(message, depth + 1);
  }

  std::string text() const { return text_; }

 private:
  static std::string OneLine(const std::string& text) {
    std::string line;
    for (char c : text) {
      if (c != '\n') {
        line.push_back(c);
      } else if (!absl::EndsWith(line, " ")) {
        line.push_back(' ');
      }
    }
    return line;
  }

  // Whether a field consists of fields, not of values. A message that has a
  // section already, such as the steps of an environment, gets no second one.
  bool IsMessage(const std::string& word) {
    const std::vector<SchemaEntry> entries = schemas_.Find(word);
    if (entries[1].kind != "field") return false;
    const std::string type = entries[0].type;
    const std::string plain =
        absl::StartsWith(type, "repeated ") ? type.substr(9) : type;
    for (const char* root : {"Step", "Environment", "Check"}) {
      if (plain == root) return false;
    }
    return true;
  }

  const SchemaReference& schemas_;
  std::string text_;
};

}  // namespace

std::string PlanReference(const SchemaReference& schemas) {
  Writer writer(schemas);
  for (const char* word : {"plan", "environment", "step", "check"}) {
    writer.Section(word, 1);
  }
  for (const SchemaEntry& entry : schemas.TopLevel()) {
    if (entry.kind == "provisioner") writer.Section(entry.word, 1);
  }
  return absl::StrCat(
      "# Plan reference\n\n"
      "Made from the protos; do not edit. `provision explain WORD` prints the "
      "same for one word.\n\n"
      "A provisioner's fields stand in its extension of a step: "
      "`[provision.NAME] { ... }`.\n",
      writer.text());
}

}  // namespace provision

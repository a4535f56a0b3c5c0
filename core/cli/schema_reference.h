#ifndef PROVISION_CORE_CLI_SCHEMA_REFERENCE_H_
#define PROVISION_CORE_CLI_SCHEMA_REFERENCE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace provision {

// One thing of a schema, and what its comment says.
struct SchemaEntry {
  std::string word;  // what `explain` finds it by: "python.version"
  std::string kind;  // "provisioner", "field", "message", "action", "facts",
                     // "value", "error"
  std::string type;  // of a field: "repeated string"
  std::string text;  // the comment; paragraphs are divided by an empty line
};

// The protos of plans, their comments included, by the words that a plan uses.
// Made only when something is to be explained: parsing takes milliseconds.
class SchemaReference {
 public:
  // `descriptors` is a serialized FileDescriptorSet with source info; aborts if
  // it is damaged, for it is part of the program.
  explicit SchemaReference(absl::string_view descriptors);

  // The entry that `word` names, then those that it consists of. Empty if there
  // is none. A word is a provisioner (`python`), a field in it
  // (`python.version`, `python.source.mirror`), `plan`, `step`, `environment`
  // and fields in them, or an action (`write_file`, or `write` as previews call
  // it), or `fact` and the readers in it (`fact.file`).
  std::vector<SchemaEntry> Find(absl::string_view word) const;

  // The ids that provisioners give, with their long forms: the values of an
  // enum `Diagnostics.Id` in the config message, `python/ladder` for LADDER.
  std::vector<SchemaEntry> Diagnostics() const;

  // Words of one level: provisioners, parts of a plan, actions.
  std::vector<SchemaEntry> TopLevel() const;

  // Every word, for the nearest one.
  std::vector<std::string> AllWords() const;

 private:
  struct Root {
    std::string word;
    std::string kind;
    const google::protobuf::Descriptor* message;
  };

  std::vector<SchemaEntry> Describe(
      const std::string& word, const std::string& kind,
      const google::protobuf::Descriptor* message) const;

  google::protobuf::DescriptorPool pool_;
  std::vector<Root> roots_;
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_SCHEMA_REFERENCE_H_

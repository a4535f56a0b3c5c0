#include "core/cli/schema_reference.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.pb.h"

namespace provision {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::SourceLocation;

// How deep words go: deeper ones say nothing that their message does not.
constexpr int kDeepest = 4;

// Lines of a comment joined to paragraphs; indented lines stay as they are.
std::string CommentText(const std::string& comment) {
  std::string text;
  bool open = false;  // the last line may go on
  for (absl::string_view line : absl::StrSplit(comment, '\n')) {
    line = absl::StripTrailingAsciiWhitespace(line);
    absl::ConsumePrefix(&line, " ");
    if (line.empty()) {
      if (open) text += "\n\n";
      open = false;
    } else {
      absl::StrAppend(&text, open ? " " : "", line);
      open = true;
    }
  }
  return std::string(absl::StripAsciiWhitespace(text));
}

template <typename T>
std::string CommentOf(const T* descriptor) {
  SourceLocation location;
  if (!descriptor->GetSourceLocation(&location)) return "";
  std::string text = CommentText(location.leading_comments);
  const std::string trailing = CommentText(location.trailing_comments);
  if (!trailing.empty())
    absl::StrAppend(&text, text.empty() ? "" : " ", trailing);
  return text;
}

std::string TypeText(const FieldDescriptor* field) {
  std::string type;
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    type = field->message_type()->name();
  } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    type = field->enum_type()->name();
  } else {
    type = field->type_name();
  }
  if (field->containing_oneof() != nullptr) {
    absl::StrAppend(&type, ", one of ", field->containing_oneof()->name());
  }
  return absl::StrCat(field->is_repeated() ? "repeated " : "", type);
}

SchemaEntry FieldEntry(const std::string& word, const FieldDescriptor* field) {
  return {word, "field", TypeText(field), CommentOf(field)};
}

void AddValues(const std::string& word, const EnumDescriptor* type,
               std::vector<SchemaEntry>* entries) {
  for (int i = 0; i < type->value_count(); ++i) {
    if (type->value(i)->number() == 0) continue;  // means: not set
    entries->push_back({absl::StrCat(word, " ", type->value(i)->name()),
                        "value", "", CommentOf(type->value(i))});
  }
}

void AddWords(const std::string& prefix, const Descriptor* message, int depth,
              std::vector<std::string>* words) {
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    const std::string word = absl::StrCat(prefix, ".", field->name());
    words->push_back(word);
    if (depth < kDeepest && field->message_type() != nullptr &&
        field->message_type() != message) {
      AddWords(word, field->message_type(), depth + 1, words);
    }
  }
}

// The verb of previews for a kind of action.
absl::string_view VerbOf(absl::string_view kind) {
  if (kind == "write_file") return "write";
  return kind == "make_directory" ? "mkdir" : kind;
}

}  // namespace

SchemaReference::SchemaReference(absl::string_view descriptors) {
  google::protobuf::FileDescriptorSet files;
  if (!files.ParseFromArray(descriptors.data(),
                            static_cast<int>(descriptors.size()))) {
    std::abort();
  }
  for (const auto& file : files.file()) {
    if (pool_.BuildFile(file) == nullptr) std::abort();
  }
  const Descriptor* step = pool_.FindMessageTypeByName("provision.Step");
  const Descriptor* action = pool_.FindMessageTypeByName("provision.Action");
  if (step == nullptr || action == nullptr) std::abort();
  std::vector<const FieldDescriptor*> extensions;
  pool_.FindAllExtensions(step, &extensions);
  for (const FieldDescriptor* extension : extensions) {
    roots_.push_back(
        {extension->name(), "provisioner", extension->message_type()});
  }
  roots_.push_back(
      {"fact", "facts", pool_.FindMessageTypeByName("provision.FactQuery")});
  if (roots_.back().message == nullptr) std::abort();
  for (absl::string_view part : {"Plan", "Step", "Environment", "Check"}) {
    const Descriptor* message =
        pool_.FindMessageTypeByName(absl::StrCat("provision.", part));
    if (message == nullptr) std::abort();
    roots_.push_back({absl::AsciiStrToLower(part), "message", message});
  }
  const auto* kinds = action->FindOneofByName("kind");
  for (int i = 0; i < kinds->field_count(); ++i) {
    roots_.push_back(
        {kinds->field(i)->name(), "action", kinds->field(i)->message_type()});
  }
}

std::vector<SchemaEntry> SchemaReference::Describe(
    const std::string& word, const std::string& kind,
    const Descriptor* message) const {
  std::vector<SchemaEntry> entries = {{word, kind, "", CommentOf(message)}};
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    entries.push_back(
        FieldEntry(absl::StrCat(word, ".", field->name()), field));
    if (field->enum_type() != nullptr) {
      AddValues(entries.back().word, field->enum_type(), &entries);
    }
  }
  return entries;
}

std::vector<SchemaEntry> SchemaReference::Find(absl::string_view word) const {
  std::vector<std::string> parts = absl::StrSplit(word, '.');
  // `provision.python`, as plans write it.
  if (parts.size() > 1 && parts[0] == "provision") parts.erase(parts.begin());
  for (const Root& root : roots_) {
    if (parts[0] != root.word &&
        !(root.kind == "action" && parts[0] == VerbOf(root.word))) {
      continue;
    }
    std::string path = root.word;
    const Descriptor* message = root.message;
    const FieldDescriptor* field = nullptr;
    size_t i = 1;
    for (; i < parts.size() && message != nullptr; ++i) {
      field = message->FindFieldByName(parts[i]);
      if (field == nullptr) break;
      message = field->message_type();
      absl::StrAppend(&path, ".", parts[i]);
    }
    if (i < parts.size()) continue;
    if (field == nullptr) return Describe(path, root.kind, root.message);
    std::vector<SchemaEntry> entries;
    if (message != nullptr) entries = Describe(path, "field", message);
    SchemaEntry self = FieldEntry(path, field);
    if (entries.empty()) {
      entries.push_back(std::move(self));
      if (field->enum_type() != nullptr) {
        AddValues(path, field->enum_type(), &entries);
      }
    } else {
      // The field's own comment, then that of its message.
      absl::StrAppend(&self.text, self.text.empty() ? "" : "\n\n",
                      entries[0].text);
      entries[0] = std::move(self);
    }
    return entries;
  }
  return {};
}

std::vector<SchemaEntry> SchemaReference::Diagnostics() const {
  std::vector<SchemaEntry> entries;
  for (const Root& root : roots_) {
    const Descriptor* message =
        root.kind == "provisioner"
            ? root.message->FindNestedTypeByName("Diagnostics")
            : nullptr;
    const EnumDescriptor* ids =
        message == nullptr ? nullptr : message->FindEnumTypeByName("Id");
    for (int i = 0; ids != nullptr && i < ids->value_count(); ++i) {
      const auto* id = ids->value(i);
      if (id->number() == 0) continue;  // means: not set
      entries.push_back(
          {absl::StrCat(root.word, "/",
                        absl::StrReplaceAll(absl::AsciiStrToLower(id->name()),
                                            {{"_", "-"}})),
           "error", "", CommentOf(id)});
    }
  }
  return entries;
}

std::vector<SchemaEntry> SchemaReference::TopLevel() const {
  std::vector<SchemaEntry> entries;
  for (const Root& root : roots_) {
    entries.push_back({root.word, root.kind, "", CommentOf(root.message)});
  }
  return entries;
}

std::vector<std::string> SchemaReference::AllWords() const {
  std::vector<std::string> words;
  for (const Root& root : roots_) {
    words.push_back(root.word);
    AddWords(root.word, root.message, 1, &words);
  }
  return words;
}

}  // namespace provision

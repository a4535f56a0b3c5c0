#include "core/plan/message_text.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/nearest_name.h"
#include "core/plan/line_index.h"
#include "core/plan/text_tree.h"
#include "core/plugin/step_schema.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace provision {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The value is judged by this file; what TextFormat would print is not wanted.
class SilentCollector : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int, google::protobuf::io::ColumnNumber,
                const std::string&) override {
    has_error_ = true;
  }
  bool has_error() const { return has_error_; }

 private:
  bool has_error_ = false;
};

std::vector<const FieldDescriptor*> Extensions(const Descriptor* type,
                                               const StepSchema* schema) {
  std::vector<const FieldDescriptor*> extensions;
  if (type->extension_range_count() == 0) return extensions;
  type->file()->pool()->FindAllExtensions(type, &extensions);
  if (schema == nullptr) return extensions;
  for (const FieldDescriptor* extension : schema->extensions()) {
    if (extension->containing_type() == type) extensions.push_back(extension);
  }
  return extensions;
}

std::string InBrackets(absl::string_view name) {
  return absl::StrCat("[", name, "]");
}

// What was probably meant by a field that `type` does not have, as it is typed.
std::string NearestField(const Descriptor* type, const TextField& field,
                         const StepSchema* schema) {
  std::vector<std::string> names;
  if (!field.is_extension) {
    for (int i = 0; i < type->field_count(); ++i) {
      names.push_back(std::string(type->field(i)->name()));
    }
    const std::string nearest = NearestName(field.name, names);
    if (!nearest.empty()) return nearest;
  }
  // `python { }` for `[provision.python] { }`, or a slip in either form.
  std::vector<std::string> full_names;
  std::vector<std::string> short_names;
  for (const FieldDescriptor* extension : Extensions(type, schema)) {
    full_names.push_back(std::string(extension->full_name()));
    short_names.push_back(std::string(extension->name()));
  }
  for (const std::vector<std::string>* known : {&full_names, &short_names}) {
    const std::string nearest = NearestName(field.name, *known);
    const auto found = std::find(known->begin(), known->end(), nearest);
    if (found != known->end()) {
      return InBrackets(full_names[found - known->begin()]);
    }
  }
  return "";
}

std::string NearestValue(const EnumDescriptor* type, absl::string_view word) {
  std::vector<std::string> names;
  for (int i = 0; i < type->value_count(); ++i) {
    if (type->value(i)->number() == 0) continue;  // UNSPECIFIED
    names.push_back(std::string(type->value(i)->name()));
  }
  return NearestName(word, names);
}

std::string TypeInWords(const FieldDescriptor* field) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return "a whole number";
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return "a whole number from 0";
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return "a number";
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return "one of its words";
    case FieldDescriptor::CPPTYPE_STRING:
      return "a text in quotes";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return "fields in braces";
  }
  return "another value";
}

bool IsUtf8(absl::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const unsigned char c = text[i];
    const size_t length = c < 0x80             ? 1
                          : (c & 0xE0) == 0xC0 ? 2
                          : (c & 0xF0) == 0xE0 ? 3
                          : (c & 0xF8) == 0xF0 ? 4
                                               : 0;
    if (length == 0 || i + length > text.size()) return false;
    uint32_t code = length == 1 ? c : c & (0x7F >> length);
    for (size_t k = 1; k < length; ++k) {
      const unsigned char next = text[i + k];
      if ((next & 0xC0) != 0x80) return false;
      code = code << 6 | (next & 0x3F);
    }
    constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < kSmallest[length] || code > 0x10FFFF ||
        (code >= 0xD800 && code < 0xE000)) {
      return false;
    }
    i += length;
  }
  return true;
}

class MessageBuilder {
 public:
  MessageBuilder(absl::string_view file, absl::string_view content,
                 const StepSchema* schema)
      : file_(file), content_(content), schema_(schema), lines_(content) {}

  MessageText Build(Message* message) {
    TextTree tree = ParseTextTree(content_);
    for (const TextError& error : tree.errors) {
      malformed_.insert(error.span.begin);
    }
    FillMessage(tree.fields, "", "", message);
    for (const TextError& error : tree.errors) {
      Add("plan/syntax", error.span, "", error.message);
    }
    result_.malformed = !tree.errors.empty();
    std::stable_sort(
        result_.diagnostics.begin(), result_.diagnostics.end(),
        [](const Diagnostic& a, const Diagnostic& b) {
          return std::make_tuple(a.place().line(), a.place().column()) <
                 std::make_tuple(b.place().line(), b.place().column());
        });
    return std::move(result_);
  }

 private:
  TextPlace PlaceOf(TextSpan span) const {
    const LineColumn at = lines_.At(span.begin);
    // A value over several lines is underlined to the end of its first.
    absl::string_view text = span.In(content_);
    text = text.substr(0, text.find('\n'));
    return {at.line, at.column, CharacterCount(text)};
  }

  Diagnostic* Add(absl::string_view id, TextSpan span, absl::string_view path,
                  std::string message) {
    Diagnostic& diagnostic = result_.diagnostics.emplace_back();
    diagnostic.set_severity(Diagnostic::ERROR);
    diagnostic.set_id(std::string(id));
    diagnostic.set_field(std::string(path));
    diagnostic.set_message(std::move(message));
    const TextPlace at = PlaceOf(span);
    diagnostic.mutable_place()->set_file(std::string(file_));
    diagnostic.mutable_place()->set_line(at.line);
    diagnostic.mutable_place()->set_column(at.column);
    diagnostic.mutable_place()->set_length(at.length);
    return &diagnostic;
  }

  // `path` is that of the message; `extension` the one that it is part of.
  void FillMessage(const std::vector<TextField>& fields,
                   const std::string& path, absl::string_view extension,
                   Message* message) {
    const Descriptor* type = message->GetDescriptor();
    for (const TextField& field : fields) {
      const FieldDescriptor* descriptor = FindField(type, field);
      const std::string field_path = absl::StrCat(
          path, path.empty() ? "" : ".",
          descriptor == nullptr ? field.name : std::string(descriptor->name()));
      if (descriptor == nullptr) {
        AddUnknown(type, field, field_path, extension);
      } else {
        FillField(field, *descriptor, field_path,
                  descriptor->is_extension() ? descriptor->name() : extension,
                  message);
      }
    }
  }

  const FieldDescriptor* FindField(const Descriptor* type,
                                   const TextField& field) const {
    const FieldDescriptor* found = nullptr;
    if (field.is_extension) {
      found = type->file()->pool()->FindExtensionByName(field.name);
      if (found == nullptr && schema_ != nullptr) {
        found = schema_->Find(field.name);
      }
      if (found != nullptr && found->containing_type() != type) return nullptr;
    } else {
      found = type->FindFieldByName(field.name);
    }
    const bool group =
        found != nullptr && found->type() == FieldDescriptor::TYPE_GROUP;
    return group ? nullptr : found;
  }

  void AddUnknown(const Descriptor* type, const TextField& field,
                  const std::string& path, absl::string_view extension) {
    if (field.is_extension && schema_ != nullptr) {
      const Diagnostic* why = schema_->WhyUnusable(field.name);
      if (why != nullptr) {
        Diagnostic* diagnostic =
            Add(why->id(), field.span, path, why->message());
        *diagnostic->mutable_detail() = why->detail();
        *diagnostic->mutable_next() = why->next();
        return;
      }
    }
    Diagnostic* diagnostic = Add(
        field.is_extension ? "plan/unknown-provisioner" : "plan/unknown-field",
        field.span, path,
        absl::StrCat(
            field.is_extension ? "no such provisioner: " : "no such field: ",
            field.name));
    diagnostic->set_suggestion(NearestField(type, field, schema_));
    AddExplain(extension, diagnostic);
  }

  static void AddExplain(absl::string_view extension, Diagnostic* diagnostic) {
    if (extension.empty()) return;
    diagnostic->add_next(absl::StrCat("provision explain ", extension));
  }

  void FillField(const TextField& field, const FieldDescriptor& descriptor,
                 const std::string& path, absl::string_view extension,
                 Message* message) {
    if (!descriptor.is_repeated()) {
      if (field.is_list) {
        Add("plan/bad-value", field.span, path,
            absl::StrCat(field.name, " has one value, not a list"));
        return;
      }
      if (IsTaken(field, descriptor, path, *message)) return;
    }
    result_.places.emplace(path, PlaceOf(field.span));
    for (const TextValue& value : field.values) {
      std::string value_path = path;
      if (descriptor.is_repeated()) {
        const int index =
            message->GetReflection()->FieldSize(*message, &descriptor);
        value_path = absl::StrCat(path, "[", index, "]");
      }
      FillValue(field, value, descriptor, value_path, extension, message);
    }
  }

  // A field that has a value already, or another one of its oneof has.
  bool IsTaken(const TextField& field, const FieldDescriptor& descriptor,
               const std::string& path, const Message& message) {
    const google::protobuf::Reflection* reflection = message.GetReflection();
    const FieldDescriptor* taken = nullptr;
    if (reflection->HasField(message, &descriptor)) {
      taken = &descriptor;
    } else if (descriptor.containing_oneof() != nullptr) {
      taken = reflection->GetOneofFieldDescriptor(
          message, descriptor.containing_oneof());
    }
    if (taken == nullptr) return false;
    Diagnostic* diagnostic = Add(
        "plan/set-twice", field.span, path,
        taken == &descriptor ? absl::StrCat(field.name, " is set twice")
                             : absl::StrCat(field.name, " and ", taken->name(),
                                            " exclude each other"));
    const std::string taken_path = absl::StrCat(
        path.substr(0, path.size() - descriptor.name().size()), taken->name());
    const auto first = result_.places.find(taken_path);
    if (first != result_.places.end()) {
      Diagnostic::Detail* detail = diagnostic->add_detail();
      detail->set_label("found");
      detail->set_text(absl::StrCat("first in line ", first->second.line));
    }
    return true;
  }

  void FillValue(const TextField& field, const TextValue& value,
                 const FieldDescriptor& descriptor, const std::string& path,
                 absl::string_view extension, Message* message) {
    const bool wants_message =
        descriptor.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    const bool is_message = value.kind == TextValue::Kind::kMessage;
    if (wants_message && is_message) {
      result_.places[path] = PlaceOf(field.is_list ? value.span : field.span);
      const google::protobuf::Reflection* reflection = message->GetReflection();
      google::protobuf::MessageFactory* factory =
          schema_ == nullptr ? nullptr : schema_->factory();
      FillMessage(
          value.fields, path, extension,
          descriptor.is_repeated()
              ? reflection->AddMessage(message, &descriptor, factory)
              : reflection->MutableMessage(message, &descriptor, factory));
      return;
    }
    if (wants_message || is_message || !SetScalar(value, descriptor, message)) {
      AddBadValue(field, value, descriptor, path, extension);
      return;
    }
    result_.places[path] = PlaceOf(value.span);
  }

  // TextFormat reads the value, for it knows escapes and ranges. It calls a
  // text read whose end it did not see, as at a NUL: what it complained of
  // counts.
  bool SetScalar(const TextValue& value, const FieldDescriptor& descriptor,
                 Message* message) {
    SilentCollector silent;
    google::protobuf::TextFormat::Parser parser;
    parser.RecordErrorsTo(&silent);
    return parser.ParseFieldValueFromString(
               std::string(value.span.In(content_)), &descriptor, message) &&
           !silent.has_error() &&
           (descriptor.type() != FieldDescriptor::TYPE_STRING ||
            IsText(descriptor, message));
  }

  // Was a string set that is UTF-8 without NUL? If not, it is removed again.
  static bool IsText(const FieldDescriptor& descriptor, Message* message) {
    const google::protobuf::Reflection* reflection = message->GetReflection();
    const std::string text =
        descriptor.is_repeated()
            ? reflection->GetRepeatedString(
                  *message, &descriptor,
                  reflection->FieldSize(*message, &descriptor) - 1)
            : reflection->GetString(*message, &descriptor);
    if (IsUtf8(text) && text.find('\0') == std::string::npos) return true;
    if (descriptor.is_repeated()) {
      reflection->RemoveLast(message, &descriptor);
    } else {
      reflection->ClearField(message, &descriptor);
    }
    return false;
  }

  void AddBadValue(const TextField& field, const TextValue& value,
                   const FieldDescriptor& descriptor, const std::string& path,
                   absl::string_view extension) {
    if (malformed_.count(value.span.begin) > 0) return;
    // Braces may go on for pages: the name says it.
    if (value.kind == TextValue::Kind::kMessage) {
      Add("plan/bad-value", field.span, path,
          absl::StrCat(field.name, " wants ", TypeInWords(&descriptor),
                       ", not fields in braces"));
      return;
    }
    const absl::string_view text = value.span.In(content_);
    if (descriptor.cpp_type() == FieldDescriptor::CPPTYPE_ENUM &&
        value.kind == TextValue::Kind::kWord) {
      Diagnostic* diagnostic =
          Add("plan/unknown-value", value.span, path,
              absl::StrCat("no such value of ", field.name, ": ", text));
      diagnostic->set_suggestion(NearestValue(descriptor.enum_type(), text));
      AddExplain(extension, diagnostic);
      return;
    }
    Diagnostic* diagnostic =
        Add("plan/bad-value", value.span, path,
            absl::StrCat(field.name, " wants ", TypeInWords(&descriptor)));
    Diagnostic::Detail* detail = diagnostic->add_detail();
    detail->set_label("found");
    detail->set_text(std::string(text.substr(0, 200)));
    AddExplain(extension, diagnostic);
  }

  absl::string_view file_;
  absl::string_view content_;
  const StepSchema* const schema_;
  LineIndex lines_;
  std::set<size_t> malformed_;  // where words begin that are none
  MessageText result_;
};

}  // namespace

MessageText ParseMessageText(absl::string_view file, absl::string_view content,
                             Message* message, const StepSchema* schema) {
  return MessageBuilder(file, content, schema).Build(message);
}

}  // namespace provision

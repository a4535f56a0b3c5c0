#include "core/plugin/step_schema.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/api/plan.pb.h"
#include "core/base/status_macros.h"
#include "google/protobuf/io/coded_stream.h"

namespace provision {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;

constexpr int kFirstOutside = 100000;
constexpr int kMaxDepth = 32;

// Keeps the first fault.
class FirstError final : public DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string&, const std::string& element,
                const google::protobuf::Message*, ErrorLocation,
                const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(element, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

bool IsLinked(const std::string& file) {
  return DescriptorPool::generated_pool()->FindFileByName(file) != nullptr;
}

}  // namespace

StepSchema::StepSchema()
    : pool_(DescriptorPool::generated_pool()), factory_(&pool_) {
  factory_.SetDelegateToGeneratedFactory(true);
}

absl::Status StepSchema::AddFiles(absl::string_view owner,
                                  const FileDescriptorSet& files) {
  const auto own_name = [&owner](const std::string& file) {
    return IsLinked(file) ? file : absl::StrCat(owner, ":", file);
  };
  std::set<std::string> added;
  for (const FileDescriptorProto& file : files.file()) {
    if (IsLinked(file.name())) continue;
    FileDescriptorProto own = file;
    own.set_name(own_name(file.name()));
    for (std::string& import : *own.mutable_dependency()) {
      const std::string name = own_name(import);
      if (!IsLinked(import) && added.count(name) == 0) {
        return absl::InvalidArgumentError(absl::StrCat(
            file.name(), " imports ", import, ", which is not in the set"));
      }
      import = name;
    }
    FirstError error;
    if (pool_.BuildFileCollectingErrors(own, &error) == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(file.name(), ": ", error.text()));
    }
    added.insert(own.name());
  }
  return absl::OkStatus();
}

absl::Status StepSchema::Add(
    absl::string_view owner, const FileDescriptorSet& files,
    const std::map<std::string, std::string>& type_of_field) {
  PROVISION_RETURN_IF_ERROR(AddFiles(owner, files));
  std::vector<const FieldDescriptor*> found = extensions_;
  for (const auto& [name, type] : type_of_field) {
    const FieldDescriptor* field = pool_.FindExtensionByName(name);
    if (field == nullptr || field->containing_type() != Step::descriptor()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the descriptors hold no extension ", name, " of provision.Step"));
    }
    if (field->file()->pool() != &pool_) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, " is built into this program"));
    }
    if (field->is_repeated() || field->message_type() == nullptr ||
        field->message_type()->full_name() != type) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, " is not one message of the type ", type));
    }
    if (field->number() < kFirstOutside) {
      return absl::InvalidArgumentError(absl::StrCat(
          name, " has the number ", field->number(),
          "; those of plugins from outside begin at ", kFirstOutside));
    }
    // Steps are called after the last part of it, wherever they come from.
    for (const FieldDescriptor* other : found) {
      if (other->number() == field->number()) {
        return absl::InvalidArgumentError(
            absl::StrCat(name, " and ", other->full_name(),
                         " both have the number ", field->number()));
      }
      if (other->name() == field->name()) {
        return absl::InvalidArgumentError(
            absl::StrCat(name, " and ", other->full_name(), " are both called ",
                         field->name()));
      }
    }
    found.push_back(field);
  }
  extensions_ = std::move(found);
  return absl::OkStatus();
}

void StepSchema::SetUnusable(const std::vector<std::string>& fields,
                             const Diagnostic& why) {
  for (const std::string& field : fields) {
    unusable_.emplace(field, faults_.size());
  }
  faults_.push_back(why);
}

const Diagnostic* StepSchema::WhyUnusable(const std::string& field) const {
  const auto found = unusable_.find(field);
  return found == unusable_.end() ? nullptr : &faults_[found->second];
}

const FieldDescriptor* StepSchema::Find(const std::string& field) const {
  if (unusable_.count(field) > 0) return nullptr;
  for (const FieldDescriptor* extension : extensions_) {
    if (extension->full_name() == field) return extension;
  }
  return nullptr;
}

bool StepSchema::Parse(absl::string_view bytes,
                       google::protobuf::Message* message) const {
  google::protobuf::io::CodedInputStream input(
      reinterpret_cast<const uint8_t*>(bytes.data()),
      static_cast<int>(bytes.size()));
  input.SetRecursionLimit(kMaxDepth);
  input.SetExtensionRegistry(&pool_, &factory_);
  return message->ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
}

}  // namespace provision

#ifndef PROVISION_CORE_PLUGIN_STEP_SCHEMA_H_
#define PROVISION_CORE_PLUGIN_STEP_SCHEMA_H_

// The extensions of Step that are not linked into this program: those of
// plugins from outside, by their descriptors alone.

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/diagnostic.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"

namespace provision {

// Outlives every message that was made with it. Filled once, then read by any
// thread.
class StepSchema {
 public:
  StepSchema();

  // Adds the extension `field` (its full name) of Step, a message of the type
  // `type`, out of `files`, which hold all that they import. A file that is
  // linked in is taken from there; the others are those of `owner` alone,
  // however they are called. kInvalidArgument says what cannot be used:
  // anything that is there already, and a number below 100,000, included.
  absl::Status Add(absl::string_view owner,
                   const google::protobuf::FileDescriptorSet& files,
                   const std::map<std::string, std::string>& type_of_field);

  // Remembers why no step can have one of `fields`, for who tries.
  void SetUnusable(const std::vector<std::string>& fields,
                   const Diagnostic& why);
  // All that was remembered.
  const std::vector<Diagnostic>& faults() const { return faults_; }
  // nullptr if nothing is known of it.
  const Diagnostic* WhyUnusable(const std::string& field) const;

  // By full name; nullptr if it is not here.
  const google::protobuf::FieldDescriptor* Find(const std::string& field) const;
  const std::vector<const google::protobuf::FieldDescriptor*>& extensions()
      const {
    return extensions_;
  }

  // A message by its full name, linked or not; nullptr if there is none.
  const google::protobuf::Descriptor* FindType(const std::string& name) const {
    return pool_.FindMessageTypeByName(name);
  }

  // Makes the messages of extensions, linked or not.
  google::protobuf::MessageFactory* factory() const { return &factory_; }

  // Parses `bytes` into `message`, these extensions included. False if they are
  // no such message.
  bool Parse(absl::string_view bytes, google::protobuf::Message* message) const;

 private:
  absl::Status AddFiles(absl::string_view owner,
                        const google::protobuf::FileDescriptorSet& files);

  google::protobuf::DescriptorPool pool_;
  mutable google::protobuf::DynamicMessageFactory factory_;
  std::vector<const google::protobuf::FieldDescriptor*> extensions_;
  std::vector<Diagnostic> faults_;
  std::map<std::string, size_t> unusable_;  // places in faults_
};

}  // namespace provision

#endif  // PROVISION_CORE_PLUGIN_STEP_SCHEMA_H_

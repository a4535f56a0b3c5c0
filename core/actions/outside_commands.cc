#include "core/actions/outside_commands.h"

#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/actions/command_failure.h"
#include "core/base/child_environment.h"
#include "core/base/path.h"
#include "core/base/redactor.h"
#include "core/base/remove_tree.h"
#include "core/base/secret.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr char kParent[] = "/tmp";
constexpr absl::Duration kDeadline = absl::Minutes(30);

// An empty folder of this user alone below TMPDIR, else /tmp; gone with the
// object.
class WorkFolder {
 public:
  absl::Status Make(System& system) {
    const std::string named = system.Variable("TMPDIR").value_or("");
    const std::string parent = absl::StartsWith(named, "/") ? named : kParent;
    PROVISION_ASSIGN_OR_RETURN(parent_, system.OpenDirectory(parent));
    name_ = absl::StrCat("provision-question-",
                         absl::BytesToHexString(system.RandomBytes(16)));
    PROVISION_RETURN_IF_ERROR(parent_->MakeDirectory(name_, 0700));
    path_ = JoinPath(parent, name_);
    return absl::OkStatus();
  }
  // What cannot be removed stays in a temporary folder, for its owner alone.
  ~WorkFolder() {
    if (!path_.empty()) RemoveTree(*parent_, name_).IgnoreError();
  }
  const std::string& path() const { return path_; }

 private:
  std::unique_ptr<Directory> parent_;
  std::string name_;
  std::string path_;  // once it is there
};

absl::Status WriteFiles(Directory& folder,
                        const std::map<std::string, std::string>& files) {
  for (const auto& [name, content] : files) {
    PROVISION_ASSIGN_OR_RETURN(const std::unique_ptr<WritableFile> file,
                               folder.Create(name, 0600));
    PROVISION_RETURN_IF_ERROR(file->Append(content));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> OutsideCommands::Ask(
    const Run& question, const std::map<std::string, std::string>& files) {
  if (told_) told_(question.summary());
  WorkFolder folder;
  PROVISION_RETURN_IF_ERROR(folder.Make(system_));
  PROVISION_ASSIGN_OR_RETURN(const std::unique_ptr<Directory> directory,
                             system_.OpenDirectory(folder.path()));
  PROVISION_RETURN_IF_ERROR(WriteFiles(*directory, files));
  ProcessSpec spec;
  spec.argv = {question.argv().begin(), question.argv().end()};
  spec.directory = folder.path();
  spec.environment = ChildEnvironment(system_);
  for (const EnvironmentVariable& variable : question.environment()) {
    spec.environment[variable.name()] = variable.value();
  }
  Redactor redactor;
  for (const RunSecret& secret : question.secret()) {
    PROVISION_ASSIGN_OR_RETURN(const Secret value,
                               secrets_.Resolve(secret.reference()));
    redactor.Add(value);
    spec.environment[secret.name()] = std::string(value.Reveal());
  }
  spec.deadline = question.has_deadline_s()
                      ? absl::Seconds(question.deadline_s())
                      : kDeadline;
  spec.no_network = offline_ || !question.network();
  absl::StatusOr<ProcessResult> result = system_.Run(spec);
  for (const RunSecret& secret : question.secret()) {
    Secret(std::move(spec.environment[secret.name()]));
  }
  PROVISION_RETURN_IF_ERROR(result.status());
  result->standard_output = redactor.Redact(result->standard_output);
  result->standard_error = redactor.Redact(result->standard_error);
  if (result->ok()) return std::move(result->standard_output);
  return CommandFailure(question, question.summary(), *result, spec.deadline);
}

}  // namespace provision

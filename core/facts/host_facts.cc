#include "core/facts/host_facts.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/child_environment.h"
#include "core/base/host_identity.h"
#include "core/base/process.h"
#include "core/base/url_user_info.h"
#include "core/facts/absent_fact.h"
#include "core/facts/file_facts.h"
#include "core/facts/network_facts.h"
#include "core/facts/record_privacy.h"

namespace provision {
namespace {

constexpr int kDefaultDeadline = 10;  // seconds

// A proxy is also written without a scheme: "user:password@proxy.example:3128".
std::string WithoutLogin(absl::string_view name, const std::string& value) {
  if (!absl::EndsWithIgnoreCase(name, "_proxy") ||
      absl::StrContains(value, "://")) {
    return RedactUrlSecrets(value);
  }
  constexpr absl::string_view kScheme = "http://";
  return RedactUrlSecrets(absl::StrCat(kScheme, value)).substr(kScheme.size());
}

FactValue ReadVariable(System& system, const std::string& name) {
  absl::optional<std::string> found = system.Variable(name);
  if (!found.has_value()) {
    return AbsentFact(FactValue::Absent::MISSING, "it is not set");
  }
  FactValue value;
  if (NamesSecret(name)) {
    value.mutable_variable()->set_withheld(true);
  } else {
    value.mutable_variable()->set_value(WithoutLogin(name, *found));
  }
  return value;
}

// Whether root is to be had is asked of these alone, and isolated they could
// never say yes: the isolation forbids to gain privilege.
bool AsksForPrivilege(const ProcessSpec& spec) {
  return spec.argv.size() == 3 &&
         (spec.argv[0] == "/usr/bin/sudo" || spec.argv[0] == "/usr/bin/doas") &&
         spec.argv[1] == "-n" && spec.argv[2] == "true";
}

ProcessSpec SpecOf(System& system, const FactQuery::Command& query) {
  ProcessSpec spec;
  spec.argv = {query.argv().begin(), query.argv().end()};
  spec.environment = ChildEnvironment(system);
  for (const EnvironmentVariable& variable : query.environment()) {
    spec.environment[variable.name()] = variable.value();
  }
  spec.deadline = absl::Seconds(query.has_deadline_s() ? query.deadline_s()
                                                       : kDefaultDeadline);
  const bool is_isolated = !AsksForPrivilege(spec);
  spec.read_only = is_isolated;
  spec.no_network = is_isolated;
  spec.no_new_privileges = is_isolated;
  return spec;
}

FactValue ReadCommand(System& system, const FactQuery::Command& query) {
  if (query.argv().empty() || !absl::StartsWith(query.argv(0), "/")) {
    return AbsentFact(FactValue::Absent::FAILED,
                      "the command is not an absolute path");
  }
  FactValue value;
  FactValue::Command* command = value.mutable_command();
  absl::StatusOr<ProcessResult> result = system.Run(SpecOf(system, query));
  if (!result.ok()) {
    command->set_outcome(FactValue::Command::NOT_STARTED);
    command->set_text(std::string(result.status().message()));
    return value;
  }
  switch (result->outcome) {
    case ProcessResult::Outcome::kExited:
      command->set_outcome(FactValue::Command::EXITED);
      break;
    case ProcessResult::Outcome::kSignaled:
      command->set_outcome(FactValue::Command::SIGNALED);
      break;
    case ProcessResult::Outcome::kDeadline:
      command->set_outcome(FactValue::Command::DEADLINE);
      break;
    case ProcessResult::Outcome::kStopped:
      return AbsentFact(FactValue::Absent::FAILED, "a stop was asked for");
  }
  command->set_status(result->status);
  command->set_standard_output(result->standard_output);
  command->set_standard_error(result->standard_error);
  if (result->dropped_bytes > 0) {
    command->set_text(
        absl::StrCat(result->dropped_bytes, " bytes of output are left out"));
  }
  return value;
}

FactValue ReadHost(System& system) {
  const SystemNames names = system.names();
  const Identity identity = system.identity();
  FactValue value;
  FactValue::Host* host = value.mutable_host();
  host->set_os(names.os);
  host->set_release(names.release);
  host->set_architecture(names.architecture);
  host->set_host_name(names.host_name);
  host->set_uid(identity.uid);
  host->set_gid(identity.gid);
  for (uint32_t group : identity.groups) host->add_group(group);
  host->set_user(identity.user_name);
  host->set_home(HomeDirectory(system));
  host->set_host_id(HostId(system));
  host->set_boot_id(BootId(system));
  return value;
}

FactValue ReadOwner(System& system, const FactQuery::Owner& query) {
  absl::optional<uint32_t> id = query.has_user()
                                    ? system.UserId(query.user())
                                    : system.GroupId(query.group());
  if (!id.has_value()) {
    return AbsentFact(FactValue::Absent::MISSING,
                      query.has_user() ? "no such user" : "no such group");
  }
  FactValue value;
  value.mutable_owner()->set_id(*id);
  return value;
}

// The path of a query that has one, else nullptr.
const std::string* PathOf(const FactQuery& query) {
  switch (query.reader_case()) {
    case FactQuery::kFile:
      return &query.file().path();
    case FactQuery::kMetadata:
      return &query.metadata().path();
    case FactQuery::kListing:
      return &query.listing().path();
    case FactQuery::kDigest:
      return &query.digest().path();
    case FactQuery::kFileSystem:
      return &query.file_system().path();
    default:
      return nullptr;
  }
}

FactValue Unsupported(absl::string_view reader) {
  return AbsentFact(FactValue::Absent::UNSUPPORTED,
                    absl::StrCat("this system has no ", reader));
}

}  // namespace

FactValue HostFacts::Read(const FactQuery& query) {
  const std::string* path = PathOf(query);
  if (path != nullptr && !absl::StartsWith(*path, "/")) {
    return AbsentFact(FactValue::Absent::FAILED, "the path is not absolute");
  }
  switch (query.reader_case()) {
    case FactQuery::kFile:
      return ReadFileFact(system_, query.file());
    case FactQuery::kMetadata:
      return ReadMetadataFact(system_, query.metadata());
    case FactQuery::kListing:
      return ReadListingFact(system_, query.listing());
    case FactQuery::kDigest:
      return ReadDigestFact(system_, query.digest());
    case FactQuery::kVariable:
      return ReadVariable(system_, query.variable().name());
    case FactQuery::kCommand:
      return ReadCommand(system_, query.command());
    case FactQuery::kFileSystem:
      return ReadFileSystemFact(system_, query.file_system());
    case FactQuery::kMounts:
      return ReadMountsFact(system_);
    case FactQuery::kHost:
      return ReadHost(system_);
    case FactQuery::kOwner:
      return ReadOwner(system_, query.owner());
    case FactQuery::kRegistryValue:
      return Unsupported("registry");
    case FactQuery::kCertificateStore:
      return Unsupported("certificate store of that kind");
    case FactQuery::kTlsProbe:
    case FactQuery::kHttpRead:
    case FactQuery::kNameResolution:
      return ReadNetwork(query);
    case FactQuery::kFailedAttempt:
      return FailedAttemptOf(query.failed_attempt().step());
    case FactQuery::READER_NOT_SET:
      break;
  }
  return Unsupported("such reader");
}

FactValue HostFacts::ReadNetwork(const FactQuery& query) {
  if (network_ == nullptr) {
    return AbsentFact(FactValue::Absent::UNREACHABLE,
                      "the network is not to be used");
  }
  if (query.has_tls_probe()) {
    return ReadTlsFact(system_, *network_, query.tls_probe());
  }
  if (query.has_http_read()) {
    return ReadHttpFact(system_, *network_, query.http_read());
  }
  return ReadNameFact(query.name_resolution());
}

void HostFacts::SetFailedAttempt(absl::string_view step,
                                 absl::string_view output) {
  absl::MutexLock lock(&mutex_);
  failed_attempts_[std::string(step)] = std::string(output);
}

FactValue HostFacts::FailedAttemptOf(const std::string& step) {
  absl::MutexLock lock(&mutex_);
  auto found = failed_attempts_.find(step);
  if (found == failed_attempts_.end()) {
    return AbsentFact(FactValue::Absent::MISSING, "it has not failed");
  }
  FactValue value;
  value.mutable_failed_attempt()->set_output(found->second);
  return value;
}

}  // namespace provision

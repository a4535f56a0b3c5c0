#include "core/api/facts.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/path.h"
#include "core/base/serialize.h"

namespace provision {
namespace {

absl::Status StatusOfAbsent(absl::string_view path,
                            const FactValue::Absent& absent) {
  std::string message = absl::StrCat(path, ": ", absent.text());
  switch (absent.reason()) {
    case FactValue::Absent::MISSING:
      return absl::NotFoundError(message);
    case FactValue::Absent::DENIED:
      return absl::PermissionDeniedError(message);
    case FactValue::Absent::TOO_LARGE:
      return absl::OutOfRangeError(message);
    case FactValue::Absent::UNREACHABLE:
      return absl::UnavailableError(message);
    case FactValue::Absent::NOT_RECORDED:
      return absl::FailedPreconditionError(message);
    case FactValue::Absent::UNSUPPORTED:
      return absl::UnimplementedError(message);
    case FactValue::Absent::FAILED:
    case FactValue::Absent::UNSPECIFIED:
      break;
  }
  return absl::UnknownError(message);
}

PathState StateOfAbsent(const FactValue::Absent& absent) {
  PathState state;
  if (absent.reason() == FactValue::Absent::MISSING) {
    state.set_type(PathState::ABSENT);
  }
  return state;
}

}  // namespace

Facts::Facts(FactReader& reader, FactScope scope)
    : reader_(reader), scope_(std::move(scope)) {}

const FactValue& Facts::Read(const FactQuery& query) {
  std::string key = DeterministicBytes(query);
  auto found = index_.find(key);
  if (found == index_.end()) {
    Fact fact;
    *fact.mutable_query() = query;
    *fact.mutable_value() = reader_.Read(query);
    record_.push_back(std::move(fact));
    found = index_.emplace(std::move(key), record_.size() - 1).first;
  }
  return record_[found->second].value();
}

absl::StatusOr<std::string> Facts::File(absl::string_view path) {
  FactQuery query;
  query.mutable_file()->set_path(std::string(path));
  const FactValue& value = Read(query);
  if (value.has_absent()) return StatusOfAbsent(path, value.absent());
  std::string content;
  for (const std::string& chunk : value.file().chunk()) content += chunk;
  return content;
}

PathState Facts::Metadata(absl::string_view path, bool follow) {
  FactQuery query;
  query.mutable_metadata()->set_path(std::string(path));
  if (follow) query.mutable_metadata()->set_follow(true);
  const FactValue& value = Read(query);
  return value.has_absent() ? StateOfAbsent(value.absent()) : value.metadata();
}

PathState Facts::Digest(absl::string_view path) {
  PathState state = Metadata(path);
  if (state.type() != PathState::FILE) return state;
  FactQuery query;
  query.mutable_digest()->set_path(std::string(path));
  const FactValue& value = Read(query);
  if (value.has_digest()) {
    state.set_sha256(value.digest().sha256());
    state.set_size(value.digest().size());
  }
  return state;
}

std::vector<FactValue::Entry> Facts::Listing(absl::string_view path,
                                             bool recursive) {
  FactQuery query;
  query.mutable_listing()->set_path(std::string(path));
  if (recursive) query.mutable_listing()->set_recursive(true);
  const FactValue& value = Read(query);
  return {value.listing().entry().begin(), value.listing().entry().end()};
}

absl::optional<std::string> Facts::Variable(absl::string_view name) {
  FactQuery query;
  query.mutable_variable()->set_name(std::string(name));
  const FactValue& value = Read(query);
  if (!value.has_variable()) return absl::nullopt;
  return value.variable().value();
}

FactValue::Command Facts::Command(
    const std::vector<std::string>& argv,
    const std::map<std::string, std::string>& environment, int deadline_s) {
  FactQuery query;
  FactQuery::Command* command = query.mutable_command();
  for (const std::string& word : argv) command->add_argv(word);
  for (const auto& [name, value] : environment) {
    EnvironmentVariable* variable = command->add_environment();
    variable->set_name(name);
    variable->set_value(value);
  }
  if (deadline_s != 10) command->set_deadline_s(deadline_s);
  const FactValue& value = Read(query);
  if (value.has_command()) return value.command();
  FactValue::Command failed;
  failed.set_outcome(FactValue::Command::NOT_STARTED);
  failed.set_text(value.absent().text());
  return failed;
}

FactValue::Host Facts::Host() {
  FactQuery query;
  query.mutable_host();
  return Read(query).host();
}

absl::optional<uint32_t> Facts::UserId(absl::string_view name) {
  FactQuery query;
  query.mutable_owner()->set_user(std::string(name));
  const FactValue& value = Read(query);
  if (!value.has_owner()) return absl::nullopt;
  return value.owner().id();
}

absl::optional<uint32_t> Facts::GroupId(absl::string_view name) {
  FactQuery query;
  query.mutable_owner()->set_group(std::string(name));
  const FactValue& value = Read(query);
  if (!value.has_owner()) return absl::nullopt;
  return value.owner().id();
}

std::string Facts::AbsolutePath(absl::string_view path) {
  if (path == "~" || absl::StartsWith(path, "~/")) {
    return NormalPath(absl::StrCat(Host().home(), path.substr(1)));
  }
  return JoinPath(scope_.root, path);
}

absl::optional<std::string> Facts::AssumedFrom(absl::string_view path) const {
  for (const auto& [provided, step] : scope_.assumed) {
    if (IsBelowOrSame(path, provided)) return step;
  }
  return absl::nullopt;
}

}  // namespace provision

#include "core/testing/fake_facts.h"

#include "core/base/crypto.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

FactValue Missing() {
  FactValue value;
  value.mutable_absent()->set_reason(FactValue::Absent::MISSING);
  value.mutable_absent()->set_text("no such file or directory");
  return value;
}

PathState State(PathState::Type type, uint32_t mode, uint32_t uid,
                uint32_t gid) {
  PathState state;
  state.set_type(type);
  state.set_mode(mode);
  state.set_uid(uid);
  state.set_gid(gid);
  return state;
}

FactValue ValueOf(const PathState& state) {
  FactValue value;
  *value.mutable_metadata() = state;
  return value;
}

}  // namespace

FakeFacts::FakeFacts(absl::string_view text)
    : RecordedFacts(ParseText<HostRecord>(text)) {}

void FakeFacts::Add(const FactQuery& query, const FactValue& value) {
  Set(query, value);
}

void FakeFacts::AddMetadata(absl::string_view path, const PathState& state,
                            const FactValue& followed) {
  FactQuery query;
  query.mutable_metadata()->set_path(std::string(path));
  Set(query, ValueOf(state));
  query.mutable_metadata()->set_follow(true);
  Set(query, followed);
}

void FakeFacts::AddFile(absl::string_view path, absl::string_view content,
                        uint32_t mode, uint32_t uid, uint32_t gid) {
  PathState state = State(PathState::FILE, mode, uid, gid);
  state.set_size(content.size());
  AddMetadata(path, state, ValueOf(state));

  FactQuery query;
  FactValue value;
  query.mutable_file()->set_path(std::string(path));
  value.mutable_file()->add_chunk(std::string(content));
  Set(query, value);

  query.mutable_digest()->set_path(std::string(path));
  value.mutable_digest()->set_sha256(Sha256Hex(content));
  value.mutable_digest()->set_size(content.size());
  Set(query, value);
}

void FakeFacts::AddDirectory(absl::string_view path, uint32_t mode,
                             const std::vector<std::string>& entries) {
  PathState state = State(PathState::DIRECTORY, mode, 0, 0);
  AddMetadata(path, state, ValueOf(state));
  FactQuery query;
  FactValue value;
  query.mutable_listing()->set_path(std::string(path));
  value.mutable_listing();
  for (const std::string& name : entries) {
    FactValue::Entry* entry = value.mutable_listing()->add_entry();
    entry->set_name(name);
    entry->set_type(PathState::FILE);
  }
  Set(query, value);
}

void FakeFacts::AddSymlink(absl::string_view path, absl::string_view target) {
  PathState state = State(PathState::SYMLINK, 0777, 0, 0);
  state.set_target(std::string(target));
  AddMetadata(path, state, Missing());
}

void FakeFacts::AddMissing(absl::string_view path) {
  FactQuery query;
  for (bool follow : {false, true}) {
    query.mutable_metadata()->set_path(std::string(path));
    if (follow) query.mutable_metadata()->set_follow(true);
    Set(query, Missing());
  }
  query.mutable_file()->set_path(std::string(path));
  Set(query, Missing());
  query.mutable_listing()->set_path(std::string(path));
  Set(query, Missing());
}

void FakeFacts::AddVariable(absl::string_view name, absl::string_view value) {
  FactQuery query;
  FactValue answer;
  query.mutable_variable()->set_name(std::string(name));
  answer.mutable_variable()->set_value(std::string(value));
  Set(query, answer);
}

void FakeFacts::AddMissingVariable(absl::string_view name) {
  FactQuery query;
  query.mutable_variable()->set_name(std::string(name));
  Set(query, Missing());
}

void FakeFacts::AddCommand(const std::vector<std::string>& argv,
                           absl::string_view output, int status) {
  FactQuery query;
  FactValue value;
  for (const std::string& word : argv) query.mutable_command()->add_argv(word);
  FactValue::Command* command = value.mutable_command();
  command->set_outcome(FactValue::Command::EXITED);
  command->set_status(status);
  command->set_standard_output(std::string(output));
  Set(query, value);
}

void FakeFacts::AddHost(uint32_t uid, absl::string_view home) {
  FactQuery query;
  FactValue value;
  query.mutable_host();
  FactValue::Host* host = value.mutable_host();
  host->set_os("Linux");
  host->set_release("6.1.0-18-amd64");
  host->set_architecture("x86_64");
  host->set_host_name("fake");
  host->set_uid(uid);
  host->set_gid(uid);
  host->set_home(std::string(home));
  host->set_host_id("0123456789abcdef0123456789abcdef");
  host->set_boot_id("11111111-2222-3333-4444-555555555555");
  Set(query, value);
}

}  // namespace provision

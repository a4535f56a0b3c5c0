#include "core/api/proposal.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/crypto.h"
#include "core/base/path.h"

namespace provision {
namespace {

constexpr uint32_t kParentMode = 0755;
constexpr uint32_t kSecretMode = 0600;

bool OwnerMatches(const Owner& owner, const PathState& state) {
  return (!owner.uid || *owner.uid == state.uid()) &&
         (!owner.gid || *owner.gid == state.gid());
}

template <typename Kind>
void SetOwner(const Owner& owner, Kind* kind) {
  if (owner.uid) kind->set_uid(*owner.uid);
  if (owner.gid) kind->set_gid(*owner.gid);
}

}  // namespace

PathState ActionList::Current(absl::string_view path) {
  for (std::string at(path);; at = ParentPath(at)) {
    auto planned = planned_.find(at);
    if (planned != planned_.end()) {
      if (at == path) return planned->second;
      // Below something that an earlier action makes or takes away.
      PathState absent;
      absent.set_type(PathState::ABSENT);
      return absent;
    }
    // Also where a caller forgot to make its path absolute.
    if (at == "/" || ParentPath(at) == at) break;
  }
  return facts_.Digest(path);
}

void ActionList::Push(Action action, absl::string_view path, PathState before,
                      PathState after) {
  PathExpectation* expectation = action.add_before();
  expectation->set_path(std::string(path));
  *expectation->mutable_state() = ComparableState(before);
  actions_.push_back(std::move(action));
  planned_[std::string(path)] = std::move(after);
}

void ActionList::MakeParents(absl::string_view path) {
  std::string parent = ParentPath(path);
  if (parent == path || parent == "/") return;
  if (Current(parent).type() == PathState::ABSENT &&
      !facts_.AssumedFrom(parent).has_value()) {
    MakeDirectory(parent, kParentMode);
  }
}

void ActionList::MakeDirectory(absl::string_view path, uint32_t mode,
                               const Owner& owner) {
  PathState before = Current(path);
  if (before.type() == PathState::DIRECTORY && before.mode() == mode &&
      OwnerMatches(owner, before)) {
    return;
  }
  MakeParents(path);
  Action action;
  action.mutable_make_directory()->set_path(std::string(path));
  action.mutable_make_directory()->set_mode(mode);
  SetOwner(owner, action.mutable_make_directory());
  PathState after;
  after.set_type(PathState::DIRECTORY);
  after.set_mode(mode);
  const bool is_new = before.type() == PathState::ABSENT;
  Push(std::move(action), path, std::move(before), after);
  // Only a directory that this makes is empty.
  if (!is_new) planned_.erase(std::string(path));
}

void ActionList::WriteFile(absl::string_view path, absl::string_view content,
                           uint32_t mode, const Owner& owner) {
  PathState before = Current(path);
  std::string sha256 = Sha256Hex(content);
  if (before.type() == PathState::FILE && before.sha256() == sha256 &&
      before.mode() == mode && OwnerMatches(owner, before)) {
    return;
  }
  MakeParents(path);
  Action action;
  action.mutable_write_file()->set_path(std::string(path));
  action.mutable_write_file()->set_content(std::string(content));
  action.mutable_write_file()->set_mode(mode);
  SetOwner(owner, action.mutable_write_file());
  PathState after;
  after.set_type(PathState::FILE);
  after.set_mode(mode);
  after.set_sha256(sha256);
  Push(std::move(action), path, std::move(before), std::move(after));
}

void ActionList::WriteSecret(absl::string_view path,
                             const SecretReference& secret,
                             const Owner& owner) {
  PathState before = facts_.Metadata(path);
  MakeParents(path);
  Action action;
  action.mutable_write_file()->set_path(std::string(path));
  *action.mutable_write_file()->mutable_secret() = secret;
  action.mutable_write_file()->set_mode(kSecretMode);
  SetOwner(owner, action.mutable_write_file());
  PathState after;
  after.set_type(PathState::FILE);
  after.set_mode(kSecretMode);
  Push(std::move(action), path, std::move(before), std::move(after));
}

void ActionList::Link(absl::string_view path, absl::string_view target) {
  PathState before = Current(path);
  if (before.type() == PathState::SYMLINK && before.target() == target) return;
  MakeParents(path);
  Action action;
  action.mutable_link()->set_path(std::string(path));
  action.mutable_link()->set_target(std::string(target));
  PathState after;
  after.set_type(PathState::SYMLINK);
  after.set_target(std::string(target));
  Push(std::move(action), path, std::move(before), std::move(after));
}

void ActionList::Remove(absl::string_view path, bool recursive) {
  PathState before = Current(path);
  if (before.type() == PathState::ABSENT) return;
  Action action;
  action.mutable_remove()->set_path(std::string(path));
  if (recursive) action.mutable_remove()->set_recursive(true);
  PathState after;
  after.set_type(PathState::ABSENT);
  Push(std::move(action), path, std::move(before), std::move(after));
}

void ActionList::Add(Action action, absl::string_view path) {
  if (path.empty()) {
    actions_.push_back(std::move(action));
    return;
  }
  MakeParents(path);
  PathState after;
  if (action.has_unpack() || action.has_install_wheels()) {
    after.set_type(PathState::DIRECTORY);
  }
  PathState before = Current(path);
  Push(std::move(action), path, std::move(before), std::move(after));
}

void ActionList::AppendTo(
    google::protobuf::RepeatedPtrField<Action>* actions) const {
  for (const Action& action : actions_) *actions->Add() = action;
}

PathState ComparableState(const PathState& state) {
  PathState comparable = state;
  comparable.clear_inode();
  comparable.clear_device();
  comparable.clear_modified_ns();
  comparable.clear_size();
  // Of a link it says nothing, and not every observer tells it.
  if (state.type() == PathState::SYMLINK) comparable.clear_mode();
  return comparable;
}

bool StateMatches(const PathState& expected, const PathState& found) {
  return (!expected.has_type() || expected.type() == found.type()) &&
         (!expected.has_mode() || expected.mode() == found.mode()) &&
         (!expected.has_uid() || expected.uid() == found.uid()) &&
         (!expected.has_gid() || expected.gid() == found.gid()) &&
         (!expected.has_target() || expected.target() == found.target()) &&
         (!expected.has_sha256() || expected.sha256() == found.sha256());
}

std::string DescribeState(const PathState& state) {
  switch (state.type()) {
    case PathState::ABSENT:
      return "nothing";
    case PathState::SYMLINK:
      return absl::StrCat("link to ", state.target());
    case PathState::FILE:
      return absl::StrCat(
          "file ", absl::StrFormat("%04o", state.mode()),
          state.has_sha256()
              ? absl::StrCat(" sha256:", state.sha256().substr(0, 12))
              : "");
    case PathState::DIRECTORY:
      return absl::StrFormat("directory %04o", state.mode());
    case PathState::OTHER:
      return "something that is no file, directory or link";
    case PathState::UNSPECIFIED:
      break;
  }
  return "unknown";
}

}  // namespace provision

#include "core/testing/fake_files.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr int kMostLinks = 40;  // of Linux, in one path
constexpr uint32_t kParentMode = 0755;

std::vector<std::string> Components(absl::string_view path) {
  return absl::StrSplit(path, '/', absl::SkipEmpty());
}

absl::Status Failed(int error_number, absl::string_view call,
                    absl::string_view path) {
  return ErrnoError(error_number, absl::StrCat(call, " ", path));
}

void RestoreDurable(FakeNode* node) {
  node->mode = node->durable.mode;
  node->uid = node->durable.uid;
  node->gid = node->durable.gid;
  node->content = node->durable.content;
  node->children = node->durable.children;
  for (const auto& [name, child] : node->children) RestoreDurable(child.get());
}

void MakeTreeDurable(FakeNode* node) {
  node->MakeDurable();
  for (const auto& [name, child] : node->children) MakeTreeDurable(child.get());
}

std::string Described(const FakeNode& node) {
  std::string owner =
      absl::StrFormat("%04o %d:%d", node.mode, node.uid, node.gid);
  switch (node.type) {
    case FileType::kRegular:
      return absl::StrCat("file ", owner, " ", node.content);
    case FileType::kDirectory:
      return absl::StrCat("directory ", owner);
    case FileType::kSymlink:
      return absl::StrCat("link to ", node.target);
    case FileType::kOther:
      break;
  }
  return absl::StrCat("other ", owner);
}

void SnapshotInto(const FakeNode& node, const std::string& path,
                  std::map<std::string, std::string>* snapshot) {
  (*snapshot)[path] = Described(node);
  for (const auto& [name, child] : node.children) {
    SnapshotInto(*child, absl::StrCat(path == "/" ? "" : path, "/", name),
                 snapshot);
  }
}

}  // namespace

FileMetadata FakeNode::Metadata() const {
  FileMetadata metadata;
  metadata.type = type;
  metadata.mode = mode;
  metadata.uid = uid;
  metadata.gid = gid;
  metadata.size = type == FileType::kSymlink ? target.size() : content.size();
  metadata.device = device;
  metadata.inode = inode;
  metadata.link_count = link_count;
  metadata.modified_ns = modified_ns;
  metadata.target = target;
  return metadata;
}

void FakeNode::MakeDurable() {
  durable = {.mode = mode,
             .uid = uid,
             .gid = gid,
             .content = content,
             .children = children};
}

FakeFiles::FakeFiles() {
  space.free_bytes = uint64_t{1} << 40;
  space.free_inodes = 1 << 20;
  space.total_inodes = 1 << 21;
  space.type = 0xEF53;  // ext4
  root_ = NewNode(FileType::kDirectory, kParentMode, 1);
}

bool FakeFiles::Allowed(const FakeNode& node, uint32_t bits) const {
  if (identity.uid == 0) return true;
  const bool in_group =
      node.gid == identity.gid ||
      std::find(identity.groups.begin(), identity.groups.end(), node.gid) !=
          identity.groups.end();
  const int shift = node.uid == identity.uid ? 6 : in_group ? 3 : 0;
  return ((node.mode >> shift) & bits) == bits;
}

absl::StatusOr<FakePlace> FakeFiles::Find(absl::string_view call,
                                          absl::string_view path,
                                          Links links) const {
  if (!absl::StartsWith(path, "/")) {
    return absl::InvalidArgumentError(
        absl::StrCat(call, " ", path, ": the path is not absolute"));
  }
  return Walk(call, path, links, 0);
}

absl::StatusOr<FakePlace> FakeFiles::Walk(absl::string_view call,
                                          absl::string_view path, Links links,
                                          int depth) const {
  if (depth > kMostLinks) return Failed(ELOOP, call, path);
  FakePlace at{root_, "/"};
  std::vector<std::string> names = Components(path);
  for (size_t i = 0; i < names.size(); ++i) {
    if (at.node->type != FileType::kDirectory) {
      return Failed(ENOTDIR, call, path);
    }
    if (!Allowed(*at.node, 1)) return Failed(EACCES, call, path);
    std::string next = JoinPath(at.path, names[i]);
    if (names[i] == "." || names[i] == "..") {
      PROVISION_ASSIGN_OR_RETURN(at, Walk(call, next, links, depth + 1));
      continue;
    }
    auto child = at.node->children.find(names[i]);
    if (child == at.node->children.end()) return Failed(ENOENT, call, path);
    const bool last = i + 1 == names.size();
    const FakeNode& node = *child->second;
    if (node.type == FileType::kSymlink &&
        !(last && links == Links::kKeepLast)) {
      if (links == Links::kFollowTrusted && node.uid != 0 &&
          node.uid != identity.uid) {
        return Failed(EACCES, call, next);
      }
      std::vector<std::string> rest(names.begin() + i + 1, names.end());
      return Walk(call,
                  absl::StrCat(JoinPath(at.path, node.target), "/",
                               absl::StrJoin(rest, "/")),
                  links, depth + 1);
    }
    at = {child->second, next};
  }
  return at;
}

absl::StatusOr<FakeEntry> FakeFiles::FindBelow(absl::string_view call,
                                               const FakePlace& base,
                                               absl::string_view name) const {
  std::vector<std::string> names = Components(name);
  if (names.empty() || absl::StartsWith(name, "/") ||
      std::find(names.begin(), names.end(), "..") != names.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat(call, " ", name, " in ", base.path,
                     ": the name is not a path beneath it"));
  }
  FakeEntry entry;
  entry.path = JoinPath(base.path, name);
  entry.node = base.node;
  for (const std::string& component : names) {
    if (entry.node == nullptr) return Failed(ENOENT, call, entry.path);
    if (entry.node->type == FileType::kSymlink) {
      return Failed(ELOOP, call, entry.path);
    }
    if (entry.node->type != FileType::kDirectory) {
      return Failed(ENOTDIR, call, entry.path);
    }
    if (!Allowed(*entry.node, 1)) return Failed(EACCES, call, entry.path);
    entry.parent = entry.node;
    entry.name = component;
    auto child = entry.parent->children.find(component);
    entry.node =
        child == entry.parent->children.end() ? nullptr : child->second;
  }
  return entry;
}

std::shared_ptr<FakeNode> FakeFiles::NewNode(FileType type, uint32_t mode,
                                             uint64_t device) {
  auto node = std::make_shared<FakeNode>();
  node->type = type;
  node->mode = mode;
  node->uid = identity.uid;
  node->gid = identity.gid;
  node->device = device;
  node->inode = next_inode_++;
  Touch(node.get());
  // A name that is made durable brings the attributes, not the content.
  node->MakeDurable();
  return node;
}

void FakeFiles::Attach(const FakeEntry& entry, std::shared_ptr<FakeNode> node) {
  if (entry.node != nullptr) Detach(entry);
  entry.parent->children[entry.name] = std::move(node);
  Touch(entry.parent.get());
}

void FakeFiles::Detach(const FakeEntry& entry) {
  entry.parent->children.erase(entry.name);
  Touch(entry.parent.get());
}

uint64_t FakeFiles::TakeSpace(uint64_t bytes) {
  if (!limited) return bytes;
  const uint64_t taken = std::min(bytes, space.free_bytes);
  space.free_bytes -= taken;
  return taken;
}

void FakeFiles::GiveSpaceBack(uint64_t bytes) {
  if (limited) space.free_bytes += bytes;
}

void FakeFiles::MakeAllDurable() { MakeTreeDurable(root_.get()); }

void FakeFiles::PowerCut() { RestoreDurable(root_.get()); }

std::shared_ptr<FakeNode> FakeFiles::Add(absl::string_view path, FileType type,
                                         uint32_t mode) {
  FakePlace at{root_, "/"};
  std::vector<std::string> names = Components(NormalPath(path));
  for (size_t i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    std::shared_ptr<FakeNode>& child = at.node->children[names[i]];
    if (child == nullptr || (last && child->type != type)) {
      child = last
                  ? NewNode(type, mode, at.node->device)
                  : NewNode(FileType::kDirectory, kParentMode, at.node->device);
      at.node->durable.children[names[i]] = child;
    }
    if (last) child->mode = child->durable.mode = mode;
    at = {child, JoinPath(at.path, names[i])};
  }
  return at.node;
}

std::map<std::string, std::string> FakeFiles::Snapshot(
    absl::string_view path) const {
  std::map<std::string, std::string> snapshot;
  absl::StatusOr<FakePlace> place = Find("snapshot", path, Links::kKeepLast);
  if (place.ok()) SnapshotInto(*place->node, place->path, &snapshot);
  return snapshot;
}

}  // namespace provision

#include "tools/crash/disk_model.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/path.h"

namespace provision {
namespace {

using Kind = MutatingCall::Kind;

// Makes `path` so, from what is there or from nothing.
bool Write(const std::string& path, const FileState& state) {
  struct stat status;
  const bool is_there = lstat(path.c_str(), &status) == 0;
  switch (state.kind) {
    case FileState::Kind::kAbsent:
      return !is_there;
    case FileState::Kind::kLink:
      return is_there || symlink(state.content.c_str(), path.c_str()) == 0;
    case FileState::Kind::kDirectory:
      if (!is_there && mkdir(path.c_str(), 0700) != 0) return false;
      break;
    case FileState::Kind::kFile: {
      std::ofstream file(path, std::ios::binary);
      file << state.content;
      if (!file.flush()) return false;
      break;
    }
  }
  return chmod(path.c_str(), state.mode) == 0;
}

}  // namespace

DiskContent ReadDisk(const std::string& folder) {
  DiskContent content = {{folder, ReadState(folder)}};
  std::error_code error;
  for (auto entry =
           std::filesystem::recursive_directory_iterator(folder, error);
       entry != std::filesystem::recursive_directory_iterator();
       entry.increment(error)) {
    const std::string path = entry->path().string();
    content[path] = ReadState(path);
  }
  return content;
}

DiskModel::DiskModel(absl::string_view folder, const DiskContent& content)
    : folder_(folder), root_(std::make_shared<Node>()) {
  root_->state = content.at(folder_);
  // Sorted: a folder comes before what is in it.
  for (const auto& [path, state] : content) {
    if (path == folder_) continue;
    const NodePointer parent = Find(ParentPath(path));
    if (parent == nullptr) continue;
    auto node = std::make_shared<Node>();
    node->state = state;
    parent->names[std::string(BaseName(path))] = node;
    parent->live[std::string(BaseName(path))] = node;
  }
}

bool DiskModel::Change::IsOf(const NodePointer& synced) const {
  return node == synced ||
         std::any_of(names.begin(), names.end(),
                     [&](const Name& name) { return name.folder == synced; });
}

bool DiskModel::IsInside(absl::string_view path) const {
  return path != folder_ && IsBelowOrSame(path, folder_);
}

DiskModel::NodePointer DiskModel::Find(absl::string_view path) const {
  NodePointer node = root_;
  if (path == folder_) return node;
  if (!IsInside(path)) return nullptr;
  const std::string below = RelativeTo(path, folder_);
  for (const absl::string_view part : absl::StrSplit(below, '/')) {
    const auto found = node->live.find(std::string(part));
    if (found == node->live.end()) return nullptr;
    node = found->second;
  }
  return node;
}

void DiskModel::Apply(const TracedCall& call) {
  if (!call.ok()) return;
  switch (call.call->kind) {
    case Kind::kSyncAll:
      Settle([](const Change&) { return true; });
      return;
    case Kind::kSync:
      if (const NodePointer node = Find(call.path); node != nullptr) {
        Settle([&](const Change& change) { return change.IsOf(node); });
      }
      return;
    case Kind::kOpen:
      if (call.existed) {
        if (call.flags & O_TRUNC) AddState(call.path, call.after);
        return;
      }
      [[fallthrough]];
    case Kind::kMake: {
      auto node = std::make_shared<Node>();
      node->state = call.after;
      AddNames({{call.path, node}});
      return;
    }
    case Kind::kRename:
      AddNames({{call.path, nullptr}, {call.second_path, Find(call.path)}});
      return;
    case Kind::kRemove:
      AddNames({{call.path, nullptr}});
      return;
    case Kind::kWrite:
    case Kind::kSpace:
    case Kind::kAttributes:
      AddState(call.path, call.after);
      return;
    case Kind::kMount:
    case Kind::kExec:
      return;
  }
}

void DiskModel::AddState(const std::string& path, const FileState& state) {
  const NodePointer node = Find(path);
  if (node == nullptr) return;
  Change change;
  change.node = node;
  change.state = state;
  changes_.push_back(std::move(change));
  if (path == safe_) {
    Settle([&](const Change& one) { return one.node == node; });
  }
}

void DiskModel::AddNames(
    const std::vector<std::pair<std::string, NodePointer>>& names) {
  Change change;
  for (const auto& [path, node] : names) {
    const NodePointer folder = Find(ParentPath(path));
    if (folder == nullptr) continue;
    const std::string name(BaseName(path));
    if (node == nullptr) {
      folder->live.erase(name);
    } else {
      folder->live[name] = node;
    }
    change.names.push_back({folder, name, node});
  }
  changes_.push_back(std::move(change));
  if (names[0].first == safe_) {
    Settle([&](const Change& one) {
      return !one.names.empty() && one.names[0].node == names[0].second;
    });
  }
}

void DiskModel::Settle(const std::function<bool(const Change&)>& is_synced) {
  // What a name or a file went through before goes with it.
  std::set<std::pair<const Node*, std::string>> names;
  std::set<const Node*> moved;
  std::vector<bool> is_settled(changes_.size());
  for (size_t i = changes_.size(); i-- > 0;) {
    const Change& change = changes_[i];
    is_settled[i] =
        is_synced(change) ||
        std::any_of(change.names.begin(), change.names.end(),
                    [&](const Change::Name& name) {
                      return names.count({name.folder.get(), name.name}) > 0 ||
                             moved.count(name.node.get()) > 0;
                    });
    if (!is_settled[i]) continue;
    for (const Change::Name& name : change.names) {
      names.insert({name.folder.get(), name.name});
      if (name.node != nullptr) moved.insert(name.node.get());
    }
  }
  std::vector<Change> loose;
  for (size_t i = 0; i < changes_.size(); ++i) {
    Change& change = changes_[i];
    if (!is_settled[i]) {
      loose.push_back(std::move(change));
      continue;
    }
    if (change.node != nullptr) change.node->state = change.state;
    for (const Change::Name& name : change.names) {
      if (name.node == nullptr) {
        name.folder->names.erase(name.name);
      } else {
        name.folder->names[name.name] = name.node;
      }
    }
  }
  changes_ = std::move(loose);
}

absl::Status DiskModel::Leave(const std::function<bool()>& keeps) const {
  // What is kept overlays what is durable.
  std::map<const Node*, FileState> states;
  std::map<const Node*, std::map<std::string, NodePointer>> names;
  // A file whose move was lost is not moved on from there: it has one name.
  std::set<const Node*> stays;
  for (const Change& change : changes_) {
    bool is_kept = keeps();
    for (const Change::Name& name : change.names) {
      is_kept &= name.node == nullptr || stays.count(name.node.get()) == 0;
    }
    if (!is_kept) {
      for (const Change::Name& name : change.names) {
        if (change.names.size() > 1) stays.insert(name.node.get());
      }
      continue;
    }
    if (change.node != nullptr) states[change.node.get()] = change.state;
    for (const Change::Name& name : change.names) {
      names[name.folder.get()][name.name] = name.node;
    }
  }
  // Each file and folder that there is, taken out of where it is.
  const std::string pool = absl::StrCat(folder_, ".pool");
  std::error_code error;
  std::filesystem::remove_all(pool, error);
  bool written = mkdir(pool.c_str(), 0700) == 0;
  std::map<const Node*, std::string> pooled;
  const std::function<void(const std::string&, const Node&)> take =
      [&](const std::string& path, const Node& node) {
        for (const auto& [name, child] : node.live) {
          const std::string below = absl::StrCat(path, "/", name);
          take(below, *child);
          const std::string place = absl::StrCat(pool, "/", pooled.size());
          if (rename(below.c_str(), place.c_str()) == 0) {
            pooled[child.get()] = place;
          }
        }
      };
  take(folder_, *root_);
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    std::filesystem::remove_all(entry, error);
  }
  const std::function<void(const std::string&, const Node&)> write =
      [&](const std::string& path, const Node& node) {
        if (const auto place = pooled.find(&node); place != pooled.end()) {
          written &= rename(place->second.c_str(), path.c_str()) == 0;
        }
        const auto state = states.find(&node);
        written &=
            Write(path, state == states.end() ? node.state : state->second);
        std::map<std::string, NodePointer> below = node.names;
        if (const auto kept = names.find(&node); kept != names.end()) {
          for (const auto& [name, child] : kept->second) below[name] = child;
        }
        for (const auto& [name, child] : below) {
          if (child != nullptr) write(absl::StrCat(path, "/", name), *child);
        }
      };
  write(folder_, *root_);
  std::filesystem::remove_all(pool, error);
  return written ? absl::OkStatus()
                 : absl::InternalError(absl::StrCat("cannot write ", folder_));
}

}  // namespace provision

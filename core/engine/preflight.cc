#include "core/engine/preflight.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/actions/action_handler.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/engine/proposal_check.h"

namespace provision {
namespace {

// One file system, told apart by its device.
struct Demand {
  std::string path;  // where it was asked
  FileSystemSpace space;
  uint64_t bytes = 0;
  uint64_t inodes = 0;
};

class Demands {
 public:
  explicit Demands(System& system) : system_(system) {}

  // `path` need not exist: its nearest parent that does is asked.
  void Add(absl::string_view path, uint64_t bytes, uint64_t inodes) {
    for (std::string at(path); !at.empty(); at = ParentPath(at)) {
      absl::StatusOr<absl::optional<FileMetadata>> found = system_.Stat(at);
      if (found.ok() && found->has_value()) {
        AddAt(at, (*found)->device, bytes, inodes);
        return;
      }
      if (at == "/" || at == ".") return;
    }
  }

  const std::map<uint64_t, Demand>& by_device() const { return by_device_; }

 private:
  void AddAt(const std::string& path, uint64_t device, uint64_t bytes,
             uint64_t inodes) {
    auto [demand, is_new] = by_device_.try_emplace(device);
    if (is_new) {
      absl::StatusOr<FileSystemSpace> space = system_.SpaceAt(path);
      if (!space.ok()) {
        by_device_.erase(demand);
        return;
      }
      demand->second.path = path;
      demand->second.space = *space;
    }
    demand->second.bytes += bytes;
    demand->second.inodes += inodes;
  }

  System& system_;
  std::map<uint64_t, Demand> by_device_;
};

void AddAction(const Action& action, absl::string_view state,
               absl::string_view store, Demands* demands) {
  switch (action.kind_case()) {
    case Action::kFetch:
      demands->Add(store, action.fetch().size(), 2);
      break;
    case Action::kWriteFile:
      demands->Add(ParentPath(action.write_file().path()),
                   action.write_file().content().size(), 1);
      break;
    case Action::kUnpack:
    case Action::kInstallWheels:
    case Action::kLink:
    case Action::kMakeDirectory:
      demands->Add(ParentPath(ActionPath(action)), 0, 1);
      break;
    case Action::kRemove:
    case Action::kRun:
    case Action::KIND_NOT_SET:
      break;
  }
  for (const PathExpectation& before : action.before()) {
    if (before.state().type() == PathState::FILE) {
      demands->Add(state, before.state().size(), 1);
    }
  }
}

}  // namespace

absl::Status CheckSpace(const std::vector<StepPlan>& steps, System& system,
                        absl::string_view state, absl::string_view store) {
  Demands demands(system);
  for (const StepPlan& step : steps) {
    if (!step.pending() || !step.status.ok()) continue;
    for (const Action& action : FirstActions(step.proposal)) {
      AddAction(action, state, store, &demands);
    }
    for (const Proposal::Disk& disk : step.proposal.needs().disk()) {
      demands.Add(disk.path(), disk.bytes(), disk.inodes());
    }
  }
  for (const auto& [device, demand] : demands.by_device()) {
    const uint64_t bytes = demand.bytes + demand.bytes / 10;
    const uint64_t inodes = demand.inodes + demand.inodes / 10;
    const bool too_many_inodes =
        demand.space.total_inodes > 0 && inodes > demand.space.free_inodes;
    if (bytes <= demand.space.free_bytes && !too_many_inodes) continue;
    return DiagnosticError(
               absl::StatusCode::kResourceExhausted, "host/no-space",
               absl::StrCat("not enough room in the file system of ",
                            demand.path))
        .Expected(absl::StrFormat("%d bytes and %d inodes free", bytes, inodes))
        .Found(absl::StrFormat("%d bytes and %d inodes",
                               demand.space.free_bytes,
                               demand.space.free_inodes))
        .Next("free some space, then run the same command");
  }
  return absl::OkStatus();
}

}  // namespace provision

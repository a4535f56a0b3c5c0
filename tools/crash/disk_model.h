#ifndef PROVISION_TOOLS_CRASH_DISK_MODEL_H_
#define PROVISION_TOOLS_CRASH_DISK_MODEL_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tools/crash/traced_call.h"

namespace provision {

// Path → what is there.
using DiskContent = std::map<std::string, FileState>;

// Everything at and below `folder`.
DiskContent ReadDisk(const std::string& folder);

// What a power cut may leave of the calls of a trace (spec/reliability.md 14.2,
// T2): a disk that keeps what was synced, and of the rest whatever it likes. A
// sync of a file is that of its content and mode; one of a folder is that of
// its names; neither is the other's. So it finds a missing sync of a folder,
// which no file system here would show.
//
//   DiskModel disk(folder, ReadDisk(folder));    // before the run
//   for (const TracedCall& call : trace) disk.Apply(call);
//   disk.Leave([&] { return random() % 2 == 0; });
class DiskModel {
 public:
  // `content` is durable.
  DiskModel(absl::string_view folder, const DiskContent& content);

  // The next call of a trace with states. What is not below the folder counts
  // for nothing.
  void Apply(const TracedCall& call);

  // `path` loses nothing: it stands for what is outside of the machine.
  void NeverLoses(absl::string_view path) { safe_ = std::string(path); }

  // Makes the folder what is left. What is still there stays the same file,
  // with its inode. `keeps` is asked once for each change that was not synced,
  // in their order.
  absl::Status Leave(const std::function<bool()>& keeps) const;

 private:
  struct Node;
  using NodePointer = std::shared_ptr<Node>;
  struct Node {
    FileState state;                           // durable
    std::map<std::string, NodePointer> names;  // durable
    std::map<std::string, NodePointer> live;   // as the program sees them
  };
  // One change that is not durable: of a node, or of names in one or two
  // folders.
  struct Change {
    struct Name {
      NodePointer folder;
      std::string name;
      NodePointer node;  // nullptr: gone
    };
    NodePointer node;
    FileState state;
    std::vector<Name> names;

    bool IsOf(const NodePointer& synced) const;
  };

  NodePointer Find(absl::string_view path) const;
  void AddState(const std::string& path, const FileState& state);
  void AddNames(const std::vector<std::pair<std::string, NodePointer>>& names);
  void Settle(const std::function<bool(const Change&)>& is_synced);
  bool IsInside(absl::string_view path) const;

  const std::string folder_;
  std::string safe_;
  NodePointer root_;
  std::vector<Change> changes_;
};

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_DISK_MODEL_H_

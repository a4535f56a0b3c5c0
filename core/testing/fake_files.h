#ifndef PROVISION_CORE_TESTING_FAKE_FILES_H_
#define PROVISION_CORE_TESTING_FAKE_FILES_H_

// The files of FakeSystem: a tree in memory that knows which part of it would
// survive a power cut.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/base/file.h"
#include "core/base/system.h"

namespace provision {

struct FakeNode {
  using Children = std::map<std::string, std::shared_ptr<FakeNode>>;

  // What a power cut leaves: as it was at the last sync.
  struct Durable {
    uint32_t mode = 0;
    uint32_t uid = 0;
    uint32_t gid = 0;
    std::string content = {};
    Children children = {};
  };

  FileMetadata Metadata() const;
  void MakeDurable();

  FileType type = FileType::kRegular;
  uint32_t mode = 0;
  uint32_t uid = 0;
  uint32_t gid = 0;
  uint64_t device = 1;
  uint64_t inode = 0;
  uint64_t link_count = 1;
  int64_t modified_ns = 0;
  uint64_t reserved = 0;  // bytes that are allocated beyond the content
  std::string content;    // of a file
  std::string target;     // of a link
  Children children;      // of a directory
  Durable durable;
};

// A node and where it was found.
struct FakePlace {
  std::shared_ptr<FakeNode> node;
  std::string path;  // without links
};

// The directory of a name, and the name there; `node` is null if there is
// nothing of that name yet.
struct FakeEntry {
  std::shared_ptr<FakeNode> parent;
  std::string name;
  std::string path;
  std::shared_ptr<FakeNode> node;
};

// Not thread-safe: FakeSystem holds its mutex around every call. Permissions
// are those of `identity`; uid 0 may do everything.
class FakeFiles {
 public:
  enum class Links {
    kFollow,
    kKeepLast,       // as lstat
    kFollowTrusted,  // only those of root or of the effective user
  };

  FakeFiles();

  // ---- finding; errors as ErrnoError with `call` in front of the path ----

  absl::StatusOr<FakePlace> Find(absl::string_view call, absl::string_view path,
                                 Links links) const;
  // Beneath `base`, never through a link; kInvalidArgument for a name that is
  // absolute or has `..`.
  absl::StatusOr<FakeEntry> FindBelow(absl::string_view call,
                                      const FakePlace& base,
                                      absl::string_view name) const;
  // `bits`: 4 read, 2 write, 1 search.
  bool Allowed(const FakeNode& node, uint32_t bits) const;

  // ---- changing ----

  std::shared_ptr<FakeNode> NewNode(FileType type, uint32_t mode,
                                    uint64_t device);
  // Puts `node` at `entry`; what was there is gone.
  void Attach(const FakeEntry& entry, std::shared_ptr<FakeNode> node);
  void Detach(const FakeEntry& entry);
  void Touch(FakeNode* node) { node->modified_ns = ++now_ns_; }
  // As many of `bytes` as fit.
  uint64_t TakeSpace(uint64_t bytes);
  void GiveSpaceBack(uint64_t bytes);

  void MakeAllDurable();
  // Everything is as at its last sync.
  void PowerCut();

  // ---- setting up and looking at, for tests ----

  // Parents are made; what it adds is durable.
  std::shared_ptr<FakeNode> Add(absl::string_view path, FileType type,
                                uint32_t mode);
  // Path to "file 0644 0:0 content", of everything below `path`.
  std::map<std::string, std::string> Snapshot(absl::string_view path) const;

  Identity identity;
  // What each new file and directory gets whatever is asked for; no mode is
  // changed then, and nobody is told.
  absl::optional<uint32_t> fixed_mode;
  FileSystemSpace space;
  bool limited = false;  // space.free_bytes is a limit

 private:
  absl::StatusOr<FakePlace> Walk(absl::string_view call, absl::string_view path,
                                 Links links, int depth) const;

  std::shared_ptr<FakeNode> root_;
  uint64_t next_inode_ = 1;
  int64_t now_ns_ = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_FAKE_FILES_H_

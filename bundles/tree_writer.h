#ifndef PROVISION_BUNDLES_TREE_WRITER_H_
#define PROVISION_BUNDLES_TREE_WRITER_H_

// Writes a tree of judged entries into a fresh directory: folders first, files
// as their content comes, symlinks last, so that nothing is ever written
// through a link.
//
//   TreeWriter writer(destination, entries);
//   writer.MakeDirectories();
//   for each file: writer.WriteFile(entry, content)
//   writer.MakeSymlinks();

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "bundles/byte_stream.h"
#include "core/api/archive.h"
#include "core/base/directory.h"

namespace provision {

// Every name is new: what is there already is kAlreadyExists.
class TreeWriter {
 public:
  // Both outlive the writer.
  TreeWriter(Directory& destination, absl::Span<const ArchiveEntry> entries)
      : destination_(destination), entries_(entries) {}

  // All directories, those that entries imply included, mode 0755.
  absl::Status MakeDirectories();

  // A file from its content, whose size and digest have to be the entry's
  // (`archive/differs`).
  absl::Status WriteFile(const ArchiveEntry& entry, ByteStream& content);

  // A file from the one it is a copy of, which was written before.
  absl::Status CopyFile(const ArchiveEntry& entry);

  absl::Status MakeSymlinks();

 private:
  Directory& destination_;
  absl::Span<const ArchiveEntry> entries_;
};

}  // namespace provision

#endif  // PROVISION_BUNDLES_TREE_WRITER_H_

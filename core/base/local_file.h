#ifndef PROVISION_CORE_BASE_LOCAL_FILE_H_
#define PROVISION_CORE_BASE_LOCAL_FILE_H_

// What the local System and Directory make of an open descriptor.

#include <sys/stat.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/byte_source.h"
#include "core/base/descriptor.h"
#include "core/base/file.h"

namespace provision {

// `path` is for messages in all of these.

// All but `target`.
FileMetadata MetadataFromStat(const struct stat& status);

// The content of a regular file; kOutOfRange if it is longer than `max_bytes`,
// kFailedPrecondition for anything but a regular file.
absl::StatusOr<std::string> ReadRegularFile(const Descriptor& file,
                                            absl::string_view path,
                                            size_t max_bytes);

// A regular file as a source; its size is that of now.
absl::StatusOr<std::unique_ptr<ByteSource>> NewFileSource(
    Descriptor file, absl::string_view path);

// The entries of the directory `directory`, sorted, without `.` and `..`.
absl::StatusOr<std::vector<DirectoryEntry>> ReadEntries(Descriptor directory,
                                                        absl::string_view path);

// A file open for appending. Its first Sync makes the attributes durable too if
// `is_new`. After a failed one every later Append and Sync fails.
std::unique_ptr<WritableFile> NewLocalFile(Descriptor file,
                                           absl::string_view path, bool is_new);

// fsync, fdatasync or syncfs of `descriptor`,
// repeated after EINTR alone.
enum class SyncKind { kFull, kData, kFileSystem };
absl::Status SyncDescriptor(int descriptor, SyncKind kind,
                            absl::string_view path);

// An exclusive open-file-description lock on `file`; nullptr if somebody else
// holds one.
absl::StatusOr<std::unique_ptr<FileLock>> TryLockFile(Descriptor file,
                                                      absl::string_view path,
                                                      bool inheritable);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_LOCAL_FILE_H_

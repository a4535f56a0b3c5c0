#include "core/base/private_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/beneath.h"
#include "core/base/descriptor.h"
#include "core/base/diagnostic.h"
#include "core/base/directory.h"
#include "core/base/local_directory.h"

namespace provision {
namespace {

// As far as it goes: what cannot be removed stays behind.
void RemoveContent(Directory& directory) {
  absl::StatusOr<std::vector<DirectoryEntry>> entries = directory.List();
  if (!entries.ok()) return;
  for (const DirectoryEntry& entry : *entries) {
    if (entry.type == FileType::kDirectory) {
      directory.SetMode(entry.name, 0700).IgnoreError();
      auto below = directory.OpenDirectory(entry.name);
      if (below.ok()) RemoveContent(**below);
    }
    directory.Remove(entry.name).IgnoreError();
  }
}

}  // namespace

absl::StatusOr<PrivateFolder> PrivateFolder::New() {
  const char* base = getenv("TMPDIR");
  if (base == nullptr || !absl::StartsWith(base, "/")) base = "/tmp";
  std::string path = absl::StrCat(base, "/provision.XXXXXX");
  if (mkdtemp(path.data()) == nullptr) {
    return ErrnoError(errno, absl::StrCat("make a private folder in ", base));
  }
  return PrivateFolder(std::move(path));
}

PrivateFolder::~PrivateFolder() {
  if (path_.empty()) return;
  Descriptor opened(
      open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (opened.valid()) {
    RemoveContent(
        *NewLocalDirectory(std::move(opened), path_, BestBeneathMeans()));
  }
  rmdir(path_.c_str());
}

}  // namespace provision

#include "tools/crash/tree_snapshot.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/path.h"

namespace provision {
namespace {

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

std::string Describe(const std::string& path) {
  struct stat status;
  if (lstat(path.c_str(), &status) != 0) return "unreadable";
  if (S_ISLNK(status.st_mode)) {
    char target[PATH_MAX];
    const ssize_t length = readlink(path.c_str(), target, sizeof(target));
    return absl::StrCat("link ",
                        std::string(target, std::max<ssize_t>(length, 0)));
  }
  const std::string who = absl::StrFormat("%04o %d:%d", status.st_mode & 07777,
                                          status.st_uid, status.st_gid);
  if (S_ISDIR(status.st_mode)) return absl::StrCat("directory ", who);
  if (!S_ISREG(status.st_mode)) return absl::StrCat("other ", who);
  return absl::StrCat("file ", who, " ", ContentOf(path));
}

bool MayBeHalfMade(absl::string_view path) {
  const std::string name = BaseName(path);
  return absl::StartsWith(name, "effect-") ||
         absl::StrContains(path, ".provision-");
}

// What `description` says of a file's content.
absl::string_view ContentIn(absl::string_view description) {
  for (int words = 3; words > 0; --words) {
    description.remove_prefix(description.find(' ') + 1);
  }
  return description;
}

}  // namespace

TreeSnapshot SnapshotTree(const std::string& folder) {
  TreeSnapshot tree;
  std::error_code error;
  for (auto entry =
           std::filesystem::recursive_directory_iterator(folder, error);
       entry != std::filesystem::recursive_directory_iterator();
       entry.increment(error)) {
    const std::string path = entry->path().string();
    tree[RelativeTo(path, folder)] = Describe(path);
    if (error) break;
  }
  return tree;
}

std::vector<std::string> TreeDifferences(const TreeSnapshot& found,
                                         const TreeSnapshot& wanted) {
  std::vector<std::string> lines;
  const auto of = [](const TreeSnapshot& tree, const std::string& path) {
    const auto entry = tree.find(path);
    return entry == tree.end() ? "absent" : entry->second;
  };
  TreeSnapshot paths = found;
  paths.insert(wanted.begin(), wanted.end());
  for (const auto& [path, unused] : paths) {
    if (of(found, path) == of(wanted, path)) continue;
    lines.push_back(
        absl::StrCat(path, ": ", of(found, path), ", not ", of(wanted, path)));
  }
  return lines;
}

std::vector<std::string> HalfMade(const TreeSnapshot& found,
                                  const std::vector<TreeSnapshot>& versions,
                                  const std::vector<std::string>& contents) {
  std::vector<std::string> lines;
  for (const auto& [path, description] : found) {
    if (!absl::StartsWith(description, "file ") || MayBeHalfMade(path)) {
      continue;
    }
    const bool is_known =
        absl::c_any_of(
            versions,
            [&, &path = path,
             &description = description](const TreeSnapshot& version) {
              const auto entry = version.find(path);
              return entry != version.end() && entry->second == description;
            }) ||
        absl::c_linear_search(contents, ContentIn(description));
    if (!is_known) {
      lines.push_back(absl::StrCat(path, " is half-made: ", description));
    }
  }
  return lines;
}

}  // namespace provision

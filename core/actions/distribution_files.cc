#include "core/actions/distribution_files.h"

#include <map>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr size_t kMaxRecord = size_t{64} << 20;
constexpr absl::string_view kCache = "__pycache__";

// What is in a folder's cache; nothing if there is none.
absl::StatusOr<std::vector<DirectoryEntry>> ListCache(Directory& environment,
                                                      const std::string& path) {
  absl::StatusOr<std::unique_ptr<Directory>> cache =
      environment.OpenDirectory(path);
  if (absl::IsNotFound(cache.status())) return std::vector<DirectoryEntry>();
  PROVISION_RETURN_IF_ERROR(cache.status());
  return (*cache)->List();
}

// `module.cpython-311.pyc`, `module.cpython-311.opt-1.pyc`
bool IsCompiledFrom(absl::string_view compiled, absl::string_view module) {
  return absl::ConsumePrefix(&compiled, module) &&
         absl::StartsWith(compiled, ".") && absl::EndsWith(compiled, ".pyc");
}

}  // namespace

absl::StatusOr<std::vector<std::string>> DistributionFiles(
    const WheelInstaller& installer, Directory& environment,
    absl::string_view folder) {
  const std::string record = absl::StrCat(folder, "/RECORD");
  absl::StatusOr<std::string> text = environment.ReadFile(record, kMaxRecord);
  if (absl::IsNotFound(text.status())) {
    return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                           "wheel/record",
                           absl::StrCat(folder,
                                        ": has no RECORD, so nobody "
                                        "knows what belongs to it"));
  }
  PROVISION_RETURN_IF_ERROR(text.status());
  PROVISION_ASSIGN_OR_RETURN(std::vector<std::string> files,
                             installer.ListedFiles(folder, *text));
  std::map<std::string, std::vector<DirectoryEntry>> caches;
  const size_t listed = files.size();
  for (size_t i = 0; i < listed; ++i) {
    absl::string_view path = files[i];
    if (!absl::ConsumeSuffix(&path, ".py")) continue;
    const std::string cache = absl::StrCat(ParentPath(path), "/", kCache);
    const std::string module = BaseName(path);
    auto [known, is_new] = caches.try_emplace(cache);
    if (is_new) {
      PROVISION_ASSIGN_OR_RETURN(known->second, ListCache(environment, cache));
    }
    for (const DirectoryEntry& entry : known->second) {
      if (IsCompiledFrom(entry.name, module)) {
        files.push_back(absl::StrCat(cache, "/", entry.name));
      }
    }
  }
  return files;
}

}  // namespace provision

#include "core/host/executable.h"

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "core/base/path.h"

namespace provision {
namespace {

bool IsExecutable(const PathState& state) {
  return state.type() == PathState::FILE && (state.mode() & 0111) != 0;
}

}  // namespace

absl::optional<std::string> FindExecutable(Facts& facts, absl::string_view word,
                                           absl::string_view search_path) {
  if (absl::StrContains(word, "/")) {
    std::string path = facts.AbsolutePath(word);
    if (IsExecutable(facts.Metadata(path, /*follow=*/true))) return path;
    return absl::nullopt;
  }
  if (word.empty()) return absl::nullopt;
  for (absl::string_view folder : absl::StrSplit(search_path, ':')) {
    if (!absl::StartsWith(folder, "/")) continue;
    std::string path = JoinPath(folder, word);
    if (IsExecutable(facts.Metadata(path, /*follow=*/true))) return path;
  }
  return absl::nullopt;
}

}  // namespace provision

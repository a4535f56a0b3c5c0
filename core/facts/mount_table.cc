#include "core/facts/mount_table.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "core/base/path.h"

namespace provision {
namespace {

bool IsOctal(char c) { return c >= '0' && c <= '7'; }

// The kernel writes space, tab, newline, `\` and `#` as \ooo.
std::string Unescape(absl::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && IsOctal(text[i + 1]) &&
        IsOctal(text[i + 2]) && IsOctal(text[i + 3])) {
      plain.push_back(static_cast<char>((text[i + 1] - '0') * 64 +
                                        (text[i + 2] - '0') * 8 +
                                        (text[i + 3] - '0')));
      i += 3;
    } else {
      plain.push_back(text[i]);
    }
  }
  return plain;
}

void AddOptions(absl::string_view text, FactValue::FileSystem* mount) {
  for (absl::string_view option :
       absl::StrSplit(text, ',', absl::SkipEmpty())) {
    std::string plain = Unescape(option);
    auto& options = *mount->mutable_option();
    if (std::find(options.begin(), options.end(), plain) == options.end()) {
      mount->add_option(plain);
    }
  }
}

}  // namespace

FactValue::Mounts ParseMountInfo(absl::string_view text) {
  FactValue::Mounts mounts;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    // id parent major:minor root mount-point options [tag...] - type source
    // options
    std::vector<absl::string_view> words =
        absl::StrSplit(line, ' ', absl::SkipEmpty());
    auto dash = std::find(words.begin(), words.end(), "-");
    if (dash - words.begin() < 6 || words.end() - dash < 3) continue;
    FactValue::FileSystem* mount = mounts.add_mount();
    mount->set_mount_point(Unescape(words[4]));
    AddOptions(words[5], mount);
    mount->set_type(Unescape(dash[1]));
    mount->set_source(Unescape(dash[2]));
    if (words.end() - dash > 3) AddOptions(dash[3], mount);
  }
  return mounts;
}

const FactValue::FileSystem* MountOf(const FactValue::Mounts& mounts,
                                     absl::string_view path) {
  const FactValue::FileSystem* found = nullptr;
  for (const FactValue::FileSystem& mount : mounts.mount()) {
    if (IsBelowOrSame(path, mount.mount_point()) &&
        (found == nullptr ||
         mount.mount_point().size() >= found->mount_point().size())) {
      found = &mount;
    }
  }
  return found;
}

}  // namespace provision

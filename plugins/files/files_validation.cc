#include "plugins/files/files_validation.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/api/provisioner.h"
#include "core/base/path.h"
#include "plugins/files/marked_block.h"
#include "plugins/files/path_claims.h"

namespace provision {
namespace {

constexpr uint32_t kSecretMode = 0600;

// Collects what is wrong with one entry.
class EntryCheck {
 public:
  EntryCheck(absl::string_view kind, int index, std::vector<Diagnostic>* found)
      : field_(absl::StrCat(kind, "[", index, "]")), found_(found) {}

  void Error(absl::string_view id, absl::string_view field,
             absl::string_view message, absl::string_view next) {
    found_->push_back(ConfigError(absl::StrCat("files/", id),
                                  absl::StrCat(field_, ".", field), message,
                                  next));
  }

  void Path(const std::string& path) {
    if (path.empty()) {
      Error("no-path", "path", "the entry has no path", "say where it belongs");
    } else if (absl::StrContains(path, '\0') || absl::StrContains(path, '\n')) {
      Error("bad-path", "path", "the path holds a line end or a zero byte",
            "take it out");
    } else if (IsRootOfAll(path)) {
      Error("bad-path", "path",
            absl::StrCat("`", path, "` is no entry of a directory"),
            "name what is in it");
    }
  }

  void Mode(const std::string& mode) {
    if (!mode.empty() && !ParseMode(mode).has_value()) {
      Error("bad-mode", "mode", absl::StrCat("`", mode, "` is no mode"),
            "write three or four octal digits, such as \"0644\"");
    }
  }

 private:
  static bool IsRootOfAll(const std::string& path) {
    const std::string normal = NormalPath(path);
    return normal == "/" || normal == "." || normal == "~" || normal == "..";
  }

  const std::string field_;
  std::vector<Diagnostic>* found_;
};

void CheckFile(const FilesConfig::File& file, EntryCheck* check) {
  check->Path(file.path());
  check->Mode(file.mode());
  switch (file.from_case()) {
    case FilesConfig::File::kContent:
      break;
    case FilesConfig::File::kSource:
      if (file.source().empty()) {
        check->Error("no-content", "source", "the source has no name",
                     "name a file beside the plan");
      }
      break;
    case FilesConfig::File::kSecret:
      if (file.secret().source_case() == SecretReference::SOURCE_NOT_SET) {
        check->Error("no-secret", "secret", "it does not say where it is found",
                     "add one of env, file, keyring, netrc, command, prompt");
      }
      if (ParseMode(file.mode()).value_or(kSecretMode) != kSecretMode) {
        check->Error("secret-mode", "mode", "a file with a secret is 0600",
                     "leave the mode out");
      }
      break;
    case FilesConfig::File::FROM_NOT_SET:
      check->Error("no-content", "content", "the file has no content",
                   "add content, source or secret; content: \"\" is an empty "
                   "file");
      break;
  }
}

bool IsBlockName(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '-';
  });
}

void CheckBlock(const FilesConfig::Block& block, EntryCheck* check) {
  check->Path(block.path());
  if (!IsBlockName(block.name())) {
    check->Error("bad-block-name", "name",
                 absl::StrCat("`", block.name(), "` is no name of a block"),
                 "use letters, digits, `_`, `.` and `-`");
  }
  if (HoldsMarker(block.content())) {
    check->Error("marker-inside", "content",
                 "a line of it would be taken for a marker",
                 "take the line out");
  }
  if (absl::StrContains(block.comment(), '\n') ||
      (block.has_comment() && block.comment().empty())) {
    check->Error("bad-comment", "comment", "it does not begin a comment",
                 "write what begins a comment in this file, such as \"//\"");
  }
}

}  // namespace

absl::optional<uint32_t> ParseMode(const std::string& text) {
  if (text.size() < 3 || text.size() > 4) return absl::nullopt;
  uint32_t mode = 0;
  for (char c : text) {
    if (c < '0' || c > '7') return absl::nullopt;
    mode = mode * 8 + (c - '0');
  }
  return mode;
}

std::vector<Diagnostic> ValidateFiles(const FilesConfig& config) {
  std::vector<Diagnostic> found;
  for (int i = 0; i < config.file_size(); ++i) {
    EntryCheck check("file", i, &found);
    CheckFile(config.file(i), &check);
  }
  for (int i = 0; i < config.directory_size(); ++i) {
    EntryCheck check("directory", i, &found);
    check.Path(config.directory(i).path());
    check.Mode(config.directory(i).mode());
  }
  for (int i = 0; i < config.link_size(); ++i) {
    EntryCheck check("link", i, &found);
    check.Path(config.link(i).path());
    if (config.link(i).target().empty()) {
      check.Error("no-target", "target", "the link leads nowhere",
                  "say what it points at");
    }
  }
  for (int i = 0; i < config.block_size(); ++i) {
    EntryCheck check("block", i, &found);
    CheckBlock(config.block(i), &check);
  }
  for (int i = 0; i < config.absent_size(); ++i) {
    EntryCheck check("absent", i, &found);
    check.Path(config.absent(i).path());
  }
  std::vector<Diagnostic> conflicts = FindConflicts(ClaimsOf(
      config, [](const std::string& path) { return NormalPath(path); }));
  found.insert(found.end(), conflicts.begin(), conflicts.end());
  return found;
}

}  // namespace provision

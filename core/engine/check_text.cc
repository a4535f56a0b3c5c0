#include "core/engine/check_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/path.h"

namespace provision {
namespace {

std::string FileText(const Check::File& file, absl::string_view root) {
  std::string text = RelativeTo(file.path(), root);
  if (file.has_target()) {
    return absl::StrCat(text, " is a link to ", file.target());
  }
  switch (file.type()) {
    case PathState::ABSENT:
      return absl::StrCat("nothing at ", text);
    case PathState::DIRECTORY:
      absl::StrAppend(&text, " is a directory");
      break;
    case PathState::FILE:
    case PathState::SYMLINK:
    case PathState::OTHER:
    case PathState::UNSPECIFIED:
      absl::StrAppend(&text, " is there");
      break;
  }
  if (file.has_mode()) absl::StrAppend(&text, ", mode ", file.mode());
  if (file.has_sha256()) {
    absl::StrAppend(&text, ", sha256:", file.sha256().substr(0, 12));
  }
  return text;
}

std::string CommandText(const Check::Command& command, absl::string_view root) {
  std::string text =
      command.argv_size() == 0 ? "" : RelativeTo(command.argv(0), root);
  for (int i = 1; i < command.argv_size(); ++i) {
    // A script given as an argument is not for this line.
    const size_t newline = command.argv(i).find('\n');
    absl::StrAppend(&text, " ", command.argv(i).substr(0, newline),
                    newline == std::string::npos ? "" : " ...");
  }
  if (command.exit_status() != 0) {
    absl::StrAppend(&text, " exits with ", command.exit_status());
  } else if (command.has_output()) {
    absl::StrAppend(&text, " prints ", command.output());
  } else {
    absl::StrAppend(&text, " succeeds");
  }
  return text;
}

}  // namespace

std::string CheckText(const Check& check, absl::string_view root) {
  if (check.has_text()) return check.text();
  switch (check.kind_case()) {
    case Check::kImport:
      return absl::StrCat("import ", check.import());
    case Check::kFile:
      return FileText(check.file(), root);
    case Check::kCommand:
      return CommandText(check.command(), root);
    case Check::kTcp:
      return absl::StrCat("port ", check.tcp().port(), " of ",
                          check.tcp().host(), " answers");
    case Check::kHttp:
      return absl::StrCat(
          check.http().url(), " answers ",
          check.http().has_status() ? check.http().status() : 200);
    case Check::kTls:
      return absl::StrCat("TLS with ", check.tls().host(), ":",
                          check.tls().port());
    case Check::kFact:
      return absl::StrCat("fact ", check.fact().reader().ShortDebugString());
    case Check::kBehaviour:
      return absl::StrCat(
          "what ", RelativeTo(check.behaviour().directory(), root), " can do");
    case Check::KIND_NOT_SET:
      break;
  }
  return "a check of no kind";
}

}  // namespace provision

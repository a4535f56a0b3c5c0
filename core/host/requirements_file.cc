#include "core/host/requirements_file.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/base/url_user_info.h"
#include "core/host/error_offset.h"
#include "core/host/python_whitespace.h"
#include "core/host/requirement_options.h"
#include "core/host/text_decoder.h"
#include "re2/re2.h"

namespace provision {
namespace {

using Rule = RequirementOptionRule;

constexpr int kMaxDepth = 50;
constexpr char kSyntax[] = "requirements/syntax";
constexpr char kInclude[] = "requirements/include";

Diagnostic MakeDiagnostic(Diagnostic::Severity severity, absl::string_view id,
                          const Diagnostic::Place& place,
                          absl::string_view message) {
  Diagnostic diagnostic;
  diagnostic.set_severity(severity);
  diagnostic.set_id(std::string(id));
  *diagnostic.mutable_place() = place;
  diagnostic.set_message(RedactUrlSecrets(message));
  return diagnostic;
}

Diagnostic::Place MakePlace(const std::string& path, int line, int column) {
  Diagnostic::Place place;
  place.set_file(path);
  place.set_line(line);
  place.set_column(column);
  return place;
}

// Where a token that starts with `-` begins, in text split at single blanks: to
// its left is the requirement, to its right are options.
size_t FindOptions(absl::string_view text) {
  if (absl::StartsWith(text, "-")) return 0;
  const size_t at = text.find(" -");
  return at == absl::string_view::npos ? text.size() : at + 1;
}

bool IsHash(const std::string& value) {
  static const RE2& pattern = *new RE2(
      "sha256:[0-9a-fA-F]{64}|sha384:[0-9a-fA-F]{96}|"
      "sha512:[0-9a-fA-F]{128}");
  return RE2::FullMatch(value, pattern);
}

// "/a b" of "file:///a%20b"; the host, if any, must be this one.
absl::optional<std::string> PathOfFileUrl(absl::string_view url) {
  if (!absl::StartsWithIgnoreCase(url, "file:")) return absl::nullopt;
  url.remove_prefix(5);
  if (absl::ConsumePrefix(&url, "//")) {
    absl::ConsumePrefix(&url, "localhost");
  }
  if (!absl::StartsWith(url, "/")) return absl::nullopt;
  std::string path;
  for (size_t i = 0; i < url.size(); ++i) {
    uint32_t code = 0;
    if (url[i] == '%' && i + 2 < url.size() &&
        absl::SimpleHexAtoi(url.substr(i + 1, 2), &code)) {
      path.push_back(code);
      i += 2;
    } else {
      path.push_back(url[i]);
    }
  }
  return path;
}

// Reads one file and those that it includes into a set.
class FileReader {
 public:
  FileReader(const RequirementFileSources& sources, RequirementSet& set)
      : sources_(sources), set_(set) {}

  absl::Status Read(const std::string& path, bool constraint,
                    const Diagnostic::Place& included_at) {
    PROVISION_ASSIGN_OR_RETURN(const absl::optional<std::string> bytes,
                               sources_.read(path));
    if (!bytes.has_value()) {
      Error(included_at, kInclude, absl::StrCat("there is no file ", path),
            "the path is relative to the file that names it");
      return absl::OkStatus();
    }
    const auto decoded = DecodeText(*bytes);
    if (!decoded.ok()) {
      Error(MakePlace(path, 0, 0), "requirements/encoding",
            decoded.status().message(), "save the file as UTF-8");
      return absl::OkStatus();
    }
    const std::vector<RequirementLine> lines =
        SplitRequirementLines(decoded->text, sources_.variable);
    Keep(path, *bytes, *decoded, lines);
    stack_.push_back(path);
    for (const RequirementLine& line : lines) {
      AddSecretVariables(line);
      if (line.text.empty()) continue;
      const Line one{*this, path, decoded->text, line, constraint};
      PROVISION_RETURN_IF_ERROR(one.Read());
    }
    stack_.pop_back();
    return absl::OkStatus();
  }

  void Error(const Diagnostic::Place& place, absl::string_view id,
             absl::string_view message, absl::string_view next) {
    Report(Diagnostic::ERROR, place, id, message, next);
  }

  void Warn(const Diagnostic::Place& place, absl::string_view id,
            absl::string_view message, absl::string_view next) {
    Report(Diagnostic::WARNING, place, id, message, next);
  }

 private:
  // A line and where it stands.
  struct Line {
    FileReader& reader;
    const std::string& path;
    absl::string_view file_text;
    const RequirementLine& line;
    bool constraint;

    Diagnostic::Place Place(size_t offset) const {
      const LineColumn at = FindLineColumn(
          file_text, line.offsets[std::min(offset, line.text.size())]);
      return MakePlace(path, at.line, at.column);
    }

    void Error(const absl::Status& status, size_t shift,
               absl::string_view next = "") const {
      reader.Error(Place(ErrorOffset(status).value_or(0) + shift), kSyntax,
                   status.message(), next);
    }

    absl::Status Read() const;
    absl::Status Include(const ParsedOption& option) const;
    void ReadRequirement(absl::string_view text, size_t begin, bool editable,
                         const std::vector<ParsedOption>& options) const;
    void ReadGlobal(const ParsedOption& option) const;
    void TakeRequirementOption(const ParsedOption& option,
                               RequirementEntry& entry) const;
    void WrongHash(const ParsedOption& option) const;
    bool MayConstrain(const RequirementEntry& entry) const;
    void WarnOfSecret(size_t at, absl::string_view what) const;
  };

  void Report(Diagnostic::Severity severity, const Diagnostic::Place& place,
              absl::string_view id, absl::string_view message,
              absl::string_view next) {
    set_.diagnostics.push_back(MakeDiagnostic(severity, id, place, message));
    if (!next.empty()) set_.diagnostics.back().add_next(std::string(next));
  }

  void Keep(const std::string& path, absl::string_view bytes,
            const DecodedText& decoded,
            const std::vector<RequirementLine>& lines) {
    for (const RequirementFile& file : set_.files) {
      if (file.path == path) return;
    }
    RequirementFile file;
    file.path = path;
    file.encoding = decoded.encoding;
    // The first piece has the byte order mark.
    size_t begin = 0;
    for (const RequirementLine& line : lines) {
      const size_t end = decoded.source[line.end];
      file.lines.push_back(std::string(bytes.substr(begin, end - begin)));
      begin = end;
    }
    if (begin < bytes.size()) {
      file.lines.push_back(std::string(bytes.substr(begin)));
    }
    set_.files.push_back(std::move(file));
  }

  void AddSecretVariables(const RequirementLine& line) {
    for (const std::string& name : line.secret_variables) {
      std::vector<std::string>& names = set_.secret_variables;
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
      }
    }
  }

  const RequirementFileSources& sources_;
  RequirementSet& set_;
  std::vector<std::string> stack_;
};

absl::Status FileReader::Line::Read() const {
  const absl::string_view text = line.text;
  const size_t options_begin = FindOptions(text);
  const auto options = ParseRequirementOptions(text, options_begin);
  if (!options.ok()) {
    Error(options.status(), 0);
    return absl::OkStatus();
  }
  const absl::string_view requirement =
      StripPythonWhitespace(text.substr(0, options_begin));
  if (!requirement.empty()) {
    ReadRequirement(requirement, 0, false, *options);
    return absl::OkStatus();
  }
  const ParsedOption& first = options->front();
  if (first.rule->kind == Rule::Kind::kEditable) {
    ReadRequirement(first.value, first.value_begin, true,
                    {options->begin() + 1, options->end()});
    return absl::OkStatus();
  }
  if (first.rule->kind == Rule::Kind::kInclude) {
    if (options->size() > 1) {
      Error(ErrorAt((*options)[1].begin,
                    "one file a line: pip drops what follows the first"),
            0, "give it a line of its own");
      return absl::OkStatus();
    }
    return Include(first);
  }
  for (const ParsedOption& option : *options) ReadGlobal(option);
  return absl::OkStatus();
}

absl::Status FileReader::Line::Include(const ParsedOption& option) const {
  const Diagnostic::Place place = Place(option.value_begin);
  std::string target = option.value;
  if (absl::StartsWithIgnoreCase(target, "http:") ||
      absl::StartsWithIgnoreCase(target, "https:")) {
    reader.Error(place, kInclude,
                 absl::StrCat(target, " is read only from the lock"),
                 "download the file and name its path");
    return absl::OkStatus();
  }
  target = PathOfFileUrl(target).value_or(target);
  target = JoinPath(ParentPath(path), target);
  const auto& stack = reader.stack_;
  if (std::find(stack.begin(), stack.end(), target) != stack.end()) {
    reader.Error(
        place, kInclude,
        absl::StrCat(path, " includes ", target, ", which includes it again"),
        "take one of the two lines out");
    return absl::OkStatus();
  }
  if (stack.size() == kMaxDepth) {
    reader.Error(place, kInclude,
                 absl::StrCat("more than ", kMaxDepth, " files deep"), "");
    return absl::OkStatus();
  }
  // As pip does: what `-r` names are requirements, even in a constraint file.
  return reader.Read(target, option.rule->short_name == "-c", place);
}

void FileReader::Line::WarnOfSecret(size_t at, absl::string_view what) const {
  // One that is a variable is where it belongs.
  if (!line.secret_variables.empty()) return;
  reader.Warn(Place(at), "requirements/secret",
              absl::StrCat(what, " holds a user name or password"),
              "put it into ~/.netrc, which pip and uv both read");
}

void FileReader::Line::ReadGlobal(const ParsedOption& option) const {
  const absl::string_view name = option.rule->name;
  switch (option.rule->kind) {
    case Rule::Kind::kIgnored: {
      const bool trust = name == "--trusted-host";
      reader.Warn(Place(option.begin), "requirements/option-ignored",
                  absl::StrCat(name, " has no effect here",
                               trust ? ": a certificate is never left "
                                       "unverified"
                                     : ""),
                  trust ? "add the index's certificate authority to this host"
                        : "take the line out");
      return;
    }
    case Rule::Kind::kRequirement:
      Error(ErrorAt(option.begin,
                    absl::StrCat(name, " stands behind no requirement")),
            0,
            "end the line before it with `\\`; a comment between the two ends "
            "the requirement");
      return;
    case Rule::Kind::kInclude:
    case Rule::Kind::kEditable:
      Error(ErrorAt(option.begin,
                    absl::StrCat(name,
                                 " behind another option: pip drops "
                                 "one of them")),
            0, "give it a line of its own");
      return;
    case Rule::Kind::kGlobal:
      break;
  }
  RequirementOption kept;
  kept.place = Place(option.begin);
  kept.name = std::string(name);
  kept.value = RedactUrlSecrets(option.value);
  if (HasUrlSecret(option.value)) {
    WarnOfSecret(option.value_begin, absl::StrCat("the URL of ", name));
  }
  reader.set_.options.push_back(std::move(kept));
}

void FileReader::Line::WrongHash(const ParsedOption& option) const {
  reader.Error(Place(option.value_begin), "requirements/hash",
               "--hash wants NAME:HEX", "");
  Diagnostic& error = reader.set_.diagnostics.back();
  const auto add = [&error](const char* label, absl::string_view text) {
    Diagnostic::Detail* detail = error.add_detail();
    detail->set_label(label);
    detail->set_text(std::string(text));
  };
  add("found", absl::StrCat("`", option.value, "`"));
  add("expected",
      "sha256:, sha384: or sha512:, then 64, 96 or 128 digits in hex");
}

void FileReader::Line::TakeRequirementOption(const ParsedOption& option,
                                             RequirementEntry& entry) const {
  const absl::string_view name = option.rule->name;
  if (option.rule->kind != Rule::Kind::kRequirement) {
    Error(ErrorAt(
              option.begin,
              absl::StrCat(name, " behind a requirement: pip drops it there")),
          0, "give it a line of its own");
  } else if (name == "--hash") {
    if (!IsHash(option.value)) {
      WrongHash(option);
      return;
    }
    entry.hashes.push_back(option.value);
  } else if (!absl::StrContains(option.value, "=")) {
    Error(ErrorAt(
              option.value_begin,
              absl::StrCat(name, " needs KEY=VALUE, not `", option.value, "`")),
          0);
  } else {
    entry.config_settings.push_back(option.value);
  }
}

// What pip's resolver takes as a constraint.
bool FileReader::Line::MayConstrain(const RequirementEntry& entry) const {
  const char* why = nullptr;
  if (entry.editable) {
    why = "a constraint cannot be editable";
  } else if (entry.source.name.empty()) {
    why = "a constraint needs a name";
  } else if (!entry.source.extras.empty()) {
    why = "a constraint has no extras";
  }
  if (why == nullptr) return true;
  reader.Error(entry.place, kSyntax, why, "");
  return false;
}

void FileReader::Line::ReadRequirement(
    absl::string_view text, size_t begin, bool editable,
    const std::vector<ParsedOption>& options) const {
  RequirementEntry entry;
  entry.place = Place(begin);
  entry.text = RedactUrlSecrets(text);
  entry.editable = editable;
  auto source = ParseRequirementSource(text, editable);
  if (!source.ok()) {
    Error(source.status(), begin);
    return;
  }
  entry.source = *std::move(source);
  for (const ParsedOption& option : options) {
    TakeRequirementOption(option, entry);
  }
  if (constraint) {
    if (MayConstrain(entry)) reader.set_.constraints.push_back(entry);
    return;
  }
  static const RE2& conda = *new RE2("conda|/croot/|feedstock");
  if (absl::StartsWithIgnoreCase(entry.source.location, "file:") &&
      RE2::PartialMatch(entry.source.location, conda)) {
    reader.Warn(entry.place, "requirements/conda-path",
                absl::StrCat("`", entry.text,
                             "` points into the machine where conda built it"),
                absl::StrCat("write ", entry.source.name,
                             "==VERSION; `pip list --format=freeze` prints "
                             "it"));
  }
  if (entry.source.has_secret) WarnOfSecret(begin, "this URL");
  reader.set_.requirements.push_back(std::move(entry));
}

}  // namespace

std::string RequirementFile::Bytes() const { return absl::StrJoin(lines, ""); }

bool RequirementSet::has_errors() const {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& diagnostic) {
                       return diagnostic.severity() == Diagnostic::ERROR;
                     });
}

absl::Status ReadRequirementFile(const std::string& path, bool constraint,
                                 const RequirementFileSources& sources,
                                 RequirementSet& set) {
  return FileReader(sources, set)
      .Read(NormalPath(path), constraint, MakePlace(path, 0, 0));
}

void AddRequirement(const std::string& text, const Diagnostic::Place& place,
                    RequirementSet& set) {
  auto source = ParseRequirementSource(text, false);
  if (!source.ok()) {
    set.diagnostics.push_back(MakeDiagnostic(
        Diagnostic::ERROR, kSyntax, place,
        absl::StrCat("`", text, "`: ", source.status().message())));
    return;
  }
  RequirementEntry entry;
  entry.place = place;
  entry.text = RedactUrlSecrets(text);
  entry.source = *std::move(source);
  set.requirements.push_back(std::move(entry));
}

void CheckRequirementSet(RequirementSet& set) {
  const RequirementOption* first = nullptr;
  for (const RequirementOption& option : set.options) {
    if (option.name != "--index-url") continue;
    if (first == nullptr) {
      first = &option;
      continue;
    }
    // A file that is included twice says it once.
    if (option.place.SerializeAsString() == first->place.SerializeAsString()) {
      continue;
    }
    Diagnostic diagnostic = MakeDiagnostic(
        Diagnostic::ERROR, "requirements/two-indexes", option.place,
        absl::StrCat("--index-url a second time; the first is at ",
                     first->place.file(), ":", first->place.line()));
    diagnostic.add_next("keep one; others go into --extra-index-url");
    set.diagnostics.push_back(std::move(diagnostic));
  }
}

}  // namespace provision

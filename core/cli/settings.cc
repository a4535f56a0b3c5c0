#include "core/cli/settings.h"

#include <cstddef>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/diagnostic.h"
#include "core/base/file_trust.h"
#include "core/base/path.h"
#include "core/cli/flags.h"
#include "core/cli/settings.pb.h"
#include "core/plan/message_text.h"

namespace provision {
namespace {

using google::protobuf::FieldDescriptor;

constexpr char kRootFile[] = "/etc/provision/config.textproto";
constexpr size_t kMostBytes = 1 << 20;

std::string ConfigurationFolder(System& system) {
  const std::string named = system.Variable("XDG_CONFIG_HOME").value_or("");
  return absl::StartsWith(named, "/")
             ? named
             : JoinPath(system.identity().home, ".config");
}

// A field's value as its flag takes it.
std::string ValueText(const Settings& settings, const FieldDescriptor* field) {
  const google::protobuf::Reflection& reflection = *settings.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(settings, field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(settings, field));
    default:
      return reflection.GetString(settings, field);
  }
}

Diagnostic At(const std::string& file, const TextPlace& place,
              const DiagnosticError& error) {
  Diagnostic diagnostic = error.diagnostic();
  diagnostic.mutable_place()->set_file(file);
  diagnostic.mutable_place()->set_line(place.line);
  diagnostic.mutable_place()->set_column(place.column);
  diagnostic.mutable_place()->set_length(place.length);
  return diagnostic;
}

class Reader {
 public:
  Reader(System& system, CommandLine* line) : system_(system), line_(line) {}

  void Read(const std::string& path, bool named) {
    const absl::StatusOr<FileContent> file =
        system_.ReadFileAndMetadata(path, kMostBytes);
    if (!file.ok()) {
      if (named || !absl::IsNotFound(file.status())) {
        faults_.push_back(DiagnosticFromStatus(file.status()));
      }
      return;
    }
    if (!IsOurs(system_, file->metadata.uid)) {
      faults_.push_back(
          At(path, {},
             DiagnosticError(absl::StatusCode::kFailedPrecondition,
                             "settings/untrusted",
                             "the settings belong to somebody else")
                 .Next("move the file away, or name another by --config")));
      return;
    }
    Settings settings;
    const MessageText text = ParseMessageText(path, file->content, &settings);
    const size_t first = faults_.size();
    for (const Diagnostic& diagnostic : text.diagnostics) {
      faults_.push_back(diagnostic);
    }
    for (const std::string& name : SettingNames()) {
      const FieldDescriptor* field =
          Settings::descriptor()->FindFieldByName(name);
      if (settings.GetReflection()->HasField(settings, field)) {
        Take(path, text, settings, field);
      }
    }
    ShowSource(file->content, first);
  }

  std::vector<Diagnostic> faults() { return std::move(faults_); }

 private:
  void Take(const std::string& path, const MessageText& text,
            const Settings& settings, const FieldDescriptor* field) {
    const Flag& flag = *FindFlag(field->name());
    const std::string value = ValueText(settings, field);
    const auto place = text.places.find(field->name());
    const TextPlace at =
        place == text.places.end() ? TextPlace() : place->second;
    std::string wanted = flag.choices.empty()
                             ? absl::StrCat("a number from ", flag.minimum)
                             : absl::StrJoin(flag.choices, ", ");
    std::string normal;
    bool good = SetFlag(flag, value, &normal);
    // One that is relative would mean another folder in each command.
    const bool is_path = flag.name == "store" || flag.name == "plugin-dir";
    if (is_path && !absl::StartsWith(value, "/")) {
      good = false;
      wanted = "an absolute path";
    }
    if (!good) {
      faults_.push_back(At(
          path, at,
          DiagnosticError(absl::StatusCode::kInvalidArgument, "settings/value",
                          absl::StrCat(flag.name, ": wants ", wanted))
              .Found(absl::StrCat("\"", value, "\""))
              .Next("provision explain settings")));
      return;
    }
    line_->SetDefault(flag.name, normal,
                      {.kind = ValueOrigin::Kind::kSettings,
                       .text = absl::StrCat(path, ":", at.line)});
  }

  // Each fault from `first` on gets the line that it is about.
  void ShowSource(const std::string& content, size_t first) {
    const std::vector<absl::string_view> lines = absl::StrSplit(content, '\n');
    for (size_t i = first; i < faults_.size(); ++i) {
      Diagnostic::Place* place = faults_[i].mutable_place();
      if (place->line() < 1 || place->line() > static_cast<int>(lines.size())) {
        continue;
      }
      place->set_source(
          std::string(absl::StripSuffix(lines[place->line() - 1], "\r")));
    }
  }

  System& system_;
  CommandLine* const line_;
  std::vector<Diagnostic> faults_;
};

}  // namespace

std::vector<std::string> SettingsPaths(System& system,
                                       const CommandLine& line) {
  if (line.Has("config")) {
    return {JoinPath(system.WorkingDirectory(), line.Text("config"))};
  }
  std::vector<std::string> paths;
  if (system.identity().uid != 0) {
    paths.push_back(
        JoinPath(ConfigurationFolder(system), "provision/config.textproto"));
  }
  paths.push_back(kRootFile);
  return paths;
}

std::vector<Diagnostic> ReadSettings(System& system, CommandLine* line) {
  Reader reader(system, line);
  for (const std::string& path : SettingsPaths(system, *line)) {
    reader.Read(path, line->Has("config"));
  }
  return reader.faults();
}

std::vector<std::string> SettingNames() {
  std::vector<std::string> names;
  const google::protobuf::Descriptor& type = *Settings::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    names.push_back(type.field(i)->name());
  }
  return names;
}

}  // namespace provision

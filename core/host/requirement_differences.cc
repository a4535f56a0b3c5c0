#include "core/host/requirement_differences.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace provision {
namespace {

// Options that pip honours and uv only recognises.
constexpr absl::string_view kIgnoredByUv[] = {
    "--pre", "--prefer-binary", "--trusted-host", "--use-feature"};

Diagnostic Note(const Diagnostic::Place& place, absl::string_view message) {
  Diagnostic note;
  note.set_severity(Diagnostic::NOTE);
  note.set_id("requirements/pip-uv");
  *note.mutable_place() = place;
  note.set_message(std::string(message));
  return note;
}

std::string IgnoredText(absl::string_view option) {
  return absl::StrCat("pip honours ", option, ", uv ignores it with a warning");
}

// `pkg[a, b]` with blanks between the brackets.
bool HasSpacedExtras(absl::string_view text) {
  const size_t open = text.find('[');
  if (open == absl::string_view::npos) return false;
  const absl::string_view extras = text.substr(open, text.find(']') - open);
  return absl::StrContains(extras, " ");
}

}  // namespace

std::vector<Diagnostic> PipAndUvDifferences(const RequirementSet& set) {
  std::vector<Diagnostic> notes;
  for (const absl::string_view option : kIgnoredByUv) {
    for (const RequirementOption& given : set.options) {
      if (given.name == option) {
        notes.push_back(Note(given.place, IgnoredText(option)));
      }
    }
    // Those without effect here are kept as warnings alone.
    for (const Diagnostic& warning : set.diagnostics) {
      if (warning.id() == "requirements/option-ignored" &&
          absl::StartsWith(warning.message(), absl::StrCat(option, " "))) {
        notes.push_back(Note(warning.place(), IgnoredText(option)));
      }
    }
  }
  for (const RequirementEntry& entry : set.requirements) {
    if (!entry.config_settings.empty()) {
      notes.push_back(Note(
          entry.place,
          "pip gives --config-settings to the build, uv refuses the line"));
    }
    if (entry.editable && HasSpacedExtras(entry.text)) {
      notes.push_back(
          Note(entry.place, "pip refuses blanks in the extras, uv takes them"));
    }
  }
  for (const Diagnostic& error : set.diagnostics) {
    if (error.id() == "requirements/two-indexes") {
      notes.push_back(
          Note(error.place(), "pip takes the last --index-url, uv refuses"));
    } else if (error.id() == "requirements/encoding") {
      notes.push_back(Note(error.place(),
                           "pip guesses by the locale, uv refuses the file"));
    }
  }
  return notes;
}

}  // namespace provision

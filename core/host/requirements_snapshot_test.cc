// Our reading of the 14 inputs in testdata/requirements against what uv
// recorded for them (host.md 11.5, Q16).

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "core/host/python_name.h"
#include "core/host/requirements_file.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

constexpr char kInputs[] = "testdata/requirements/inputs/";

std::string Load(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(stream.good()) << path;
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

// A value of Rust's pretty debug output: `Name { field: value, ... }`,
// `Name(value, ...)`, `[value, ...]`, a word or a quoted text.
struct Value {
  std::string text;
  std::map<std::string, Value> fields;
  std::vector<Value> items;

  const Value& Field(const std::string& name) const {
    static const Value& none = *new Value;
    const auto it = fields.find(name);
    return it == fields.end() ? none : it->second;
  }
  // The first value below that has a field of this name.
  const Value* Find(const std::string& name) const {
    if (fields.count(name) != 0) return &fields.at(name);
    for (const auto& [unused, value] : fields) {
      if (const Value* found = value.Find(name)) return found;
    }
    for (const Value& value : items) {
      if (const Value* found = value.Find(name)) return found;
    }
    return nullptr;
  }
  // The innermost text of wrappers such as Some(PackageName("x")).
  std::string Text() const { return items.empty() ? text : items[0].Text(); }
};

class SnapshotParser {
 public:
  explicit SnapshotParser(absl::string_view text) : text_(text) {}

  Value Parse() {
    SkipSpace();
    Value value;
    if (text_[at_] == '"') {
      for (++at_; text_[at_] != '"'; ++at_) {
        if (text_[at_] == '\\') ++at_;
        value.text.push_back(text_[at_]);
      }
      ++at_;
      return value;
    }
    while (at_ < text_.size() &&
           (absl::ascii_isalnum(text_[at_]) || text_[at_] == '_')) {
      value.text.push_back(text_[at_++]);
    }
    SkipSpace();
    const char open = at_ < text_.size() ? text_[at_] : '\0';
    if (open != '{' && open != '(' && open != '[') return value;
    const char close = open == '{' ? '}' : open == '(' ? ')' : ']';
    ++at_;
    for (SkipSpace(); text_[at_] != close; SkipSpace()) {
      if (open == '{') {
        const size_t colon = text_.find(':', at_);
        const std::string name(text_.substr(at_, colon - at_));
        at_ = colon + 1;
        // A marker stands there as it is, to the end of its line.
        value.fields[name] = name == "marker" ? TakeLine() : Parse();
      } else {
        value.items.push_back(Parse());
      }
      SkipSpace();
      if (text_[at_] == ',') ++at_;
    }
    ++at_;
    return value;
  }

 private:
  Value TakeLine() {
    const size_t end = text_.find(",\n", at_);
    Value value;
    value.text =
        std::string(absl::StripAsciiWhitespace(text_.substr(at_, end - at_)));
    at_ = end;
    return value;
  }

  void SkipSpace() {
    while (at_ < text_.size() && absl::ascii_isspace(text_[at_])) ++at_;
  }

  const absl::string_view text_;
  size_t at_ = 0;
};

// What a marker says in each of a few environments, as 0 and 1: uv rewrites
// markers into equivalent ones.
std::string TruthTable(const absl::optional<PythonMarker>& marker) {
  std::string table;
  for (const char* version :
       {"2.7.18", "3.7.9", "3.8.0", "3.9.1", "3.13.0", "4.0.0", "4.1.0"}) {
    for (const bool windows : {false, true}) {
      const std::string full = version;
      const PythonMarkerEnvironment environment = {
          {"python_full_version", full},
          {"python_version", full.substr(0, full.rfind('.'))},
          {"os_name", windows ? "nt" : "posix"},
          {"platform_system", windows ? "Windows" : "Linux"},
          {"sys_platform", windows ? "win32" : "linux"}};
      if (!marker.has_value()) {
        table += '1';
        continue;
      }
      const auto holds = marker->Evaluate(environment);
      EXPECT_TRUE(holds.ok()) << holds.status();
      table += *holds ? '1' : '0';
    }
  }
  return table;
}

std::string Line(absl::string_view kind, absl::string_view name,
                 const std::vector<std::string>& extras,
                 absl::string_view version_or_location,
                 const std::string& truth,
                 const std::vector<std::string>& hashes) {
  return absl::StrCat(kind, " ", name, "[", absl::StrJoin(extras, ","), "] ",
                      version_or_location, " ", truth, " ",
                      absl::StrJoin(hashes, " "));
}

std::vector<std::string> Texts(const Value& list) {
  std::vector<std::string> texts;
  for (const Value& value : list.items) texts.push_back(value.Text());
  return texts;
}

std::string LineOfSnapshot(absl::string_view kind, const Value& entry) {
  const std::map<std::string, std::string> operators = {
      {"Equal", "=="},         {"NotEqual", "!="},   {"LessThan", "<"},
      {"LessThanEqual", "<="}, {"GreaterThan", ">"}, {"GreaterThanEqual", ">="},
      {"TildeEqual", "~="},    {"ExactEqual", "==="}};
  // A constraint is the requirement itself.
  const Value& wrapped = entry.Field("requirement");
  const Value& requirement =
      wrapped.items.empty()
          ? (entry.fields.count("name") != 0 ? entry : entry.items[0])
          : wrapped.items[0];
  std::string what;
  const Value& version_or_url = requirement.Field("version_or_url");
  if (const Value* given = requirement.Find("given")) {
    what = given->Text();
  } else if (!version_or_url.items.empty()) {
    // Some(VersionSpecifier(VersionSpecifiers([VersionSpecifier {...}, ...])))
    std::vector<std::string> clauses;
    for (const Value& clause :
         version_or_url.items[0].items[0].items[0].items) {
      clauses.push_back(
          absl::StrCat(operators.at(clause.Field("operator").text),
                       clause.Field("version").text));
    }
    std::sort(clauses.begin(), clauses.end());
    what = absl::StrJoin(clauses, ",");
  }
  absl::optional<PythonMarker> marker;
  const std::string& text = requirement.Field("marker").text;
  if (text != "true") {
    const auto parsed = PythonMarker::Parse(text);
    EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.status();
    marker = *parsed;
  }
  return Line(kind, requirement.Field("name").Text(),
              Texts(requirement.Field("extras")), what, TruthTable(marker),
              Texts(entry.Field("hashes")));
}

std::string LineOfEntry(absl::string_view kind, const RequirementEntry& entry) {
  const RequirementSource& source = entry.source;
  return Line(
      entry.editable ? "editables" : kind, NormalizePythonName(source.name),
      source.extras,
      source.location.empty() ? source.specifier.ToString() : source.location,
      TruthTable(source.marker), entry.hashes);
}

RequirementSet ReadInput(const std::string& name, const std::string& newline) {
  RequirementFileSources sources;
  sources.read = [&](const std::string& path)
      -> absl::StatusOr<absl::optional<std::string>> {
    const absl::string_view file = absl::StripPrefix(path, "/inputs/");
    return absl::StrReplaceAll(Load(absl::StrCat(kInputs, file)),
                               {{"\n", newline}});
  };
  sources.variable = [](const std::string&) { return absl::nullopt; };
  RequirementSet set;
  const absl::Status status = ReadRequirementFile(
      absl::StrCat("/inputs/", name, ".txt"), false, sources, set);
  EXPECT_TRUE(status.ok()) << status;
  return set;
}

std::vector<std::string> LinesOfSet(const RequirementSet& set) {
  std::vector<std::string> lines;
  for (const bool editable : {false, true}) {
    for (const auto& entry : set.requirements) {
      if (entry.editable == editable) {
        lines.push_back(LineOfEntry("requirements", entry));
      }
    }
    if (editable) break;
    for (const auto& entry : set.constraints) {
      lines.push_back(LineOfEntry("constraints", entry));
    }
  }
  return lines;
}

class SnapshotTest : public testing::TestWithParam<const char*> {};

TEST_P(SnapshotTest, AgreesWithUvOrBothRefuse) {
  const std::string name = GetParam();
  const std::string snapshot =
      Load(absl::StrCat("testdata/requirements/snapshots/", name, ".snap"));
  const Value recorded = SnapshotParser(absl::string_view(snapshot).substr(
                                            snapshot.find("---\n", 4) + 4))
                             .Parse();
  const RequirementSet set = ReadInput(name, "\n");
  if (recorded.text == "RequirementsTxtFileError") {
    EXPECT_TRUE(set.has_errors());
    return;
  }
  ASSERT_EQ(recorded.text, "RequirementsTxt");
  EXPECT_FALSE(set.has_errors());
  std::vector<std::string> expected;
  for (const char* kind : {"requirements", "constraints", "editables"}) {
    for (const Value& entry : recorded.Field(kind).items) {
      expected.push_back(LineOfSnapshot(kind, entry));
    }
  }
  EXPECT_EQ(absl::StrJoin(LinesOfSet(set), "\n"),
            absl::StrJoin(expected, "\n"));
}

TEST_P(SnapshotTest, LineEndingsMakeNoDifference) {
  const std::vector<std::string> lines =
      LinesOfSet(ReadInput(GetParam(), "\n"));
  EXPECT_EQ(LinesOfSet(ReadInput(GetParam(), "\r\n")), lines);
  EXPECT_EQ(LinesOfSet(ReadInput(GetParam(), "\r")), lines);
}

INSTANTIATE_TEST_SUITE_P(Inputs, SnapshotTest,
                         testing::Values("bare-url", "basic", "constraints-a",
                                         "constraints-b", "editable", "empty",
                                         "for-poetry", "hash", "include-a",
                                         "include-b", "poetry-with-hashes",
                                         "semicolon", "small", "whitespace"),
                         [](const auto& info) {
                           return absl::StrReplaceAll(info.param, {{"-", "_"}});
                         });

}  // namespace
}  // namespace provision

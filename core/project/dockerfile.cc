#include "core/project/dockerfile.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/project/python_request.h"

namespace provision {
namespace {

struct Instruction {
  int line = 0;
  std::vector<std::string> words;
};

// Lines that end in a backslash go on; a comment between two is left out.
std::vector<Instruction> Instructions(absl::string_view content) {
  std::vector<Instruction> instructions;
  std::string open;
  int line = 0, begin = 0;
  for (absl::string_view text : absl::StrSplit(content, '\n')) {
    ++line;
    text = absl::StripAsciiWhitespace(text);
    if (text.empty() || text[0] == '#') continue;
    if (open.empty()) begin = line;
    const bool goes_on = absl::ConsumeSuffix(&text, "\\");
    absl::StrAppend(&open, " ", text);
    if (goes_on) continue;
    instructions.push_back({begin, absl::StrSplit(open, absl::ByAnyChar(" \t"),
                                                  absl::SkipEmpty())});
    open.clear();
  }
  return instructions;
}

// "3.12" of "python:3.12-slim", also from its registry; else empty.
std::string PythonOfImage(absl::string_view image) {
  absl::ConsumePrefix(&image, "docker.io/");
  absl::ConsumePrefix(&image, "library/");
  if (!absl::ConsumePrefix(&image, "python:")) return "";
  image = image.substr(0, image.find('@'));
  return NormalPythonRequest(image.substr(0, image.find('-')));
}

void ReadFrom(const std::string& file, const Instruction& from,
              std::set<std::string>* stages, ProjectReading* reading) {
  std::vector<std::string> words(from.words.begin() + 1, from.words.end());
  words.erase(std::remove_if(words.begin(), words.end(),
                             [](const std::string& word) {
                               return absl::StartsWith(word, "--");
                             }),
              words.end());
  if (words.empty()) return;
  const bool is_stage = stages->count(absl::AsciiStrToLower(words[0])) > 0;
  if (words.size() == 3) stages->insert(absl::AsciiStrToLower(words[2]));
  if (is_stage) return;
  const std::string shown = absl::StrCat("FROM ", words[0]);
  const std::string python = PythonOfImage(words[0]);
  if (python.empty()) {
    reading->not_understood.push_back({file, from.line, shown, "base images"});
    return;
  }
  ProjectWish wish;
  wish.file = file;
  wish.line = from.line;
  wish.shown = shown;
  wish.python = python;
  reading->wishes.push_back(std::move(wish));
}

// The packages that a command of a RUN line names, with the words before them.
void ReadCommand(const std::string& file, int line,
                 const std::vector<std::string>& command,
                 ProjectReading* reading) {
  const auto verb =
      std::find_if(command.begin(), command.end(), [](const std::string& word) {
        return word == "install" || word == "add";
      });
  if (verb == command.begin() || verb == command.end()) return;
  std::vector<std::string> names;
  for (auto word = verb + 1; word != command.end(); ++word) {
    if (*word == "-r" || *word == "--requirement") {
      if (++word == command.end()) break;  // a file of the project
    } else if (!absl::StartsWith(*word, "-")) {
      names.push_back(*word);
    }
  }
  const auto has = [&](absl::string_view word) {
    return std::find(command.begin(), verb, word) != verb;
  };
  const std::string shown =
      absl::StrCat(absl::StrJoin(command.begin(), verb, " "), " ", *verb, " ",
                   absl::StrJoin(names, " "));
  if (has("apt-get") || has("apt") || has("apk") || has("dnf") || has("yum") ||
      has("microdnf") || has("zypper")) {
    reading->not_understood.push_back({file, line, shown, "system packages"});
  } else if ((has("pip") || has("pip3")) && !names.empty()) {
    reading->not_understood.push_back(
        {file, line, shown, "packages of an image"});
  }
}

void ReadRun(const std::string& file, const Instruction& run,
             ProjectReading* reading) {
  std::vector<std::string> command;
  for (size_t i = 1; i <= run.words.size(); ++i) {
    const bool end = i == run.words.size();
    std::string word = end ? "" : run.words[i];
    const bool ends = absl::EndsWith(word, ";");
    if (ends) word.pop_back();
    if (end || word == "&&" || word == "||" || word == "|" || word.empty()) {
      ReadCommand(file, run.line, command, reading);
      command.clear();
      continue;
    }
    command.push_back(word);
    if (!ends) continue;
    ReadCommand(file, run.line, command, reading);
    command.clear();
  }
}

}  // namespace

void ReadDockerfile(const ProjectFile& file, ProjectReading* reading) {
  std::set<std::string> stages;
  for (const Instruction& instruction : Instructions(file.content)) {
    const std::string verb = absl::AsciiStrToUpper(instruction.words[0]);
    if (verb == "FROM") ReadFrom(file.name, instruction, &stages, reading);
    if (verb == "RUN") ReadRun(file.name, instruction, reading);
  }
}

}  // namespace provision

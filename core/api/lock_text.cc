#include "core/api/lock_text.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/serialize.h"
#include "core/base/url_user_info.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace provision {
namespace {

constexpr int kFormat = 1;
constexpr char kMakeAnew[] =
    "take it out and make it anew: provision lock PLAN";

// Keeps the first error; lines and columns come counted from 0.
class FirstError final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (!message_.empty()) return;
    line_ = line + 1;
    column_ = column + 1;
    message_ = message;
  }
  int line() const { return line_; }
  int column() const { return column_; }
  const std::string& message() const { return message_; }

 private:
  int line_ = 0;
  int column_ = 0;
  std::string message_;
};

DiagnosticError LockError(const std::string& file, absl::string_view id,
                          absl::string_view message) {
  return DiagnosticError(absl::StatusCode::kInvalidArgument, id, message)
      .Place(file, 0, 0)
      .Next(kMakeAnew);
}

bool IsDigest(const std::string& text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

bool IsPlainFileName(const std::string& name) {
  return !name.empty() && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isprint(c) && c != '/' && c != '\\';
         });
}

// What is wrong with one artifact, in words; empty if nothing is.
std::string ArtifactTrouble(const Lock::Artifact& artifact,
                            const std::set<std::string>& targets,
                            const std::set<std::string>& steps) {
  if (artifact.kind() == Lock::UNSPECIFIED) return "it has no kind";
  if (!IsDigest(artifact.sha256())) return "its sha256 is no digest";
  if (artifact.name().empty() || artifact.version().empty()) {
    return "it has no name or no version";
  }
  if (artifact.url().empty()) return "it has no url";
  for (const std::string& url : artifact.url()) {
    if (!absl::StartsWith(url, "https://") &&
        !absl::StartsWith(url, "http://") &&
        !absl::StartsWith(url, "file:///")) {
      return absl::StrCat("\"", url, "\" is no URL of https, http or file");
    }
  }
  if (artifact.target().empty() || artifact.step().empty()) {
    return "it is for no target or no step";
  }
  for (const std::string& target : artifact.target()) {
    if (targets.count(target) == 0) {
      return absl::StrCat("the lock has no target \"", target, "\"");
    }
  }
  for (const std::string& step : artifact.step()) {
    if (steps.count(step) == 0) {
      return absl::StrCat("the lock has no step \"", step, "\"");
    }
  }
  return "";
}

absl::Status CheckArtifacts(const std::string& file, const Lock& lock,
                            const std::set<std::string>& targets,
                            const std::set<std::string>& steps) {
  std::set<std::pair<std::string, std::string>> files;
  for (const Lock::Artifact& artifact : lock.artifact()) {
    if (!IsPlainFileName(artifact.file())) {
      return LockError(file, "lock/syntax",
                       absl::StrCat("an artifact of ", artifact.name(),
                                    " has no plain file name"));
    }
    const std::string where = absl::StrCat("artifact ", artifact.file());
    for (const std::string& url : artifact.url()) {
      if (HasUrlSecret(url)) {
        return LockError(file, "lock/credentials",
                         absl::StrCat(where, ": its URL contains credentials"));
      }
    }
    const std::string trouble = ArtifactTrouble(artifact, targets, steps);
    if (!trouble.empty()) {
      return LockError(file, "lock/syntax", absl::StrCat(where, ": ", trouble));
    }
    if (!files.emplace(artifact.file(), artifact.sha256()).second) {
      return LockError(file, "lock/syntax",
                       absl::StrCat(where, ": it is there twice"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLock(const std::string& file, const Lock& lock) {
  if (lock.format() != kFormat) {
    return LockError(file, "lock/format",
                     absl::StrCat("format is ", lock.format(),
                                  "; this provision reads ", kFormat));
  }
  std::set<std::string> targets, steps;
  for (const Lock::Target& target : lock.target()) {
    if (target.name().empty() || !targets.insert(target.name()).second) {
      return LockError(file, "lock/syntax",
                       absl::StrCat("target \"", target.name(),
                                    "\" is there twice, or has no name"));
    }
  }
  for (const Lock::Step& step : lock.step()) {
    if (step.name().empty() || !steps.insert(step.name()).second) {
      return LockError(file, "lock/syntax",
                       absl::StrCat("step \"", step.name(),
                                    "\" is there twice, or has no name"));
    }
    if (!IsDigest(step.config_sha256())) {
      return LockError(file, "lock/syntax",
                       absl::StrCat("step \"", step.name(),
                                    "\": config_sha256 is no digest"));
    }
  }
  return CheckArtifacts(file, lock, targets, steps);
}

void Sort(Lock& lock) {
  const auto by_name = [](const auto& a, const auto& b) {
    return a.name() < b.name();
  };
  std::sort(lock.mutable_target()->begin(), lock.mutable_target()->end(),
            by_name);
  std::sort(lock.mutable_step()->begin(), lock.mutable_step()->end(), by_name);
  for (Lock::Step& step : *lock.mutable_step()) {
    std::sort(step.mutable_condition()->begin(),
              step.mutable_condition()->end(), by_name);
    std::sort(step.mutable_input()->begin(), step.mutable_input()->end(),
              [](const auto& a, const auto& b) { return a.path() < b.path(); });
  }
  const auto key = [](const Lock::Artifact& artifact) {
    return std::make_tuple(static_cast<int>(artifact.kind()), artifact.name(),
                           artifact.version(), artifact.file(),
                           artifact.sha256());
  };
  std::sort(lock.mutable_artifact()->begin(), lock.mutable_artifact()->end(),
            [&key](const Lock::Artifact& a, const Lock::Artifact& b) {
              return key(a) < key(b);
            });
  for (Lock::Artifact& artifact : *lock.mutable_artifact()) {
    for (auto* names : {artifact.mutable_target(), artifact.mutable_step()}) {
      std::sort(names->begin(), names->end());
      names->erase(std::unique(names->begin(), names->end()), names->end());
    }
  }
}

}  // namespace

std::string LockPath(absl::string_view plan_path) {
  return absl::StrCat(absl::StripSuffix(plan_path, ".textproto"),
                      ".lock.textproto");
}

absl::StatusOr<Lock> ParseLock(const std::string& file,
                               absl::string_view content) {
  Lock lock;
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (!parser.ParseFromString(std::string(content), &lock)) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument, "lock/syntax",
                           error.message())
        .Place(file, error.line(), error.column())
        .Next(kMakeAnew);
  }
  const absl::Status status = CheckLock(file, lock);
  if (!status.ok()) return status;
  return lock;
}

std::string LockText(Lock lock) {
  lock.set_format(kFormat);
  Sort(lock);
  std::string text;
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  printer.PrintToString(lock, &text);
  return absl::StrCat(
      "# What the outside world answered for this plan, made by `provision "
      "lock`.\n# proto-file: core/api/lock.proto\n# proto-message: "
      "provision.Lock\n",
      text);
}

std::string ConfigDigest(const google::protobuf::Message& config) {
  return Sha256Hex(DeterministicBytes(config));
}

}  // namespace provision

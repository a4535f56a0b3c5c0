#include "tools/crash/trace_lint.h"

#include <fcntl.h>
#include <linux/openat2.h>

#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/path.h"
#include "core/journal/run_history.h"
#include "tools/crash/journal_view.h"

namespace provision {
namespace {

using Kind = MutatingCall::Kind;

bool IsJournal(absl::string_view path) {
  return BaseName(path) == "journal" || BaseName(path) == "journal.new.tmp";
}

// What may be lost: it is made anew, or means nothing after a cut.
bool NeedNotLast(absl::string_view path) {
  const std::string name = BaseName(path);
  return name == "lock" || name == "children.lock" || name == "partial" ||
         absl::StrContains(path, "/partial/") ||
         absl::StrContains(path, "/undo/work-");
}

class Linter {
 public:
  explicit Linter(const LintScope& scope) : scope_(scope) {}

  std::vector<std::string> Lint(const std::vector<TracedCall>& trace) {
    for (const TracedCall& call : trace) {
      if (call.call->kind == Kind::kExec) {
        if (is_started_) commands_.insert(call.process);
        is_started_ = true;
        continue;
      }
      if (call.call->kind == Kind::kSync && !call.ok()) {
        failed_.insert(call.path);
      }
      if (!call.ok()) continue;
      Reach(call);
      if (call.number > 0) Change(call);
    }
    NothingIsLoose("the end", /*state_only=*/false);
    return std::move(lines_);
  }

 private:
  bool InState(absl::string_view path) const {
    return IsBelowOrSame(path, scope_.state);
  }
  bool InScope(absl::string_view path) const {
    return InState(path) || IsBelowOrSame(path, scope_.store) ||
           IsBelowOrSame(path, scope_.tree);
  }

  void Line(const TracedCall& call, absl::string_view what) {
    lines_.push_back(absl::StrCat(call.number, " ", call.Text(), ": ", what));
  }

  // How the program gets at a name.
  void Reach(const TracedCall& call) {
    if (commands_.count(call.process) > 0) return;
    if (call.call->kind == Kind::kOpen && call.path != scope_.state &&
        InState(call.path)) {
      const bool follows = (call.flags & O_NOFOLLOW) == 0 &&
                           (call.resolve & RESOLVE_NO_SYMLINKS) == 0;
      if (follows) Line(call, "may follow a link");
      if ((call.flags & O_CLOEXEC) == 0) Line(call, "is inherited");
    }
    if (call.number > 0 && !call.relative && call.path != scope_.state &&
        InScope(call.path)) {
      Line(call, "is not relative to an open directory");
    }
  }

  void Change(const TracedCall& call) {
    const bool in_tree = IsBelowOrSame(call.path, scope_.tree);
    const bool is_sync =
        call.call->kind == Kind::kSync || call.call->kind == Kind::kSyncAll;
    if (in_tree && !is_sync && open_.empty()) {
      Line(call, "changes the host without a durable INTENT");
    }
    switch (call.call->kind) {
      case Kind::kOpen:
        if (!call.existed) AddName(call.path);
        if (call.existed && (call.flags & O_TRUNC)) loose_.insert(call.path);
        break;
      case Kind::kWrite:
        Write(call);
        break;
      case Kind::kSpace:
        if (call.call->length != MutatingCall::kNone) break;
        if (absl::string_view(call.call->name) != "fallocate") {
          loose_.insert(call.path);
        }
        break;
      case Kind::kSync:
        Synced(call.path);
        break;
      case Kind::kSyncAll:
        loose_.clear();
        loose_names_.clear();
        break;
      case Kind::kMake:
        AddName(call.path);
        break;
      case Kind::kRename:
        Rename(call);
        break;
      case Kind::kRemove:
        loose_.erase(call.path);
        loose_names_.erase(call.path);
        AddName(call.path);
        break;
      case Kind::kAttributes:
        loose_.insert(call.path);
        break;
      case Kind::kMount:
      case Kind::kExec:
        break;
    }
  }

  // The name, or that it is gone, lasts once its directory is synced.
  void AddName(const std::string& path) {
    if (NeedNotLast(path) || !InScope(path)) return;
    loose_names_[ParentPath(path)].insert(path);
  }

  void Synced(const std::string& path) {
    loose_.erase(path);
    loose_names_.erase(path);
    if (!IsJournal(path)) return;
    for (const JournalRecord& record : unsynced_) {
      if (record.has_intent()) open_.insert(KeyOf(record.intent().id()));
      if (record.has_undo_intent()) {
        open_.insert(KeyOf(record.undo_intent().id()));
      }
    }
    unsynced_.clear();
  }

  void Write(const TracedCall& call) {
    if (failed_.count(call.path) > 0) {
      Line(call, "writes to a file whose sync failed");
    }
    loose_.insert(call.path);
    if (!IsJournal(call.path)) return;
    for (JournalRecord& record : RecordsIn(call.data)) {
      if (record.has_intent() || record.has_undo_intent()) {
        NothingIsLoose(absl::StrCat(call.number, " INTENT"),
                       /*state_only=*/true);
      } else if (record.has_commit()) {
        NothingIsLoose(absl::StrCat(call.number, " COMMIT"),
                       /*state_only=*/false);
        open_.erase(KeyOf(record.commit().id()));
      } else if (record.has_undo_commit()) {
        NothingIsLoose(absl::StrCat(call.number, " UNDO_COMMIT"),
                       /*state_only=*/false);
        open_.erase(KeyOf(record.undo_commit().id()));
      } else if (record.has_fail()) {
        open_.erase(KeyOf(record.fail().id()));
      }
      unsynced_.push_back(std::move(record));
    }
  }

  void Rename(const TracedCall& call) {
    std::set<std::string> moved;
    for (const std::string& path : loose_) {
      if (!IsBelowOrSame(path, call.path)) continue;
      if (InScope(path)) {
        Line(call, absl::StrCat(path, " is renamed before it is synced"));
      }
      moved.insert(path);
    }
    for (const std::string& path : moved) {
      loose_.erase(path);
      loose_.insert(Moved(path, call));
    }
    std::map<std::string, std::set<std::string>> names;
    for (auto& [folder, paths] : loose_names_) {
      names[IsBelowOrSame(folder, call.path) ? Moved(folder, call) : folder] =
          paths;
    }
    loose_names_ = std::move(names);
    AddName(call.path);
    AddName(call.second_path);
  }

  static std::string Moved(const std::string& path, const TracedCall& call) {
    return absl::StrCat(call.second_path, path.substr(call.path.size()));
  }

  void NothingIsLoose(absl::string_view when, bool state_only) {
    const auto matters = [&](const std::string& path) {
      return !IsJournal(path) && !NeedNotLast(path) &&
             (state_only ? InState(path) : InScope(path));
    };
    for (const std::string& path : loose_) {
      if (matters(path)) {
        lines_.push_back(absl::StrCat(when, ": ", path, " is not synced"));
      }
    }
    for (const auto& [folder, paths] : loose_names_) {
      for (const std::string& path : paths) {
        if (state_only && !InState(path)) continue;
        lines_.push_back(absl::StrCat(
            when, ": ", folder, " is not synced since ", path, " changed"));
      }
    }
  }

  const LintScope& scope_;
  bool is_started_ = false;
  std::set<pid_t> commands_;
  std::set<std::string> loose_;  // files and folders, not synced
  // Folder → names in it that came or went since it was synced.
  std::map<std::string, std::set<std::string>> loose_names_;
  std::set<std::string> failed_;  // whose sync failed
  std::vector<JournalRecord> unsynced_;
  std::set<ActionKey> open_;  // with a durable INTENT and no end
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> LintTrace(const std::vector<TracedCall>& trace,
                                   const LintScope& scope) {
  return Linter(scope).Lint(trace);
}

}  // namespace provision

#include "core/journal/run_catalog.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/actions/action_handler.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/remove_tree.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"
#include "core/journal/journal_format.h"
#include "core/journal/journal_reader.h"

namespace provision {
namespace {

constexpr char kRuns[] = "runs";
constexpr char kJournal[] = "journal";
constexpr char kBroken[] = "journal.broken";
constexpr char kPlan[] = "plan.pb";
constexpr char kReceipt[] = "receipt.pb";
constexpr size_t kMaxFile = size_t{64} << 20;

// 8-4-4-4-12 hex digits, as RFC 9562 has them for random bytes.
std::string NewUuid(System& system) {
  std::string bytes = system.RandomBytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = absl::BytesToHexString(bytes);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-",
                      hex.substr(12, 4), "-", hex.substr(16, 4), "-",
                      hex.substr(20));
}

bool IsUnreadable(JournalVerdict verdict) {
  return verdict == JournalVerdict::kCorrupt ||
         verdict == JournalVerdict::kOtherVersion ||
         verdict == JournalVerdict::kUntrusted;
}

}  // namespace

absl::Status UnknownRunError(absl::string_view prefix) {
  return DiagnosticError(absl::StatusCode::kNotFound, "state/unknown-run",
                         prefix.empty()
                             ? std::string("there is no run")
                             : absl::StrCat("no run begins with ", prefix))
      .Next("provision status");
}

// ---- reading ----

absl::StatusOr<std::unique_ptr<Directory>> RunCatalog::OpenRuns() {
  absl::Status trusted =
      CheckTrusted(state_.directory(), kRuns, state_.system().identity().uid);
  if (absl::IsNotFound(trusted)) return nullptr;
  PROVISION_RETURN_IF_ERROR(trusted);
  return state_.directory().OpenDirectory(kRuns);
}

absl::StatusOr<std::unique_ptr<Directory>> RunCatalog::OpenRun(
    absl::string_view id) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> runs, OpenRuns());
  if (runs == nullptr) return UnknownRunError(id);
  PROVISION_RETURN_IF_ERROR(
      CheckTrusted(*runs, id, state_.system().identity().uid));
  return runs->OpenDirectory(id);
}

absl::StatusOr<JournalContents> RunCatalog::Contents(Directory& run,
                                                     absl::string_view id) {
  const auto found = read_.find(std::string(id));
  if (found != read_.end()) return found->second;
  PROVISION_ASSIGN_OR_RETURN(JournalContents contents,
                             ReadJournal(run, state_.system().identity().uid));
  if (written_.count(std::string(id)) == 0) {
    read_.emplace(std::string(id), contents);
  }
  return contents;
}

absl::StatusOr<RunCatalog::Found> RunCatalog::ReadFolder(
    Directory& runs, const std::string& id) {
  Found found;
  found.entry.id = id;
  const uint32_t uid = state_.system().identity().uid;
  PROVISION_RETURN_IF_ERROR(CheckTrusted(runs, id, uid));
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> run,
                             runs.OpenDirectory(id));
  absl::Status trusted = CheckTrusted(*run, kReceipt, uid);
  if (trusted.ok()) {
    PROVISION_ASSIGN_OR_RETURN(std::string bytes,
                               run->ReadFile(kReceipt, kMaxFile));
    Receipt receipt;
    // One that cannot be read counts as none: the journal has it all.
    if (receipt.ParseFromString(bytes)) {
      found.entry.begin = receipt.begin();
      found.entry.receipt = std::move(receipt);
      return found;
    }
  } else if (!absl::IsNotFound(trusted)) {
    return trusted;
  }
  PROVISION_ASSIGN_OR_RETURN(found.contents, Contents(*run, id));
  found.entry.verdict = found.contents.verdict;
  if (!found.contents.records.empty()) {
    found.entry.begin = found.contents.records[0].begin();
  }
  return found;
}

absl::StatusOr<std::vector<RunCatalog::Found>> RunCatalog::FindAll() {
  std::vector<Found> all;
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> runs, OpenRuns());
  if (runs == nullptr) return all;
  PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries, runs->List());
  for (const DirectoryEntry& entry : entries) {
    PROVISION_ASSIGN_OR_RETURN(Found found, ReadFolder(*runs, entry.name));
    if (found.entry.receipt ||
        found.entry.verdict != JournalVerdict::kNeverBegan) {
      all.push_back(std::move(found));
    }
  }
  // A run whose number is unknown may be the newest.
  std::stable_sort(all.begin(), all.end(), [](const Found& a, const Found& b) {
    const bool a_known = a.entry.begin.has_number();
    const bool b_known = b.entry.begin.has_number();
    if (a_known != b_known) return a_known;
    return a.entry.begin.number() < b.entry.begin.number();
  });
  return all;
}

absl::StatusOr<std::vector<RunCatalog::Entry>> RunCatalog::List() {
  PROVISION_ASSIGN_OR_RETURN(std::vector<Found> all, FindAll());
  std::vector<Entry> entries;
  for (Found& found : all) entries.push_back(std::move(found.entry));
  return entries;
}

absl::StatusOr<std::string> RunCatalog::Find(absl::string_view prefix) {
  PROVISION_ASSIGN_OR_RETURN(std::vector<Entry> entries, List());
  if (prefix.empty() && !entries.empty()) return entries.back().id;
  std::vector<std::string> matches;
  for (const Entry& entry : entries) {
    if (!prefix.empty() && absl::StartsWith(entry.id, prefix)) {
      matches.push_back(entry.id);
    }
  }
  if (matches.empty()) return UnknownRunError(prefix);
  if (matches.size() == 1) return matches[0];
  DiagnosticError error(
      absl::StatusCode::kInvalidArgument, "state/ambiguous-run",
      absl::StrCat(matches.size(), " runs begin with ", prefix));
  for (const std::string& match : matches) error.Found(match);
  return error.Next("give more of its digits");
}

absl::StatusOr<JournalContents> RunCatalog::ReadContents(absl::string_view id) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> run, OpenRun(id));
  PROVISION_ASSIGN_OR_RETURN(JournalContents contents, Contents(*run, id));
  PROVISION_RETURN_IF_ERROR(RefuseJournal(id, contents));
  return contents;
}

absl::StatusOr<RunHistory> RunCatalog::Read(absl::string_view id) {
  PROVISION_ASSIGN_OR_RETURN(JournalContents contents, ReadContents(id));
  return RunHistory(std::move(contents));
}

absl::StatusOr<std::string> RunCatalog::ReadPlan(absl::string_view id) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> run, OpenRun(id));
  PROVISION_RETURN_IF_ERROR(
      CheckTrusted(*run, kPlan, state_.system().identity().uid));
  return run->ReadFile(kPlan, kMaxFile);
}

absl::StatusOr<PlanHistory> RunCatalog::ReadHistory(const PlanIdentity& plan) {
  PROVISION_ASSIGN_OR_RETURN(Carry carry, state_.ReadCarry());
  PROVISION_ASSIGN_OR_RETURN(std::vector<Found> all, FindAll());
  std::vector<RunHistory> runs;
  for (Found& found : all) {
    if (found.entry.receipt) continue;
    const bool plan_is_known = found.entry.begin.has_plan();
    if (plan_is_known && !SamePlan(found.entry.begin.plan(), plan)) continue;
    PROVISION_RETURN_IF_ERROR(RefuseJournal(found.entry.id, found.contents));
    runs.emplace_back(std::move(found.contents));
  }
  return PlanHistory(plan, carry, std::move(runs));
}

absl::StatusOr<std::vector<RunCatalog::Entry>> RunCatalog::UnfinishedOfOthers(
    const PlanIdentity& plan) {
  PROVISION_ASSIGN_OR_RETURN(std::vector<Found> all, FindAll());
  std::vector<Entry> others;
  for (Found& found : all) {
    if (found.entry.receipt || SamePlan(found.entry.begin.plan(), plan)) {
      continue;
    }
    const RunHistory history(std::move(found.contents));
    if (!history.done() && !history.undo_end()) {
      others.push_back(std::move(found.entry));
    }
  }
  return others;
}

// ---- changing ----

void RunCatalog::Forget(absl::string_view id) {
  read_.erase(std::string(id));
  written_.insert(std::string(id));
}

absl::StatusOr<std::unique_ptr<RunDirectory>> RunCatalog::New(
    JournalRecord::Begin begin, std::string plan) {
  PROVISION_ASSIGN_OR_RETURN(std::vector<Entry> entries, List());
  uint64_t number = 0;
  for (const Entry& entry : entries) {
    number = std::max(number, entry.begin.number());
  }
  begin.set_major(kJournalMajor);
  begin.set_minor(kJournalMinor);
  begin.set_number(number + 1);
  begin.set_run(NewUuid(state_.system()));
  Forget(begin.run());
  return RunDirectory::New(state_, std::move(begin), std::move(plan));
}

absl::StatusOr<std::unique_ptr<RunDirectory>> RunCatalog::Continue(
    absl::string_view id, JournalRecord::Resume resume) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> run, OpenRun(id));
  PROVISION_ASSIGN_OR_RETURN(JournalContents contents, Contents(*run, id));
  Forget(id);
  return RunDirectory::Continue(state_, id, contents, std::move(resume));
}

absl::Status RunCatalog::Finish(absl::string_view id) {
  PROVISION_ASSIGN_OR_RETURN(std::vector<Found> all, FindAll());
  auto self = std::find_if(all.begin(), all.end(), [&id](const Found& found) {
    return found.entry.id == id;
  });
  if (self == all.end()) return UnknownRunError(id);
  PROVISION_ASSIGN_OR_RETURN(const Carry before, state_.ReadCarry());
  Carry carry = before;
  std::vector<RunHistory> ended;
  const PlanIdentity plan = self->entry.begin.plan();
  for (auto found = all.begin(); found != std::next(self); ++found) {
    if (found->entry.receipt || IsUnreadable(found->entry.verdict) ||
        !SamePlan(found->entry.begin.plan(), plan)) {
      continue;
    }
    RunHistory history(std::move(found->contents));
    // What is in doubt there still needs its journal.
    if (!history.open_intents().empty() || history.rollback()) continue;
    CarryOver(history, &carry);
    ended.push_back(std::move(history));
  }
  if (DeterministicBytes(carry) != DeterministicBytes(before)) {
    PROVISION_RETURN_IF_ERROR(state_.WriteCarry(carry));
  }
  for (const RunHistory& history : ended) {
    PROVISION_RETURN_IF_ERROR(WriteReceipt(history));
  }
  return Prune();
}

absl::Status RunCatalog::WriteReceipt(const RunHistory& run) {
  Receipt receipt;
  *receipt.mutable_begin() = run.begin();
  if (run.done()) *receipt.mutable_done() = *run.done();
  if (run.undo_end()) *receipt.mutable_undo_end() = *run.undo_end();
  for (const auto& [step, rung] : run.steps_done()) {
    Receipt::OfStep* of_step = receipt.add_step_done();
    of_step->set_step(step);
    of_step->set_rung(rung);
  }
  receipt.set_last_sequence(run.end().sequence - 1);
  receipt.set_chain_head(absl::BytesToHexString(run.end().chain));
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> folder,
                             OpenRun(run.id()));
  return WriteDurably(state_.system(), *folder, kReceipt,
                      DeterministicBytes(receipt));
}

absl::Status RunCatalog::Reopen(absl::string_view id) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> run, OpenRun(id));
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> receipt,
                             run->Lstat(kReceipt));
  if (!receipt) return absl::OkStatus();
  PROVISION_RETURN_IF_ERROR(run->Remove(kReceipt));
  return run->Sync();
}

absl::Status RunCatalog::SetAside(absl::string_view id,
                                  const PlanIdentity& plan) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> run, OpenRun(id));
  PROVISION_ASSIGN_OR_RETURN(JournalContents contents, Contents(*run, id));
  Forget(id);
  if (contents.verdict != JournalVerdict::kCorrupt) {
    return absl::FailedPreconditionError(
        absl::StrCat("journal ", id, " is not damaged"));
  }
  PROVISION_ASSIGN_OR_RETURN(Carry carry, state_.ReadCarry());
  const RunHistory history(std::move(contents));
  if (history.begin().has_plan()) CarryOver(history, &carry);
  LoseHistory(history.begin().has_plan() ? history.begin().plan() : plan,
              &carry);
  PROVISION_RETURN_IF_ERROR(state_.WriteCarry(carry));
  PROVISION_RETURN_IF_ERROR(
      run->Rename(kJournal, *run, kBroken, Directory::RenameMode::kNoReplace));
  return run->Sync();
}

absl::Status RunCatalog::RemoveNeverBegan() {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> runs, OpenRuns());
  if (runs == nullptr) return absl::OkStatus();
  PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries, runs->List());
  for (const DirectoryEntry& entry : entries) {
    PROVISION_ASSIGN_OR_RETURN(Found found, ReadFolder(*runs, entry.name));
    PROVISION_ASSIGN_OR_RETURN(
        absl::optional<FileMetadata> aside,
        runs->Lstat(absl::StrCat(entry.name, "/", kBroken)));
    if (!found.entry.receipt && !aside &&
        found.entry.verdict == JournalVerdict::kNeverBegan) {
      PROVISION_RETURN_IF_ERROR(RemoveTree(*runs, entry.name));
    }
  }
  return absl::OkStatus();
}

absl::Status RunCatalog::Prune() {
  PROVISION_ASSIGN_OR_RETURN(std::vector<Entry> entries, List());
  std::vector<Entry> ended;
  for (Entry& entry : entries) {
    if (entry.receipt) ended.push_back(std::move(entry));
  }
  if (ended.size() <= kKeptRuns) return absl::OkStatus();
  ended.resize(ended.size() - kKeptRuns);
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> runs, OpenRuns());
  for (const Entry& entry : ended) {
    PROVISION_RETURN_IF_ERROR(Remove(*runs, entry));
  }
  return absl::OkStatus();
}

// The receipt goes last: as long as it is there, the run has ended.
absl::Status RunCatalog::Remove(Directory& runs, const Entry& entry) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> run,
                             runs.OpenDirectory(entry.id));
  PROVISION_ASSIGN_OR_RETURN(JournalContents contents,
                             Contents(*run, entry.id));
  Forget(entry.id);
  const RunHistory history(std::move(contents));
  for (const CommittedAction& action : history.committed()) {
    // What was moved aside for an undo that can no longer come; what is in
    // undo/ goes with the run.
    const std::string& aside = action.intent.preparation().aside_name();
    if (aside.empty() || absl::StartsWith(aside, "undo/")) continue;
    absl::StatusOr<std::unique_ptr<Directory>> parent =
        state_.system().OpenDirectory(
            ParentPath(ActionPath(action.intent.action())));
    if (absl::IsNotFound(parent.status())) continue;
    PROVISION_RETURN_IF_ERROR(parent.status());
    PROVISION_RETURN_IF_ERROR(RemoveTree(**parent, aside));
  }
  PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> files, run->List());
  for (const DirectoryEntry& file : files) {
    if (file.name == kReceipt) continue;
    PROVISION_RETURN_IF_ERROR(RemoveTree(*run, file.name));
  }
  return RemoveTree(runs, entry.id);
}

}  // namespace provision

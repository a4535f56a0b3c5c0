// A model of the write protocol, recovery and resume (reliability.md 5 to 7):
// a host and a journal in memory, a plan of a few steps with minimal proposals,
// killed or cut off at every operation, twice, with changes by others in
// between. It stands on the real tables, records and histories, and was there
// before the executor: what it shows is that the protocol is sound.
//
// That it can fail is shown by the protocols that match the journal against a
// new proposal by position, and by planted bugs.
//
// Files that follow each other in a step are also performed as a group
// (reliability.md 5.3): their INTENTs become durable together, then their
// temporary files, then their names, then their COMMITs.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/journal/journal.pb.h"
#include "core/journal/plan_history.h"
#include "core/journal/resume_rule.h"
#include "core/journal/run_history.h"
#include "core/journal/sample_journal.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

// ---- what is modelled ----

struct Wanted {
  std::string step;
  std::string name;
  bool is_file = false;  // atomic, audited; else a command of two parts
  Action::RepeatClass repeat_class = Action::CONVERGENT;
  bool has_inverse = false;
  // The provisioner sees that a command ran; else it proposes it every time.
  bool leaves_marker = true;
};

const std::vector<Wanted>& Plan() {
  static const auto* plan = new std::vector<Wanted>{
      {"a", "f1", true},
      {"a", "f2", true},
      {"a", "once", false, Action::RUN_ONCE, false, false},
      {"a", "f3", true},
      {"b", "converge", false, Action::CONVERGENT},
      {"b", "once_marked", false, Action::RUN_ONCE},
      {"b", "f4", true},
      {"c", "unsafe_undo", false, Action::UNSAFE_TO_REPEAT, true},
      {"c", "f5", true},
      {"c", "unsafe", false, Action::UNSAFE_TO_REPEAT},
      {"c", "once_undo", false, Action::RUN_ONCE, true, false},
      {"c", "f6", true},
      {"d", "g1", true},
      {"d", "g2", true},
      {"d", "g3", true},
      {"d", "g4", true},
  };
  return *plan;
}

const Wanted& Find(const ActionId& id) {
  for (const Wanted& wanted : Plan()) {
    if (wanted.name == id.digest()) return wanted;
  }
  std::abort();
}

ActionId IdOf(const Wanted& wanted) {
  return SampleId(wanted.step, wanted.name);
}

constexpr int kAbsent = 0;
constexpr int kAsWanted = 1;  // of a command: both parts happened
constexpr int kHalf = 2;
constexpr int kForeignValue = 7;
constexpr int kGarbage = 9;  // a name whose content never reached the disk

enum class Protocol {
  kRecoverFirst,
  kGrouped,  // the same, with files in groups
  kByPosition,
  kByPositionAndDigest
};
enum class Bug {
  kNone,
  kAdoptWithoutSync,
  kCommitBeforeEffect,
  kIntentUnsynced,
  kRenameBeforeSync,
  kCommitBeforeSync,
  kCleanWithoutSync,
};
// A power cut takes what was not synced. The names of files may have reached
// the disk by themselves, though: each is there, with or without its content.
enum class End { kKill, kPowerCut, kPowerCutNamesKept };

std::vector<End> AllEnds() {
  return {End::kKill, End::kPowerCut, End::kPowerCutNamesKept};
}
enum class Exit { kConverged, kContinue, kInDoubt, kKilled };

struct Drift {
  std::string file;  // "" is none
  int value = kAbsent;
};

// ---- the host, the journal, and one command again and again ----

class Model {
 public:
  Model(Protocol protocol, Bug bug) : protocol_(protocol), bug_(bug) {}

  // Runs the command until its end, or until operation `kill_at` (0: never).
  Exit Apply(int kill_at, End end) {
    kill_at_ = kill_at;
    operation_ = 0;
    killed_ = false;
    const Exit exit = Invocation();
    if (!killed_) return exit;
    if (end != End::kKill) CutPower(end);
    CheckCommits();
    for (const auto& [name, value] : now_) garbage_ += value == kGarbage;
    return Exit::kKilled;
  }

  void Change(const Drift& drift) {
    if (drift.file.empty()) return;
    now_[drift.file] = durable_[drift.file] = drift.value;
    drifted_.insert(drift.file);
  }

  // What a person does about exit 4: look, then --assume-done or --redo.
  void Decide() {
    const RunHistory history = History();
    for (const auto& intent : history.open_intents()) {
      if (now_[intent.id().digest()] == kAsWanted) {
        journal_.push_back(SampleCommit(intent.id()));
      } else {
        journal_.push_back(SampleFail(intent.id(), JournalRecord::Fail::REDO));
        started_.erase(intent.id().digest());
      }
    }
    synced_ = journal_.size();
  }

  bool IsAsWanted() {
    for (const Wanted& wanted : Plan()) {
      if (now_[wanted.name] != kAsWanted) return false;
    }
    return true;
  }

  int operations() const { return operation_; }
  int once_after_commit() const { return once_after_commit_; }
  int unsafe_repeated() const { return unsafe_repeated_; }
  int lying_commits() const { return lying_commits_; }
  // I3: how often a name was seen with neither the old nor the new content.
  int garbage() const { return garbage_; }
  // Somebody was said to have changed what nobody has.
  int false_foreign() const { return false_foreign_; }
  int temporaries() const { return static_cast<int>(temporary_.size()); }

 private:
  void CutPower(End end) {
    const auto was = std::move(now_);
    now_ = durable_;
    for (const auto& [name, value] : was) {
      if (end != End::kPowerCutNamesKept || !IsFile(name)) continue;
      const bool lost = value == kAsWanted && unsynced_.count(name) > 0;
      now_[name] = lost ? kGarbage : value;
    }
    // Of temporary files likewise.
    if (end == End::kPowerCut) temporary_ = durable_temporary_;
    durable_ = now_;
    durable_temporary_ = temporary_;
    unsynced_.clear();
    journal_.resize(synced_);
  }

  static bool IsFile(const std::string& name) {
    for (const Wanted& wanted : Plan()) {
      if (wanted.name == name) return wanted.is_file;
    }
    return false;
  }

  // Every change and every sync is one operation. False: killed before it.
  bool Operation() {
    if (!killed_ && ++operation_ == kill_at_) killed_ = true;
    return !killed_;
  }
  bool Set(const std::string& name, int value) {
    if (Operation()) now_[name] = value;
    return !killed_;
  }
  bool SyncHost() {
    if (Operation()) {
      durable_ = now_;
      durable_temporary_ = temporary_;
      unsynced_.clear();
    }
    return !killed_;
  }
  // Under a name of its own each time, which the INTENT has.
  void WriteTemporary(const JournalRecord& intent) {
    if (!Operation()) return;
    temporary_.insert(intent.intent().preparation().temporary_name());
    unsynced_.insert(intent.intent().id().digest());
  }
  void NameTemporary(const JournalRecord& intent) {
    if (!Operation()) return;
    temporary_.erase(intent.intent().preparation().temporary_name());
    now_[intent.intent().id().digest()] = kAsWanted;
  }
  bool Append(const JournalRecord& record) {
    if (Operation()) journal_.push_back(record);
    return !killed_;
  }
  bool AppendSynced(const JournalRecord& record) {
    return Append(record) && SyncJournal();
  }
  bool SyncJournal() {
    if (Operation()) synced_ = journal_.size();
    return !killed_;
  }

  RunHistory History() const {
    JournalContents contents;
    contents.verdict = JournalVerdict::kClean;
    contents.records = journal_;
    return RunHistory(std::move(contents));
  }

  PlanHistory WholeHistory() const {
    std::vector<RunHistory> runs;
    if (!journal_.empty()) runs.push_back(History());
    return PlanHistory(SampleBegin("").begin().plan(), carry_, std::move(runs));
  }

  Exit Invocation() {
    if (!AppendSynced(journal_.empty() ? SampleBegin("run")
                                       : SampleSkip("resumed"))) {
      return Exit::kKilled;
    }
    if (recovers_first()) {
      const Exit recovered = Recover();
      if (recovered != Exit::kConverged) return recovered;
    }
    for (const char* step : {"a", "b", "c", "d"}) {
      const Exit exit = RunStep(step);
      if (exit != Exit::kConverged) return exit;
    }
    if (!AppendSynced(SampleDone())) return Exit::kKilled;
    CarryOver(History(), &carry_);
    journal_.clear();
    synced_ = 0;
    return Exit::kConverged;
  }

  bool recovers_first() const {
    return protocol_ == Protocol::kRecoverFirst ||
           protocol_ == Protocol::kGrouped;
  }

  // ---- 7.1 ----

  Audit AuditOf(const Wanted& wanted, const JournalRecord::Intent& intent) {
    if (!wanted.is_file) return Audit::kUnknown;
    const int value = now_[wanted.name];
    if (value == kAsWanted) return Audit::kAfter;
    return value == static_cast<int>(intent.attempt()) ? Audit::kBefore
                                                       : Audit::kOther;
  }

  Exit Recover() {
    Exit exit = Exit::kConverged;
    const RunHistory history = History();
    for (const JournalRecord::Intent& intent : history.open_intents()) {
      const Wanted& wanted = Find(intent.id());
      switch (DecideRecovery(AuditOf(wanted, intent), wanted.is_file,
                             wanted.repeat_class, wanted.has_inverse)) {
        case RecoveryDecision::kAdopt:
          if (bug_ != Bug::kAdoptWithoutSync) SyncHost();
          AppendSynced(SampleCommit(intent.id()));
          break;
        case RecoveryDecision::kDrop:
          Clean(intent);
          AppendSynced(SampleFail(intent.id(), JournalRecord::Fail::NOT_DONE));
          break;
        case RecoveryDecision::kForeign:
          if (drifted_.count(wanted.name) == 0) ++false_foreign_;
          Clean(intent);
          AppendSynced(
              SampleFail(intent.id(), JournalRecord::Fail::FOREIGN_CHANGE));
          exit = Exit::kContinue;
          break;
        case RecoveryDecision::kUndo:
          Set(wanted.name, kAbsent);
          SyncHost();
          if (!killed_) started_.erase(wanted.name);
          AppendSynced(SampleFail(intent.id(), JournalRecord::Fail::UNDONE));
          break;
        case RecoveryDecision::kInDoubt:
          exit = Exit::kInDoubt;
          break;
      }
      if (killed_) return Exit::kKilled;
    }
    return exit;
  }

  void Clean(const JournalRecord::Intent& intent) {
    const std::string& name = intent.preparation().temporary_name();
    if (temporary_.count(name) == 0) return;
    if (Operation()) temporary_.erase(name);
    if (bug_ != Bug::kCleanWithoutSync) SyncHost();
  }

  // ---- 7.2 ----

  // Only what is missing.
  std::vector<Wanted> Propose(const std::string& step) {
    std::vector<Wanted> proposal;
    for (const Wanted& wanted : Plan()) {
      const bool visible = wanted.is_file || wanted.leaves_marker;
      if (wanted.step == step && !(visible && now_[wanted.name] == kAsWanted)) {
        proposal.push_back(wanted);
      }
    }
    return proposal;
  }

  Exit RunStep(const std::string& step) {
    const PlanHistory history = WholeHistory();
    std::vector<std::string> done_by_position;
    for (const CommittedAction& action : history.last_run()->committed()) {
      if (action.commit.id().step() == step) {
        done_by_position.push_back(action.commit.id().digest());
      }
    }
    const std::vector<Wanted> proposal = Propose(step);
    for (size_t i = 0; i < proposal.size(); ++i) {
      if (protocol_ == Protocol::kGrouped) {
        std::vector<Wanted> group;
        for (size_t j = i; j < proposal.size() && proposal[j].is_file; ++j) {
          group.push_back(proposal[j]);
        }
        if (group.size() > 1) {
          if (PerformGroup(group) == Exit::kKilled) return Exit::kKilled;
          i += group.size() - 1;
          continue;
        }
      }
      const bool committed = history.Committed(IdOf(proposal[i]), "boot");
      ProposalDecision decision = ProposalDecision::kPerform;
      if (recovers_first()) {
        decision =
            DecideProposal(proposal[i].repeat_class,
                           history.OnRecord(IdOf(proposal[i]), "boot"), false);
      } else if (i < done_by_position.size() &&
                 (protocol_ == Protocol::kByPosition ||
                  done_by_position[i] == proposal[i].name)) {
        decision = ProposalDecision::kSkipDoneOnce;
      }
      if (decision == ProposalDecision::kInDoubt) return Exit::kInDoubt;
      if (decision == ProposalDecision::kSkipDoneOnce) continue;
      const Exit exit = Perform(proposal[i], committed);
      if (exit != Exit::kConverged) return exit;
    }
    return AppendSynced(SampleStepDone(step)) ? Exit::kConverged
                                              : Exit::kKilled;
  }

  // ---- 5.1 ----

  Exit Perform(const Wanted& wanted, bool committed) {
    JournalRecord intent = SampleIntent(IdOf(wanted));
    intent.mutable_intent()->set_repeat_class(wanted.repeat_class);
    // What it expects to find.
    intent.mutable_intent()->set_attempt(now_[wanted.name]);
    const bool recorded =
        bug_ == Bug::kIntentUnsynced ? Append(intent) : AppendSynced(intent);
    if (!recorded) return Exit::kKilled;
    if (bug_ == Bug::kCommitBeforeEffect) {
      AppendSynced(SampleCommit(IdOf(wanted)));
    }
    if (wanted.is_file) {
      Set(wanted.name, kAsWanted);
    } else {
      Start(wanted, committed);
      Set(wanted.name, kHalf);
      Set(wanted.name, kAsWanted);
    }
    SyncHost();
    if (bug_ != Bug::kCommitBeforeEffect) {
      AppendSynced(SampleCommit(IdOf(wanted)));
    }
    if (killed_) return Exit::kKilled;
    drifted_.erase(wanted.name);
    return Exit::kConverged;
  }

  // ---- 5.3 ----

  Exit PerformGroup(const std::vector<Wanted>& group) {
    std::vector<JournalRecord> intents;
    for (const Wanted& wanted : group) {
      JournalRecord intent = SampleIntent(IdOf(wanted));
      intent.mutable_intent()->set_repeat_class(wanted.repeat_class);
      intent.mutable_intent()->set_attempt(now_[wanted.name]);
      intent.mutable_intent()->mutable_preparation()->set_temporary_name(
          absl::StrCat(wanted.name, ".", ++temporary_names_));
      Append(intent);
      intents.push_back(std::move(intent));
    }
    if (bug_ != Bug::kIntentUnsynced) SyncJournal();
    for (const JournalRecord& intent : intents) WriteTemporary(intent);
    if (bug_ != Bug::kRenameBeforeSync) SyncHost();
    for (const JournalRecord& intent : intents) NameTemporary(intent);
    if (bug_ != Bug::kCommitBeforeSync) SyncHost();
    for (const Wanted& wanted : group) Append(SampleCommit(IdOf(wanted)));
    SyncJournal();
    if (bug_ == Bug::kCommitBeforeSync) SyncHost();
    if (killed_) return Exit::kKilled;
    for (const Wanted& wanted : group) drifted_.erase(wanted.name);
    return Exit::kConverged;
  }

  // The effects log: no cut takes back that a command was started.
  void Start(const Wanted& wanted, bool committed) {
    if (killed_) return;
    if (wanted.repeat_class == Action::RUN_ONCE && committed) {
      ++once_after_commit_;
    }
    if (wanted.repeat_class == Action::UNSAFE_TO_REPEAT &&
        !started_.insert(wanted.name).second) {
      ++unsafe_repeated_;
    }
  }

  // I2: what is readable as committed has its effect.
  void CheckCommits() {
    const RunHistory history = History();
    for (const CommittedAction& action : history.committed()) {
      const std::string& name = action.commit.id().digest();
      if (now_[name] != kAsWanted && drifted_.count(name) == 0) {
        ++lying_commits_;
      }
    }
  }

  const Protocol protocol_;
  const Bug bug_;
  std::map<std::string, int> now_;
  std::map<std::string, int> durable_;
  // Files under their temporary names, and those whose content is not synced,
  // under whichever name.
  std::set<std::string> temporary_;
  std::set<std::string> durable_temporary_;
  std::set<std::string> unsynced_;
  int temporary_names_ = 0;
  std::vector<JournalRecord> journal_;
  size_t synced_ = 0;
  Carry carry_;

  int kill_at_ = 0;
  int operation_ = 0;
  bool killed_ = false;

  std::set<std::string> drifted_;
  std::set<std::string> started_;
  int once_after_commit_ = 0;
  int unsafe_repeated_ = 0;
  int lying_commits_ = 0;
  int garbage_ = 0;
  int false_foreign_ = 0;
};

// ---- sweeps ----

struct Tally {
  int runs = 0;
  int not_converged = 0;
  int once_after_commit = 0;
  int unsafe_repeated = 0;
  int lying_commits = 0;
  int garbage = 0;
  int false_foreign = 0;
  int temporaries = 0;  // left for ever
  int in_doubt = 0;
};

// The command again, without a kill, until it says that it has converged.
void Finish(Model& model, Tally* tally) {
  constexpr int kTries = 4;
  Exit exit = Exit::kContinue;
  for (int i = 0; i < kTries && exit != Exit::kConverged; ++i) {
    exit = model.Apply(0, End::kKill);
    if (exit == Exit::kInDoubt) {
      ++tally->in_doubt;
      model.Decide();
    }
  }
  ++tally->runs;
  tally->not_converged +=
      exit == Exit::kConverged && model.IsAsWanted() ? 0 : 1;
  tally->once_after_commit += model.once_after_commit() > 0 ? 1 : 0;
  tally->unsafe_repeated += model.unsafe_repeated() > 0 ? 1 : 0;
  tally->lying_commits += model.lying_commits() > 0 ? 1 : 0;
  tally->garbage += model.garbage() > 0 ? 1 : 0;
  tally->false_foreign += model.false_foreign();
  tally->temporaries += model.temporaries();
}

std::vector<Drift> Drifts() {
  std::vector<Drift> drifts = {{}};
  for (const Wanted& wanted : Plan()) {
    if (!wanted.is_file || wanted.name == "g2" || wanted.name == "g4") continue;
    drifts.push_back(
        {wanted.name, drifts.size() % 2 == 0 ? kAbsent : kForeignValue});
  }
  return drifts;
}

// One kill at each operation, each drift, each kind of end.
Tally SweepKills(Protocol protocol, Bug bug,
                 const std::vector<Drift>& drifts = {{}}) {
  Tally tally;
  for (const Drift& drift : drifts) {
    for (End end : AllEnds()) {
      for (int n = 1;; ++n) {
        Model model(protocol, bug);
        if (model.Apply(n, end) != Exit::kKilled) break;
        model.Change(drift);
        Finish(model, &tally);
      }
    }
  }
  return tally;
}

// And each resume killed in turn: every operation of the first by every
// `stride`th of the second, with a drift in between every other time.
Tally SweepDoubleKills(Protocol protocol, Bug bug, int stride,
                       const std::vector<End>& ends = AllEnds()) {
  const std::vector<Drift> drifts = Drifts();
  Tally tally;
  for (End first : ends) {
    for (End second : ends) {
      int n = 1;
      for (bool more = true; more; ++n) {
        for (int m = 1 + n % stride;; m += stride) {
          Model model(protocol, bug);
          more = model.Apply(n, first) == Exit::kKilled;
          if (!more) break;
          if (m % 2 == 0) model.Change(drifts[(n + m) % drifts.size()]);
          if (model.Apply(m, second) != Exit::kKilled) break;
          Finish(model, &tally);
        }
      }
    }
  }
  return tally;
}

void ExpectSound(const Tally& tally) {
  EXPECT_EQ(tally.not_converged, 0);
  EXPECT_EQ(tally.once_after_commit, 0);
  EXPECT_EQ(tally.unsafe_repeated, 0);
  EXPECT_EQ(tally.lying_commits, 0);
  EXPECT_EQ(tally.garbage, 0);
  EXPECT_EQ(tally.false_foreign, 0);
  EXPECT_EQ(tally.temporaries, 0);
  // The one action without audit and inverse that may do harm: a person is
  // asked, and only about it.
  EXPECT_GT(tally.in_doubt, 0);
  EXPECT_LT(tally.in_doubt, tally.runs / 4);
}

TEST(ModelTest, WithoutAKillItConvergesAndIsThenAlreadySo) {
  Model model(Protocol::kRecoverFirst, Bug::kNone);
  EXPECT_EQ(model.Apply(0, End::kKill), Exit::kConverged);
  EXPECT_TRUE(model.IsAsWanted());
  EXPECT_GT(model.operations(), 60);
  EXPECT_EQ(model.Apply(0, End::kKill), Exit::kConverged);
  EXPECT_EQ(model.once_after_commit(), 0);
}

TEST(ModelTest, RecoverFirstConvergesAfterEveryKill) {
  const Tally tally = SweepKills(Protocol::kRecoverFirst, Bug::kNone, Drifts());
  EXPECT_GT(tally.runs, 1000);
  ExpectSound(tally);
}

TEST(ModelTest, RecoverFirstConvergesAfterEveryDoubleKill) {
  const Tally tally =
      SweepDoubleKills(Protocol::kRecoverFirst, Bug::kNone, /*stride=*/37);
  EXPECT_GT(tally.runs, 1482);
  ExpectSound(tally);
}

TEST(ModelTest, GroupsConvergeAfterEveryKill) {
  const Tally tally = SweepKills(Protocol::kGrouped, Bug::kNone, Drifts());
  EXPECT_GT(tally.runs, 1000);
  ExpectSound(tally);
}

TEST(ModelTest, GroupsConvergeAfterEveryDoubleKill) {
  const Tally tally =
      SweepDoubleKills(Protocol::kGrouped, Bug::kNone, /*stride=*/37);
  EXPECT_GT(tally.runs, 1482);
  ExpectSound(tally);
  ExpectSound(SweepDoubleKills(Protocol::kGrouped, Bug::kNone, /*stride=*/7,
                               {End::kPowerCut}));
}

TEST(ModelTest, AGroupNeedsFewerOperations) {
  Model one_by_one(Protocol::kRecoverFirst, Bug::kNone);
  Model grouped(Protocol::kGrouped, Bug::kNone);
  EXPECT_EQ(one_by_one.Apply(0, End::kKill), Exit::kConverged);
  EXPECT_EQ(grouped.Apply(0, End::kKill), Exit::kConverged);
  EXPECT_TRUE(grouped.IsAsWanted());
  EXPECT_LT(grouped.operations(), one_by_one.operations());
}

TEST(ModelTest, MatchingByPositionDoesNotConverge) {
  const Tally tally = SweepKills(Protocol::kByPosition, Bug::kNone);
  EXPECT_GT(tally.not_converged, 0);
  RecordProperty("runs", tally.runs);
  RecordProperty("not_converged", tally.not_converged);
}

TEST(ModelTest, MatchingByPositionAndDigestRunsTwiceWhatRunsOnce) {
  const Tally tally = SweepKills(Protocol::kByPositionAndDigest, Bug::kNone);
  EXPECT_GT(tally.once_after_commit, 0);
  EXPECT_GT(tally.unsafe_repeated, 0);
  RecordProperty("runs", tally.runs);
  RecordProperty("once_after_commit", tally.once_after_commit);
}

TEST(ModelTest, EachPlantedBugIsFound) {
  EXPECT_GT(SweepDoubleKills(Protocol::kRecoverFirst, Bug::kAdoptWithoutSync,
                             /*stride=*/23)
                .lying_commits,
            0);
  EXPECT_GT(SweepKills(Protocol::kRecoverFirst, Bug::kCommitBeforeEffect)
                .lying_commits,
            0);
  EXPECT_GT(
      SweepKills(Protocol::kRecoverFirst, Bug::kIntentUnsynced).unsafe_repeated,
      0);
}

TEST(ModelTest, EachPlantedBugOfAGroupIsFound) {
  const Tally renamed = SweepKills(Protocol::kGrouped, Bug::kRenameBeforeSync);
  EXPECT_GT(renamed.garbage, 0);
  // It would even be blamed on somebody else.
  EXPECT_GT(renamed.false_foreign, 0);
  EXPECT_GT(
      SweepKills(Protocol::kGrouped, Bug::kCommitBeforeSync).lying_commits, 0);
  EXPECT_GT(SweepKills(Protocol::kGrouped, Bug::kIntentUnsynced).temporaries,
            0);
  EXPECT_GT(SweepDoubleKills(Protocol::kGrouped, Bug::kCleanWithoutSync,
                             /*stride=*/7, {End::kPowerCut})
                .temporaries,
            0);
}

}  // namespace
}  // namespace provision

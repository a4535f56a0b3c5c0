#include "core/journal/run_catalog.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/journal/sample_journal.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const ActionId kA = SampleId("one", "aa");
const ActionId kB = SampleId("two", "bb");

JournalRecord Once(const ActionId& id) {
  JournalRecord record = SampleIntent(id);
  record.mutable_intent()->set_repeat_class(Action::RUN_ONCE);
  return record;
}

PlanIdentity Plan(absl::string_view name = "plan") {
  PlanIdentity plan;
  plan.set_name(std::string(name));
  plan.set_folder("/plans");
  return plan;
}

class RunCatalogTest : public ::testing::Test {
 protected:
  RunCatalogTest() { Open(); }

  void Open() {
    catalog_.reset();
    state_ = *StateDirectory::Open(system_, "/state");
    EXPECT_OK(state_->Lock("apply"));
    catalog_ = std::make_unique<RunCatalog>(*state_);
  }

  // A run with these records; its id.
  std::string Add(const std::vector<JournalRecord>& records,
                  const PlanIdentity& plan = Plan()) {
    JournalRecord::Begin begin;
    *begin.mutable_plan() = plan;
    begin.set_host_id("host");
    begin.set_boot_id("boot");
    absl::StatusOr<std::unique_ptr<RunDirectory>> run =
        catalog_->New(begin, "the plan");
    EXPECT_OK(run);
    EXPECT_OK((*run)->Append(records));
    return (*run)->id();
  }

  std::string AddDone(const std::vector<JournalRecord>& records = {}) {
    std::vector<JournalRecord> all = records;
    all.push_back(SampleDone());
    const std::string id = Add(all);
    EXPECT_OK(catalog_->Finish(id));
    return id;
  }

  void Damage(const std::string& id) {
    const std::string path = absl::StrCat("/state/runs/", id, "/journal");
    std::string bytes = *system_.Content(path);
    // In the record after BEGIN, so that its plan is known.
    bytes[bytes.find("PRVJ", 4) + 30] ^= 1;
    system_.AddFile(path, bytes, 0600);
  }

  std::vector<std::string> Ids() {
    std::vector<std::string> ids;
    absl::StatusOr<std::vector<RunCatalog::Entry>> entries = catalog_->List();
    EXPECT_OK(entries);
    for (const RunCatalog::Entry& entry : *entries) ids.push_back(entry.id);
    return ids;
  }

  FakeSystem system_;
  std::unique_ptr<StateDirectory> state_;
  std::unique_ptr<RunCatalog> catalog_;
};

TEST_F(RunCatalogTest, AnEmptyStateHasNoRuns) {
  system_.ClearLogs();
  EXPECT_THAT(Ids(), IsEmpty());
  EXPECT_THAT(catalog_->Find(""), HasDiagnosticId("state/unknown-run"));
  ASSERT_OK_AND_ASSIGN(PlanHistory history, catalog_->ReadHistory(Plan()));
  EXPECT_EQ(history.Judge("host"), PlanHistory::Found::kNothing);
  EXPECT_OK(catalog_->RemoveNeverBegan());
  EXPECT_THAT(system_.operations(), IsEmpty());
}

TEST_F(RunCatalogTest, RunsAreInTheOrderOfTheirNumbers) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(Add({SampleIntent(kA)}));
  EXPECT_EQ(Ids(), ids);
  EXPECT_THAT(catalog_->Find(""), IsOkAndHolds(ids.back()));
  EXPECT_THAT(catalog_->ReadPlan(ids[0]), IsOkAndHolds("the plan"));
}

TEST_F(RunCatalogTest, ARunIsFoundByTheBeginningOfItsId) {
  const std::string one = Add({SampleIntent(kA)});
  EXPECT_THAT(one, SizeIs(36));
  EXPECT_THAT(catalog_->Find(one.substr(0, 8)), IsOkAndHolds(one));
  EXPECT_THAT(catalog_->Find("nothing"), HasDiagnosticId("state/unknown-run"));
  for (const char* id : {"aaaa-1", "aaaa-2"}) {
    system_.AddDirectory(absl::StrCat("/state/runs/", id), 0700);
    system_.AddFile(absl::StrCat("/state/runs/", id, "/journal"),
                    EncodeJournal({SampleBegin(id)}), 0600);
  }
  EXPECT_THAT(catalog_->Find("aaaa"), HasDiagnosticId("state/ambiguous-run"));
  EXPECT_THAT(catalog_->Find("aaaa-2"), IsOkAndHolds("aaaa-2"));
}

TEST_F(RunCatalogTest, HistoryIsOfOnePlan) {
  Add({SampleIntent(kA)});
  const std::string other = Add({SampleIntent(kB)}, Plan("other"));
  ASSERT_OK_AND_ASSIGN(PlanHistory history, catalog_->ReadHistory(Plan()));
  ASSERT_THAT(history.runs(), SizeIs(1));
  EXPECT_EQ(history.last_run()->open_intents()[0].id().digest(), "aa");
  ASSERT_OK_AND_ASSIGN(std::vector<RunCatalog::Entry> others,
                       catalog_->UnfinishedOfOthers(Plan()));
  ASSERT_THAT(others, SizeIs(1));
  EXPECT_EQ(others[0].id, other);
}

TEST_F(RunCatalogTest, AnEndedRunIsNotReadAgain) {
  const std::string id = AddDone({Once(kA), SampleCommit(kA)});
  system_.PowerCut();
  Open();
  system_.ClearLogs();
  ASSERT_OK_AND_ASSIGN(PlanHistory history, catalog_->ReadHistory(Plan()));
  EXPECT_THAT(history.runs(), IsEmpty());
  EXPECT_TRUE(history.Committed(kA, "boot"));
  for (const std::string& read : system_.reads()) {
    EXPECT_FALSE(absl::EndsWith(read, "/journal")) << read;
  }
  ASSERT_OK_AND_ASSIGN(std::vector<RunCatalog::Entry> entries,
                       catalog_->List());
  ASSERT_THAT(entries, SizeIs(1));
  ASSERT_TRUE(entries[0].receipt.has_value());
  EXPECT_EQ(entries[0].receipt->begin().run(), id);
  EXPECT_EQ(entries[0].receipt->done().exit_code(), 0);
  EXPECT_EQ(entries[0].receipt->last_sequence(), 3);
  EXPECT_THAT(entries[0].receipt->chain_head(), SizeIs(64));
  EXPECT_THAT(catalog_->UnfinishedOfOthers(Plan("other")),
              IsOkAndHolds(IsEmpty()));
}

TEST_F(RunCatalogTest, OlderRunsOfThePlanEndWithItUnlessSomethingIsOpen) {
  const std::string doubtful = Add({Once(kB)});
  const std::string superseded = Add({Once(kA), SampleCommit(kA)});
  const std::string other = Add({Once(kA)}, Plan("other"));
  AddDone();
  ASSERT_OK_AND_ASSIGN(PlanHistory history, catalog_->ReadHistory(Plan()));
  ASSERT_THAT(history.runs(), SizeIs(1));
  EXPECT_EQ(history.runs()[0].id(), doubtful);
  EXPECT_TRUE(history.Committed(kA, "boot"));
  EXPECT_THAT(catalog_->UnfinishedOfOthers(Plan()), IsOkAndHolds(SizeIs(1)));
}

TEST_F(RunCatalogTest, OnlyTheLastTenEndedRunsStay) {
  const std::string unfinished = Add({SampleIntent(kA)}, Plan("other"));
  std::vector<std::string> ids;
  for (int i = 0; i < 13; ++i) {
    const ActionId id = SampleId("s", absl::StrCat("once-", i));
    ids.push_back(AddDone({Once(id), SampleCommit(id)}));
  }
  std::vector<std::string> expected(ids.end() - RunCatalog::kKeptRuns,
                                    ids.end());
  expected.insert(expected.begin(), unfinished);
  EXPECT_EQ(Ids(), expected);
  ASSERT_OK_AND_ASSIGN(PlanHistory history, catalog_->ReadHistory(Plan()));
  for (int i = 0; i < 13; ++i) {
    EXPECT_TRUE(
        history.Committed(SampleId("s", absl::StrCat("once-", i)), "boot"))
        << i;
  }
}

TEST_F(RunCatalogTest, PruningTakesWhatWasMovedAside) {
  system_.AddFile("/etc/app/.provision-aside", "old");
  JournalRecord remove = SampleIntent(kA);
  remove.mutable_intent()->mutable_action()->mutable_remove()->set_path(
      "/etc/app/conf");
  remove.mutable_intent()->mutable_preparation()->set_aside_name(
      ".provision-aside");
  JournalRecord in_undo = remove;
  *in_undo.mutable_intent()->mutable_id() = kB;
  in_undo.mutable_intent()->mutable_preparation()->set_aside_name("undo/x");
  system_.AddFile("/etc/app/undo/x", "of somebody else");
  AddDone({remove, SampleCommit(kA), in_undo, SampleCommit(kB)});
  for (int i = 0; i < RunCatalog::kKeptRuns - 1; ++i) AddDone();
  EXPECT_EQ(system_.Content("/etc/app/.provision-aside"), "old");
  AddDone();
  EXPECT_EQ(system_.Content("/etc/app/.provision-aside"), absl::nullopt);
  EXPECT_EQ(system_.Content("/etc/app/undo/x"), "of somebody else");
}

// Whatever the moment: what ran once is known, and the command converges.
TEST_F(RunCatalogTest, ACrashWhileARunEndsLosesNoCommit) {
  for (bool power_cut : {false, true}) {
    int n = 1;
    for (;; ++n) {
      FakeSystem system;
      auto open = [&system] {
        auto state = *StateDirectory::Open(system, "/state");
        EXPECT_OK(state->Lock("apply"));
        return state;
      };
      std::unique_ptr<StateDirectory> state = open();
      JournalRecord::Begin begin;
      *begin.mutable_plan() = Plan();
      // Enough that the crash meets pruning, too.
      std::vector<ActionId> ids;
      std::string last;
      for (int i = 0; i <= RunCatalog::kKeptRuns; ++i) {
        ids.push_back(SampleId("s", absl::StrCat("once-", i)));
        RunCatalog catalog(*state);
        auto run = *catalog.New(begin, "plan");
        ASSERT_OK(run->Append(
            {Once(ids.back()), SampleCommit(ids.back()), SampleDone()}));
        last = run->id();
        if (i < RunCatalog::kKeptRuns) {
          ASSERT_OK(catalog.Finish(last));
        }
      }
      system.CrashAt(n);
      if (RunCatalog(*state).Finish(last).ok() && !system.crashed()) break;
      power_cut ? system.PowerCut() : system.Restart();
      state = open();
      RunCatalog catalog(*state);
      for (int repeat = 0; repeat < 2; ++repeat) {
        ASSERT_OK_AND_ASSIGN(PlanHistory history, catalog.ReadHistory(Plan()));
        EXPECT_NE(history.Judge(""), PlanHistory::Found::kUnfinished) << n;
        for (const ActionId& id : ids) {
          EXPECT_TRUE(history.Committed(id, "")) << "crash at " << n;
        }
        ASSERT_OK(catalog.Finish(last)) << "crash at " << n;
      }
      EXPECT_THAT(catalog.List(), IsOkAndHolds(SizeIs(RunCatalog::kKeptRuns)));
    }
    EXPECT_GT(n, 8);
  }
}

TEST_F(RunCatalogTest, AReopenedRunCountsAsUnfinishedAgain) {
  const std::string id = AddDone({Once(kA), SampleCommit(kA)});
  ASSERT_OK(catalog_->Reopen(id));
  ASSERT_OK(catalog_->Reopen(id));
  JournalRecord begin;
  begin.mutable_undo_begin()->set_whole_run(true);
  *begin.mutable_undo_begin()->add_undo() = kA;
  JournalRecord undone;
  *undone.mutable_undo_commit()->mutable_id() = kA;
  JournalRecord end;
  end.mutable_undo_end()->set_outcome(JournalRecord::UndoEnd::UNDONE);
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<RunDirectory> run,
                       catalog_->Continue(id, {}));
  ASSERT_OK(run->Append({begin, undone}));
  ASSERT_OK_AND_ASSIGN(PlanHistory history, catalog_->ReadHistory(Plan()));
  EXPECT_EQ(history.Judge("host"), PlanHistory::Found::kRollbackUnfinished);
  ASSERT_OK(run->Append(end));
  ASSERT_OK(catalog_->Finish(id));
  ASSERT_OK_AND_ASSIGN(history, catalog_->ReadHistory(Plan()));
  EXPECT_FALSE(history.Committed(kA, "boot"));
  ASSERT_OK_AND_ASSIGN(std::vector<RunCatalog::Entry> entries,
                       catalog_->List());
  EXPECT_EQ(entries[0].receipt->undo_end().outcome(),
            JournalRecord::UndoEnd::UNDONE);
}

// ---- damage ----

TEST_F(RunCatalogTest, ADamagedJournalRefusesItsOwnPlanOnly) {
  const std::string id = Add({Once(kA), SampleCommit(kA), SampleIntent(kB)});
  Damage(id);
  EXPECT_THAT(catalog_->ReadHistory(Plan()),
              HasDiagnosticId("journal/corrupt"));
  EXPECT_THAT(catalog_->Read(id), HasDiagnosticId("journal/corrupt"));
  EXPECT_OK(catalog_->ReadHistory(Plan("other")));
  ASSERT_OK_AND_ASSIGN(std::vector<RunCatalog::Entry> entries,
                       catalog_->List());
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].verdict, JournalVerdict::kCorrupt);
}

TEST_F(RunCatalogTest, AJournalWhosePlanIsUnknownRefusesEveryPlan) {
  const std::string id = Add({SampleIntent(kA)});
  system_.AddFile(absl::StrCat("/state/runs/", id, "/journal"),
                  std::string(200, 'x'), 0600);
  EXPECT_THAT(catalog_->ReadHistory(Plan("other")),
              HasDiagnosticId("journal/corrupt"));
}

TEST_F(RunCatalogTest, SettingAsideKeepsWhatTheGoodPartKnows) {
  const std::string id = Add({Once(kA), SampleCommit(kA), SampleIntent(kB)});
  const std::string path = absl::StrCat("/state/runs/", id, "/journal");
  std::string bytes = *system_.Content(path);
  bytes[bytes.rfind("PRVJ") + 30] ^= 1;  // the chain value of the last
  // What follows makes it damage in the middle.
  const std::string damaged = bytes + bytes;
  system_.AddFile(path, damaged, 0600);
  ASSERT_THAT(catalog_->ReadHistory(Plan()),
              HasDiagnosticId("journal/corrupt"));
  ASSERT_OK(catalog_->SetAside(id, Plan()));
  system_.PowerCut();
  Open();
  EXPECT_EQ(system_.Content(path + ".broken"), damaged);
  ASSERT_OK(catalog_->RemoveNeverBegan());
  EXPECT_EQ(system_.Content(path + ".broken"), damaged);
  ASSERT_OK_AND_ASSIGN(PlanHistory history, catalog_->ReadHistory(Plan()));
  EXPECT_EQ(history.Judge("host"), PlanHistory::Found::kNothing);
  EXPECT_TRUE(history.Committed(kA, "boot"));
  EXPECT_TRUE(history.history_lost());
  AddDone();
  ASSERT_OK_AND_ASSIGN(history, catalog_->ReadHistory(Plan()));
  EXPECT_FALSE(history.history_lost());
}

TEST_F(RunCatalogTest, AGoodJournalIsNotSetAside) {
  const std::string id = Add({SampleIntent(kA)});
  EXPECT_THAT(catalog_->SetAside(id, Plan()),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(RunCatalogTest, WhatNeverBeganIsNoRunAndGoes) {
  const std::string id = Add({SampleIntent(kA)});
  system_.AddDirectory("/state/runs/never", 0700);
  system_.AddFile("/state/runs/never/plan.pb", "p", 0600);
  EXPECT_THAT(Ids(), ElementsAre(id));
  ASSERT_OK(catalog_->RemoveNeverBegan());
  EXPECT_THAT(system_.Snapshot("/state/runs/never"), IsEmpty());
  EXPECT_THAT(Ids(), ElementsAre(id));
}

TEST_F(RunCatalogTest, AFolderOfSomebodyElseIsRefused) {
  const std::string id = Add({SampleIntent(kA)});
  system_.ChangeOwner(absl::StrCat("/state/runs/", id), 1000, 1000);
  EXPECT_THAT(catalog_->List(), HasDiagnosticId("state/untrusted"));
  EXPECT_THAT(catalog_->Read(id), HasDiagnosticId("state/untrusted"));
}

TEST_F(RunCatalogTest, ATornTailIsReadAsWhatItIs) {
  const std::string id = Add({SampleIntent(kA)});
  const std::string path = absl::StrCat("/state/runs/", id, "/journal");
  const std::string good = *system_.Content(path);
  system_.AddFile(path, good + "PRVJ", 0600);
  system_.ClearLogs();
  ASSERT_OK_AND_ASSIGN(PlanHistory history, catalog_->ReadHistory(Plan()));
  EXPECT_EQ(history.Judge("host"), PlanHistory::Found::kUnfinished);
  EXPECT_EQ(history.last_run()->verdict(), JournalVerdict::kShortTail);
  EXPECT_THAT(system_.operations(), IsEmpty());
  ASSERT_OK(catalog_->Continue(id, {}));
  EXPECT_EQ(system_.Content(path), good);
}

}  // namespace
}  // namespace provision

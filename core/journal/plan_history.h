#ifndef PROVISION_CORE_JOURNAL_PLAN_HISTORY_H_
#define PROVISION_CORE_JOURNAL_PLAN_HISTORY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/journal/journal.pb.h"
#include "core/journal/resume_rule.h"
#include "core/journal/run_history.h"

namespace provision {

// What the state directory knows of one plan: carry.pb and each run of it that
// has no receipt (reliability.md 7.2 to 7.4). Pure.
class PlanHistory {
 public:
  // What the command `apply` does about the last run of the plan.
  enum class Found {
    kNothing,             // a new run
    kDone,                // a new run
    kUnfinished,          // goes on with it, or recovers it for a new one
    kRollbackUnfinished,  // `apply` refuses until the rollback has ended
    kOtherHost,           // refuse
  };

  // `runs` are those of `plan`, oldest first.
  PlanHistory(PlanIdentity plan, const Carry& carry,
              std::vector<RunHistory> runs);

  Found Judge(absl::string_view host_id) const;

  // The newest run without a receipt, or nullptr.
  const RunHistory* last_run() const {
    return runs_.empty() ? nullptr : &runs_.back();
  }
  const std::vector<RunHistory>& runs() const { return runs_; }

  // The newest COMMIT of this action that stands, in any run or in carry.pb.
  // One that is gone after a reboot counts only in the boot of its commit.
  CommitOnRecord OnRecord(const ActionId& id, absl::string_view boot_id) const;
  bool Committed(const ActionId& id, absl::string_view boot_id) const {
    return OnRecord(id, boot_id) != CommitOnRecord::kNone;
  }
  // Digest at the last COMMIT of the follow-up; nullopt if it never happened.
  absl::optional<std::string> FollowUp(absl::string_view name) const;
  // A record of any of the runs may be missing.
  bool tail_doubt() const;
  // A journal of the plan was set aside (--recover): beyond tail_doubt(), a
  // RUN_ONCE action without a COMMIT may have been done.
  bool history_lost() const { return carry_.history_lost(); }
  // Steps that have commits and are not among `steps`: reported, never undone.
  std::vector<std::string> Orphans(const std::vector<std::string>& steps) const;

 private:
  PlanIdentity plan_;
  Carry::OfPlan carry_;
  std::vector<RunHistory> runs_;
};

// The same plan: its name, and its folder or bundle id.
bool SamePlan(const PlanIdentity& a, const PlanIdentity& b);

// Adds to `carry` what must outlive `run`: standing commits that must not be
// repeated, and the digests of its follow-ups; takes away what it undid. Of a
// run that is DONE nothing is lost any more.
void CarryOver(const RunHistory& run, Carry* carry);

// Notes in `carry` that a journal of `plan` was set aside.
void LoseHistory(const PlanIdentity& plan, Carry* carry);

}  // namespace provision

#endif  // PROVISION_CORE_JOURNAL_PLAN_HISTORY_H_

#ifndef PROVISION_CORE_ENGINE_RESUME_TEXT_H_
#define PROVISION_CORE_ENGINE_RESUME_TEXT_H_

#include <string>

#include "core/api/proposal.pb.h"
#include "core/engine/engine.h"
#include "core/journal/plan_history.h"
#include "core/plan/checked_plan.h"

namespace provision {

// What an unfinished run has left of the downloads of `step`, which `proposal`
// wants: "3 artifacts kept, numpy goes on at 11.3 of 18.3 MB". Empty if the run
// had not begun the step, or there is nothing of it.
std::string ResumeText(const Engine& engine, const PlanHistory& history,
                       const CheckedStep& step, const Proposal& proposal);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_RESUME_TEXT_H_

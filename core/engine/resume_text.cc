#include "core/engine/resume_text.h"

#include <cstdint>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/byte_text.h"
#include "core/engine/proposal_check.h"
#include "core/engine/session.h"
#include "core/engine/store_content.h"

namespace provision {

std::string ResumeText(const Engine& engine, const PlanHistory& history,
                       const CheckedStep& step, const Proposal& proposal) {
  const RunHistory* run = history.last_run();
  if (run == nullptr || run->done().has_value() ||
      run->begun().count(step.id) == 0) {
    return "";
  }
  const auto& actions = FirstActions(proposal);
  // Most steps fetch nothing, and the whole store is listed for the answer.
  if (absl::c_none_of(actions, [](const Action& a) { return a.has_fetch(); })) {
    return "";
  }
  const StoreContent store(engine.system, StorePath(engine));
  int kept = 0;
  std::vector<std::string> parts;
  for (const Action& action : actions) {
    if (!action.has_fetch()) continue;
    const Fetch& fetch = action.fetch();
    if (store.Has(fetch)) {
      ++kept;
    } else if (const uint64_t part = store.PartOf(fetch); part > 0) {
      const std::string name = engine.handlers.Get(action)
                                   .Describe(action, engine.facts, step.root)
                                   .object();
      parts.push_back(absl::StrCat(
          name, " goes on at ",
          fetch.has_size() ? BytesOfText(part, fetch.size()) : ByteText(part)));
    }
  }
  if (kept > 0) {
    parts.insert(
        parts.begin(),
        absl::StrCat(kept, kept == 1 ? " artifact" : " artifacts", " kept"));
  }
  return absl::StrJoin(parts, ", ");
}

}  // namespace provision

#include "core/cli/doctor_command.h"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/http_client.h"
#include "core/base/isolation.h"
#include "core/base/path.h"
#include "core/cli/answer.pb.h"
#include "core/cli/display_text.h"
#include "core/cli/doctor_checks.h"
#include "core/cli/engine_setup.h"
#include "core/cli/settings.h"
#include "core/cli/state_path.h"
#include "core/engine/planner.h"
#include "core/facts/caching_facts.h"
#include "core/facts/host_facts.h"

namespace provision {
namespace {

using Line = DoctorAnswer::Check;

constexpr size_t kNameWidth = 11;
constexpr size_t kDetailIndent = 20;

// What the plan's steps would connect to, each once.
std::vector<Proposal::Endpoint> EndpointsOf(const CheckedPlan& plan,
                                            FactReader& reader) {
  std::vector<Proposal::Endpoint> endpoints;
  std::set<std::pair<std::string, int>> seen;
  for (const StepPlan& step :
       Planner(plan, reader)
           .ProposeAll(std::vector<bool>(plan.steps.size(), true))) {
    for (const Proposal::Endpoint& endpoint :
         step.proposal.needs().endpoint()) {
      if (!endpoint.host().empty() &&
          seen.emplace(endpoint.host(), endpoint.port()).second) {
        endpoints.push_back(endpoint);
      }
    }
  }
  return endpoints;
}

// Settings that are not at their default, by what gave them.
Line CheckSettings(const CommandLine& line) {
  Line check;
  check.set_name("settings");
  for (const std::string& name : SettingNames()) {
    const ValueOrigin origin = line.OriginOf(name);
    if (origin.kind == ValueOrigin::Kind::kDefault ||
        origin.kind == ValueOrigin::Kind::kLine) {
      continue;
    }
    check.add_detail(
        absl::StrCat(name, " ", line.Text(name), ", ", origin.text));
  }
  check.set_verdict(check.detail().empty() ? Line::SKIPPED : Line::GOOD);
  check.set_text(check.detail().empty()
                     ? "all at their defaults"
                     : absl::StrCat(check.detail_size(), " set"));
  return check;
}

std::string LineText(const Line& check, const TerminalStyle& style) {
  Role role = Role::kGood;
  std::string word;
  if (check.verdict() == Line::ERROR) {
    role = Role::kBad;
    word = "error: ";
  } else if (check.verdict() == Line::WARNING) {
    role = Role::kAttention;
    word = "warning: ";
  } else if (check.verdict() == Line::SKIPPED) {
    role = Role::kNotAsked;
    word = "skipped: ";
  }
  std::string text =
      absl::StrCat(style.Sign(role), PadRight(check.name(), kNameWidth),
                   style.Paint(role, word), style.Path(check.text()), "\n");
  for (const std::string& detail : check.detail()) {
    absl::StrAppend(&text, std::string(kDetailIndent, ' '), style.Path(detail),
                    "\n");
  }
  for (const std::string& next : check.next()) {
    absl::StrAppend(&text, std::string(kDetailIndent, ' '),
                    "next: ", style.Text(next), "\n");
  }
  return text;
}

int CountOf(const DoctorAnswer& answer, Line::Verdict verdict) {
  int count = 0;
  for (const Line& check : answer.check()) count += check.verdict() == verdict;
  return count;
}

std::string VerdictText(const DoctorAnswer& answer) {
  const int errors = CountOf(answer, Line::ERROR);
  const int warnings = CountOf(answer, Line::WARNING);
  std::string text = absl::StrCat(
      CountText(answer.check_size() - CountOf(answer, Line::SKIPPED), "check"),
      ": ");
  if (errors == 0 && warnings == 0) return text + "all good.";
  if (errors > 0) absl::StrAppend(&text, CountText(errors, "error"));
  if (errors > 0 && warnings > 0) text += ", ";
  if (warnings > 0) absl::StrAppend(&text, CountText(warnings, "warning"));
  return text + (errors > 0 ? ". Exit 1." : ".");
}

}  // namespace

ExitCode RunDoctor(CommandContext& context) {
  const bool offline = context.line.Is("offline");
  const std::unique_ptr<HttpClient> network =
      offline ? nullptr : NewHttpClient(context.system);
  HostFacts host(context.system, network.get());
  CachingFacts reader(host);
  Facts facts(reader, {});
  std::string why_not;
  std::vector<Proposal::Endpoint> endpoints;
  if (!context.line.arguments.empty()) {
    const absl::StatusOr<LoadedPlan> loaded = LoadMeantPlan(context);
    if (!loaded.ok()) {
      return Refuse(context, ExitBeforeActions(loaded.status()),
                    loaded.status());
    }
    if (!loaded->verdict.ok()) {
      return Refuse(context, ExitCode::kRefused, loaded->verdict.diagnostics);
    }
    endpoints = EndpointsOf(loaded->verdict.plan, reader);
    if (endpoints.empty()) why_not = "the plan's steps name no host";
  } else {
    why_not = "no PLAN says which hosts are wanted";
  }
  if (offline) why_not = "--offline";

  const std::string state = StatePath(context.system, context.line);
  DoctorAnswer answer;
  answer.set_schema("provision.doctor/1");
  *answer.add_check() = CheckProgram(context.system, context.registry);
  *answer.add_check() = CheckHost(facts);
  *answer.add_check() = CheckIsolation(AvailableIsolation());
  *answer.add_check() = CheckState(context.system, facts, state);
  *answer.add_check() = CheckClock(context.system, state);
  *answer.add_check() = CheckPrivilege(facts);
  for (Line& check : CheckEndpoints(facts, endpoints, why_not)) {
    *answer.add_check() = std::move(check);
  }
  *answer.add_check() = CheckTrusted(context.system, state);
  *answer.add_check() = CheckSettings(context.line);
  const ExitCode code = CountOf(answer, Line::ERROR) > 0 ? ExitCode::kFailed
                                                         : ExitCode::kConverged;
  answer.set_exit(static_cast<int>(code));
  std::string text;
  for (const Line& check : answer.check()) {
    text += LineText(check, context.style);
  }
  Answer(context, answer, absl::StrCat(text, "\n", VerdictText(answer), "\n"));
  return code;
}

}  // namespace provision

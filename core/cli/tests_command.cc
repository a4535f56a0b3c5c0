#include "core/cli/tests_command.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/api/facts.h"
#include "core/base/path.h"
#include "core/cli/display_text.h"
#include "core/cli/tests_answer.pb.h"
#include "core/facts/caching_facts.h"
#include "core/facts/host_facts.h"
#include "core/project/test_runners.h"

namespace provision {
namespace {

constexpr size_t kNameWidth = 11;
constexpr size_t kCountWidth = 11;

std::string AnswerText(const TestsAnswer& answer, const TerminalStyle& style) {
  if (answer.runner().empty()) {
    return absl::StrCat(style.Sign(Role::kNotAsked), "no test runner found in ",
                        style.Path(answer.folder()), "\n");
  }
  std::string text;
  for (const TestsAnswer::Runner& runner : answer.runner()) {
    const bool failed = !runner.why().empty();
    absl::StrAppend(
        &text, style.Sign(failed ? Role::kAttention : Role::kGood),
        PadRight(runner.name(), kNameWidth),
        PadRight(runner.has_tests() ? CountText(runner.tests(), "test")
                 : failed           ? "unknown"
                                    : "not asked",
                 kCountWidth),
        style.Text(runner.command()), "\n");
    if (failed) {
      absl::StrAppend(&text, "     because  ", style.Text(runner.why()), "\n");
    }
    for (const std::string& evidence : runner.evidence()) {
      absl::StrAppend(&text, "     found    ", style.Text(evidence), "\n");
    }
    if (runner.more_evidence() > 0) {
      absl::StrAppend(&text, "     found    ", runner.more_evidence(),
                      " more\n");
    }
  }
  return text;
}

}  // namespace

ExitCode RunTestsDiscover(CommandContext& context) {
  const std::string folder =
      JoinPath(context.system.WorkingDirectory(),
               context.line.arguments.empty() ? "" : context.line.arguments[0]);
  // To collect tests is to import the project's code.
  if (context.hold_to_reading != nullptr) {
    const absl::StatusOr<std::string> held = context.hold_to_reading({});
    if (!held.ok()) return Refuse(context, ExitCode::kFailed, held.status());
  }
  HostFacts host(context.system);
  CachingFacts cached(host);
  Facts facts(cached, {.root = folder});
  TestsAnswer answer;
  answer.set_schema("provision.tests/1");
  answer.set_folder(folder);
  answer.set_python(PythonOfProject(folder, facts));
  for (const TestRunner& found : FindTestRunners(folder, facts)) {
    TestsAnswer::Runner* runner = answer.add_runner();
    runner->set_name(found.name);
    runner->set_command(found.command);
    for (const std::string& evidence : found.evidence) {
      runner->add_evidence(evidence);
    }
    if (found.more_evidence > 0) {
      runner->set_more_evidence(found.more_evidence);
    }
    if (!CollectsTests(found.kind)) continue;
    const absl::StatusOr<int> count =
        CountTests(found, folder, answer.python(), facts);
    if (count.ok()) {
      runner->set_tests(*count);
    } else {
      runner->set_why(std::string(count.status().message()));
    }
  }
  Answer(context, answer, AnswerText(answer, context.style));
  return ExitCode::kConverged;
}

}  // namespace provision

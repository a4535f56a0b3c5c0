#include "core/cli/validate_command.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/cli/answer.pb.h"
#include "core/cli/display_text.h"
#include "core/cli/plan_loader.h"
#include "core/plan/effective_values.h"

namespace provision {
namespace {

// "  python.version   "3.11.7"   plan:6", a line a value, by step.
std::string ValuesText(const CheckedPlan& plan, const TerminalStyle& style,
                       ValidateAnswer* answer) {
  std::string text;
  for (const CheckedStep& step : plan.steps) {
    const std::vector<EffectiveValue> values = EffectiveValues(step);
    size_t field_width = 0, value_width = 0;
    for (const EffectiveValue& value : values) {
      field_width = std::max(field_width, DisplayWidth(value.field));
      value_width =
          std::max(value_width, DisplayWidth(style.Text(value.value)));
    }
    value_width = std::min<size_t>(value_width, 40);
    absl::StrAppend(&text, style.Text(step.id), "\n");
    for (const EffectiveValue& value : values) {
      absl::StrAppend(&text, "  ", PadRight(value.field, field_width + 2),
                      PadRight(style.Text(value.value), value_width + 2),
                      style.Text(value.origin),
                      value.line > 0 ? absl::StrCat(", line ", value.line) : "",
                      "\n");
      ValidateAnswer::Value* added = answer->add_value();
      added->set_step(step.id);
      added->set_field(value.field);
      added->set_value(value.value);
      added->set_origin(value.origin);
      if (value.line > 0) added->set_line(value.line);
    }
  }
  return text;
}

}  // namespace

ExitCode RunValidate(CommandContext& context) {
  absl::StatusOr<LoadedPlan> loaded =
      LoadPlan(context.system, context.registry, context.line.arguments[0]);
  if (!loaded.ok()) {
    return Refuse(context, ExitBeforeActions(loaded.status()), loaded.status());
  }
  const PlanVerdict& verdict = loaded->verdict;
  if (!verdict.ok() && !context.line.Is("json")) {
    return Refuse(context, ExitCode::kRefused, verdict.diagnostics);
  }
  ValidateAnswer answer;
  answer.set_schema("provision.validate/1");
  answer.set_valid(verdict.ok());
  for (const Diagnostic& diagnostic : verdict.diagnostics) {
    *answer.add_diagnostic() = diagnostic;
  }
  std::string text;
  if (verdict.ok()) {
    answer.set_plan(verdict.plan.name);
    answer.set_steps(static_cast<int>(verdict.plan.steps.size()));
    if (context.line.Is("effective")) {
      text = ValuesText(verdict.plan, context.style, &answer);
    }
    absl::StrAppend(&text, context.style.Sign(Role::kGood),
                    context.style.Path(loaded->file.file), "  valid, ",
                    CountText(answer.steps(), "step"), "\n");
    if (!context.line.Is("json")) Warn(context, verdict.diagnostics);
  }
  Answer(context, answer, text);
  return verdict.ok() ? ExitCode::kConverged : ExitCode::kRefused;
}

}  // namespace provision

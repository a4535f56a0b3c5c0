#include "core/plan/plan_file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/file_trust.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr size_t kMaxPlanBytes = 4 << 20;

// `status` as an error about the file that the user named.
absl::Status AboutPlan(const absl::Status& status, absl::string_view file) {
  Diagnostic diagnostic = DiagnosticFromStatus(status);
  diagnostic.mutable_place()->set_file(std::string(file));
  return StatusFromDiagnostic(status.code(), diagnostic);
}

}  // namespace

absl::StatusOr<PlanFile> ReadPlanFile(System& system, absl::string_view file) {
  PlanFile plan;
  plan.file = std::string(file);
  plan.path = JoinPath(system.WorkingDirectory(), file);
  plan.folder = ParentPath(plan.path);
  absl::StatusOr<FileContent> read =
      system.ReadFileAndMetadata(plan.path, kMaxPlanBytes);
  if (absl::IsNotFound(read.status())) {
    return DiagnosticError(absl::StatusCode::kNotFound, "plan/missing",
                           "there is no such plan")
        .Place(file, 0, 0)
        .At(plan.path)
        .Next("name the plan's file by its path from here, or in full");
  }
  if (absl::IsOutOfRange(read.status())) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument, "plan/limit",
                           "longer than any plan may be")
        .Place(file, 0, 0)
        .Expected("at most 4 MiB");
  }
  if (!read.ok()) return AboutPlan(read.status(), file);
  if (read->metadata.type != FileType::kRegular) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument, "plan/missing",
                           "this is no file that a plan could be in")
        .Place(file, 0, 0);
  }
  plan.content = std::move(read->content);
  plan.sha256 = Sha256Hex(plan.content);
  plan.ours = IsOurs(system, read->metadata.uid);
  return plan;
}

}  // namespace provision

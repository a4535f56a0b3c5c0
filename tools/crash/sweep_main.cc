// Disturbs every reference plan at every mutating system call.
//
//   sweep [flags] [PLAN.textproto...]      all of tools/crash/plans by default
//
// One line a plan; what was not as promised is named with the case. Exit: 0, or
// 1 if something was not as promised.

#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gflags/gflags.h"
#include "tools/crash/convergence.h"
#include "tools/crash/sweep_cases.h"
#include "tools/crash/trace_lint.h"

DEFINE_string(provision, "", "provision_under_test");
DEFINE_string(child, "", "crash_child");
DEFINE_string(folder, "/tmp/provision-crash", "where plans are performed");
DEFINE_string(faults, "kill",
              "kill, double, cut, replay, errno, sync, short or signal");
DEFINE_string(journal, "both", "audited, trusted or both");
DEFINE_int32(sample, 0, "so many cases of each plan; 0: all");
DEFINE_int32(seed, 1, "of the sample");
DEFINE_string(file_system, "ext4", "of cuts: ext4, xfs or btrfs");
DEFINE_bool(output, false, "show what the program printed in bad cases");

namespace provision {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

struct Tally {
  int cases = 0;
  int bad = 0;
};

// Returns what the plan's cases came to.
absl::StatusOr<Tally> SweepPlan(const std::string& path, LoopImage* image) {
  absl::StatusOr<ReferencePlan> plan =
      ParseReferencePlan(path.substr(path.rfind('/') + 1), ReadFile(path));
  if (!plan.ok()) return plan.status();
  Workspace workspace(
      image == nullptr ? FLAGS_folder : absl::StrCat(image->folder(), "/work"),
      {FLAGS_provision, FLAGS_child});
  const absl::Time begin = absl::Now();
  int lint_lines = 0;
  absl::StatusOr<UndisturbedRun> undisturbed = RunUndisturbed(workspace, *plan);
  if (!undisturbed.ok()) return undisturbed.status();
  for (const std::string& line :
       LintTrace(undisturbed->trace, {.state = workspace.state(),
                                     .store = workspace.store(),
                                     .tree = workspace.tree()})) {
    ++lint_lines;
    std::printf("  %s, trace: %s\n", plan->name.c_str(), line.c_str());
  }
  absl::StatusOr<std::vector<CrashCase>> cases =
      SweepCases(undisturbed->trace, FLAGS_faults, FLAGS_journal);
  if (!cases.ok()) return cases.status();
  Sample(FLAGS_sample, FLAGS_seed, &*cases);
  Tally tally = {.bad = lint_lines};
  for (const CrashCase& crash : *cases) {
    absl::StatusOr<CaseResult> result =
        RunCase(workspace, *plan, *undisturbed, crash, image);
    if (!result.ok()) return result.status();
    if (!result->fired) continue;
    ++tally.cases;
    if (result->violations.empty()) continue;
    ++tally.bad;
    std::printf("  %s, %s\n", plan->name.c_str(), crash.Text().c_str());
    for (const std::string& violation : result->violations) {
      std::printf("    %s\n", violation.substr(0, 300).c_str());
    }
    if (FLAGS_output) std::printf("%s\n", workspace.Output().c_str());
    std::fflush(stdout);
  }
  std::printf("%-16s ends with %d, %4d calls %6d cases %4d bad %7.1f s\n",
              plan->name.c_str(), undisturbed->exit_code, undisturbed->calls,
              tally.cases, tally.bad,
              absl::ToDoubleSeconds(absl::Now() - begin));
  std::fflush(stdout);
  return tally;
}

int Sweep(const std::vector<std::string>& plans) {
  std::unique_ptr<LoopImage> image;
  if (FLAGS_faults == "cut") {
    absl::StatusOr<std::unique_ptr<LoopImage>> mounted =
        LoopImage::Mount(FLAGS_folder, FLAGS_file_system);
    if (!mounted.ok()) {
      std::printf("%s\n", mounted.status().ToString().c_str());
      return 1;
    }
    image = *std::move(mounted);
  }
  Tally all;
  for (const std::string& path : plans) {
    absl::StatusOr<Tally> tally = SweepPlan(path, image.get());
    if (!tally.ok()) {
      std::printf("%s: %s\n", path.c_str(), tally.status().ToString().c_str());
      return 1;
    }
    all.cases += tally->cases;
    all.bad += tally->bad;
  }
  std::printf("%d plans, %d cases, %d bad\n", static_cast<int>(plans.size()),
              all.cases, all.bad);
  return all.bad == 0 ? 0 : 1;
}

}  // namespace
}  // namespace provision

int main(int argc, char** argv) {
  gflags::ParseCommandLineFlags(&argc, &argv, true);
  return provision::Sweep(std::vector<std::string>(argv + 1, argv + argc));
}

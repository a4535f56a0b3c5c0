#include "tools/crash/crash_fixture.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

std::string Runfile(absl::string_view name) {
  return absl::StrCat(std::getenv("TEST_SRCDIR"), "/",
                      std::getenv("TEST_WORKSPACE"), "/tools/crash/", name);
}

}  // namespace

TestPrograms RunfilePrograms() {
  return {.provision = Runfile("provision_under_test"),
          .child = Runfile("crash_child")};
}

ReferencePlan RunfilePlan(absl::string_view name) {
  std::ifstream file(Runfile(absl::StrCat("plans/", name, ".textproto")));
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(file) << name;
  absl::StatusOr<ReferencePlan> plan = ParseReferencePlan(name, text.str());
  EXPECT_OK(plan);
  return plan.ok() ? *std::move(plan) : ReferencePlan();
}

std::vector<std::string> RunfilePlanNames() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(Runfile("plans"))) {
    names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Workspace NewWorkspace() {
  return Workspace(absl::StrCat(::testing::TempDir(), "crash"),
                   RunfilePrograms());
}

}  // namespace provision

#include "tools/crash/crash_fixture.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

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

pid_t StartApply(const Workspace& workspace,
                 const std::vector<std::string>& variables) {
  std::vector<std::string> words = {
      RunfilePrograms().provision, "apply",
      absl::StrCat(workspace.tree(), "/plan.textproto")};
  std::vector<std::string> environment = {
      absl::StrCat("PROVISION_STATE_DIR=", workspace.state()),
      absl::StrCat("PROVISION_STORE=", workspace.store()), "PATH=/usr/bin:/bin",
      "HOME=/tmp"};
  environment.insert(environment.end(), variables.begin(), variables.end());
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  };
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> variables_of_it = pointers(environment);
  const std::string output = absl::StrCat(workspace.folder(), "/output");
  const pid_t child = fork();
  if (child != 0) return child;
  const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(file, 1);
  dup2(file, 2);
  execve(argv[0], argv.data(), variables_of_it.data());
  _exit(127);
}

int ExitCodeOf(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace provision

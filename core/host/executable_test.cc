#include "core/host/executable.h"

#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(ExecutableTest, IsFoundAsAShellWould) {
  FakeFacts host;
  host.AddFile("/bin/tool", "", 0755);
  host.AddFile("/opt/tool", "", 0644);
  host.AddFile("/plan/bin/run", "", 0700);
  host.AddFile("/plan/data", "", 0644);
  host.AddDirectory("/opt/dir");
  Facts facts(host, {.root = "/plan"});
  const struct {
    const char* word;
    const char* search_path;
    const char* found;  // "" is none
  } kCases[] = {{"tool", "/usr/bin:/bin", "/bin/tool"},
                {"tool", "/opt:/bin", "/bin/tool"},
                {"tool", "bin:.::/bin", "/bin/tool"},
                {"tool", "/opt", ""},
                {"tool", "", ""},
                {"dir", "/opt", ""},
                {"none", "/bin", ""},
                {"", "/bin", ""},
                {"bin/run", "/bin", "/plan/bin/run"},
                {"./bin/run", "", "/plan/bin/run"},
                {"/bin/tool", "", "/bin/tool"},
                {"./data", "", ""},
                {"run", "/bin:bin", ""}};
  for (const auto& c : kCases) {
    EXPECT_EQ(FindExecutable(facts, c.word, c.search_path).value_or(""),
              c.found)
        << c.word << " in " << c.search_path;
  }
}

}  // namespace
}  // namespace provision

#include "bundles/wheels/wheel_script.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Optional;

TEST(WheelScriptTest, ReservedNames) {
  for (const char* name :
       {"python", "Python3", "PYTHONW", "python.exe", "python3.11", "python3.9",
        "python3.13t", "pythonw3.11", "pypy3", "graalpy", "activate",
        "activate.fish", "Activate.ps1", "activate_this.py", "deactivate",
        "deactivate.py", "python.py.exe"}) {
    EXPECT_TRUE(IsReservedScript(name)) << name;
  }
  for (const char* name :
       {"pip", "pip3.11", "python-config", "ipython", "ipython3", "pythonx",
        "python2", "python3.", "python3.x", "python-3.11", "reactivate"}) {
    EXPECT_FALSE(IsReservedScript(name)) << name;
  }
}

TEST(WheelScriptTest, ShebangsThatTheKernelTakes) {
  EXPECT_EQ(Shebang("/v/bin/python"), "#!/v/bin/python\n");
  const std::string fits = "/" + std::string(123, 'x');
  EXPECT_EQ(Shebang(fits), absl::StrCat("#!", fits, "\n"));
  EXPECT_EQ(Shebang(fits + "y"), absl::StrCat("#!/bin/sh\n'''exec' '", fits,
                                              "y' \"$0\" \"$@\"\n' '''\n"));
  EXPECT_EQ(
      Shebang("/it's a/python"),
      "#!/bin/sh\n'''exec' '/it'\"'\"'s a/python' \"$0\" \"$@\"\n' '''\n");
}

TEST(WheelScriptTest, ArgumentsStayBehindTheInterpreter) {
  EXPECT_EQ(Shebang("/v/python", " -E"), "#!/v/python -E\n");
  EXPECT_EQ(Shebang("/a b/python", " -E"),
            "#!/bin/sh\n'''exec' '/a b/python' -E \"$0\" \"$@\"\n' '''\n");
}

TEST(WheelScriptTest, ScriptOfAnEntryPoint) {
  EXPECT_EQ(EntryPointScript(
                {.name = "a", .module = "pkg.sub", .attributes = "Main.run"},
                "/v/bin/python"),
            "#!/v/bin/python\n"
            "import sys\n"
            "from pkg.sub import Main\n"
            "if __name__ == \"__main__\":\n"
            "    sys.exit(Main.run())\n");
}

TEST(WheelScriptTest, TheInterpreterIsPutIn) {
  const struct {
    std::string script, want;
  } kCases[] = {
      {"#!python\nx", "#!/v/python\nx"},
      {"#!pythonw\nx", "#!/v/python\nx"},
      {"#!python\r\nx", "#!/v/python\nx"},
      {"#!python -E\nx", "#!/v/python -E\nx"},
      {"#!python", "#!/v/python\n"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(WithInterpreter(c.script, "/v/python"), Optional(c.want))
        << c.script;
  }
  for (const char* script : {"", "x", "#!/usr/bin/python\n", "#!python3\n",
                             "#!/bin/sh\n", " #!python\n", "#! python\n",
                             "\x7f"
                             "ELF"}) {
    EXPECT_EQ(WithInterpreter(script, "/v/python"), absl::nullopt) << script;
  }
}

}  // namespace
}  // namespace provision

// The scripts, run by the python3 of this machine in an environment that the
// test makes.

#include "plugins/python_packages/interpreter_scripts.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/path.h"
#include "core/testing/testing.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace provision {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class InterpreterScriptsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_.Write("describe.py", kDescribeInterpreterScript);
    folder_.Write("import.py", kImportDistributionsScript);
    python_ = "python3";
    if (Start("-c 'import sys; print(\"%s/bin/python%d.%d\" % "
              "((sys.base_prefix,) + sys.version_info[:2]))'") != 0) {
      GTEST_SKIP() << "no python3 on PATH";
    }
    const std::string base(absl::StripAsciiWhitespace(folder_.Read("out")));
    folder_.Write(
        "env/pyvenv.cfg",
        absl::StrCat("home = ", base.substr(0, base.rfind('/')), "\n"));
    folder_.Write("env/bin/.keep", "");
    python_ = folder_.path() + "/env/bin/python";
    ASSERT_EQ(symlink(base.c_str(), python_.c_str()), 0);
    site_ = absl::StrCat("env/lib/", base.substr(base.rfind('/') + 1),
                         "/site-packages/");
    folder_.Write(site_ + ".keep", "");
  }

  // The exit status of the interpreter.
  int Start(const std::string& arguments) {
    const int status = std::system(
        absl::StrCat("'", python_, "' ", arguments, " > '", folder_.path(),
                     "/out' 2> '", folder_.path(), "/err'")
            .c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  int Import(const std::string& names) {
    return Start(
        absl::StrCat("-I -B '", folder_.path(), "/import.py' ", names));
  }

  // A distribution whose RECORD has these rows.
  void Add(const std::string& name, const std::string& record) {
    folder_.Write(absl::StrCat(site_, name, "-1.0.dist-info/RECORD"), record);
  }

  TemporaryFolder folder_;
  std::string python_;
  std::string site_;
};

TEST_F(InterpreterScriptsTest, DescribesAVirtualEnvironment) {
  ASSERT_EQ(Start(absl::StrCat("-I -B '", folder_.path(), "/describe.py'")), 0)
      << folder_.Read("err");
  google::protobuf::Struct description;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(folder_.Read("out"),
                                                          &description)
                  .ok());
  const auto& fields = description.fields();
  EXPECT_TRUE(fields.at("virtual").bool_value());
  EXPECT_EQ(fields.at("purelib").string_value(),
            NormalPath(absl::StrCat(folder_.path(), "/", site_)));
  const auto& markers = fields.at("markers").struct_value().fields();
  EXPECT_EQ(markers.size(), 11);
  EXPECT_EQ(markers.at("sys_platform").string_value(), "linux");
  EXPECT_THAT(markers.at("python_full_version").string_value(),
              HasSubstr(markers.at("python_version").string_value()));
}

TEST_F(InterpreterScriptsTest, ImportsTheModuleOfTheSameNameOrAll) {
  // `extra.py` would fail; the module called as the distribution is enough.
  Add("Alpha_X", "alpha_x/__init__.py,,\nextra.py,,\n");
  folder_.Write(site_ + "alpha_x/__init__.py", "");
  folder_.Write(site_ + "extra.py", "raise SystemExit(9)");
  Add("pillowish", "\"imaging/__init__.py\",,\n_hidden.py,,\n");
  folder_.Write(site_ + "imaging/__init__.py", "");
  folder_.Write(site_ + "_hidden.py", "raise SystemExit(9)");
  Add("stubs", "stubs-1.0.dist-info/METADATA,,\n../../../bin/tool,,\n");
  EXPECT_EQ(Import("alpha-x Pillowish stubs"), 0) << folder_.Read("err");
  EXPECT_THAT(folder_.Read("err"), IsEmpty());
}

TEST_F(InterpreterScriptsTest, SaysWhichCannotBeImportedAndWhy) {
  Add("broken", "broken.py,,\n");
  folder_.Write(site_ + "broken.py", "import no_such_module");
  Add("loaded", "loaded.cpython-311-x86_64-linux-gnu.so,,\nbinary.py,,\n");
  folder_.Write(site_ + "loaded.py", "raise ImportError('libz.so.9 is away')");
  Add("fine", "fine.py,,\n");
  folder_.Write(site_ + "fine.py", "");
  EXPECT_EQ(Import("fine broken missing loaded"), 1);
  EXPECT_EQ(folder_.Read("err"),
            "broken: ModuleNotFoundError: No module named 'no_such_module'\n"
            "missing: not installed\n"
            "loaded: ImportError: libz.so.9 is away\n");
}

TEST_F(InterpreterScriptsTest, AModuleThatEndsTheProcessIsAFailure) {
  Add("quits", "quits.py,,\n");
  folder_.Write(site_ + "quits.py", "raise SystemExit(0)");
  EXPECT_EQ(Import("quits"), 1);
  EXPECT_THAT(folder_.Read("err"), HasSubstr("quits: SystemExit: 0"));
}

}  // namespace
}  // namespace provision

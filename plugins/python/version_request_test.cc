#include "plugins/python/version_request.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;

VersionRequest Request(absl::string_view text) {
  absl::StatusOr<VersionRequest> request = VersionRequest::Parse(text);
  EXPECT_OK(request) << text;
  return *request;
}

PythonVersion Version(absl::string_view text) {
  return *PythonVersion::Parse(text);
}

TEST(VersionRequestTest, TheGrammarIsUvs) {
  struct Case {
    const char* text;
    const char* canonical;
    const char* yes;
    const char* no;
  };
  for (const Case& c : {
           Case{"3", "3", "3.13.1", "2.7.18"},
           Case{"3.12", "3.12", "3.12.0", "3.13.0"},
           Case{"3.1", "3.1", "3.1.5", "3.12.0"},
           Case{"3.12.3", "3.12.3", "3.12.3", "3.12.4"},
           Case{">=3.12,<3.13", ">=3.12,<3.13", "3.12.9", "3.13.0"},
           Case{">=3.11", ">=3.11", "3.11.2", "3.10.13"},
           Case{"~=3.11.4", "~=3.11.4", "3.11.9", "3.12.0"},
           Case{"!=3.12.1,>=3.12", "!=3.12.1,>=3.12", "3.12.0", "3.12.1"},
           Case{"3.13t", "3.13t", "3.13.2", "3.14.0"},
           Case{"3.13d", "3.13d", "3.13.2", "3.14.0"},
           Case{"3.13td", "3.13td", "3.13.2", "3.14.0"},
           Case{"3.13+freethreaded", "3.13t", "3.13.2", "3.14.0"},
           Case{">=3.13+freethreaded", ">=3.13+freethreaded", "3.14.2",
                "3.12.0"},
           Case{"3.13+debug", "3.13d", "3.13.2", "3.14.0"},
           Case{"3.14+gil", "3.14+gil", "3.14.2", "3.13.0"},
           Case{"cpython@3.12", "3.12", "3.12.1", "3.11.1"},
           Case{"cpython3.12", "3.12", "3.12.1", "3.11.1"},
           Case{"cp312", "3.12", "3.12.1", "3.1.2"},
           Case{"cp39", "3.9", "3.9.18", "3.10.0"},
           Case{"CPython@3.12", "3.12", "3.12.1", "3.11.1"},
           Case{"cpython>=3.12,<3.13", ">=3.12,<3.13", "3.12.9", "3.13.0"},
           Case{"cpython-3.12.3-linux-x86_64-gnu", "3.12.3", "3.12.3",
                "3.12.4"},
           Case{" 3.11.7 ", "3.11.7", "3.11.7", "3.11.8"},
           Case{"3.15.0rc1", "3.15.0rc1", "3.15.0rc1", "3.15.0"},
       }) {
    const VersionRequest request = Request(c.text);
    EXPECT_EQ(request.ToString(), c.canonical) << c.text;
    EXPECT_TRUE(request.Accepts(Version(c.yes))) << c.text;
    EXPECT_FALSE(request.Accepts(Version(c.no))) << c.text;
  }
}

TEST(VersionRequestTest, TheRestIsRefused) {
  struct Case {
    const char* text;
    const char* why;
  };
  for (const Case& c : {
           Case{"", "no version"},
           Case{"../x", "a path is no version"},
           Case{"/bin/sh", "a path is no version"},
           Case{"3.11/../../x", "a path is no version"},
           Case{"C:\\python", "a path is no version"},
           Case{"python3", "neither a version"},
           Case{"pypy3.10", "neither a version"},
           Case{"3.11.7.1", "neither a version"},
           Case{"three", "neither a version"},
           Case{"3.11;rm", "neither a version"},
           Case{">=", "\">=\""},
           Case{"3.13+fast", "+fast is none of"},
           Case{"3.13t+gil", "with and without"},
           Case{"cpython-3.12-linux", "the long form"},
       }) {
    EXPECT_THAT(VersionRequest::Parse(c.text),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.why)))
        << c.text;
  }
}

TEST(VersionRequestTest, OnlyThreeNumbersArePinned) {
  EXPECT_TRUE(Request("3.11.7").is_pinned());
  EXPECT_FALSE(Request("3.11").is_pinned());
  EXPECT_FALSE(Request("==3.11.7").is_pinned());
  EXPECT_TRUE(Request("3.11.7").AcceptsMinorOf(Version("3.11.2")));
  EXPECT_FALSE(Request("3.11.7").AcceptsMinorOf(Version("3.12.7")));
  // Never another minor than the range says.
  EXPECT_FALSE(Request("==3.11.7").AcceptsMinorOf(Version("3.11.2")));
}

TEST(VersionRequestTest, TheLongFormNamesAPlatform) {
  const VersionRequest request = Request("cpython-3.12.3-linux-x86_64-musl");
  EXPECT_EQ(request.os(), "linux");
  EXPECT_EQ(request.machine(), "x86_64");
  EXPECT_EQ(request.libc(), "musl");
  EXPECT_EQ(Request("cpython-3.12-any-any-any").machine(), "");
}

Interpreter Python(absl::string_view version, bool free_threaded = false,
                   bool debug = false) {
  Interpreter interpreter;
  interpreter.version = Version(version);
  interpreter.implementation = "cpython";
  interpreter.free_threaded = free_threaded;
  interpreter.debug = debug;
  interpreter.machine = "x86_64";
  interpreter.libc = "gnu";
  return interpreter;
}

TEST(VersionRequestTest, KindsOfBuilds) {
  struct Case {
    const char* request;
    Interpreter interpreter;
    const char* why;
    bool last_resort;
  };
  Interpreter pypy = Python("3.10.1");
  pypy.implementation = "pypy";
  for (const Case& c : {
           Case{"3.13", Python("3.13.1"), "", false},
           Case{"3.13", Python("3.13.1", true),
                "it is built without the global lock", true},
           Case{"3.14", Python("3.14.0", true), "", true},
           Case{"3.14+gil", Python("3.14.0", true),
                "it is built without the global lock", true},
           Case{"3.13t", Python("3.13.1", true), "", false},
           Case{"3.13t", Python("3.13.1"), "it is built with the global lock",
                false},
           Case{"3.13", Python("3.13.1", false, true), "it is a debug build",
                false},
           Case{"3.13d", Python("3.13.1"), "it is no debug build", false},
           Case{"3.10", pypy, "it is pypy", false},
           Case{">=3.13", Python("3.15.0rc1"), "", true},
           Case{">=3.15.0rc1", Python("3.15.0rc1"), "", false},
           Case{"cpython-3.13-linux-aarch64-gnu", Python("3.13.0"),
                "it is for x86_64", false},
           Case{"cpython-3.13-linux-x86_64-musl", Python("3.13.0"),
                "it is for gnu", false},
       }) {
    EXPECT_EQ(Request(c.request).WhyAnotherKind(c.interpreter), c.why)
        << c.request;
    EXPECT_EQ(Request(c.request).IsLastResort(c.interpreter), c.last_resort)
        << c.request;
  }
}

}  // namespace
}  // namespace provision

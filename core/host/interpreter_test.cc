#include "core/host/interpreter.h"

#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;

// Recorded: Debian 12's, pyenv's 3.11.7, and an environment on the first.
constexpr char kDebian[] =
    R"({"version": "3.11.2", "implementation": "cpython",
    "free_threaded": false, "debug": false, "ssl": true,
    "platform": "x86_64-linux-gnu cpython-311-x86_64-linux-gnu x86_64-pc-linux-gnu",
    "machine": "x86_64", "prefix": "/usr", "base_prefix": "/usr",
    "base_executable": "/usr/bin/python3.11", "stdlib": "/usr/lib/python3.11"})";
constexpr char kPyenv[] =
    R"({"version": "3.11.7", "implementation": "cpython",
    "free_threaded": false, "debug": false, "ssl": true,
    "platform": "x86_64-linux-gnu cpython-311-x86_64-linux-gnu x86_64-pc-linux-gnu",
    "machine": "x86_64", "prefix": "/home/ada/.pyenv/versions/3.11.7",
    "base_prefix": "/home/ada/.pyenv/versions/3.11.7",
    "base_executable": "/home/ada/.pyenv/versions/3.11.7/bin/python3.11",
    "stdlib": "/home/ada/.pyenv/versions/3.11.7/lib/python3.11"})";
constexpr char kVirtual[] =
    R"({"version": "3.11.2", "implementation": "cpython",
    "free_threaded": false, "debug": false, "ssl": true,
    "platform": "x86_64-linux-gnu cpython-311-x86_64-linux-gnu x86_64-pc-linux-gnu",
    "machine": "x86_64", "prefix": "/app/.venv", "base_prefix": "/usr",
    "base_executable": "/usr/bin/python3.11", "stdlib": "/usr/lib/python3.11"})";
// By hand: a build without the lock, on musl.
constexpr char kFreeThreaded[] =
    R"({"version": "3.14.0rc1", "implementation": "cpython",
    "free_threaded": true, "debug": true, "ssl": false,
    "platform": "x86_64-linux-musl None x86_64-alpine-linux-musl",
    "machine": "x86_64", "prefix": "/opt/p", "base_prefix": "/opt/p",
    "base_executable": "/opt/p/bin/python3.14t",
    "stdlib": "/opt/p/lib/python3.14t"})";

absl::StatusOr<Interpreter> Read(FakeFacts& host, absl::string_view path) {
  Facts facts(host, {});
  return ReadInterpreter(path, facts);
}

Interpreter MustRead(absl::string_view answer) {
  FakeFacts host;
  host.AddCommand(InterpreterCommand("/p"), answer);
  absl::StatusOr<Interpreter> interpreter = Read(host, "/p");
  EXPECT_OK(interpreter);
  return interpreter.value_or(Interpreter());
}

TEST(ReadInterpreterTest, TakesItsAnswer) {
  const Interpreter debian = MustRead(kDebian);
  EXPECT_EQ(debian.path, "/p");
  EXPECT_EQ(debian.version.ToString(), "3.11.2");
  EXPECT_EQ(debian.implementation, "cpython");
  EXPECT_TRUE(debian.has_ssl);
  EXPECT_FALSE(debian.is_virtual());
  EXPECT_EQ(debian.libc, "gnu");
  EXPECT_EQ(debian.MinorName(), "3.11");
  EXPECT_EQ(debian.base_executable, "/usr/bin/python3.11");

  EXPECT_TRUE(MustRead(kVirtual).is_virtual());

  const Interpreter free_threaded = MustRead(kFreeThreaded);
  EXPECT_EQ(free_threaded.version.ToString(), "3.14.0rc1");
  EXPECT_EQ(free_threaded.MinorName(), "3.14t");
  EXPECT_EQ(free_threaded.libc, "musl");
  EXPECT_TRUE(free_threaded.debug);
  EXPECT_FALSE(free_threaded.has_ssl);
}

TEST(ReadInterpreterTest, SaysWhyItIsOfNoUse) {
  struct Case {
    const char* value;
    const char* why;
  };
  for (const Case& c : {
           Case{
               "outcome: EXITED status: 2 standard_error: \"usage\\nno -I\\n\"",
               "exits with 2: no -I"},
           Case{"outcome: EXITED status: 1", "exits with 1"},
           Case{"outcome: SIGNALED status: 139", "is killed by signal 11"},
           Case{"outcome: DEADLINE", "does not answer in time"},
           Case{"outcome: NOT_STARTED", "does not start"},
           Case{"outcome: EXITED standard_output: \"Python 3.11\"",
                "answers nonsense"},
           Case{"outcome: EXITED standard_output: \"{}\"", "answers nonsense"},
           Case{"outcome: EXITED standard_output: "
                "\"{\\\"version\\\": \\\"3.11.2\\\", \\\"prefix\\\": "
                "\\\"x\\\"}\"",
                "answers nonsense"},
       }) {
    FakeFacts host;
    FactQuery query;
    for (const std::string& word : InterpreterCommand("/p")) {
      query.mutable_command()->add_argv(word);
    }
    FactValue value;
    *value.mutable_command() = ParseText<FactValue::Command>(c.value);
    host.Add(query, value);
    EXPECT_THAT(Read(host, "/p"),
                StatusIs(absl::StatusCode::kFailedPrecondition, c.why));
  }
}

TEST(ReadInterpreterTest, RunsIsolatedAndWritesNothing) {
  const std::vector<std::string> argv = InterpreterCommand("/usr/bin/python3");
  EXPECT_EQ(argv[0], "/usr/bin/python3");
  EXPECT_EQ(argv[1], "-I");
  EXPECT_EQ(argv[2], "-B");
}

ExternallyManaged Managed(absl::string_view answer,
                          absl::string_view stdlib_marker) {
  FakeFacts host;
  host.AddFile("/usr/lib/python3.11/EXTERNALLY-MANAGED", stdlib_marker);
  host.AddMissing(
      "/home/ada/.pyenv/versions/3.11.7/lib/python3.11/"
      "EXTERNALLY-MANAGED");
  Facts facts(host, {});
  return ReadExternallyManaged(MustRead(answer), facts);
}

// S0-01: the marker decides, never the version.
TEST(ReadExternallyManagedTest, TheMarkerDecides) {
  constexpr char kMarker[] =
      "[externally-managed]\n"
      "Error=To install Python packages system-wide, try apt install\n"
      " python3-xyz, where xyz is the package.\n"
      "\n"
      " If you wish, create a virtual environment.\n";
  const ExternallyManaged debian = Managed(kDebian, kMarker);
  EXPECT_TRUE(debian.managed);
  EXPECT_EQ(debian.marker, "/usr/lib/python3.11/EXTERNALLY-MANAGED");
  EXPECT_EQ(debian.message,
            "To install Python packages system-wide, try apt install\n"
            "python3-xyz, where xyz is the package.\n"
            "If you wish, create a virtual environment.");
  EXPECT_FALSE(Managed(kPyenv, kMarker).managed);
  EXPECT_EQ(Managed(kPyenv, kMarker).marker, "");
  EXPECT_FALSE(Managed(kVirtual, kMarker).managed);
}

TEST(ReadExternallyManagedTest, AMalformedMarkerStillCounts) {
  struct Case {
    const char* marker;
    const char* message;
  };
  for (const Case& c : {
           Case{"", ""},
           Case{"\xFF\x00garbage", ""},
           Case{"Error=outside\n", ""},
           Case{"[other]\nError=x\n", ""},
           Case{"[externally-managed]\nErrors=x\n", ""},
           Case{"[externally-managed]\nError = a\nError-de = b\n c\n", "a"},
       }) {
    const ExternallyManaged found = Managed(kDebian, c.marker);
    EXPECT_TRUE(found.managed) << c.marker;
    EXPECT_EQ(found.message, c.message) << c.marker;
  }
}

TEST(ReadExternallyManagedTest, AMarkerThatCannotBeReadCounts) {
  FakeFacts host;
  FactQuery query;
  query.mutable_file()->set_path("/usr/lib/python3.11/EXTERNALLY-MANAGED");
  host.Add(query, ParseText<FactValue>("absent { reason: DENIED }"));
  Facts facts(host, {});
  EXPECT_TRUE(ReadExternallyManaged(MustRead(kDebian), facts).managed);
}

}  // namespace
}  // namespace provision

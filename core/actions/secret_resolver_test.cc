#include "core/actions/secret_resolver.h"

#include "absl/strings/str_cat.h"
#include "core/base/child_environment.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SecretResolverTest : public testing::Test {
 protected:
  SecretResolverTest() {
    system_.SetIdentity({.uid = 1000, .user_name = "ada", .home = "/home/ada"});
    system_.SetVariable("TOKEN", "canary-1");
    system_.AddFile("/etc/key", "canary-2\n");
    system_.AddFile("/home/ada/.netrc",
                    "machine files.example login ada password canary-3\n");
    system_.AddFile("/usr/bin/secret-tool", "");
    system_.AddCommand(
        {"/usr/bin/secret-tool", "lookup", "service", "db", "username", "ada"},
        "canary-4\n");
    system_.AddCommand({"/usr/bin/pass", "show"}, "canary-5\n");
    system_.AddCommand({"/usr/bin/fails"}, "canary-6", 2);
    system_.AddCommand({"/usr/bin/silent"}, "");
  }

  static absl::StatusOr<Secret> Key() { return Secret("key of the host"); }

  std::string ValueOf(SystemSecretResolver& resolver, const char* reference) {
    absl::StatusOr<Secret> value =
        resolver.Resolve(ParseText<SecretReference>(reference));
    EXPECT_OK(value.status());
    return value.ok() ? std::string(value->Reveal()) : "";
  }

  FakeSystem system_;
};

TEST_F(SecretResolverTest, FindsEachSource) {
  Redactor redactor;
  SystemSecretResolver resolver(system_, &Key, &redactor);
  struct Case {
    const char* reference;
    const char* text;
    const char* value;
  };
  for (const Case& c : {
           Case{R"(env: "TOKEN")", "env:TOKEN", "canary-1"},
           Case{R"(file: "/etc/key")", "file:/etc/key", "canary-2"},
           Case{R"(netrc: "files.example")", "netrc:files.example",
                "ada:canary-3"},
           Case{R"(keyring { service: "db" user: "ada" })", "keyring:db/ada",
                "canary-4"},
           Case{R"(command { argv: "/usr/bin/pass" argv: "show" })",
                "command:/usr/bin/pass", "canary-5"},
       }) {
    EXPECT_EQ(ValueOf(resolver, c.reference), c.value);
    EXPECT_EQ(SecretText(ParseText<SecretReference>(c.reference)), c.text);
    EXPECT_THAT(redactor.Redact(absl::StrCat("it is ", c.value)),
                Not(HasSubstr("canary")));
  }
}

TEST_F(SecretResolverTest, ErrorsNameTheReferenceAndNothingElse) {
  SystemSecretResolver resolver(system_, &Key);
  struct Case {
    const char* reference;
    const char* id;
    const char* says;
  };
  for (const Case& c : {
           Case{R"(env: "NONE")", "secret/missing", "env:NONE"},
           Case{R"(file: "/none")", "secret/missing", "no such file"},
           Case{R"(netrc: "other.example")", "secret/missing", ".netrc"},
           Case{R"(command { argv: "/usr/bin/fails" })", "secret/missing",
                "exit status 2"},
           Case{R"(command { argv: "/usr/bin/silent" })", "secret/missing",
                "nothing"},
           Case{R"(command { argv: "/usr/bin/none" })", "secret/unavailable",
                "none"},
           Case{R"(keyring { service: "db" user: "bob" })",
                "secret/unavailable", "keyring:db/bob"},
           Case{R"(prompt: "PIN?")", "secret/unavailable", "no terminal"},
       }) {
    const absl::Status status =
        resolver.Resolve(ParseText<SecretReference>(c.reference)).status();
    EXPECT_THAT(status, HasDiagnosticId(c.id)) << c.reference;
    EXPECT_THAT(DiagnosticFromStatus(status).DebugString(),
                AllOf(HasSubstr(c.says), Not(HasSubstr("canary"))))
        << c.reference;
  }
  EXPECT_THAT(resolver.Resolve(SecretReference()),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(SecretResolverTest, WithoutSecretToolThereIsNoKeyring) {
  system_.RemoveTree("/usr/bin/secret-tool");
  SystemSecretResolver resolver(system_, &Key);
  EXPECT_THAT(resolver.Resolve(ParseText<SecretReference>(
                  R"pb(keyring { service: "db" user: "ada" })pb")),
              HasDiagnosticId("secret/unavailable"));
}

TEST_F(SecretResolverTest, CommandsGetTheComposedEnvironment) {
  system_.SetVariable("LD_PRELOAD", "evil.so");
  system_.SetVariable("XDG_RUNTIME_DIR", "/run/user/1000");
  SystemSecretResolver resolver(system_, &Key);
  ValueOf(resolver, R"(keyring { service: "db" user: "ada" })");
  const ProcessSpec spec = system_.runs().at(0);
  EXPECT_EQ(spec.environment.count("LD_PRELOAD"), 0u);
  EXPECT_EQ(spec.environment.count("TOKEN"), 0u);
  EXPECT_EQ(spec.environment.at("PATH"), kChildPath);
  EXPECT_EQ(spec.environment.at("XDG_RUNTIME_DIR"), "/run/user/1000");
}

TEST_F(SecretResolverTest, AVersionIsAKeyedDigestOfTheValue) {
  SystemSecretResolver resolver(system_, &Key);
  SystemSecretResolver elsewhere(system_, [] { return Secret("other key"); });
  const auto reference = ParseText<SecretReference>(R"pb(env: "TOKEN")pb");
  ASSERT_OK_AND_ASSIGN(std::string first, resolver.Version(reference));
  EXPECT_EQ(first.size(), 64u);
  EXPECT_THAT(resolver.Version(reference), IsOkAndHolds(first));
  EXPECT_NE(elsewhere.Version(reference).value(), first);
  system_.SetVariable("TOKEN", "canary-7");
  EXPECT_NE(resolver.Version(reference).value(), first);
  // The same value from another source is the same version.
  system_.SetVariable("OTHER", "canary-7");
  EXPECT_EQ(resolver.Version(ParseText<SecretReference>(R"pb(env: "OTHER")pb"))
                .value(),
            resolver.Version(reference).value());
}

TEST_F(SecretResolverTest, APromptAsksOnce) {
  int asked = 0;
  SystemSecretResolver resolver(
      system_, &Key, nullptr,
      [&](absl::string_view question) -> absl::StatusOr<Secret> {
        EXPECT_EQ(question, "PIN?");
        ++asked;
        return Secret("1234");
      });
  EXPECT_EQ(ValueOf(resolver, R"(prompt: "PIN?")"), "1234");
  EXPECT_EQ(ValueOf(resolver, R"(prompt: "PIN?")"), "1234");
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace provision

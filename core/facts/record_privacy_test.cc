#include "core/facts/record_privacy.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kCanary[] = "canary-4711";

FactValue FileOf(absl::string_view content) {
  FactValue value;
  value.mutable_file()->add_chunk(std::string(content));
  return value;
}

TEST(RecordPrivacyTest, NamesThatTellOfASecret) {
  for (const char* name :
       {"GITHUB_TOKEN", "TOKEN", "MYSQL_PWD", "PGPASSWORD", "DB_PASS",
        "AWS_SECRET_ACCESS_KEY", "API_KEY", "APIKEY", "_authToken", "_auth",
        "auth", "GITHUB_PAT", "Authorization", "session_cookie",
        "privateKeyPem", "CI_JOB_CREDENTIALS", "passphrase", "apiKey"}) {
    EXPECT_TRUE(NamesSecret(name)) << name;
  }
  for (const char* name :
       {"PWD", "OLDPWD", "PATH", "HOME", "KEY", "KEYBOARD", "PASSENGER_ROOT",
        "SSH_AUTH_SOCK", "UV_KEYRING_PROVIDER", "XAUTHORITY", "COMPAT", "PAT",
        "MONKEY", "HTTPS_PROXY", ""}) {
    EXPECT_FALSE(NamesSecret(name)) << name;
  }
}

TEST(RecordPrivacyTest, NoCanaryLeavesAText) {
  for (const char* text :
       {"index-url = https://u:canary-4711@index.example/simple\n",
        "password = canary-4711\n", "password: two words canary-4711",
        "{\"auth\": \"canary-4711\", \"x\": 1}",
        "{'a': 1, 'api_key': 'canary-4711'}",
        "//npm.corp.example/:_authToken=canary-4711\n",
        "export GITHUB_TOKEN=canary-4711", "Authorization: Basic canary-4711",
        "-----BEGIN RSA PRIVATE KEY-----\ncanary-4711\n-----END RSA PRIVATE "
        "KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\ncanary-4711 and cut off"}) {
    const FactQuery file = ParseText<FactQuery>("file { path: '/etc/x' }");
    EXPECT_THAT(RecordableValue(file, FileOf(text)).ShortDebugString(),
                Not(HasSubstr(kCanary)));

    FactValue value;
    value.mutable_command()->set_standard_output(text);
    value.mutable_command()->set_standard_error(text);
    const FactQuery command = ParseText<FactQuery>("command { argv: '/x' }");
    EXPECT_THAT(RecordableValue(command, value).ShortDebugString(),
                Not(HasSubstr(kCanary)));

    value.mutable_http_read()->set_body(text);
    const FactQuery http = ParseText<FactQuery>("http_read { url: 'x' }");
    EXPECT_THAT(RecordableValue(http, value).ShortDebugString(),
                Not(HasSubstr(kCanary)));

    value.mutable_failed_attempt()->set_output(text);
    const FactQuery attempt = ParseText<FactQuery>("failed_attempt {}");
    EXPECT_THAT(RecordableValue(attempt, value).ShortDebugString(),
                Not(HasSubstr(kCanary)));
  }
}

TEST(RecordPrivacyTest, TheRestOfATextStays) {
  const FactQuery query = ParseText<FactQuery>("file { path: '/etc/x' }");
  const struct {
    const char* text;
    const char* recorded;
  } kCases[] = {
      {"a = 1\npassword = x\nb = 2\n", "a = 1\npassword = ***\nb = 2\n"},
      {"{\"token\": \"x\", \"n\": 1}", "{\"token\": \"***\", \"n\": 1}"},
      {"{\"token\": \"***\", \"n\": 1}", "{\"token\": \"***\", \"n\": 1}"},
      {"url: https://u:p@h/x", "url: https://***@h/x"},
      {"git+ssh://git@h/x", "git+ssh://git@h/x"},
      {"password =\nnext", "password =\nnext"},
      {"NAME=\"Debian\"\n", "NAME=\"Debian\"\n"}};
  for (const auto& c : kCases) {
    EXPECT_THAT(RecordableValue(query, FileOf(c.text)),
                EqualsProto(FileOf(c.recorded)));
  }
  const std::string binary("token=\0x", 8);
  EXPECT_THAT(RecordableValue(query, FileOf(binary)),
              EqualsProto(FileOf(binary)));
}

TEST(RecordPrivacyTest, FilesOfSecretsAreLeftOut) {
  for (const char* path :
       {"/home/u/.netrc", "/home/u/.ssh/id_ed25519", "/etc/shadow",
        "/home/u/.aws/credentials", "/etc/ssl/private/server.key"}) {
    FactQuery query;
    query.mutable_file()->set_path(path);
    EXPECT_EQ(RecordableValue(query, FileOf(kCanary)).absent().reason(),
              FactValue::Absent::NOT_RECORDED);
    query.mutable_digest()->set_path(path);
    EXPECT_EQ(RecordableValue(query, ParseText<FactValue>("digest { size: 1 }"))
                  .absent()
                  .reason(),
              FactValue::Absent::NOT_RECORDED);
    const FactValue missing =
        ParseText<FactValue>("absent { reason: MISSING }");
    EXPECT_THAT(RecordableValue(query, missing), EqualsProto(missing));
  }
}

TEST(RecordPrivacyTest, AQueryKeepsNoSecretEither) {
  EXPECT_THAT(RecordableQuery(ParseText<FactQuery>(R"pb(
                command {
                  argv: "/bin/x"
                  argv: "https://u:p@h/"
                  environment { name: "TOKEN" value: "x" }
                  environment { name: "LANG" value: "C" }
                })pb")),
              EqualsProto(R"pb(
                command {
                  argv: "/bin/x"
                  argv: "https://***@h/"
                  environment { name: "TOKEN" value: "***" }
                  environment { name: "LANG" value: "C" }
                })pb"));
  EXPECT_THAT(RecordableQuery(
                  ParseText<FactQuery>("http_read { url: 'http://u:p@h' }")),
              EqualsProto("http_read { url: 'http://***@h' }"));
  const FactQuery file = ParseText<FactQuery>("file { path: '/x' }");
  EXPECT_THAT(RecordableQuery(file), EqualsProto(file));
}

TEST(RecordPrivacyTest, VariablesKeepNoUserInformation) {
  EXPECT_THAT(
      RecordableValue(
          ParseText<FactQuery>("variable { name: 'HTTPS_PROXY' }"),
          ParseText<FactValue>("variable { value: 'http://u:p@proxy:80' }")),
      EqualsProto("variable { value: 'http://***@proxy:80' }"));
}

}  // namespace
}  // namespace provision

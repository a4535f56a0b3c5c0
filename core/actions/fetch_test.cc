#include "core/actions/fetch.h"

#include "absl/strings/str_cat.h"
#include "core/actions/action_handler.h"
#include "core/base/crypto.h"
#include "core/base/secret.h"
#include "core/testing/fake_system.h"
#include "core/testing/scripted_server.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::SizeIs;

constexpr char kBody[] = "the artifact, which is rather short";

class OneSecret final : public SecretResolver {
 public:
  absl::StatusOr<Secret> Resolve(const SecretReference& reference) override {
    if (reference.env() == "http_proxy") return Secret("http://u:p@p.example");
    return Secret("user:pass");
  }
  absl::StatusOr<std::string> Version(const SecretReference&) override {
    return std::string("v1");
  }
};

class NoFacts final : public FactReader {
 public:
  FactValue Read(const FactQuery&) override { return FactValue(); }
};

ScriptedServer::Handler Good() {
  return Answer(
      absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", sizeof(kBody) - 1,
                   "\r\nETag: \"v1\"\r\n\r\n", kBody));
}

class FetchTest : public testing::Test {
 protected:
  FetchTest() {
    system_.AddDirectory("/store", 0700);
    context_.secrets = &secrets_;
  }

  Action Pinned(const std::vector<std::string>& urls) const {
    Action action;
    Fetch* fetch = action.mutable_fetch();
    for (const std::string& url : urls) fetch->add_url(url);
    fetch->set_sha256(Sha256Hex(kBody));
    fetch->set_size(sizeof(kBody) - 1);
    fetch->set_name("the artifact");
    return action;
  }

  absl::Status Perform(const Action& action) {
    PROVISION_ASSIGN_OR_RETURN(Preparation preparation,
                               handler_->Prepare(action, context_));
    return handler_->Perform(action, preparation, context_);
  }

  absl::optional<std::string> Stored() const {
    return system_.Content(absl::StrCat("/store/sha256/", Sha256Hex(kBody)));
  }

  FakeSystem system_;
  OneSecret secrets_;
  std::unique_ptr<Directory> store_;
  ActionContext context_{.system = system_,
                         .undo = nullptr,
                         .store = [this]() -> absl::StatusOr<Directory*> {
                           PROVISION_ASSIGN_OR_RETURN(
                               store_, system_.OpenDirectory("/store"));
                           return store_.get();
                         }};
  std::unique_ptr<ActionHandler> handler_ = NewFetchHandler();
};

TEST_F(FetchTest, FromTheWebIntoTheStore) {
  ScriptedServer server({Good()});
  const Action action = Pinned({server.Url("/a")});
  EXPECT_THAT(handler_->AuditWanted(action, context_),
              IsOkAndHolds(Audit::kOther));
  ASSERT_OK(Perform(action));
  EXPECT_EQ(Stored(), kBody);
  EXPECT_THAT(handler_->AuditWanted(action, context_),
              IsOkAndHolds(Audit::kAfter));
  EXPECT_THAT(handler_->AuditPrepared(action, {}, context_),
              IsOkAndHolds(Audit::kAfter));
  system_.PowerCut();
  EXPECT_EQ(Stored(), kBody);
}

TEST_F(FetchTest, FromAFileWithoutAnyConnection) {
  system_.AddFile("/mirror/a b.whl", kBody);
  context_.offline = true;
  ASSERT_OK(Perform(Pinned({"file:///mirror/a%20b.whl"})));
  EXPECT_EQ(Stored(), kBody);
}

TEST_F(FetchTest, MirrorsInOrderOfBothKinds) {
  system_.AddFile("/mirror/wrong", std::string(sizeof(kBody) - 1, 'w'));
  system_.AddFile("/mirror/good", kBody);
  ScriptedServer server(
      {Answer("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")});
  ASSERT_OK(Perform(Pinned({"file:///mirror/none", "file:///mirror/wrong",
                            server.Url("/a"), "file:///mirror/good"})));
  EXPECT_EQ(Stored(), kBody);
  EXPECT_THAT(server.requests(), SizeIs(1));
}

TEST_F(FetchTest, ADamagedStoreFileIsReplaced) {
  system_.AddFile(absl::StrCat("/store/sha256/", Sha256Hex(kBody)), "damaged");
  ScriptedServer server({Good()});
  const Action action = Pinned({server.Url("/a")});
  EXPECT_THAT(handler_->AuditWanted(action, context_),
              IsOkAndHolds(Audit::kOther));
  ASSERT_OK(Perform(action));
  EXPECT_EQ(Stored(), kBody);
}

TEST_F(FetchTest, WhatIsInTheStoreIsNotFetched) {
  system_.AddFile(absl::StrCat("/store/sha256/", Sha256Hex(kBody)), kBody);
  ScriptedServer server({});
  ASSERT_OK(Perform(Pinned({server.Url("/a")})));
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST_F(FetchTest, FailuresNameTheArtifactAndLeaveNoFinalName) {
  ScriptedServer server({Answer("HTTP/1.1 407 Login\r\n\r\n")});
  EXPECT_THAT(Perform(Pinned({server.Url("/a")})),
              AllOf(HasDiagnosticId("net/proxy-auth"),
                    StatusIs(absl::StatusCode::kFailedPrecondition,
                             AllOf(HasSubstr("fetch the artifact: "),
                                   HasSubstr("proxy wants credentials")))));
  EXPECT_EQ(Stored(), absl::nullopt);
  EXPECT_THAT(Perform(Pinned({"file:///none"})),
              HasDiagnosticId("host/missing"));
}

TEST_F(FetchTest, AProxyAndItsLogin) {
  ScriptedServer proxy(
      {Answer("HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic "
              "realm=\"p\"\r\nContent-Length: 0\r\n\r\n"),
       Good()});
  Action action = Pinned({"http://files.example/a"});
  const std::string direct = ActionDigest(action, {});
  action.mutable_fetch()->set_proxy(proxy.Url(""));
  action.mutable_fetch()->mutable_proxy_login()->set_env("http_proxy");
  // How the artifact comes is no part of what it is.
  EXPECT_EQ(ActionDigest(action, {}), direct);
  ASSERT_OK(Perform(action));
  EXPECT_EQ(Stored(), kBody);
  ASSERT_THAT(proxy.requests(), SizeIs(2));
  EXPECT_THAT(proxy.requests()[1],
              HasSubstr("Proxy-Authorization: Basic dTpw"));
}

TEST_F(FetchTest, OfflineOpensNoSocket) {
  ScriptedServer server({Good()});
  context_.offline = true;
  EXPECT_THAT(Perform(Pinned({server.Url("/a")})),
              HasDiagnosticId("net/offline"));
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST_F(FetchTest, UnpinnedOnlyWhereItSaysSoAndNotOverHttp) {
  system_.AddFile("/mirror/a", kBody);
  Action action = Pinned({"file:///mirror/a"});
  action.mutable_fetch()->clear_sha256();
  EXPECT_THAT(Perform(action), HasDiagnosticId("net/unpinned"));
  action.mutable_fetch()->set_unpinned(true);
  EXPECT_OK(Perform(action));
  EXPECT_EQ(Stored(), kBody);
  EXPECT_THAT(handler_->AuditWanted(action, context_),
              IsOkAndHolds(Audit::kUnknown));
  action.mutable_fetch()->add_url("http://127.0.0.1/");
  EXPECT_THAT(Perform(action), HasDiagnosticId("net/unpinned"));
  action = Pinned({"file:///mirror/a"});
  action.mutable_fetch()->set_unpinned(true);
  EXPECT_THAT(Perform(action), HasDiagnosticId("net/unpinned"));
}

TEST_F(FetchTest, WhatCanNeverWorkIsRefusedBeforeAnything) {
  EXPECT_THAT(Perform(Pinned({})), HasDiagnosticId("net/url"));
  Action action = Pinned({"https://h/"});
  for (const std::string digest : {"abc", "../../x", ""}) {
    action.mutable_fetch()->set_sha256(digest);
    EXPECT_THAT(Perform(action), HasDiagnosticId("net/digest")) << digest;
  }
  EXPECT_THAT(system_.operations(), IsEmpty());
}

TEST_F(FetchTest, FilesOfAnotherLengthAreNotCopied) {
  system_.AddFile("/mirror/a", "short");
  EXPECT_THAT(Perform(Pinned({"file:///mirror/a"})),
              HasDiagnosticId("net/length"));
}

TEST_F(FetchTest, CredentialsComeFromTheResolver) {
  ScriptedServer server({Good()});
  Action action = Pinned({server.Url("/a")});
  action.mutable_fetch()->mutable_credentials()->set_env("LOGIN");
  ASSERT_OK(Perform(action));
  EXPECT_EQ(HeaderOf(server.requests()[0], "Authorization"),
            "Basic dXNlcjpwYXNz");
}

TEST_F(FetchTest, CrashedAtEveryOperationAndRunAgainItConverges) {
  for (int n = 1;; ++n) {
    system_.RemoveTree("/store");
    system_.AddDirectory("/store", 0700);
    ScriptedServer server({Good(), Good()});
    const Action action = Pinned({server.Url("/a")});
    system_.CrashAt(n);
    const absl::Status first = Perform(action);
    const bool crashed = system_.crashed();
    EXPECT_EQ(first.ok(), !crashed) << first;
    system_.Restart();
    ASSERT_OK_AND_ASSIGN(Audit audit, handler_->AuditWanted(action, context_));
    if (audit != Audit::kAfter) {
      ASSERT_OK(handler_->Clean(action, {}, context_));
      ASSERT_OK(Perform(action)) << n;
    }
    EXPECT_EQ(Stored(), kBody) << n;
    if (!crashed) break;
  }
}

TEST_F(FetchTest, ThePreviewNamesWhatAndHowLarge) {
  NoFacts facts;
  Action action = Pinned({"https://files.example/x/a.whl?token=1"});
  EXPECT_THAT(handler_->Describe(action, facts, "/"),
              EqualsProto(absl::StrCat(
                  "verb: 'fetch' object: 'the artifact' note: '35 B  sha256:",
                  Sha256Hex(kBody).substr(0, 12), "'")));
  action.mutable_fetch()->set_proxy("http://proxy.example:3128");
  EXPECT_THAT(handler_->Describe(action, facts, "/").note(),
              EndsWith("  through http://proxy.example:3128"));
  action.mutable_fetch()->clear_proxy();
  action.mutable_fetch()->clear_name();
  action.mutable_fetch()->clear_sha256();
  action.mutable_fetch()->clear_size();
  action.mutable_fetch()->set_unpinned(true);
  EXPECT_THAT(handler_->Describe(action, facts, "/"),
              EqualsProto("verb: 'fetch' object: 'a.whl' note: 'unpinned'"));
}

}  // namespace
}  // namespace provision

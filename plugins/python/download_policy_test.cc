#include "plugins/python/download_policy.h"

#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::Eq;
using testing::Optional;

struct Host {
  const char* variable = nullptr;
  const char* machine = nullptr;  // /etc/uv/uv.toml
  const char* user = nullptr;     // ~/.config/uv/uv.toml
};

absl::optional<std::string> Forbidden(const Host& host) {
  FakeFacts fake;
  fake.AddHost(1000, "/home/ada");
  fake.AddMissingVariable("XDG_CONFIG_HOME");
  if (host.variable == nullptr) {
    fake.AddMissingVariable("UV_PYTHON_DOWNLOADS");
  } else {
    fake.AddVariable("UV_PYTHON_DOWNLOADS", host.variable);
  }
  const auto add = [&fake](absl::string_view path, const char* content) {
    if (content == nullptr) {
      fake.AddMissing(path);
    } else {
      fake.AddFile(path, content);
    }
  };
  add("/etc/uv/uv.toml", host.machine);
  add("/home/ada/.config/uv/uv.toml", host.user);
  Facts facts(fake, {});
  return WhoForbidsDownloads(facts);
}

TEST(WhoForbidsDownloadsTest, P3NamesPlaceAndKey) {
  EXPECT_THAT(Forbidden({}), Eq(absl::nullopt));
  EXPECT_THAT(Forbidden({.variable = "never"}),
              Optional(Eq("UV_PYTHON_DOWNLOADS=never in the environment")));
  // After uv#9437.
  EXPECT_THAT(Forbidden({.machine = "# ours\npython-downloads = \"manual\"\n"}),
              Optional(Eq("python-downloads = \"manual\" in /etc/uv/uv.toml")));
  EXPECT_THAT(Forbidden({.user = "python-downloads='never'"}),
              Optional(Eq("python-downloads = \"never\" in "
                          "/home/ada/.config/uv/uv.toml")));
  // A user's yes does not outweigh the machine's no.
  EXPECT_THAT(Forbidden({.variable = "automatic",
                         .machine = "python-downloads = \"never\"",
                         .user = "python-downloads = \"automatic\""}),
              Optional(Eq("python-downloads = \"never\" in /etc/uv/uv.toml")));
  EXPECT_THAT(Forbidden({.variable = "automatic",
                         .machine = "python-downloads = \"automatic\""}),
              Eq(absl::nullopt));
}

TEST(OutermostTomlStringTest, ReadsPlainStringsBeforeTheFirstTable) {
  EXPECT_THAT(OutermostTomlString("a = 1\n k=\"v\" # x\n", "k"),
              Optional(Eq("v")));
  for (const char* content : {"", "k = 1", "k = \"open", "[t]\nk = \"v\"",
                              "kk = \"v\"", "#k = \"v\"", "k.x = \"v\""}) {
    EXPECT_THAT(OutermostTomlString(content, "k"), Eq(absl::nullopt))
        << content;
  }
}

}  // namespace
}  // namespace provision

#include "core/base/file_url.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(PathOfFileUrlTest, DecodesOnce) {
  EXPECT_THAT(PathOfFileUrl("file:///a/b"), IsOkAndHolds("/a/b"));
  EXPECT_THAT(PathOfFileUrl("FILE://localhost/a%20b"), IsOkAndHolds("/a b"));
  EXPECT_THAT(PathOfFileUrl("file:///%252e%252e/x"), IsOkAndHolds("/%2e%2e/x"));
  EXPECT_THAT(PathOfFileUrl("file:///%c3%A9"), IsOkAndHolds("/\u00e9"));
}

TEST(PathOfFileUrlTest, RefusesTheRest) {
  for (const std::string url :
       {"", "/a", "file:a", "file:/a", "file://", "file://host/a", "file:///a%",
        "file:///a%2", "file:///a%zz", "file:///a%00b", "file:///a?b",
        "file:///a#b", "http://h/a", "file://localhostess/a"}) {
    EXPECT_THAT(PathOfFileUrl(url), HasDiagnosticId("net/url")) << url;
  }
}

}  // namespace
}  // namespace provision

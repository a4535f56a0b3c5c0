#include "core/actions/netrc.h"

#include <string>

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(NetrcTest, FindsTheMachine) {
  constexpr char kText[] =
      "# machine commented login no password no\n"
      "machine one.example login ada password s3cret\n"
      "machine two.example\n\tlogin \"b o\"\n\taccount x\n"
      "\tpassword \"p\\\"w #1\"\n"
      "macdef init\nmachine macro.example login a password b\n\n"
      "machine one.example login later password later\n"
      "machine bare.example login only\n"
      "machine hash.example login h password a#b\n";
  struct Case {
    const char* host;
    absl::optional<std::string> value;
  };
  for (const Case& c : {
           Case{"one.example", std::string("ada:s3cret")},
           Case{"ONE.example", std::string("ada:s3cret")},
           Case{"two.example", std::string("b o:p\"w #1")},
           Case{"hash.example", std::string("h:a#b")},
           Case{"macro.example", absl::nullopt},
           Case{"commented", absl::nullopt},
           Case{"bare.example", absl::nullopt},
           Case{"none.example", absl::nullopt},
       }) {
    const absl::optional<Secret> found = NetrcCredentials(kText, c.host);
    ASSERT_EQ(found.has_value(), c.value.has_value()) << c.host;
    if (found.has_value()) {
      EXPECT_EQ(found->Reveal(), *c.value) << c.host;
    }
  }
}

TEST(NetrcTest, DefaultIsForTheRest) {
  constexpr char kText[] =
      "machine one.example password a\ndefault login anon password any";
  EXPECT_EQ(NetrcCredentials(kText, "one.example")->Reveal(), ":a");
  EXPECT_EQ(NetrcCredentials(kText, "two.example")->Reveal(), "anon:any");
  EXPECT_FALSE(NetrcCredentials("", "x").has_value());
  EXPECT_FALSE(NetrcCredentials("machine", "x").has_value());
}

}  // namespace
}  // namespace provision

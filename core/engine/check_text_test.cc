#include "core/engine/check_text.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(CheckTextTest, EveryKindHasWords) {
  const struct {
    const char* check;
    const char* text;
  } kCases[] = {
      {"import: 'numpy.linalg'", "import numpy.linalg"},
      {"file { path: '/r/a' sha256: '4a51ce60007a9' mode: '0644' }",
       "a is there, mode 0644, sha256:4a51ce60007a"},
      {"file { path: '/r/a' target: 'b' }", "a is a link to b"},
      {"file { path: '/x/a' type: ABSENT }", "nothing at /x/a"},
      {"file { path: '/r/a' type: DIRECTORY }", "a is a directory"},
      {"command { argv: '/r/bin/x' argv: '-V' }", "bin/x -V succeeds"},
      {"command { argv: '/b' argv: '-c' argv: 'one\\ntwo' argv: 'x' }",
       "/b -c one ... x succeeds"},
      {"command { argv: '/b' exit_status: 3 }", "/b exits with 3"},
      {"command { argv: '/b' output: '3.*' }", "/b prints 3.*"},
      {"tcp { host: 'db' port: 5432 }", "port 5432 of db answers"},
      {"http { url: 'http://a' }", "http://a answers 200"},
      {"tls { host: 'a' port: 443 }", "TLS with a:443"},
      {"behaviour { directory: '/r/e' }", "what e can do"},
      {"command { argv: '/b' } text: 'it starts'", "it starts"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(CheckText(ParseText<Check>(c.check), "/r"), c.text);
  }
}

}  // namespace
}  // namespace provision

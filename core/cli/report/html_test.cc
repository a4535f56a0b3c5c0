#include "core/cli/report/html.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(HtmlTest, NoTagOrAttributeComesOutOfAText) {
  EXPECT_EQ(HtmlText("</script><b a=\"x\" b='y'>&amp;"),
            "&lt;/script&gt;&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
  EXPECT_EQ(HtmlText("<!-- {{data}}"), "&lt;!-- {{data}}");
}

TEST(HtmlTest, WhatIsInvisibleIsSpeltOut) {
  EXPECT_EQ(HtmlText("a\u202eb"), "a\\u202eb");
  EXPECT_EQ(HtmlText("a\x1b[31m\n"), "a\\x1b[31m\\n");
  EXPECT_EQ(HtmlText("\xff"), "\\xff");
}

TEST(HtmlTest, LinesStayLines) {
  EXPECT_EQ(HtmlLines("a<\n\x1b\n"), "a&lt;\n\\x1b\n");
}

TEST(HtmlTest, JsonCannotEndItsElement) {
  EXPECT_EQ(HtmlJson("{\"a\":\"</script><!--&\"}"),
            "{\"a\":\"\\u003c/script\\u003e\\u003c!--\\u0026\"}");
}

}  // namespace
}  // namespace provision

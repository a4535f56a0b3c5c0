#include "bundles/wheels/metadata_fields.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

TEST(MetadataFieldsTest, ReadsTheHead) {
  const MetadataFields fields = MetadataFields::Parse(
      "Name: a\r\nVERSION:  1.0 \nTag: x\nTag: y\nLicense: one\n  two\n"
      "\nBody: z\n");
  EXPECT_THAT(fields.Single("name"), Optional(std::string("a")));
  EXPECT_THAT(fields.Single("Version"), Optional(std::string("1.0")));
  EXPECT_THAT(fields.All("Tag"), ElementsAre("x", "y"));
  EXPECT_EQ(fields.Single("Tag"), absl::nullopt);
  EXPECT_THAT(fields.Single("License"), Optional(std::string("one\n  two")));
  EXPECT_THAT(fields.All("Body"), IsEmpty());
}

TEST(MetadataFieldsTest, EndsAtWhatIsNoField) {
  for (const char* text : {"", "no field\nName: a\n", ":\nName: a\n",
                           "\nName: a\n", " begins with a space\nName: a"}) {
    EXPECT_EQ(MetadataFields::Parse(text).Single("Name"), absl::nullopt)
        << text;
  }
}

}  // namespace
}  // namespace provision

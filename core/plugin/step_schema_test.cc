#include "core/plugin/step_schema.h"

#include "core/api/plan.pb.h"
#include "core/plan/message_text.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using google::protobuf::FileDescriptorSet;
using testing::HasSubstr;

// acme.motd, a message with a text, and `other` with one of an import.
FileDescriptorSet Files(int number = 734211,
                        const std::string& extension = "motd") {
  FileDescriptorSet files = ParseText<FileDescriptorSet>(R"pb(
    file {
      name: "common.proto"
      package: "acme"
      message_type {
        name: "Line"
        field { name: "text" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
      }
    }
    file {
      name: "motd.proto"
      package: "acme"
      dependency: "core/api/plan.proto"
      dependency: "common.proto"
      message_type {
        name: "MotdConfig"
        field {
          name: "line"
          number: 1
          type: TYPE_MESSAGE
          type_name: ".acme.Line"
          label: LABEL_REPEATED
        }
      }
      extension {
        type: TYPE_MESSAGE
        type_name: ".acme.MotdConfig"
        extendee: ".provision.Step"
        label: LABEL_OPTIONAL
      }
    }
  )pb");
  files.mutable_file(1)->mutable_extension(0)->set_number(number);
  files.mutable_file(1)->mutable_extension(0)->set_name(extension);
  return files;
}

const std::map<std::string, std::string>& Motd() {
  static const auto* const motd =
      new std::map<std::string, std::string>{{"acme.motd", "acme.MotdConfig"}};
  return *motd;
}

TEST(StepSchemaTest, APlanHasTheStepsOfPluginsAndGoesThroughBytes) {
  StepSchema schema;
  ASSERT_OK(schema.Add("motd", Files(), Motd()));
  constexpr char kPlan[] =
      "name: 'p'\nstep { name: 's' [acme.motd] { line { text: 'a' } } }\n";
  Plan plan;
  const MessageText text = ParseMessageText("p", kPlan, &plan, &schema);
  ASSERT_TRUE(text.diagnostics.empty());
  EXPECT_EQ(text.places.at("step[0].motd.line[0].text").line, 2);
  EXPECT_THAT(plan.ShortDebugString(),
              HasSubstr("[acme.motd] { line { text: \"a\" } }"));

  Plan again;
  ASSERT_TRUE(schema.Parse(plan.SerializeAsString(), &again));
  EXPECT_EQ(again.ShortDebugString(), plan.ShortDebugString());
  EXPECT_FALSE(schema.Parse("\xff", &again));
}

TEST(StepSchemaTest, ErrorsHaveTheirPlaces) {
  StepSchema schema;
  ASSERT_OK(schema.Add("motd", Files(), Motd()));
  Plan plan;
  const MessageText text = ParseMessageText(
      "p",
      "step { [acme.motd] { line { txet: 'a' } } }\nstep { [acme.mtod] {} }",
      &plan, &schema);
  ASSERT_EQ(text.diagnostics.size(), 2u);
  EXPECT_EQ(text.diagnostics[0].id(), "plan/unknown-field");
  EXPECT_EQ(text.diagnostics[0].suggestion(), "text");
  EXPECT_EQ(text.diagnostics[0].place().column(), 29);
  EXPECT_EQ(text.diagnostics[1].suggestion(), "[acme.motd]");
}

TEST(StepSchemaTest, FilesOfTwoPluginsMayBeCalledAlike) {
  StepSchema schema;
  ASSERT_OK(schema.Add("motd", Files(), Motd()));
  FileDescriptorSet other = Files(734212, "banner");
  for (auto& file : *other.mutable_file()) file.set_package("other");
  other.mutable_file(1)
      ->mutable_message_type(0)
      ->mutable_field(0)
      ->set_type_name(".other.Line");
  other.mutable_file(1)->mutable_extension(0)->set_type_name(
      ".other.MotdConfig");
  EXPECT_OK(schema.Add("other", other, {{"other.banner", "other.MotdConfig"}}));
  EXPECT_EQ(schema.extensions().size(), 2u);
}

struct RefusedCase {
  FileDescriptorSet files;
  std::map<std::string, std::string> fields;
  std::string why;
};

TEST(StepSchemaTest, SaysWhatItCannotTakeIn) {
  FileDescriptorSet without_import = Files();
  without_import.mutable_file()->DeleteSubrange(0, 1);
  for (const RefusedCase& tried : std::vector<RefusedCase>{
           {without_import, Motd(), "imports common.proto"},
           {Files(99999), Motd(), "begin at 100000"},
           {Files(), {{"acme.mtod", "x"}}, "no extension acme.mtod"},
           {Files(), {{"acme.motd", "acme.Line"}}, "type acme.Line"}}) {
    StepSchema schema;
    EXPECT_THAT(
        schema.Add("motd", tried.files, tried.fields),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(tried.why)));
    EXPECT_TRUE(schema.extensions().empty());
  }
}

TEST(StepSchemaTest, TwoOfOneNumberAreRefusedByBothNames) {
  StepSchema schema;
  ASSERT_OK(schema.Add("motd", Files(), Motd()));
  FileDescriptorSet other = Files(734211, "banner");
  for (auto& file : *other.mutable_file()) file.set_package("other");
  other.mutable_file(1)
      ->mutable_message_type(0)
      ->mutable_field(0)
      ->set_type_name(".other.Line");
  other.mutable_file(1)->mutable_extension(0)->set_type_name(
      ".other.MotdConfig");
  EXPECT_THAT(
      schema.Add("other", other, {{"other.banner", "other.MotdConfig"}}),
      StatusIs(
          absl::StatusCode::kInvalidArgument,
          testing::AllOf(HasSubstr("other.banner"), HasSubstr("acme.motd"))));
}

TEST(StepSchemaTest, WhoWantsWhatIsNotUsedIsToldWhy) {
  StepSchema schema;
  Diagnostic why;
  why.set_id("plugin/unsafe");
  why.set_message("others could exchange it");
  why.add_next("chmod");
  schema.SetUnusable({"acme.motd"}, why);
  Plan plan;
  const MessageText text =
      ParseMessageText("p", "step { [acme.motd] {} }", &plan, &schema);
  ASSERT_EQ(text.diagnostics.size(), 1u);
  EXPECT_EQ(text.diagnostics[0].id(), "plugin/unsafe");
  EXPECT_EQ(text.diagnostics[0].place().column(), 8);
  EXPECT_EQ(text.diagnostics[0].next(0), "chmod");
}

}  // namespace
}  // namespace provision

#include "core/plugin/registry.h"

#include "core/plugin/registry_test.pb.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using registry_test::AlphaConfig;
using registry_test::BetaConfig;
using registry_test::HomelessConfig;
using registry_test::OtherAlphaConfig;
using testing::ElementsAre;
using testing::HasSubstr;

template <typename Config>
class Idle final : public TypedProvisioner<Config> {
 protected:
  std::vector<Diagnostic> ValidateConfig(const Config&) const override {
    return {};
  }
  absl::StatusOr<Proposal> ProposeConfig(const Config&, Facts&) const override {
    return Proposal();
  }
};

template <typename Config>
std::unique_ptr<Provisioner> Make() {
  return std::make_unique<Idle<Config>>();
}

TEST(RegistryTest, FindsWhatWasRegistered) {
  Registry registry;
  ASSERT_OK(registry.Register(Make<BetaConfig>()));
  ASSERT_OK(registry.Register(Make<AlphaConfig>()));
  ASSERT_OK_AND_ASSIGN(const Provisioner* alpha,
                       registry.Find("provision.registry_test.AlphaConfig"));
  EXPECT_EQ(alpha->config(), AlphaConfig::descriptor());
  EXPECT_THAT(registry.FindByName("alpha"), IsOkAndHolds(alpha));
  EXPECT_THAT(registry.names(), ElementsAre("alpha", "beta"));
}

TEST(RegistryTest, SaysWhatIsMissing) {
  Registry registry;
  EXPECT_THAT(
      registry.Find("provision.Nothing"),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("provision.Nothing")));
  EXPECT_THAT(registry.FindByName("nothing"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("nothing")));
}

TEST(RegistryTest, RefusesASecondOne) {
  Registry registry;
  ASSERT_OK(registry.Register(Make<AlphaConfig>()));
  EXPECT_THAT(registry.Register(Make<AlphaConfig>()),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       HasSubstr("provision.registry_test.AlphaConfig")));
  EXPECT_THAT(registry.Register(Make<OtherAlphaConfig>()),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       testing::AllOf(HasSubstr("OtherAlphaConfig"),
                                      HasSubstr("registry_test.AlphaConfig"),
                                      HasSubstr("called alpha"))));
  EXPECT_THAT(registry.names(), ElementsAre("alpha"));
}

TEST(RegistryTest, RefusesAConfigThatNoStepCanHold) {
  Registry registry;
  EXPECT_THAT(registry.Register(Make<HomelessConfig>()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("HomelessConfig")));
}

TEST(ConfigFieldsTest, AreTheExtensionsThatHoldAMessage) {
  Step step;
  EXPECT_TRUE(ConfigFields(step).empty());
  step.SetExtension(registry_test::word, "x");
  step.AddExtension(registry_test::homeless);
  step.MutableExtension(registry_test::beta);
  step.MutableExtension(registry_test::alpha);
  std::vector<std::string> names;
  for (const google::protobuf::FieldDescriptor* field : ConfigFields(step)) {
    names.push_back(std::string(field->name()));
  }
  EXPECT_THAT(names, ElementsAre("alpha", "beta"));
}

}  // namespace
}  // namespace provision

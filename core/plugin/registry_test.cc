#include "core/plugin/registry.h"

#include "core/plugin/registry_test.pb.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

template <typename Config>
class SilentProvisioner : public TypedProvisioner<Config> {
 protected:
  std::vector<Diagnostic> ValidateConfig(const Config&) const override {
    return {};
  }
  absl::StatusOr<Proposal> ProposeConfig(const Config&, Facts&) const override {
    return Proposal();
  }
};

class RegistryTest : public testing::Test {
 protected:
  RegistryTest() {
    auto tall = std::make_unique<SilentProvisioner<TallConfig>>();
    tall_ = tall.get();
    EXPECT_OK(registry_.Add(std::move(tall)));
  }

  Registry registry_;
  const Provisioner* tall_;
};

TEST_F(RegistryTest, FindsByTheConfigsName) {
  EXPECT_THAT(registry_.Find("provision.TallConfig"), IsOkAndHolds(tall_));
  absl::Status unknown = registry_.Find("provision.ShortConfig").status();
  EXPECT_THAT(unknown, StatusIs(absl::StatusCode::kNotFound,
                                HasSubstr("provision.ShortConfig")));
  EXPECT_EQ(DiagnosticFromStatus(unknown).detail(0).text(),
            "provision.TallConfig");
  EXPECT_THAT(Registry().Find("x"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RegistryTest, ASecondOfOneConfigIsRefused) {
  EXPECT_THAT(registry_.Add(std::make_unique<SilentProvisioner<TallConfig>>()),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       HasSubstr("provision.TallConfig")));
  EXPECT_THAT(registry_.Find("provision.TallConfig"), IsOkAndHolds(tall_));
}

TEST_F(RegistryTest, AStepIsServedByWhatItSets) {
  Step step = ParseText<Step>(
      R"pb(name: "a"
           [provision.tall] { word: "w" })pb");
  ASSERT_OK_AND_ASSIGN(StepConfig config, registry_.ForStep(step));
  EXPECT_EQ(config.provisioner, tall_);
  EXPECT_THAT(*config.message, EqualsProto(R"pb(word: "w")pb"));
  EXPECT_EQ(config.extension->full_name(), "provision.tall");
}

TEST_F(RegistryTest, AStepSetsOneThatIsThere) {
  const struct {
    const char* step;
    absl::StatusCode code;
    const char* id;
  } kCases[] = {
      {"name: 'a'", absl::StatusCode::kInvalidArgument, "plan/no-provisioner"},
      {"[provision.tall] {} [provision.short] {}",
       absl::StatusCode::kInvalidArgument, "plan/two-provisioners"},
      {"[provision.short] {}", absl::StatusCode::kNotFound,
       "plugin/unknown-config"},
      {"[provision.many] {}", absl::StatusCode::kInternal, ""}};
  for (const auto& c : kCases) {
    absl::Status status = registry_.ForStep(ParseText<Step>(c.step)).status();
    EXPECT_EQ(status.code(), c.code) << c.step;
    EXPECT_THAT(status, HasDiagnosticId(c.id));
  }
}

TEST_F(RegistryTest, ListsInTheOrderOfNames) {
  auto shorter = std::make_unique<SilentProvisioner<ShortConfig>>();
  const Provisioner* added = shorter.get();
  ASSERT_OK(registry_.Add(std::move(shorter)));
  EXPECT_THAT(registry_.all(), ElementsAre(added, tall_));
}

}  // namespace
}  // namespace provision

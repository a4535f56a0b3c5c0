#include "plugins/command/command_validation.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(CommandValidationTest, AGoodConfigHasNothingWrong) {
  EXPECT_THAT(ValidateCommand(ParseText<CommandConfig>(R"pb(
                argv: "make"
                argv: ""
                argv: "a\nb"
                directory: "src"
                creates: "out"
                unless { argv: "test" }
                only_if { argv: "true" }
                outputs: "log"
                undo { argv: "rm" }
                destroys: "old"
                class: RUN_ONCE
                environment { name: "A_1" value: "" }
                secret {
                  name: "_TOKEN"
                  reference { env: "T" }
                }
                limits { memory_bytes: 1 swap_bytes: 0 }
                reboot_after: true
              )pb")),
              IsEmpty());
}

TEST(CommandValidationTest, EachMistakeHasItsIdAndField) {
  const struct {
    const char* config;
    const char* id;
    const char* field;
  } kCases[] = {
      {"", "command/no-command", "argv"},
      {"argv: ''", "command/no-command", "argv"},
      {"argv: 'a' argv: 'b\\0c'", "command/zero-byte", "argv"},
      {"argv: 'a' unless {}", "command/no-command", "unless.argv"},
      {"argv: 'a' only_if {}", "command/no-command", "only_if.argv"},
      {"argv: 'a' undo {}", "command/no-command", "undo.argv"},
      {"argv: 'a' creates: 'x' creates: ''", "command/no-path", "creates[1]"},
      {"argv: 'a' outputs: ''", "command/no-path", "outputs[0]"},
      {"argv: 'a' environment { name: '1A' }", "command/bad-name",
       "environment[0].name"},
      {"argv: 'a' environment { name: 'A=B' }", "command/bad-name",
       "environment[0].name"},
      {"argv: 'a' environment { name: 'A' } secret { name: 'A' "
       "reference { env: 'T' } }",
       "command/two-values", "secret[0].name"},
      {"argv: 'a' secret { name: 'A' }", "command/no-secret",
       "secret[0].reference"},
      {"argv: 'a' class: REPEAT_CLASS_UNSPECIFIED", "command/no-class",
       "class"},
      {"argv: 'a' limits { swap_bytes: 1 }", "command/swap-alone",
       "limits.swap_bytes"},
      {"argv: 'a' limits { memory_bytes: 0 }", "command/zero-limit",
       "limits.memory_bytes"},
      {"argv: 'a' limits { processes: 0 }", "command/zero-limit",
       "limits.processes"},
      {"argv: 'a' limits { open_files: 0 }", "command/zero-limit",
       "limits.open_files"}};
  for (const auto& c : kCases) {
    std::vector<Diagnostic> found =
        ValidateCommand(ParseText<CommandConfig>(c.config));
    ASSERT_THAT(found, SizeIs(1)) << c.config;
    EXPECT_EQ(found[0].id(), c.id) << c.config;
    EXPECT_EQ(found[0].field(), c.field) << c.config;
    EXPECT_FALSE(found[0].message().empty());
    EXPECT_THAT(found[0].next(), SizeIs(1));
  }
}

}  // namespace
}  // namespace provision

#include "plugins/python_packages/command_answer.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(CommandAnswerTest, SaysWhyACommandIsOfNoUse) {
  struct Case {
    const char* answer;
    const char* trouble;
  };
  for (const Case& c : {
           Case{"outcome: EXITED status: 0", ""},
           Case{"outcome: EXITED status: 1", "ends with 1"},
           Case{R"pb(outcome: EXITED
                     status: 3
                     standard_output: "out\n"
                     standard_error: "a\nlast words\n\n")pb",
                "ends with 3: last words"},
           Case{R"pb(outcome: EXITED status: 3 standard_output: "out\n")pb",
                "ends with 3: out"},
           Case{"outcome: SIGNALED status: 9", "is ended by signal 9"},
           Case{"outcome: DEADLINE", "does not answer within 7 s"},
           Case{R"pb(outcome: NOT_STARTED text: "Permission denied")pb",
                "cannot be started: Permission denied"},
       }) {
    EXPECT_EQ(CommandTrouble(ParseText<FactValue::Command>(c.answer), 7),
              c.trouble);
  }
}

}  // namespace
}  // namespace provision

#ifndef PROVISION_CORE_TESTING_TESTING_H_
#define PROVISION_CORE_TESTING_TESTING_H_

// The one include of a test: GoogleTest, and what it lacks for Status, messages
// and files.
//
//   EXPECT_THAT(Parse("x"), StatusIs(absl::StatusCode::kInvalidArgument,
//                                    HasSubstr("line 1")));
//   ASSERT_OK_AND_ASSIGN(Plan plan, Parse(text));
//   EXPECT_THAT(plan, EqualsProto(R"pb(name: "motd")pb"));

#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"
#include "gmock/gmock.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"

namespace provision {
namespace testing_internal {

inline const absl::Status& GetStatus(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& GetStatus(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

bool ProtoEquals(const google::protobuf::Message& actual,
                 const google::protobuf::Message& expected, std::string* why);
// `expected` is the text of a message of the type of `actual`.
bool ProtoEquals(const google::protobuf::Message& actual,
                 const std::string& expected, std::string* why);

// Adds a failure if `text` is no text of such a message.
void ParseTextInto(absl::string_view text, google::protobuf::Message* message);

}  // namespace testing_internal

// ---- Status ----

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  const absl::Status& status = testing_internal::GetStatus(arg);
  *result_listener << status.ToString();
  return status.ok();
}

MATCHER_P(
    IsOkAndHolds, value,
    absl::StrCat(
        "is OK and its value ",
        testing::DescribeMatcher<typename std::decay_t<arg_type>::value_type>(
            value, negation))) {
  if (arg.ok()) {
    return testing::ExplainMatchResult(value, *arg, result_listener);
  }
  *result_listener << arg.status().ToString();
  return false;
}

MATCHER_P2(StatusIs, code, message,
           absl::StrCat("has the code ", absl::StatusCodeToString(code),
                        " and a message that ",
                        testing::DescribeMatcher<std::string>(message))) {
  const absl::Status& status = testing_internal::GetStatus(arg);
  *result_listener << status.ToString() << " ";
  return status.code() == code &&
         testing::ExplainMatchResult(message, std::string(status.message()),
                                     result_listener);
}
inline auto StatusIs(absl::StatusCode code) {
  return StatusIs(code, testing::Matcher<std::string>(testing::_));
}

// The status carries a Diagnostic of this id.
MATCHER_P(HasDiagnosticId, id,
          absl::StrCat("has the diagnostic id \"", id, "\"")) {
  const absl::Status& status = testing_internal::GetStatus(arg);
  *result_listener << status.ToString() << " with id \"" << DiagnosticId(status)
                   << "\"";
  return DiagnosticId(status) == id;
}

#define EXPECT_OK(expression) EXPECT_THAT(expression, ::provision::IsOk())
#define ASSERT_OK(expression) ASSERT_THAT(expression, ::provision::IsOk())

#define ASSERT_OK_AND_ASSIGN(lhs, expression) \
  PROVISION_ASSERT_OK_AND_ASSIGN_IMPL(        \
      PROVISION_MACRO_CONCAT(provision_statusor_, __LINE__), lhs, expression)
#define PROVISION_ASSERT_OK_AND_ASSIGN_IMPL(statusor, lhs, expression) \
  auto statusor = (expression);                                        \
  ASSERT_THAT(statusor, ::provision::IsOk());                          \
  lhs = *std::move(statusor)

// ---- messages ----

// `expected` is a message, or the text of one of the same type.
MATCHER_P(EqualsProto, expected,
          negation ? "is another message" : "is that message") {
  std::string why;
  const bool equal = testing_internal::ProtoEquals(arg, expected, &why);
  *result_listener << why;
  return equal;
}

// The message that `text` describes; a failure of the test if it is none.
template <typename T>
T ParseText(absl::string_view text) {
  T message;
  testing_internal::ParseTextInto(text, &message);
  return message;
}

// ---- files ----

// A folder of this test alone, gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::string& path() const { return path_; }
  // Writes a file and the folders on its way; returns its absolute path.
  std::string Write(absl::string_view name, absl::string_view content) const;
  // The content of a file; a failure of the test if it cannot be read.
  std::string Read(absl::string_view name) const;

 private:
  std::string path_;
};

// The content of a file of the source tree that is `data` of the test, by its
// path from the root; a failure of the test if it cannot be read.
std::string ReadTestData(absl::string_view path);

// ---- goldens ----

// Whether the test was called as `bazel run TEST -- --update_goldens`.
bool UpdatingGoldens();

// Expects that the file `path` of the source tree, which is `data` of the test,
// holds exactly `actual`. With --update_goldens it is rewritten instead, and
// the test reports that it was skipped.
void ExpectGolden(absl::string_view path, absl::string_view actual);

// For goldens that are compared in another way: rewrites the file in the source
// tree and marks the test as skipped. Only if UpdatingGoldens().
void RewriteGolden(absl::string_view path, absl::string_view content);

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_TESTING_H_

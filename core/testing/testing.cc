#include "core/testing/testing.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <system_error>

#include "absl/strings/str_split.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"

namespace provision {
namespace {

class ErrorText : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    absl::StrAppend(&text_, line + 1, ":", column + 1, ": ", message, "\n");
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// "" if all is well.
std::string ParseErrors(const std::string& text,
                        google::protobuf::Message* message) {
  ErrorText errors;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.ParseFromString(text, message);
  return errors.text();
}

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << "cannot read " << path;
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void WriteWhole(const std::filesystem::path& path, absl::string_view content) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  EXPECT_TRUE(file.good()) << "cannot write " << path;
}

}  // namespace

namespace testing_internal {

bool ProtoEquals(const google::protobuf::Message& actual,
                 const google::protobuf::Message& expected, std::string* why) {
  if (actual.GetDescriptor() != expected.GetDescriptor()) {
    *why = absl::StrCat("is a ", actual.GetTypeName(), ", not a ",
                        expected.GetTypeName());
    return false;
  }
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(why);
  return differencer.Compare(expected, actual);
}

bool ProtoEquals(const google::protobuf::Message& actual,
                 const std::string& expected, std::string* why) {
  std::unique_ptr<google::protobuf::Message> message(actual.New());
  std::string errors = ParseErrors(expected, message.get());
  if (errors.empty()) return ProtoEquals(actual, *message, why);
  *why = absl::StrCat("the expected text is no ", actual.GetTypeName(), ": ",
                      errors);
  return false;
}

void ParseTextInto(absl::string_view text, google::protobuf::Message* message) {
  EXPECT_EQ(ParseErrors(std::string(text), message), "")
      << "in a text of a " << message->GetTypeName();
}

}  // namespace testing_internal

TemporaryFolder::TemporaryFolder() {
  path_ = absl::StrCat(testing::TempDir(), "/folder.XXXXXX");
  if (mkdtemp(path_.data()) == nullptr) std::abort();
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // the test's own result is what counts
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::Write(absl::string_view name,
                                   absl::string_view content) const {
  std::string path = absl::StrCat(path_, "/", name);
  WriteWhole(path, content);
  return path;
}

std::string TemporaryFolder::Read(absl::string_view name) const {
  return ReadWhole(absl::StrCat(path_, "/", name));
}

std::string ReadTestData(absl::string_view path) {
  // Bazel starts a test in the root of its copy of the source tree.
  return ReadWhole(std::string(path));
}

bool UpdatingGoldens() {
  // main belongs to GoogleTest, so its arguments come from here.
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::ostringstream words;
  words << file.rdbuf();
  for (absl::string_view word : absl::StrSplit(words.str(), '\0')) {
    if (word == "--update_goldens") return true;
  }
  return false;
}

void ExpectGolden(absl::string_view path, absl::string_view actual) {
  if (UpdatingGoldens()) return RewriteGolden(path, actual);
  EXPECT_EQ(ReadTestData(path), std::string(actual))
      << path << " differs; if the new text is right, run this test with "
      << "`bazel run TEST -- --update_goldens`";
}

void RewriteGolden(absl::string_view path, absl::string_view content) {
  const char* root = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (root == nullptr) {
    ADD_FAILURE() << "--update_goldens works with `bazel run` only";
    return;
  }
  WriteWhole(absl::StrCat(root, "/", path), content);
  GTEST_SKIP() << "rewrote " << path;
}

}  // namespace provision

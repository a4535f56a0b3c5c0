#include "core/base/output_capture.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(OutputCaptureTest, KeepsBothEndsHoweverTheBytesCome) {
  struct Case {
    size_t limit;
    const char* text;
    const char* kept;
    uint64_t dropped;
  };
  for (const Case& c : {
           Case{4, "", "", 0},
           Case{4, "abcd", "abcd", 0},
           Case{4, "abcde", "abde", 1},
           Case{4, "abcdefghij", "abij", 6},
           Case{5, "abcdefghij", "abhij", 5},
           Case{1, "abc", "c", 2},
           Case{0, "abc", "", 3},
       }) {
    const absl::string_view text = c.text;
    for (size_t piece = 1; piece <= text.size() + 1; ++piece) {
      OutputCapture capture(c.limit);
      for (size_t at = 0; at < text.size(); at += piece) {
        capture.Add(text.substr(at, piece));
      }
      EXPECT_EQ(capture.Text(), c.kept) << c.text << " by " << piece;
      EXPECT_EQ(capture.dropped_bytes(), c.dropped) << c.text;
    }
  }
}

}  // namespace
}  // namespace provision

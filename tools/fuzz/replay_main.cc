// Runs a fuzz target over a corpus file. A case is a line `SIZE NAME`, SIZE
// bytes, and a line end.

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "tools/fuzz/fuzz_target.h"

namespace {

// Takes the next case off the text; false if it is no case.
bool Next(absl::string_view& text, std::string& name, std::string& bytes) {
  const size_t line_end = text.find('\n');
  if (line_end == absl::string_view::npos) return false;
  const absl::string_view line = text.substr(0, line_end);
  const size_t blank = line.find(' ');
  size_t size = 0;
  if (blank == absl::string_view::npos ||
      !absl::SimpleAtoi(line.substr(0, blank), &size) ||
      text.size() - line_end - 1 < size + 1 ||
      text[line_end + 1 + size] != '\n') {
    return false;
  }
  name = std::string(line.substr(blank + 1));
  bytes = std::string(text.substr(line_end + 1, size));
  text.remove_prefix(line_end + 1 + size + 1);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: a fuzz test CORPUS\n";
    return 64;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string corpus((std::istreambuf_iterator<char>(file)), {});
  absl::string_view rest = corpus;
  std::string name, bytes;
  int cases = 0;
  for (; !rest.empty(); ++cases) {
    if (!Next(rest, name, bytes)) {
      std::cerr << argv[1] << ": damaged after case " << cases << "\n";
      return 1;
    }
    std::cout << name << std::endl;  // flushed: it may be the last word
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()),
                           bytes.size());
  }
  std::cout << cases << " cases\n";
  return cases > 0 ? 0 : 1;
}

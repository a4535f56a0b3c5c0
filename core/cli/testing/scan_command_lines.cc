// Reads command lines of `provision` from standard input, one a line, its words
// between tabs, and says of each what the scanner has against it: a line that
// is empty if there is nothing.

#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/cli/flag_scanner.h"

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const std::vector<std::string> words = absl::StrSplit(line, '\t');
    const provision::ScanResult scan = provision::ScanCommandLine(words, {});
    std::vector<std::string> faults;
    for (const provision::Diagnostic& error : scan.errors) {
      faults.push_back(error.message());
    }
    if (scan.line.command == nullptr) faults.push_back("no command");
    std::cout << absl::StrJoin(faults, "; ") << "\n";
  }
  return 0;
}

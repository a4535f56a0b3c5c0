#ifndef PROVISION_CORE_CLI_TESTING_FAKE_CONSOLE_H_
#define PROVISION_CORE_CLI_TESTING_FAKE_CONSOLE_H_

#include <string>

#include "core/base/console.h"

namespace provision {

// Keeps what is written: each stream, and both in the order of writing.
class FakeConsole final : public Console {
 public:
  void Write(Stream stream, absl::string_view text) override {
    (stream == Stream::kOutput ? output : error) += std::string(text);
    both += std::string(text);
  }
  absl::Status status() const override { return absl::OkStatus(); }
  bool IsTerminal(Stream stream) const override {
    return stream == Stream::kOutput ? output_is_terminal : error_is_terminal;
  }
  int Columns() const override { return 80; }

  std::string output;
  std::string error;
  std::string both;
  bool output_is_terminal = false;
  bool error_is_terminal = false;
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_TESTING_FAKE_CONSOLE_H_

// os-release files: written out again, quoted, they read the same.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/host/os_release.h"
#include "tools/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::map<std::string, std::string> values =
      provision::ParseOsRelease(provision::FuzzInput(data, size));
  std::string text;
  for (const auto& [name, value] : values) {
    provision::Require(!name.empty(), "a value has a name");
    absl::StrAppend(
        &text, name, "=\"",
        absl::StrReplaceAll(
            value,
            {{"\\", "\\\\"}, {"\"", "\\\""}, {"$", "\\$"}, {"`", "\\`"}}),
        "\"\n");
  }
  provision::Require(provision::ParseOsRelease(text) == values,
                     "what was read reads the same");
  return 0;
}

#ifndef PROVISION_TOOLS_FUZZ_FUZZ_TARGET_H_
#define PROVISION_TOOLS_FUZZ_FUZZ_TARGET_H_

// What a fuzz target defines: LLVMFuzzerTestOneInput. Under `--config=fuzz`
// libFuzzer calls it with what it makes up; otherwise replay_main.cc calls it
// with each case of its corpus (tools/fuzz/README.md).

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/string_view.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace provision {

inline absl::string_view FuzzInput(const uint8_t* data, size_t size) {
  return absl::string_view(reinterpret_cast<const char*>(data), size);
}

// Ends the process, which the fuzzer takes for a finding, unless it holds.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace provision

#endif  // PROVISION_TOOLS_FUZZ_FUZZ_TARGET_H_

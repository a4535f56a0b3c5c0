#include "core/base/host_identity.h"

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "core/base/crypto.h"

namespace provision {
namespace {

constexpr size_t kMaxIdFile = 4096;
constexpr size_t kHostIdDigits = 32;

// The one line of a file; "" if it cannot be read.
std::string ReadLine(System& system, absl::string_view path) {
  absl::StatusOr<std::string> text = system.ReadFile(path, kMaxIdFile);
  return text.ok() ? std::string(absl::StripAsciiWhitespace(*text)) : "";
}

}  // namespace

std::string HostId(System& system) {
  std::string name = ReadLine(system, "/etc/machine-id");
  if (name.empty()) name = system.names().host_name;
  return Sha256Hex(name).substr(0, kHostIdDigits);
}

std::string BootId(System& system) {
  return ReadLine(system, "/proc/sys/kernel/random/boot_id");
}

}  // namespace provision

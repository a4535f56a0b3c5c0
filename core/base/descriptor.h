#ifndef PROVISION_CORE_BASE_DESCRIPTOR_H_
#define PROVISION_CORE_BASE_DESCRIPTOR_H_

// A file descriptor with an owner, and reading and writing that go on after
// EINTR and after a short count. Only the local implementation of `System` uses
// these.

#include <cerrno>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace provision {

// Closes its descriptor when it goes. -1 is none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(other.Release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { Close(); }

  int get() const { return value_; }
  bool valid() const { return value_ >= 0; }
  int Release() {
    int value = value_;
    value_ = -1;
    return value;
  }
  void Close();

 private:
  int value_ = -1;
};

// Calls `call` again as long as it ends with EINTR.
template <typename Call>
auto RetryInterrupted(Call call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

// The three below return 0 or an errno value.

// Writes all of `data`.
int WriteWholly(int descriptor, absl::string_view data);
// Appends to `out` until the end or until `out` has more than `max_bytes`.
int ReadUntilEnd(int descriptor, size_t max_bytes, std::string& out);
// Fills `out` from `offset` on; fewer bytes are EIO.
int ReadWhollyAt(int descriptor, uint64_t offset, char* out, size_t size);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_DESCRIPTOR_H_

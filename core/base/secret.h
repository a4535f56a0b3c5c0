#ifndef PROVISION_CORE_BASE_SECRET_H_
#define PROVISION_CORE_BASE_SECRET_H_

#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace provision {

// A secret's value. It has no stream operator, does not become a string by
// itself, cannot be copied, and is wiped when it goes.
class Secret {
 public:
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
    other.Wipe();
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      Wipe();
      value_ = std::move(other.value_);
      other.Wipe();
    }
    return *this;
  }
  ~Secret() { Wipe(); }

  // The only way to the value; grep for it to find every use.
  absl::string_view Reveal() const { return value_; }

 private:
  void Wipe() {
    volatile char* bytes = value_.data();
    for (size_t i = 0; i < value_.size(); ++i) bytes[i] = 0;
    value_.clear();
  }

  std::string value_;
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_SECRET_H_

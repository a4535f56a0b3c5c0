#ifndef PROVISION_BUNDLES_OCI_JSON_H_
#define PROVISION_BUNDLES_OCI_JSON_H_

// The JSON of bundles (bundles.md 5.1): objects, arrays, strings, booleans and
// whole numbers from 0 to 2^53-1. `null`, fractions, exponents and negative
// numbers do not occur, nor does a member twice.
//
//   Json index;
//   index["schemaVersion"] = Json(uint64_t{2});
//   std::string bytes = CanonicalText(index);

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace provision {

class Json {
 public:
  enum class Type { kObject, kArray, kString, kBool, kNumber };

  Json() = default;  // an empty object
  explicit Json(std::string text)
      : type_(Type::kString), text_(std::move(text)) {}
  explicit Json(uint64_t number) : type_(Type::kNumber), number_(number) {}
  explicit Json(bool value) : type_(Type::kBool), number_(value ? 1 : 0) {}
  explicit Json(std::vector<Json> items)
      : type_(Type::kArray), items_(std::move(items)) {}
  Json(const char*) = delete;  // it would become a bool

  Type type() const { return type_; }
  // Each is empty, 0 or false in a value of another type.
  const std::map<std::string, Json>& members() const { return members_; }
  const std::vector<Json>& items() const { return items_; }
  const std::string& text() const { return text_; }
  uint64_t number() const { return type_ == Type::kNumber ? number_ : 0; }
  bool boolean() const { return type_ == Type::kBool && number_ == 1; }

  // Only of an object and an array.
  Json& operator[](const std::string& name) { return members_[name]; }
  void Add(Json item) { items_.push_back(std::move(item)); }
  // nullptr if there is none.
  const Json* Find(const std::string& name) const;

 private:
  Type type_ = Type::kObject;
  std::map<std::string, Json> members_;
  std::vector<Json> items_;
  std::string text_;
  uint64_t number_ = 0;
};

// The one encoding: no white space, members sorted by byte, `\"` and `\\` the
// only escapes. Strings are UTF-8 without control characters.
std::string CanonicalText(const Json& value);

// Reads `text`, which is called `document` in errors. Refused as `format/json`,
// with the byte: what is no such JSON, deeper than 16, a string beyond 1 MiB.
// White space and every escape of JSON are accepted, for documents that other
// tools wrote.
absl::StatusOr<Json> ParseJson(absl::string_view text,
                               absl::string_view document);

// As ParseJson; what is not CanonicalText of itself is `format/not-canonical`.
absl::StatusOr<Json> ParseCanonical(absl::string_view text,
                                    absl::string_view document);

// `format/json` about a member of `document`.
absl::Status JsonError(absl::string_view document, absl::string_view reason);

}  // namespace provision

#endif  // PROVISION_BUNDLES_OCI_JSON_H_

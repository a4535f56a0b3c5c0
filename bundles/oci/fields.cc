#include "bundles/oci/fields.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace provision {
namespace {

constexpr size_t kHexDigits = 64;

const Json& Nothing() {
  static const auto* const nothing = new Json();
  return *nothing;
}

}  // namespace

Fields::Fields(const Json& value, absl::string_view document)
    : value_(value), document_(document) {
  if (value.type() != Json::Type::kObject) Fail("not an object");
}

void Fields::Fail(absl::string_view reason) {
  if (status_.ok()) status_ = JsonError(document_, reason);
}

const Json* Fields::Take(const std::string& name, Json::Type type,
                         bool required) {
  taken_.insert(name);
  const Json* member = value_.Find(name);
  if (member == nullptr) {
    if (required) Fail(absl::StrCat("member \"", name, "\" is missing"));
    return nullptr;
  }
  if (member->type() == type) return member;
  Fail(absl::StrCat("member \"", name, "\" is of another type"));
  return nullptr;
}

std::string Fields::Text(const std::string& name) {
  const Json* member = Take(name, Json::Type::kString, true);
  if (member == nullptr) return "";
  if (member->text().empty()) {
    Fail(absl::StrCat("member \"", name, "\" is empty"));
  }
  return member->text();
}

std::string Fields::OptionalText(const std::string& name) {
  return value_.Find(name) == nullptr ? "" : Text(name);
}

uint64_t Fields::Number(const std::string& name) {
  const Json* member = Take(name, Json::Type::kNumber, true);
  return member == nullptr ? 0 : member->number();
}

const Json& Fields::Object(const std::string& name) {
  const Json* member = Take(name, Json::Type::kObject, true);
  return member == nullptr ? Nothing() : *member;
}

const Json& Fields::Array(const std::string& name) {
  const Json* member = Take(name, Json::Type::kArray, true);
  return member == nullptr ? Nothing() : *member;
}

const Json* Fields::OptionalObject(const std::string& name) {
  return Take(name, Json::Type::kObject, false);
}

std::string Fields::Digest(const std::string& name) {
  const std::string text = Text(name);
  absl::string_view hex = text;
  if (!absl::ConsumePrefix(&hex, "sha256:") || hex.size() != kHexDigits ||
      hex.find_first_not_of("0123456789abcdef") != absl::string_view::npos) {
    Fail(absl::StrCat("member \"", name, "\" is no sha256 digest"));
    return "";
  }
  return std::string(hex);
}

absl::Status Fields::End() {
  for (const auto& [name, member] : value_.members()) {
    if (taken_.count(name) == 0) {
      Fail(absl::StrCat("unknown member \"", name, "\""));
    }
  }
  return status_;
}

}  // namespace provision

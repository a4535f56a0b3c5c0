#include "core/host/python_version.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/host/python_whitespace.h"
#include "re2/re2.h"

namespace provision {
namespace {

constexpr size_t kMaxDigits = 4300;

const RE2& VersionPattern() {
  static const RE2& pattern =
      *new RE2(R"(v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*))"
               R"((?:[-_.]?(alpha|beta|preview|pre|rc|a|b|c)[-_.]?([0-9]*))?)"
               R"((-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?)"
               R"((?:[-_.]?(dev)[-_.]?([0-9]*))?)"
               R"((?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?)");
  return pattern;
}

bool IsNumber(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// Digits without leading zeros; none at all is zero.
std::string Number(absl::string_view digits) {
  const size_t first = digits.find_first_not_of('0');
  return first == absl::string_view::npos ? "0"
                                          : std::string(digits.substr(first));
}

std::weak_ordering CompareText(const std::string& a, const std::string& b) {
  return a.compare(b) <=> 0;
}

std::weak_ordering CompareNumbers(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return CompareText(a, b);
}

// Numbers sort after words.
std::weak_ordering CompareLocal(const std::string& a, const std::string& b) {
  const bool a_number = IsNumber(a);
  const bool b_number = IsNumber(b);
  if (a_number != b_number) return a_number <=> b_number;
  return a_number ? CompareNumbers(a, b) : CompareText(a, b);
}

std::weak_ordering CompareReleases(const std::vector<std::string>& a,
                                   const std::vector<std::string>& b) {
  const std::string zero = "0";
  for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const auto order =
        CompareNumbers(i < a.size() ? a[i] : zero, i < b.size() ? b[i] : zero);
    if (order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

char PreKind(absl::string_view word) {
  if (word.empty()) return 0;
  if (word[0] == 'a' || word[0] == 'b') return word[0];
  return 'r';
}

// An absent number sorts as `absent` says against any that is there.
std::weak_ordering CompareOptional(const absl::optional<std::string>& a,
                                   const absl::optional<std::string>& b,
                                   std::weak_ordering absent) {
  if (a.has_value() && b.has_value()) return CompareNumbers(*a, *b);
  if (a.has_value() == b.has_value()) return std::weak_ordering::equivalent;
  return a.has_value() ? 0 <=> absent : absent;
}

}  // namespace

absl::StatusOr<PythonVersion> PythonVersion::Parse(absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(StripPythonWhitespace(text));
  std::string epoch, release, pre_kind, pre, post, dev_word, dev, local;
  if (!RE2::FullMatch(lower, VersionPattern(), &epoch, &release, &pre_kind,
                      &pre, &post, &dev_word, &dev, &local)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text.substr(0, 100), "\" is not a version"));
  }
  PythonVersion version;
  version.epoch_ = Number(epoch);
  for (const absl::string_view part : absl::StrSplit(release, '.')) {
    version.release_.push_back(Number(part));
  }
  version.pre_kind_ = PreKind(pre_kind);
  if (version.pre_kind_ != 0) version.pre_ = Number(pre);
  if (!post.empty()) {
    const size_t digit = post.find_first_of("0123456789");
    version.post_ =
        Number(digit == std::string::npos ? "" : post.substr(digit));
  }
  if (!dev_word.empty()) version.dev_ = Number(dev);
  if (!local.empty()) {
    for (const absl::string_view part :
         absl::StrSplit(local, absl::ByAnyChar("-_."))) {
      version.local_.push_back(IsNumber(part) ? Number(part)
                                              : std::string(part));
    }
  }
  for (const std::string* number :
       {&version.epoch_, &version.pre_,
        &*std::max_element(
            version.release_.begin(), version.release_.end(),
            [](const auto&a, const auto&b) { return a.size() < b.size(); }),
        &post, &dev, &local}) {
    if (number->size() > kMaxDigits) {
      return absl::InvalidArgumentError(absl::StrCat(
          "a version has a part of more than ", kMaxDigits, " digits"));
    }
  }
  return version;
}

std::string PythonVersion::ToString() const {
  std::string text;
  if (has_epoch()) absl::StrAppend(&text, epoch_, "!");
  absl::StrAppend(&text, absl::StrJoin(release_, "."));
  if (has_pre()) {
    absl::StrAppend(&text, pre_kind_ == 'r' ? "rc" : std::string(1, pre_kind_),
                    pre_);
  }
  if (post_.has_value()) absl::StrAppend(&text, ".post", *post_);
  if (dev_.has_value()) absl::StrAppend(&text, ".dev", *dev_);
  if (has_local()) absl::StrAppend(&text, "+", absl::StrJoin(local_, "."));
  return text;
}

std::string PythonVersion::ReleasePrefix(size_t count) const {
  std::vector<std::string> numbers = release_;
  numbers.resize(count, "0");
  return absl::StrJoin(numbers, ".");
}

PythonVersion PythonVersion::Public() const {
  PythonVersion version = *this;
  version.local_.clear();
  return version;
}

PythonVersion PythonVersion::WithoutPost() const {
  PythonVersion version = Public();
  version.post_.reset();
  version.dev_.reset();
  return version;
}

PythonVersion PythonVersion::FirstDev() const {
  PythonVersion version = Public();
  version.dev_ = "0";
  return version;
}

bool PythonVersion::HasReleasePrefix(const PythonVersion& prefix,
                                     size_t count) const {
  return epoch_ == prefix.epoch_ &&
         ReleasePrefix(count) == prefix.ReleasePrefix(count);
}

std::weak_ordering operator<=>(const PythonVersion& a, const PythonVersion& b) {
  if (auto order = CompareNumbers(a.epoch_, b.epoch_); order != 0) return order;
  if (auto order = CompareReleases(a.release_, b.release_); order != 0) {
    return order;
  }
  // A development version of a final release precedes its alphas; the final
  // release itself follows its candidates.
  const auto pre_rank = [](const PythonVersion& v) -> int {
    if (v.has_pre()) return v.pre_kind_;
    return v.has_dev() && !v.has_post() ? 0 : 127;
  };
  if (auto order = pre_rank(a) <=> pre_rank(b); order != 0) return order;
  if (auto order = CompareNumbers(a.pre_, b.pre_); order != 0) return order;
  if (auto order = CompareOptional(a.post_, b.post_, std::weak_ordering::less);
      order != 0) {
    return order;
  }
  if (auto order = CompareOptional(a.dev_, b.dev_, std::weak_ordering::greater);
      order != 0) {
    return order;
  }
  for (size_t i = 0; i < std::min(a.local_.size(), b.local_.size()); ++i) {
    if (auto order = CompareLocal(a.local_[i], b.local_[i]); order != 0) {
      return order;
    }
  }
  return a.local_.size() <=> b.local_.size();
}

}  // namespace provision

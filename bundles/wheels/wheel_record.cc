#include "bundles/wheels/wheel_record.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "bundles/wheels/wheel_error.h"
#include "core/base/crypto.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

using Algorithm = WheelRecordDigest::Algorithm;

struct AlgorithmName {
  absl::string_view name;
  Algorithm algorithm;
  size_t size;
};
constexpr AlgorithmName kAlgorithms[] = {{"sha256", Algorithm::kSha256, 32},
                                         {"sha384", Algorithm::kSha384, 48},
                                         {"sha512", Algorithm::kSha512, 64}};

absl::Status Refuse(absl::string_view path, absl::string_view reason) {
  return ArchiveError(kWheelRecord, absl::StrCat("RECORD: ", path), reason);
}

// Takes the next row of a CSV text; what stands behind a closing quote belongs
// to the field, as Python has it.
class CsvReader {
 public:
  explicit CsvReader(absl::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }

  absl::StatusOr<std::vector<std::string>> TakeRow() {
    std::vector<std::string> fields(1);
    bool is_quoted = false;
    bool at_start = true;
    while (!rest_.empty()) {
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (is_quoted) {
        if (c != '"') {
          fields.back() += c;
        } else if (absl::ConsumePrefix(&rest_, "\"")) {
          fields.back() += '"';
        } else {
          is_quoted = false;
        }
        continue;
      }
      if (c == '\n') return fields;
      if (c == '\r') {
        absl::ConsumePrefix(&rest_, "\n");
        return fields;
      }
      if (c == ',') {
        fields.emplace_back();
        at_start = true;
        continue;
      }
      if (c == '"' && at_start) {
        is_quoted = true;
      } else {
        fields.back() += c;
      }
      at_start = false;
    }
    if (is_quoted) return Refuse("", "a quote that does not end");
    return fields;
  }

 private:
  absl::string_view rest_;
};

absl::StatusOr<WheelRecordDigest> ParseDigest(absl::string_view path,
                                              absl::string_view text) {
  const size_t equals = text.find('=');
  const absl::string_view name = text.substr(0, equals);
  for (const AlgorithmName& known : kAlgorithms) {
    if (name != known.name || equals == absl::string_view::npos) continue;
    const absl::string_view digits = text.substr(equals + 1);
    WheelRecordDigest digest;
    digest.algorithm = known.algorithm;
    std::string again;
    if (absl::WebSafeBase64Unescape(digits, &digest.bytes)) {
      absl::WebSafeBase64Escape(digest.bytes, &again);
    }
    if (digest.bytes.size() != known.size || again != digits) {
      return Refuse(path, "a digest that is not unpadded base64");
    }
    return digest;
  }
  return Refuse(path, absl::StrCat("a digest by \"", EscapedName(name),
                                   "\"; sha256, sha384 and sha512 count"));
}

std::string Quoted(absl::string_view field) {
  if (field.find_first_of(",\"\r\n") == absl::string_view::npos) {
    return std::string(field);
  }
  std::string quoted = "\"";
  for (const char c : field) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

}  // namespace

bool WheelRecordDigest::Fits(absl::string_view content) const {
  switch (algorithm) {
    case Algorithm::kSha256:
      return bytes == Sha256Bytes(content);
    case Algorithm::kSha384:
      return bytes == Sha384Bytes(content);
    case Algorithm::kSha512:
      return bytes == Sha512Bytes(content);
  }
  return false;
}

absl::StatusOr<std::vector<WheelRecordRow>> ParseWheelRecord(
    absl::string_view text) {
  std::vector<WheelRecordRow> rows;
  CsvReader reader(text);
  while (!reader.AtEnd()) {
    PROVISION_ASSIGN_OR_RETURN(std::vector<std::string> fields,
                               reader.TakeRow());
    if (fields.size() != 3) {
      return Refuse(fields[0],
                    absl::StrCat(fields.size(), " fields in place of 3"));
    }
    WheelRecordRow row;
    row.path = std::move(fields[0]);
    if (!fields[1].empty()) {
      PROVISION_ASSIGN_OR_RETURN(row.digest, ParseDigest(row.path, fields[1]));
    }
    uint64_t size = 0;
    if (!fields[2].empty()) {
      if (!absl::SimpleAtoi(fields[2], &size)) {
        return Refuse(row.path, "a size that is no number");
      }
      row.size = size;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string WheelRecordText(std::vector<WheelRecordRow> rows) {
  std::sort(rows.begin(), rows.end(),
            [](const WheelRecordRow& a, const WheelRecordRow& b) {
              return a.path < b.path;
            });
  std::string text;
  for (const WheelRecordRow& row : rows) {
    absl::StrAppend(&text, Quoted(row.path), ",");
    if (row.digest.has_value()) {
      absl::StrAppend(&text,
                      "sha256=", absl::WebSafeBase64Escape(row.digest->bytes));
    }
    absl::StrAppend(&text, ",");
    if (row.size.has_value()) absl::StrAppend(&text, *row.size);
    absl::StrAppend(&text, "\n");
  }
  return text;
}

WheelRecordRow WheelRecordRowOf(absl::string_view path,
                                absl::string_view sha256, uint64_t size) {
  WheelRecordRow row;
  row.path = std::string(path);
  row.digest =
      WheelRecordDigest{Algorithm::kSha256, absl::HexStringToBytes(sha256)};
  row.size = size;
  return row;
}

}  // namespace provision

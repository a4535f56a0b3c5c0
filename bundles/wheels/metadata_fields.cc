#include "bundles/wheels/metadata_fields.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace provision {

MetadataFields MetadataFields::Parse(absl::string_view text) {
  MetadataFields parsed;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripSuffix(line, "\r");
    const bool continues =
        absl::StartsWith(line, " ") || absl::StartsWith(line, "\t");
    if (continues && !parsed.fields_.empty()) {
      absl::StrAppend(&parsed.fields_.back().second, "\n", line);
      continue;
    }
    const size_t colon = line.find(':');
    if (colon == absl::string_view::npos || colon == 0) break;
    parsed.fields_.emplace_back(
        line.substr(0, colon),
        absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return parsed;
}

absl::optional<std::string> MetadataFields::Single(
    absl::string_view name) const {
  const std::vector<std::string> values = All(name);
  if (values.size() != 1) return absl::nullopt;
  return values[0];
}

std::vector<std::string> MetadataFields::All(absl::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [field, value] : fields_) {
    if (absl::EqualsIgnoreCase(field, name)) values.push_back(value);
  }
  return values;
}

}  // namespace provision

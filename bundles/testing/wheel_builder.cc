#include "bundles/testing/wheel_builder.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/crypto.h"

namespace provision {

std::string WheelRecordLine(const std::string& path,
                            const std::string& content) {
  const bool is_plain = !absl::StrContains(path, ",");
  return absl::StrCat(
      is_plain ? path : absl::StrCat("\"", path, "\""),
      ",sha256=", absl::WebSafeBase64Escape(Sha256Bytes(content)), ",",
      content.size(), "\n");
}

std::string WheelFileName(const WheelSpec& spec) {
  return absl::StrCat(spec.project, "-", spec.version, "-py3-none-any.whl");
}

std::string BuildWheel(const WheelSpec& spec) {
  const std::string folder =
      absl::StrCat(spec.project, "-", spec.version, ".dist-info/");
  std::vector<std::pair<std::string, std::string>> files = spec.files;
  files.emplace_back(
      folder + "METADATA",
      spec.metadata_file.value_or(absl::StrCat(
          "Metadata-Version: 2.1\nName: ", spec.project,
          "\nVersion: ", spec.version, "\n", spec.metadata, "\nText.\n")));
  files.emplace_back(
      folder + "WHEEL",
      spec.wheel_file.value_or(absl::StrCat(
          "Wheel-Version: 1.0\nRoot-Is-Purelib: ", spec.root_is_purelib,
          "\nTag: py3-none-any\n", spec.wheel)));
  if (spec.entry_points.has_value()) {
    files.emplace_back(folder + "entry_points.txt", *spec.entry_points);
  }
  std::string record;
  for (const auto& [path, content] : files) {
    absl::StrAppend(&record, WheelRecordLine(path, content));
  }
  absl::StrAppend(&record, folder, "RECORD,,\n");
  if (spec.edit_record != nullptr) record = spec.edit_record(record);
  files.emplace_back(folder + "RECORD", spec.record.value_or(record));
  ZipBuilder zip;
  for (const auto& [path, content] : files) {
    if (std::count(spec.left_out.begin(), spec.left_out.end(), path) > 0) {
      continue;
    }
    const bool is_program = absl::StrContains(path, ".data/scripts/");
    zip.Add({.name = path,
             .data = content,
             .method = spec.method,
             .attributes = uint32_t{is_program ? 0100755u : 0100644u} << 16});
  }
  for (const ZipSpec& member : spec.unlisted) zip.Add(member);
  return zip.Finish();
}

}  // namespace provision

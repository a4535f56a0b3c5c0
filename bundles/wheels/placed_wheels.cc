#include "bundles/wheels/placed_wheels.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "bundles/member_mode.h"
#include "bundles/wheels/wheel_error.h"
#include "bundles/wheels/wheel_layout.h"
#include "bundles/wheels/wheel_record.h"
#include "bundles/wheels/wheel_script.h"
#include "bundles/zip_member_reader.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/parallel_for.h"
#include "core/base/status_macros.h"
#include "core/host/python_name.h"

namespace provision {
namespace {

constexpr absl::string_view kConflict = "apply/conflict";
constexpr char kInstaller[] = "provision\n";
// A script to be rewritten; a longer file is a program.
constexpr uint64_t kMaxScript = uint64_t{1} << 20;

}  // namespace

absl::Status PlacedWheels::Place() {
  // The one that sorts last by name comes last, and wins.
  std::map<std::string, size_t> by_project;
  for (size_t i = 0; i < wheels_.size(); ++i) {
    const std::string project = NormalizePythonName(wheels_[i].name().project);
    if (!by_project.emplace(project, i).second) {
      return ArchiveError(kWheelName, inputs_[i].file,
                          absl::StrCat("a second wheel of ", project));
    }
  }
  for (const auto& [project, index] : by_project) {
    PROVISION_RETURN_IF_ERROR(PlaceWheel(index));
  }
  PROVISION_RETURN_IF_ERROR(CheckFolders());
  return WriteRecords();
}

absl::Status PlacedWheels::PlaceWheel(size_t index) {
  for (const WheelFile& file : wheels_[index].files()) {
    PROVISION_RETURN_IF_ERROR(PlaceFile(index, file));
  }
  PROVISION_RETURN_IF_ERROR(PlaceScripts(index));
  return PlaceMetadata(index);
}

absl::Status PlacedWheels::PlaceFile(size_t index, const WheelFile& file) {
  const Wheel& wheel = wheels_[index];
  PROVISION_ASSIGN_OR_RETURN(
      std::string path,
      PlacedPath(scheme_, wheel.name().project, file.area, file.path));
  if (file.area == WheelArea::kScripts && file.member.size <= kMaxScript) {
    ZipMemberReader reader;
    PROVISION_ASSIGN_OR_RETURN(absl::string_view content,
                               reader.Read(wheel.archive(), file.member));
    if (Sha256Hex(content) != file.sha256) {
      return ArchiveError(kWheelRecord, absl::StrCat("RECORD: ", path),
                          "another digest than RECORD says");
    }
    absl::optional<std::string> script =
        WithInterpreter(content, scheme_.interpreter);
    if (script.has_value()) {
      return Generate(index, path, *std::move(script), /*executable=*/true);
    }
  }
  PlacedFile placed;
  placed.executable =
      file.area == WheelArea::kScripts || IsExecutable(file.member.mode);
  placed.size = file.member.size;
  placed.sha256 = file.sha256;
  placed.wheel = &wheel;
  placed.member = &file.member;
  return Add(index, path, std::move(placed));
}

absl::Status PlacedWheels::PlaceScripts(size_t index) {
  for (const ScriptEntryPoint& entry : wheels_[index].entry_points()) {
    PROVISION_ASSIGN_OR_RETURN(
        std::string path, PlacedPath(scheme_, wheels_[index].name().project,
                                     WheelArea::kScripts, entry.name));
    PROVISION_RETURN_IF_ERROR(
        Generate(index, path, EntryPointScript(entry, scheme_.interpreter),
                 /*executable=*/true));
  }
  return absl::OkStatus();
}

absl::Status PlacedWheels::PlaceMetadata(size_t index) {
  const WheelInput& input = inputs_[index];
  PROVISION_RETURN_IF_ERROR(
      Generate(index, InMetadata(index, "INSTALLER"), kInstaller, false));
  if (input.requested) {
    PROVISION_RETURN_IF_ERROR(
        Generate(index, InMetadata(index, "REQUESTED"), "", false));
  }
  if (input.direct_url.empty()) return absl::OkStatus();
  return Generate(index, InMetadata(index, "direct_url.json"), input.direct_url,
                  false);
}

absl::Status PlacedWheels::Generate(size_t index, const std::string& path,
                                    std::string content, bool executable) {
  PlacedFile placed;
  placed.executable = executable;
  placed.size = content.size();
  placed.sha256 = Sha256Hex(content);
  placed.content = std::move(content);
  return Add(index, path, std::move(placed));
}

absl::Status PlacedWheels::Add(size_t index, const std::string& path,
                               PlacedFile file) {
  file.owners = {index};
  const auto [there, is_new] = files_.try_emplace(path, std::move(file));
  if (is_new) return absl::OkStatus();
  PlacedFile& before = there->second;
  // Wheels are placed one after the other.
  if (before.owners.back() == index) {
    return ArchiveError(kWheelData, path, "two members for one path");
  }
  // try_emplace leaves what it does not take.
  if (before.sha256 == file.sha256 && before.executable == file.executable) {
    before.owners.push_back(index);
    return absl::OkStatus();
  }
  const std::string& loser = inputs_[before.owners.front()].file;
  const std::string& winner = inputs_[index].file;
  if (conflicts_ == FileConflicts::kRefuse) {
    return ArchiveError(kConflict, path,
                        absl::StrCat("brought by ", loser, " and by ", winner));
  }
  warnings_.push_back(absl::StrCat(EscapedName(path), ": that of ", winner,
                                   " is taken, not that of ", loser));
  before = std::move(file);
  return absl::OkStatus();
}

absl::Status PlacedWheels::CheckFolders() const {
  for (const auto& [path, file] : files_) {
    const std::string folder = absl::StrCat(path, "/");
    const auto below = files_.lower_bound(folder);
    if (below == files_.end() || !absl::StartsWith(below->first, folder)) {
      continue;
    }
    return ArchiveError(
        kConflict, path,
        absl::StrCat("a file of ", inputs_[file.owners.front()].file,
                     ", a folder of ",
                     inputs_[below->second.owners.front()].file));
  }
  return absl::OkStatus();
}

absl::Status PlacedWheels::WriteRecords() {
  using Placed = std::pair<const std::string, PlacedFile>;
  std::vector<std::vector<const Placed*>> owned(wheels_.size());
  for (const Placed& placed : files_) {
    for (size_t owner : placed.second.owners) owned[owner].push_back(&placed);
  }
  std::vector<PlacedFile> records(wheels_.size());
  PROVISION_RETURN_IF_ERROR(
      ParallelFor(records.size(), threads_, [&](size_t i) {
        std::vector<WheelRecordRow> rows(1);
        rows[0].path =
            PathForRecord(scheme_.site_packages, InMetadata(i, "RECORD"));
        for (const Placed* placed : owned[i]) {
          rows.push_back(WheelRecordRowOf(
              PathForRecord(scheme_.site_packages, placed->first),
              placed->second.sha256, placed->second.size));
        }
        PlacedFile& record = records[i];
        record.content = WheelRecordText(std::move(rows));
        record.size = record.content.size();
        record.sha256 = Sha256Hex(record.content);
        record.owners = {i};
        return absl::OkStatus();
      }));
  for (size_t i = 0; i < records.size(); ++i) {
    files_[InMetadata(i, "RECORD")] = std::move(records[i]);
  }
  return absl::OkStatus();
}

std::string PlacedWheels::InMetadata(size_t index,
                                     absl::string_view name) const {
  return absl::StrCat(scheme_.site_packages, "/",
                      wheels_[index].metadata_folder(), "/", name);
}

}  // namespace provision

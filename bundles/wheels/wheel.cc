#include "bundles/wheels/wheel.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "bundles/archive_reader.h"
#include "bundles/entry_tree.h"
#include "bundles/member_match.h"
#include "bundles/wheels/metadata_fields.h"
#include "bundles/wheels/wheel_error.h"
#include "bundles/wheels/wheel_record.h"
#include "bundles/zip_member_reader.h"
#include "bundles/zip_member_stream.h"
#include "core/base/crypto.h"
#include "core/base/status_macros.h"
#include "core/host/python_name.h"
#include "core/host/python_specifier.h"

namespace provision {
namespace {

constexpr absl::string_view kDistInfo = ".dist-info";
constexpr absl::string_view kData = ".data";
constexpr uint64_t kMaxMetadata = uint64_t{4} << 20;
constexpr uint64_t kMaxRecord = uint64_t{64} << 20;
constexpr uint64_t kMaxEntryPoints = uint64_t{1} << 20;

constexpr struct {
  absl::string_view name;
  WheelArea area;
} kDataAreas[] = {{"purelib", WheelArea::kPurelib},
                  {"platlib", WheelArea::kPlatlib},
                  {"scripts", WheelArea::kScripts},
                  {"headers", WheelArea::kHeaders},
                  {"data", WheelArea::kData}};

absl::string_view FirstComponent(absl::string_view path) {
  return path.substr(0, path.find('/'));
}

// In the metadata folder: what RECORD does not list, and what an installer
// leaves out or writes itself.
bool IsRecordOrSignature(absl::string_view name) {
  return name == "RECORD" || name == "RECORD.jws" || name == "RECORD.p7s";
}
bool IsInstallers(absl::string_view name) {
  return name == "INSTALLER" || name == "REQUESTED" ||
         name == "direct_url.json";
}

}  // namespace

// One judgement, in the order of bundles.md 9.1.
class WheelJudge {
 public:
  WheelJudge(const ByteSource& archive, const WheelRules& rules)
      : archive_(archive), rules_(rules) {
    wheel_.archive_ = &archive;
  }

  absl::StatusOr<Wheel> Judge(absl::string_view file) {
    PROVISION_ASSIGN_OR_RETURN(wheel_.name_, ParseWheelName(file));
    PROVISION_RETURN_IF_ERROR(TakeMembers());
    PROVISION_RETURN_IF_ERROR(FindFolders());
    PROVISION_RETURN_IF_ERROR(CheckWheelFile());
    PROVISION_RETURN_IF_ERROR(CheckMetadata());
    PROVISION_RETURN_IF_ERROR(CheckTags());
    PROVISION_RETURN_IF_ERROR(CheckRecord());
    PROVISION_RETURN_IF_ERROR(PlaceFiles());
    PROVISION_RETURN_IF_ERROR(ReadEntryPoints());
    return std::move(wheel_);
  }

 private:
  absl::Status TakeMembers() {
    std::set<std::string> allowances;
    PROVISION_ASSIGN_OR_RETURN(
        std::vector<ZipMember> members,
        ReadZipDirectory(archive_, rules_.archive, &allowances));
    EntryTree tree(rules_.archive, &allowances);
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ArchiveReader> second,
                               ArchiveReader::OpenZip(archive_));
    for (ZipMember& member : members) {
      ArchiveEntry entry;
      entry.path = member.path;
      entry.size = member.size;
      if (member.is_directory) entry.type = ArchiveEntry::Type::kDirectory;
      PROVISION_RETURN_IF_ERROR(tree.Add(entry.type, entry.path));
      PROVISION_ASSIGN_OR_RETURN(absl::optional<ReaderMember> theirs,
                                 second->Next());
      if (!theirs.has_value() || !IsSameMember(*theirs, entry)) {
        return ArchiveError(kArchiveDiffers, member.path,
                            "two readers see different members");
      }
      if (member.is_directory) {
        folders_.insert(std::string(FirstComponent(member.path)));
      } else {
        members_.emplace(member.path, std::move(member));
      }
    }
    return absl::OkStatus();
  }

  absl::Status FindFolders() {
    for (const auto& [path, member] : members_) {
      if (absl::StrContains(path, "/")) {
        folders_.insert(std::string(FirstComponent(path)));
      }
    }
    for (const std::string& folder : folders_) {
      const bool is_data = absl::EndsWith(folder, kData);
      if (!is_data && !absl::EndsWith(folder, kDistInfo)) continue;
      std::string& place = is_data ? data_folder_ : wheel_.metadata_folder_;
      if (!place.empty()) {
        return ArchiveError(kWheelDistInfo, folder,
                            absl::StrCat("beside ", EscapedName(place)));
      }
      place = folder;
    }
    const absl::string_view stem =
        absl::StripSuffix(wheel_.metadata_folder_, kDistInfo);
    if (!IsStemOf(wheel_.name_, stem)) {
      return ArchiveError(kWheelDistInfo, wheel_.metadata_folder_,
                          "no folder of metadata by the name of the wheel");
    }
    if (!data_folder_.empty() &&
        absl::StripSuffix(data_folder_, kData) != stem) {
      return ArchiveError(kWheelDistInfo, data_folder_,
                          absl::StrCat("does not belong to ", stem));
    }
    for (const char* name : {"METADATA", "WHEEL", "RECORD"}) {
      if (members_.count(InMetadata(name)) == 0) {
        return ArchiveError(kWheelDistInfo, wheel_.metadata_folder_,
                            absl::StrCat("has no ", name));
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckWheelFile() {
    PROVISION_ASSIGN_OR_RETURN(const std::string text,
                               ReadMetadata("WHEEL", kMaxMetadata));
    const MetadataFields fields = MetadataFields::Parse(text);
    const std::string version = fields.Single("Wheel-Version").value_or("");
    const std::vector<std::string> parts = absl::StrSplit(version, '.');
    int minor = 0;
    if (parts.size() != 2 || parts[0] != "1" ||
        !absl::SimpleAtoi(parts[1], &minor)) {
      return ArchiveError(kWheelMetadata, "WHEEL",
                          absl::StrCat("Wheel-Version \"", EscapedName(version),
                                       "\"; 1.0 is known"));
    }
    if (minor > 0) {
      wheel_.notes_.push_back(absl::StrCat("Wheel-Version ", version));
    }
    const std::string pure =
        absl::AsciiStrToLower(fields.Single("Root-Is-Purelib").value_or(""));
    if (pure != "true" && pure != "false") {
      return ArchiveError(kWheelMetadata, "WHEEL",
                          "Root-Is-Purelib is neither true nor false");
    }
    wheel_.root_area_ =
        pure == "true" ? WheelArea::kPurelib : WheelArea::kPlatlib;
    NoteDifferences(fields);
    return absl::OkStatus();
  }

  void NoteDifferences(const MetadataFields& fields) {
    const std::vector<std::string> tags = fields.All("Tag");
    const std::set<std::string> inside(tags.begin(), tags.end());
    const std::set<std::string> outside(wheel_.name_.tags.begin(),
                                        wheel_.name_.tags.end());
    if (inside != outside) {
      wheel_.notes_.push_back("its Tag fields are not those of its name");
    }
    if (fields.Single("Build").value_or("") != wheel_.name_.build) {
      wheel_.notes_.push_back("its Build field is not that of its name");
    }
  }

  absl::Status CheckMetadata() {
    PROVISION_ASSIGN_OR_RETURN(const std::string text,
                               ReadMetadata("METADATA", kMaxMetadata));
    const MetadataFields fields = MetadataFields::Parse(text);
    const std::string name = fields.Single("Name").value_or("");
    const std::string version = fields.Single("Version").value_or("");
    const absl::StatusOr<PythonVersion> parsed = PythonVersion::Parse(version);
    if (NormalizePythonName(name) !=
            NormalizePythonName(wheel_.name_.project) ||
        !parsed.ok() || *parsed != wheel_.name_.version) {
      return ArchiveError(kWheelDistInfo, "METADATA",
                          absl::StrCat("says it is \"", EscapedName(name),
                                       "\" \"", EscapedName(version), "\""));
    }
    const std::vector<std::string> wanted = fields.All("Requires-Python");
    if (wanted.empty()) return absl::OkStatus();
    const absl::StatusOr<PythonSpecifierSet> range =
        PythonSpecifierSet::Parse(wanted[0]);
    if (!range.ok() || !range->Contains(rules_.python)) {
      return ArchiveError(
          kWheelPlatform, "",
          absl::StrCat("requires Python ", EscapedName(wanted[0]), ", here is ",
                       rules_.python.ToString()));
    }
    return absl::OkStatus();
  }

  absl::Status CheckTags() const {
    const std::vector<std::string>& tags = wheel_.name_.tags;
    const bool fits = std::any_of(
        tags.begin(), tags.end(),
        [this](const std::string& tag) { return rules_.tags.contains(tag); });
    if (fits) return absl::OkStatus();
    return ArchiveError(kWheelPlatform, "",
                        "none of its tags is one of the interpreter's");
  }

  // Fills sha256_ with the digests that RECORD gives.
  absl::Status CheckRecord() {
    PROVISION_ASSIGN_OR_RETURN(const std::string text,
                               ReadMetadata("RECORD", kMaxRecord));
    if (rules_.accept_record) return absl::OkStatus();
    PROVISION_ASSIGN_OR_RETURN(std::vector<WheelRecordRow> rows,
                               ParseWheelRecord(text));
    std::set<std::string> listed;
    for (const WheelRecordRow& row : rows) {
      if (!listed.insert(row.path).second) {
        return RecordError(row.path, "listed twice");
      }
      PROVISION_RETURN_IF_ERROR(CheckRow(row));
    }
    for (const auto& [path, member] : members_) {
      if (listed.count(path) == 0 && !IsUnlisted(path)) {
        return RecordError(path, "not listed");
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckRow(const WheelRecordRow& row) {
    const auto member = members_.find(row.path);
    if (member == members_.end()) {
      return RecordError(row.path, "listed, and not there");
    }
    if (IsUnlisted(row.path) && !row.digest.has_value()) {
      return absl::OkStatus();
    }
    if (!row.digest.has_value()) {
      return RecordError(row.path, "listed without a digest");
    }
    if (row.size.value_or(member->second.size) != member->second.size) {
      return RecordError(row.path,
                         absl::StrCat("expected ", *row.size, " bytes, found ",
                                      member->second.size));
    }
    if (row.digest->algorithm == WheelRecordDigest::Algorithm::kSha256 &&
        !IsUnlisted(row.path)) {
      sha256_[row.path] = absl::BytesToHexString(row.digest->bytes);
      return absl::OkStatus();
    }
    PROVISION_ASSIGN_OR_RETURN(const std::string content,
                               ReadMember(member->second));
    if (!row.digest->Fits(content)) {
      return RecordError(row.path, "another digest than RECORD says");
    }
    sha256_[row.path] = Sha256Hex(content);
    return absl::OkStatus();
  }

  static absl::Status RecordError(absl::string_view path,
                                  absl::string_view reason) {
    return ArchiveError(kWheelRecord, absl::StrCat("RECORD: ", path), reason);
  }

  bool IsUnlisted(absl::string_view path) const {
    return absl::ConsumePrefix(&path, wheel_.metadata_folder_) &&
           absl::ConsumePrefix(&path, "/") && IsRecordOrSignature(path);
  }

  absl::Status PlaceFiles() {
    for (const auto& [path, member] : members_) {
      absl::string_view inside = path;
      if (absl::ConsumePrefix(&inside, wheel_.metadata_folder_ + "/") &&
          (IsRecordOrSignature(inside) || IsInstallers(inside))) {
        continue;
      }
      WheelFile file;
      file.member = member;
      file.area = wheel_.root_area_;
      file.path = path;
      PROVISION_RETURN_IF_ERROR(PlaceInData(file));
      const auto digest = sha256_.find(path);
      if (digest != sha256_.end()) {
        file.sha256 = digest->second;
      } else {
        std::vector<char> buffer(64 << 10);
        PROVISION_ASSIGN_OR_RETURN(
            file.sha256,
            HashZipMember(archive_, member, absl::MakeSpan(buffer)));
      }
      wheel_.files_.push_back(std::move(file));
    }
    return absl::OkStatus();
  }

  // Of a file below `.data`: the area that its folder names.
  absl::Status PlaceInData(WheelFile& file) const {
    absl::string_view rest = file.path;
    if (data_folder_.empty() || !absl::ConsumePrefix(&rest, data_folder_) ||
        !absl::ConsumePrefix(&rest, "/")) {
      return absl::OkStatus();
    }
    const absl::string_view key = FirstComponent(rest);
    for (const auto& known : kDataAreas) {
      if (key != known.name) continue;
      if (!absl::ConsumePrefix(&rest, key) ||
          !absl::ConsumePrefix(&rest, "/")) {
        break;
      }
      if (known.area == WheelArea::kScripts && absl::StrContains(rest, "/")) {
        return ArchiveError(kWheelData, file.path, "a folder among scripts");
      }
      file.area = known.area;
      file.path = std::string(rest);
      return absl::OkStatus();
    }
    return ArchiveError(kWheelData, file.path,
                        "below .data are purelib, platlib, scripts, headers "
                        "and data");
  }

  absl::Status ReadEntryPoints() {
    if (members_.count(InMetadata("entry_points.txt")) == 0) {
      return absl::OkStatus();
    }
    PROVISION_ASSIGN_OR_RETURN(
        const std::string text,
        ReadMetadata("entry_points.txt", kMaxEntryPoints));
    PROVISION_ASSIGN_OR_RETURN(wheel_.entry_points_, ParseEntryPoints(text));
    return absl::OkStatus();
  }

  std::string InMetadata(absl::string_view name) const {
    return absl::StrCat(wheel_.metadata_folder_, "/", name);
  }

  absl::StatusOr<std::string> ReadMetadata(absl::string_view name,
                                           uint64_t limit) {
    const ZipMember& member = members_.at(InMetadata(name));
    if (member.size <= limit) return ReadMember(member);
    return ArchiveError(kArchiveLimit, member.path,
                        absl::StrCat("more than ", limit, " bytes"));
  }

  absl::StatusOr<std::string> ReadMember(const ZipMember& member) {
    PROVISION_ASSIGN_OR_RETURN(absl::string_view content,
                               reader_.Read(archive_, member));
    return std::string(content);
  }

  const ByteSource& archive_;
  const WheelRules& rules_;
  Wheel wheel_;
  ZipMemberReader reader_;
  std::map<std::string, ZipMember> members_;  // files by path
  std::set<std::string> folders_;             // at the top
  std::string data_folder_;
  std::map<std::string, std::string> sha256_;
};

absl::StatusOr<Wheel> Wheel::Open(const ByteSource& archive,
                                  absl::string_view file,
                                  const WheelRules& rules) {
  return WheelJudge(archive, rules).Judge(file);
}

}  // namespace provision

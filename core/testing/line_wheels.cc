#include "core/testing/line_wheels.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

// What LineWheels makes of its wheels.
class LineTree final : public WheelTree {
 public:
  void Add(const std::string& path, const std::string& content) {
    contents_[path] = content;
  }
  void Close() {
    for (const auto& [path, content] : contents_) {
      files_.push_back({.path = path,
                        .executable = absl::StartsWith(path, "bin/"),
                        .size = content.size(),
                        .sha256 = Sha256Hex(content)});
    }
  }

  const std::vector<ArchiveEntry>& files() const override { return files_; }
  const std::vector<std::string>& warnings() const override {
    return warnings_;
  }

  absl::Status Write(Directory& destination,
                     const std::function<bool()>& stop) const override {
    for (const ArchiveEntry& file : files_) {
      if (stop()) return absl::CancelledError("stop requested");
      for (size_t slash = file.path.find('/'); slash != std::string::npos;
           slash = file.path.find('/', slash + 1)) {
        absl::Status made =
            destination.MakeDirectory(file.path.substr(0, slash), 0755);
        if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
      }
      PROVISION_ASSIGN_OR_RETURN(
          auto written,
          destination.Create(file.path, file.executable ? 0755 : 0644));
      PROVISION_RETURN_IF_ERROR(written->Append(contents_.at(file.path)));
    }
    return absl::OkStatus();
  }

  std::vector<std::string> warnings_;

 private:
  std::map<std::string, std::string> contents_;
  std::vector<ArchiveEntry> files_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<WheelTree>> LineWheels::Judge(
    absl::Span<const WheelInput> wheels, const WheelScheme& scheme,
    FileConflicts) const {
  auto tree = std::make_unique<LineTree>();
  for (const WheelInput& wheel : wheels) {
    std::string text(wheel.archive->size(), '\0');
    PROVISION_RETURN_IF_ERROR(wheel.archive->ReadAt(0, absl::MakeSpan(text)));
    if (absl::StrContains(text, "evil")) {
      return DiagnosticError(absl::StatusCode::kInvalidArgument, "wheel/record",
                             absl::StrCat(wheel.file, ": is evil"));
    }
    std::vector<std::string> paths;
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      const std::vector<std::string> parts = absl::StrSplit(line, '=');
      paths.push_back(absl::StartsWith(parts[0], "bin/")
                          ? parts[0]
                          : absl::StrCat(scheme.site_packages, "/", parts[0]));
      tree->Add(paths.back(), parts[1]);
    }
    const std::string record = absl::StrCat(
        scheme.site_packages, "/",
        wheel.file.substr(0, wheel.file.find('-') + 4), ".dist-info/RECORD");
    paths.push_back(record);
    tree->Add(record, absl::StrJoin(paths, "\n"));
    if (absl::StrContains(text, "odd")) {
      tree->warnings_.push_back(absl::StrCat(wheel.file, " is odd"));
    }
  }
  tree->Close();
  return tree;
}

absl::StatusOr<std::vector<std::string>> LineWheels::ListedFiles(
    absl::string_view, absl::string_view record) const {
  if (absl::StrContains(record, "..")) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument, "wheel/escape",
                           "leads out");
  }
  return std::vector<std::string>(absl::StrSplit(record, '\n'));
}

}  // namespace provision

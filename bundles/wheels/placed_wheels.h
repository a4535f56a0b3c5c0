#ifndef PROVISION_BUNDLES_WHEELS_PLACED_WHEELS_H_
#define PROVISION_BUNDLES_WHEELS_PLACED_WHEELS_H_

// The files that some wheels become in one environment: theirs, the scripts of
// their entry points, and their metadata with RECORD written anew.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bundles/wheels/wheel.h"
#include "bundles/wheels/wheel_layout.h"
#include "core/api/wheel_installer.h"

namespace provision {

struct PlacedFile {
  bool executable = false;
  uint64_t size = 0;
  std::string sha256 = {};
  // Where its content is: a member of a wheel, or here.
  const Wheel* wheel = nullptr;
  ZipMember member = {};
  std::string content = {};
  // Which distributions list it: indexes of the wheels.
  std::set<size_t> owners = {};
};

class PlacedWheels {
 public:
  // `wheels` and `inputs` belong together one for one, and outlive this.
  PlacedWheels(const std::vector<Wheel>& wheels,
               absl::Span<const WheelInput> inputs, const WheelScheme& scheme,
               FileConflicts conflicts)
      : wheels_(wheels),
        inputs_(inputs),
        scheme_(scheme),
        conflicts_(conflicts) {}

  // Places every file. Two wheels of one project are `wheel/name`, a path that
  // one wheel brings twice is `wheel/data`, two that cannot both be are
  // `apply/conflict`; the rest is PlacedPath()'s.
  absl::Status Place();

  // By path, relative to the environment.
  const std::map<std::string, PlacedFile>& files() const { return files_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  absl::Status PlaceWheel(size_t index);
  absl::Status PlaceFile(size_t index, const WheelFile& file);
  absl::Status PlaceScripts(size_t index);
  absl::Status PlaceMetadata(size_t index);
  absl::Status Add(size_t index, const std::string& path, PlacedFile file);
  absl::Status Generate(size_t index, const std::string& path,
                        std::string content, bool executable);
  absl::Status CheckFolders() const;
  void WriteRecords();
  std::string InMetadata(size_t index, absl::string_view name) const;

  const std::vector<Wheel>& wheels_;
  const absl::Span<const WheelInput> inputs_;
  const WheelScheme& scheme_;
  const FileConflicts conflicts_;
  std::map<std::string, PlacedFile> files_;
  std::vector<std::string> warnings_;
};

}  // namespace provision

#endif  // PROVISION_BUNDLES_WHEELS_PLACED_WHEELS_H_

#ifndef PROVISION_BUNDLES_WHEELS_PLACED_WHEELS_H_
#define PROVISION_BUNDLES_WHEELS_PLACED_WHEELS_H_

// The files that some wheels become in one environment: theirs, the scripts of
// their entry points, and their metadata with RECORD written anew.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "bundles/wheels/wheel.h"
#include "bundles/zip_directory.h"
#include "core/api/wheel_installer.h"

namespace provision {

struct PlacedFile {
  bool executable = false;
  uint64_t size = 0;
  std::string sha256 = {};
  // Where its content is: a member of a wheel, or here.
  const Wheel* wheel = nullptr;
  const ZipMember* member = nullptr;  // of `wheel`
  std::string content = {};
  // Which distributions list it: indexes of the wheels, the first one's first.
  absl::InlinedVector<size_t, 1> owners = {};
};

class PlacedWheels {
 public:
  // `wheels` and `inputs` belong together one for one, and outlive this. Works
  // on up to `threads` threads.
  PlacedWheels(const std::vector<Wheel>& wheels,
               absl::Span<const WheelInput> inputs, const WheelScheme& scheme,
               FileConflicts conflicts, int threads)
      : wheels_(wheels),
        inputs_(inputs),
        scheme_(scheme),
        conflicts_(conflicts),
        threads_(threads) {}

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
  absl::Status WriteRecords();
  std::string InMetadata(size_t index, absl::string_view name) const;

  const std::vector<Wheel>& wheels_;
  const absl::Span<const WheelInput> inputs_;
  const WheelScheme& scheme_;
  const FileConflicts conflicts_;
  const int threads_;
  std::map<std::string, PlacedFile> files_;
  std::vector<std::string> warnings_;
};

}  // namespace provision

#endif  // PROVISION_BUNDLES_WHEELS_PLACED_WHEELS_H_

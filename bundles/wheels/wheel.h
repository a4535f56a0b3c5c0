#ifndef PROVISION_BUNDLES_WHEELS_WHEEL_H_
#define PROVISION_BUNDLES_WHEELS_WHEEL_H_

// A wheel that was judged: what it is, and what of it is installed.

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bundles/wheels/entry_points.h"
#include "bundles/wheels/wheel_name.h"
#include "bundles/zip_directory.h"
#include "core/api/archive.h"
#include "core/base/byte_source.h"
#include "core/host/python_version.h"

namespace provision {

// The folders that a scheme has for files of a wheel.
enum class WheelArea { kPurelib, kPlatlib, kScripts, kHeaders, kData };

// What a wheel is judged by.
struct WheelRules {
  ArchiveRules archive = {.profile = ArchiveProfile::kUpstream,
                          .symlinks = false};
  // Of the interpreter: `Requires-Python` has to take the one, and a tag of the
  // file name has to be among the others.
  PythonVersion python;
  absl::flat_hash_set<std::string> tags = {};
  // Admit a RECORD that is wrong: what is there counts, whatever it says.
  bool accept_record = false;
};

struct WheelFile {
  ZipMember member;
  WheelArea area = WheelArea::kPurelib;
  std::string path = {};    // relative to the area
  std::string sha256 = {};  // of its content, in hexadecimal digits
};

// A value; `archive` outlives it.
class Wheel {
 public:
  // Judges all but the contents whose SHA-256 RECORD gives: who reads those has
  // to compare. Refusals are `archive/…` and `wheel/…`, kInvalidArgument.
  static absl::StatusOr<Wheel> Open(const ByteSource& archive,
                                    absl::string_view file,
                                    const WheelRules& rules);

  const ByteSource& archive() const { return *archive_; }
  const WheelName& name() const { return name_; }
  // Where root files go: to purelib, or to platlib.
  WheelArea root_area() const { return root_area_; }
  // "numpy-1.26.4.dist-info", in the area of root files.
  const std::string& metadata_folder() const { return metadata_folder_; }
  // All but RECORD, its signatures, and what an installer writes itself.
  const std::vector<WheelFile>& files() const { return files_; }
  const std::vector<ScriptEntryPoint>& entry_points() const {
    return entry_points_;
  }
  // What is odd and no reason to refuse it, in words.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  friend class WheelJudge;
  Wheel() = default;

  const ByteSource* archive_ = nullptr;
  WheelName name_;
  WheelArea root_area_ = WheelArea::kPurelib;
  std::string metadata_folder_;
  std::vector<WheelFile> files_;
  std::vector<ScriptEntryPoint> entry_points_;
  std::vector<std::string> notes_;
};

}  // namespace provision

#endif  // PROVISION_BUNDLES_WHEELS_WHEEL_H_

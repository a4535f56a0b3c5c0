#ifndef PROVISION_BUNDLES_TESTING_WHEEL_BUILDER_H_
#define PROVISION_BUNDLES_TESTING_WHEEL_BUILDER_H_

// Writes wheels, good ones and wrong ones:
//
//   BuildWheel({.files = {{"demo/__init__.py", "x = 1\n"}}})

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "bundles/testing/zip_builder.h"

namespace provision {

// What is not set is as a good builder has it.
struct WheelSpec {
  std::string project = "demo";
  std::string version = "1.0";
  std::string metadata = {};  // further lines of METADATA
  std::string wheel = {};     // further lines of WHEEL
  std::string root_is_purelib = "true";
  std::vector<std::pair<std::string, std::string>> files = {};
  absl::optional<std::string> entry_points = {};
  absl::optional<std::string> metadata_file = {};  // all of METADATA
  absl::optional<std::string> wheel_file = {};     // all of WHEEL
  absl::optional<std::string> record = {};         // all of RECORD
  // Changes the RECORD that would be written.
  std::function<std::string(std::string record)> edit_record = nullptr;
  // Members that RECORD does not know.
  std::vector<ZipSpec> unlisted = {};
  // Members that are not written.
  std::vector<std::string> left_out = {};
  uint32_t method = 8;
};

// The bytes of the wheel.
std::string BuildWheel(const WheelSpec& spec);

// "demo-1.0-py3-none-any.whl".
std::string WheelFileName(const WheelSpec& spec);

// The line of RECORD for a file.
std::string WheelRecordLine(const std::string& path,
                            const std::string& content);

}  // namespace provision

#endif  // PROVISION_BUNDLES_TESTING_WHEEL_BUILDER_H_

#ifndef PROVISION_CORE_HOST_PACKAGING_VECTORS_H_
#define PROVISION_CORE_HOST_PACKAGING_VECTORS_H_

// For tests: the vectors in testdata/packaging.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

namespace provision {

// The values of every case in `file` (as "version") whose test is called
// `test`. Aborts when there are none: a vector that is not found is not tested.
std::vector<google::protobuf::Value> PackagingVectorsForTest(
    absl::string_view file, absl::string_view test);

// The same, of a test with several tables: that of the parameters `param`, as
// "marker" or "url,specifier".
std::vector<google::protobuf::Value> PackagingVectorsForTest(
    absl::string_view file, absl::string_view test, absl::string_view param);

// Element `i` of a list: as text, and as a truth value that may be null (-1).
std::string TextAt(const google::protobuf::Value& list, int i);
int TruthAt(const google::protobuf::Value& list, int i);
// The texts of the list that is element `i`.
std::vector<std::string> TextsAt(const google::protobuf::Value& list, int i);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PACKAGING_VECTORS_H_

// What most files include, parsed once for all of them (precompiled.bzl). Only
// a matter of speed: each file includes what it uses, and `--config=lint`
// builds without this.
#ifndef PROVISION_TOOLS_BAZEL_PRECOMPILED_H_
#define PROVISION_TOOLS_BAZEL_PRECOMPILED_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "google/protobuf/generated_message_reflection.h"
#include "google/protobuf/message.h"
#include "google/protobuf/repeated_field.h"
#include "google/protobuf/text_format.h"

#endif  // PROVISION_TOOLS_BAZEL_PRECOMPILED_H_

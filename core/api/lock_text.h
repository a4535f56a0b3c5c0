#ifndef PROVISION_CORE_API_LOCK_TEXT_H_
#define PROVISION_CORE_API_LOCK_TEXT_H_

// The lock of a plan as text: where it is, read strictly, written one way.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/api/lock.pb.h"
#include "google/protobuf/message.h"

namespace provision {

// "DIR/x.lock.textproto" beside the plan "DIR/x.textproto".
std::string LockPath(absl::string_view plan_path);

// Reads a lock. `file` is its name in messages. What is no text protobuf, or
// breaks a rule of lock.proto, is `lock/syntax`, a URL with a login
// `lock/credentials`, another format `lock/format`; each kInvalidArgument with
// line and column where the text alone is wrong.
absl::StatusOr<Lock> ParseLock(const std::string& file,
                               absl::string_view content);

// Sorted as lock.proto says, one field per line; the same for equal answers.
std::string LockText(Lock lock);

// What Lock.Step.config_sha256 is for a step's configuration.
std::string ConfigDigest(const google::protobuf::Message& config);

}  // namespace provision

#endif  // PROVISION_CORE_API_LOCK_TEXT_H_

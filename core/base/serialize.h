#ifndef PROVISION_CORE_BASE_SERIALIZE_H_
#define PROVISION_CORE_BASE_SERIALIZE_H_

#include <string>

#include "google/protobuf/message.h"

namespace provision {

// The bytes over which digests are taken: the same for equal messages in one
// build of the schema, maps sorted.
std::string DeterministicBytes(const google::protobuf::MessageLite& message);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_SERIALIZE_H_

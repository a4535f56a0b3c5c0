#ifndef PROVISION_CORE_PLUGIN_JSON_PLUGIN_H_
#define PROVISION_CORE_PLUGIN_JSON_PLUGIN_H_

// A program that reads and writes protobuf JSON, as a plugin: what
// provision-json-host does.
//
// It is run once a request. On standard input it gets the Request of
// core/api/plugin.proto as JSON, fields called as in the proto, `value` of a
// Config as the config itself; on standard output it gives the Reply.

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/byte_channel.h"
#include "google/protobuf/descriptor.pb.h"

namespace provision {

// Runs it: standard input to standard output. An error is told to the host.
using JsonProgram =
    std::function<absl::StatusOr<std::string>(const std::string& request)>;

// Answers requests by `program` until the end of the stream, which is OK. Hello
// is answered without it. `files` hold the configs' types.
absl::Status ServeJsonProgram(const std::string& id,
                              const google::protobuf::FileDescriptorSet& files,
                              const JsonProgram& program, ByteStream& stream);

}  // namespace provision

#endif  // PROVISION_CORE_PLUGIN_JSON_PLUGIN_H_

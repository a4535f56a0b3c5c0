#ifndef PROVISION_CORE_PLUGIN_PLUGIN_SERVER_H_
#define PROVISION_CORE_PLUGIN_PLUGIN_SERVER_H_

// A provisioner behind the wire: what the main of an executable plugin in C++
// calls, and what `provision serve NAME` does.

#include <string>

#include "absl/status/status.h"
#include "core/api/provisioner.h"
#include "core/base/byte_channel.h"

namespace provision {

// Who the plugin says it is.
struct PluginIdentity {
  std::string id;       // "files"
  std::string version;  // for people
};

// Answers requests, one after the other, until the end of the stream, which is
// OK. A fact that no request brought is asked for by Need:
// the provisioner sees it as one that is not on record, and what it proposed
// meanwhile is thrown away. An error means that the stream is not the
// protocol, or broke.
absl::Status ServePlugin(const Provisioner& provisioner,
                         const PluginIdentity& identity, ByteStream& stream);

}  // namespace provision

#endif  // PROVISION_CORE_PLUGIN_PLUGIN_SERVER_H_

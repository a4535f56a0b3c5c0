#ifndef PROVISION_CORE_PLUGIN_PLUGIN_CONNECTION_H_
#define PROVISION_CORE_PLUGIN_PLUGIN_CONNECTION_H_

// The host's end of the wire to one plugin (spec/engine.md 3).

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "core/api/plugin.pb.h"
#include "core/base/byte_channel.h"
#include "core/plugin/frames.h"

namespace provision {

struct PluginDeadlines {
  absl::Duration start = absl::Seconds(5);  // until Hello has come
  absl::Duration call = absl::Seconds(60);  // for each exchange
};

// Starts the plugin when it is first asked, and once more after it ended by its
// own fault. Thread-safe: one exchange at a time.
class PluginConnection {
 public:
  using Starter = std::function<absl::StatusOr<std::unique_ptr<ByteChannel>>()>;

  // `name` is what messages call the plugin. Nothing is started yet.
  PluginConnection(std::string name, Starter starter,
                   PluginDeadlines deadlines = {});
  ~PluginConnection();

  const std::string& name() const { return name_; }

  // Sends all requests at once and waits for all replies, which come back in
  // the order of the requests. The ids are set here. A plugin that crashes,
  // hangs, or speaks anything but the protocol is ended, and the error says
  // which it was and what it printed: `plugin/start`, `plugin/hello`,
  // `plugin/ended`, `plugin/deadline`, `plugin/protocol`, and `plugin/stopped`
  // if this program was to stop. What the plugin itself reports as Failed is a
  // reply.
  absl::StatusOr<std::vector<plugin::v1::Reply>> Exchange(
      std::vector<plugin::v1::Request> requests);

 private:
  absl::Status EnsureStarted() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckHello(const plugin::v1::Reply& reply)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::vector<plugin::v1::Reply>> Call(
      std::vector<plugin::v1::Request>* requests, absl::Duration deadline,
      absl::string_view deadline_name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes the replies out of `in`; `replies` by id.
  absl::Status Take(std::string* in,
                    std::map<uint64_t, plugin::v1::Reply>* replies,
                    uint64_t first, size_t count)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The error of a call that did not end well, with what the plugin printed.
  absl::Status Blame(absl::StatusCode code, absl::string_view id,
                     const std::string& message)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status BlameProtocol(const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string name_;
  const Starter starter_;
  const PluginDeadlines deadlines_;
  absl::Mutex mutex_;
  std::unique_ptr<ByteChannel> channel_ ABSL_GUARDED_BY(mutex_);
  FrameSplitter splitter_ ABSL_GUARDED_BY(mutex_);
  FrameAssembler<plugin::v1::Reply> assembler_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  int starts_ ABSL_GUARDED_BY(mutex_) = 0;
  // Why it is not started any more, or OK.
  absl::Status given_up_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace provision

#endif  // PROVISION_CORE_PLUGIN_PLUGIN_CONNECTION_H_

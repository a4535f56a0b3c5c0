#ifndef PROVISION_CORE_FACTS_HOST_FACTS_H_
#define PROVISION_CORE_FACTS_HOST_FACTS_H_

#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "core/api/fact.pb.h"
#include "core/api/facts.h"
#include "core/base/http_client.h"
#include "core/base/system.h"

namespace provision {

// Answers from a host, by reading it anew each time; changes nothing on it.
//
// - A relative path or command is FAILED.
// - Commands run without a way to write or to reach the network, as far as the
//   kernel can, in the environment of ChildEnvironment. Only `sudo -n true` and
//   `doas -n true` of /usr/bin run without this, as it would take away what
//   they are asked for.
// - `file_system` of a path that is not there is that of its nearest parent.
// - The Windows registry and certificate stores are UNSUPPORTED here.
//
// - Without `network` what would use it is UNREACHABLE.
//
// Thread-safe. Keeps `system` and `network` by reference.
class HostFacts : public FactReader {
 public:
  explicit HostFacts(System& system, HttpClient* network = nullptr)
      : system_(system), network_(network) {}

  FactValue Read(const FactQuery& query) override;

  // What `failed_attempt` answers from now on: the output of the step's command
  // that failed.
  void SetFailedAttempt(absl::string_view step, absl::string_view output);

 private:
  FactValue ReadNetwork(const FactQuery& query);
  FactValue FailedAttemptOf(const std::string& step);

  System& system_;
  HttpClient* const network_;
  absl::Mutex mutex_;
  std::map<std::string, std::string> failed_attempts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace provision

#endif  // PROVISION_CORE_FACTS_HOST_FACTS_H_

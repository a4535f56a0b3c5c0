#ifndef PROVISION_CORE_ENGINE_CHECK_RUNNER_H_
#define PROVISION_CORE_ENGINE_CHECK_RUNNER_H_

// Proves by consequence that a step has brought about what it should have.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/api/facts.h"
#include "core/api/proposal.pb.h"
#include "core/base/http_client.h"
#include "core/base/process.h"
#include "core/base/system.h"

namespace provision {

struct CheckOutcome {
  // OK, or a diagnostic `check/KIND` that says what was expected and found;
  // kCancelled after a stop request.
  absl::Status status;
  int tries = 0;
};

// Thread-safe; keeps what it is given by reference.
class CheckRunner {
 public:
  // `children_lock` is the descriptor of children.lock, or -1. `http` is for
  // tests; without it a client of this machine's is made. `on_command` is told
  // of each command that ran.
  CheckRunner(
      System& system, FactReader& facts, int children_lock,
      HttpClient* http = nullptr,
      std::function<void(const ProcessResult&)> on_command =
          [](const ProcessResult&) {});

  // Runs one check, again and again until it holds or its deadline has passed,
  // where its kind is one that is waited for. `environment` is what the step
  // provides, for `import`. Relative paths are below `root`, which is also
  // where a command works.
  CheckOutcome Run(const Check& check, absl::string_view environment,
                   absl::string_view root);

 private:
  absl::Status TryOnce(const Check& check, absl::string_view environment,
                       absl::string_view root, absl::Duration timeout);
  absl::Status TryImport(const Check& check, absl::string_view environment,
                         absl::string_view root);
  absl::Status TryFile(const Check& check, absl::string_view root);
  absl::Status TryCommand(const Check& check, absl::string_view root,
                          absl::Duration timeout);
  absl::Status TryHttp(const Check& check, absl::string_view root,
                       absl::Duration timeout);
  absl::Status TryTls(const Check& check, absl::string_view root,
                      absl::Duration timeout);
  absl::Status TryFact(const Check& check, absl::string_view root);
  absl::Status TryBehaviour(const Check& check, absl::string_view root);
  absl::StatusOr<HttpHead> Get(absl::string_view url, absl::Duration timeout);
  absl::StatusOr<ProcessResult> RunCommand(std::vector<std::string> argv,
                                           absl::string_view root,
                                           absl::Duration timeout,
                                           const Check::Command& command);

  System& system_;
  FactReader& facts_;
  const int children_lock_;
  const std::unique_ptr<HttpClient> own_http_;
  HttpClient& http_;
  const std::function<void(const ProcessResult&)> on_command_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_CHECK_RUNNER_H_

#include "core/actions/action_handler.h"

#include <cstdlib>
#include <utility>

#include "core/base/crypto.h"
#include "core/base/serialize.h"

namespace provision {

absl::Status ActionHandler::Stage(const Action&, const Preparation&,
                                  ActionContext&) const {
  return absl::UnimplementedError("this kind is performed in one");
}

absl::Status ActionHandler::Place(const Action&, const Preparation&,
                                  ActionContext&) const {
  return absl::UnimplementedError("this kind is performed in one");
}

std::vector<absl::Status> ActionHandler::PerformMerged(
    absl::Span<const Prepared> actions, ActionContext&) const {
  return std::vector<absl::Status>(
      actions.size(), absl::UnimplementedError("this kind is not merged"));
}

void ActionHandlers::Set(Action::KindCase kind,
                         std::unique_ptr<ActionHandler> handler) {
  const size_t index = static_cast<size_t>(kind);
  if (handlers_.size() <= index) handlers_.resize(index + 1);
  handlers_[index] = std::move(handler);
}

const ActionHandler& ActionHandlers::Get(const Action& action) const {
  const size_t index = static_cast<size_t>(action.kind_case());
  if (index >= handlers_.size() || handlers_[index] == nullptr) std::abort();
  return *handlers_[index];
}

std::string ActionDigest(const Action& action,
                         const std::vector<std::string>& extra) {
  Action hashed = action;
  hashed.clear_before();
  hashed.clear_destroys();
  if (hashed.has_run()) {
    hashed.mutable_run()->clear_failure();
    hashed.mutable_run()->clear_summary();
    hashed.mutable_run()->clear_deadline_s();
  }
  if (hashed.has_fetch()) {
    hashed.mutable_fetch()->clear_name();
    hashed.mutable_fetch()->clear_deadline_s();
    hashed.mutable_fetch()->clear_proxy();
    hashed.mutable_fetch()->clear_proxy_login();
  }
  if (hashed.has_unpack()) hashed.mutable_unpack()->clear_name();
  Sha256 digest;
  digest.Update(DeterministicBytes(hashed));
  for (const std::string& part : extra) {
    digest.Update(Sha256Hex(part));
  }
  return digest.FinalHex();
}

std::string ActionPath(const Action& action) {
  switch (action.kind_case()) {
    case Action::kWriteFile:
      return action.write_file().path();
    case Action::kLink:
      return action.link().path();
    case Action::kMakeDirectory:
      return action.make_directory().path();
    case Action::kRemove:
      return action.remove().path();
    case Action::kUnpack:
      return action.unpack().destination();
    case Action::kInstallWheels:
      return action.install_wheels().environment();
    case Action::kFetch:
    case Action::kRun:
    case Action::KIND_NOT_SET:
      break;
  }
  return "";
}

}  // namespace provision

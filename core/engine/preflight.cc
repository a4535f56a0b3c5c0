#include "core/engine/preflight.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/actions/action_handler.h"
#include "core/api/facts.h"
#include "core/base/child_environment.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/url_endpoint.h"
#include "core/engine/proposal_check.h"
#include "core/engine/store_content.h"
#include "core/engine/unpack_estimate.h"
#include "core/host/executable.h"

namespace provision {
namespace {

// The artifact, and where it was fetched from.
constexpr uint64_t kInodesOfDownload = 2;

// One file system, told apart by its device.
struct Demand {
  std::string path;  // where it was asked
  FileSystemSpace space;
  uint64_t bytes = 0;
  uint64_t inodes = 0;
};

class Demands {
 public:
  explicit Demands(System& system) : system_(system) {}

  // `path` need not exist: its nearest parent that does is asked.
  void Add(absl::string_view path, uint64_t bytes, uint64_t inodes) {
    for (std::string at(path); !at.empty(); at = ParentPath(at)) {
      absl::StatusOr<absl::optional<FileMetadata>> found = system_.Stat(at);
      if (found.ok() && found->has_value()) {
        AddAt(at, (*found)->device, bytes, inodes);
        return;
      }
      if (at == "/" || at == ".") return;
    }
  }

  const std::map<uint64_t, Demand>& by_device() const { return by_device_; }

 private:
  void AddAt(const std::string& path, uint64_t device, uint64_t bytes,
             uint64_t inodes) {
    auto [demand, is_new] = by_device_.try_emplace(device);
    if (is_new) {
      absl::StatusOr<FileSystemSpace> space = system_.SpaceAt(path);
      if (!space.ok()) {
        by_device_.erase(demand);
        return;
      }
      demand->second.path = path;
      demand->second.space = *space;
    }
    demand->second.bytes += bytes;
    demand->second.inodes += inodes;
  }

  System& system_;
  std::map<uint64_t, Demand> by_device_;
};

// The pending steps that have a proposal, with their numbers.
std::vector<std::pair<size_t, const StepPlan*>> Judged(
    const std::vector<StepPlan>& steps) {
  std::vector<std::pair<size_t, const StepPlan*>> judged;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].pending() && steps[i].status.ok()) {
      judged.emplace_back(i, &steps[i]);
    }
  }
  return judged;
}

// `unpacked` is what an archive will take.
void AddAction(const Action& action, uint64_t unpacked, absl::string_view state,
               Demands* demands) {
  switch (action.kind_case()) {
    case Action::kWriteFile:
      demands->Add(ParentPath(action.write_file().path()),
                   action.write_file().content().size(), 1);
      break;
    case Action::kUnpack:
      demands->Add(ParentPath(action.unpack().destination()), unpacked, 1);
      break;
    case Action::kInstallWheels:
    case Action::kLink:
    case Action::kMakeDirectory:
      demands->Add(ParentPath(ActionPath(action)), 0, 1);
      break;
    case Action::kFetch:
    case Action::kRemove:
    case Action::kRun:
    case Action::KIND_NOT_SET:
      break;
  }
  for (const PathExpectation& before : action.before()) {
    if (before.state().type() == PathState::FILE) {
      demands->Add(state, before.state().size(), 1);
    }
  }
}

}  // namespace

std::vector<absl::Status> CheckSpace(const std::vector<StepPlan>& steps,
                                     System& system, absl::string_view state,
                                     absl::string_view store) {
  Demands demands(system);
  const StoreContent content(system, store);
  std::set<std::string> fetched;
  for (const auto& [i, step] : Judged(steps)) {
    for (const Action& action : FirstActions(step->proposal)) {
      const uint64_t unpacked =
          action.has_unpack()
              ? EstimateUnpacked(action.unpack(), FirstActions(step->proposal),
                                 content)
              : 0;
      AddAction(action, unpacked, state, &demands);
      // Two steps may want the same artifact; it is fetched once.
      const Fetch& fetch = action.fetch();
      if (!action.has_fetch() || content.Has(fetch)) continue;
      if (fetch.has_sha256() && !fetched.insert(fetch.sha256()).second) {
        continue;
      }
      demands.Add(store,
                  fetch.size() - std::min(fetch.size(), content.PartOf(fetch)),
                  kInodesOfDownload);
    }
    for (const Proposal::Disk& disk : step->proposal.needs().disk()) {
      demands.Add(disk.path(), disk.bytes(), disk.inodes());
    }
  }
  std::vector<absl::Status> findings;
  for (const auto& [device, demand] : demands.by_device()) {
    const uint64_t bytes = demand.bytes + demand.bytes / 10;
    const uint64_t inodes = demand.inodes + demand.inodes / 10;
    const bool too_many_inodes =
        demand.space.total_inodes > 0 && inodes > demand.space.free_inodes;
    if (bytes <= demand.space.free_bytes && !too_many_inodes) continue;
    findings.push_back(
        DiagnosticError(
            absl::StatusCode::kResourceExhausted, "host/no-space",
            absl::StrCat("not enough room in the file system of ", demand.path))
            .Expected(
                absl::StrFormat("%d bytes and %d inodes free", bytes, inodes))
            .Found(absl::StrFormat("%d bytes and %d inodes",
                                   demand.space.free_bytes,
                                   demand.space.free_inodes))
            .Next("free some space, then run the same command"));
  }
  return findings;
}

std::vector<absl::Status> CheckCommands(const CheckedPlan& plan,
                                        const std::vector<StepPlan>& steps,
                                        FactReader& reader) {
  std::vector<absl::Status> findings;
  std::set<std::string> provided;
  for (const auto& [i, step] : Judged(steps)) {
    Facts facts(reader, {.root = plan.steps[i].root});
    for (const std::string& command : step->proposal.needs().command()) {
      if (provided.count(command) > 0 ||
          FindExecutable(facts, command, kChildPath).has_value()) {
        continue;
      }
      findings.push_back(WithStep(
          DiagnosticError(absl::StatusCode::kNotFound, "host/command",
                          absl::StrCat("the command ", command,
                                       " is needed and is not there"))
              .Found(absl::StrCat("looked in ", kChildPath))
              .Next(absl::StrCat("install ", command,
                                 ", or let a step before this one do so")),
          plan.steps[i].id));
    }
    provided.insert(step->proposal.provides().command().begin(),
                    step->proposal.provides().command().end());
  }
  return findings;
}

namespace {

// "host:port" taken apart; a port that is none is 0.
std::pair<std::string, int> SplitEndpoint(const std::string& endpoint) {
  const size_t colon = endpoint.rfind(':');
  std::string host = endpoint.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') {
    host = host.substr(1, host.size() - 2);
  }
  int port = 0;
  if (!absl::SimpleAtoi(endpoint.substr(colon + 1), &port)) port = 0;
  return {std::move(host), port};
}

// Any of these has to answer for `fetch`; none for a file.
std::vector<std::string> EndpointsOf(const Fetch& fetch) {
  if (fetch.has_proxy()) return {EndpointOfUrl(fetch.proxy())};
  std::vector<std::string> endpoints;
  for (const std::string& url : fetch.url()) {
    endpoints.push_back(EndpointOfUrl(url));
    if (endpoints.back().empty()) return {};
  }
  return endpoints;
}

// May an earlier step of this run be what makes it reachable?
bool FollowsPending(const CheckedPlan& plan, const std::vector<StepPlan>& steps,
                    size_t i) {
  return std::any_of(plan.steps[i].after.begin(), plan.steps[i].after.end(),
                     [&](int before) { return steps[before].pending(); }) ||
         !steps[i].because.empty();
}

// Asks each endpoint once.
class Reachability {
 public:
  explicit Reachability(const Engine& engine) : engine_(engine) {}

  const absl::Status& Of(const std::string& endpoint) {
    auto [answer, is_new] = answers_.try_emplace(endpoint);
    if (is_new) {
      const auto [host, port] = SplitEndpoint(endpoint);
      answer->second =
          engine_.options.offline
              ? DiagnosticError(absl::StatusCode::kUnavailable, "net/offline",
                                absl::StrCat(endpoint,
                                             " is needed, and "
                                             "--offline was given"))
                    .Next("run it once without --offline, or use a bundle")
              : engine_.reach(host, port);
    }
    return answer->second;
  }

 private:
  const Engine& engine_;
  std::map<std::string, absl::Status> answers_;
};

}  // namespace

std::vector<absl::Status> CheckEndpoints(const Engine& engine,
                                         const CheckedPlan& plan,
                                         const std::vector<StepPlan>& steps,
                                         absl::string_view store) {
  std::vector<absl::Status> findings;
  if (engine.reach == nullptr) return findings;
  const StoreContent content(engine.system, store);
  Reachability reachability(engine);
  for (const auto& [i, step] : Judged(steps)) {
    if (step->proposal.rung_size() > 1 || FollowsPending(plan, steps, i)) {
      continue;
    }
    for (const Action& action : FirstActions(step->proposal)) {
      if (!action.has_fetch() || content.Has(action.fetch())) continue;
      absl::Status last;
      for (const std::string& endpoint : EndpointsOf(action.fetch())) {
        last = reachability.Of(endpoint);
        if (last.ok()) break;
      }
      if (last.ok()) continue;
      findings.push_back(WithStep(last, plan.steps[i].id));
      break;
    }
  }
  return findings;
}

std::vector<absl::Status> Preflight(Engine& engine, const CheckedPlan& plan,
                                    const std::vector<StepPlan>& steps,
                                    absl::string_view state,
                                    absl::string_view store) {
  std::vector<absl::Status> findings =
      CheckSpace(steps, engine.system, state, store);
  for (absl::Status& finding : CheckCommands(plan, steps, engine.facts)) {
    findings.push_back(std::move(finding));
  }
  for (absl::Status& finding : CheckEndpoints(engine, plan, steps, store)) {
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace provision

#ifndef PROVISION_CORE_ENGINE_ENGINE_H_
#define PROVISION_CORE_ENGINE_ENGINE_H_

// What every command of the engine works with, and what the user asked of it.

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/actions/action_handler.h"
#include "core/actions/secret_resolver.h"
#include "core/api/facts.h"
#include "core/base/redactor.h"
#include "core/base/system.h"
#include "core/engine/advice.h"
#include "core/engine/event_sink.h"
#include "core/journal/journal.pb.h"

namespace provision {

struct EngineOptions {
  // "" is the default of reliability.md 3.
  std::string state_path;
  std::string store_path;
  // How many steps at once.
  int jobs = 1;
  // Open no socket at all.
  bool offline = false;
  JournalRecord::Durability durability = JournalRecord::FULL;
  // Steps to perform again although done, and to take as done although in
  // doubt.
  std::set<std::string> redo;
  std::set<std::string> assume_done;
  // UNKNOWN steps of a saved plan that may run; "unknown" is all of them.
  std::set<std::string> accept;
  // The facts are the record of another host: nothing of this one is asked.
  bool recorded_facts = false;
  // A new run, after recovery of the old one.
  bool fresh = false;
  // Tell which facts each step was proposed from: somebody shows them.
  bool tell_facts = false;
  // Where the state cannot be locked, go on without a lock.
  bool no_state_lock = false;
  // Set a damaged journal aside and audit everything anew.
  bool recover = false;
  // Only in tests: a COMMIT is believed without an audit (reliability.md 14.3).
  bool trust_journal = false;
  // As typed, for the lock's holder: "apply plan.textproto".
  std::string command;
  Advice advice;
};

// By reference; owned by the command line.
struct Engine {
  System& system;
  const ActionHandlers& handlers;
  FactReader& facts;
  // Drops what `facts` keeps: an action has changed the host.
  std::function<void()> host_changed;
  EventSink& events;
  EngineOptions options;
  // Learns every secret's value before it is used; may be nullptr.
  Redactor* redactor = nullptr;
  // Asks a person for a secret; without it there is nobody to ask.
  SystemSecretResolver::Prompt prompt = nullptr;
  // Told of what a command of `step` said that did not end with 0, secrets
  // masked, before the step is proposed again.
  std::function<void(absl::string_view step, absl::string_view output)>
      command_failed = [](absl::string_view, absl::string_view) {};
  // Connects to `port` of `host` and closes again. Without it nobody asks
  // whether what a run needs answers.
  std::function<absl::Status(absl::string_view host, int port)> reach = nullptr;
};

// `engine`, but everything that happens is told to `events`.
inline Engine WithEvents(const Engine& engine, EventSink& events) {
  return {.system = engine.system,
          .handlers = engine.handlers,
          .facts = engine.facts,
          .host_changed = engine.host_changed,
          .events = events,
          .options = engine.options,
          .redactor = engine.redactor,
          .prompt = engine.prompt,
          .command_failed = engine.command_failed,
          .reach = engine.reach};
}

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_ENGINE_H_

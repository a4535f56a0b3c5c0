#ifndef PROVISION_CORE_ACTIONS_ACTION_HANDLER_H_
#define PROVISION_CORE_ACTIONS_ACTION_HANDLER_H_

// One kind of action: how it is shown, audited, performed and undone. One file
// pair a kind; the executor in core/engine calls these in the order of
// reliability.md 5.1 and journals in between. A handler knows no journal.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/actions/preparation.pb.h"
#include "core/api/action.pb.h"
#include "core/api/event.pb.h"
#include "core/api/facts.h"
#include "core/base/directory.h"
#include "core/base/process.h"
#include "core/base/system.h"

namespace provision {

class Secret;

// Turns a reference into its value at the moment of use.
class SecretResolver {
 public:
  virtual ~SecretResolver() = default;
  virtual absl::StatusOr<Secret> Resolve(const SecretReference& reference) = 0;
  // HMAC of the value under the host's key: the version that journals hold.
  virtual absl::StatusOr<std::string> Version(
      const SecretReference& reference) = 0;
};

// Keeps secret what a journal and its pre-images must know of secret files,
// under $STATE/key.
class PreimageCipher {
 public:
  virtual ~PreimageCipher() = default;
  virtual absl::StatusOr<std::string> Encrypt(absl::string_view plain) = 0;
  virtual absl::StatusOr<std::string> Decrypt(absl::string_view cipher) = 0;
  // Stands for a digest in a record, hex: equal for equal ones, but tells
  // nobody without the key whether a guess at the content is right.
  virtual absl::StatusOr<std::string> MaskDigest(absl::string_view sha256) = 0;
};

// What preparing an action found out at some cost and performing it needs
// again, in the same process. A handler's own kind of it derives from this.
struct Findings {
  virtual ~Findings() = default;
  std::string temporary_name;  // of the preparation that they belong to
};

// What a handler works with. All by reference, owned by the run.
struct ActionContext {
  System& system;
  // undo/ of the run. May be made on first use.
  std::function<absl::StatusOr<Directory*>()> undo;
  // The artifact store: its folder, which is made on first use.
  std::function<absl::StatusOr<Directory*>()> store;
  SecretResolver* secrets = nullptr;
  PreimageCipher* cipher = nullptr;
  // Left by Prepare for Perform, which uses what belongs to its preparation and
  // finds the rest out itself.
  std::shared_ptr<const Findings> findings = nullptr;
  // Whoever prepares several actions syncs undo/ once for all of them.
  bool syncs_undo_later = false;
  // Descriptor of children.lock, or -1.
  int children_lock = -1;
  // Deadline of the action, from the step's timeout_s.
  absl::Duration deadline = absl::Hours(1);
  // Open no socket at all.
  bool offline = false;
  std::function<void(uint64_t done, uint64_t total, absl::string_view text)>
      on_progress = [](uint64_t, uint64_t, absl::string_view) {};
  // Told of each artifact that was fetched: how much of it came over the
  // network, resumed parts and file URLs left out.
  std::function<void(uint64_t bytes)> on_fetched = [](uint64_t) {};
  std::function<void(absl::string_view text)> on_wait = [](absl::string_view) {
  };
  std::function<void(bool is_stderr, absl::string_view bytes)> on_output =
      [](bool, absl::string_view) {};
  // Told of each command that ran, however it ended, secrets masked.
  std::function<void(const std::vector<std::string>& argv,
                     const ProcessResult& result)>
      on_command = [](const std::vector<std::string>&, const ProcessResult&) {};
};

// The findings of `preparation`, of the handler's own kind; nullptr if there
// are none.
template <typename Kind>
std::shared_ptr<const Kind> FoundFor(const Preparation& preparation,
                                     const ActionContext& context) {
  // Temporary names are random: what has this one was left by this handler.
  if (context.findings == nullptr ||
      context.findings->temporary_name != preparation.temporary_name()) {
    return nullptr;
  }
  return std::static_pointer_cast<const Kind>(context.findings);
}

// What the host shows about an action (reliability.md 7.1).
enum class Audit {
  kAfter,    // as wanted
  kBefore,   // as its preparation expected
  kOther,    // neither
  kUnknown,  // cannot be read, or the kind has no audit
};

enum class UndoOutcome {
  kUndone,
  kForeign,    // changed since by someone else: left alone
  kNoInverse,  // nothing to undo it with
};

// Thread-safe and stateless. Error ids: `apply/foreign-change` where the host
// is not as expected, those of ErrnoError() and NotDurableError(), and the
// kind's.
class ActionHandler {
 public:
  virtual ~ActionHandler() = default;

  // At any instant the host shows the state before or the state after.
  virtual bool atomic() const = 0;

  // Whether it needs nothing of those of its kind before it in a step, nor they
  // of it, and takes long: such are performed at once.
  virtual bool runs_beside_others(const Action&) const { return false; }

  // What the core knows of the kind and a proposal cannot loosen.
  virtual Action::Reversibility reversibility(const Action& action) const = 0;
  virtual Action::RepeatClass repeat_class(const Action& action) const = 0;

  // The line of the preview; reads old content for the diff through `facts`.
  // `root` shortens paths: those below it are shown relative.
  virtual Event::ActionLine Describe(const Action& action, FactReader& facts,
                                     absl::string_view root) const = 0;

  // Is it already as wanted? Needs no preparation; kAfter or kOther (or
  // kUnknown).
  virtual absl::StatusOr<Audit> AuditWanted(const Action& action,
                                            ActionContext& context) const = 0;

  // Where does it stand against what its preparation expected?
  virtual absl::StatusOr<Audit> AuditPrepared(const Action& action,
                                              const Preparation& preparation,
                                              ActionContext& context) const = 0;

  // Checks `before` of the action (else apply/foreign-change), saves the
  // pre-image durably (unless `syncs_undo_later`) and picks the temporary
  // names. Changes nothing outside undo/.
  virtual absl::StatusOr<Preparation> Prepare(const Action& action,
                                              ActionContext& context) const = 0;

  // Compares with `preparation.before` once more, on the descriptors it uses,
  // changes the host, and returns when the effect is durable and verified.
  // After an error nothing is half-made under a final name and temporaries are
  // gone, except after a NotDurableError.
  virtual absl::Status Perform(const Action& action,
                               const Preparation& preparation,
                               ActionContext& context) const = 0;

  // ---- Perform() in halves, for actions that share their syncs ----
  //
  // Only of a kind that is atomic and works at ActionPath(). Stage() makes what
  // is wanted beside its place; Place() compares with `preparation.before`,
  // changes the host, and verifies. Neither is durable: between the two, and
  // after the second, the caller syncs the file system of the path, so that
  // after a power cut no name is without its content. After an error the
  // temporary is gone.

  virtual bool has_halves() const { return false; }
  virtual absl::Status Stage(const Action& action,
                             const Preparation& preparation,
                             ActionContext& context) const;
  virtual absl::Status Place(const Action& action,
                             const Preparation& preparation,
                             ActionContext& context) const;

  // ---- Perform() of several as one, for actions with one `batch` key ----
  //
  // Only of a kind that is CONVERGENT and can audit each action by itself: one
  // call of a package manager for what several steps ask for. Says how each
  // ended, in their order; otherwise as Perform().

  struct Prepared {
    const Action& action;
    const Preparation& preparation;
  };
  virtual bool merges() const { return false; }
  virtual std::vector<absl::Status> PerformMerged(
      absl::Span<const Prepared> actions, ActionContext& context) const;

  // Makes the effect of a killed run durable, for adoption.
  virtual absl::Status MakeDurable(const Action& action,
                                   const Preparation& preparation,
                                   ActionContext& context) const = 0;

  // Removes what a killed Perform left under its temporary name, and brings
  // back what it had moved aside, if the final name is empty; durably.
  virtual absl::Status Clean(const Action& action,
                             const Preparation& preparation,
                             ActionContext& context) const = 0;

  // Brings back the state before, durably. May be called again after a kill.
  virtual absl::StatusOr<UndoOutcome> Undo(const Action& action,
                                           const Preparation& preparation,
                                           ActionContext& context) const = 0;
};

// The handler of each kind of Action, by its field number in `oneof kind`.
class ActionHandlers {
 public:
  void Set(Action::KindCase kind, std::unique_ptr<ActionHandler> handler);
  // Aborts on a kind without a handler: every kind has one (S2-07).
  const ActionHandler& Get(const Action& action) const;

 private:
  std::vector<std::unique_ptr<ActionHandler>> handlers_;
};

// SHA-256 over what an action does: its data without `before` and without texts
// for people; `extra` holds the digests of its input files and the versions of
// its secrets (reliability.md 7.2). Hex.
std::string ActionDigest(const Action& action,
                         const std::vector<std::string>& extra);

// The path that a file kind is about, or "" for fetch and run.
std::string ActionPath(const Action& action);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_ACTION_HANDLER_H_

#include "core/cli/flags.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gflags/gflags.h"

// gflags' flags are global to the program, so each is defined once, here.
DEFINE_bool(all, false, "every entry, not only the most used ones");
DEFINE_bool(all_environments, false, "the steps of every environment");
DEFINE_string(accept, "",
              "let a step run that the saved plan could not tell: STEP or "
              "'unknown' for all of them");
DEFINE_string(algorithm, "ed25519", "of the new key");
DEFINE_string(approved, "", "only what the preview with this digest showed");
DEFINE_bool(ascii, false, "nothing but ASCII");
DEFINE_string(assume_done, "", "take an action in doubt of this step as done");
DEFINE_string(at, "", "judge expiry for this time: 2027-01-01T09:00:00Z");
DEFINE_string(bundle, "", "take every artifact from this bundle");
DEFINE_string(bundle_id, "", "the bundle's name, in place of the plan's");
DEFINE_int32(bundle_version, 0, "grows with every release, from 1");
DEFINE_bool(check, false, "write nothing; 2: it would change");
DEFINE_string(color, "auto", "when to colour");
DEFINE_string(config, "", "this settings file in place of yours and /etc's");
DEFINE_string(depth, "content",
              "signatures and what leads to the artifacts; every byte");
DEFINE_string(detail, "normal",
              "what changes; a line a step; everything, nothing shortened");
DEFINE_string(durability, "full",
              "every record synced; only begin and end; nothing synced");
DEFINE_bool(effective, false, "each value and where it comes from");
DEFINE_string(env, "", "only the steps of this environment");
DEFINE_string(events, "", "the events, as JSON lines, beside the terminal");
DEFINE_string(expires, "180d", "after signing: 180d, or a time");
DEFINE_string(facts, "", "plan for the host that this record was made on");
DEFINE_bool(fresh, false, "begin a new run instead of going on");
DEFINE_string(from, "", "read this file alone");
DEFINE_string(html, "", "a page of it, in this file, which must not exist");
DEFINE_bool(isolate_plugins, false,
            "run built-in provisioners in processes of their own too");
DEFINE_int32(jobs, 0, "actions at once; 0: as many as processors");
DEFINE_bool(json, false, "JSON lines on standard output");
DEFINE_string(key, "", "trust this public key");
DEFINE_string(kind, "", "only artifacts of this kind: wheel, archive, file");
DEFINE_bool(list, false, "list what there is");
DEFINE_bool(log, false, "what commands said, too");
DEFINE_bool(no_input, false, "ask for no secret at the terminal");
DEFINE_bool(no_plugins, false, "look for no plugins from outside");
DEFINE_bool(no_passphrase, false, "keep the new key unencrypted");
DEFINE_bool(offline, false, "open no socket at all");
DEFINE_string(older_than, "", "what was written longer ago: 30d, 12h");
DEFINE_string(only, "", "steps: NAME, tag:T, kind:P, globs");
DEFINE_string(only_from, "", "selectors, one a line");
DEFINE_string(out, "", "write it to this file, which must not exist");
DEFINE_string(plugin_dir, "", "look here first for plugins from outside");
DEFINE_bool(preview, false, "show what would be done, and do nothing");
DEFINE_string(progress, "auto", "live only if it is a terminal");
DEFINE_bool(quiet, false, "only what changed, warnings and errors");
DEFINE_bool(record, false, "all that a plan is made from, for --facts");
DEFINE_bool(recover, false,
            "set a damaged journal aside and audit every step anew");
DEFINE_string(redo, "", "perform this step again although done");
DEFINE_bool(remove, false, "forget what was trusted");
DEFINE_bool(require_trust, false, "refuse a bundle that nobody trusted signed");
DEFINE_string(root, "", "folder that relative paths of the plan start from");
DEFINE_string(show, "summary", "what it is; the plan in it");
DEFINE_string(sign_key, "", "sign with this private key");
DEFINE_string(signed_at, "", "the time to sign for, in place of now");
DEFINE_bool(silent, false, "only a question's answer");
DEFINE_string(skip, "", "steps to leave out: NAME, tag:T, kind:P, globs");
DEFINE_string(skip_from, "", "selectors to leave out, one a line");
DEFINE_string(state_dir, "", "where journals are");
DEFINE_bool(no_state_lock, false,
            "go on where the state cannot be locked: see to it that one run at "
            "a time works");
DEFINE_string(step, "", "this step and what depends on it");
DEFINE_string(store, "", "where artifacts are");
DEFINE_int32(threshold, 1, "how many of the keys must have signed");
DEFINE_string(trust_digest, "", "trust exactly this root: sha256:HEX");
DEFINE_string(target, "",
              "a target by name; to lock for also a file, host, or list");
DEFINE_bool(upgrade, false, "ask anew, keep no version");
DEFINE_string(upgrade_only, "", "let the version of this name change");
DEFINE_bool(with_deps, false, "add the steps they come after");

namespace provision {
namespace {

std::vector<Flag> MakeFlags() {
  constexpr auto kBoolean = Flag::Type::kBoolean;
  constexpr auto kNumber = Flag::Type::kNumber;
  std::vector<Flag> flags = {
      {.name = "all", .type = kBoolean},
      {.name = "all-environments", .type = kBoolean},
      {.name = "accept", .placeholder = "STEP", .repeatable = true},
      {.name = "approved", .placeholder = "DIGEST"},
      {.name = "ascii",
       .type = kBoolean,
       .variable = "PROVISION_ASCII",
       .everywhere = true},
      {.name = "assume-done", .placeholder = "STEP", .repeatable = true},
      {.name = "check", .type = kBoolean},
      {.name = "algorithm",
       .placeholder = "NAME",
       .choices = {"ed25519", "ecdsa-p256"}},
      {.name = "at", .placeholder = "TIME"},
      {.name = "bundle", .placeholder = "FILE"},
      {.name = "bundle-id", .placeholder = "ID"},
      {.name = "bundle-version", .type = kNumber, .placeholder = "N"},
      {.name = "depth",
       .placeholder = "HOW",
       .choices = {"signature", "content"}},
      {.name = "expires", .placeholder = "T"},
      {.name = "key", .placeholder = "FILE", .repeatable = true},
      {.name = "kind", .placeholder = "KIND"},
      {.name = "no-passphrase", .type = kBoolean},
      {.name = "require-trust", .type = kBoolean},
      {.name = "show", .placeholder = "WHAT", .choices = {"summary", "plan"}},
      {.name = "sign-key", .placeholder = "FILE", .repeatable = true},
      {.name = "signed-at", .placeholder = "TIME"},
      {.name = "threshold", .type = kNumber, .placeholder = "N", .minimum = 1},
      {.name = "trust-digest", .placeholder = "DIGEST"},
      {.name = "color",
       .placeholder = "WHEN",
       .variable = "PROVISION_COLOR",
       .choices = {"auto", "always", "never"},
       .everywhere = true},
      {.name = "config",
       .placeholder = "FILE",
       .variable = "PROVISION_CONFIG",
       .everywhere = true},
      {.name = "detail",
       .placeholder = "HOW",
       .variable = "PROVISION_DETAIL",
       .choices = {"normal", "short", "full"},
       .everywhere = true},
      {.name = "durability",
       .placeholder = "HOW",
       .choices = {"full", "run", "none"}},
      {.name = "effective", .type = kBoolean},
      {.name = "env", .placeholder = "ENV", .repeatable = true},
      {.name = "events", .placeholder = "FILE", .everywhere = true},
      {.name = "facts", .placeholder = "FILE"},
      {.name = "fresh", .type = kBoolean},
      {.name = "from", .placeholder = "FILE", .repeatable = true},
      {.name = "html", .placeholder = "FILE"},
      {.name = "isolate-plugins", .type = kBoolean, .everywhere = true},
      {.name = "jobs",
       .type = kNumber,
       .letter = 'j',
       .placeholder = "N",
       .variable = "PROVISION_JOBS",
       .everywhere = true},
      {.name = "json", .type = kBoolean, .everywhere = true},
      {.name = "list", .type = kBoolean},
      {.name = "log", .type = kBoolean},
      {.name = "no-input",
       .type = kBoolean,
       .variable = "PROVISION_NO_INPUT",
       .everywhere = true},
      {.name = "no-plugins", .type = kBoolean, .everywhere = true},
      {.name = "offline",
       .type = kBoolean,
       .variable = "PROVISION_OFFLINE",
       .everywhere = true},
      {.name = "older-than", .placeholder = "T"},
      {.name = "only", .placeholder = "SEL", .repeatable = true},
      {.name = "only-from", .placeholder = "FILE"},
      {.name = "out", .letter = 'o', .placeholder = "FILE"},
      {.name = "plugin-dir",
       .placeholder = "DIR",
       .variable = "PROVISION_PLUGIN_DIR",
       .everywhere = true},
      {.name = "preview", .type = kBoolean},
      {.name = "progress",
       .placeholder = "HOW",
       .variable = "PROVISION_PROGRESS",
       .choices = {"auto", "live", "lines", "none"},
       .everywhere = true},
      {.name = "quiet", .type = kBoolean, .letter = 'q', .everywhere = true},
      {.name = "record", .type = kBoolean},
      {.name = "recover", .type = kBoolean},
      {.name = "redo", .placeholder = "STEP", .repeatable = true},
      {.name = "remove", .type = kBoolean},
      {.name = "root", .placeholder = "DIR"},
      {.name = "silent", .type = kBoolean, .everywhere = true},
      {.name = "skip", .placeholder = "SEL", .repeatable = true},
      {.name = "skip-from", .placeholder = "FILE"},
      {.name = "state-dir",
       .placeholder = "DIR",
       .variable = "PROVISION_STATE_DIR",
       .everywhere = true},
      {.name = "no-state-lock", .type = kBoolean},
      {.name = "step", .placeholder = "STEP"},
      {.name = "store",
       .placeholder = "DIR",
       .variable = "PROVISION_STORE",
       .everywhere = true},
      {.name = "target", .placeholder = "T", .repeatable = true},
      {.name = "upgrade", .type = kBoolean},
      {.name = "upgrade-only", .placeholder = "NAME", .repeatable = true},
      {.name = "with-deps", .type = kBoolean},
  };
  std::sort(flags.begin(), flags.end(),
            [](const Flag& a, const Flag& b) { return a.name < b.name; });
  return flags;
}

std::string GflagsName(absl::string_view name) {
  return absl::StrReplaceAll(name, {{"-", "_"}});
}

gflags::CommandLineFlagInfo Info(const Flag& flag) {
  return gflags::GetCommandLineFlagInfoOrDie(GflagsName(flag.name).c_str());
}

}  // namespace

std::string Flag::Usage() const {
  return absl::StrCat("--", name, placeholder.empty() ? "" : " ", placeholder);
}

const std::vector<Flag>& Flags() {
  static const auto* const flags = new std::vector<Flag>(MakeFlags());
  return *flags;
}

const Flag* FindFlag(absl::string_view name) {
  const std::string dashed = absl::StrReplaceAll(name, {{"_", "-"}});
  for (const Flag& flag : Flags()) {
    if (flag.name == dashed) return &flag;
  }
  return nullptr;
}

const Flag* FindFlag(char letter) {
  for (const Flag& flag : Flags()) {
    if (letter != 0 && flag.letter == letter) return &flag;
  }
  return nullptr;
}

std::string FlagHelp(const Flag& flag) { return Info(flag).description; }

std::string FlagDefault(const Flag& flag) { return Info(flag).default_value; }

bool SetFlag(const Flag& flag, absl::string_view value, std::string* normal) {
  if (!flag.choices.empty() && !absl::c_linear_search(flag.choices, value)) {
    return false;
  }
  if (flag.type == Flag::Type::kNumber) {
    int number;
    if (!absl::SimpleAtoi(value, &number) || number < flag.minimum) {
      return false;
    }
  }
  const std::string name = GflagsName(flag.name);
  if (gflags::SetCommandLineOption(name.c_str(), std::string(value).c_str())
          .empty()) {
    return false;
  }
  return gflags::GetCommandLineOption(name.c_str(), normal);
}

}  // namespace provision

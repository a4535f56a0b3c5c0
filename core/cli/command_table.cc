#include "core/cli/command_table.h"

#include "absl/algorithm/container.h"
#include "core/cli/flags.h"

namespace provision {
namespace {

using Names = std::vector<absl::string_view>;

Names Together(Names first, const Names& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

const Names& Selection() {
  static const auto* const names =
      new Names{"only",      "skip", "only-from",       "skip-from",
                "with-deps", "env",  "all-environments"};
  return *names;
}

// Whom a bundle is believed by.
const Names& BundleTrustFlags() {
  static const auto* const names =
      new Names{"key", "threshold", "trust-digest", "at"};
  return *names;
}

std::vector<Command> BundleCommands() {
  using enum ExitCode;
  const std::vector<ExitCode> exits = {kConverged, kFailed, kUsage, kRefused,
                                       kNotDurable};
  const Command::HelpLine trust = {"trust", "--key FILE, --threshold N",
                                   "public keys; how many must have signed"};
  const Command::HelpLine digest = {"", "--trust-digest DIGEST",
                                    "exactly this root, signed or not"};
  return {
      {.group = "carry",
       .name = "bundle create",
       .arguments = "PLAN",
       .least_arguments = 1,
       .most_arguments = 1,
       .brief = "put everything the plan needs into one file",
       .flags = Together({"bundle-version", "bundle-id", "sign-key",
                          "signed-at", "expires", "out", "root"},
                         {"env", "all-environments"}),
       .examples = {"provision bundle create plan.textproto --bundle-version "
                    "1 --sign-key release.key"},
       .help = {{"what", "--bundle-version N", "grows with every release"},
                {"", "--bundle-id ID", "in place of the plan's name"},
                {"sign", "--sign-key FILE", "a private key (repeat)"},
                {"", "--expires T", "180d after signing, or a time"},
                {"output", "--out FILE", "ID-N.bundle if it is left out"},
                {"", "--json", "one line of JSON"}},
       .exits = exits,
       .host = "read; artifacts go to the store, the bundle is written"},
      {.group = "carry",
       .name = "bundle verify",
       .arguments = "FILE",
       .least_arguments = 1,
       .most_arguments = 1,
       .brief = "check signatures, freshness and every byte",
       .flags = Together({"depth"}, BundleTrustFlags()),
       .examples = {"provision bundle verify app-1.bundle --key release.pub"},
       .help = {trust,
                digest,
                {"", "--at TIME", "judge expiry for this time"},
                {"how", "--depth signature", "no artifact is read"},
                {"output", "--json", "one line of JSON"}},
       .exits = exits,
       .host = "not touched"},
      {.group = "carry",
       .name = "bundle inspect",
       .arguments = "FILE",
       .least_arguments = 1,
       .most_arguments = 1,
       .brief = "show targets, steps, signers, or the plan",
       .flags = Together({"show", "require-trust"}, BundleTrustFlags()),
       .examples = {"provision bundle inspect app-1.bundle",
                    "provision bundle inspect app-1.bundle --show plan"},
       .help = {{"which", "--show plan", "the plan, as it was written"},
                trust,
                {"", "--require-trust", "refuse it without"},
                {"output", "--json", "one line of JSON"}},
       .exits = exits,
       .host = "not touched"},
      {.group = "carry",
       .name = "bundle list",
       .arguments = "FILE",
       .least_arguments = 1,
       .most_arguments = 1,
       .brief = "list the artifacts in a bundle",
       .flags =
           Together({"kind", "target", "require-trust"}, BundleTrustFlags()),
       .examples = {"provision bundle list app-1.bundle --kind wheel"},
       .help = {{"which", "--kind KIND, --target T", "only these"},
                trust,
                {"", "--require-trust", "refuse it without"},
                {"output", "--json", "one line of JSON"}},
       .exits = exits,
       .host = "not touched"},
      {.group = "carry",
       .name = "bundle extract",
       .arguments = "FILE [NAME]...",
       .least_arguments = 1,
       .most_arguments = 1000,
       .brief = "write artifacts as they were published",
       .flags = Together({"out", "kind", "target"}, BundleTrustFlags()),
       .examples = {"provision bundle extract app-1.bundle --out files --key "
                    "release.pub"},
       .help = {{"which", "--kind KIND, --target T", "only these"},
                trust,
                digest,
                {"output", "--out DIR", "a new folder"},
                {"", "--json", "one line of JSON"}},
       .exits = exits,
       .host = "not touched; the folder is written"},
      {.group = "carry",
       .name = "bundle keygen",
       .brief = "make a key pair to sign bundles with",
       .flags = {"out", "algorithm", "no-passphrase"},
       .examples = {"provision bundle keygen --out release"},
       .help = {{"output", "--out NAME", "NAME.key and NAME.pub"},
                {"how", "--algorithm NAME", "ed25519 or ecdsa-p256"},
                {"", "--no-passphrase", "keep the key unencrypted"}},
       .exits = exits,
       .host = "not touched; the keys are written"},
      {.group = "carry",
       .name = "bundle sign",
       .arguments = "FILE",
       .least_arguments = 1,
       .most_arguments = 1,
       .brief = "add a signature to a bundle",
       .flags = Together({"sign-key", "signed-at", "expires", "out"},
                         BundleTrustFlags()),
       .examples = {"provision bundle sign app-1.bundle --sign-key "
                    "release.key --out app-1.signed.bundle"},
       .help = {{"sign", "--sign-key FILE", "the private key"},
                {"", "--expires T", "180d after signing, or a time"},
                {"output", "--out FILE", "the signed bundle"},
                {"", "--json", "one line of JSON"}},
       .exits = exits,
       .host = "not touched; the signed bundle is written"},
  };
}

std::vector<Command> StartCommands() {
  using enum ExitCode;
  return {
      {.group = "start",
       .name = "init",
       .arguments = "[DIR]",
       .most_arguments = 1,
       .brief = "write a plan from what a project already has",
       .flags = {"from", "out"},
       .examples = {"provision init", "provision init services/api",
                    "provision init --from requirements.txt"},
       .help = {{"which", "--from FILE", "read these alone (repeat)"},
                {"output", "--out FILE", "the plan; it must not exist"},
                {"", "--json", "one line of JSON"}},
       .exits = {kConverged, kFailed, kUsage, kRefused},
       .host = "not touched; the plan is written"},
      {.group = "start",
       .name = "plan",
       .arguments = "PLAN",
       .least_arguments = 1,
       .most_arguments = 1,
       .brief = "show what would change, exactly, and why",
       .flags = Together({"out", "html", "facts", "root"}, Selection()),
       .examples = {"provision plan plan.textproto",
                    "provision plan plan.textproto --out app.plan"},
       .help = {{"which", "--only SEL, --skip SEL",
                 "steps: NAME, tag:T, kind:P, globs (repeat)"},
                {"", "--with-deps", "add the steps they come after"},
                {"where", "--facts FILE", "a host that was recorded"},
                {"", "--root DIR", "relative paths start from here"},
                {"output", "--out FILE", "a saved plan, for apply"},
                {"", "--html FILE", "a page that opens in a browser"},
                {"", "--detail full", "facts, and what is already so"},
                {"", "--events FILE, --json", "events as JSON lines"}},
       .exits = {kConverged, kFailed, kPending, kUsage, kRefused},
       .host = "read; nothing is written but --out and --html"},
      {.group = "start",
       .name = "plan show",
       .arguments = "FILE",
       .least_arguments = 1,
       .most_arguments = 1,
       .brief = "print a saved plan; needs no plugin",
       .flags = {"html"},
       .examples = {"provision plan show app.plan"},
       .help = {{"output", "--detail full", "facts, and what is already so"},
                {"", "--html FILE", "a page that opens in a browser"},
                {"", "--json", "events as JSON lines"}},
       .exits = {kConverged, kPending, kUsage, kRefused},
       .host = "not touched; nothing is written but --html"},
      {.group = "start",
       .name = "apply",
       .arguments = "PLAN|SAVED",
       .least_arguments = 1,
       .most_arguments = 1,
       .brief = "bring the host to the plan, or go on where it stopped",
       .flags =
           Together(Together({"approved", "root", "accept", "redo",
                              "assume-done", "fresh", "recover", "durability",
                              "bundle", "target", "no-state-lock"},
                             BundleTrustFlags()),
                    Selection()),
       .examples = {"provision apply plan.textproto",
                    "provision apply plan.textproto --only packages "
                    "--with-deps"},
       .help = {{"which", "--only SEL, --skip SEL",
                 "steps: NAME, tag:T, kind:P, globs (repeat)"},
                {"", "--with-deps", "add the steps they come after"},
                {"how", "--offline, --jobs N",
                 "open no socket; actions at once"},
                {"", "--approved DIGEST", "only what that preview showed"},
                {"", "--bundle FILE", "every artifact from it, no network"},
                {"", "--key FILE", "trust this key (repeat)"},
                {"after a", "--redo STEP", "perform again although done"},
                {"stop", "--assume-done STEP",
                 "take an action in doubt as done"},
                {"", "--fresh", "a new run instead of going on"},
                {"output", "--events FILE, --json", "events as JSON lines"}},
       .exits = {kConverged, kFailed, kStopped, kInDoubt, kLocked, kInterrupted,
                 kNeedsPrivilege, kNeedsReboot, kUsage, kRefused, kNotDurable},
       .host = "changed; every action is journaled (provision rollback)"},
      {.group = "start",
       .name = "status",
       .arguments = "[RUN]",
       .most_arguments = 1,
       .brief = "say where a run stands and what continues it",
       .flags = {"all"},
       .examples = {"provision status", "provision status 7f3c2a91"},
       .help = {{"which", "--all", "every run that is kept"},
                {"output", "--json", "one line of JSON"}},
       .exits = {kConverged, kFailed, kStopped, kInDoubt, kLocked,
                 kNeedsPrivilege, kNeedsReboot, kUsage, kRefused},
       .host = "read"},
      {.group = "start",
       .name = "rollback",
       .arguments = "[RUN]",
       .most_arguments = 1,
       .brief = "undo a run, or one step and what depends on it",
       .flags = {"step", "preview", "no-state-lock"},
       .examples = {"provision rollback",
                    "provision rollback 7f3c2a91 "
                    "--preview"},
       .help = {{"which", "--step STEP", "this step and what depends on it"},
                {"how", "--preview", "show it, and do nothing"},
                {"output", "--events FILE, --json", "events as JSON lines"}},
       .exits = {kConverged, kFailed, kStopped, kInDoubt, kLocked, kInterrupted,
                 kNeedsPrivilege, kUsage, kRefused, kNotDurable},
       .host = "changed back; every undo is journaled"},
      {.group = "start",
       .name = "trust",
       .arguments = "[FILE]",
       .most_arguments = 1,
       .brief = "show what a file would run, and trust exactly that content",
       .flags = {"list", "remove"},
       .examples = {"provision trust /srv/shared/plan.textproto",
                    "provision trust --list"},
       .help = {{"which", "--list", "what is trusted; FILE is left out"},
                {"", "--remove", "forget FILE"}},
       .exits = {kConverged, kFailed, kLocked, kUsage, kRefused, kNotDurable},
       .host = "not touched; the state keeps path and digest"},
  };
}

std::vector<Command> OtherCommands() {
  using enum ExitCode;
  return {
      {.group = "understand",
       .name = "validate",
       .arguments = "PLAN",
       .least_arguments = 1,
       .most_arguments = 1,
       .brief = "check a plan without reading the host",
       .flags = {"effective"},
       .examples = {"provision validate plan.textproto",
                    "provision validate plan.textproto --effective"},
       .help = {{"output", "--effective", "each value and where it comes from"},
                {"", "--json", "one line of JSON"}},
       .exits = {kConverged, kFailed, kUsage, kRefused},
       .host = "not read"},
      {.group = "understand",
       .name = "explain",
       .arguments = "[WORD [URL]]",
       .most_arguments = 2,
       .brief = "explain a provisioner, field, action, fact or error",
       .flags = {"list"},
       .examples = {"provision explain python",
                    "provision explain python.version",
                    "provision explain write", "provision explain run/locked",
                    "provision explain settings",
                    "provision explain proxy https://files.example/"},
       .help = {{"which", "--list", "every word there is; WORD is left out"},
                {"", "proxy URL", "how each tool reaches URL"},
                {"output", "--json", "one line of JSON"}},
       .exits = {kConverged, kFailed, kUsage},
       .host = "not read; `proxy` reads variables"},
      {.group = "understand",
       .name = "inspect requirements",
       .arguments = "FILE",
       .least_arguments = 1,
       .most_arguments = 1,
       .brief = "read a requirements file as pip does",
       .examples = {"provision inspect requirements requirements.txt",
                    "provision inspect requirements requirements.txt --json"},
       .help = {{"output", "--json", "entries and faults, in one line"}},
       .exits = {kConverged, kFailed, kUsage, kRefused},
       .host = "not touched; the file and what it includes are read"},
      {.group = "understand",
       .name = "facts",
       .arguments = "[PLAN]",
       .most_arguments = 1,
       .brief = "print or record what is known of a host",
       .flags = {"record", "out"},
       .examples = {"provision facts",
                    "provision facts plan.textproto --record --out host.facts"},
       .help = {{"output", "--record", "all that a plan is made from"},
                {"", "--out FILE", "for plan --facts"},
                {"", "--json", "one line of JSON"}},
       .exits = {kConverged, kFailed, kUsage, kRefused},
       .host = "read; nothing is written but --out"},
      {.group = "understand",
       .name = "doctor",
       .arguments = "[PLAN]",
       .most_arguments = 1,
       .brief = "check whether provision can work on this host",
       .flags = {"root", "env", "all-environments"},
       .examples = {"provision doctor", "provision doctor plan.textproto",
                    "provision doctor --offline"},
       .help = {{"which", "PLAN", "also try the hosts that it needs"},
                {"how", "--offline", "open no socket"},
                {"output", "--json", "one line of JSON"}},
       .exits = {kConverged, kFailed, kUsage, kRefused},
       .host = "read; nothing is written"},
      {.group = "understand",
       .name = "report",
       .arguments = "[RUN]...",
       .most_arguments = 100,
       .brief = "show what runs did and how long each step took",
       .flags = {"html", "step", "log"},
       .examples = {"provision report", "provision report --html run.html",
                    "provision report 7f3c2a91 --step packages --log"},
       .help = {{"which", "--step STEP", "this step alone"},
                {"", "--log", "what commands said"},
                {"output", "--html FILE", "a page that opens in a browser"},
                {"", "--detail full", "every action and check"},
                {"", "--json", "one line of JSON a run"}},
       .exits = {kConverged, kFailed, kUsage, kRefused},
       .host = "not touched; nothing is written but --html"},
      {.group = "carry",
       .name = "lock",
       .arguments = "PLAN",
       .least_arguments = 1,
       .most_arguments = 1,
       .brief = "pin versions, addresses and digests for every target",
       .flags = {"target", "check", "upgrade", "upgrade-only", "offline",
                 "no-input", "root"},
       .examples = {"provision lock plan.textproto",
                    "provision lock plan.textproto --target windows-11/amd64",
                    "provision lock plan.textproto --check"},
       .help = {{"which", "--target T", "a platform, or host; list: all names"},
                {"", "", "default: those of the lock, else this host"},
                {"how", "--upgrade", "ask anew, keep no version"},
                {"", "--upgrade-only NAME", "let this one change its version"},
                {"", "--check", "write nothing; 2: it would change"},
                {"", "--offline", "open no socket at all"},
                {"", "--root DIR", "relative paths of the plan start here"},
                {"output", "--json", "one line of JSON"}},
       .exits = {kConverged, kFailed, kPending, kUsage, kRefused},
       .host = "read; the lock beside the plan is written"},
      {.group = "carry",
       .name = "store show",
       .brief = "list the artifacts that are kept",
       .examples = {"provision store show"},
       .help = {{"output", "--json", "one line of JSON"}},
       .exits = {kConverged, kFailed, kUsage},
       .host = "not touched"},
      {.group = "carry",
       .name = "store prune",
       .brief = "remove artifacts; they are fetched again when needed",
       .flags = {"older-than", "preview"},
       .examples = {"provision store prune --older-than 30d",
                    "provision store prune --preview"},
       .help = {{"which", "--older-than T", "written longer ago: 30d, 12h"},
                {"how", "--preview", "show it, and do nothing"},
                {"output", "--json", "one line of JSON"}},
       .exits = {kConverged, kFailed, kLocked, kUsage},
       .host = "not touched; the store loses what is listed"},
      {.group = "environments",
       .name = "tests discover",
       .arguments = "[DIR]",
       .most_arguments = 1,
       .brief = "find test runners, with the evidence",
       .examples = {"provision tests discover",
                    "provision tests discover services/api"},
       .help = {{"output", "--json", "one line of JSON"}},
       .exits = {kConverged, kFailed, kUsage},
       .host = "read; tests are collected and not run"},
      {.group = "itself",
       .name = "help",
       .arguments = "[COMMAND]",
       .most_arguments = 2,
       .brief = "help on provision, or on one command",
       .flags = {"all"},
       .examples = {"provision help apply", "provision help apply --all"},
       .help = {{"which", "--all", "every flag"}},
       .exits = {kConverged, kUsage},
       .host = "not read"},
      {.group = "itself",
       .name = "completion",
       .arguments = "SHELL",
       .least_arguments = 1,
       .most_arguments = 1,
       .brief = "print a completion script for bash, zsh or fish",
       .examples = {"provision completion bash", "provision completion zsh",
                    "provision completion fish"},
       .help = {{"how", "bash", "source <(provision completion bash)"},
                {"", "zsh", "into _provision, in a folder of fpath"},
                {"", "fish", "as provision.fish, in fish's completions"}},
       .exits = {kConverged, kFailed, kUsage},
       .host = "not read"},
      {.group = "itself",
       .name = "version",
       .brief = "version and build",
       .examples = {"provision version"},
       .help = {{"output", "--json", "one line of JSON"}},
       .exits = {kConverged, kUsage},
       .host = "not read"},
  };
}

}  // namespace

const std::vector<Command>& Commands() {
  static const auto* const commands = [] {
    auto* all = new std::vector<Command>(StartCommands());
    for (Command& command : OtherCommands()) {
      if (command.name == "store show") {
        for (Command& bundle : BundleCommands()) {
          all->push_back(std::move(bundle));
        }
      }
      all->push_back(std::move(command));
    }
    return all;
  }();
  return *commands;
}

const Command* FindCommand(absl::string_view name) {
  for (const Command& command : Commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

bool Takes(const Command& command, absl::string_view flag) {
  if (absl::c_linear_search(command.flags, flag)) return true;
  const Flag* known = FindFlag(flag);
  return known != nullptr && known->everywhere;
}

std::vector<std::string> CommandsThatTake(absl::string_view flag) {
  std::vector<std::string> names;
  for (const Command& command : Commands()) {
    if (Takes(command, flag)) names.emplace_back(command.name);
  }
  return names;
}

}  // namespace provision

#include "plugins/python/python_provisioner.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/api/proposal.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/host/path_access.h"
#include "plugins/python/ladder.h"
#include "plugins/python/version_file.h"
#include "plugins/python/virtual_environment.h"
#include "re2/re2.h"

namespace provision {
namespace {

// Starts, tells its version and where it is, and has what programs need most.
constexpr char kProve[] =
    "import ssl, sys\n"
    "print('%d.%d.%d' % sys.version_info[:3], sys.prefix)";

// What the loader of each C library is called.
std::string LibcOf(const std::string& machine, Facts& facts) {
  const std::string glibc =
      machine == "x86_64" ? "/lib64/ld-linux-x86-64.so.2"
                          : absl::StrCat("/lib/ld-linux-", machine, ".so.1");
  if (facts.Metadata(glibc, true).type() == PathState::FILE) return "gnu";
  const std::string musl = absl::StrCat("/lib/ld-musl-", machine, ".so.1");
  if (facts.Metadata(musl, true).type() == PathState::FILE) return "musl";
  return "unknown";
}

class PythonProposer {
 public:
  PythonProposer(const PythonConfig& config, Facts& facts)
      : config_(config),
        facts_(facts),
        named_(facts.AbsolutePath(config.environment())) {}

  absl::StatusOr<Proposal> Propose() {
    proposal_.set_fidelity(Proposal::EXACT);
    proposal_.mutable_provides()->set_environment(named_);
    proposal_.mutable_provides()->add_path(named_);
    proposal_.mutable_provides()->add_path(named_ + "/bin/python");
    if (facts_.Host().os() != "Linux") {
      Refuse("python/platform",
             absl::StrCat("environments are made on Linux only, this is ",
                          facts_.Host().os()));
      return std::move(proposal_);
    }
    if (absl::optional<std::string> step = VersionFileProvider()) {
      ProposeLater(*step);
      return std::move(proposal_);
    }
    absl::StatusOr<VersionRequest> request = ReadRequest();
    if (!request.ok()) {
      Refuse("python/version", std::string(request.status().message()));
      return std::move(proposal_);
    }
    proposal_.set_title(absl::StrCat("Python ", request->ToString(), " for ",
                                     RelativeTo(named_, facts_.scope().root)));
    ProposeFor(*request);
    return std::move(proposal_);
  }

 private:
  void Refuse(absl::string_view id, std::string message,
              absl::string_view next = "") {
    Diagnostic* diagnostic = proposal_.add_diagnostic();
    diagnostic->set_severity(Diagnostic::ERROR);
    diagnostic->set_id(std::string(id));
    diagnostic->set_message(std::move(message));
    if (!next.empty()) diagnostic->add_next(std::string(next));
  }

  // ---- the request ----

  absl::optional<std::string> VersionFileProvider() const {
    if (!config_.has_version_file()) return absl::nullopt;
    return facts_.AssumedFrom(facts_.AbsolutePath(config_.version_file()));
  }

  // The version is not known before the step that writes its file has run.
  void ProposeLater(const std::string& step) {
    proposal_.set_title(
        absl::StrCat("Python as ", config_.version_file(), " will say"));
    proposal_.set_fidelity(Proposal::UNKNOWN);
    Proposal::Assumption* assumption = proposal_.add_assumes();
    assumption->set_text(absl::StrCat(config_.version_file(), " is there"));
    assumption->set_step(step);
    Announce();
  }

  // At most: a build is fetched and unpacked, and the environment made on it.
  void Announce() {
    Proposal::Envelope* envelope = proposal_.mutable_envelope();
    for (const char* kind : {"fetch", "unpack", "make_directory", "write_file",
                             "link", "remove"}) {
      envelope->add_kind(kind);
    }
    envelope->add_path(named_);
    for (const std::string& folder : OurInterpreterFolders(facts_)) {
      envelope->add_path(folder);
    }
    if (NeedsRoot(facts_, named_)) envelope->set_root(true);
    const std::string machine = facts_.Host().architecture();
    const absl::StatusOr<Mirror> mirror =
        OpenMirror(config_, {machine, LibcOf(machine, facts_)}, facts_);
    if (mirror.ok() && mirror->endpoint().has_value()) {
      *envelope->add_endpoint() = *mirror->endpoint();
    }
  }

  absl::StatusOr<VersionRequest> ReadRequest() {
    if (!config_.has_version_file()) {
      return VersionRequest::Parse(config_.version());
    }
    const std::string path = facts_.AbsolutePath(config_.version_file());
    const absl::StatusOr<std::string> content = facts_.File(path);
    if (!content.ok()) {
      return absl::NotFoundError(absl::StrCat(
          "the version file cannot be read: ", content.status().message()));
    }
    VersionFile file = ReadVersionFile(*content);
    for (const std::string& line : file.rejected) {
      Diagnostic* warning = proposal_.add_diagnostic();
      warning->set_severity(Diagnostic::WARNING);
      warning->set_id("python/version-file");
      warning->set_message(
          absl::StrCat(config_.version_file(), ":", line, "; not used"));
    }
    if (file.requests.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(config_.version_file(), " asks for no version"));
    }
    return file.requests.front();
  }

  // ---- the proposal ----

  void ProposeFor(const VersionRequest& request) {
    const PythonTarget target = {facts_.Host().architecture(),
                                 LibcOf(facts_.Host().architecture(), facts_)};
    if (const std::string why = WhyAnotherTarget(request, target);
        !why.empty()) {
      return Refuse("python/platform", why);
    }
    environment_ = ReadVirtualEnvironment(named_, facts_);
    if (environment_.state == VirtualEnvironment::State::kOther) {
      return Refuse("python/not-an-environment",
                    absl::StrCat(named_, ": ", environment_.why),
                    "name another folder, or move this one away");
    }
    if (IsAlready(request)) return;
    const InterpreterSearch search =
        FindInterpreters(request, environment_.path, facts_);
    if (!search.broken_active.empty()) {
      return Refuse("python/broken-environment",
                    absl::StrCat("the active environment is broken: ",
                                 search.broken_active, " is a link to nothing"),
                    "deactivate it, or make it anew");
    }
    mirror_ = OpenMirror(config_, target, facts_);
    const LadderResult ladder =
        ClimbLadder({config_, request, target, search, mirror_});
    if (!ladder.choices.empty() && IsWhatThereIs(ladder.choices.front())) {
      return;
    }
    AddAssumptions();
    needs_root_ = NeedsRoot(facts_, environment_.path + "/pyvenv.cfg");
    if (needs_root_) proposal_.mutable_needs()->set_root(true);
    for (const Refusal& refusal : ladder.refused) {
      *proposal_.add_refused() = refusal;
    }
    for (const Choice& choice : ladder.choices) AddRung(choice, target);
    if (absl::c_linear_search(RungsOf(config_), PythonConfig::GUIDE)) {
      proposal_.set_guide(Guide(request, ladder));
    }
    if (ladder.choices.empty()) RefuseAll(request, ladder);
  }

  static std::string WhyAnotherTarget(const VersionRequest& request,
                                      const PythonTarget& target) {
    const bool fits =
        (request.os().empty() || request.os() == "linux") &&
        (request.machine().empty() || request.machine() == target.machine) &&
        (request.libc().empty() || request.libc() == target.libc);
    return fits ? ""
                : absl::StrCat("a Python for ", request.os(), "-",
                               request.machine(), "-", request.libc(),
                               " is asked for, this is ", target.ToString());
  }

  // What satisfies the request stays, however it came to be there.
  bool IsAlready(const VersionRequest& request) const {
    return environment_.complete &&
           request.Accepts(environment_.interpreter->version) &&
           request.WhyAnotherKind(*environment_.interpreter).empty();
  }

  // So does what the ladder would lead to.
  bool IsWhatThereIs(const Choice& choice) const {
    return environment_.complete &&
           environment_.interpreter->version == choice.version() &&
           environment_.interpreter->free_threaded ==
               (choice.found && choice.found->interpreter.free_threaded);
  }

  void AddAssumptions() {
    const absl::optional<std::string> step = facts_.AssumedFrom(named_);
    if (!step.has_value()) return;
    proposal_.set_fidelity(Proposal::PREDICTED);
    Proposal::Assumption* assumption = proposal_.add_assumes();
    assumption->set_text(absl::StrCat(named_, " is as it will be left"));
    assumption->set_step(*step);
  }

  void AddRung(const Choice& choice, const PythonTarget& target) {
    Rung* rung = proposal_.add_rung();
    rung->set_name(PythonConfig::Rung_Name(choice.rung));
    rung->set_title(choice.title);
    rung->set_reason(choice.reason);
    ActionList actions(facts_);
    EnvironmentBase base;
    base.version = choice.version().ToString();
    if (choice.found.has_value()) {
      const Interpreter& interpreter = choice.found->interpreter;
      base.program = interpreter.base_executable;
      base.minor_name = interpreter.MinorName();
    } else {
      base.minor_name = choice.version().ReleasePrefix(2);
      base.program = AddInstall(*choice.build, target, &actions);
    }
    AddEnvironment(environment_, base, &actions);
    actions.AppendTo(rung->mutable_action());
    if (needs_root_) {
      for (Action& action : *rung->mutable_action()) {
        action.set_needs_root(!action.has_fetch());
      }
    }
    rung->set_outcome(Outcome(choice, base));
    AddCheck(base, rung);
  }

  std::string Outcome(const Choice& choice, const EnvironmentBase& base) const {
    std::string outcome = absl::StrCat(base.version, " by rung ",
                                       PythonConfig::Rung_Name(choice.rung));
    if (IsReplaced(environment_, base)) {
      absl::StrAppend(&outcome, ", replaces the environment on ",
                      environment_.made_for.empty() ? "another Python"
                                                    : environment_.made_for);
    }
    return outcome;
  }

  // Adds the actions that install a build; returns its program. The folder's
  // name holds a part of the digest: two builds of a version do not meet.
  std::string AddInstall(const PythonBuild& build, const PythonTarget& target,
                         ActionList* actions) {
    const std::string version = build.version.ToString();
    // Root has no business in a user's home.
    const std::vector<std::string> folders = OurInterpreterFolders(facts_);
    const std::string folder =
        absl::StrCat(needs_root_ ? folders.back() : folders.front(),
                     "/cpython-", version, "-linux-", target.machine, "-",
                     target.libc, "-", build.sha256.substr(0, 8));
    const std::string name =
        absl::StrCat("CPython ", version, build.Name().empty() ? "" : " build ",
                     build.Name());
    Action fetch;
    *fetch.mutable_fetch() = mirror_->FetchOf(build, name);
    AddArtifact(fetch.fetch());
    actions->Add(std::move(fetch));

    Action unpack;
    unpack.mutable_unpack()->set_sha256(build.sha256);
    unpack.mutable_unpack()->set_name(name);
    unpack.mutable_unpack()->set_destination(folder);
    unpack.mutable_unpack()->set_prefix(build.Prefix());
    unpack.mutable_unpack()->set_profile(Unpack::UPSTREAM);
    actions->Add(std::move(unpack), folder);
    return absl::StrCat(folder, "/bin/python", build.version.ReleasePrefix(2));
  }

  void AddArtifact(const Fetch& fetch) {
    Proposal::Artifact* artifact = proposal_.add_artifact();
    artifact->set_name(fetch.name());
    artifact->set_sha256(fetch.sha256());
    if (fetch.has_size()) artifact->set_size(fetch.size());
    *artifact->mutable_url() = fetch.url();
    const absl::optional<Proposal::Endpoint> endpoint = mirror_->endpoint();
    if (endpoint.has_value() && proposal_.needs().endpoint().empty()) {
      *proposal_.mutable_needs()->add_endpoint() = *endpoint;
    }
  }

  void AddCheck(const EnvironmentBase& base, Rung* rung) const {
    Check* check = rung->add_check();
    for (const std::string& word :
         {named_ + "/bin/python", std::string("-I"), std::string("-B"),
          std::string("-c"), std::string(kProve)}) {
      check->mutable_command()->add_argv(word);
    }
    // The release alone: a candidate's letters are not printed.
    const std::string release =
        PythonVersion::Parse(base.version)->ReleasePrefix(3);
    check->mutable_command()->set_output(
        absl::StrCat("^", RE2::QuoteMeta(release + " " + named_), "\n$"));
    check->set_text(
        absl::StrCat("it starts, reports ", release, ", imports ssl"));
  }

  // ---- when no rung works ----

  static std::string Guide(const VersionRequest& request,
                           const LadderResult& ladder) {
    std::string guide =
        absl::StrCat("Python ", request.ToString(), " was looked for:\n");
    for (const Refusal& refusal : ladder.refused) {
      absl::StrAppend(&guide, "  ", refusal.rung(), ": ", refusal.reason(),
                      "\n");
      for (const std::string& evidence : refusal.evidence()) {
        absl::StrAppend(&guide, "    ", evidence, "\n");
      }
    }
    absl::StrAppend(
        &guide,
        "Name a mirror that has it, mirror { location: \"FOLDER or URL\" }, or "
        "install it so that it is on PATH, then run the same command again.\n");
    return guide;
  }

  void RefuseAll(const VersionRequest& request, const LadderResult& ladder) {
    Diagnostic* diagnostic = proposal_.add_diagnostic();
    diagnostic->set_severity(Diagnostic::ERROR);
    diagnostic->set_id("python/ladder");
    diagnostic->set_message(
        absl::StrCat("no rung gave Python ", request.ToString()));
    for (const Refusal& refusal : ladder.refused) {
      std::string text = absl::StrCat(refusal.rung(), ": ", refusal.reason());
      if (refusal.evidence_size() > 0) {
        absl::StrAppend(&text, " (", absl::StrJoin(refusal.evidence(), ", "),
                        ")");
      }
      Diagnostic::Detail* detail = diagnostic->add_detail();
      detail->set_label("tried");
      detail->set_text(std::move(text));
    }
    diagnostic->add_next(
        "name a mirror that has it: mirror { location: \"FOLDER or URL\" }");
  }

  const PythonConfig& config_;
  Facts& facts_;
  const std::string named_;  // the environment, as the plan names it
  Proposal proposal_;
  VirtualEnvironment environment_;
  bool needs_root_ = false;  // the environment is where only root may write
  absl::StatusOr<Mirror> mirror_ = absl::UnknownError("not opened");
};

}  // namespace

std::vector<Diagnostic> PythonProvisioner::ValidateConfig(
    const PythonConfig& config) const {
  std::vector<Diagnostic> errors;
  if (config.environment().empty()) {
    errors.push_back(ConfigError("python/environment", "environment",
                                 "no environment is named",
                                 "environment: \".venv\""));
  } else if (JoinPath("/", config.environment()) == "/") {
    errors.push_back(ConfigError("python/environment", "environment",
                                 "the environment wants a folder of its own",
                                 "environment: \".venv\""));
  }
  if (config.has_version() == config.has_version_file()) {
    errors.push_back(ConfigError(
        "python/version", config.has_version() ? "version_file" : "version",
        config.has_version() ? "version and version_file exclude each other"
                             : "no version is asked for",
        "version: \"3.11\""));
  } else if (config.has_version()) {
    const absl::Status status =
        VersionRequest::Parse(config.version()).status();
    if (!status.ok()) {
      errors.push_back(ConfigError("python/version", "version",
                                   status.message(), "version: \"3.11\""));
    }
  }
  for (int i = 0; i < config.ladder_size(); ++i) {
    const bool twice =
        std::count(config.ladder().begin(), config.ladder().begin() + i,
                   config.ladder(i)) > 0;
    if (!twice && config.ladder(i) != PythonConfig::RUNG_UNSPECIFIED) continue;
    errors.push_back(
        ConfigError("python/ladder-order", absl::StrCat("ladder[", i, "]"),
                    absl::StrCat(PythonConfig::Rung_Name(config.ladder(i)),
                                 twice ? " is there twice" : " is no rung"),
                    "provision explain python"));
  }
  if (config.has_mirror()) {
    const absl::Status status = CheckMirror(config.mirror());
    if (!status.ok()) {
      errors.push_back(ConfigError(
          "python/mirror", "mirror",
          absl::StrCat("the mirror cannot be used: ", status.message()),
          "provision explain python"));
    }
  }
  return errors;
}

absl::StatusOr<Proposal> PythonProvisioner::ProposeConfig(
    const PythonConfig& config, Facts& facts) const {
  return PythonProposer(config, facts).Propose();
}

}  // namespace provision

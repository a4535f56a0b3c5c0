#include "core/engine/check_runner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/actions/command_failure.h"
#include "core/api/proposal.h"
#include "core/base/child_environment.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"
#include "core/base/tcp_probe.h"
#include "core/engine/check_text.h"
#include "core/engine/directory_behaviour.h"
#include "core/engine/file_check.h"
#include "re2/re2.h"

namespace provision {
namespace {

constexpr absl::Duration kProcessTimeout = absl::Seconds(60);
constexpr absl::Duration kConnectTimeout = absl::Seconds(10);
constexpr absl::Duration kFirstWait = absl::Milliseconds(100);
constexpr absl::Duration kLongestWait = absl::Seconds(2);

// What a check is waited for by name of its kind.
struct Kind {
  const char* id;
  bool is_waited_for;
};

Kind KindOf(const Check& check) {
  switch (check.kind_case()) {
    case Check::kImport:
      return {"check/import", false};
    case Check::kFile:
      return {"check/file", false};
    case Check::kCommand:
      return {"check/command", true};
    case Check::kTcp:
      return {"check/tcp", true};
    case Check::kHttp:
      return {"check/http", true};
    case Check::kTls:
      return {"check/tls", true};
    case Check::kFact:
      return {"check/fact", false};
    case Check::kBehaviour:
      return {"check/behaviour", false};
    case Check::KIND_NOT_SET:
      break;
  }
  return {"check/none", false};
}

DiagnosticError Failed(const Check& check, absl::string_view root) {
  return DiagnosticError(
      absl::StatusCode::kFailedPrecondition, KindOf(check).id,
      absl::StrCat("check failed: ", CheckText(check, root)));
}

// What another layer says is wrong, as what this check found.
absl::Status FailedBecause(const Check& check, absl::string_view root,
                           const absl::Status& why) {
  if (absl::IsCancelled(why)) return why;
  const Diagnostic inner = DiagnosticFromStatus(why);
  DiagnosticError error = Failed(check, root);
  error.Found(inner.message());
  for (const Diagnostic::Detail& detail : inner.detail()) {
    if (detail.label() == "found") error.Found(detail.text());
  }
  for (const std::string& next : inner.next()) error.Next(next);
  return error;
}

std::string LastLine(absl::string_view text) {
  std::string last;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!line.empty()) last = std::string(line.substr(0, 400));
  }
  return last;
}

class DiscardingSink final : public HttpSink {
 public:
  absl::Status Begin(const HttpHead&) override { return absl::OkStatus(); }
  absl::Status Append(absl::string_view) override { return absl::OkStatus(); }
};

}  // namespace

CheckRunner::CheckRunner(System& system, FactReader& facts, int children_lock,
                         HttpClient* http,
                         std::function<void(const ProcessResult&)> on_command)
    : system_(system),
      facts_(facts),
      children_lock_(children_lock),
      own_http_(http == nullptr ? NewHttpClient(system) : nullptr),
      http_(http == nullptr ? *own_http_ : *http),
      on_command_(std::move(on_command)) {}

CheckOutcome CheckRunner::Run(const Check& check, absl::string_view environment,
                              absl::string_view root) {
  const absl::Duration deadline = KindOf(check).is_waited_for
                                      ? absl::Seconds(check.deadline_s())
                                      : absl::ZeroDuration();
  const absl::Duration end = system_.MonotonicClock() + deadline;
  absl::Duration wait = kFirstWait;
  CheckOutcome outcome;
  while (true) {
    ++outcome.tries;
    const absl::Duration left = end - system_.MonotonicClock();
    const absl::Duration timeout = check.deadline_s() > 0
                                       ? std::max(left, absl::Seconds(1))
                                       : absl::InfiniteDuration();
    outcome.status = TryOnce(check, environment, root, timeout);
    if (outcome.status.ok() || absl::IsCancelled(outcome.status) ||
        absl::IsInvalidArgument(outcome.status)) {
      return outcome;
    }
    if (system_.MonotonicClock() + wait > end) return outcome;
    if (system_.Wait(wait)) {
      outcome.status = absl::CancelledError("stopped while waiting");
      return outcome;
    }
    wait = std::min(wait * 2, kLongestWait);
  }
}

absl::Status CheckRunner::TryOnce(const Check& check,
                                  absl::string_view environment,
                                  absl::string_view root,
                                  absl::Duration timeout) {
  switch (check.kind_case()) {
    case Check::kImport:
      return TryImport(check, environment, root);
    case Check::kFile:
      return TryFile(check, root);
    case Check::kCommand:
      return TryCommand(check, root, timeout);
    case Check::kTcp: {
      absl::Status connected = ProbeTcp(check.tcp().host(), check.tcp().port(),
                                        std::min(timeout, kConnectTimeout));
      if (connected.ok()) return connected;
      return FailedBecause(check, root, connected);
    }
    case Check::kHttp:
      return TryHttp(check, root, timeout);
    case Check::kTls:
      return TryTls(check, root, timeout);
    case Check::kFact:
      return TryFact(check, root);
    case Check::kBehaviour:
      return TryBehaviour(check, root);
    case Check::KIND_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("a check of no kind");
}

absl::StatusOr<ProcessResult> CheckRunner::RunCommand(
    std::vector<std::string> argv, absl::string_view root,
    absl::Duration timeout, const Check::Command& command) {
  ProcessSpec spec;
  spec.argv = std::move(argv);
  spec.environment = ChildEnvironment(system_);
  for (const EnvironmentVariable& variable : command.environment()) {
    spec.environment[variable.name()] = variable.value();
  }
  spec.directory = std::string(root);
  spec.deadline = std::min(timeout, kProcessTimeout);
  spec.inherited_lock = children_lock_;
  absl::StatusOr<ProcessResult> result = system_.Run(spec);
  if (result.ok()) on_command_(*result);
  if (result.ok() && result->outcome == ProcessResult::Outcome::kStopped) {
    return absl::CancelledError(absl::StrCat(spec.argv[0], ": stopped"));
  }
  return result;
}

absl::Status CheckRunner::TryImport(const Check& check,
                                    absl::string_view environment,
                                    absl::string_view root) {
  const absl::string_view named = check.has_environment()
                                      ? absl::string_view(check.environment())
                                      : environment;
  if (named.empty()) {
    return Failed(check, root)
        .Found("the step provides no environment")
        .Next("name one: environment: \".venv\"");
  }
  const std::string python = absl::StrCat(JoinPath(root, named), "/bin/python");
  // Isolated: neither the working directory nor the caller's variables nor
  // modules of the user count. The name is data, not program text.
  absl::StatusOr<ProcessResult> result =
      RunCommand({python, "-I", "-B", "-c",
                  "import importlib, sys; importlib.import_module(sys.argv[1])",
                  check.import()},
                 root, absl::InfiniteDuration(), {});
  if (!result.ok()) return FailedBecause(check, root, result.status());
  if (result->ok()) return absl::OkStatus();
  DiagnosticError error = Failed(check, root);
  error.At(RelativeTo(python, root));
  const std::string last = LastLine(result->standard_error);
  return error.Found(last.empty() ? HowItEnded(*result, kProcessTimeout)
                                  : last);
}

absl::Status CheckRunner::TryFile(const Check& check, absl::string_view root) {
  absl::StatusOr<FileComparison> compared =
      CompareFile(check.file(), root, system_);
  if (absl::IsInvalidArgument(compared.status())) return compared.status();
  if (!compared.ok()) return FailedBecause(check, root, compared.status());
  if (compared->holds) return absl::OkStatus();
  return Failed(check, root)
      .Expected(compared->expected)
      .Found(compared->found);
}

absl::Status CheckRunner::TryCommand(const Check& check, absl::string_view root,
                                     absl::Duration timeout) {
  const Check::Command& command = check.command();
  const re2::RE2 output(command.output(), re2::RE2::Quiet);
  if (command.argv().empty() || !output.ok()) {
    return absl::InvalidArgumentError(
        command.argv().empty()
            ? std::string("a check command without words")
            : absl::StrCat("not an RE2: ", command.output()));
  }
  std::vector<std::string> argv(command.argv().begin(), command.argv().end());
  if (absl::StrContains(argv[0], "/")) {
    argv[0] = JoinPath(root, argv[0]);
  } else {
    for (absl::string_view folder : absl::StrSplit(kChildPath, ':')) {
      const std::string program = absl::StrCat(folder, "/", argv[0]);
      absl::StatusOr<absl::optional<FileMetadata>> there =
          system_.Stat(program);
      if (there.ok() && there->has_value() &&
          (*there)->type == FileType::kRegular) {
        argv[0] = program;
        break;
      }
    }
    if (!absl::StartsWith(argv[0], "/")) {
      return Failed(check, root)
          .Found(absl::StrCat("no ", argv[0], " in ", kChildPath));
    }
  }
  absl::StatusOr<ProcessResult> result =
      RunCommand(std::move(argv), root, timeout, command);
  if (!result.ok()) return FailedBecause(check, root, result.status());
  DiagnosticError error = Failed(check, root);
  if (result->outcome != ProcessResult::Outcome::kExited ||
      result->status != command.exit_status()) {
    error.Expected(absl::StrCat("exit status ", command.exit_status()));
    error.Found(HowItEnded(*result, kProcessTimeout));
    const std::string last = LastLine(result->standard_error);
    if (!last.empty()) error.Found(last);
    return error;
  }
  if (re2::RE2::PartialMatch(result->standard_output, output)) {
    return absl::OkStatus();
  }
  return error.Expected(absl::StrCat("output that matches ", command.output()))
      .Found(result->standard_output.empty()
                 ? "no output"
                 : LastLine(result->standard_output));
}

absl::StatusOr<HttpHead> CheckRunner::Get(absl::string_view url,
                                          absl::Duration timeout) {
  DiscardingSink sink;
  HttpGet request;
  request.url = std::string(url);
  request.deadline =
      system_.MonotonicClock() + std::min(timeout, HttpClient::kStall);
  return http_.Get(request, sink);
}

absl::Status CheckRunner::TryHttp(const Check& check, absl::string_view root,
                                  absl::Duration timeout) {
  const int wanted = check.http().has_status() ? check.http().status() : 200;
  absl::StatusOr<HttpHead> head = Get(check.http().url(), timeout);
  if (!head.ok()) return FailedBecause(check, root, head.status());
  if (head->status == wanted) return absl::OkStatus();
  return Failed(check, root)
      .Expected(absl::StrCat("status ", wanted))
      .Found(absl::StrCat("status ", head->status, " from ",
                          PrintableUrl(head->url)));
}

// Whatever answers behind the handshake: the certificate is what counts.
absl::Status CheckRunner::TryTls(const Check& check, absl::string_view root,
                                 absl::Duration timeout) {
  absl::StatusOr<HttpHead> head =
      Get(absl::StrCat("https://", check.tls().host(), ":", check.tls().port(),
                       "/"),
          timeout);
  const std::string id = DiagnosticId(head.status());
  if (head.ok() || id == "net/protocol" || id == "net/header" ||
      id == "net/redirect") {
    return absl::OkStatus();
  }
  return FailedBecause(check, root, head.status());
}

absl::Status CheckRunner::TryFact(const Check& check, absl::string_view root) {
  const FactValue& wanted = check.fact().equals();
  const FactValue found = facts_.Read(check.fact().reader());
  const bool holds =
      wanted.has_metadata() && found.has_metadata()
          ? StateMatches(wanted.metadata(), found.metadata())
      : wanted.has_digest() && found.has_digest()
          ? StateMatches(wanted.digest(), found.digest())
          : DeterministicBytes(wanted) == DeterministicBytes(found);
  if (holds) return absl::OkStatus();
  return Failed(check, root)
      .Expected(wanted.ShortDebugString())
      .Found(found.ShortDebugString());
}

absl::Status CheckRunner::TryBehaviour(const Check& check,
                                       absl::string_view root) {
  const Check::Behaviour& wanted = check.behaviour();
  absl::StatusOr<DirectoryBehaviour> found =
      ProbeBehaviour(system_, JoinPath(root, wanted.directory()));
  if (!found.ok()) return FailedBecause(check, root, found.status());
  DiagnosticError error = Failed(check, root);
  bool holds = true;
  auto compare = [&](bool is_asked, bool expected, bool actual,
                     absl::string_view what) {
    if (!is_asked || expected == actual) return;
    holds = false;
    error.Expected(absl::StrCat(expected ? "" : "no ", what));
    error.Found(absl::StrCat(actual ? "" : "no ", what));
  };
  compare(wanted.has_symlinks(), wanted.symlinks(), found->symlinks,
          "symbolic links");
  compare(wanted.has_locks(), wanted.locks(), found->locks, "file locks");
  compare(wanted.has_executables(), wanted.executables(), found->executables,
          "executable files");
  if (holds) return absl::OkStatus();
  return error;
}

}  // namespace provision

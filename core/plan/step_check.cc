#include "core/plan/step_check.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "re2/re2.h"

namespace provision {
namespace {

constexpr int kWeek = 7 * 24 * 3600;

bool IsSha256(absl::string_view text) {
  return text.size() == 64 && absl::c_all_of(text, [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

bool IsMode(absl::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         absl::c_all_of(text, [](char c) { return c >= '0' && c <= '7'; }) &&
         (text.size() < 5 || text[0] == '0');
}

// `numpy.linalg`. The interpreter is asked to import it, never to run it.
bool IsModule(absl::string_view text) {
  for (absl::string_view part : absl::StrSplit(text, '.')) {
    if (part.empty() || absl::ascii_isdigit(part[0])) return false;
    for (char c : part) {
      if (!absl::ascii_isalnum(c) && c != '_' && !(c & 0x80)) return false;
    }
  }
  return true;
}

bool IsPlatformPattern(absl::string_view text) {
  return !text.empty() && absl::c_all_of(text, [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("-._*/:<>=+", c);
  });
}

class StepChecker {
 public:
  StepChecker(const CheckedStep& step, std::vector<Diagnostic>* diagnostics)
      : step_(step), diagnostics_(*diagnostics) {}

  void CheckAll() {
    const Step& step = step_.step;
    for (int i = 0; i < step.when().platform_size(); ++i) {
      Require(IsPlatformPattern(step.when().platform(i)),
              absl::StrCat("when.platform[", i, "]"),
              "a pattern such as debian-12/* or linux/amd64");
    }
    if (step.retry().has_attempts()) {
      RequireRange("retry.attempts", step.retry().attempts(), 1, 20);
    }
    if (step.retry().has_backoff_s()) {
      RequireRange("retry.backoff_s", step.retry().backoff_s(), 0, 3600);
    }
    if (step.has_timeout_s()) {
      RequireRange("timeout_s", step.timeout_s(), 1, kWeek);
    }
    for (int i = 0; i < step.tag_size(); ++i) {
      Require(!step.tag(i).empty(), absl::StrCat("tag[", i, "]"), "a word");
    }
    if (step.has_on()) {
      Add("plan/not-in-this-version", "on",
          "steps on another host are not in this version");
    }
    for (int i = 0; i < step.verify_size(); ++i) {
      CheckCheck(step.verify(i), absl::StrCat("verify[", i, "]"));
    }
  }

 private:
  Diagnostic* Add(absl::string_view id, absl::string_view field,
                  std::string message) {
    Diagnostic& diagnostic = diagnostics_.emplace_back();
    diagnostic.set_severity(Diagnostic::ERROR);
    diagnostic.set_id(std::string(id));
    diagnostic.set_message(std::move(message));
    PlaceInStep(step_, field, &diagnostic);
    return &diagnostic;
  }

  void Require(bool condition, absl::string_view field,
               absl::string_view expected, absl::string_view because = "") {
    if (condition) return;
    Diagnostic* diagnostic =
        Add("plan/bad-value", field, absl::StrCat(field, " cannot be used"));
    AddDetail("expected", expected, diagnostic);
    if (!because.empty()) AddDetail("because", because, diagnostic);
  }

  static void AddDetail(absl::string_view label, absl::string_view text,
                        Diagnostic* diagnostic) {
    Diagnostic::Detail* detail = diagnostic->add_detail();
    detail->set_label(std::string(label));
    detail->set_text(std::string(text));
  }

  void RequireRange(absl::string_view field, int64_t value, int64_t low,
                    int64_t high) {
    if (value >= low && value <= high) return;
    Diagnostic* diagnostic =
        Add("plan/range", field, absl::StrCat(field, " is ", value));
    AddDetail("expected", absl::StrCat(low, " to ", high), diagnostic);
  }

  void CheckCheck(const Check& check, const std::string& field) {
    if (check.has_deadline_s()) {
      RequireRange(field + ".deadline_s", check.deadline_s(), 0, kWeek);
    }
    switch (check.kind_case()) {
      case Check::kImport:
        Require(IsModule(check.import()), field + ".import",
                "the name of a module, such as numpy.linalg");
        break;
      case Check::kFile:
        CheckFile(check.file(), field + ".file");
        break;
      case Check::kCommand:
        CheckCommand(check.command(), field + ".command");
        break;
      case Check::kTcp:
        CheckEndpoint(check.tcp(), field + ".tcp");
        break;
      case Check::kTls:
        CheckEndpoint(check.tls(), field + ".tls");
        break;
      case Check::kHttp:
        CheckHttp(check.http(), field + ".http");
        break;
      case Check::kFact:
        Require(check.fact().has_reader(), field + ".fact.reader",
                "what is read");
        Require(check.fact().has_equals(), field + ".fact.equals",
                "what the reader has to answer");
        break;
      case Check::kBehaviour:
        Require(!check.behaviour().directory().empty(),
                field + ".behaviour.directory", "a folder");
        break;
      case Check::KIND_NOT_SET:
        Require(false, field,
                "one of import, file, command, tcp, http, tls, fact, "
                "behaviour");
        break;
    }
  }

  void CheckFile(const Check::File& file, const std::string& field) {
    Require(!file.path().empty(), field + ".path", "a path");
    if (file.has_sha256()) {
      Require(IsSha256(file.sha256()), field + ".sha256",
              "64 digits of 0-9 and a-f");
    }
    if (file.has_mode()) {
      Require(IsMode(file.mode()), field + ".mode", "octal, such as \"0644\"");
    }
  }

  void CheckCommand(const Check::Command& command, const std::string& field) {
    Require(command.argv_size() > 0 && !command.argv(0).empty(),
            field + ".argv", "a program and its arguments");
    if (command.has_exit_status()) {
      RequireRange(field + ".exit_status", command.exit_status(), 0, 255);
    }
    const RE2 output(command.output(), RE2::Quiet);
    Require(output.ok(), field + ".output", "a regular expression of RE2",
            output.error());
  }

  template <typename Endpoint>
  void CheckEndpoint(const Endpoint& endpoint, const std::string& field) {
    Require(
        !endpoint.host().empty() && !absl::StrContains(endpoint.host(), '/'),
        field + ".host", "a host's name or address");
    RequireRange(field + ".port", endpoint.port(), 1, 65535);
  }

  void CheckHttp(const Check::Http& http, const std::string& field) {
    Require(absl::StartsWith(http.url(), "http://") ||
                absl::StartsWith(http.url(), "https://"),
            field + ".url", "an address that begins with http:// or https://");
    if (http.has_status()) {
      RequireRange(field + ".status", http.status(), 100, 599);
    }
  }

  const CheckedStep& step_;
  std::vector<Diagnostic>& diagnostics_;
};

}  // namespace

void CheckCommonFields(const CheckedStep& step,
                       std::vector<Diagnostic>* diagnostics) {
  StepChecker(step, diagnostics).CheckAll();
}

}  // namespace provision

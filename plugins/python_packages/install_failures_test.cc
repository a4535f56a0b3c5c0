#include "plugins/python_packages/install_failures.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/testing/testing.h"
#include "re2/re2.h"

namespace provision {
namespace {

// "ID: MESSAGE (BECAUSE)" of the first pattern that matches.
std::string Classify(const std::string& output) {
  for (const FailurePattern& failure : InstallFailures()) {
    const RE2 pattern(failure.pattern());
    EXPECT_TRUE(pattern.ok()) << failure.pattern() << ": " << pattern.error();
    const int groups = pattern.NumberOfCapturingGroups() + 1;
    std::vector<re2::StringPiece> found(groups);
    if (!pattern.Match(output, 0, output.size(), RE2::UNANCHORED, found.data(),
                       groups)) {
      continue;
    }
    const auto fill = [&](const std::string& text) {
      std::string filled;
      EXPECT_TRUE(pattern.Rewrite(&filled, text, found.data(), groups)) << text;
      return filled;
    };
    const std::string because = fill(failure.because());
    return absl::StrCat(failure.id(), ": ", fill(failure.message()),
                        because.empty() ? "" : " (", because,
                        because.empty() ? "" : ")");
  }
  return "none";
}

struct Case {
  const char* file;  // what the real tool printed, in testdata/outputs
  const char* expected;
};

constexpr Case kPipCases[] = {
    {"auth401",
     "python_packages/index-auth: the index refuses us with 401: "
     "http://127.0.0.1:18431/401/simple/alpha/"},
    {"auth403",
     "python_packages/index-auth: the index refuses us with 403: "
     "http://127.0.0.1:18431/403/simple/alpha/"},
    {"build",
     "python_packages/build-failed: a build from source lacks the header "
     "zlib.h"},
    {"conflict",
     "python_packages/conflict: the requirements contradict each other "
     "(delta==1.0 and eps==1.0)"},
    {"deadport",
     "net/connect: the index cannot be reached: "
     "http://127.0.0.1:9/simple/alpha/ ([Errno 111] Connection refused)"},
    {"err503",
     "net/status: the index answers 503: "
     "http://127.0.0.1:18431/503/simple/alpha/"},
    {"hash",
     "python_packages/hash-mismatch: alpha==1.0 is not the file whose hash the "
     "requirements give"},
    {"html",
     "python_packages/not-an-index: http://127.0.0.1:18431/html/simple/alpha/ "
     "answers with a page that offers no file of alpha (a sign-in page of the "
     "network, or a URL that is no package index)"},
    {"insecure",
     "python_packages/index-insecure: pip does not take index.example without "
     "TLS"},
    {"nohost",
     "net/dns: the index's name is not known here: "
     "https://no-such-host.invalid/simple/alpha/ (Name or service not known)"},
    {"noindex",
     "python_packages/no-such-package: nothing on offer meets nosuch"},
    {"noproject",
     "python_packages/no-such-package: the index has no package nosuch "
     "(http://127.0.0.1:18431/idx/simple/nosuch/)"},
    {"noversion",
     "python_packages/no-such-version: no version meets alpha==9 on this "
     "platform (on offer are 1.0)"},
    {"nowheel",
     "python_packages/no-wheel: no wheel of gamma fits this interpreter and "
     "platform (there is one for cp39-cp39-win_amd64)"},
    {"onlybinary",
     "python_packages/no-wheel: no wheel of omega fits this interpreter and "
     "platform (there are only sources, which wheel_only or --only-binary "
     "refuse)"},
    {"proxy407https", "net/proxy-auth: proxy wants credentials"},
    {"python",
     "python_packages/other-python: zeta needs Python >=3.99; this is 3.11.7"},
    {"tls",
     "net/tls-issuer: the certificate of "
     "https://localhost:18433/idx/simple/alpha/ is not trusted (self-signed "
     "certificate)"},
};

constexpr Case kUvCases[] = {
    {"auth401",
     "python_packages/index-auth: the index refuses us with 401: "
     "http://127.0.0.1:18431/401/simple"},
    {"auth403",
     "python_packages/index-auth: the index refuses us with 403: "
     "http://127.0.0.1:18431/403/simple"},
    {"build",
     "python_packages/build-failed: a build from source lacks the header "
     "zlib.h"},
    {"conflict",
     "python_packages/conflict: the requirements contradict each other (all "
     "versions of delta and all versions of eps are incompatible)"},
    {"deadport",
     "net/connect: the index cannot be reached: "
     "http://127.0.0.1:9/simple/alpha/ (Connection refused (os error 111))"},
    {"err503",
     "net/status: the index answers 503 Service Unavailable: "
     "http://127.0.0.1:18431/503/simple/alpha/"},
    {"hash",
     "python_packages/hash-mismatch: alpha==1.0 is not the file whose hash the "
     "requirements give"},
    {"html",
     "python_packages/not-an-index: the index answers with a page that offers "
     "no file of alpha (a sign-in page of the network, or a URL that is no "
     "package index)"},
    {"nohost",
     "net/dns: the index's name is not known here: "
     "http://no-such-host.invalid/simple/alpha/ (failed to lookup address "
     "information: Name or service not known)"},
    {"noindex",
     "python_packages/no-such-package: the index has no package nosuch"},
    {"noproject",
     "python_packages/no-such-package: the index has no package nosuch"},
    {"noversion",
     "python_packages/no-such-version: no version meets alpha==9 on this "
     "platform"},
    {"nowheel",
     "python_packages/no-wheel: no wheel of gamma fits this interpreter and "
     "platform (none has a matching Python ABI tag)"},
    {"onlybinary",
     "python_packages/no-wheel: no wheel of omega fits this interpreter and "
     "platform (there are only sources, which wheel_only or --only-binary "
     "refuse)"},
    {"proxy407http", "net/proxy-auth: proxy wants credentials"},
    {"proxy407https", "net/proxy-auth: proxy wants credentials"},
    {"python",
     "python_packages/other-python: zeta needs Python >=3.99; this is 3.11.7"},
    {"tls",
     "net/tls-issuer: the certificate of "
     "https://localhost:18433/idx/simple/alpha/ is not trusted "
     "(Other(OtherError(CaUsedAsEndEntity)))"},
};

std::string Recorded(const std::string& name) {
  return ReadTestData(
      absl::StrCat("plugins/python_packages/testdata/outputs/", name, ".txt"));
}

TEST(InstallFailuresTest, PipFailuresAreToldApart) {
  for (const char* version : {"pip23.2", "pip24.2"}) {
    for (const Case& c : kPipCases) {
      EXPECT_EQ(Classify(Recorded(absl::StrCat(version, "-", c.file))),
                c.expected)
          << version << " " << c.file;
    }
  }
}

TEST(InstallFailuresTest, UvFailuresAreToldApart) {
  for (const Case& c : kUvCases) {
    EXPECT_EQ(Classify(Recorded(absl::StrCat("uv-", c.file))), c.expected)
        << c.file;
  }
}

// The core searches the streams of a child one by one: warnings and errors are
// on pip's standard error, the log on its standard output.
TEST(InstallFailuresTest, PipFailuresShowInOneStream) {
  for (const Case& c : kPipCases) {
    std::string output;
    std::string error;
    for (const absl::string_view line :
         absl::StrSplit(Recorded(absl::StrCat("pip23.2-", c.file)), '\n')) {
      const bool to_error = absl::StartsWith(line, "ERROR") ||
                            absl::StartsWith(line, "WARNING") ||
                            absl::StrContains(line, "alpha==1.0 from");
      absl::StrAppend(to_error ? &error : &output, line, "\n");
    }
    bool found = false;
    for (const FailurePattern& failure : InstallFailures()) {
      if (!RE2::PartialMatch(output, failure.pattern()) &&
          !RE2::PartialMatch(error, failure.pattern())) {
        continue;
      }
      EXPECT_TRUE(absl::StartsWith(c.expected, failure.id())) << c.file;
      found = true;
      break;
    }
    EXPECT_TRUE(found) << c.file;
  }
}

TEST(InstallFailuresTest, EachSaysWhatToDo) {
  for (const FailurePattern& failure : InstallFailures()) {
    EXPECT_EQ(failure.next_size(), 1) << failure.id();
    EXPECT_FALSE(failure.message().empty()) << failure.id();
  }
  EXPECT_EQ(Classify("all is well"), "none");
}

}  // namespace
}  // namespace provision

#include "plugins/python_packages/install_failures.h"

#include <string>

#include "absl/strings/str_replace.h"

namespace provision {
namespace {

// `{0 links}` in a pattern is how pip -vv ends the search for a package of
// which no file is usable: that search is its last.
struct Failure {
  const char* pattern;
  const char* id;
  const char* message;
  const char* because;
  const char* next;
  bool transient = false;
};

constexpr char kNoLinks[] =
    R"((?:[^\n]*Skipping link:[^\n]*\n)*(?:Given no hashes to check|Checked) 0 links for project '([^']+)')";

constexpr char kTrust[] =
    "add the issuer to the host's certificates, or name a bundle in "
    "SSL_CERT_FILE that holds the public roots as well";
constexpr char kWheels[] =
    "ask for another version, or for a Python that it has wheels for; without "
    "wheel_only it is built from source if there is one";
constexpr char kCredentials[] =
    "put user and password for the index into ~/.netrc";
constexpr char kReach[] =
    "check index_url, the network and the proxy; then the same command again";
constexpr char kVersion[] =
    "ask for a version that is on offer, or name the index that has it in "
    "index_url";

constexpr Failure kFailures[] = {
    {R"(407 Proxy Authentication Required|proxy authorization required)",
     "net/proxy-auth", "proxy wants credentials", "",
     "put user and password into HTTPS_PROXY of the calling shell"},
    {R"(Could not fetch URL (\S+): There was a problem confirming the ssl certificate:.*certificate verify failed: ([^(\n]*[^( \n]))",
     "net/tls-issuer", "the certificate of \\1 is not trusted", "\\2", kTrust},
    {R"(Failed to fetch: (\S+)\n(?:\s*cause: [^\n]*\n)*\s*cause: invalid peer certificate: (\S[^\n]*))",
     "net/tls-issuer", "the certificate of \\1 is not trusted", "\\2", kTrust},
    {R"(The repository located at (\S+) is not a trusted or secure host)",
     "python_packages/index-insecure", "pip does not take \\1 without TLS", "",
     "name the index with https"},
    {R"(No space left on device|\(os error 28\))", "host/no-space",
     "no space left on the device", "",
     "make room, then the same command again"},
    {R"(Could not fetch URL (\S+): connection error: .*?(Name or service not known|Temporary failure in name resolution|nodename nor servname[^'")]*))",
     "net/dns", "the index's name is not known here: \\1", "\\2", kReach, true},
    {R"(Failed to fetch: (\S+)\n(?:\s*cause: [^\n]*\n)*?\s*cause: ([^\n]*failed to lookup address[^\n]*))",
     "net/dns", "the index's name is not known here: \\1", "\\2", kReach, true},
    {R"(Could not fetch URL (\S+): connection error: .*?(\[Errno -?\d+\] [^'")]+|[Tt]imed? ?out))",
     "net/connect", "the index cannot be reached: \\1", "\\2", kReach, true},
    {R"(Could not fetch URL (\S+): connection error: ([^\n]{0,200}))",
     "net/connect", "the index cannot be reached: \\1", "\\2", kReach, true},
    {R"(Failed to fetch: (\S+)\n(?:\s*cause: [^\n]*\n)*?\s*cause: ([^\n]*(?:Connection refused|timed out|unreachable|[Cc]onnection reset)[^\n]*))",
     "net/connect", "the index cannot be reached: \\1", "\\2", kReach, true},
    {R"(Could not fetch URL (\S+): .*too many (5\d\d) error responses)",
     "net/status", "the index answers \\2: \\1", "",
     "the same command again later", true},
    {R"(HTTP status server error \((5\d\d[^)]*)\) for url \((\S+)\))",
     "net/status", "the index answers \\1: \\2", "",
     "the same command again later", true},
    {R"(Could not fetch URL (\S+): (40[13]) Client Error)",
     "python_packages/index-auth", "the index refuses us with \\2: \\1", "",
     kCredentials},
    {R"(index(?: URL)? \((\S+)\) (?:could not be queried due to a lack of valid authentication credentials \((401)|returned a (403)))",
     "python_packages/index-auth", "the index refuses us with \\2\\3: \\1", "",
     kCredentials},
    {R"(DO NOT MATCH THE HASHES[^\n]*\n\s*(\S+) from)",
     "python_packages/hash-mismatch",
     "\\1 is not the file whose hash the requirements give", "",
     "compare the hash with its publisher's; do not just replace it"},
    {R"(Hash mismatch for `([^`]+)`)", "python_packages/hash-mismatch",
     "\\1 is not the file whose hash the requirements give", "",
     "compare the hash with its publisher's; do not just replace it"},
    {R"(In --require-hashes mode, all requirements must have)",
     "python_packages/hash-missing",
     "a requirement has a hash, so each needs one, and `==`", "",
     "let the tool that wrote the hashes write the file anew"},
    {R"(Skipping link: none of the wheel's tags(?: match:)? \(?([^): ]+)[^\n]*\n{0 links})",
     "python_packages/no-wheel",
     "no wheel of \\2 fits this interpreter and platform",
     "there is one for \\1", kWheels},
    {R"(Skipping link: No (?:sources|binaries) permitted for ([^:\s]+):[^\n]*\n(?:[^\n]*Skipping link[^\n]*\n)*(?:Given no hashes to check|Checked) 0 links)",
     "python_packages/no-wheel",
     "no wheel of \\1 fits this interpreter and platform",
     "there are only sources, which wheel_only or --only-binary refuse",
     kWheels},
    {R"(([\w.-]+)(?:==\S+)? has no wheels with a matching ([^(,\n]*[^(, \n]))",
     "python_packages/no-wheel",
     "no wheel of \\1 fits this interpreter and platform",
     "none has a matching \\2", kWheels},
    {R"(([\w.-]+)(?:==\S+)? has no usable wheels)", "python_packages/no-wheel",
     "no wheel of \\1 fits this interpreter and platform",
     "there are only sources, which wheel_only or --only-binary refuse",
     kWheels},
    {R"(Link requires a different Python \((\S+) not in: '([^']*)'\)[^\n]*\n(?:[^\n]*Link requires[^\n]*\n)*{0 links})",
     "python_packages/other-python", "\\3 needs Python \\2; this is \\1", "",
     kWheels},
    {R"(current Python version \((\S+)\) does not satisfy Python(\S+) and (?:all versions of )?([\w.-]+))",
     "python_packages/other-python", "\\3 needs Python \\2; this is \\1", "",
     kWheels},
    {R"(Fetched page (\S+) as text/html\n{0 links})",
     "python_packages/not-an-index",
     "\\1 answers with a page that offers no file of \\2",
     "a sign-in page of the network, or a URL that is no package index",
     "open the URL in a browser; then correct index_url or sign in"},
    {R"(there are no versions of ([\w.-]+))", "python_packages/not-an-index",
     "the index answers with a page that offers no file of \\1",
     "a sign-in page of the network, or a URL that is no package index",
     "open the URL in a browser; then correct index_url or sign in"},
    {R"(Could not fetch URL (\S+): 404 Client Error[^\n]*\n{0 links})",
     "python_packages/no-such-package", "the index has no package \\2", "\\1",
     "check the spelling, or name the index that has it in index_url"},
    {R"(Because ([\w.-]+) was not found in the (?:package registry|provided package locations))",
     "python_packages/no-such-package", "the index has no package \\1", "",
     "check the spelling, or name the index that has it in index_url"},
    {R"(Could not find a version that satisfies the requirement ([^\n]+?) (?:\(from [^\n]*?\) )?\(from versions: none\))",
     "python_packages/no-such-package", "nothing on offer meets \\1", "",
     "check the spelling, or name the index that has it in index_url"},
    {R"(Could not find a version that satisfies the requirement ([^\n]+?) (?:\(from [^\n]*?\) )?\(from versions: ([^)\n]*)\))",
     "python_packages/no-such-version", "no version meets \\1 on this platform",
     "on offer are \\2", kVersion},
    {R"(there (?:is|are) no versions? of ([\w.-]+[=<>!~][^\s,]*))",
     "python_packages/no-such-version", "no version meets \\1 on this platform",
     "", kVersion},
    {R"(only ([^\n]+?) (?:is|are) available and)",
     "python_packages/no-such-version",
     "no version on offer meets the requirements", "there is only \\1",
     kVersion},
    {R"(Cannot install ([^\n]+) because these package versions have conflicting)",
     "python_packages/conflict", "the requirements contradict each other",
     "\\1", "loosen one of them"},
    {R"(we can conclude that ([^\n]+ are incompatible))",
     "python_packages/conflict", "the requirements contradict each other",
     "\\1", "loosen one of them"},
    {R"(fatal error: (\S+\.h\w*): No such file)",
     "python_packages/build-failed", "a build from source lacks the header \\1",
     "",
     "install the system package that has it, or ask for a version with "
     "wheels"},
    {R"(Failed to build `([^`]+)`|Failed building wheel for (\S+))",
     "python_packages/build-failed", "\\1\\2 cannot be built from source", "",
     "the lines above are the compiler's; a version with wheels needs none"},
    {R"(error: (metadata-generation-failed|subprocess-exited-with-error))",
     "python_packages/build-failed",
     "a distribution cannot be built from source", "\\1",
     "the lines above are the compiler's; a version with wheels needs none"},
};

}  // namespace

std::vector<FailurePattern> InstallFailures() {
  std::vector<FailurePattern> patterns;
  for (const Failure& failure : kFailures) {
    FailurePattern pattern;
    pattern.set_pattern(
        absl::StrReplaceAll(failure.pattern, {{"{0 links}", kNoLinks}}));
    pattern.set_id(failure.id);
    pattern.set_message(failure.message);
    if (*failure.because != '\0') pattern.set_because(failure.because);
    pattern.add_next(failure.next);
    if (failure.transient) pattern.set_transient(true);
    patterns.push_back(std::move(pattern));
  }
  return patterns;
}

}  // namespace provision

#include "core/testing/tls_server.h"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace provision {
namespace {

constexpr char kOpenssl[] = "/usr/bin/openssl";

// Runs a line of shell in `folder`; a failure of the test if that fails.
void Shell(const std::string& folder, absl::string_view line) {
  const std::string command =
      absl::StrCat("cd '", folder, "' && ", line, " 2>/dev/null");
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
}

std::string ReadLine(std::FILE* from) {
  std::string line;
  for (int c = std::fgetc(from); c != EOF && c != '\n'; c = std::fgetc(from)) {
    line += static_cast<char>(c);
  }
  return line;
}

}  // namespace

bool TlsFolder::HasOpenssl() { return access(kOpenssl, X_OK) == 0; }

TlsFolder::TlsFolder() {
  const std::string request = absl::StrCat(
      kOpenssl, " req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ");
  Shell(path(), absl::StrCat(request,
                             "-x509 -days 3650 -keyout ca.key -out ca.pem "
                             "-subj '/CN=Authority of a test'"));
  Shell(path(), absl::StrCat(request,
                             "-keyout server.key -out server.csr "
                             "-subj /CN=server "
                             "-addext subjectAltName=IP:127.0.0.1"));
  Shell(path(), absl::StrCat(kOpenssl,
                             " x509 -req -in server.csr -CA ca.pem -CAkey "
                             "ca.key -CAcreateserial -copy_extensions copyall "
                             "-days 3650 -out server.pem"));
}

TlsServer::TlsServer(const TlsFolder& tls, absl::string_view answer) {
  folder_.Write("a", answer);
  const std::string command = absl::StrCat(
      "cd '", folder_.path(), "' && echo $$ && exec ", kOpenssl,
      " s_server -accept 127.0.0.1:0 -HTTP -cert '", tls.path(),
      "/server.pem' -key '", tls.path(), "/server.key' </dev/null 2>&1");
  output_ = popen(command.c_str(), "r");
  if (output_ == nullptr || !absl::SimpleAtoi(ReadLine(output_), &process_)) {
    std::abort();
  }
  while (port_ == 0 && std::feof(output_) == 0) {
    const std::string line = ReadLine(output_);
    absl::string_view port = line;
    if (absl::ConsumePrefix(&port, "ACCEPT 127.0.0.1:") &&
        !absl::SimpleAtoi(port, &port_)) {
      std::abort();
    }
  }
}

TlsServer::~TlsServer() {
  kill(process_, SIGKILL);
  pclose(output_);
}

std::string TlsServer::Url() const {
  return absl::StrCat("https://127.0.0.1:", port_, "/a");
}

}  // namespace provision

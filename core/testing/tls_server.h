#ifndef PROVISION_CORE_TESTING_TLS_SERVER_H_
#define PROVISION_CORE_TESTING_TLS_SERVER_H_

// An HTTPS server on the loopback with a certificate of a test's own authority.
// It is the `openssl` program, for no test may link OpenSSL beside BoringSSL.

#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "core/testing/testing.h"

namespace provision {

// Certificates and answers in a folder of this test.
class TlsFolder {
 public:
  // Whether there is an `openssl` to work with; else the test skips.
  static bool HasOpenssl();

  // Makes an authority, and a certificate for 127.0.0.1 that it signed.
  TlsFolder();

  std::string ca_file() const { return folder_.path() + "/ca.pem"; }
  std::string path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

// Serves one answer, a whole HTTP response byte for byte, under the name "a".
class TlsServer {
 public:
  TlsServer(const TlsFolder& tls, absl::string_view answer);
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  // Ends the program.
  ~TlsServer();

  // The answer to connections from now on.
  void SetAnswer(absl::string_view answer) { folder_.Write("a", answer); }

  int port() const { return port_; }
  std::string Url() const;  // https://127.0.0.1:PORT/a

 private:
  TemporaryFolder folder_;
  std::FILE* output_ = nullptr;
  int process_ = 0;
  int port_ = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_TLS_SERVER_H_

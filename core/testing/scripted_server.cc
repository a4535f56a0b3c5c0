#include "core/testing/scripted_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace provision {

std::string ScriptedConnection::ReadHead() {
  std::string head;
  char byte;
  while (!absl::EndsWith(head, "\r\n\r\n")) {
    if (read(descriptor_, &byte, 1) != 1) return "";
    head += byte;
  }
  return head;
}

void ScriptedConnection::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n =
        send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(n);
  }
}

void ScriptedConnection::Reset() {
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

void ScriptedConnection::AwaitClose() {
  char buffer[512];
  while (read(descriptor_, buffer, sizeof(buffer)) > 0) {
  }
}

ScriptedServer::ScriptedServer(std::vector<Handler> script)
    : script_(std::move(script)),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || bind(listener_, generic, size) != 0 ||
      listen(listener_, 16) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

ScriptedServer::~ScriptedServer() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
    if (open_ >= 0) shutdown(open_, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);  // accept returns
  thread_.join();
  close(listener_);
}

void ScriptedServer::Serve() {
  for (size_t number = 0;; ++number) {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    {
      absl::MutexLock lock(&mutex_);
      if (!is_stopping_) open_ = descriptor;
    }
    ScriptedConnection connection(descriptor);
    const bool is_expected = number < script_.size();
    const std::string head = is_expected ? connection.ReadHead() : "";
    {
      absl::MutexLock lock(&mutex_);
      requests_.push_back(head);
    }
    if (is_expected) script_[number](connection, head);
    absl::MutexLock lock(&mutex_);
    open_ = -1;
    close(descriptor);
  }
}

std::string ScriptedServer::Url(absl::string_view path) const {
  return absl::StrCat("http://127.0.0.1:", port_, path);
}

std::vector<std::string> ScriptedServer::requests() const {
  absl::MutexLock lock(&mutex_);
  return requests_;
}

ScriptedServer::Handler Answer(std::string bytes) {
  return [bytes = std::move(bytes)](ScriptedConnection& connection,
                                    const std::string&) {
    connection.Send(bytes);
  };
}

std::string HeaderOf(absl::string_view head, absl::string_view name) {
  for (absl::string_view line : absl::StrSplit(head, "\r\n")) {
    const std::pair<absl::string_view, absl::string_view> field =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    if (absl::EqualsIgnoreCase(field.first, name)) {
      return std::string(absl::StripAsciiWhitespace(field.second));
    }
  }
  return "";
}

}  // namespace provision

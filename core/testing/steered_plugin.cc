// A plugin that misbehaves as its first argument says, or without one the file
// `how` in its folder, at its first Propose unless told otherwise; else the
// double of core/testing.

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>

#include "core/base/descriptor.h"
#include "core/base/descriptor_stream.h"
#include "core/plugin/frames.h"
#include "core/plugin/plugin_server.h"
#include "core/testing/scripted_provisioner.h"

namespace provision {
namespace {

using plugin::v1::Reply;

constexpr int kRequests = 3;
constexpr int kReplies = 4;

void Send(const Reply& reply) {
  std::string frames;
  if (!AppendFrames(reply, &frames).ok()) std::abort();
  WriteWholly(kReplies, frames);
}

// Whether this process, at its place, is held as a plugin has to be.
std::string WhatIsOpen() {
  std::string open_ways;
  const auto way = [&open_ways](bool is_open, const char* name) {
    if (is_open) open_ways += std::string(name) + " ";
  };
  const Descriptor written(open("/tmp", O_TMPFILE | O_WRONLY, 0600));
  way(written.valid(), "tmp");
  const Descriptor passwd(open("/etc/passwd", O_RDONLY));
  way(passwd.valid(), "passwd");
  way(socket(AF_INET, SOCK_STREAM, 0) >= 0, "inet");
  way(socket(AF_UNIX, SOCK_STREAM, 0) >= 0, "unix");
  way(chmod("/tmp", 01777) == 0, "chmod");
  way(kill(getppid(), 0) == 0, "signal");
  way(fcntl(5, F_GETFD) >= 0, "descriptor");
  way(getenv("HOSTILE") != nullptr, "environment");
  return open_ways;
}

[[noreturn]] void WaitForever() {
  while (true) pause();
}

void MisbehaveSoon(const std::string& how, uint64_t id) {
  Reply reply;
  reply.set_id(id);
  if (how == "fault") raise(SIGSEGV);
  if (how == "abort") std::abort();
  if (how == "exit0") _exit(0);
  if (how == "exit3") _exit(3);
  if (how == "hang") WaitForever();
  if (how == "close") {
    close(kRequests);
    close(kReplies);
    WaitForever();
  }
  if (how == "garbage") WriteWholly(kReplies, "Hello, world\n");
  if (how == "oversize") WriteWholly(kReplies, std::string("\1\0\x10\0", 4));
  if (how == "empty") WriteWholly(kReplies, std::string(4, '\0'));
  if (how == "noproto")
    WriteWholly(kReplies, std::string("\2\0\0\0\xff\xff", 6));
  if (how == "cut") {
    WriteWholly(kReplies, std::string("\x40\0\0\0abc", 7));
    _exit(0);
  }
  if (how == "stranger") {
    reply.set_id(id + 1000);
    Send(reply);
  }
  if (how == "daemon") {
    // Out of its group and its session, holding every descriptor.
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    if (fork() == 0) {
      setsid();
      if (fork() == 0) {
        std::cout << "daemon " << getpid() << std::endl;
        close(ends[0]);
        close(ends[1]);
        WaitForever();
      }
      _exit(0);
    }
    close(ends[1]);
    char byte = 0;
    if (read(ends[0], &byte, 1) != 0) std::abort();
    _exit(7);
  }
  if (how == "flood") {
    const std::string much(1 << 16, 'x');
    while (true) WriteWholly(1, much);
  }
  if (how == "memory") {
    for (size_t size = size_t{1} << 30;; size += size_t{1} << 30) {
      if (malloc(size) == nullptr) std::abort();
    }
  }
}

// Looks at the requests that go by.
class SteeredStream final : public ByteStream {
 public:
  explicit SteeredStream(std::string how) : how_(std::move(how)) {}

  absl::StatusOr<std::string> Read() override {
    absl::StatusOr<std::string> bytes = stream_.Read();
    if (!bytes.ok() || bytes->empty()) return bytes;
    splitter_.Add(*bytes);
    while (true) {
      const auto frame = splitter_.Next();
      if (!frame.ok()) std::abort();
      if (!frame->has_value()) return bytes->empty() ? Read() : bytes;
      plugin::v1::Request request;
      if (!ParsePluginBytes(**frame, &request)) std::abort();
      if (how_ == "chatty") WriteWholly(1, std::string(1 << 20, 'c'));
      if (how_ == "chatty") WriteWholly(2, std::string(1 << 20, 'e'));
      if (request.has_propose()) MisbehaveSoon(how_, request.id());
      if ((how_ == "needs" || how_ == "same") && !request.has_hello()) {
        AskForMore(request);
        bytes->clear();
      }
    }
  }

  absl::Status Write(absl::string_view bytes) override {
    return stream_.Write(bytes);
  }

 private:
  // In place of an answer.
  void AskForMore(const plugin::v1::Request& request) {
    Reply reply;
    reply.set_id(request.id());
    if (request.has_propose()) {
      const std::string name = how_ == "same" ? "n" : std::to_string(needs_++);
      reply.mutable_need()->add_query()->mutable_file()->set_path("/" + name);
    } else {
      reply.mutable_validated()->add_result();
    }
    Send(reply);
  }

  const std::string how_;
  DescriptorStream stream_{kRequests, kReplies};
  FrameSplitter splitter_;
  int needs_ = 0;
};

int Main(const std::string& how) {
  if (how == "silent") {
    std::cout << "usage: steered" << std::endl;
    WaitForever();
  }
  if (how == "no_plugin") {
    std::cout << "I am no plugin" << std::endl;
    return 0;
  }
  if (how == "probe") std::cout << "open: " << WhatIsOpen() << "." << std::endl;
  if (how == "probe") _exit(9);
  if (how == "major") {
    Reply reply;
    reply.set_id(1);
    reply.mutable_hello()->set_id("steered");
    reply.mutable_hello()->add_major(2);
    Send(reply);
    WaitForever();
  }
  if (how == "requires") {
    Reply reply;
    reply.set_id(1);
    reply.mutable_hello()->set_id("steered");
    reply.mutable_hello()->add_major(1);
    reply.mutable_hello()->add_required_capability("telepathy");
    Send(reply);
    WaitForever();
  }
  const ScriptedProvisioner provisioner;
  SteeredStream stream(how);
  return ServePlugin(provisioner, {"steered", "1"}, stream).ok() ? 0 : 1;
}

}  // namespace
}  // namespace provision

int main(int argc, char** argv) {
  std::string how;
  const char* home = getenv("PROVISION_PLUGIN_HOME");
  if (argc > 1) {
    how = argv[1];
  } else if (home != nullptr) {
    std::ifstream(std::string(home) + "/how") >> how;
  }
  return provision::Main(how);
}

#include "core/testing/threaded_plugin.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <utility>

#include "core/base/descriptor.h"
#include "core/base/descriptor_stream.h"
#include "core/plugin/plugin_server.h"
#include "core/plugin/wire_provisioner.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

class ThreadedPlugin final : public ByteChannel {
 public:
  explicit ThreadedPlugin(const Provisioner& provisioner) {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    here_ = Descriptor(ends[0]);
    there_ = Descriptor(ends[1]);
    thread_ = std::thread([this, &provisioner] {
      DescriptorStream stream(there_.get(), there_.get());
      EXPECT_OK(ServePlugin(provisioner, {"threaded", "1"}, stream));
    });
  }

  ~ThreadedPlugin() override {
    here_.Close();
    thread_.join();
  }

  Event Exchange(std::string* out, std::string* in, absl::Duration) override {
    struct pollfd item = {here_.get(), POLLIN, 0};
    if (!out->empty()) item.events |= POLLOUT;
    EXPECT_GT(RetryInterrupted([&] { return poll(&item, 1, -1); }), 0);
    if ((item.revents & POLLIN) != 0) {
      char bytes[64 << 10];
      const ssize_t got = read(here_.get(), bytes, sizeof(bytes));
      if (got <= 0) return Event::kClosed;
      in->append(bytes, got);
    } else if ((item.revents & POLLOUT) != 0) {
      const ssize_t written = send(here_.get(), out->data(), out->size(),
                                   MSG_DONTWAIT | MSG_NOSIGNAL);
      if (written > 0) out->erase(0, written);
    } else {
      return Event::kClosed;
    }
    return Event::kProgress;
  }

  std::string Ending() override { return "ended its thread"; }
  std::string Printed() const override { return ""; }

 private:
  Descriptor here_;
  Descriptor there_;
  std::thread thread_;
};

// Owns the provisioner on the other side too.
class OwningProvisioner final : public Provisioner {
 public:
  explicit OwningProvisioner(std::unique_ptr<Provisioner> served)
      : served_(std::move(served)),
        wire_(
            {.config = served_->config(), .invariants = served_->invariants()},
            std::make_unique<PluginConnection>(
                "threaded",
                [this]() -> absl::StatusOr<std::unique_ptr<ByteChannel>> {
                  return std::make_unique<ThreadedPlugin>(*served_);
                })) {}

  const google::protobuf::Descriptor* config() const override {
    return wire_.config();
  }
  std::vector<Diagnostic> Validate(
      const google::protobuf::Message& config) const override {
    return wire_.Validate(config);
  }
  absl::StatusOr<Proposal> Propose(const google::protobuf::Message& config,
                                   Facts& facts) const override {
    return wire_.Propose(config, facts);
  }
  std::vector<std::string> Consents(
      const google::protobuf::Message& config) const override {
    return wire_.Consents(config);
  }
  std::vector<OrderingInvariant> invariants() const override {
    return wire_.invariants();
  }

 private:
  const std::unique_ptr<Provisioner> served_;
  const WireProvisioner wire_;
};

}  // namespace

std::unique_ptr<Provisioner> OverTheWire(
    std::unique_ptr<Provisioner> provisioner) {
  return std::make_unique<OwningProvisioner>(std::move(provisioner));
}

}  // namespace provision

// provision-json-host ID DESCRIPTORS: started by `provision`, with its frames
// on descriptors 3 and 4 and the script on 5 (core/plugin/json_plugin.h).

#include <iostream>
#include <memory>
#include <string>

#include "core/base/descriptor_stream.h"
#include "core/base/local_system.h"
#include "core/base/script_run.h"
#include "core/base/status_macros.h"
#include "core/plugin/frames.h"
#include "core/plugin/json_plugin.h"

namespace provision {
namespace {

constexpr int kRequests = 3;
constexpr int kReplies = 4;
constexpr int kScript = 5;
constexpr int kUsage = 64;
constexpr size_t kMaxDescriptors = 16 << 20;

absl::Status Serve(System& system, const std::string& id,
                   const std::string& descriptors) {
  PROVISION_ASSIGN_OR_RETURN(const std::string bytes,
                             system.ReadFile(descriptors, kMaxDescriptors));
  google::protobuf::FileDescriptorSet files;
  if (!files.ParseFromString(bytes)) {
    return absl::InvalidArgumentError("no descriptors");
  }
  DescriptorStream stream(kRequests, kReplies);
  return ServeJsonProgram(
      id, files,
      [](const std::string& request) {
        return RunHeldScript(kScript, request, kMaxPluginMessage);
      },
      stream);
}

int Main(int argc, char** argv) {
  const std::unique_ptr<System> system = NewLocalSystem();
  if (argc != 3 || system->Variable("PROVISION_FD") != "3,4") {
    std::cerr << "provision-json-host: provision starts it, for a plugin whose "
                 "manifest says JSON_SCRIPT\n";
    return kUsage;
  }
  const absl::Status served = Serve(*system, argv[1], argv[2]);
  if (served.ok()) return 0;
  std::cerr << served.message() << "\n";
  return 1;
}

}  // namespace
}  // namespace provision

int main(int argc, char** argv) { return provision::Main(argc, argv); }

#ifndef PROVISION_CORE_BASE_PLUGIN_PROCESS_H_
#define PROVISION_CORE_BASE_PLUGIN_PROCESS_H_

// A plugin's process: it can change nothing, reaches no network and reads only
// its own files and the system's programs (spec/engine.md 3.8, reliability.md
// 9.2), as far as this kernel can; and ends with all that it started.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "core/base/byte_channel.h"
#include "core/base/descriptor.h"

namespace provision {

struct PluginProgram {
  // What is executed: this very file, however its path is exchanged.
  Descriptor executable = {};
  bool is_script = false;  // it begins with #!
  // argv[0] is what the program is called.
  std::vector<std::string> argv = {};
  // The whole environment; PROVISION_PLUGIN and PROVISION_FD are added.
  std::map<std::string, std::string> environment = {};
  // Absolute; what it may read beside the system's programs and libraries.
  std::vector<std::string> readable = {};
  // A further descriptor that it has, as 5; not valid: none.
  Descriptor script = {};
};

// A file to run, and the digest of the very bytes that would be run.
struct FileToRun {
  // Of a script a copy that nobody can change: its interpreter opens it again.
  Descriptor descriptor = {};
  bool is_script = false;
  std::string sha256 = {};  // hex
};
absl::StatusOr<FileToRun> OpenToRun(const std::string& path);

// The program at an absolute path, opened once; it may read its folder. Whether
// it may be run at all is for the caller to know.
absl::StatusOr<PluginProgram> ProgramAt(
    const std::string& path, const std::vector<std::string>& arguments);

// This very program, with the arguments `arguments`.
absl::StatusOr<PluginProgram> ThisProgram(
    const std::vector<std::string>& arguments);

// The program called `name` in the folder of this very one.
absl::StatusOr<PluginProgram> ProgramBesideThis(
    const std::string& name, const std::vector<std::string>& arguments);

// Starts it with its end of the channel on descriptors 3 and 4. It and all that
// it started are killed with the object. A thread of its own stays with it: the
// death signal follows the thread that made a process.
absl::StatusOr<std::unique_ptr<ByteChannel>> StartPluginProcess(
    const PluginProgram& program);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_PLUGIN_PROCESS_H_

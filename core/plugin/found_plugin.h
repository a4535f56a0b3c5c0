#ifndef PROVISION_CORE_PLUGIN_FOUND_PLUGIN_H_
#define PROVISION_CORE_PLUGIN_FOUND_PLUGIN_H_

// A plugin from outside as its files are, judged without starting it
// (spec/engine.md 3.6, 3.9).

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/api/plugin_manifest.pb.h"
#include "core/base/system.h"
#include "google/protobuf/descriptor.pb.h"

namespace provision {

inline constexpr char kManifestSuffix[] = ".provisioner.textproto";

struct FoundPlugin {
  std::string path;    // of the manifest, absolute, links resolved
  std::string folder;  // that holds it
  std::string sha256;  // of the manifest; "" if it could not be read
  // As far as it could be read.
  PluginManifest manifest;
  google::protobuf::FileDescriptorSet descriptors;
  // What is started on this platform, or nullptr.
  const PluginManifest::File* file = nullptr;
  // Why it is not used, or OK.
  absl::Status status;

  // It is not copied: `file` points into it.
  FoundPlugin() = default;
  FoundPlugin(FoundPlugin&&) = default;
  FoundPlugin& operator=(FoundPlugin&&) = default;

  std::string PathOf(const PluginManifest::File& pinned) const;
};

// Judges the manifest at `path` (absolute) for `platform` ("linux/amd64"): it,
// its folder and the files that it pins for this platform are safe
// (core/base/file_trust.h), it says all that it has to, and its descriptors
// have their digest. What is started has its own looked at when it is.
//
// Each fault says file, check, expected and found: `plugin/manifest`,
// `plugin/unsafe`, `plugin/changed`, `plugin/platform`, `plugin/descriptors`.
FoundPlugin ReadPlugin(System& system, const std::string& path,
                       absl::string_view platform);

// `plugin/changed` unless all files that the manifest pins have their digests.
absl::Status CheckDigests(System& system, const FoundPlugin& plugin);

// That the digest of the file at `path` is not the one that was pinned.
absl::Status ChangedError(absl::string_view path, absl::string_view expected,
                          absl::string_view found);

}  // namespace provision

#endif  // PROVISION_CORE_PLUGIN_FOUND_PLUGIN_H_

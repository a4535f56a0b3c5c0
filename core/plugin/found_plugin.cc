#include "core/plugin/found_plugin.h"

#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/api/fact.pb.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/file_trust.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/plan/message_text.h"

namespace provision {
namespace {

constexpr size_t kMaxManifest = 256 << 10;
constexpr size_t kMaxDescriptors = 16 << 20;
constexpr size_t kMaxFile = size_t{1} << 30;
constexpr uint32_t kMajor = 1;

bool IsId(absl::string_view text) {
  return !text.empty() && text.size() <= 64 && absl::ascii_islower(text[0]) &&
         absl::c_all_of(text, [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
         });
}

bool IsSha256(absl::string_view text) {
  return text.size() == 64 && absl::c_all_of(text, [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

// A name that is one component of a path, and nothing that could surprise.
bool IsFileName(absl::string_view text) {
  return !text.empty() && text[0] != '.' && text.size() <= 255 &&
         absl::c_all_of(text, [](char c) {
           return absl::ascii_isalnum(c) || absl::StrContains("._+-", c);
         });
}

class Judge {
 public:
  Judge(System& system, absl::string_view platform, FoundPlugin* plugin)
      : system_(system), platform_(platform), plugin_(*plugin) {}

  absl::Status All() {
    PROVISION_RETURN_IF_ERROR(ReadManifest());
    PROVISION_RETURN_IF_ERROR(CheckManifest());
    PROVISION_RETURN_IF_ERROR(CheckSafe(plugin_.path));
    PROVISION_RETURN_IF_ERROR(ChooseFile());
    PROVISION_RETURN_IF_ERROR(CheckSafe(plugin_.PathOf(*plugin_.file)));
    for (const PluginManifest::File& program : plugin_.manifest.program()) {
      if (program.has_platform() && program.platform() != platform_) continue;
      PROVISION_RETURN_IF_ERROR(CheckSafe(plugin_.PathOf(program)));
    }
    return ReadDescriptors();
  }

 private:
  absl::Status ReadManifest() {
    PROVISION_ASSIGN_OR_RETURN(const std::string text,
                               system_.ReadFile(plugin_.path, kMaxManifest));
    plugin_.sha256 = Sha256Hex(text);
    const MessageText parsed =
        ParseMessageText(plugin_.path, text, &plugin_.manifest);
    if (parsed.diagnostics.empty()) return absl::OkStatus();
    const Diagnostic& first = parsed.diagnostics[0];
    return Fault("",
                 absl::StrCat("line ", first.place().line(), ", column ",
                              first.place().column(), ": ", first.message()));
  }

  // What the manifest has to say and does not.
  absl::Status Fault(absl::string_view field, absl::string_view expected) {
    return DiagnosticError(
               absl::StatusCode::kInvalidArgument, "plugin/manifest",
               absl::StrCat(plugin_.path, ": is no manifest of a plugin",
                            field.empty() ? "" : ": ", field))
        .At(plugin_.path)
        .Expected(expected)
        .Next("core/api/plugin_manifest.proto says what each field is for");
  }

  absl::Status CheckFile(absl::string_view field,
                         const PluginManifest::File& file) {
    if (!IsFileName(file.name())) {
      return Fault(absl::StrCat(field, ".name"),
                   "the name of a file beside the manifest");
    }
    if (!IsSha256(file.sha256())) {
      return Fault(absl::StrCat(field, ".sha256"), "64 digits of 0-9 and a-f");
    }
    return absl::OkStatus();
  }

  absl::Status CheckManifest() {
    const PluginManifest& manifest = plugin_.manifest;
    if (!IsId(manifest.id()) ||
        BaseName(plugin_.path) !=
            absl::StrCat(manifest.id(), kManifestSuffix)) {
      return Fault("id", "what the file is called after: a-z, 0-9 and _");
    }
    if (manifest.carrier() == PluginManifest::UNSPECIFIED) {
      return Fault("carrier", "EXECUTABLE or JSON_SCRIPT");
    }
    if (manifest.file().empty()) return Fault("file", "what is started");
    for (const PluginManifest::File& file : manifest.file()) {
      PROVISION_RETURN_IF_ERROR(CheckFile("file", file));
    }
    for (const PluginManifest::File& program : manifest.program()) {
      PROVISION_RETURN_IF_ERROR(CheckFile("program", program));
    }
    PROVISION_RETURN_IF_ERROR(CheckFile("descriptors", manifest.descriptors()));
    if (!absl::c_linear_search(manifest.major(), kMajor)) {
      return Fault("major", absl::StrCat("the major ", kMajor,
                                         " of the protocol, which this "
                                         "program speaks"));
    }
    if (manifest.config().empty()) {
      return Fault("config", "the field and the type of a step's config");
    }
    for (const PluginManifest::Config& config : manifest.config()) {
      if (config.field().empty() || config.type().empty()) {
        return Fault("config", "field and type");
      }
    }
    for (const std::string& fact : manifest.fact()) {
      if (FactQuery::descriptor()->FindFieldByName(fact) == nullptr) {
        return Fault("fact", absl::StrCat("a fact that there is, not ", fact));
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckSafe(const std::string& path) {
    PROVISION_ASSIGN_OR_RETURN(const absl::optional<std::string> why,
                               WhyNotSafe(system_, path));
    if (!why.has_value()) return absl::OkStatus();
    return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                           "plugin/unsafe",
                           absl::StrCat(path, ": others could exchange it"))
        .At(path)
        .Expected(
            "that root or you own it and all folders above, and nobody "
            "else can write them")
        .Found(*why)
        .Next("take the right to write from others: chmod go-w");
  }

  absl::Status ChooseFile() {
    std::vector<std::string> known;
    for (const PluginManifest::File& file : plugin_.manifest.file()) {
      if (!file.has_platform() || file.platform() == platform_) {
        plugin_.file = &file;
        return absl::OkStatus();
      }
      known.push_back(file.platform());
    }
    return DiagnosticError(
               absl::StatusCode::kFailedPrecondition, "plugin/platform",
               absl::StrCat(plugin_.path, ": has nothing for this platform"))
        .At(plugin_.path)
        .Expected(platform_)
        .Found(absl::StrJoin(known, ", "));
  }

  absl::Status ReadDescriptors() {
    const PluginManifest::File& pinned = plugin_.manifest.descriptors();
    const std::string path = plugin_.PathOf(pinned);
    PROVISION_RETURN_IF_ERROR(CheckSafe(path));
    PROVISION_ASSIGN_OR_RETURN(const std::string bytes,
                               system_.ReadFile(path, kMaxDescriptors));
    const std::string found = Sha256Hex(bytes);
    if (found != pinned.sha256()) {
      return ChangedError(path, pinned.sha256(), found);
    }
    if (!plugin_.descriptors.ParseFromString(bytes)) {
      return DiagnosticError(absl::StatusCode::kInvalidArgument,
                             "plugin/descriptors",
                             absl::StrCat(path, ": cannot be used"))
          .At(path)
          .Expected(
              "a FileDescriptorSet, as protoc --include_imports "
              "--descriptor_set_out writes it")
          .Found("bytes that are none");
    }
    return absl::OkStatus();
  }

  System& system_;
  const std::string platform_;
  FoundPlugin& plugin_;
};

}  // namespace

std::string FoundPlugin::PathOf(const PluginManifest::File& pinned) const {
  return JoinPath(folder, pinned.name());
}

FoundPlugin ReadPlugin(System& system, const std::string& path,
                       absl::string_view platform) {
  FoundPlugin plugin;
  plugin.path = system.RealPath(path).value_or(path);
  plugin.folder = ParentPath(plugin.path);
  plugin.status = Judge(system, platform, &plugin).All();
  return plugin;
}

absl::Status CheckDigests(System& system, const FoundPlugin& plugin) {
  std::vector<const PluginManifest::File*> files = {
      &plugin.manifest.descriptors()};
  for (const auto& file : plugin.manifest.file()) files.push_back(&file);
  for (const auto& file : plugin.manifest.program()) files.push_back(&file);
  for (const PluginManifest::File* file : files) {
    const std::string path = plugin.PathOf(*file);
    PROVISION_ASSIGN_OR_RETURN(const std::string bytes,
                               system.ReadFile(path, kMaxFile));
    const std::string found = Sha256Hex(bytes);
    if (found != file->sha256())
      return ChangedError(path, file->sha256(), found);
  }
  return absl::OkStatus();
}

absl::Status ChangedError(absl::string_view path, absl::string_view expected,
                          absl::string_view found) {
  return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                         "plugin/changed",
                         absl::StrCat(path, ": is not what was pinned"))
      .At(path)
      .Expected(absl::StrCat("sha256:", expected))
      .Found(absl::StrCat("sha256:", found))
      .Next(
          "install the plugin again; after a change of your own, its manifest "
          "wants the new digest, and trust anew");
}

}  // namespace provision

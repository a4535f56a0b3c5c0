#include "core/cli/bundle/extract_command.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/cli/bundle/bundle_access.h"
#include "core/cli/bundle/new_file.h"
#include "core/cli/display_text.h"

namespace provision {
namespace {

constexpr uint32_t kFolderMode = 0755;
constexpr uint32_t kFileMode = 0644;
constexpr size_t kPiece = 1 << 20;

using Chosen = std::map<std::string, const BundleArtifact*>;  // by title

bool IsNamed(const BundleArtifact& artifact,
             const std::vector<std::string>& names) {
  return names.empty() ||
         std::any_of(names.begin(), names.end(), [&](const std::string& name) {
           return name == artifact.title || name == artifact.name ||
                  name == absl::StrCat("sha256:", artifact.sha256);
         });
}

absl::StatusOr<Chosen> Choose(CommandContext& context, const Bundle& bundle) {
  const std::vector<std::string> names(context.line.arguments.begin() + 1,
                                       context.line.arguments.end());
  const std::string kind = context.line.Text("kind");
  const std::string meant = context.line.Text("target");
  Chosen chosen;
  for (const BundleTarget& target : bundle.content().targets) {
    if (!meant.empty() && target.name != meant) continue;
    for (const BundleArtifact& artifact : target.artifacts) {
      if (artifact.title.empty() || !IsNamed(artifact, names) ||
          (!kind.empty() && artifact.kind != kind)) {
        continue;
      }
      const auto [at, is_new] = chosen.emplace(artifact.title, &artifact);
      if (!is_new && at->second->sha256 != artifact.sha256) {
        return DiagnosticError(
                   absl::StatusCode::kInvalidArgument, "extract/two-names",
                   absl::StrCat("two artifacts are called ", artifact.title))
            .Found(absl::StrCat("sha256:", at->second->sha256,
                                ", sha256:", artifact.sha256))
            .Next("--target T");
      }
    }
  }
  if (!chosen.empty()) return chosen;
  return DiagnosticError(absl::StatusCode::kNotFound, "extract/not-found",
                         "no artifact of that name, kind and target")
      .Next(absl::StrCat("provision bundle list ", context.line.arguments[0]));
}

// The new folder, or one that is there and empty.
absl::Status MakeFolder(CommandContext& context, const std::string& name) {
  const std::string path = JoinPath(context.system.WorkingDirectory(), name);
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> parent,
                             context.system.OpenDirectory(ParentPath(path)));
  const absl::Status made = parent->MakeDirectory(BaseName(path), kFolderMode);
  if (!absl::IsAlreadyExists(made)) return made;
  PROVISION_ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> entries,
                             context.system.ListDirectory(path));
  if (entries.empty()) return absl::OkStatus();
  return DiagnosticError(absl::StatusCode::kAlreadyExists, "extract/exists",
                         absl::StrCat(name, " exists and is not empty"));
}

absl::Status Extract(CommandContext& context, const Bundle& bundle,
                     const BundleArtifact& artifact) {
  PROVISION_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> source,
                             bundle.OpenBlob(artifact.sha256));
  PROVISION_ASSIGN_OR_RETURN(
      const std::unique_ptr<NewFile> file,
      NewFile::Create(context,
                      JoinPath(context.line.Text("out"), artifact.title),
                      kFileMode));
  Sha256 hash;
  std::string piece;
  for (uint64_t at = 0; at < source->size(); at += piece.size()) {
    piece.resize(std::min<uint64_t>(kPiece, source->size() - at));
    PROVISION_RETURN_IF_ERROR(
        source->ReadAt(at, absl::MakeSpan(piece.data(), piece.size())));
    hash.Update(piece);
    PROVISION_RETURN_IF_ERROR(file->Append(piece));
  }
  const std::string found = hash.FinalHex();
  if (found == artifact.sha256) return file->Finish();
  return DiagnosticError(absl::StatusCode::kDataLoss, "content/digest",
                         absl::StrCat(artifact.title, " differs"))
      .Expected(absl::StrCat("sha256:", artifact.sha256))
      .Found(absl::StrCat("sha256:", found))
      .Next("copy the bundle again");
}

absl::Status ExtractAll(CommandContext& context) {
  if (!context.line.Has("out")) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/flag",
                           "bundle extract: wants --out DIR")
        .Next("provision bundle extract app-1.bundle --out files");
  }
  const std::string& file = context.line.arguments[0];
  PROVISION_ASSIGN_OR_RETURN(const NamedBundle named,
                             OpenBundle(context, file, true));
  PROVISION_ASSIGN_OR_RETURN(const Chosen chosen,
                             Choose(context, *named.bundle));
  PROVISION_RETURN_IF_ERROR(MakeFolder(context, context.line.Text("out")));
  for (const auto& [title, artifact] : chosen) {
    PROVISION_RETURN_IF_ERROR(Extract(context, *named.bundle, *artifact));
  }
  const BundleAnswer answer = DescribeBundle(
      file, *named.bundle,
      [&](const BundleTarget&, const BundleArtifact& artifact) {
        const auto found = chosen.find(artifact.title);
        return found != chosen.end() && found->second == &artifact;
      });
  Answer(context, answer,
         absl::StrCat(CountText(chosen.size(), "file"), " in ",
                      context.line.Text("out"), "\n"));
  return absl::OkStatus();
}

}  // namespace

ExitCode RunBundleExtract(CommandContext& context) {
  const absl::Status status = ExtractAll(context);
  return status.ok() ? ExitCode::kConverged : RefuseBundle(context, status);
}

}  // namespace provision

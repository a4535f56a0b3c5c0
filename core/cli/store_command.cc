#include "core/cli/store_command.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "core/actions/artifact_store.h"
#include "core/actions/store_contents.h"
#include "core/base/byte_text.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/cli/answer.pb.h"
#include "core/cli/display_text.h"

namespace provision {
namespace {

std::string PathOfStore(CommandContext& context) {
  const std::string named = context.line.Text("store");
  return named.empty() ? DefaultStorePath(context.system)
                       : JoinPath(context.system.WorkingDirectory(), named);
}

// The store, or null where there is none yet.
absl::StatusOr<std::unique_ptr<Directory>> OpenStore(CommandContext& context) {
  absl::StatusOr<std::unique_ptr<Directory>> store =
      context.system.OpenDirectory(PathOfStore(context));
  if (absl::IsNotFound(store.status())) return std::unique_ptr<Directory>();
  return store;
}

absl::StatusOr<StoreContents> Contents(Directory* store) {
  if (store == nullptr) return StoreContents();
  return ReadStore(*store);
}

void Put(const StoredArtifact& artifact, StoreAnswer::Artifact* answer,
         const TerminalStyle& style, std::string* text) {
  answer->set_sha256(artifact.sha256);
  answer->set_size(artifact.size);
  answer->set_modified(absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", artifact.modified,
                                        absl::UTCTimeZone()));
  if (!artifact.url.empty()) answer->set_url(artifact.url);
  absl::StrAppend(
      text, "  ", PadLeft(ByteText(artifact.size), 9),
      "  sha256:", artifact.sha256,
      artifact.url.empty() ? "" : "  begun: ", style.Text(artifact.url), "\n");
}

// Tells `contents`; `end` is the last line.
void Tell(CommandContext& context, const StoreContents& contents, bool removed,
          absl::string_view end) {
  StoreAnswer answer;
  answer.set_schema("provision.store/1");
  answer.set_path(PathOfStore(context));
  answer.set_bytes(contents.bytes());
  answer.set_removed(removed);
  std::string text;
  for (const StoredArtifact& artifact : contents.artifacts) {
    Put(artifact, answer.add_artifact(), context.style, &text);
  }
  for (const StoredArtifact& download : contents.downloads) {
    Put(download, answer.add_download(), context.style, &text);
  }
  absl::StrAppend(
      &text,
      CountText(contents.artifacts.size() + contents.downloads.size(), "file"),
      ", ", ByteText(contents.bytes()), end, "\n");
  Answer(context, answer, text);
}

// "30d", "12h".
absl::StatusOr<absl::Duration> ParseAge(absl::string_view text) {
  absl::string_view digits = text;
  const bool is_days = absl::ConsumeSuffix(&digits, "d");
  const bool is_hours = !is_days && absl::ConsumeSuffix(&digits, "h");
  int number = 0;
  if ((is_days || is_hours) && absl::SimpleAtoi(digits, &number) &&
      number >= 0) {
    return absl::Hours(is_days ? 24 * number : number);
  }
  return DiagnosticError(
             absl::StatusCode::kInvalidArgument, "usage/flag-value",
             absl::StrCat("--older-than ", text, ": wants days or hours"))
      .Next("--older-than 30d, or 12h");
}

absl::Status Show(CommandContext& context) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> store,
                             OpenStore(context));
  PROVISION_ASSIGN_OR_RETURN(StoreContents contents, Contents(store.get()));
  Tell(context, contents, false,
       absl::StrCat(" in ", context.style.Path(PathOfStore(context))));
  return absl::OkStatus();
}

absl::Status Prune(CommandContext& context,
                   absl::optional<absl::Duration> age) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> store,
                             OpenStore(context));
  PROVISION_ASSIGN_OR_RETURN(StoreContents contents, Contents(store.get()));
  if (age.has_value()) {
    contents = OlderThan(contents, context.system.WallClock() - *age);
  }
  const bool removes = store != nullptr && !context.line.Is("preview");
  if (removes) PROVISION_RETURN_IF_ERROR(RemoveFromStore(*store, contents));
  Tell(context, contents, removes, removes ? " removed" : " would be removed");
  return absl::OkStatus();
}

ExitCode End(CommandContext& context, const absl::Status& status) {
  if (status.ok()) return ExitCode::kConverged;
  return Refuse(context,
                DiagnosticId(status) == "store/locked" ? ExitCode::kLocked
                                                       : ExitCode::kFailed,
                status);
}

}  // namespace

ExitCode RunStoreShow(CommandContext& context) {
  return End(context, Show(context));
}

ExitCode RunStorePrune(CommandContext& context) {
  absl::optional<absl::Duration> age;
  if (context.line.Has("older-than")) {
    absl::StatusOr<absl::Duration> parsed =
        ParseAge(context.line.Text("older-than"));
    if (!parsed.ok()) {
      return Refuse(context, ExitCode::kUsage, parsed.status());
    }
    age = *parsed;
  }
  return End(context, Prune(context, age));
}

}  // namespace provision

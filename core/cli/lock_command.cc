#include "core/cli/lock_command.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/actions/outside_commands.h"
#include "core/api/facts.h"
#include "core/api/lock_text.h"
#include "core/base/diagnostic.h"
#include "core/base/http_client.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/cli/answer.pb.h"
#include "core/cli/display_text.h"
#include "core/cli/engine_setup.h"
#include "core/cli/plan_loader.h"
#include "core/engine/lock_maker.h"
#include "core/facts/caching_facts.h"
#include "core/facts/host_facts.h"
#include "core/host/lock_target.h"

namespace provision {
namespace {

constexpr size_t kLargestLock = 16 << 20;
constexpr uint32_t kMode = 0644;

ExitCode ListTargets(CommandContext& context) {
  LockAnswer answer;
  answer.set_schema("provision.lock/1");
  std::string text;
  for (const std::string& name : LockTargetNames()) {
    answer.add_target(name);
    absl::StrAppend(&text, name, "\n");
  }
  Answer(context, answer, text);
  return ExitCode::kConverged;
}

// Those that --target names, else those of the lock, else this host.
absl::StatusOr<std::vector<Lock::Target>> MeantTargets(CommandContext& context,
                                                       const Lock& before,
                                                       FactReader& reader) {
  std::map<std::string, Lock::Target> targets;
  Facts facts(reader, {});
  for (const std::string& name : context.line.All("target")) {
    PROVISION_ASSIGN_OR_RETURN(Lock::Target target, name == "host"
                                                        ? HostLockTarget(facts)
                                                        : FindLockTarget(name));
    targets[target.name()] = std::move(target);
  }
  if (targets.empty()) {
    for (const Lock::Target& target : before.target()) {
      targets[target.name()] = target;
    }
  }
  if (targets.empty()) {
    PROVISION_ASSIGN_OR_RETURN(Lock::Target host, HostLockTarget(facts));
    targets[host.name()] = std::move(host);
  }
  std::vector<Lock::Target> meant;
  for (auto& [name, target] : targets) meant.push_back(std::move(target));
  return meant;
}

// The lock that is there, and its text; both empty if there is none.
struct LockFile {
  std::string path;
  std::string text;
  Lock lock;
};

absl::StatusOr<LockFile> ReadLock(CommandContext& context,
                                  const std::string& plan_path) {
  LockFile file;
  file.path = LockPath(plan_path);
  absl::StatusOr<std::string> text =
      context.system.ReadFile(file.path, kLargestLock);
  if (absl::IsNotFound(text.status())) return file;
  PROVISION_RETURN_IF_ERROR(text.status());
  file.text = *std::move(text);
  PROVISION_ASSIGN_OR_RETURN(file.lock, ParseLock(file.path, file.text));
  return file;
}

// Replaces the file by one rename; a crash leaves the old one or the new one.
absl::Status WriteLock(CommandContext& context, const std::string& path,
                       absl::string_view text) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> folder,
                             context.system.OpenDirectory(ParentPath(path)));
  const std::string aside = absl::StrCat(".", BaseName(path), ".new");
  const absl::Status old = folder->Remove(aside);
  if (!old.ok() && !absl::IsNotFound(old)) return old;
  absl::StatusOr<std::unique_ptr<WritableFile>> created =
      folder->Create(aside, kMode);
  PROVISION_RETURN_IF_ERROR(created.status());
  absl::Status status = (*created)->Append(text);
  if (status.ok()) status = (*created)->Sync();
  if (status.ok()) {
    status = folder->Rename(aside, *folder, BaseName(path),
                            Directory::RenameMode::kReplace);
  }
  if (!status.ok()) {
    folder->Remove(aside).IgnoreError();
    return status;
  }
  return folder->Sync();
}

std::map<std::string, std::set<std::string>> Versions(const Lock& lock) {
  std::map<std::string, std::set<std::string>> versions;
  for (const Lock::Artifact& artifact : lock.artifact()) {
    versions[artifact.name()].insert(artifact.version());
  }
  return versions;
}

// "  numpy  1.26.4 -> 2.1.0", a line for each name whose versions change.
std::string ChangesText(const Lock& before, const Lock& after) {
  const auto join = [](const std::set<std::string>& versions) {
    std::string text;
    for (const std::string& version : versions) {
      absl::StrAppend(&text, text.empty() ? "" : ", ", version);
    }
    return text.empty() ? std::string("-") : text;
  };
  auto old_versions = Versions(before);
  auto new_versions = Versions(after);
  for (const auto& [name, versions] : old_versions) new_versions[name];
  std::string text;
  for (const auto& [name, versions] : new_versions) {
    if (old_versions[name] == versions) continue;
    absl::StrAppend(&text, "  ", name, "  ", join(old_versions[name]), " -> ",
                    join(versions), "\n");
  }
  return text;
}

absl::StatusOr<Lock> Make(CommandContext& context, const CheckedPlan& plan,
                          const Lock& before) {
  const bool offline = context.line.Is("offline");
  const std::unique_ptr<HttpClient> network =
      offline ? nullptr : NewHttpClient(context.system);
  HostFacts host(context.system, network.get());
  CachingFacts facts(host);
  LockWishes wishes;
  PROVISION_ASSIGN_OR_RETURN(wishes.targets,
                             MeantTargets(context, before, facts));
  wishes.upgrade = context.line.Is("upgrade");
  wishes.upgrade_only = context.line.All("upgrade-only");
  SystemSecretResolver secrets(
      context.system,
      []() -> absl::StatusOr<Secret> {
        return absl::InternalError("a lock keeps no version of a secret");
      },
      &context.redactor, context.prompt);
  OutsideCommands world(context.system, secrets, offline, nullptr);
  return MakeLock(plan, before, wishes, facts, world);
}

absl::StatusOr<ExitCode> LockPlan(CommandContext& context,
                                  const CheckedPlan& plan) {
  PROVISION_ASSIGN_OR_RETURN(const LockFile before,
                             ReadLock(context, plan.path));
  PROVISION_ASSIGN_OR_RETURN(const Lock lock, Make(context, plan, before.lock));
  const std::string text = LockText(lock);
  const bool changed = text != before.text;
  const bool check = context.line.Is("check");
  if (changed && !check) {
    PROVISION_RETURN_IF_ERROR(WriteLock(context, before.path, text));
  }
  LockAnswer answer;
  answer.set_schema("provision.lock/1");
  answer.set_path(before.path);
  answer.set_changed(changed);
  answer.set_artifacts(lock.artifact_size());
  for (const Lock::Target& target : lock.target()) {
    answer.add_target(target.name());
  }
  const std::string changes = ChangesText(before.lock, lock);
  Answer(context, answer,
         absl::StrCat(changes, context.style.Sign(Role::kGood),
                      context.style.Path(before.path), "  ",
                      !changed ? "unchanged"
                      : check  ? "would change"
                               : "written",
                      ", ", CountText(lock.artifact_size(), "artifact"), ", ",
                      CountText(lock.target_size(), "target"), "\n"));
  return changed && check ? ExitCode::kPending : ExitCode::kConverged;
}

}  // namespace

ExitCode RunLock(CommandContext& context) {
  for (const std::string& name : context.line.All("target")) {
    if (name == "list") return ListTargets(context);
  }
  absl::StatusOr<LoadedPlan> loaded = LoadMeantPlan(context);
  if (!loaded.ok()) {
    return Refuse(context, ExitBeforeActions(loaded.status()), loaded.status());
  }
  if (!loaded->verdict.ok()) {
    return Refuse(context, ExitCode::kRefused, loaded->verdict.diagnostics);
  }
  absl::Status status = CheckTrust(context, loaded->file);
  if (status.ok()) {
    const absl::StatusOr<ExitCode> code =
        LockPlan(context, loaded->verdict.plan);
    if (code.ok()) return *code;
    status = code.status();
  }
  return Refuse(context, ExitBeforeActions(status), status);
}

}  // namespace provision

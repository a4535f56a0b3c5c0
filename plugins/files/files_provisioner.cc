#include "plugins/files/files_provisioner.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "core/api/proposal.h"
#include "core/base/crypto.h"
#include "core/host/path_access.h"
#include "plugins/files/files_validation.h"
#include "plugins/files/marked_block.h"
#include "plugins/files/path_claims.h"

namespace provision {
namespace {

constexpr uint32_t kFileMode = 0644;
constexpr uint32_t kDirectoryMode = 0755;
constexpr char kSecretMode[] = "0600";

// Makes one proposal, entry by entry.
class FilesProposer {
 public:
  FilesProposer(const FilesConfig& config, Facts& facts)
      : config_(config), facts_(facts), actions_(facts) {}

  Proposal Propose();

 private:
  void AddFile(const PathClaim& claim);
  void AddDirectory(const PathClaim& claim);
  void AddLink(const PathClaim& claim);
  // All blocks of the file at `path`.
  void AddBlocks(const std::string& path,
                 const std::vector<const PathClaim*>& claims);
  void AddAbsent(const PathClaim& claim);

  void Provide(const PathClaim& claim);
  void Refuse(const PathClaim& claim, absl::string_view id,
              absl::string_view message, absl::string_view next);
  // Whether `state` of the claim's path is known; else it refuses the step.
  bool IsReadable(const PathClaim& claim, const PathState& state);
  // Whether `path` can become what the entry wants; what is in the way refuses
  // the step.
  bool IsFree(const PathClaim& claim, PathState::Type wanted);
  // nullopt after a refusal.
  absl::optional<Owner> OwnerOf(const PathClaim& claim, const std::string& user,
                                const std::string& group);
  // The content of a source; nullopt after a refusal, or if it is not there
  // yet.
  absl::optional<std::string> ReadSource(const PathClaim& claim);
  void Assume(const std::string& path, const std::string& step);
  Check::File* AddCheck(const std::string& path, PathState::Type type,
                        const Owner& owner);
  // At most: what is there may be in the way or already so.
  void Announce(const std::vector<PathClaim>& claims);
  void MarkRoot();

  const FilesConfig& config_;
  Facts& facts_;
  ActionList actions_;
  Proposal proposal_;
};

std::string Title(const FilesConfig& config) {
  const std::pair<int, const char*> kCounts[] = {
      {config.file_size(), "file"},
      {config.directory_size(), "director"},
      {config.link_size(), "link"},
      {config.block_size(), "block"},
      {config.absent_size(), "absent path"}};
  std::vector<std::string> parts;
  for (const auto& [count, noun] : kCounts) {
    if (count == 0) continue;
    const bool is_directory = noun[0] == 'd';
    parts.push_back(absl::StrCat(
        count, " ", noun,
        is_directory ? (count == 1 ? "y" : "ies") : (count == 1 ? "" : "s")));
  }
  return absl::StrJoin(parts, ", ");
}

Proposal FilesProposer::Propose() {
  proposal_.set_title(Title(config_));
  proposal_.set_fidelity(Proposal::EXACT);
  const std::vector<PathClaim> claims = ClaimsOf(
      config_,
      [this](const std::string& path) { return facts_.AbsolutePath(path); });
  for (const PathClaim& claim : claims) Provide(claim);
  for (Diagnostic& conflict : FindConflicts(claims)) {
    *proposal_.add_diagnostic() = std::move(conflict);
  }
  if (proposal_.diagnostic_size() > 0) return std::move(proposal_);

  std::map<std::string, std::vector<const PathClaim*>> blocks;
  for (const PathClaim& claim : claims) {
    if (claim.kind == PathClaim::Kind::kBlock) {
      blocks[claim.path].push_back(&claim);
    }
  }
  for (const PathClaim& claim : claims) {
    switch (claim.kind) {
      case PathClaim::Kind::kDirectory:
        AddDirectory(claim);
        break;
      case PathClaim::Kind::kFile:
        AddFile(claim);
        break;
      case PathClaim::Kind::kLink:
        AddLink(claim);
        break;
      case PathClaim::Kind::kBlock:
        if (blocks[claim.path].front() == &claim) {
          AddBlocks(claim.path, blocks[claim.path]);
        }
        break;
      case PathClaim::Kind::kAbsent:
        AddAbsent(claim);
        break;
    }
  }
  const bool refused = proposal_.diagnostic_size() > 0;
  if (proposal_.fidelity() == Proposal::UNKNOWN) {
    Announce(claims);
  } else if (!refused) {
    actions_.AppendTo(proposal_.mutable_action());
  }
  if (proposal_.action_size() == 0) proposal_.clear_check();
  MarkRoot();
  return std::move(proposal_);
}

void FilesProposer::AddDirectory(const PathClaim& claim) {
  const FilesConfig::Directory& directory = config_.directory(claim.index);
  absl::optional<Owner> owner =
      OwnerOf(claim, directory.owner(), directory.group());
  if (!IsFree(claim, PathState::DIRECTORY) || !owner.has_value()) return;
  const uint32_t mode = ParseMode(directory.mode()).value_or(kDirectoryMode);
  actions_.MakeDirectory(claim.path, mode, *owner);
  AddCheck(claim.path, PathState::DIRECTORY, *owner)
      ->set_mode(absl::StrFormat("%04o", mode));
}

void FilesProposer::AddFile(const PathClaim& claim) {
  const FilesConfig::File& file = config_.file(claim.index);
  absl::optional<Owner> owner = OwnerOf(claim, file.owner(), file.group());
  if (!IsFree(claim, PathState::FILE) || !owner.has_value()) return;
  if (file.has_secret()) {
    actions_.WriteSecret(claim.path, file.secret(), *owner);
    AddCheck(claim.path, PathState::FILE, *owner)->set_mode(kSecretMode);
    return;
  }
  absl::optional<std::string> content = file.content();
  if (file.has_source()) content = ReadSource(claim);
  if (!content.has_value()) return;
  const uint32_t mode = ParseMode(file.mode()).value_or(kFileMode);
  actions_.WriteFile(claim.path, *content, mode, *owner);
  Check::File* check = AddCheck(claim.path, PathState::FILE, *owner);
  check->set_mode(absl::StrFormat("%04o", mode));
  check->set_sha256(Sha256Hex(*content));
}

void FilesProposer::AddLink(const PathClaim& claim) {
  const FilesConfig::Link& link = config_.link(claim.index);
  if (!IsFree(claim, PathState::SYMLINK)) return;
  actions_.Link(claim.path, link.target());
  AddCheck(claim.path, PathState::SYMLINK, {})->set_target(link.target());
}

void FilesProposer::AddBlocks(const std::string& path,
                              const std::vector<const PathClaim*>& claims) {
  const PathClaim& first = *claims.front();
  if (!IsFree(first, PathState::FILE)) return;
  PathState state = facts_.Metadata(path);
  std::string text;
  if (state.type() == PathState::FILE) {
    absl::StatusOr<std::string> content = facts_.File(path);
    if (!content.ok()) {
      Refuse(first, "unreadable", content.status().message(),
             "make the file readable, or move its blocks elsewhere");
      return;
    }
    text = *std::move(content);
  }
  for (const PathClaim* claim : claims) {
    const FilesConfig::Block& block = config_.block(claim->index);
    absl::StatusOr<std::string> with =
        WithMarkedBlock(text, block.name(), block.content(),
                        block.has_comment() ? block.comment() : "#");
    if (!with.ok()) {
      Refuse(*claim, "damaged-block",
             absl::StrCat(path, ": ", with.status().message()),
             "mend the two marker lines, or remove both with what is between");
      return;
    }
    text = *std::move(with);
  }
  actions_.WriteFile(path, text, state.has_mode() ? state.mode() : kFileMode);
  AddCheck(path, PathState::FILE, {})->set_sha256(Sha256Hex(text));
}

void FilesProposer::AddAbsent(const PathClaim& claim) {
  const FilesConfig::Absent& absent = config_.absent(claim.index);
  const PathState state = facts_.Metadata(claim.path);
  if (!IsReadable(claim, state)) return;
  if (state.type() == PathState::DIRECTORY && !absent.recursive() &&
      !facts_.Listing(claim.path).empty()) {
    Refuse(claim, "not-empty",
           absl::StrCat(claim.path, " is a directory with content"),
           "add `recursive: true` if all of it may go");
    return;
  }
  actions_.Remove(claim.path, absent.recursive());
  AddCheck(claim.path, PathState::ABSENT, {});
}

void FilesProposer::Provide(const PathClaim& claim) {
  auto& paths = *proposal_.mutable_provides()->mutable_path();
  if (claim.kind != PathClaim::Kind::kAbsent &&
      std::find(paths.begin(), paths.end(), claim.path) == paths.end()) {
    *paths.Add() = claim.path;
  }
}

void FilesProposer::Refuse(const PathClaim& claim, absl::string_view id,
                           absl::string_view message, absl::string_view next) {
  *proposal_.add_diagnostic() =
      ConfigError(absl::StrCat("files/", id), claim.field(), message, next);
}

bool FilesProposer::IsReadable(const PathClaim& claim, const PathState& state) {
  if (state.type() != PathState::UNSPECIFIED) return true;
  Refuse(claim, "unreadable",
         absl::StrCat(claim.path, ": nobody can tell what is there"),
         "make its folder readable to this user, or run as root");
  return false;
}

bool FilesProposer::IsFree(const PathClaim& claim, PathState::Type wanted) {
  const PathState state = facts_.Metadata(claim.path);
  if (state.type() == PathState::ABSENT) {
    absl::optional<std::string> step = facts_.AssumedFrom(claim.path);
    if (step.has_value()) {
      Assume(claim.path, *step);
      return true;
    }
    const NearestParent parent = FindNearestParent(facts_, claim.path);
    if (parent.state.type() == PathState::DIRECTORY) return true;
    Refuse(
        claim, "in-the-way",
        absl::StrCat(parent.path, " is no directory that can be looked into"),
        absl::StrCat("look at it with `ls -ld ", parent.path, "`"));
    return false;
  }
  if (state.type() == wanted) return true;
  if (!IsReadable(claim, state)) return false;
  Refuse(claim, "in-the-way",
         absl::StrCat(claim.path, " is there, as ", DescribeState(state)),
         "remove it, or choose another path");
  return false;
}

absl::optional<Owner> FilesProposer::OwnerOf(const PathClaim& claim,
                                             const std::string& user,
                                             const std::string& group) {
  const auto resolve = [&](const std::string& name,
                           bool is_user) -> absl::optional<uint32_t> {
    uint32_t number = 0;
    if (absl::SimpleAtoi(name, &number)) return number;
    absl::optional<uint32_t> id =
        is_user ? facts_.UserId(name) : facts_.GroupId(name);
    if (!id.has_value()) {
      Refuse(claim, "no-such-owner",
             absl::StrCat("this host has no ", is_user ? "user `" : "group `",
                          name, "`"),
             "make it first, or write its number");
    }
    return id;
  };
  Owner owner;
  if (!user.empty()) {
    owner.uid = resolve(user, true);
    if (!owner.uid.has_value()) return absl::nullopt;
  }
  if (!group.empty()) {
    owner.gid = resolve(group, false);
    if (!owner.gid.has_value()) return absl::nullopt;
  }
  return owner;
}

absl::optional<std::string> FilesProposer::ReadSource(const PathClaim& claim) {
  const std::string source =
      facts_.AbsolutePath(config_.file(claim.index).source());
  absl::StatusOr<std::string> content = facts_.File(source);
  if (content.ok()) return *std::move(content);
  absl::optional<std::string> step = facts_.AssumedFrom(source);
  if (step.has_value() && absl::IsNotFound(content.status())) {
    Assume(source, *step);
    proposal_.set_fidelity(Proposal::UNKNOWN);
    return absl::nullopt;
  }
  Refuse(claim, "source", content.status().message(),
         "put the file beside the plan, or correct `source`");
  return absl::nullopt;
}

void FilesProposer::Assume(const std::string& path, const std::string& step) {
  if (proposal_.fidelity() == Proposal::EXACT) {
    proposal_.set_fidelity(Proposal::PREDICTED);
  }
  Proposal::Assumption* assumption = proposal_.add_assumes();
  assumption->set_text(absl::StrCat("what holds ", path, " is there"));
  assumption->set_step(step);
}

Check::File* FilesProposer::AddCheck(const std::string& path,
                                     PathState::Type type, const Owner& owner) {
  Check::File* file = proposal_.add_check()->mutable_file();
  file->set_path(path);
  file->set_type(type);
  if (owner.uid.has_value()) file->set_uid(*owner.uid);
  if (owner.gid.has_value()) file->set_gid(*owner.gid);
  return file;
}

// Who gives a file away, or to a group that is not theirs, is root.
template <typename Kind>
bool GivesAway(const Kind& kind, const FactValue::Host& host) {
  const bool foreign_group = kind.has_gid() && kind.gid() != host.gid() &&
                             std::find(host.group().begin(), host.group().end(),
                                       kind.gid()) == host.group().end();
  return (kind.has_uid() && kind.uid() != host.uid()) || foreign_group;
}

void FilesProposer::Announce(const std::vector<PathClaim>& claims) {
  Proposal::Envelope* envelope = proposal_.mutable_envelope();
  for (const char* kind : {"write_file", "link", "make_directory", "remove"}) {
    envelope->add_kind(kind);
  }
  for (const PathClaim& claim : claims) {
    envelope->add_path(claim.path);
    if (facts_.Host().uid() != 0 && NeedsRoot(facts_, claim.path)) {
      envelope->set_root(true);
    }
  }
}

void FilesProposer::MarkRoot() {
  if (proposal_.action_size() == 0) return;
  const FactValue::Host host = facts_.Host();
  if (host.uid() == 0) return;
  for (Action& action : *proposal_.mutable_action()) {
    const PathExpectation& before = action.before(0);
    const bool in_place = action.has_make_directory() &&
                          before.state().type() == PathState::DIRECTORY;
    const bool needs_root = in_place ? before.state().uid() != host.uid()
                                     : NeedsRoot(facts_, before.path());
    if (needs_root || GivesAway(action.write_file(), host) ||
        GivesAway(action.make_directory(), host)) {
      action.set_needs_root(true);
      proposal_.mutable_needs()->set_root(true);
    }
  }
}

}  // namespace

std::vector<Diagnostic> FilesProvisioner::ValidateConfig(
    const FilesConfig& config) const {
  return ValidateFiles(config);
}

absl::StatusOr<Proposal> FilesProvisioner::ProposeConfig(
    const FilesConfig& config, Facts& facts) const {
  return FilesProposer(config, facts).Propose();
}

}  // namespace provision

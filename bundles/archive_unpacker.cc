#include "bundles/archive_unpacker.h"

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "bundles/archive_error.h"
#include "bundles/archive_format.h"
#include "bundles/archive_reader.h"
#include "bundles/entry_tree.h"
#include "bundles/member_match.h"
#include "bundles/tar_scanner.h"
#include "bundles/tree_writer.h"
#include "bundles/zip_directory.h"
#include "bundles/zip_member_stream.h"
#include "bundles/zip_scanner.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

using Type = ArchiveEntry::Type;

// Narrows a listing to what the rules' prefix selects: links have to end inside
// that, and copies come from there.
absl::Status Narrow(const ArchiveRules& rules, ArchiveListing& listing) {
  if (rules.prefix.empty()) return absl::OkStatus();
  const std::vector<ArchiveEntry> below =
      EntriesBelow(listing.entries, rules.prefix);
  if (below.empty()) {
    return ArchiveError(kArchiveName, rules.prefix, "nothing lies below it");
  }
  std::set<std::string> allowances;
  EntryTree tree(rules, &allowances);
  for (const ArchiveEntry& entry : below) {
    PROVISION_RETURN_IF_ERROR(tree.Add(entry.type, entry.path, entry.target));
  }
  for (const ArchiveEntry& entry : listing.entries) {
    const std::vector<ArchiveEntry> own =
        EntriesBelow(absl::MakeConstSpan(&entry, 1), rules.prefix);
    if (!own.empty() && own[0].copy_of.empty() != entry.copy_of.empty()) {
      return ArchiveError(kArchiveType, entry.path,
                          "hard link to what is not unpacked");
    }
  }
  PROVISION_RETURN_IF_ERROR(tree.CheckLinks());
  listing.digest = TreeDigest(below);
  return absl::OkStatus();
}

// The content of the reader's current member.
class MemberStream : public ByteStream {
 public:
  explicit MemberStream(ArchiveReader& reader) : reader_(reader) {}
  absl::StatusOr<size_t> Read(absl::Span<char> out) override {
    return reader_.Read(out);
  }

 private:
  ArchiveReader& reader_;
};

// One pass of the second reader along the listing of the first.
class Unpacking {
 public:
  Unpacking(const ByteSource& archive, const ArchiveRules& rules,
            const ArchiveListing& listing, Directory& destination)
      : archive_(archive),
        rules_(rules),
        listing_(listing),
        selected_(EntriesBelow(listing.entries, rules.prefix)),
        dropped_(rules.prefix.empty()
                     ? 0
                     : absl::StripSuffix(rules.prefix, "/").size() + 1),
        writer_(destination, selected_) {}

  absl::Status Run() {
    PROVISION_ASSIGN_OR_RETURN(ArchiveFormat format,
                               DetectFormat(archive_, rules_.profile));
    PROVISION_RETURN_IF_ERROR(writer_.MakeDirectories());
    PROVISION_RETURN_IF_ERROR(format == ArchiveFormat::kZip ? RunZip()
                                                            : RunTar(format));
    return writer_.MakeSymlinks();
  }

 private:
  absl::Status RunTar(ArchiveFormat format) {
    std::unique_ptr<ByteStream> tar = OpenTar(archive_, format, rules_.limits);
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ArchiveReader> reader,
                               ArchiveReader::OpenTar(*tar));
    return Follow(*reader, [&reader](size_t) -> std::unique_ptr<ByteStream> {
      return std::make_unique<MemberStream>(*reader);
    });
  }

  absl::Status RunZip() {
    std::set<std::string> allowances;
    PROVISION_ASSIGN_OR_RETURN(std::vector<ZipMember> members,
                               ReadZipDirectory(archive_, rules_, &allowances));
    if (members.size() != listing_.entries.size()) return Differs("");
    if (members.empty()) return absl::OkStatus();  // libarchive knows no such
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ArchiveReader> reader,
                               ArchiveReader::OpenZip(archive_));
    return Follow(*reader, [this, &members](size_t i) {
      return OpenZipMember(archive_, members[i]);
    });
  }

  // Gives the content of the file that is number i of the listing.
  using OpenContent = std::function<std::unique_ptr<ByteStream>(size_t i)>;

  absl::Status Follow(ArchiveReader& reader, const OpenContent& open) {
    for (size_t i = 0; i < listing_.entries.size(); ++i) {
      const ArchiveEntry& entry = listing_.entries[i];
      PROVISION_ASSIGN_OR_RETURN(absl::optional<ReaderMember> member,
                                 NextMember(reader));
      if (!member.has_value() || !IsSameMember(*member, entry)) {
        return Differs(entry.path);
      }
      if (!IsNextSelected(entry)) continue;
      const ArchiveEntry& selected = selected_[next_++];
      if (selected.type != Type::kFile) continue;
      if (!selected.copy_of.empty()) {
        PROVISION_RETURN_IF_ERROR(writer_.CopyFile(selected));
      } else {
        PROVISION_RETURN_IF_ERROR(writer_.WriteFile(selected, *open(i)));
      }
    }
    PROVISION_ASSIGN_OR_RETURN(absl::optional<ReaderMember> more,
                               NextMember(reader));
    return more.has_value() ? Differs(more->name) : absl::OkStatus();
  }

  // The selected ones keep the order of the listing.
  bool IsNextSelected(const ArchiveEntry& entry) const {
    return next_ < selected_.size() &&
           absl::EndsWith(entry.path, selected_[next_].path) &&
           entry.path.size() == selected_[next_].path.size() + dropped_;
  }

  absl::StatusOr<absl::optional<ReaderMember>> NextMember(
      ArchiveReader& reader) {
    while (true) {
      PROVISION_ASSIGN_OR_RETURN(absl::optional<ReaderMember> member,
                                 reader.Next());
      if (!member.has_value() || !IsRootMember(*member)) return member;
    }
  }

  static absl::Status Differs(absl::string_view member) {
    return ArchiveError(kArchiveDiffers, member,
                        "two readers see different members");
  }

  const ByteSource& archive_;
  const ArchiveRules& rules_;
  const ArchiveListing& listing_;
  const std::vector<ArchiveEntry> selected_;
  size_t next_ = 0;       // of selected_
  const size_t dropped_;  // bytes of the prefix and its slash
  TreeWriter writer_;
};

class BundlesArchiveUnpacker : public ArchiveUnpacker {
 public:
  absl::StatusOr<ArchiveListing> Scan(
      const ByteSource& archive, const ArchiveRules& rules) const override {
    PROVISION_ASSIGN_OR_RETURN(ArchiveListing listing, ScanAll(archive, rules));
    PROVISION_RETURN_IF_ERROR(Narrow(rules, listing));
    return listing;
  }

  absl::Status Unpack(const ByteSource& archive, const ArchiveRules& rules,
                      const ArchiveListing& listing,
                      Directory& destination) const override {
    return Unpacking(archive, rules, listing, destination).Run();
  }

 private:
  static absl::StatusOr<ArchiveListing> ScanAll(const ByteSource& archive,
                                                const ArchiveRules& rules) {
    PROVISION_ASSIGN_OR_RETURN(ArchiveFormat format,
                               DetectFormat(archive, rules.profile));
    if (format == ArchiveFormat::kZip) return ScanZip(archive, rules);
    PROVISION_ASSIGN_OR_RETURN(
        ArchiveListing listing,
        ScanTar(*OpenTar(archive, format, rules.limits), rules));
    if (format == ArchiveFormat::kTarXz) {
      listing.allowances.push_back("xz compression");  // sorts last
    }
    return listing;
  }
};

}  // namespace

std::unique_ptr<ArchiveUnpacker> NewArchiveUnpacker() {
  return std::make_unique<BundlesArchiveUnpacker>();
}

}  // namespace provision

#include "core/testing/no_artifact_readers.h"

namespace provision {
namespace {

absl::Status NoReader() { return absl::UnimplementedError("no reader"); }

class NoUnpacker final : public ArchiveUnpacker {
  absl::StatusOr<ArchiveListing> Scan(const ByteSource&,
                                      const ArchiveRules&) const override {
    return NoReader();
  }
  absl::Status Unpack(const ByteSource&, const ArchiveRules&,
                      const ArchiveListing&, Directory&) const override {
    return NoReader();
  }
};

class NoInstaller final : public WheelInstaller {
  absl::StatusOr<std::unique_ptr<WheelTree>> Judge(
      absl::Span<const WheelInput>, const WheelScheme&,
      FileConflicts) const override {
    return NoReader();
  }
  absl::StatusOr<std::vector<std::string>> ListedFiles(
      absl::string_view, absl::string_view) const override {
    return NoReader();
  }
};

}  // namespace

const ArtifactReaders& NoArtifactReaders() {
  static const NoUnpacker* const unpacker = new NoUnpacker;
  static const NoInstaller* const installer = new NoInstaller;
  static const ArtifactReaders* const readers =
      new ArtifactReaders{.archives = *unpacker, .wheels = *installer};
  return *readers;
}

}  // namespace provision

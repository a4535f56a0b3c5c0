#include "core/journal/journal_reader.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/file.h"
#include "core/base/planted_bug.h"
#include "core/base/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace provision {
namespace {

constexpr char kJournalName[] = "journal";
constexpr char kBlobFolder[] = "blob";
constexpr char kBlobField[] = "blob_sha256";
constexpr absl::string_view kBrokenPrefix = "journal.broken-";
constexpr uint32_t kJournalMode = 0600;
constexpr size_t kMaxBlob = size_t{256} << 20;
constexpr size_t kHeaderCheckSize = 24;
constexpr size_t kChunk = 64 << 10;

absl::StatusOr<std::string> ReadRange(const ByteSource& source, uint64_t offset,
                                      uint64_t length) {
  std::string bytes(length, '\0');
  PROVISION_RETURN_IF_ERROR(
      source.ReadAt(offset, absl::MakeSpan(bytes.data(), bytes.size())));
  return bytes;
}

// Is there a header with a right CRC at a multiple of 8 from `offset` on?
absl::StatusOr<bool> HasHeaderFrom(const ByteSource& source, uint64_t offset) {
  while (offset + kHeaderCheckSize <= source.size() &&
         !IsPlanted("no_scan_for_later_frames")) {
    const uint64_t length = std::min<uint64_t>(kChunk, source.size() - offset);
    PROVISION_ASSIGN_OR_RETURN(std::string chunk,
                               ReadRange(source, offset, length));
    for (size_t at = 0; at + kHeaderCheckSize <= chunk.size(); at += 8) {
      if (DecodeHeader(absl::string_view(chunk).substr(at))) return true;
    }
    // The next chunk begins with the first place that did not fit.
    offset += (length - kHeaderCheckSize) / 8 * 8 + 8;
  }
  return false;
}

// Reads frame after frame until one is not good.
class Scanner {
 public:
  explicit Scanner(const ByteSource& source) : source_(source) {}

  absl::StatusOr<JournalScan> Scan() {
    bool good = true;
    while (good && scan_.end.offset < source_.size()) {
      PROVISION_ASSIGN_OR_RETURN(good, ReadFrame());
    }
    if (good) {
      scan_.verdict = scan_.frames.empty() ? JournalVerdict::kNeverBegan
                                           : JournalVerdict::kClean;
      return std::move(scan_);
    }
    scan_.dropped_bytes = source_.size() - scan_.end.offset;
    PROVISION_RETURN_IF_ERROR(JudgeTail());
    return std::move(scan_);
  }

 private:
  // False if the frame at the end of the good ones is not good; then verdict_
  // of the tail by itself and detail are set.
  absl::StatusOr<bool> ReadFrame() {
    const uint64_t left = source_.size() - scan_.end.offset;
    PROVISION_ASSIGN_OR_RETURN(
        std::string head,
        ReadRange(source_, scan_.end.offset,
                  std::min<uint64_t>(left, kJournalHeaderSize)));
    absl::optional<JournalHeader> header = DecodeHeader(head);
    if (!header) return NoHeader(head);
    if (header->sequence != scan_.end.sequence &&
        !IsPlanted("sequence_not_checked")) {
      return Bad(JournalVerdict::kCorrupt,
                 absl::StrCat("has the number ", header->sequence));
    }
    if (header->frame_size() > left) {
      return Bad(JournalVerdict::kShortTail, "is cut off");
    }
    PROVISION_ASSIGN_OR_RETURN(
        std::string frame,
        ReadRange(source_, scan_.end.offset, header->frame_size()));
    if (!FrameFollows(frame, *header, scan_.end)) {
      return Bad(JournalVerdict::kBadTail, "has a wrong chain value");
    }
    scan_.frames.push_back({scan_.end.offset, header->type, header->minor,
                            frame.substr(kJournalHeaderSize, header->length)});
    scan_.end.offset += header->frame_size();
    scan_.end.chain = std::move(header->chain);
    ++scan_.end.sequence;
    return true;
  }

  bool NoHeader(absl::string_view head) {
    absl::string_view begin = head.substr(0, kJournalMagic.size());
    if (scan_.end.offset == 0 && begin.size() == kJournalMagic.size() &&
        absl::StartsWith(begin, "PRV") && begin != kJournalMagic) {
      return Bad(JournalVerdict::kOtherVersion, "has another major version");
    }
    if (head.size() < kHeaderCheckSize &&
        absl::StartsWith(kJournalMagic, begin)) {
      return Bad(JournalVerdict::kShortTail, "is cut off in its header");
    }
    return Bad(JournalVerdict::kBadTail, "has a damaged header");
  }

  bool Bad(JournalVerdict verdict, absl::string_view what) {
    scan_.verdict = verdict;
    scan_.detail = absl::StrCat("record ", scan_.end.sequence, " at byte ",
                                scan_.end.offset, " ", what);
    return false;
  }

  // What is behind the bad frame makes it worse.
  absl::Status JudgeTail() {
    if (scan_.verdict != JournalVerdict::kShortTail &&
        scan_.verdict != JournalVerdict::kBadTail) {
      return absl::OkStatus();
    }
    PROVISION_ASSIGN_OR_RETURN(bool more,
                               HasHeaderFrom(source_, scan_.end.offset + 8));
    if (more) absl::StrAppend(&scan_.detail, ", later ones are good");
    // A journal gets its name when BEGIN is durable.
    if (more || scan_.frames.empty()) {
      scan_.verdict = JournalVerdict::kCorrupt;
    }
    return absl::OkStatus();
  }

  const ByteSource& source_;
  JournalScan scan_;
};

// The payload that `record` stands for, if it names a blob.
absl::StatusOr<JournalRecord> ResolveBlob(Directory& run_directory,
                                          uint16_t type, JournalRecord record) {
  const auto* field = JournalRecord::descriptor()->FindFieldByNumber(
      static_cast<int>(record.record_case()));
  const google::protobuf::Message& inner =
      record.GetReflection()->GetMessage(record, field);
  const auto* blob = inner.GetDescriptor()->FindFieldByName(kBlobField);
  if (blob == nullptr || !inner.GetReflection()->HasField(inner, blob)) {
    return record;
  }
  const std::string sha256 = inner.GetReflection()->GetString(inner, blob);
  absl::StatusOr<std::string> bytes =
      run_directory.ReadFile(absl::StrCat(kBlobFolder, "/", sha256), kMaxBlob);
  if (!bytes.ok() || Sha256Hex(*bytes) != sha256) {
    return absl::DataLossError(absl::StrCat("blob ", sha256, " is missing"));
  }
  return RecordFromPayload(type, *bytes);
}

// Turns frames into records, and the verdict worse where they make no sense.
class Decoder {
 public:
  Decoder(Directory& run_directory, JournalContents* contents)
      : run_directory_(run_directory), contents_(contents) {}

  void Decode(const JournalFrame& frame, uint64_t sequence) {
    if (!IsKnownRecordType(frame.type)) {
      if (frame.type & kCriticalRecord) {
        Worse(JournalVerdict::kOtherVersion, frame, sequence,
              absl::StrFormat("has the unknown type 0x%04x", frame.type));
      }
      return;
    }
    absl::StatusOr<JournalRecord> record =
        RecordFromPayload(frame.type, frame.payload);
    if (record.ok()) {
      record = ResolveBlob(run_directory_, frame.type, *std::move(record));
    }
    if (!record.ok()) {
      return Worse(JournalVerdict::kCorrupt, frame, sequence,
                   record.status().message());
    }
    if (record->has_begin() != (sequence == 0)) {
      return Worse(JournalVerdict::kCorrupt, frame, sequence,
                   "is in the place of another");
    }
    if (record->has_begin() && record->begin().major() != kJournalMajor) {
      Worse(JournalVerdict::kOtherVersion, frame, sequence,
            absl::StrCat("begins major ", record->begin().major()));
    }
    contents_->records.push_back(*std::move(record));
  }

 private:
  void Worse(JournalVerdict verdict, const JournalFrame& frame,
             uint64_t sequence, absl::string_view what) {
    // The first reason stands: what follows it may follow from it.
    if (contents_->verdict == JournalVerdict::kOtherVersion ||
        contents_->verdict == JournalVerdict::kCorrupt) {
      return;
    }
    contents_->verdict = verdict;
    contents_->detail =
        absl::StrCat("record ", sequence, " at byte ", frame.offset, " ", what);
  }

  Directory& run_directory_;
  JournalContents* contents_;
};

// What makes the file one that somebody else may have written; "" if nothing.
std::string WhyUntrusted(const FileMetadata& metadata, uint32_t owner) {
  if (metadata.type != FileType::kRegular) return "is not a regular file";
  if (metadata.uid != owner) {
    return absl::StrCat("belongs to user ", metadata.uid, ", not ", owner);
  }
  if (metadata.mode != kJournalMode) {
    return absl::StrFormat("has mode %04o, not 0600", metadata.mode);
  }
  if (metadata.link_count != 1) {
    return absl::StrCat("has ", metadata.link_count, " links");
  }
  return "";
}

// Was a tail that an earlier run cut off a bad one?
absl::StatusOr<bool> HasBadTailAside(Directory& run_directory) {
  PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries,
                             run_directory.List());
  for (const DirectoryEntry& entry : entries) {
    if (!absl::StartsWith(entry.name, kBrokenPrefix)) continue;
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                               run_directory.OpenForReading(entry.name));
    PROVISION_ASSIGN_OR_RETURN(JournalScan scan, ScanJournal(*source));
    if (scan.verdict != JournalVerdict::kShortTail) return true;
  }
  return false;
}

absl::Status Copy(const ByteSource& source, WritableFile& file) {
  for (uint64_t offset = 0; offset < source.size(); offset += kChunk) {
    PROVISION_ASSIGN_OR_RETURN(
        std::string chunk,
        ReadRange(source, offset,
                  std::min<uint64_t>(kChunk, source.size() - offset)));
    PROVISION_RETURN_IF_ERROR(file.Append(chunk));
  }
  return file.Sync();
}

// Copies the journal to a name of its own. A copy that a crash left half-made
// has the temporary name and is replaced.
absl::Status SetTailAside(Directory& run_directory, uint64_t sequence) {
  if (IsPlanted("broken_copy_missing")) return absl::OkStatus();
  const std::string temporary = "journal.copy.tmp";
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> left,
                             run_directory.Lstat(temporary));
  if (left) PROVISION_RETURN_IF_ERROR(run_directory.Remove(temporary));
  {
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                               run_directory.OpenForReading(kJournalName));
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> copy,
                               run_directory.Create(temporary, kJournalMode));
    PROVISION_RETURN_IF_ERROR(Copy(*source, *copy));
  }
  std::string name = absl::StrCat(kBrokenPrefix, sequence);
  for (int i = 2;; ++i) {
    PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> taken,
                               run_directory.Lstat(name));
    if (!taken) break;
    name = absl::StrCat(kBrokenPrefix, sequence, ".", i);
  }
  PROVISION_RETURN_IF_ERROR(run_directory.Rename(
      temporary, run_directory, name, Directory::RenameMode::kNoReplace));
  return run_directory.Sync();
}

}  // namespace

absl::StatusOr<JournalScan> ScanJournal(const ByteSource& source) {
  return Scanner(source).Scan();
}

absl::StatusOr<JournalContents> ReadJournal(Directory& run_directory,
                                            uint32_t owner) {
  JournalContents contents;
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> metadata,
                             run_directory.Lstat(kJournalName));
  if (!metadata) return contents;
  if (std::string why = WhyUntrusted(*metadata, owner); !why.empty()) {
    contents.verdict = JournalVerdict::kUntrusted;
    contents.detail = absl::StrCat("the file ", why);
    return contents;
  }
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                             run_directory.OpenForReading(kJournalName));
  PROVISION_ASSIGN_OR_RETURN(JournalScan scan, ScanJournal(*source));
  contents.verdict = scan.verdict;
  contents.end = std::move(scan.end);
  contents.dropped_bytes = scan.dropped_bytes;
  contents.detail = std::move(scan.detail);
  Decoder decoder(run_directory, &contents);
  for (size_t i = 0; i < scan.frames.size(); ++i) {
    decoder.Decode(scan.frames[i], i);
  }
  contents.tail_doubt = contents.verdict == JournalVerdict::kBadTail;
  if (!contents.tail_doubt) {
    PROVISION_ASSIGN_OR_RETURN(contents.tail_doubt,
                               HasBadTailAside(run_directory));
  }
  return contents;
}

absl::Status RepairTail(Directory& run_directory,
                        const JournalContents& contents) {
  if (contents.verdict != JournalVerdict::kShortTail &&
      contents.verdict != JournalVerdict::kBadTail) {
    return absl::OkStatus();
  }
  PROVISION_RETURN_IF_ERROR(SetTailAside(run_directory, contents.end.sequence));
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                             run_directory.OpenForAppending(kJournalName));
  PROVISION_RETURN_IF_ERROR(file->Truncate(contents.end.offset));
  return file->Sync();
}

absl::Status RefuseJournal(absl::string_view run,
                           const JournalContents& contents) {
  const std::string message =
      absl::StrCat("journal ", run.substr(0, 8), ": ", contents.detail);
  switch (contents.verdict) {
    case JournalVerdict::kClean:
    case JournalVerdict::kShortTail:
    case JournalVerdict::kBadTail:
    case JournalVerdict::kNeverBegan:
      return absl::OkStatus();
    case JournalVerdict::kCorrupt:
      return DiagnosticError(absl::StatusCode::kDataLoss, "journal/corrupt",
                             message)
          .Because("the middle cannot be repaired safely")
          .Next(
              "add --recover: it sets the journal aside and audits every step "
              "anew");
    case JournalVerdict::kOtherVersion:
      return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                             "journal/other-version", message)
          .Because(absl::StrCat("this build reads major ", kJournalMajor,
                                " and no newer critical record"))
          .Next("run the build that began it, or a newer one");
    case JournalVerdict::kUntrusted:
      return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                             "journal/untrusted", message)
          .Because("somebody else may have written it")
          .Next("look at it; if it is yours, give it mode 0600 and one link");
  }
  return absl::InternalError("no such verdict");
}

}  // namespace provision

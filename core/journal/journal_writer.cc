#include "core/journal/journal_writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/planted_bug.h"
#include "core/base/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace provision {
namespace {

constexpr char kJournalName[] = "journal";
constexpr uint32_t kJournalMode = 0600;
constexpr uint64_t kReserve = 64 << 10;
constexpr char kBlobField[] = "blob_sha256";

// A record that says only where its bytes are.
absl::StatusOr<std::string> BlobPayload(const JournalRecord& record,
                                        const std::string& sha256) {
  JournalRecord stub;
  const auto* field = JournalRecord::descriptor()->FindFieldByNumber(
      static_cast<int>(record.record_case()));
  google::protobuf::Message* inner =
      stub.GetReflection()->MutableMessage(&stub, field);
  const auto* blob = inner->GetDescriptor()->FindFieldByName(kBlobField);
  if (blob == nullptr) {
    return absl::InternalError(absl::StrCat("a journal record \"",
                                            field->name(), "\" over ",
                                            kMaxJournalPayload, " bytes"));
  }
  inner->GetReflection()->SetString(inner, blob, sha256);
  return RecordPayload(stub);
}

absl::Status NotDurable(const absl::Status& cause) {
  if (IsNotDurable(cause)) return cause;
  return DiagnosticError(absl::StatusCode::kDataLoss, "run/not-durable",
                         absl::StrCat("journal: ", cause.message()))
      .Because("a record could not be written whole; nothing follows it")
      .Next("mend the device or make room, then run the same command");
}

absl::Status NoSpace(const absl::Status& cause) {
  return DiagnosticError(absl::StatusCode::kResourceExhausted, "run/no-space",
                         "no room left for the journal")
      .Found(cause.message())
      .Because("what a full disk must still record needs 64 KiB")
      .Next("make room, then run the same command: it goes on");
}

}  // namespace

struct JournalWriter::Request {
  struct Frame {
    uint16_t type;
    std::string payload;
  };
  std::vector<Frame> frames;
  uint64_t max_size = 0;
  bool has_intent = false;
  bool must_sync = false;
  bool done = false;
  absl::Status status;
};

JournalWriter::JournalWriter(std::unique_ptr<WritableFile> file,
                             JournalPosition position,
                             JournalRecord::Durability durability,
                             BlobSink blobs)
    : durability_(durability),
      blobs_(std::move(blobs)),
      position_(position),
      file_(std::move(file)),
      end_(std::move(position)) {}

absl::StatusOr<std::unique_ptr<JournalWriter>> JournalWriter::Create(
    Directory& directory, absl::string_view temporary_name,
    const JournalRecord::Begin& begin, BlobSink blobs) {
  JournalRecord record;
  *record.mutable_begin() = begin;
  JournalPosition end;
  const std::string frame =
      EncodeFrame(RecordType(record), RecordPayload(record), &end);
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                             directory.Create(temporary_name, kJournalMode));
  std::unique_ptr<JournalWriter> writer(new JournalWriter(
      std::move(file), std::move(end), begin.durability(), std::move(blobs)));
  const bool durable = begin.durability() != JournalRecord::NONE;
  absl::Status written = writer->file_->Append(frame);
  if (written.ok()) written = writer->Reserve(0);
  if (written.ok() && durable) written = writer->file_->Sync();
  if (written.ok()) {
    written = directory.Rename(temporary_name, directory, kJournalName,
                               Directory::RenameMode::kNoReplace);
  }
  if (!written.ok()) {
    // So that the next step may try again. What stays all the same is found
    // there by O_EXCL, and the first error says why.
    directory.Remove(temporary_name).IgnoreError();
    return written;
  }
  if (durable && !IsPlanted("journal_name_not_synced")) {
    PROVISION_RETURN_IF_ERROR(directory.Sync());
  }
  return writer;
}

absl::StatusOr<std::unique_ptr<JournalWriter>> JournalWriter::Continue(
    Directory& directory, const JournalPosition& end,
    JournalRecord::Durability durability, BlobSink blobs) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                             directory.OpenForAppending(kJournalName));
  PROVISION_ASSIGN_OR_RETURN(uint64_t size, file->Size());
  if (size != end.offset) {
    return absl::InternalError(absl::StrCat(
        "the journal has ", size, " bytes and was read to ", end.offset));
  }
  return Over(std::move(file), end, durability, std::move(blobs));
}

std::unique_ptr<JournalWriter> JournalWriter::Over(
    std::unique_ptr<WritableFile> file, JournalPosition end,
    JournalRecord::Durability durability, BlobSink blobs) {
  return std::unique_ptr<JournalWriter>(new JournalWriter(
      std::move(file), std::move(end), durability, std::move(blobs)));
}

absl::Status JournalWriter::Append(const JournalRecord& record) {
  return Append(absl::MakeConstSpan(&record, 1));
}

absl::Status JournalWriter::Append(absl::Span<const JournalRecord> records) {
  Request request;
  for (const JournalRecord& record : records) {
    PROVISION_RETURN_IF_ERROR(AddRecord(record, &request));
  }
  absl::MutexLock lock(&mutex_);
  queue_.push_back(&request);
  const auto ready = [this, &request]() {
    mutex_.AssertReaderHeld();
    return request.done || queue_.front() == &request;
  };
  mutex_.Await(absl::Condition(&ready));
  if (request.done) return request.status;
  // This thread writes for all that wait; who comes meanwhile is next.
  const std::vector<Request*> group(queue_.begin(), queue_.end());
  mutex_.Unlock();
  WriteGroup(group);
  mutex_.Lock();
  position_ = end_;
  for (Request* written : group) {
    written->done = true;
    queue_.pop_front();
  }
  return request.status;
}

absl::Status JournalWriter::AddRecord(const JournalRecord& record,
                                      Request* request) const {
  const uint16_t type = RecordType(record);
  std::string payload = RecordPayload(record);
  if (payload.size() > kMaxJournalPayload) {
    const std::string sha256 = Sha256Hex(payload);
    PROVISION_ASSIGN_OR_RETURN(std::string stub, BlobPayload(record, sha256));
    PROVISION_RETURN_IF_ERROR(blobs_(sha256, payload));
    payload = std::move(stub);
  }
  request->max_size += kJournalHeaderSize + payload.size() + 7;
  request->has_intent |= record.has_intent();
  request->must_sync |= MustSync(type);
  request->frames.push_back({type, std::move(payload)});
  return absl::OkStatus();
}

void JournalWriter::WriteGroup(absl::Span<Request* const> group) {
  if (broken_.ok()) ReserveFor(group);
  JournalPosition end = end_;
  std::string bytes;
  bool must_sync = false;
  for (Request* request : group) {
    if (!broken_.ok()) request->status = broken_;
    if (!request->status.ok()) continue;
    for (const Request::Frame& frame : request->frames) {
      bytes += EncodeFrame(frame.type, frame.payload, &end);
    }
    must_sync |= request->must_sync;
  }
  if (bytes.empty()) return;
  absl::Status written = file_->Append(bytes);
  if (written.ok() && must_sync) {
    written = file_->Sync();
    absl::MutexLock lock(&mutex_);
    ++sync_count_;
  }
  if (written.ok()) {
    end_ = std::move(end);
    return;
  }
  broken_ = NotDurable(written);
  for (Request* request : group) {
    if (request->status.ok()) request->status = broken_;
  }
}

void JournalWriter::ReserveFor(absl::Span<Request* const> group) {
  uint64_t size = 0;
  bool has_intent = false;
  for (const Request* request : group) {
    size += request->max_size;
    has_intent |= request->has_intent;
  }
  if (!has_intent) return;
  absl::Status reserved = Reserve(size);
  if (reserved.ok()) return;
  for (Request* request : group) {
    if (request->has_intent) request->status = reserved;
  }
}

absl::Status JournalWriter::Reserve(uint64_t bytes) {
  const uint64_t needed = bytes + kReserve;
  if (end_.offset + needed <= reserved_end_ || !can_reserve() ||
      (IsPlanted("reserve_not_renewed") && reserved_end_ > 0)) {
    return absl::OkStatus();
  }
  // Twice as much spares most calls; only the half of it is needed.
  uint64_t taken = needed + kReserve;
  absl::Status reserved = file_->Reserve(taken);
  if (absl::IsResourceExhausted(reserved)) {
    taken = needed;
    reserved = file_->Reserve(taken);
  }
  if (absl::IsUnimplemented(reserved)) {
    absl::MutexLock lock(&mutex_);
    can_reserve_ = false;
    return absl::OkStatus();
  }
  if (!reserved.ok()) return NoSpace(reserved);
  reserved_end_ = end_.offset + taken;
  return absl::OkStatus();
}

bool JournalWriter::MustSync(uint16_t type) const {
  if (IsPlanted("intent_not_synced") &&
      type == (JournalRecord::kIntent | kCriticalRecord)) {
    return false;
  }
  switch (durability_) {
    case JournalRecord::NONE:
      return false;
    case JournalRecord::RUN:
      return type == (JournalRecord::kDone | kCriticalRecord);
    case JournalRecord::FULL:
    case JournalRecord::DURABILITY_UNSPECIFIED:
      break;
  }
  return IsSyncedRecordType(type);
}

JournalPosition JournalWriter::position() const {
  absl::MutexLock lock(&mutex_);
  return position_;
}

bool JournalWriter::can_reserve() const {
  absl::MutexLock lock(&mutex_);
  return can_reserve_;
}

uint64_t JournalWriter::sync_count() const {
  absl::MutexLock lock(&mutex_);
  return sync_count_;
}

size_t JournalWriter::WaitingForTest() const {
  absl::MutexLock lock(&mutex_);
  return queue_.size();
}

}  // namespace provision

#include "core/journal/run_directory.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/journal/journal_format.h"

namespace provision {
namespace {

constexpr char kRuns[] = "runs";
constexpr char kPlan[] = "plan.pb";
constexpr char kCurrent[] = "current";
constexpr char kUndo[] = "undo";
constexpr char kBlob[] = "blob";
constexpr char kTemporaryJournal[] = "journal.new.tmp";
constexpr uint32_t kFolderMode = 0700;

JournalRecord::Tail TailOf(JournalVerdict verdict) {
  switch (verdict) {
    case JournalVerdict::kShortTail:
      return JournalRecord::SHORT_TAIL;
    case JournalVerdict::kBadTail:
      return JournalRecord::BAD_TAIL;
    default:
      return JournalRecord::CLEAN;
  }
}

absl::StatusOr<std::unique_ptr<Directory>> OpenOrMake(Directory& parent,
                                                      absl::string_view name) {
  absl::Status made = parent.MakeDirectory(name, kFolderMode);
  if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
  return parent.OpenDirectory(name);
}

bool MustBegin(absl::Span<const JournalRecord> records) {
  return std::any_of(records.begin(), records.end(),
                     [](const JournalRecord& record) {
                       return IsSyncedRecordType(RecordType(record));
                     });
}

}  // namespace

RunDirectory::RunDirectory(StateDirectory& state, absl::string_view id)
    : state_(state), id_(id) {}

std::unique_ptr<RunDirectory> RunDirectory::New(StateDirectory& state,
                                                JournalRecord::Begin begin,
                                                std::string plan) {
  std::unique_ptr<RunDirectory> run(new RunDirectory(state, begin.run()));
  absl::MutexLock lock(&run->mutex_);
  run->begin_ = std::move(begin);
  run->plan_ = std::move(plan);
  return run;
}

absl::StatusOr<std::unique_ptr<RunDirectory>> RunDirectory::Continue(
    StateDirectory& state, absl::string_view id,
    const JournalContents& contents, JournalRecord::Resume resume) {
  PROVISION_RETURN_IF_ERROR(RefuseJournal(id, contents));
  if (contents.records.empty()) {
    return absl::InternalError(absl::StrCat("run ", id, " never began"));
  }
  std::unique_ptr<RunDirectory> run(new RunDirectory(state, id));
  absl::MutexLock lock(&run->mutex_);
  PROVISION_ASSIGN_OR_RETURN(
      run->folder_, state.directory().OpenDirectory(run->relative_path()));
  PROVISION_RETURN_IF_ERROR(RepairTail(*run->folder_, contents));
  run->begin_ = contents.records[0].begin();
  PROVISION_ASSIGN_OR_RETURN(
      run->writer_,
      JournalWriter::Continue(
          *run->folder_, contents.end, run->begin_.durability(),
          [run = run.get()](absl::string_view sha256, absl::string_view bytes) {
            return run->WriteBlob(sha256, bytes);
          }));
  resume.set_tail(TailOf(contents.verdict));
  resume.set_bytes_cut(contents.dropped_bytes);
  *run->waiting_.emplace_back().mutable_resume() = std::move(resume);
  return run;
}

std::string RunDirectory::relative_path() const {
  return absl::StrCat(kRuns, "/", id_);
}

bool RunDirectory::begun() const {
  absl::MutexLock lock(&mutex_);
  return writer_ != nullptr;
}

absl::Status RunDirectory::Append(const JournalRecord& record) {
  return Append(absl::MakeConstSpan(&record, 1));
}

absl::Status RunDirectory::Append(absl::Span<const JournalRecord> records) {
  {
    absl::MutexLock lock(&mutex_);
    if (writer_ == nullptr && !MustBegin(records)) {
      waiting_.insert(waiting_.end(), records.begin(), records.end());
      return absl::OkStatus();
    }
    PROVISION_RETURN_IF_ERROR(Begin());
    PROVISION_RETURN_IF_ERROR(Flush());
  }
  return writer_->Append(records);
}

absl::Status RunDirectory::Flush() {
  if (waiting_.empty()) return absl::OkStatus();
  PROVISION_RETURN_IF_ERROR(writer_->Append(waiting_));
  waiting_.clear();
  return absl::OkStatus();
}

absl::Status RunDirectory::Begin() {
  if (writer_ != nullptr) return absl::OkStatus();
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> runs,
                             OpenOrMake(state_.directory(), kRuns));
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> folder,
                             OpenOrMake(*runs, id_));
  PROVISION_RETURN_IF_ERROR(
      WriteDurably(state_.system(), *folder, kPlan, plan_));
  PROVISION_ASSIGN_OR_RETURN(
      std::unique_ptr<JournalWriter> writer,
      JournalWriter::Create(
          *folder, kTemporaryJournal, begin_,
          [this](absl::string_view sha256, absl::string_view bytes) {
            return WriteBlob(sha256, bytes);
          }));
  PROVISION_RETURN_IF_ERROR(runs->Sync());
  PROVISION_RETURN_IF_ERROR(state_.MakeDurable());
  PROVISION_RETURN_IF_ERROR(
      WriteDurably(state_.system(), state_.directory(), kCurrent, id_));
  folder_ = std::move(folder);
  writer_ = std::move(writer);
  return absl::OkStatus();
}

absl::StatusOr<Directory*> RunDirectory::Child(
    absl::string_view name, std::unique_ptr<Directory>* held) {
  if (*held == nullptr) {
    PROVISION_ASSIGN_OR_RETURN(*held, OpenOrMake(*folder_, name));
    PROVISION_RETURN_IF_ERROR(folder_->Sync());
  }
  return held->get();
}

absl::StatusOr<Directory*> RunDirectory::Undo() {
  {
    absl::MutexLock lock(&mutex_);
    PROVISION_RETURN_IF_ERROR(Begin());
  }
  absl::MutexLock lock(&children_mutex_);
  return Child(kUndo, &undo_);
}

absl::Status RunDirectory::WriteBlob(absl::string_view sha256,
                                     absl::string_view bytes) {
  absl::MutexLock lock(&children_mutex_);
  PROVISION_ASSIGN_OR_RETURN(Directory * blob, Child(kBlob, &blob_));
  return WriteDurably(state_.system(), *blob, sha256, bytes);
}

absl::StatusOr<Directory*> RunDirectory::Folder() {
  absl::MutexLock lock(&mutex_);
  if (folder_ == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("run ", id_, " has not begun"));
  }
  return folder_.get();
}

JournalPosition RunDirectory::position() const {
  absl::MutexLock lock(&mutex_);
  return writer_ == nullptr ? JournalPosition() : writer_->position();
}

uint64_t RunDirectory::sync_count() const {
  absl::MutexLock lock(&mutex_);
  return writer_ == nullptr ? 0 : writer_->sync_count();
}

bool RunDirectory::can_reserve() const {
  absl::MutexLock lock(&mutex_);
  return writer_ == nullptr || writer_->can_reserve();
}

}  // namespace provision

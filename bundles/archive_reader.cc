#include "bundles/archive_reader.h"

#include <locale.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "absl/strings/str_cat.h"
#include "archive.h"
#include "archive_entry.h"
#include "bundles/archive_error.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

// libarchive converts names by the thread's locale; this makes that UTF-8 and
// leaves the program's as it is.
class Utf8Locale {
 public:
  Utf8Locale() {
    // Made once and kept: to make it costs more than to read a header.
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (locale != nullptr) before_ = uselocale(locale);
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;
  ~Utf8Locale() {
    if (before_ != nullptr) uselocale(before_);
  }

 private:
  locale_t before_ = nullptr;
};

std::string OrEmpty(const char* text) { return text == nullptr ? "" : text; }

ReaderMember::Type TypeOf(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) {
    return ReaderMember::Type::kHardLink;
  }
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return ReaderMember::Type::kFile;
    case AE_IFDIR:
      return ReaderMember::Type::kDirectory;
    case AE_IFLNK:
      return ReaderMember::Type::kSymlink;
  }
  return ReaderMember::Type::kOther;
}

// Feeds libarchive, from a stream or from a source that can be sought in, and
// keeps the error that it cannot carry.
class LibarchiveReader : public ArchiveReader {
 public:
  explicit LibarchiveReader(ByteStream& tar) : stream_(&tar) {}
  explicit LibarchiveReader(const ByteSource& zip) : source_(&zip) {}

  absl::Status Open() {
    if (archive_ == nullptr) return absl::ResourceExhaustedError("memory");
    if (stream_ != nullptr) {
      archive_read_support_format_tar(archive_.get());
    } else {
      archive_read_support_format_zip_seekable(archive_.get());
      archive_read_set_seek_callback(archive_.get(), &LibarchiveReader::Seek);
      // Else it reads what it steps over.
      archive_read_set_skip_callback(archive_.get(), &LibarchiveReader::Skip);
    }
    archive_read_set_callback_data(archive_.get(), this);
    archive_read_set_read_callback(archive_.get(), &LibarchiveReader::Feed);
    Utf8Locale locale;
    return Check(archive_read_open1(archive_.get()));
  }

  absl::StatusOr<absl::optional<ReaderMember>> Next() override {
    Utf8Locale locale;
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(archive_.get(), &entry);
    if (result == ARCHIVE_EOF) return absl::nullopt;
    PROVISION_RETURN_IF_ERROR(Check(result));
    ReaderMember member;
    member.name = OrEmpty(archive_entry_pathname(entry));
    member.type = TypeOf(entry);
    if (member.type == ReaderMember::Type::kFile) {
      member.size = std::max<int64_t>(archive_entry_size(entry), 0);
    } else if (member.type == ReaderMember::Type::kSymlink) {
      member.target = OrEmpty(archive_entry_symlink(entry));
    } else if (member.type == ReaderMember::Type::kHardLink) {
      member.target = OrEmpty(archive_entry_hardlink(entry));
    }
    return member;
  }

  absl::StatusOr<size_t> Read(absl::Span<char> out) override {
    const la_ssize_t n =
        archive_read_data(archive_.get(), out.data(), out.size());
    if (n < 0) PROVISION_RETURN_IF_ERROR(Check(static_cast<int>(n)));
    return static_cast<size_t>(std::max<la_ssize_t>(n, 0));
  }

 private:
  // Warnings are about names and attributes, which the scan has judged.
  absl::Status Check(int result) const {
    if (result >= ARCHIVE_WARN) return absl::OkStatus();
    if (!error_.ok()) return error_;
    return ArchiveError(
        kArchiveDiffers, "",
        absl::StrCat("the second reader refuses what the first accepted: ",
                     OrEmpty(archive_error_string(archive_.get()))));
  }

  static la_ssize_t Feed(struct archive*, void* data, const void** buffer) {
    auto* self = static_cast<LibarchiveReader*>(data);
    absl::Span<char> out = absl::MakeSpan(self->buffer_);
    absl::StatusOr<size_t> n;
    if (self->stream_ != nullptr) {
      n = self->stream_->Read(out);
    } else {
      out = out.subspan(0, self->source_->size() - self->position_);
      self->error_ = self->source_->ReadAt(self->position_, out);
      n = self->error_.ok() ? absl::StatusOr<size_t>(out.size())
                            : absl::StatusOr<size_t>(self->error_);
      self->position_ += out.size();
    }
    if (!n.ok()) {
      self->error_ = n.status();
      return ARCHIVE_FATAL;
    }
    *buffer = self->buffer_.data();
    return *n;
  }

  static la_int64_t Skip(struct archive*, void* data, la_int64_t request) {
    auto* self = static_cast<LibarchiveReader*>(data);
    const la_int64_t left = self->source_->size() - self->position_;
    const la_int64_t skipped = std::min(request, left);
    self->position_ += skipped;
    return skipped;
  }

  static la_int64_t Seek(struct archive*, void* data, la_int64_t offset,
                         int whence) {
    auto* self = static_cast<LibarchiveReader*>(data);
    const la_int64_t size = self->source_->size();
    const la_int64_t base = whence == SEEK_SET   ? 0
                            : whence == SEEK_CUR ? self->position_
                                                 : size;
    const la_int64_t target = base + offset;
    if (target < 0 || target > size) return ARCHIVE_FATAL;
    self->position_ = target;
    return target;
  }

  ByteStream* const stream_ = nullptr;
  const ByteSource* const source_ = nullptr;
  // Of a zip it looks at headers here and there; a tar it reads through.
  std::vector<char> buffer_ =
      std::vector<char>(source_ != nullptr ? 1 << 10 : 64 << 10);
  la_int64_t position_ = 0;  // in source_
  absl::Status error_;
  std::unique_ptr<struct archive, int (*)(struct archive*)> archive_ = {
      archive_read_new(), archive_read_free};
};

template <typename Input>
absl::StatusOr<std::unique_ptr<ArchiveReader>> Open(Input& input) {
  auto reader = std::make_unique<LibarchiveReader>(input);
  PROVISION_RETURN_IF_ERROR(reader->Open());
  return reader;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ArchiveReader>> ArchiveReader::OpenTar(
    ByteStream& tar) {
  return Open(tar);
}

absl::StatusOr<std::unique_ptr<ArchiveReader>> ArchiveReader::OpenZip(
    const ByteSource& zip) {
  return Open(zip);
}

}  // namespace provision

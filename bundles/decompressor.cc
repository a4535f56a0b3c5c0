#include "bundles/decompressor.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bundles/archive_error.h"
#include "bundles/little_endian.h"
#include "core/base/planted_bug.h"
#include "core/base/status_macros.h"
#include "lzma.h"
#include "zlib.h"
#include "zstd.h"

namespace provision {
namespace {

// Compressed bytes, a piece at a time.
class Input {
 public:
  explicit Input(std::unique_ptr<ByteStream> stream)
      : stream_(std::move(stream)), buffer_(size_t{64} << 10) {}

  // Tries to have at least `n` bytes ready; fewer are there only at the end.
  absl::Status Want(size_t n) {
    if (end_ - begin_ >= n || is_at_end_) return absl::OkStatus();
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    PROVISION_ASSIGN_OR_RETURN(
        size_t got, ReadFull(*stream_, absl::MakeSpan(buffer_).subspan(end_)));
    is_at_end_ = got < buffer_.size() - end_;
    end_ += got;
    return absl::OkStatus();
  }

  const unsigned char* data() const {
    return reinterpret_cast<const unsigned char*>(buffer_.data()) + begin_;
  }
  absl::string_view bytes() const {
    return absl::string_view(buffer_.data() + begin_, end_ - begin_);
  }
  size_t size() const { return end_ - begin_; }
  void Consume(size_t n) { begin_ += n; }

 private:
  std::unique_ptr<ByteStream> stream_;
  std::vector<char> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool is_at_end_ = false;
};

// What all decompressors share. A step takes from the input and gives output;
// the base sees to the input's end.
class Decompressor : public ByteStream {
 public:
  Decompressor(std::unique_ptr<ByteStream> in, absl::string_view id,
               absl::string_view format)
      : input_(std::move(in)), id_(id), format_(format) {}

  absl::StatusOr<size_t> Read(absl::Span<char> out) final {
    while (!is_ended_) {
      PROVISION_RETURN_IF_ERROR(input_.Want(1));
      const size_t before = input_.size();
      PROVISION_ASSIGN_OR_RETURN(size_t produced, Step(out));
      if (produced > 0) return produced;
      if (!is_ended_ && input_.size() == 0 && before == 0) {
        return Refuse("ends too early");
      }
    }
    PROVISION_RETURN_IF_ERROR(input_.Want(1));
    if (input_.size() > 0) return Refuse("has bytes after its end");
    return 0;
  }

 protected:
  // Returns how many bytes it put into `out`; sets is_ended_ at the end. With
  // no input left, only what is pending may still come out.
  virtual absl::StatusOr<size_t> Step(absl::Span<char> out) = 0;

  absl::Status Refuse(absl::string_view reason) const {
    return ArchiveError(id_, "", absl::StrCat(format_, " data ", reason));
  }

  Input input_;
  bool is_ended_ = false;

 private:
  const std::string id_;
  const std::string format_;
};

// gzip or raw deflate, by the number of window bits.
class ZlibStream : public Decompressor {
 public:
  ZlibStream(std::unique_ptr<ByteStream> in, absl::string_view id,
             absl::string_view format, int window_bits)
      : Decompressor(std::move(in), id, format) {
    is_ready_ = inflateInit2(&zlib_, window_bits) == Z_OK;
  }
  ~ZlibStream() override { inflateEnd(&zlib_); }

 private:
  absl::StatusOr<size_t> Step(absl::Span<char> out) override {
    if (!is_ready_) return absl::ResourceExhaustedError("memory for inflate");
    zlib_.next_in = const_cast<unsigned char*>(input_.data());
    zlib_.avail_in = input_.size();
    zlib_.next_out = reinterpret_cast<unsigned char*>(out.data());
    const size_t room = std::min<size_t>(out.size(), size_t{1} << 30);
    zlib_.avail_out = room;
    const int result = inflate(&zlib_, Z_NO_FLUSH);
    input_.Consume(input_.size() - zlib_.avail_in);
    if (result == Z_STREAM_END) {
      is_ended_ = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return Refuse(absl::StrCat(
          "is damaged: ", zlib_.msg == nullptr ? "no message" : zlib_.msg));
    }
    return room - zlib_.avail_out;
  }

  z_stream zlib_ = {};
  bool is_ready_ = false;
};

// RFC 8878, 3.1.1.1: what a frame header says, read before libzstd sees it, for
// its own limit on the window does not hold for every way of decoding.
constexpr uint32_t kFrameMagic = 0xfd2fb528;
constexpr uint32_t kSkippableMagic = 0x184d2a50;
constexpr size_t kMaxFrameHeader = 18;

class ZstdStream : public Decompressor {
 public:
  ZstdStream(std::unique_ptr<ByteStream> in, absl::string_view id,
             uint64_t max_window)
      : Decompressor(std::move(in), id, "zstd"),
        context_(ZSTD_createDCtx(), ZSTD_freeDCtx),
        max_window_(max_window) {}

 private:
  absl::StatusOr<size_t> Step(absl::Span<char> out) override {
    if (context_ == nullptr) return absl::ResourceExhaustedError("memory");
    if (skip_ > 0) return Skip();
    if (!is_in_frame_) {
      PROVISION_RETURN_IF_ERROR(input_.Want(kMaxFrameHeader));
      if (input_.size() == 0) {
        is_ended_ = is_begun_;
        return 0;
      }
      PROVISION_RETURN_IF_ERROR(BeginFrame());
      if (!is_in_frame_) return 0;
    }
    ZSTD_inBuffer source = {input_.data(), input_.size(), 0};
    ZSTD_outBuffer target = {out.data(), out.size(), 0};
    const size_t result =
        ZSTD_decompressStream(context_.get(), &target, &source);
    input_.Consume(source.pos);
    if (ZSTD_isError(result)) {
      return Refuse(absl::StrCat("is damaged: ", ZSTD_getErrorName(result)));
    }
    if (result == 0) is_in_frame_ = false;
    return target.pos;
  }

  absl::StatusOr<size_t> Skip() {
    const size_t n = std::min<uint64_t>(skip_, input_.size());
    input_.Consume(n);
    skip_ -= n;
    return 0;
  }

  absl::Status BeginFrame() {
    is_begun_ = true;
    if (input_.size() < 8) return Refuse("ends too early");
    const absl::string_view header = input_.bytes();
    const uint32_t magic = LittleEndian(header, 0, 4);
    if ((magic & 0xfffffff0) == kSkippableMagic) {
      skip_ = LittleEndian(header, 4, 4);
      input_.Consume(8);
      return absl::OkStatus();
    }
    if (magic != kFrameMagic) return Refuse("has bytes after its end");
    is_in_frame_ = true;
    return CheckFrameHeader(header.substr(4));
  }

  // From the frame header descriptor on.
  absl::Status CheckFrameHeader(absl::string_view header) {
    const uint64_t descriptor = LittleEndian(header, 0, 1);
    const bool is_single_segment = (descriptor & 0x20) != 0;
    if ((descriptor & 0x08) != 0) return Refuse("uses a reserved bit");
    if ((descriptor & 0x03) != 0) return Refuse("wants a dictionary");
    uint64_t window = 0;
    if (!is_single_segment) {
      const uint64_t field = LittleEndian(header, 1, 1);
      const uint64_t base = uint64_t{1} << (10 + (field >> 3));
      window = base + base / 8 * (field & 7);
    } else {
      static constexpr size_t kSizes[] = {1, 2, 4, 8};
      const size_t size = kSizes[descriptor >> 6];
      if (header.size() - 1 < size) return Refuse("ends too early");
      window = LittleEndian(header, 1, size) + (size == 2 ? 256 : 0);
    }
    if (window > max_window_) {
      return Refuse(absl::StrCat("wants a window of ", window, " bytes, over ",
                                 max_window_));
    }
    return absl::OkStatus();
  }

  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context_;
  const uint64_t max_window_;
  uint64_t skip_ = 0;  // left of a skippable frame
  bool is_begun_ = false;
  bool is_in_frame_ = false;
};

class XzStream : public Decompressor {
 public:
  XzStream(std::unique_ptr<ByteStream> in, absl::string_view id)
      : Decompressor(std::move(in), id, "xz") {
    // The next larger dictionary that the format can express is 192 MiB.
    constexpr uint64_t kMemory = kMaxWindow + (uint64_t{16} << 20);
    is_ready_ = lzma_stream_decoder(&lzma_, kMemory,
                                    LZMA_TELL_NO_CHECK |
                                        LZMA_TELL_UNSUPPORTED_CHECK) == LZMA_OK;
  }
  ~XzStream() override { lzma_end(&lzma_); }

 private:
  absl::StatusOr<size_t> Step(absl::Span<char> out) override {
    if (!is_ready_) return absl::ResourceExhaustedError("memory for xz");
    lzma_.next_in = input_.data();
    lzma_.avail_in = input_.size();
    lzma_.next_out = reinterpret_cast<unsigned char*>(out.data());
    lzma_.avail_out = out.size();
    const lzma_ret result = lzma_code(&lzma_, LZMA_RUN);
    input_.Consume(input_.size() - lzma_.avail_in);
    switch (result) {
      case LZMA_STREAM_END:
        is_ended_ = true;
        break;
      case LZMA_OK:
      case LZMA_BUF_ERROR:
        break;
      case LZMA_MEMLIMIT_ERROR:
        return Refuse("wants a dictionary of over 128 MiB");
      case LZMA_NO_CHECK:
        return Refuse("carries no check");
      case LZMA_UNSUPPORTED_CHECK:
        return Refuse("carries a check that is not known");
      case LZMA_MEM_ERROR:
        return absl::ResourceExhaustedError("memory for xz");
      default:
        return Refuse("is damaged");
    }
    return out.size() - lzma_.avail_out;
  }

  lzma_stream lzma_ = LZMA_STREAM_INIT;
  bool is_ready_ = false;
};

class RatioStream : public ByteStream {
 public:
  RatioStream(std::unique_ptr<ByteStream> in, uint64_t compressed,
              uint64_t ratio)
      : in_(std::move(in)),
        ratio_(ratio),
        limit_(std::max(uint64_t{16} << 20,
                        compressed > ~uint64_t{0} / std::max<uint64_t>(ratio, 1)
                            ? ~uint64_t{0}
                            : compressed * ratio)) {}

  absl::StatusOr<size_t> Read(absl::Span<char> out) override {
    PROVISION_ASSIGN_OR_RETURN(size_t n, in_->Read(out));
    total_ += n;
    if (total_ <= limit_ || IsPlanted("ratio_not_limited")) return n;
    return ArchiveError(
        kArchiveLimit, "",
        absl::StrCat("decompresses to more than ", ratio_, " times its size"));
  }

 private:
  std::unique_ptr<ByteStream> in_;
  const uint64_t ratio_;
  const uint64_t limit_;
  uint64_t total_ = 0;
};

}  // namespace

std::unique_ptr<ByteStream> NewGzipStream(std::unique_ptr<ByteStream> in,
                                          absl::string_view id) {
  return std::make_unique<ZlibStream>(std::move(in), id, "gzip", 16 + 15);
}

std::unique_ptr<ByteStream> NewDeflateStream(std::unique_ptr<ByteStream> in,
                                             absl::string_view id) {
  return std::make_unique<ZlibStream>(std::move(in), id, "deflate", -15);
}

std::unique_ptr<ByteStream> NewZstdStream(std::unique_ptr<ByteStream> in,
                                          absl::string_view id,
                                          uint64_t max_window) {
  return std::make_unique<ZstdStream>(std::move(in), id, max_window);
}

std::unique_ptr<ByteStream> NewXzStream(std::unique_ptr<ByteStream> in,
                                        absl::string_view id) {
  return std::make_unique<XzStream>(std::move(in), id);
}

std::unique_ptr<ByteStream> NewRatioStream(std::unique_ptr<ByteStream> in,
                                           uint64_t compressed,
                                           uint64_t ratio) {
  return std::make_unique<RatioStream>(std::move(in), compressed, ratio);
}

}  // namespace provision

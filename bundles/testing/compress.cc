#include "bundles/testing/compress.h"

#include <cassert>
#include <memory>

#include "lzma.h"
#include "zlib.h"
#include "zstd.h"

namespace provision {
namespace {

std::string Deflate(absl::string_view data, int window_bits) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, data.size()) + 64, '\0');
  stream.next_in =
      reinterpret_cast<unsigned char*>(const_cast<char*>(data.data()));
  stream.avail_in = data.size();
  stream.next_out = reinterpret_cast<unsigned char*>(out.data());
  stream.avail_out = out.size();
  const int result = deflate(&stream, Z_FINISH);
  assert(result == Z_STREAM_END);
  static_cast<void>(result);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

std::string GzipForTest(absl::string_view data) { return Deflate(data, 31); }

std::string DeflateForTest(absl::string_view data) {
  return Deflate(data, -15);
}

std::string ZstdForTest(absl::string_view data, ZstdShape shape) {
  std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                             ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, shape.checksum);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag,
                         shape.content_size);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, shape.window_log);
  std::string out(ZSTD_compressBound(data.size()), '\0');
  // In two calls, so that the frame is not of a single segment.
  ZSTD_inBuffer in = {data.data(), data.size(), 0};
  ZSTD_outBuffer target = {out.data(), out.size(), 0};
  if (shape.content_size) {
    ZSTD_CCtx_setPledgedSrcSize(context.get(), data.size());
  }
  ZSTD_compressStream2(context.get(), &target, &in, ZSTD_e_continue);
  const size_t left =
      ZSTD_compressStream2(context.get(), &target, &in, ZSTD_e_end);
  assert(left == 0);
  static_cast<void>(left);
  out.resize(target.pos);
  return out;
}

std::string XzForTest(absl::string_view data, XzShape shape) {
  lzma_options_lzma options;
  lzma_lzma_preset(&options, 1);
  options.dict_size = shape.dictionary;
  lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options},
                           {LZMA_VLI_UNKNOWN, nullptr}};
  std::string out(lzma_stream_buffer_bound(data.size()), '\0');
  size_t size = 0;
  const lzma_ret result = lzma_stream_buffer_encode(
      filters, shape.check ? LZMA_CHECK_CRC64 : LZMA_CHECK_NONE, nullptr,
      reinterpret_cast<const uint8_t*>(data.data()), data.size(),
      reinterpret_cast<uint8_t*>(out.data()), &size, out.size());
  assert(result == LZMA_OK);
  static_cast<void>(result);
  out.resize(size);
  return out;
}

uint32_t Crc32ForTest(absl::string_view data) {
  return crc32(0, reinterpret_cast<const unsigned char*>(data.data()),
               data.size());
}

}  // namespace provision

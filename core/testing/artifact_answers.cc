#include "core/testing/artifact_answers.h"

#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/crypto.h"

namespace provision {
namespace {
using Handler = ScriptedServer::Handler;
}  // namespace

const std::string& ArtifactBody() {
  static const auto* body = [] {
    auto* bytes = new std::string;
    for (int i = 0; i < 1250; ++i) *bytes += Sha256Bytes(absl::StrCat(i));
    return bytes;
  }();
  return *body;
}

std::string ResponseHead(absl::string_view status, absl::string_view headers) {
  return absl::StrCat("HTTP/1.1 ", status, "\r\n", headers, "\r\n");
}

std::string WholeResponse(absl::string_view body, absl::string_view headers) {
  return absl::StrCat(
      ResponseHead("200 OK", absl::StrCat("Content-Length: ", body.size(),
                                          "\r\n", headers)),
      body);
}

Handler WholeArtifact() {
  return Answer(WholeResponse(ArtifactBody(), "ETag: \"v1\"\r\n"));
}

Handler CutArtifact(size_t size) {
  return Answer(absl::StrCat(
      ResponseHead("200 OK",
                   absl::StrCat("Content-Length: ", ArtifactBody().size(),
                                "\r\nETag: \"v1\"\r\n")),
      ArtifactBody().substr(0, size)));
}

Handler RestOfArtifact(absl::string_view etag, int64_t shift) {
  return [etag = std::string(etag), shift](ScriptedConnection& c,
                                           const std::string& head) {
    const std::string asked = HeaderOf(head, "Range");
    absl::string_view range = asked;
    int64_t from = 0;
    if (!absl::ConsumePrefix(&range, "bytes=") ||
        !absl::ConsumeSuffix(&range, "-") || !absl::SimpleAtoi(range, &from)) {
      std::abort();  // the script expects a request for a range
    }
    from += shift;
    c.Send(
        ResponseHead(
            "206 Partial Content",
            absl::StrCat("Content-Range: bytes ", from, "-",
                         ArtifactBody().size() - 1, "/", ArtifactBody().size(),
                         "\r\nContent-Length: ", ArtifactBody().size() - from,
                         "\r\nETag: ", etag, "\r\n")) +
        ArtifactBody().substr(from));
  };
}

Handler EmptyResponse(absl::string_view status, absl::string_view headers) {
  return Answer(
      ResponseHead(status, absl::StrCat("Content-Length: 0\r\n", headers)));
}

}  // namespace provision

#ifndef PROVISION_CORE_TESTING_ARTIFACT_ANSWERS_H_
#define PROVISION_CORE_TESTING_ARTIFACT_ANSWERS_H_

// What a server says when it is asked for an artifact, rightly and wrongly:
//
//   ScriptedServer server({CutArtifact(20000), RestOfArtifact()});

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "core/testing/scripted_server.h"

namespace provision {

// 40 kB that look like no text.
const std::string& ArtifactBody();

// A status line such as "200 OK", these headers, and the line that ends them.
std::string ResponseHead(absl::string_view status, absl::string_view headers);

// A 200 with its length.
std::string WholeResponse(absl::string_view body,
                          absl::string_view headers = "");

// The artifact, whose validator is "v1".
ScriptedServer::Handler WholeArtifact();

// Announces all of it and sends the first `size` bytes.
ScriptedServer::Handler CutArtifact(size_t size);

// 206 from where the request asks, or from `shift` bytes behind it.
ScriptedServer::Handler RestOfArtifact(absl::string_view etag = "\"v1\"",
                                       int64_t shift = 0);

// A response without a body.
ScriptedServer::Handler EmptyResponse(absl::string_view status,
                                      absl::string_view headers = "");

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_ARTIFACT_ANSWERS_H_

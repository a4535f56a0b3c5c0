#ifndef PROVISION_CORE_CLI_BUNDLE_BUNDLE_ACCESS_H_
#define PROVISION_CORE_CLI_BUNDLE_BUNDLE_ACCESS_H_

// How commands come to a bundle: which file, whom to trust, and what a person
// is told of it.

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/api/bundle.h"
#include "core/base/byte_source.h"
#include "core/cli/answer.pb.h"
#include "core/cli/command_context.h"

namespace provision {

// A bundle and the file that it reads from.
struct NamedBundle {
  std::unique_ptr<ByteSource> source;
  std::unique_ptr<Bundle> bundle;
};

// Opens `file`, judged by --key, --threshold, --trust-digest and --at. With
// `require_trust` a bundle that nobody trusted vouches for is refused. Every
// error names the file.
absl::StatusOr<NamedBundle> OpenBundle(CommandContext& context,
                                       absl::string_view file,
                                       bool require_trust);

// All that is known of it; the artifacts that `wanted` takes.
BundleAnswer DescribeBundle(
    absl::string_view file, const Bundle& bundle,
    const std::function<bool(const BundleTarget&, const BundleArtifact&)>&
        wanted);

// "good, 1 of 1 signatures" or "NOT TRUSTED: REASON [trust/…]".
std::string VerdictText(const BundleTrust& trust, const Bundle& bundle);

// As the flags say.
absl::StatusOr<BundleTrust> TrustOfFlags(CommandContext& context);

// "2027-01-01T09:00:00Z"; `usage/flag-value` if `flag` has another form.
absl::StatusOr<absl::Time> TimeOfFlag(CommandContext& context,
                                      absl::string_view flag);

// Tells why and returns the code: 64, 65, 1 or 74.
ExitCode RefuseBundle(CommandContext& context, const absl::Status& status);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_BUNDLE_BUNDLE_ACCESS_H_

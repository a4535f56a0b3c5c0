#ifndef PROVISION_CORE_API_BUNDLE_H_
#define PROVISION_CORE_API_BUNDLE_H_

// What the core knows of bundles (bundles.md): what one holds, who vouches for
// it, and the interface behind the commands. The format itself lives in
// bundles/ and is handed over by main.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/byte_source.h"
#include "core/base/signing.h"

namespace provision {

// A file in a bundle, as published.
struct BundleArtifact {
  std::string kind = {};   // "wheel"; "plan", "lock" and "facts" have no title
  std::string title = {};  // its file name, one component
  std::string name = {};   // "numpy"; may be empty
  std::string version = {};             // may be empty
  std::vector<std::string> steps = {};  // that need it, sorted
  std::string sha256 = {};              // hex
  uint64_t size = 0;

  friend bool operator==(const BundleArtifact&,
                         const BundleArtifact&) = default;
};

// What a target is; empty where it does not say.
struct BundlePlatform {
  std::string os = {};            // "linux"
  std::string architecture = {};  // "amd64"
  std::string distribution = {};  // "debian"
  std::string version = {};       // "12"

  friend bool operator==(const BundlePlatform&,
                         const BundlePlatform&) = default;
};

struct BundleStep {
  std::string name = {};
  std::string provisioner = {};             // "provision.PythonConfig"
  std::string config_sha256 = {};           // hex
  std::vector<std::string> artifacts = {};  // hex, sorted

  friend bool operator==(const BundleStep&, const BundleStep&) = default;
};

struct BundleTarget {
  std::string name = {};  // "debian-12/amd64"
  BundlePlatform platform = {};
  std::vector<BundleStep> steps = {};
  // The texts first, then by kind, title and digest.
  std::vector<BundleArtifact> artifacts = {};

  friend bool operator==(const BundleTarget&, const BundleTarget&) = default;
};

struct BundleContent {
  std::string id = {};
  uint64_t version = 0;
  std::string creator = {};                // "provision 0.1.0"
  std::vector<BundleTarget> targets = {};  // by name

  friend bool operator==(const BundleContent&, const BundleContent&) = default;
};

// Whom to believe: the exact bundle, or keys.
struct BundleTrust {
  std::string root_digest = {};  // hex; with it no signature is looked at
  std::vector<PublicKey> keys = {};
  int threshold = 1;
  // Expiry is judged for this time.
  absl::Time now = absl::InfinitePast();
};

// Who vouched for a bundle.
struct BundleVerdict {
  int good = 0;  // distinct trusted keys; 0 with a root digest
  std::vector<std::string> signers = {};  // their ids, sorted
  absl::Time signed_at = absl::InfinitePast();
  absl::Time expires = absl::InfiniteFuture();
};

// A bundle that is open. Whatever it says was compared with the digests that
// lead to it from the root digest. Thread-safe.
class Bundle {
 public:
  virtual ~Bundle() = default;

  virtual const BundleContent& content() const = 0;
  virtual const std::string& root_digest() const = 0;  // hex
  virtual uint64_t bytes() const = 0;

  // Whether those that are trusted vouch for it, or why not: `trust/…`.
  virtual const absl::StatusOr<BundleVerdict>& verdict() const = 0;

  // Compares every blob with its digest and all bytes between them. The first
  // that differs is `content/digest` or `format/container`.
  virtual absl::Status VerifyContent(int threads) const = 0;

  // One blob; its content is not compared. Lives as long as the bundle.
  // kNotFound if it has none of this digest.
  virtual absl::StatusOr<std::unique_ptr<ByteSource>> OpenBlob(
      absl::string_view sha256) const = 0;
};

// What a new bundle is made of.
struct BundleDraft {
  struct Blob {
    std::string sha256 = {};
    // Outlives the writing; its bytes are compared while they are written.
    const ByteSource* source = nullptr;
  };
  BundleContent content = {};
  std::vector<Blob> blobs = {};  // of all artifacts, any order
};

struct BundleSigning {
  const PrivateKey& key;
  absl::Time signed_at;
  absl::Time expires;
  // Where there are signatures already, say the times that they say.
  bool take_over = false;
};

using ByteSink = std::function<absl::Status(absl::string_view bytes)>;

// Stateless and thread-safe. What is refused is a diagnostic with an id of
// bundles.md and kInvalidArgument, or kDataLoss for bytes that are not those
// that were promised.
class BundleFormat {
 public:
  virtual ~BundleFormat() = default;

  // In the order of bundles.md 7, steps 1 to 9. With `require_trust` a bundle
  // that nobody trusted vouches for is refused before its root index is read;
  // without, verdict() says so. `source` is not written meanwhile and outlives
  // the bundle.
  virtual absl::StatusOr<std::unique_ptr<Bundle>> Open(
      const ByteSource& source, const BundleTrust& trust,
      bool require_trust) const = 0;

  // Writes a bundle, signed by each of `signing`. The same draft gives the same
  // bytes but for signatures of P-256. Returns the root digest.
  virtual absl::StatusOr<std::string> Write(
      const BundleDraft& draft, const std::vector<BundleSigning>& signing,
      const ByteSink& sink) const = 0;

  // Writes `bundle`, which this format opened, with one more signature.
  // `sign/already` if it has one by that key, `sign/other-statement` if those
  // it has say another time.
  virtual absl::Status AddSignature(const Bundle& bundle,
                                    const BundleSigning& signing,
                                    const ByteSink& sink) const = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_API_BUNDLE_H_

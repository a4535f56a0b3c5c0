#ifndef PROVISION_BUNDLES_TRUST_SIGNATURE_DOCUMENT_H_
#define PROVISION_BUNDLES_TRUST_SIGNATURE_DOCUMENT_H_

// One signature: a Sigstore bundle v0.3 with one DSSE signature and no log
// entries (bundles/format.md 8).

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/signing.h"

namespace provision {

struct SignatureDocument {
  std::string payload = {};  // decoded
  std::string signature = {};
  // Hex id of the key that is said to have made it; "" if nobody says. A hint.
  std::string key_id = {};
};

// The document of `key`'s signature over `payload`, canonical.
absl::StatusOr<std::string> SignDocument(const PrivateKey& key,
                                         absl::string_view payload);

// Others may have written it: white space, and members that do not matter, are
// accepted. `trust/signature` with the reason if it is malformed, of another
// payload type, a `messageSignature`, or rests on a certificate.
absl::StatusOr<SignatureDocument> ParseSignatureDocument(
    absl::string_view text);

}  // namespace provision

#endif  // PROVISION_BUNDLES_TRUST_SIGNATURE_DOCUMENT_H_

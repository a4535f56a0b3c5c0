#include "bundles/trust/signature_document.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "bundles/oci/documents.h"
#include "bundles/oci/fields.h"
#include "bundles/oci/json.h"
#include "bundles/trust/statement.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr size_t kMaxDocument = 64 << 10;
constexpr absl::string_view kName = "signature document";

Json Text(absl::string_view text) { return Json(std::string(text)); }

// Standard and URL-safe base64 are both read.
std::string Decoded(const std::string& name, Fields* fields) {
  const std::string text = fields->Text(name);
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) &&
      !absl::WebSafeBase64Unescape(text, &bytes)) {
    fields->Fail(absl::StrCat("member \"", name, "\" is no base64"));
  }
  return bytes;
}

// From `hint`, which is the base64 of what a key id is the hex of.
std::string KeyOfHint(const Json& material) {
  const Json* key = material.Find("publicKey");
  const Json* hint = key == nullptr ? nullptr : key->Find("hint");
  std::string digest;
  if (hint == nullptr || !absl::Base64Unescape(hint->text(), &digest)) {
    return "";
  }
  return absl::BytesToHexString(digest);
}

absl::StatusOr<SignatureDocument> Parse(absl::string_view text) {
  if (text.size() > kMaxDocument) return JsonError(kName, "it is too long");
  PROVISION_ASSIGN_OR_RETURN(const Json value, ParseJson(text, kName));
  Fields fields(value, kName);
  if (fields.Text("mediaType") != kSignatureType) {
    fields.Fail("another media type");
  }
  if (value.Find("messageSignature") != nullptr) {
    fields.Fail("messageSignature is not supported");
  }
  Fields envelope(fields.Object("dsseEnvelope"), kName);
  const Json& material = fields.Object("verificationMaterial");
  if (material.Find("publicKey") == nullptr) {
    fields.Fail("certificate identities are not supported");
  }
  PROVISION_RETURN_IF_ERROR(fields.End());
  SignatureDocument document;
  document.payload = Decoded("payload", &envelope);
  if (envelope.Text("payloadType") != kPayloadType) {
    envelope.Fail("another payload type");
  }
  const Json& signatures = envelope.Array("signatures");
  if (signatures.items().size() != 1) envelope.Fail("not one signature");
  PROVISION_RETURN_IF_ERROR(envelope.End());
  Fields signature(signatures.items().front(), kName);
  document.signature = Decoded("sig", &signature);
  document.key_id = signature.OptionalText("keyid");
  if (document.key_id.empty()) document.key_id = KeyOfHint(material);
  PROVISION_RETURN_IF_ERROR(signature.End());
  return document;
}

}  // namespace

absl::StatusOr<std::string> SignDocument(const PrivateKey& key,
                                         absl::string_view payload) {
  PROVISION_ASSIGN_OR_RETURN(const PublicKey trusted, key.Public());
  Json signature;
  signature["keyid"] = Json(trusted.Id());
  signature["sig"] = Json(absl::Base64Escape(key.Sign(SignedBytes(payload))));
  Json envelope;
  envelope["payload"] = Json(absl::Base64Escape(payload));
  envelope["payloadType"] = Text(kPayloadType);
  envelope["signatures"] = Json(std::vector<Json>{signature});
  Json hint;
  hint["hint"] = Json(absl::Base64Escape(absl::HexStringToBytes(trusted.Id())));
  Json material;
  material["publicKey"] = hint;
  Json out;
  out["dsseEnvelope"] = envelope;
  out["mediaType"] = Text(kSignatureType);
  out["verificationMaterial"] = material;
  return CanonicalText(out);
}

absl::StatusOr<SignatureDocument> ParseSignatureDocument(
    absl::string_view text) {
  absl::StatusOr<SignatureDocument> document = Parse(text);
  if (document.ok()) return document;
  return DiagnosticError(
      absl::StatusCode::kInvalidArgument, "trust/signature",
      absl::StrCat("a signature is malformed: ", document.status().message()));
}

}  // namespace provision

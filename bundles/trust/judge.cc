#include "bundles/trust/judge.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bundles/trust/signature_document.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

DiagnosticError Refusal(absl::string_view id, const std::string& message) {
  return DiagnosticError(absl::StatusCode::kInvalidArgument, id, message);
}

// What came of one signature, for people.
struct Finding {
  absl::string_view id;
  std::string text;
};

// The signatures of one bundle, counted.
class Count {
 public:
  explicit Count(const BundleTrust& trust) {
    for (const PublicKey& key : trust.keys) keys_.emplace(key.Id(), &key);
  }

  void Add(const std::string& text) {
    const absl::StatusOr<SignatureDocument> document =
        ParseSignatureDocument(text);
    if (!document.ok()) {
      return Note("trust/signature", document.status().message());
    }
    const std::string& named = document->key_id;
    if (!named.empty() && keys_.count(named) == 0) {
      return Note("trust/unknown-key",
                  absl::StrCat("signed by ", named, ", which is not trusted"));
    }
    const std::string signed_bytes = SignedBytes(document->payload);
    for (const auto& [id, key] : keys_) {
      if (!named.empty() && id != named) continue;
      if (!key->Verifies(signed_bytes, document->signature)) continue;
      good_[document->payload].insert(id);
      return Note("", absl::StrCat("signature by ", id, " is good"));
    }
    Note("trust/signature",
         absl::StrCat("signature by ", named, " does not match"));
  }

  // The payload for which `threshold` keys stand, and these keys.
  absl::StatusOr<std::pair<std::string, std::set<std::string>>> Reached(
      int threshold) const {
    std::vector<std::pair<std::string, std::set<std::string>>> reached;
    size_t most = 0;
    for (const auto& each : good_) {
      most = std::max(most, each.second.size());
      if (each.second.size() >= static_cast<size_t>(threshold)) {
        reached.push_back(each);
      }
    }
    if (reached.size() == 1) return reached.front();
    if (reached.size() > 1) {
      return Refusal("trust/split",
                     "two different statements are both fully signed");
    }
    return TooFew(most, threshold);
  }

 private:
  void Note(absl::string_view id, absl::string_view text) {
    findings_.push_back({id, std::string(text)});
  }

  absl::Status TooFew(size_t most, int threshold) const {
    // With a single finding its own id says more.
    if (findings_.size() == 1 && !findings_.front().id.empty()) {
      return Refusal(findings_.front().id, findings_.front().text)
          .Next("get it again from its signer, or trust the key: --key K.pub");
    }
    DiagnosticError error = Refusal(
        "trust/threshold",
        absl::StrCat(most, " of ", threshold, " needed signatures are good"));
    for (const Finding& finding : findings_) error.Because(finding.text);
    return error;
  }

  std::map<std::string, const PublicKey*> keys_;
  // Who signed which payload.
  std::map<std::string, std::set<std::string>> good_;
  std::vector<Finding> findings_;
};

absl::Status CheckStatement(const Statement& statement, absl::Time now,
                            absl::string_view root_digest) {
  if (statement.root_digest != root_digest) {
    return Refusal("trust/statement", "not what was signed")
        .Expected(absl::StrCat("sha256:", statement.root_digest))
        .Found(absl::StrCat("sha256:", root_digest))
        .Next("get it again from its signer");
  }
  if (now <= statement.expires) return absl::OkStatus();
  return Refusal("trust/expired",
                 absl::StrCat("expired on ", TimeText(statement.expires)))
      .Found(absl::StrCat("time used: ", TimeText(now)))
      .Next("get a newer one from its signer");
}

}  // namespace

absl::StatusOr<Judgement> Judge(const BundleTrust& trust,
                                const std::vector<std::string>& documents,
                                absl::string_view root_digest) {
  if (!trust.root_digest.empty()) {
    if (trust.root_digest == root_digest) return Judgement();
    return Refusal("trust/digest", "the root digest is another one")
        .Expected(absl::StrCat("sha256:", trust.root_digest))
        .Found(absl::StrCat("sha256:", root_digest));
  }
  if (documents.empty()) {
    return Refusal("trust/none",
                   "it is not signed and no --trust-digest was given")
        .Next("provision bundle sign FILE --sign-key K.key");
  }
  if (trust.keys.empty()) {
    return Refusal("trust/no-root", "nobody is trusted")
        .Next("--key K.pub, or --trust-digest sha256:HEX");
  }
  Count count(trust);
  for (const std::string& document : documents) count.Add(document);
  PROVISION_ASSIGN_OR_RETURN(const auto reached,
                             count.Reached(trust.threshold));
  Judgement judgement;
  PROVISION_ASSIGN_OR_RETURN(judgement.statement,
                             ParseStatement(reached.first));
  PROVISION_RETURN_IF_ERROR(
      CheckStatement(*judgement.statement, trust.now, root_digest));
  judgement.verdict.good = static_cast<int>(reached.second.size());
  judgement.verdict.signers.assign(reached.second.begin(),
                                   reached.second.end());
  judgement.verdict.signed_at = judgement.statement->signed_at;
  judgement.verdict.expires = judgement.statement->expires;
  return judgement;
}

}  // namespace provision

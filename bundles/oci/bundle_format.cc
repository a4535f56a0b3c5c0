#include "bundles/oci/bundle_format.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bundles/oci/bundle_reader.h"
#include "bundles/oci/bundle_writer.h"
#include "bundles/trust/judge.h"
#include "bundles/trust/signature_document.h"
#include "bundles/trust/statement.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/parallel_for.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

DiagnosticError Refusal(absl::string_view id, const std::string& message) {
  return DiagnosticError(absl::StatusCode::kInvalidArgument, id, message);
}

// A range of another source, which outlives it.
class Slice : public ByteSource {
 public:
  Slice(const ByteSource& source, uint64_t offset, uint64_t size)
      : source_(source), offset_(offset), size_(size) {}

  uint64_t size() const override { return size_; }
  absl::Status ReadAt(uint64_t offset, absl::Span<char> out) const override {
    PROVISION_RETURN_IF_ERROR(CheckRange(offset, out.size()));
    return source_.ReadAt(offset_ + offset, out);
  }

 private:
  const ByteSource& source_;
  const uint64_t offset_;
  const uint64_t size_;
};

class OpenBundle : public Bundle {
 public:
  explicit OpenBundle(const ByteSource& source)
      : source_(source), reader_(source) {}

  absl::Status Read(const BundleTrust& trust, bool require_trust) {
    PROVISION_RETURN_IF_ERROR(reader_.ReadSignatures());
    absl::StatusOr<Judgement> judged =
        Judge(trust, reader_.signatures(), reader_.root_digest());
    if (require_trust) PROVISION_RETURN_IF_ERROR(judged.status());
    PROVISION_RETURN_IF_ERROR(reader_.ReadRoot());
    if (judged.ok() && judged->statement.has_value()) {
      const absl::Status same = CheckSame(*judged->statement);
      if (require_trust) PROVISION_RETURN_IF_ERROR(same);
      if (!same.ok()) judged = same;
    }
    PROVISION_RETURN_IF_ERROR(reader_.ReadTargets());
    PROVISION_RETURN_IF_ERROR(reader_.CheckContainer());
    verdict_ = judged.ok() ? absl::StatusOr<BundleVerdict>(judged->verdict)
                           : judged.status();
    return absl::OkStatus();
  }

  const BundleContent& content() const override {
    return reader_.parts().content;
  }
  const std::string& root_digest() const override {
    return reader_.root_digest();
  }
  uint64_t bytes() const override { return source_.size(); }
  const absl::StatusOr<BundleVerdict>& verdict() const override {
    return verdict_;
  }

  absl::Status VerifyContent(int threads) const override {
    const auto& payload = reader_.parts().payload;
    return ParallelFor(payload.size(), threads, [&](size_t i) {
      return reader_.CheckBlob(payload[i].sha256);
    });
  }

  absl::StatusOr<std::unique_ptr<ByteSource>> OpenBlob(
      absl::string_view sha256) const override {
    const auto* place = reader_.Find(sha256);
    if (place == nullptr) {
      return DiagnosticError(
          absl::StatusCode::kNotFound, "content/missing",
          absl::StrCat("blob sha256:", sha256, " is missing"));
    }
    return std::make_unique<Slice>(source_, place->first, place->second);
  }

  // What it was made of, in place of its signatures those that are given.
  absl::Status Copy(std::vector<std::string> signatures,
                    const ByteSink& sink) const {
    ContainerParts parts = reader_.parts();
    std::vector<std::unique_ptr<ByteSource>> sources;
    for (BundleDraft::Blob& blob : parts.payload) {
      PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                                 OpenBlob(blob.sha256));
      blob.source = source.get();
      sources.push_back(std::move(source));
    }
    parts.signatures = std::move(signatures);
    return WriteContainer(parts, sink);
  }

  const std::vector<std::string>& signatures() const {
    return reader_.signatures();
  }

 private:
  absl::Status CheckSame(const Statement& statement) const {
    const BundleContent& content = reader_.parts().content;
    if (statement.bundle == content.id &&
        statement.version == content.version) {
      return absl::OkStatus();
    }
    return Refusal(
        "trust/id",
        absl::StrCat("statement says \"", statement.bundle, "\" version ",
                     statement.version, ", root index says \"", content.id,
                     "\" version ", content.version));
  }

  const ByteSource& source_;
  BundleReader reader_;
  absl::StatusOr<BundleVerdict> verdict_ = absl::UnknownError("not judged");
};

std::string StatementOf(const BundleContent& content,
                        const std::string& root_digest,
                        const BundleSigning& signing) {
  return StatementText({.bundle = content.id,
                        .version = content.version,
                        .root_digest = root_digest,
                        .signed_at = signing.signed_at,
                        .expires = signing.expires});
}

// The statement of a further signature: `own`, or the times of the first.
absl::StatusOr<std::string> Repeated(const std::vector<std::string>& documents,
                                     const BundleSigning& signing,
                                     const std::string& own) {
  if (documents.empty() || !signing.take_over) return own;
  PROVISION_ASSIGN_OR_RETURN(const SignatureDocument first,
                             ParseSignatureDocument(documents.front()));
  PROVISION_ASSIGN_OR_RETURN(Statement theirs, ParseStatement(first.payload));
  PROVISION_ASSIGN_OR_RETURN(const Statement ours, ParseStatement(own));
  theirs.bundle = ours.bundle;
  theirs.version = ours.version;
  theirs.root_digest = ours.root_digest;
  return StatementText(theirs);
}

class OciBundleFormat : public BundleFormat {
 public:
  absl::StatusOr<std::unique_ptr<Bundle>> Open(
      const ByteSource& source, const BundleTrust& trust,
      bool require_trust) const override {
    auto bundle = std::make_unique<OpenBundle>(source);
    PROVISION_RETURN_IF_ERROR(bundle->Read(trust, require_trust));
    return std::unique_ptr<Bundle>(std::move(bundle));
  }

  absl::StatusOr<std::string> Write(const BundleDraft& draft,
                                    const std::vector<BundleSigning>& signing,
                                    const ByteSink& sink) const override {
    PROVISION_ASSIGN_OR_RETURN(ContainerParts parts, PartsOf(draft));
    const std::string root_digest = Sha256Hex(parts.root);
    for (const BundleSigning& each : signing) {
      PROVISION_ASSIGN_OR_RETURN(
          std::string document,
          SignDocument(each.key,
                       StatementOf(parts.content, root_digest, each)));
      parts.signatures.push_back(std::move(document));
    }
    PROVISION_RETURN_IF_ERROR(WriteContainer(parts, sink));
    return root_digest;
  }

  absl::Status AddSignature(const Bundle& bundle, const BundleSigning& signing,
                            const ByteSink& sink) const override {
    // Every Bundle is one of ours.
    const auto& ours = static_cast<const OpenBundle&>(bundle);
    std::vector<std::string> documents = ours.signatures();
    PROVISION_ASSIGN_OR_RETURN(
        const std::string statement,
        Repeated(documents, signing,
                 StatementOf(bundle.content(), bundle.root_digest(), signing)));
    PROVISION_ASSIGN_OR_RETURN(const PublicKey key, signing.key.Public());
    for (const std::string& text : documents) {
      PROVISION_ASSIGN_OR_RETURN(const SignatureDocument document,
                                 ParseSignatureDocument(text));
      if (document.key_id == key.Id()) {
        return Refusal("sign/already", absl::StrCat("there is already a "
                                                    "signature by ",
                                                    key.Id()));
      }
      if (document.payload != statement) {
        return Refusal("sign/other-statement",
                       "it is signed with another expiry or time; two that "
                       "differ do not add up")
            .Found(document.payload)
            .Next("--signed-at and --expires as in the first signature");
      }
    }
    PROVISION_ASSIGN_OR_RETURN(std::string document,
                               SignDocument(signing.key, statement));
    documents.push_back(std::move(document));
    return ours.Copy(std::move(documents), sink);
  }
};

}  // namespace

std::unique_ptr<BundleFormat> NewBundleFormat() {
  return std::make_unique<OciBundleFormat>();
}

}  // namespace provision

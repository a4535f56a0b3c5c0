#include "bundles/trust/statement.h"

#include "absl/strings/str_cat.h"
#include "bundles/oci/content.h"
#include "bundles/oci/fields.h"
#include "bundles/oci/json.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr absl::string_view kTimeFormat = "%Y-%m-%dT%H:%M:%SZ";
constexpr absl::string_view kType = "https://in-toto.io/Statement/v1";
constexpr absl::string_view kPredicate = "urn:provision:bundle:v1";

Json Text(absl::string_view text) { return Json(std::string(text)); }

absl::Time TimeOf(const std::string& name, Fields* fields) {
  absl::Time time;
  if (!ParseTimeText(fields->Text(name), &time)) {
    fields->Fail(absl::StrCat("member \"", name, "\" is no time"));
  }
  return time;
}

absl::StatusOr<Statement> Parse(absl::string_view text) {
  PROVISION_ASSIGN_OR_RETURN(const Json value,
                             ParseCanonical(text, "statement"));
  Fields fields(value, "statement");
  if (fields.Text("_type") != kType) fields.Fail("unexpected type");
  if (fields.Text("predicateType") != kPredicate) {
    fields.Fail("unexpected predicate type");
  }
  const Json& subjects = fields.Array("subject");
  if (subjects.items().size() != 1) fields.Fail("not one subject");
  Fields predicate(fields.Object("predicate"), "statement");
  PROVISION_RETURN_IF_ERROR(fields.End());
  Statement statement;
  statement.bundle = predicate.Text("bundle");
  statement.version = predicate.Number("version");
  statement.expires = TimeOf("expires", &predicate);
  statement.signed_at = TimeOf("signedAt", &predicate);
  if (predicate.Text("format") != kFormatVersion) {
    predicate.Fail("another format");
  }
  PROVISION_RETURN_IF_ERROR(predicate.End());
  Fields subject(subjects.items().front(), "statement");
  if (subject.Text("name") != statement.bundle) {
    subject.Fail("the subject has another name");
  }
  Fields digest(subject.Object("digest"), "statement");
  PROVISION_RETURN_IF_ERROR(subject.End());
  statement.root_digest = digest.Text("sha256");
  PROVISION_RETURN_IF_ERROR(digest.End());
  return statement;
}

}  // namespace

std::string TimeText(absl::Time time) {
  return absl::FormatTime(kTimeFormat, time, absl::UTCTimeZone());
}

bool ParseTimeText(absl::string_view text, absl::Time* time) {
  std::string error;
  return absl::ParseTime(kTimeFormat, text, time, &error) &&
         TimeText(*time) == text;
}

std::string StatementText(const Statement& statement) {
  Json predicate;
  predicate["bundle"] = Json(statement.bundle);
  predicate["expires"] = Json(TimeText(statement.expires));
  predicate["format"] = Text(kFormatVersion);
  predicate["signedAt"] = Json(TimeText(statement.signed_at));
  predicate["version"] = Json(statement.version);
  Json digest;
  digest["sha256"] = Json(statement.root_digest);
  Json subject;
  subject["digest"] = digest;
  subject["name"] = Json(statement.bundle);
  Json out;
  out["_type"] = Text(kType);
  out["predicate"] = predicate;
  out["predicateType"] = Text(kPredicate);
  out["subject"] = Json(std::vector<Json>{subject});
  return CanonicalText(out);
}

absl::StatusOr<Statement> ParseStatement(absl::string_view text) {
  absl::StatusOr<Statement> statement = Parse(text);
  if (statement.ok()) return statement;
  return DiagnosticError(absl::StatusCode::kInvalidArgument, "trust/statement",
                         statement.status().message());
}

std::string SignedBytes(absl::string_view payload) {
  return absl::StrCat("DSSEv1 ", kPayloadType.size(), " ", kPayloadType, " ",
                      payload.size(), " ", payload);
}

}  // namespace provision

#ifndef PROVISION_CORE_FACTS_RECORD_PRIVACY_H_
#define PROVISION_CORE_FACTS_RECORD_PRIVACY_H_

// What of a host may be known by a provisioner, and what may stand in a record
// that is sent to somebody else (reliability.md 10).

#include "absl/strings/string_view.h"
#include "core/api/fact.pb.h"

namespace provision {

// Whether the name of a variable or of a key tells of a secret: "GITHUB_TOKEN",
// "mysql_pwd", "_authToken".
bool NamesSecret(absl::string_view name);

// `query` as it may stand in a record: without user information in URLs.
FactQuery RecordableQuery(const FactQuery& query);

// The answer to `query` as it may stand in a record. In texts, user information
// of URLs, private keys and the values of keys that NamesSecret become `***`; a
// file that holds nothing but secrets (~/.netrc, an SSH key) is NOT_RECORDED,
// its digest too. Bytes that are no text stay.
FactValue RecordableValue(const FactQuery& query, const FactValue& value);

}  // namespace provision

#endif  // PROVISION_CORE_FACTS_RECORD_PRIVACY_H_

#ifndef PROVISION_CORE_FACTS_NETWORK_FACTS_H_
#define PROVISION_CORE_FACTS_NETWORK_FACTS_H_

// The readers that use the network. Each ends within 10 s.

#include "core/api/fact.pb.h"
#include "core/base/http_client.h"
#include "core/base/system.h"

namespace provision {

// A body of another status than 200 is left out.
FactValue ReadHttpFact(System& system, HttpClient& http,
                       const FactQuery::HttpRead& query);

// Whether the system's certificates vouch for the host, and for those that it
// redirects to. The chain itself is not in the answer: the client keeps none.
FactValue ReadTlsFact(System& system, HttpClient& http,
                      const FactQuery::TlsProbe& query);

FactValue ReadNameFact(const FactQuery::NameResolution& query);

}  // namespace provision

#endif  // PROVISION_CORE_FACTS_NETWORK_FACTS_H_

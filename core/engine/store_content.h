#ifndef PROVISION_CORE_ENGINE_STORE_CONTENT_H_
#define PROVISION_CORE_ENGINE_STORE_CONTENT_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "core/api/action.pb.h"
#include "core/base/system.h"

namespace provision {

// What the artifact store had when it was looked at: nothing if it is not there
// or cannot be read. Nothing is hashed.
class StoreContent {
 public:
  StoreContent(System& system, absl::string_view path);

  // Is there nothing left to fetch? Never of what has no digest.
  bool Has(const Fetch& fetch) const;
  // Of an artifact that is there; else 0.
  uint64_t SizeOf(const std::string& sha256) const;
  // How much of it came before its fetch was ended.
  uint64_t PartOf(const Fetch& fetch) const;

 private:
  std::map<std::string, uint64_t> whole_;
  std::map<std::string, uint64_t> parts_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_STORE_CONTENT_H_

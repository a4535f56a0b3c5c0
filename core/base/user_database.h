#ifndef PROVISION_CORE_BASE_USER_DATABASE_H_
#define PROVISION_CORE_BASE_USER_DATABASE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace provision {

// Users and groups as the name service of this machine knows them.

struct UserEntry {
  uint32_t uid = 0;
  std::string name;
  std::string home;
};

absl::optional<UserEntry> UserByName(absl::string_view name);
absl::optional<UserEntry> UserById(uint32_t uid);
absl::optional<uint32_t> GroupIdByName(absl::string_view name);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_USER_DATABASE_H_

#ifndef PROVISION_CORE_BASE_VERSION_H_
#define PROVISION_CORE_BASE_VERSION_H_

namespace provision {

// The version of this program; also what tells builds apart in journals.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace provision

#endif  // PROVISION_CORE_BASE_VERSION_H_

#ifndef PROVISION_CORE_BASE_STATUS_MACROS_H_
#define PROVISION_CORE_BASE_STATUS_MACROS_H_

// Early return on error, until Abseil's own macros are in Debian.
//
//   PROVISION_RETURN_IF_ERROR(journal.Append(record));
//   PROVISION_ASSIGN_OR_RETURN(std::string text, system.ReadFile(path, kMax));

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define PROVISION_RETURN_IF_ERROR(expr)                                   \
  do {                                                                    \
    if (absl::Status provision_status = (expr); !provision_status.ok()) { \
      return provision_status;                                            \
    }                                                                     \
  } while (false)

#define PROVISION_MACRO_CONCAT_INNER(a, b) a##b
#define PROVISION_MACRO_CONCAT(a, b) PROVISION_MACRO_CONCAT_INNER(a, b)

#define PROVISION_ASSIGN_OR_RETURN(lhs, expr) \
  PROVISION_ASSIGN_OR_RETURN_IMPL(            \
      PROVISION_MACRO_CONCAT(provision_statusor_, __LINE__), lhs, expr)

#define PROVISION_ASSIGN_OR_RETURN_IMPL(statusor, lhs, expr) \
  auto statusor = (expr);                                    \
  if (!statusor.ok()) return statusor.status();              \
  lhs = *std::move(statusor)

#endif  // PROVISION_CORE_BASE_STATUS_MACROS_H_

#ifndef PROVISION_BUNDLES_OCI_BUNDLE_FORMAT_H_
#define PROVISION_BUNDLES_OCI_BUNDLE_FORMAT_H_

#include <memory>

#include "core/api/bundle.h"

namespace provision {

// Format 1.0: an OCI image layout in a predicted tar (bundles/format.md).
std::unique_ptr<BundleFormat> NewBundleFormat();

}  // namespace provision

#endif  // PROVISION_BUNDLES_OCI_BUNDLE_FORMAT_H_

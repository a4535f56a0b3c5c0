#ifndef PROVISION_CORE_TESTING_THREADED_PLUGIN_H_
#define PROVISION_CORE_TESTING_THREADED_PLUGIN_H_

#include <memory>

#include "core/api/provisioner.h"
#include "core/plugin/plugin_connection.h"

namespace provision {

// The same provisioner behind the wire: served by a thread of its own, with
// bytes alone between. Without a process, so that a test can do it thousands of
// times.
std::unique_ptr<Provisioner> OverTheWire(
    std::unique_ptr<Provisioner> provisioner);

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_THREADED_PLUGIN_H_

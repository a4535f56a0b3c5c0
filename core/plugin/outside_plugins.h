#ifndef PROVISION_CORE_PLUGIN_OUTSIDE_PLUGINS_H_
#define PROVISION_CORE_PLUGIN_OUTSIDE_PLUGINS_H_

// Plugins from outside as provisioners.

#include <map>
#include <string>
#include <vector>

#include "core/plugin/found_plugin.h"
#include "core/plugin/registry.h"

namespace provision {

struct PluginUse {
  // Nothing is started: configs are judged by their schema alone.
  bool starts_none = false;
  // Of the processes, beyond what every plugin has.
  std::map<std::string, std::string> environment = {};
};

// `linked` and, beside them, a provisioner for each config of those `plugins`
// whose status is OK. Processes are started when one is first asked, from the
// very bytes that the manifest pins, else `plugin/changed`. A plugin whose
// schema cannot be taken in gets the status `plugin/descriptors`. A step that
// wants one that is not used is told its status.
Registry WithPlugins(const Registry& linked, std::vector<FoundPlugin>& plugins,
                     const PluginUse& use);

}  // namespace provision

#endif  // PROVISION_CORE_PLUGIN_OUTSIDE_PLUGINS_H_

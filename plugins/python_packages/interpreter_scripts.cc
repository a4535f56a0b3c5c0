#include "plugins/python_packages/interpreter_scripts.h"

namespace provision {

const char kDescribeInterpreterScript[] =
    R"py(import json, os, platform, sys, sysconfig
v = sys.implementation.version
kind = v.releaselevel
full = "%d.%d.%d" % v[:3] + ("" if kind == "final" else kind[0] + str(v.serial))
print(json.dumps({
    "markers": {
        "implementation_name": sys.implementation.name,
        "implementation_version": full,
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    },
    "purelib": sysconfig.get_path("purelib"),
    "platlib": sysconfig.get_path("platlib"),
    "virtual": sys.prefix != sys.base_prefix,
}, sort_keys=True))
)py";

const char kImportDistributionsScript[] =
    R"py(import csv, importlib, io, os, re, sys
def normal(name):
    return re.sub("[-_.]+", "-", name).lower()
found = {}
for site in sys.path:
    for entry in os.listdir(site) if os.path.isdir(site) else []:
        if entry.endswith(".dist-info"):
            name = normal(entry[:-10].rsplit("-", 1)[0])
            found.setdefault(name, os.path.join(site, entry))
def modules(info):
    with io.open(os.path.join(info, "RECORD"), encoding="utf-8", newline="") as f:
        paths = [row[0].split("/") for row in csv.reader(f) if row]
    names = set()
    for path in paths:
        if len(path) == 2 and path[1] == "__init__.py":
            names.add(path[0])
        elif len(path) == 1 and re.match(r"\w+(\.[\w-]+)?\.(py|so|pyd)$", path[0]):
            names.add(path[0].split(".")[0])
    return {n for n in names if n.isidentifier() and not n.startswith("_")}
failed = False
# setuptools replaces distutils and wants to be there first.
for wanted in sorted(sys.argv[1:], key=lambda n: normal(n) != "setuptools"):
    try:
        names = modules(found[normal(wanted)])
        same = [n for n in names if normal(n) == normal(wanted)]
        for name in sorted(same or names):
            importlib.import_module(name)
    except KeyError:
        failed = True
        sys.stderr.write("%s: not installed\n" % wanted)
    except BaseException as error:
        failed = True
        sys.stderr.write("%s: %s: %s\n" % (wanted, type(error).__name__, error))
sys.exit(1 if failed else 0)
)py";

}  // namespace provision

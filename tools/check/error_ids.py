#!/usr/bin/env python3
"""Every error id that the files given hold has its long form in the catalog, and the catalog has no other.

Reads the catalog and C++ sources, prints one line per fault, and exits 1 if there is any. An id is a literal
`area/name` whose area the catalog knows; a provisioner gives some of these, too. Of its own the area is its name, and
the catalog is the enum `Diagnostics.Id` of plugins/NAME/NAME.proto.
"""

import re
import sys

CATALOG = "core/cli/error_catalog.cc"
ID = re.compile(r'"([a-z_]+)/([a-z0-9-]+)"')


def ids(text):
    return {match.group(0).strip('"'): match.group(1) for match in ID.finditer(text)}


def faults(catalog, sources):
    """`sources` holds the text of each path. Yields what is wrong."""
    explained = ids(catalog)
    areas = set(explained.values())
    given = {}
    for path, text in sources.items():
        for error, area in ids(text).items():
            if area in areas:
                given.setdefault(error, path)
    for error in sorted(given.keys() - explained.keys()):
        yield f"{given[error]}: {error} has no long form in {CATALOG}"
    for error in sorted(explained.keys() - given.keys()):
        yield f"{CATALOG}: {error} is given nowhere"


def proto_ids(name, text):
    """The ids of a provisioner's enum; every value has a comment."""
    enum = re.search(r"message Diagnostics \{\s*enum Id \{(.*?)\}", text, re.DOTALL)
    values = re.findall(r"^ *// .*\n *([A-Z0-9_]+) = \d+;", enum.group(1) if enum else "", re.MULTILINE)
    return {f"{name}/{value.lower().replace('_', '-')}" for value in values}


def plugin_faults(sources):
    """`sources` holds the text of each file of the provisioners. Yields what is wrong."""
    for name in sorted({path.split("/")[1] for path in sources}):
        proto = f"plugins/{name}/{name}.proto"
        explained = proto_ids(name, sources.get(proto, ""))
        own = [text for path, text in sources.items() if path.startswith(f"plugins/{name}/") and path != proto]
        given = {error for text in own for error, area in ids(text).items() if area == name}
        for error in sorted(given - explained):
            yield f"{proto}: {error} has no value with a comment in Diagnostics.Id"
        for error in sorted(explained - given):
            yield f"{proto}: {error} is given nowhere"


def read_file(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def main():
    paths = [path for path in sys.argv[1:] if path != CATALOG]
    texts = {path: read_file(path) for path in paths}
    plugins = {path: text for path, text in texts.items() if path.startswith("plugins/")}
    found = list(faults(read_file(CATALOG), texts))
    found += plugin_faults(plugins)
    for fault in found:
        print(fault)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

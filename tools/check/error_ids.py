#!/usr/bin/env python3
"""Every error id that the files given hold has its long form in the catalog, and the catalog has no other.

Reads the catalog and C++ sources, prints one line per fault, and exits 1 if there is any. An id is a literal
`area/name` whose area the catalog knows: what a provisioner gives under its own name is its README's.
"""

import re
import sys

CATALOG = "core/cli/error_catalog.cc"
ID = re.compile(r'"([a-z]+)/([a-z0-9-]+)"')


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


def read_file(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def main():
    paths = [path for path in sys.argv[1:] if path != CATALOG]
    found = list(faults(read_file(CATALOG), {path: read_file(path) for path in paths}))
    for fault in found:
        print(fault)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes plugins/python/build_table.cc from uv's list of CPython builds.

    tools/python/make_build_table.py download-metadata.json > plugins/python/build_table.cc

Run by hand when there is a newer list. Kept are the plain final builds for Linux on
x86_64 (baseline) and aarch64, with glibc and musl; what else the list holds is counted
in the table's comment. Addresses are dropped: where builds come from is said by a plan.
"""

import json
import re
import sys
import textwrap
import urllib.parse

HEADER = """\
// Made by tools/python/make_build_table.py; do not edit.
// clang-format off
%(origin)s
#include "plugins/python/build_table.h"

namespace provision {

const char kBuildTableDate[] = "%(date)s";

// VERSION MACHINE-LIBC BUILD/ARCHIVE SHA256, sorted.
const char kBuildTable[] =
"""
ORIGIN = """From download-metadata.json of astral-sh/uv (MIT or Apache-2.0), which lists the builds
of python-build-standalone. Newest build %(newest)s; of %(all)d builds %(kept)d are kept. Dropped: %(dropped)s."""


def why_dropped(record):
    if record["name"] != "cpython":
        return "other implementations"
    if record["os"] != "linux" or record["arch"]["family"] not in ("x86_64", "aarch64"):
        return "other platforms"
    if record["prerelease"]:
        return "pre-releases"
    if record["variant"]:
        return "debug and free-threaded builds"
    if record["arch"]["variant"]:
        return "builds for newer processors"
    if not record["sha256"]:
        return "builds without a digest"
    return None


def main():
    records = json.load(open(sys.argv[1], encoding="utf-8"))
    rows = []
    dropped = {}
    for key, record in records.items():
        why = why_dropped(record)
        if why:
            dropped[why] = dropped.get(why, 0) + 1
            continue
        build, name = urllib.parse.unquote(record["url"]).split("/")[-2:]
        version = (record["major"], record["minor"], record["patch"])
        if build != record["build"] or not re.fullmatch("[0-9a-f]{64}", record["sha256"]):
            sys.exit("%s: its build or its digest is not as in the others" % key)
        target = record["arch"]["family"] + "-" + record["libc"]
        rows.append((target, version, build, "%d.%d.%d %s %s/%s %s" % (
            *version, target, build, name, record["sha256"])))
    newest = max(row[2] for row in rows)
    origin = ORIGIN % {
        "newest": newest,
        "kept": len(rows),
        "all": len(records),
        "dropped": ", ".join("%d %s" % (n, why) for why, n in sorted(dropped.items())),
    }
    sys.stdout.write(HEADER % {
        "origin": "\n".join("// " + line for line in textwrap.wrap(origin, 77)),
        "date": newest[:4] + "-" + newest[4:6],
    })
    for *_, line in sorted(rows):
        sys.stdout.write('    "%s\\n"\n' % line)
    sys.stdout.write("    ;\n\n}  // namespace provision\n")


main()

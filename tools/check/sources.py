#!/usr/bin/env python3
"""The rules of CONTRIBUTING.md and docs/architecture.md that the text of a file shows.

Reads the files given, paths relative to the root, and prints one line per fault; exits 1 if there is any.
"""

import hashlib
import re
import sys

# A library's header, and who may include it.
INCLUDERS = {
    "openssl/": ("core/base/crypto.cc", "core/base/signing.cc"),
    "archive.h": ("bundles/archive_reader.cc",),
    "archive_entry.h": ("bundles/archive_reader.cc",),
    "curl/": ("core/base/libcurl.h",),
}
# Headers by which code reaches the operating system, and who may.
SYSTEM = re.compile(
    r"(dirent|fcntl|grp|poll|pwd|sched|signal|spawn|unistd)\.h$|(sys|linux|arpa|netinet)/|(filesystem|fstream)$"
)
SYSTEM_INCLUDERS = (
    "core/base/",
    "core/testing/",
    "core/host/packaging_vectors.cc",  # for tests: reads their data
)
SYSTEM_RULED = ("core/", "plugins/", "bundles/")

LANGUAGE = {
    r"\busing namespace\b": "name what you use",
    r"\bthrow\b": "return a Status",
    r"\bdynamic_cast\b": "no run-time type casts",
    r"\bsleep_for\b": "wait for the event",
}
MACHINE_PATH = re.compile(r"(^|[\s\"'=(])/(work|root)/")
# Package registries, by the first 16 digits of the SHA-256 of their names: which one is used is the
# host's own configuration or the plan's, so none is written down, not even here.
REGISTRIES = set(
    """a4aa2ac280bb8d1a c899567ee9068517 8b5bb5eb9d758455 789e46d79514e280 3d01f3609be82d98
    eb7e11c7f9ecbcf4 00a7dc5a0cc38858 9da5f32d96412512 0dc11026ac75c015 8743857e3ea00fd1
    317d2d52829b7812 43c04ed1dabe979b e680c440a2e92079 1ba4e37997a2e986 2e97613f5a81eaa4""".split()
)
INCLUDE = re.compile(r'#\s*include\s*[<"]([^>"]+)[>"]')


def faults(path, text):
    """Yields (line, what is wrong)."""
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if MACHINE_PATH.search(line) and not path.endswith((".textproto", ".json")):
            yield number, "a path of somebody's machine"
        for name in re.findall(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", line.lower()):
            if hashlib.sha256(name.encode()).hexdigest()[:16] in REGISTRIES:
                yield number, "a package registry's host: it comes from the plan or the host's configuration"
    if path.endswith((".cc", ".h")):
        yield from cc_faults(path, lines)


def cc_faults(path, lines):
    for number, line in enumerate(lines, 1):
        code = line.split("//")[0]
        for pattern, instead in LANGUAGE.items():
            if re.search(pattern, re.sub(r'"(\\.|[^"\\])*"', '""', code)):
                yield number, f"{line.strip()[:40]}: {instead}"
        if re.search(r"\bTODO(?!\()", line):
            yield number, "TODO(issue): say which"
        match = INCLUDE.match(line)
        if match:
            yield from include_faults(path, number, match.group(1))
    if path.endswith(".h"):
        yield from header_faults(path, lines)


def include_faults(path, number, header):
    for prefix, includers in INCLUDERS.items():
        if header.startswith(prefix) and path not in includers:
            yield number, f"only {' and '.join(includers)} includes {header}"
    if (
        SYSTEM.match(header)
        and path.startswith(SYSTEM_RULED)
        and not path.startswith(SYSTEM_INCLUDERS)
        and not path.endswith("_test.cc")
    ):
        yield number, f"{header}: only core/base speaks to the operating system; use System"


def header_faults(path, lines):
    guard = "PROVISION_" + re.sub(r"[^A-Z0-9]", "_", path.upper()) + "_"
    if f"#ifndef {guard}" not in lines or f"#define {guard}" not in lines:
        yield 1, f"its guard is {guard}"
    if not any(line.startswith("//") for line in lines[:40]):
        yield 1, "it begins with what it is for"


def main():
    bad = 0
    for path in sys.argv[1:]:
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read()
        except UnicodeDecodeError:
            continue  # a binary sample
        for line, fault in faults(path, text):
            print(f"{path}:{line}: {fault}")
            bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())

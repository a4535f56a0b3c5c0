"""Packs the interpreter that runs it as builds are packed, and lists it for a mirror.

    python3 pack_interpreter.py FOLDER

Makes FOLDER/build.tar.gz, with everything below `python/`, and FOLDER/builds.json in the
format of uv's download-metadata.json; prints the list's SHA-256. Left out are packages of
others, tests and caches. Only for an interpreter without absolute run paths, such as Debian's.
"""

import hashlib
import json
import os
import platform
import sys
import sysconfig
import tarfile

LEFT_OUT = {"__pycache__", "test", "tests", "idlelib", "site-packages", "dist-packages",
            "ensurepip", "EXTERNALLY-MANAGED"}


def plain(entry):
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    return entry


def add_tree(archive, source, name):
    archive.add(source, name, recursive=False, filter=plain)
    for entry in sorted(os.listdir(source)):
        path = os.path.join(source, entry)
        if entry in LEFT_OUT:
            continue
        if os.path.isdir(path):
            add_tree(archive, os.path.realpath(path), name + "/" + entry)
        elif os.path.isfile(path):
            archive.add(os.path.realpath(path), name + "/" + entry, filter=plain)


def main():
    folder = sys.argv[1]
    os.makedirs(folder)
    minor = "%d.%d" % sys.version_info[:2]
    path = os.path.join(folder, "build.tar.gz")
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT, compresslevel=1) as archive:
        program = os.path.realpath(sys.executable)
        archive.add(program, "python/bin/python" + minor, filter=plain)
        add_tree(archive, sysconfig.get_path("stdlib"), "python/lib/python" + minor)
    with open(path, "rb") as archive:
        digest = hashlib.sha256(archive.read()).hexdigest()
    text = json.dumps({"build": {
        "name": "cpython", "arch": {"family": platform.machine(), "variant": None},
        "os": "linux", "libc": "gnu", "major": sys.version_info[0], "minor": sys.version_info[1],
        "patch": sys.version_info[2], "prerelease": "", "variant": None, "url": "build.tar.gz",
        "sha256": digest}})
    with open(os.path.join(folder, "builds.json"), "w") as listing:
        listing.write(text)
    print(hashlib.sha256(text.encode()).hexdigest())


main()

#!/usr/bin/env python3
"""Archives of daily use are accepted, and hold for us what Python's own readers see in them."""

import collections
import hashlib
import os
import posixpath
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from tools.archives.real_archives import real_archives


def content_of_tar(path):
    """Path -> digest of a file, or the target of a link; a hard link is a copy."""
    content = {}
    with tarfile.open(path) as tar:
        for member in tar:
            name = posixpath.normpath(member.name)
            if member.issym():
                content[name] = "-> " + member.linkname
            elif member.isreg() or member.islnk():
                content[name] = hashlib.sha256(tar.extractfile(member).read()).hexdigest()
    return content


def content_of_zip(path):
    with zipfile.ZipFile(path) as archive:
        files = [name for name in archive.namelist() if not name.endswith("/")]
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in files}


def content_of_folder(folder):
    content = {}
    for parent, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(parent, name)
            if os.path.islink(path):
                content[os.path.relpath(path, folder)] = "-> " + os.readlink(path)
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    content[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
    return content


class RealArchivesTest(unittest.TestCase):
    def test_all_are_accepted_and_hold_what_others_see(self):
        archives = real_archives()
        kinds = collections.Counter()
        for name in sorted(os.listdir(archives)):
            with self.subTest(name):
                path = os.path.join(archives, name)
                folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
                self.addCleanup(shutil.rmtree, folder)
                done = subprocess.run([cases.argument(0), path, folder], capture_output=True, text=True)
                print(f"{name}: {done.stdout.strip()}")
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                read = content_of_zip if name.endswith(".whl") else content_of_tar
                self.assertEqual(content_of_folder(folder), read(path))
                kinds[name.split("-")[0]] += 1
        print(dict(kinds))
        self.assertGreaterEqual(kinds.total(), 60)
        for kind in ("wheel", "sdist", "npm", "crate", "debian"):
            self.assertGreaterEqual(kinds[kind], 10, kind)


cases.main()

#!/usr/bin/env python3
"""Wheels of daily use become, file by file, what uv makes of them; pip agrees and can take them out.

usage: real_wheels_test.py INSTALL [WHEELS]     default: a small sample; tools/wheels/popular gives a large one
"""

import csv
import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from tools.archives.real_archives import real_archives
from tools.bench import rivals
from tools.wheels.action import action_text, describe, fill_store

# What every installer writes for itself.
OWN = re.compile(r"\.dist-info/(INSTALLER|REQUESTED|RECORD|uv_cache\.json|direct_url\.json)$")


def tree_of(environment):
    """Path -> (mode, digest; of a RECORD its content), without what the environment itself has."""
    tree = {}
    for parent, _, files in os.walk(environment):
        for name in files:
            path = os.path.join(parent, name)
            relative = os.path.relpath(path, environment)
            if os.path.islink(path) or relative in ("pyvenv.cfg", ".lock", ".gitignore") or "/__pycache__/" in relative:
                continue
            with open(path, "rb") as file:
                content = file.read()
            if not relative.endswith(".dist-info/RECORD"):
                content = hashlib.sha256(content).digest()
            tree[relative] = (stat.S_IMODE(os.stat(path).st_mode) & 0o111, content)
    return tree


def records_of(tree, left_out):
    """RECORD -> set of its rows but for what installers write themselves, for scripts, and for the paths left out."""
    records = {}
    for path, (_, content) in tree.items():
        if not path.endswith(".dist-info/RECORD"):
            continue
        site = os.path.dirname(os.path.dirname(path))
        records[path] = set()
        for row in csv.reader(content.decode().splitlines()):
            place = os.path.normpath(os.path.join(site, row[0]))
            if not OWN.search(row[0]) and "/bin/" not in row[0] and place not in left_out:
                records[path].add(tuple(row))
    return records


def sample():
    """A few wheels, pinned; not all that they need. Path -> name."""
    archives = real_archives()
    names = [name for name in sorted(os.listdir(archives)) if name.startswith("wheel-")]
    return {os.path.join(archives, name): name[len("wheel-") :] for name in names}


def wheels_of(folder):
    return {os.path.join(folder, name): name for name in sorted(os.listdir(folder)) if name.endswith(".whl")}


class RealWheelsTest(unittest.TestCase):
    def setUp(self):
        wheels = wheels_of(cases.argument(1)) if len(cases.ARGUMENTS) > 1 else sample()
        self.folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.wheels = os.path.join(self.folder, "wheels")
        os.mkdir(self.wheels)
        self.names = {}
        for source, name in wheels.items():
            path = os.path.join(self.wheels, name)
            shutil.copy(source, path)
            self.names[path] = name
        self.python = shutil.which("python3")
        self.description = describe(self.python)
        self.store = os.path.join(self.folder, "store")
        self.digests = fill_store(self.store, self.names)

    def environment(self, name):
        path = os.path.join(self.folder, name)
        subprocess.run([self.python, "-m", "venv", "--without-pip", path], check=True)
        for entry in os.listdir(os.path.join(path, "bin")):
            if entry.lower().startswith("activate"):
                os.remove(os.path.join(path, "bin", entry))
        return path

    def install(self, environment, remove=()):
        text = action_text(environment, self.description, self.digests, self.names, remove)
        action = os.path.join(self.folder, "action.textproto")
        with open(action, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([cases.argument(0), action, self.store], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def pip(self, environment, *words):
        pip = [self.python, "-m", "pip", "--python", os.path.join(environment, "bin", "python")]
        done = subprocess.run([*pip, "--disable-pip-version-check", "--no-input", *words], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def uv(self):
        try:
            return rivals.uv()
        except SystemExit as error:
            raise unittest.SkipTest(f"the client of a registry brought nothing: {error}") from error

    def test_the_tree_is_uvs(self):
        uv = self.uv()
        ours, theirs = self.environment("ours"), self.environment("theirs")
        # Of what two wheels bring, ours is the last one's by name, uv's whichever it wrote last.
        disputed = set(re.findall(r"^(.*): that of \S+ is taken, not that of \S+$", self.install(ours), re.M))
        words = [uv, "pip", "install", "--offline", "--no-index", "--no-deps", "--no-config", "--link-mode", "copy"]
        words += ["--cache-dir", os.path.join(self.folder, "cache"), "--python", os.path.join(theirs, "bin", "python")]
        subprocess.run(words + sorted(self.names), check=True, capture_output=True)
        mine, uvs = tree_of(ours), tree_of(theirs)
        skipped = disputed | {path for path in (*mine, *uvs) if OWN.search(path)}
        # uv, as pip, knows of one wheel by its name: it adds a script that names the version.
        skipped |= {path for path in uvs if re.fullmatch(r"bin/pip3\.\d+", path)}
        self.assertEqual((set(mine) ^ set(uvs)) - skipped, set())
        for path in sorted(set(mine) - skipped):
            self.assertEqual(mine[path][0], uvs[path][0], path)
            if not path.startswith("bin/"):
                self.assertEqual(mine[path][1], uvs[path][1], path)
        self.assertEqual(records_of(mine, disputed), records_of(uvs, disputed))
        print(f"{len(self.names)} wheels, {len(mine)} files, {len(disputed)} brought twice with two contents")
        self.assertGreaterEqual(len(self.names), 10)

    def test_pip_agrees_and_takes_out(self):
        environment = self.environment("env")
        before = set(tree_of(environment))
        self.install(environment)
        # What some of them require may not be among them; of what is there, all fits.
        for line in self.pip(environment, "check")[1].splitlines():
            self.assertRegex(line, "which is not installed.$|^No broken requirements found.$")
        words = [self.uv(), "pip", "check", "--no-config", "--python", os.path.join(environment, "bin", "python")]
        for line in subprocess.run(words, capture_output=True, text=True).stderr.splitlines():
            self.assertNotRegex(line, "is installed|[Cc]ould not|error")
        for script, word in (("normalizer", "--version"), ("pygmentize", "-V"), ("tqdm", "--version"), ("wheel", "version")):
            if os.path.exists(os.path.join(environment, "bin", script)):
                subprocess.run([os.path.join(environment, "bin", script), word], check=True, capture_output=True)
        code, said = self.pip(environment, "uninstall", "--yes", *(name.split("-")[0] for name in self.names.values()))
        self.assertEqual(code, 0, said)
        self.assertEqual(set(tree_of(environment)) - before, set())

    def test_a_second_time_nothing_is_done_and_damage_is_mended(self):
        environment = self.environment("env")
        self.install(environment)
        before = tree_of(environment)
        self.assertEqual(self.install(environment).split()[0], "audit")
        self.assertNotIn("perform", self.install(environment))
        click = next(path for path in before if path.endswith("/click/core.py"))
        os.remove(os.path.join(environment, click))
        folder = next(p.split("/")[-2] for p in before if re.search(r"/click-[^/]*/RECORD$", p))
        self.assertIn("perform", self.install(environment, [folder]))
        self.assertEqual(tree_of(environment), before)


cases.main()

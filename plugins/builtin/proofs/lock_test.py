#!/usr/bin/env python3
"""A real application, locked for four targets and installed from the lock: uv and pip agree.

With PROVISION_LOCK_APPLICATION=1 it is one of some 65 distributions, some 160 MB; else a small one. Downloads are kept
in the user's cache, for each run would be a load on others.
"""

import json
import os
import pwd
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.getcwd())
from pip._vendor.packaging.markers import Marker

from plugins.builtin.proofs import cases
from plugins.builtin.proofs.stage import HOME, Stage
from tools.bench import rivals

SMALL = ["requests", "sqlalchemy", "fastapi", "click", "jinja2"]
LARGE = SMALL + (
    "numpy pandas scipy scikit-learn django matplotlib pillow lxml cryptography pydantic httpx uvicorn aiohttp redis "
    "pyyaml psycopg2-binary alembic rich"
).split()
MODULES = {"pillow": "PIL.Image", "scikit-learn": "sklearn", "psycopg2-binary": "psycopg2", "pyyaml": "yaml"}
# Of CPython 3.11.2 there, by the names of markers.
TARGETS = {
    "debian-12/amd64": ("posix", "linux", "Linux", "x86_64"),
    "debian-12/arm64": ("posix", "linux", "Linux", "aarch64"),
    "macos-14/arm64": ("posix", "darwin", "Darwin", "arm64"),
    "windows-11/amd64": ("nt", "win32", "Windows", "AMD64"),
}
PYTHON = "3.11.2"
PLAN = """name: "application"
step {
  name: "python"
  [provision.python] { version: "3.11" ladder: [SYSTEM] environment: ".venv" }
}
step {
  name: "packages"
  after: "python"
  [provision.python_packages] { environment: ".venv" requirements: "requirements.txt" python_version: "PYTHON" }
}
"""


def markers_of(target):
    os_name, platform, system, machine = TARGETS[target]
    return {
        "os_name": os_name,
        "sys_platform": platform,
        "platform_system": system,
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "implementation_version": PYTHON,
        "python_version": "3.11",
        "python_full_version": PYTHON,
        "extra": "",
    }


def artifacts_of(lock):
    """(name, version, file, targets) of each artifact in the text of a lock."""
    for block in re.findall(r"^artifact \{\n(.*?)^\}", lock, re.MULTILINE | re.DOTALL):
        field = dict(re.findall(r'^  (name|version|file): "(.*)"$', block, re.MULTILINE))
        yield field["name"], field["version"], field["file"], re.findall(r'^  target: "(.*)"$', block, re.MULTILINE)


class LockTest(unittest.TestCase):
    def setUp(self):
        if not os.path.exists("/usr/bin/python3.11"):
            raise unittest.SkipTest("there is no /usr/bin/python3.11")
        self.names = LARGE if os.environ.get("PROVISION_LOCK_APPLICATION") == "1" else SMALL
        self.uv = rivals.uv()
        self.stage = Stage(self)
        self.cache = cache = os.path.join(pwd.getpwuid(os.getuid()).pw_dir, ".cache", "provision-tests", "lock")
        for name in ("store", "uv"):
            os.makedirs(os.path.join(cache, name), exist_ok=True)
        # uv alone: the Python that it came with is not to be found.
        os.mkdir(os.path.join(self.stage.home, "tools"))
        os.symlink(self.uv, os.path.join(self.stage.home, "tools", "uv"))
        self.stage.environment["PATH"] = HOME + "/tools:/usr/bin:/bin"
        os.mkdir(os.path.join(self.stage.home, "kept"))
        self.stage.mounts = [f"mount --bind {cache} {HOME}/kept", f"mount -o remount,bind,rw {HOME}/kept"]
        self.stage.environment["PROVISION_STORE"] = HOME + "/kept/store"
        self.stage.environment["UV_CACHE_DIR"] = HOME + "/kept/uv"
        self.stage.environment["TMPDIR"] = HOME  # no other place can be written to
        self.stage.write("plan.textproto", PLAN.replace("PYTHON", PYTHON))
        self.stage.write("requirements.txt", "\n".join(self.names) + "\n")

    def run_stage(self, *words, code=0):
        outcome = self.stage.run(*words)
        self.assertEqual(outcome.code, code, outcome)
        return outcome.out + outcome.err

    def lock(self):
        self.run_stage("lock", "plan.textproto", *(word for target in TARGETS for word in ("--target", target)))
        return self.stage.read("plan.lock.textproto")

    def universal(self):
        """What uv's own universal resolution says: (name, version, marker or None)."""
        self.stage.write("again.txt", "\n".join(self.names) + "\n")
        words = [self.uv, "pip", "compile", "--universal", "--no-header", "--no-annotate", "--only-binary", ":all:"]
        words += ["--python-version", PYTHON, self.stage.path("again.txt")]
        trusting = {**os.environ, "UV_SYSTEM_CERTS": "true", "UV_CACHE_DIR": os.path.join(self.cache, "uv")}
        done = subprocess.run(words, capture_output=True, text=True, env=trusting)
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in done.stdout.splitlines():
            requirement, _, marker = line.partition(" ; ")
            name, version = requirement.split("==")
            yield name.split("[")[0], version, Marker(marker) if marker else None

    def test_four_targets_are_those_of_uv(self):
        locked = list(artifacts_of(self.lock()))
        universal = list(self.universal())
        self.assertGreaterEqual(len(universal), len(self.names))
        for target in TARGETS:
            ours = {(name, version) for name, version, _, targets in locked if target in targets}
            environment = markers_of(target)
            theirs = {(name, version) for name, version, marker in universal if not marker or marker.evaluate(environment)}
            self.assertEqual(ours, theirs, target)
        text = self.stage.read("plan.lock.textproto")
        self.run_stage("lock", "plan.textproto", "--check", "--offline")
        self.assertEqual(self.stage.read("plan.lock.textproto"), text)

    def test_it_is_installed_from_the_lock_and_mended_alone(self):
        self.lock()
        self.assertIn("Converged: 2 changed", self.run_stage("apply", "plan.textproto"))
        modules = ", ".join(MODULES.get(name, name) for name in self.names)
        self.stage.shell(f".venv/bin/python -c 'import {modules}'")
        pip = ["/usr/bin/python3.11", "-m", "pip"]
        python = self.stage.path(".venv/bin/python")
        checked = subprocess.run([*pip, "--python", python, "check"], capture_output=True, text=True)
        self.assertEqual((checked.returncode, checked.stdout), (0, "No broken requirements found.\n"))
        self.assertIn("Converged: nothing to do. 0 actions", self.run_stage("apply", "plan.textproto"))

        site = self.stage.path(".venv/lib/python3.11/site-packages")
        lost = os.path.join(site, "requests", "api.py")
        other = os.stat(os.path.join(site, "click", "core.py"))
        os.remove(lost)
        self.run_stage("apply", "plan.textproto")
        self.assertTrue(os.path.exists(lost))
        self.assertEqual(os.stat(os.path.join(site, "click", "core.py")).st_ino, other.st_ino)
        self.assertIn("Converged: nothing to do. 0 actions", self.run_stage("apply", "plan.textproto"))

    def test_what_changed_since_the_lock_is_refused(self):
        self.lock()
        self.run_stage("apply", "plan.textproto")
        self.stage.write("requirements.txt", "\n".join([*self.names, "tqdm"]) + "\n")
        self.assertIn("lock/stale", self.run_stage("apply", "plan.textproto", code=1))
        self.run_stage("lock", "plan.textproto", "--check", code=2)
        answer = json.loads(self.stage.run("lock", "plan.textproto", "--json").out)
        self.assertTrue(answer["changed"])
        self.assertIn("Converged: 1 changed", self.run_stage("apply", "plan.textproto"))


if __name__ == "__main__":
    cases.main()

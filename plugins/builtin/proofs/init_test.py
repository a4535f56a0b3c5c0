#!/usr/bin/env python3
"""`provision init` on projects as people have them: its plan is valid everywhere, and where `apply` follows, imports work."""

import base64
import hashlib
import os
import re
import shutil
import sys
import unittest
import zipfile

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.index import Index, quickstart_wheels
from plugins.builtin.proofs.stage import Stage

PROJECTS = "testdata/projects"
# Distributions of the fixtures that no index has: name, version.
MADE = [("alpha", "1.0"), ("beta", "1.0"), ("delta", "0.3"), ("epsilon", "2.0"), ("django", "5.0.1")]


def make_wheel(folder, name, version):
    """A wheel with one module that knows its version."""
    info = f"{name}-{version}.dist-info"
    extra = "Provides-Extra: fast\n" if name == "epsilon" else ""
    files = {
        f"{name}/__init__.py": f"__version__ = {version!r}\n\ndef get_version():\n    return __version__\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{extra}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
    with zipfile.ZipFile(os.path.join(folder, f"{name}-{version}-py3-none-any.whl"), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)


class InitTest(unittest.TestCase):
    def new_project(self, name):
        stage = Stage(self)
        shutil.copytree(os.path.join(PROJECTS, name), stage.work, dirs_exist_ok=True)
        return stage

    def init(self, name):
        stage = self.new_project(name)
        outcome = stage.run("init")
        self.assertEqual(outcome.code, 0, outcome)
        self.assertRegex(outcome.out, r"\nnext: provision plan plan.textproto( --all-environments)?\n")
        return stage

    def expect_applied(self, stage, wheels, imports, *flags):
        stage.environment["PIP_INDEX_URL"] = Index(self, wheels).url
        outcome = stage.run("apply", "plan.textproto", *flags)
        self.assertEqual(outcome.code, 0, outcome)
        for environment, modules in imports.items():
            stage.shell(f"{environment}/bin/python -c 'import {modules}'")
        again = stage.run("apply", "plan.textproto", *flags)
        self.assertIn("Converged: nothing to do. 0 actions", again.out, again)

    def made_wheels(self):
        folder = os.path.join(Stage(self).folder, "wheels")
        os.mkdir(folder)
        for name, version in MADE:
            make_wheel(folder, name, version)
        return folder

    def test_every_plan_is_valid(self):
        for name in sorted(os.listdir(PROJECTS)):
            if name in ("BUILD", "broken"):
                continue
            with self.subTest(name):
                stage = self.init(name)
                outcome = stage.run("validate", "plan.textproto")
                self.assertEqual(outcome.code, 0, outcome)
                second = stage.run("init")
                self.assertEqual(second.code, 64, second)

    def test_a_broken_project_is_refused_whole(self):
        stage = self.new_project("broken")
        before = stage.tree()
        outcome = stage.run("init")
        self.assertEqual(outcome.code, 65, outcome)
        places = re.findall(r"^error: (\S+?): ", outcome.err, re.MULTILINE)
        faults = ["requirements.txt:1:6", "requirements.txt:3:19", "requirements.txt:4:27", "requirements.txt:5:1",
                  "requirements.txt:6:4", "pyproject.toml:3", "mise.toml:1:7"]
        self.assertEqual(places, faults, outcome)
        self.assertEqual(stage.tree(), before)

    def test_a_pip_app(self):
        stage = self.init("pip_app")
        self.expect_applied(stage, quickstart_wheels(), {".venv": "requests"})
        self.assertRegex(stage.shell(".venv/bin/python app.py"), r"^2\.")

    def test_a_data_science_folder(self):
        stage = self.init("data_science")
        self.expect_applied(stage, quickstart_wheels(), {".venv": "numpy.linalg, requests"})

    def test_a_uv_project(self):
        stage = self.init("uv_project")
        self.expect_applied(stage, self.made_wheels(), {".venv": "alpha, delta, epsilon"})

    def test_a_library(self):
        stage = self.init("library")
        self.expect_applied(stage, self.made_wheels(), {".venv": "alpha, beta"})
        stage.shell("PYTHONPATH=src .venv/bin/python -c 'import acme_tables'")

    def test_a_monorepo(self):
        stage = self.init("monorepo")
        imports = {"services/api/.venv": "alpha", "services/jobs/.venv": "beta"}
        self.expect_applied(stage, self.made_wheels(), imports, "--all-environments")

    def test_a_django_site(self):
        stage = self.init("django_site")
        self.expect_applied(stage, self.made_wheels(), {".venv": "django"})
        self.assertEqual(stage.shell(".venv/bin/python manage.py"), "5.0.1\n")

    def test_a_pylock(self):
        stage = self.init("pylock")
        self.expect_applied(stage, self.made_wheels(), {".venv": "alpha, beta"})


    def test_a_pylock_with_digests_is_held_to_them(self):
        stage = Stage(self)
        made = self.made_wheels()
        lock = 'lock-version = "1.0"\n'
        for name, version in MADE[:2]:
            wheel = f"{name}-{version}-py3-none-any.whl"
            with open(os.path.join(made, wheel), "rb") as file:
                content = file.read()
            with open(stage.path(wheel), "wb") as file:
                file.write(content)
            lock += f'[[packages]]\nname = "{name}"\nversion = "{version}"\nwheels = [{{ path = "{wheel}", '
            lock += f'hashes = {{ sha256 = "{hashlib.sha256(content).hexdigest()}" }} }}]\n'
        stage.write("pylock.toml", lock)
        self.assertIn("2 requirements, both pinned, with digests", stage.run("init").out)
        with open(stage.path("beta-1.0-py3-none-any.whl"), "ab") as file:
            file.write(b"more")
        refused = stage.run("apply", "plan.textproto")
        self.assertNotEqual(refused.code, 0, refused)
        self.assertIn("beta-1.0-py3-none-any.whl", refused.err)
        shutil.copy(os.path.join(made, "beta-1.0-py3-none-any.whl"), stage.work)
        # No index is asked: the lock says where each file is.
        done = stage.run("apply", "plan.textproto")
        self.assertEqual(done.code, 0, done)
        stage.shell(".venv/bin/python -c 'import alpha, beta'")


if __name__ == "__main__":
    cases.main()

"""The quickstart from a folder of wheels, by ours and by uv."""

import os
import shutil
import subprocess

from tools.bench import rivals
from tools.bench.measure import environment

REQUIREMENTS = ["numpy>=2.1", "requests"]

PLAN = """name: "quickstart"
step {{
  name: "python"
  [provision.python] {{ version: ">=3.11" environment: ".venv" }}
}}
step {{
  name: "packages"
  after: "python"
  [provision.python_packages] {{
    environment: ".venv"
    requirements: "requirements.txt"
    find_links: "{wheels}"
    no_index: true
  }}
  verify {{ import: "numpy.linalg" }}
  verify {{ import: "requests" }}
}}
"""

PROJECT = """[project]
name = "quickstart"
version = "0"
requires-python = ">=3.11"
dependencies = ["numpy>=2.1", "requests"]
[tool.uv]
no-index = true
find-links = ["{wheels}"]
"""


class Quickstart:
    def __init__(self, folder, programs):
        self.folder = folder
        self.programs = programs
        self.home = os.path.join(folder, "home")
        self.wheels = os.path.join(folder, "wheels")
        # uv is on PATH for both: ours takes it where it is there.
        self.env = environment(self.home)
        self.env["PROVISION_STATE_DIR"] = os.path.join(self.home, "state")
        self.env["PATH"] = os.path.dirname(programs["uv"]) + ":" + self.env["PATH"]
        os.makedirs(self.home)
        rivals.run(["python3", "-m", "pip", "download", "--quiet", "--dest", self.wheels, *REQUIREMENTS])
        for name, text in [
            ("plan.textproto", PLAN),
            ("pyproject.toml", PROJECT),
            ("requirements.txt", "\n".join(REQUIREMENTS) + "\n"),
        ]:
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text.format(wheels=self.wheels))

    def ours(self):
        return [self.programs["provision"], "apply", "plan.textproto"]

    def uv_new(self):
        install = f"uv venv --quiet --python python3 && uv pip install --quiet --offline --no-index --find-links {self.wheels}"
        return ["sh", "-c", install + " -r requirements.txt && .venv/bin/python -c 'import numpy.linalg, requests'"]

    def lock(self):
        subprocess.run([self.programs["uv"], "sync", "--quiet", "--offline"], env=self.env, cwd=self.folder, check=True)

    def uv_sync(self):
        return [self.programs["uv"], "sync", "--quiet", "--offline", "--locked"]

    def forget(self):
        for name in (".venv", "home"):
            shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
        os.mkdir(self.home)

#!/usr/bin/env python3
"""The preview is the truth: what `plan` lists is what `apply` performs, and nothing else is touched."""

import json
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.quickstart import new_quickstart
from plugins.builtin.proofs.stage import HOME, STATE, Stage, differences
from plugins.builtin.proofs.trace import CHANGES, STARTS, Trace

PYTHON = "/usr/bin/python3.11"
PACKER = "plugins/python/testdata/pack_interpreter.py"
STORE = ".cache/provision/store"

# Each kind of action but `fetch` over the network: a mirror is a folder here.
MIXED = """name: "mixed"
step {
  name: "files"
  [provision.files] {
    directory { path: "conf" mode: "0700" }
    file { path: "conf/deep/app.ini" content: "a = 1\\n" }
    file { path: "changed" content: "new\\n" }
    link { path: "current" target: "conf" }
    block { path: "~/.profile" name: "app" content: "PATH=$PATH:/x\\n" }
    absent { path: "old" recursive: true }
    absent { path: "file" }
  }
}
step {
  name: "command"
  after: "files"
  [provision.command] { argv: "/bin/sh" argv: "-c" argv: "echo made > made; mkdir -p by/it" creates: "made" }
}
step {
  name: "python"
  [provision.python] {
    version: "VERSION" ladder: EXACT environment: ".venv"
    mirror { location: "mirror" list: "builds.json" list_sha256: "LIST" }
  }
}
"""


def events(outcome, what):
    return [e for e in map(json.loads, outcome.out.splitlines()) if what in e]


def place_of(line):
    """The path that a line of the preview names."""
    return os.path.normpath(os.path.join(HOME, "work", re.sub("^~", HOME, line["object"])))


class PreviewTest(unittest.TestCase):
    def expect_the_preview_to_be_the_truth(self, stage):
        before = stage.tree()
        previewed = self.preview(stage)
        self.assertEqual(differences(before, stage.tree()), [])

        trace = Trace(stage.folder, [*CHANGES, *STARTS])
        applied = stage.run("apply", "plan.textproto", "--json", wrap=trace.wrap)
        self.assertEqual(applied.code, 0, applied)
        lines = [line for e in events(previewed, "step_planned") for line in e["step_planned"].get("line", [])]
        performed = [e["action_done"] for e in events(applied, "action_done")]
        self.assertEqual({done["outcome"] for done in performed}, {"COMMITTED"})
        # Steps without an order between them may run at once.
        self.assertEqual(sorted(done["digest"] for done in performed), sorted(line["digest"] for line in lines), lines)

        allowed = {place_of(line) for line in lines}
        trees = {place_of(line) for line in lines if line["verb"] in ("unpack", "remove")}
        ours = (f"{HOME}/{STATE}", f"{HOME}/{STORE}")
        unforeseen = []
        changed = trace.changed_paths()
        for path in changed:
            inside = any(path == top or path.startswith(top + "/") for top in (*ours, *trees))
            parent = any(top.startswith(path + "/") for top in ours)
            if not (inside or parent or path in allowed or path == "/dev/null"):
                unforeseen.append(path)
        self.assertEqual(unforeseen, [])
        self.assertTrue(changed & allowed)  # strace did look
        left = [path for path in stage.tree() if os.path.basename(path).startswith(".provision-")]
        self.assertEqual(left, [])

    def preview(self, stage):
        """`plan --json` under strace: it changes nothing by name, nor opens anything to."""
        trace = Trace(stage.folder, CHANGES)
        outcome = stage.run("plan", "plan.textproto", "--json", wrap=trace.wrap)
        self.assertEqual(outcome.code, 2, outcome)
        home = [path for path in trace.changed_paths_of_all() if path.startswith(HOME)]
        self.assertEqual([path for path in home if not path.startswith(f"{HOME}/{STATE}")], [])
        return outcome

    def test_of_the_quickstart(self):
        stage, _ = new_quickstart(self)
        self.expect_the_preview_to_be_the_truth(stage)

    def test_of_every_kind_of_action(self):
        stage = Stage(self)
        if not os.path.exists(PYTHON):
            self.skipTest("packs Debian's Python 3.11, where it is")
        digest = subprocess.run([PYTHON, "-I", "-B", os.path.abspath(PACKER), stage.path("mirror")], check=True, capture_output=True)
        version = subprocess.run([PYTHON, "-c", "import platform; print(platform.python_version())"], check=True, capture_output=True)
        plan = MIXED.replace("VERSION", version.stdout.decode().strip()).replace("LIST", digest.stdout.decode().strip())
        stage.write("plan.textproto", plan)
        stage.write("changed", "before\n")
        stage.write("file", "goes\n")
        stage.write("old/deep/file", "goes too\n")
        stage.write("../.profile", "# mine\n")
        # Else the first run makes it for its state, before it comes to a step that wants it too.
        os.makedirs(stage.path("../.local"))
        self.expect_the_preview_to_be_the_truth(stage)
        for path in ("by/it", ".venv/bin/python", "conf/deep/app.ini"):
            self.assertTrue(os.path.lexists(stage.path(path)), path)


if __name__ == "__main__":
    cases.main()

#!/usr/bin/env python3
"""The quickstart by the real program, against an index on the loopback: made, kept, and mended."""

import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.quickstart import new_quickstart
from plugins.builtin.proofs.stage import differences
from plugins.builtin.proofs.trace import SYNCS, Trace


class QuickstartTest(unittest.TestCase):
    def setUp(self):
        self.stage, self.index = new_quickstart(self)

    def apply(self, code=0):
        outcome = self.stage.run("apply", "plan.textproto")
        self.assertEqual(outcome.code, code, outcome)
        return outcome.out

    def expect_converged_without_a_sync(self):
        trace = Trace(self.stage.folder, SYNCS)
        before = self.stage.tree()
        outcome = self.stage.run("apply", "plan.textproto", wrap=trace.wrap)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertIn("Converged: nothing to do. 0 actions", outcome.out)
        calls = list(trace.calls())
        self.assertIn("execve", [call.name for call in calls])  # strace did look
        self.assertEqual([call for call in calls if call.name in SYNCS], [])
        self.assertEqual(differences(before, self.stage.tree()), [])

    def test_a_second_run_does_nothing(self):
        self.assertIn("Converged: 2 changed", self.apply())
        answer = self.stage.path("answer")
        self.stage.shell(".venv/bin/python -c 'import numpy.linalg, requests; print(numpy.__version__)' > answer")
        self.assertRegex(self.stage.read("answer"), r"^2\.[1-9]")
        os.remove(answer)
        asked = len(self.index.requests)
        self.assertGreater(asked, 5)
        self.expect_converged_without_a_sync()
        self.stage.forget_state()
        self.expect_converged_without_a_sync()
        self.assertEqual(len(self.index.requests), asked)

    def test_one_missing_file_brings_back_its_distribution_alone(self):
        self.apply()
        before = self.stage.tree()
        packages = os.path.join(".venv/lib", os.listdir(self.stage.path(".venv/lib"))[0], "site-packages")
        untouched = os.stat(self.stage.path(packages + "/numpy/version.py"))
        os.remove(self.stage.path(packages + "/idna/core.py"))
        outcome = self.stage.run("apply", "plan.textproto", "--json")
        self.assertEqual(outcome.code, 0, outcome)
        events = [json.loads(line) for line in outcome.out.splitlines()]
        self.assertEqual(events[-1]["summary"]["actions"], 1)
        self.assertEqual(events[-1]["summary"]["changed"], 1)
        again = os.stat(self.stage.path(packages + "/numpy/version.py"))
        self.assertEqual((again.st_ino, again.st_mtime_ns), (untouched.st_ino, untouched.st_mtime_ns))
        # Compiled modules hold the time of their source, and pip was asked for idna by name.
        changed = [
            path
            for path in differences(before, self.stage.tree())
            if not re.search(r"/idna/__pycache__/|/idna-[^/]*/(RECORD|REQUESTED)$|^\.cache/pip/", path)
        ]
        self.assertEqual(changed, [])
        fetched = [path for path in self.index.requests if path.startswith("/files/")]
        self.assertEqual(fetched[-1].split("/")[-1].split("-")[0], "idna")
        self.assertEqual(len(fetched), 7)
        self.expect_converged_without_a_sync()


if __name__ == "__main__":
    cases.main()

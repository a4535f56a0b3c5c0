#!/usr/bin/env python3
"""A limit of 64 MiB against a program that wants 300 MiB: killed, 137, and the limits as its own cgroup has them."""

import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.stage import Outcome, Stage

MIB = 1024 * 1024
PLAN = """name: "limits"
step {
  name: "hungry"
  [provision.command] {
    argv: "/bin/sh" argv: "-c" argv: "python3 hungry.py; code=$?; echo $code > code; exit $code"
    limits { memory_bytes: 67108864 processes: 20 open_files: 50 }
  }
}
"""
# Tells what holds it, by the process's own files, then takes what it wants.
HUNGRY = """import json, resource
cgroups = dict(line.strip().split(":", 2)[1:] for line in open("/proc/self/cgroup"))
def read(controller, *names):
    top = "/sys/fs/cgroup/" + controller + cgroups[controller] + "/"
    return [open(top + name).read().strip() for name in names]
if "memory" in cgroups:
    found = read("memory", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes") + read("pids", "pids.max")
else:
    memory, swap, pids = read("", "memory.max", "memory.swap.max", "pids.max")
    found = [memory, str(int(memory) + int(swap)), pids]
json.dump([found, resource.getrlimit(resource.RLIMIT_NOFILE)], open("limits.json", "w"))
bytes_of = bytearray(SIZE)
open("survived", "w").close()
"""


class LimitsTest(unittest.TestCase):
    def apply(self, size):
        stage = Stage(self)
        stage.write("plan.textproto", PLAN)
        stage.write("hungry.py", HUNGRY.replace("SIZE", str(size)))
        # Not as ada: nobody in a namespace of users may make cgroups.
        state = os.path.join(stage.folder, "state")
        done = subprocess.run(
            [stage.program, "apply", "plan.textproto", "--state-dir", state], cwd=stage.work, capture_output=True, text=True
        )
        outcome = Outcome(done.returncode, done.stdout, done.stderr)
        if "limits/no-controller" in outcome.err:
            # No memory limit is claimed that nobody keeps: the command was not started.
            self.assertEqual(outcome.code, 3, outcome)
            self.assertFalse(os.path.exists(stage.path("limits.json")))
            self.skipTest("making cgroups with memory and pids controllers needs root or a delegated cgroup")
        return stage, outcome

    def test_what_wants_more_is_killed(self):
        stage, outcome = self.apply(300 * MIB)
        limits, files = json.loads(stage.read("limits.json"))
        self.assertEqual(limits, [str(64 * MIB), str(64 * MIB), "20"])  # no swap beyond it
        self.assertEqual(files, [50, 50])
        self.assertFalse(os.path.exists(stage.path("survived")))
        if os.path.exists(stage.path("code")):  # version 2 kills the shell as well
            self.assertEqual(stage.read("code"), "137\n")
        self.assertIn("[limits/out-of-memory]\n  at       plan.textproto:4:3, action 1 of 1\n", outcome.err)
        self.assertIn("  because  it wanted more than its limit of 67.1 MB\n", outcome.err)
        self.assertEqual(outcome.code, 3, outcome)

    def test_what_wants_less_is_left_alone(self):
        stage, outcome = self.apply(16 * MIB)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertTrue(os.path.exists(stage.path("survived")))


if __name__ == "__main__":
    cases.main()

#!/usr/bin/env python3
"""The quickstart killed at chosen system calls; then the same command, and the same again.

PROVISION_KILL_POINTS sets how many points there are (default 10); they are chosen by a fixed seed.
"""

import collections
import json
import os
import random
import re
import sys
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.quickstart import new_quickstart
from plugins.builtin.proofs.stage import differences

POINTS = int(os.environ.get("PROVISION_KILL_POINTS", "10"))
SEED = 20270115
# Beside the quickstart's own steps: two whose effect would show if it came twice.
ONCE = """
step { name: "once" [provision.command] { argv: "/bin/sh" argv: "-c" argv: "echo first >> effects" } }
step { name: "once-more" after: "packages" [provision.command] { argv: "/bin/sh" argv: "-c" argv: "echo last >> effects" } }
"""
STEPS = 4
# Written by the installer, or by the interpreter, with times in them; pip's own cache.
NOT_THE_SAME = re.compile(r"\.pyc(\.\d+)?$|/__pycache__$|/(RECORD|REQUESTED)$|^\.cache(/|$)|^work/effects$")


def events(outcome, what):
    """Of a killed program the last line may be cut off."""
    lines = outcome.out.split("\n")[:-1]
    return [event for event in map(json.loads, lines) if what in event]


def committed(outcome):
    return {e["action_done"]["digest"] for e in events(outcome, "action_done") if e["action_done"]["outcome"] == "COMMITTED"}


class KillTest(unittest.TestCase):
    def new_stage(self):
        stage, index = new_quickstart(self)
        stage.write("plan.textproto", stage.read("plan.textproto") + ONCE)
        return stage, index

    def apply(self, stage, kill_before=None, who="own"):
        count = os.path.join(stage.folder, "count")
        wrap = [] if kill_before is None else [cases.argument(1), count, str(kill_before), who]
        outcome = stage.run("apply", "plan.textproto", "--json", "--jobs", "1", wrap=wrap)
        if kill_before is not None:
            with open(count, encoding="utf-8") as file:
                outcome.count = int(file.read())
        return outcome

    def test_the_same_command_goes_on_from_every_point(self):
        reference, _ = self.new_stage()
        whole = self.apply(reference, kill_before=0, who="own")
        self.assertEqual(whole.code, 0, whole)
        once = {
            action["digest"]
            for event in events(whole, "step_planned")
            for action, proposed in zip(event["step_planned"].get("line", []), event["step_planned"]["proposal"].get("action", []))
            if proposed.get("repeat_class") == "RUN_ONCE"
        }
        self.assertEqual(len(once), 2)
        own = whole.count
        counting, _ = self.new_stage()
        tree = self.apply(counting, kill_before=0, who="tree").count
        self.assertGreater(tree, own)
        chance = random.Random(SEED)
        kills = collections.Counter()
        for number in range(POINTS):
            # By turns the program alone is killed, then all that it started as well.
            who, most = ("own", own) if number % 2 == 0 else ("tree", tree)
            point = chance.randint(1, most)
            with self.subTest(who=who, point=point, most=most):
                kills[who] += self.go_on_from(point, who, once, reference.tree())
        # A point may lie past the end of a run, but not all of them.
        self.assertGreater(kills["own"], 0)
        self.assertGreater(kills["tree"], 0)

    def go_on_from(self, point, who, once, wanted):
        """Returns whether the run was killed."""
        stage, _ = self.new_stage()
        killed = self.apply(stage, point, who)
        if killed.code != 137:  # the number of calls varies a little from run to run
            self.assertEqual(killed.code, 0, killed)
        resumed = self.apply(stage)
        self.assertEqual(resumed.code, 0, resumed)
        started = events(resumed, "run_started")[0]["run_started"]
        if events(killed, "action_started") and len(events(killed, "step_done")) < STEPS:
            self.assertTrue(started.get("continues"), resumed)
            self.assertRegex(started["where"], r"^killed in step [a-z-]+, \d+ of \d+ actions committed$")
        self.assertEqual(committed(killed) & committed(resumed) & once, set(), resumed)
        again = self.apply(stage)
        self.assertEqual(again.code, 0, again)
        summary = events(again, "summary")[0]["summary"]
        self.assertEqual((summary["changed"], summary["actions"]), (0, 0), again)
        # An attempt that was cut off may come again; what was committed may not.
        effects = stage.read("effects").split()
        self.assertEqual(set(effects), {"first", "last"})
        self.assertLessEqual(len(effects), 3)
        changed = [path for path in differences(wanted, stage.tree()) if not NOT_THE_SAME.search(path)]
        self.assertEqual(changed, [])
        return killed.code == 137


if __name__ == "__main__":
    cases.main()

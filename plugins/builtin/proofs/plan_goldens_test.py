#!/usr/bin/env python3
"""What the real program says of each plan in testdata/plans, in a pipe and at a terminal.

testdata/plans/README.md describes the files, and what is not compared.
"""

import json
import os
import re
import shlex
import sys
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.stage import STATE, Stage

PLANS = "testdata/plans"
# A duration at the end of a step's line, with the blanks that push it to the right; one in a summary.
STEP_TIME = re.compile(r" {2,}(?:\d+ min )?\d+(?:\.\d+)? (?:ms|s)$", re.MULTILINE)
SUMMARY_TIME = re.compile(r", (?:\d+ min )?\d+(?:\.\d+)? (?:ms|s)\.")
# A summary on two lines, as the width of its duration may decide.
FOLD = re.compile(r"^(\w[\w ]*: [^\n]*\.)\n(\d+ actions?, TIME\.)", re.MULTILINE)


def plans():
    return sorted(name for name in os.listdir(PLANS) if os.path.exists(os.path.join(PLANS, name, "commands.txt")))


class Play:
    """The commands of one case on a stage of its own; `transcript` is the golden."""

    def __init__(self, case, name, terminal=False, flags=()):
        self.stage = Stage(case)
        self.terminal = terminal
        self.flags = list(flags)
        self.transcript = ""
        self.outcomes = []  # (words, outcome)
        folder = os.path.join(PLANS, name)
        for file in os.listdir(folder):
            if file.endswith(".textproto"):
                with open(os.path.join(folder, file), encoding="utf-8") as text:
                    self.stage.write(file, text.read())
        with open(os.path.join(folder, "commands.txt"), encoding="utf-8") as text:
            for line in text.read().splitlines():
                self.play(line)

    def play(self, line):
        words = shlex.split(line)
        self.transcript += f"$ {line}\n"
        if words[0] == "export":
            self.stage.environment.update(word.split("=", 1) for word in words[1:])
        elif words[0] == "provision":
            run = self.stage.run_in_terminal if self.terminal else self.stage.run
            outcome = run(*words[1:], *self.flags)
            self.outcomes.append((words, outcome))
            self.transcript += self.normal(outcome.out)
            if outcome.err:
                self.transcript += "--- standard error\n" + self.normal(outcome.err)
            self.transcript += f"--- exit {outcome.code}\n"
        else:
            self.transcript += self.stage.shell(line)

    def normal(self, text):
        """The text without what differs from run to run and from host to host."""
        text = STEP_TIME.sub("  TIME", text)
        text = SUMMARY_TIME.sub(", TIME.", text)
        text = FOLD.sub(r"\1 \2", text).replace("TIME.\nExit", "TIME. Exit")
        for number, run in enumerate(self.runs(), 1):
            text = text.replace(run, f"RUN-{number}").replace(run[:8], f"RUN-{number}")
        for host in self.hosts():
            text = text.replace(host, "HOST")
        text = re.sub(r"sha256:[0-9a-f]{64}", "sha256:DIGEST", text)
        return re.sub(r"landlock \d+", "landlock N", text)

    def hosts(self):
        folder = os.path.join(self.stage.home, STATE)
        return os.listdir(folder) if os.path.isdir(folder) else []

    def runs(self):
        """Ids of the runs so far, oldest first."""
        found = []
        for host in self.hosts():
            folder = os.path.join(self.stage.home, STATE, host, "runs")
            if os.path.isdir(folder):
                found += [(os.stat(os.path.join(folder, run, "plan.pb")).st_mtime_ns, run) for run in os.listdir(folder)]
        return [run for _, run in sorted(found)]


class PlanGoldensTest(unittest.TestCase):
    maxDiff = None

    def compare(self, name, file, transcript):
        path = os.path.join(PLANS, name, file)
        if cases.is_updating():
            with open(os.path.join(os.environ["BUILD_WORKSPACE_DIRECTORY"], path), "w", encoding="utf-8") as golden:
                golden.write(transcript)
            return
        with open(path, encoding="utf-8") as golden:
            self.assertEqual(golden.read(), transcript)

    def end(self):
        if cases.is_updating():
            self.skipTest("the goldens were rewritten")

    def test_in_a_pipe(self):
        for name in plans():
            with self.subTest(plan=name):
                play = Play(self, name)
                for words, outcome in play.outcomes:
                    # P8, and P2: a preview says of nothing that it was done.
                    self.assertNotRegex(outcome.out + outcome.err, "[\x1b\r]")
                    if words[1] == "plan":
                        self.assertNotRegex(outcome.out, r"\b(changed|was|were|written|made|removed|undone)\b[^.]*$")
                self.compare(name, "pipe.txt", play.transcript)
        self.end()

    def test_at_a_terminal(self):
        for name in plans():
            with self.subTest(plan=name):
                self.compare(name, "terminal.txt", Play(self, name, terminal=True).transcript)
        self.end()

    def test_in_json(self):
        """P3: every line is JSON, and the last one holds the exit code."""
        for name in plans():
            with self.subTest(plan=name):
                for words, outcome in Play(self, name, flags=["--json"]).outcomes:
                    events = [json.loads(line) for line in outcome.out.splitlines()]
                    if words[1] in ("apply", "rollback") and outcome.code >= 0:
                        self.assertEqual(events[-1]["summary"]["exit"], outcome.code, words)
                        self.assertEqual(outcome.err, "")
                    self.assertTrue(events or outcome.code < 0 or outcome.code == 137, words)

    def test_the_sample_of_a_typo(self):
        words, outcome = Play(self, "typo").outcomes[0]
        self.assertEqual(words, ["provision", "plan", "plan.textproto"])
        with open(os.path.join(PLANS, "samples/typo.txt"), encoding="utf-8") as sample:
            self.assertEqual(outcome.err, sample.read())
        self.assertEqual((outcome.code, outcome.out), (65, ""))


if __name__ == "__main__":
    cases.main()

#!/usr/bin/env python3
"""P12: help, explain, validate and completion use no network, no plugin, no other program, and write nothing."""

import os
import sys
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.stage import STATE, Stage, differences
from plugins.builtin.proofs.trace import CHANGES, OPENS, STARTS, Trace, changed_by, paths_of

NETWORK = ("socket", "socketpair", "connect", "bind", "listen", "sendto", "sendmsg")
COMMANDS = [
    [],
    ["help"],
    ["help", "apply", "--all"],
    ["apply", "-h"],
    ["explain", "python"],
    ["explain", "python.ladder"],
    ["explain", "run/locked"],
    ["explain", "settings"],
    ["explain", "--list"],
    ["validate", "plan.textproto"],
    ["validate", "plan.textproto", "--effective", "--json"],
    ["completion", "bash"],
    ["completion", "zsh"],
    ["completion", "fish"],
    ["version"],
]
PLAN = """name: "quiet"
step { name: "python" [provision.python] { version: "3.11" environment: ".venv" } }
step { name: "packages" after: "python" [provision.python_packages] { environment: ".venv" requirement: "numpy" } }
"""


class QuietTest(unittest.TestCase):
    def test_nothing_but_this_program_and_what_it_reads(self):
        stage = Stage(self)
        stage.write("plan.textproto", PLAN)
        plugins = os.path.join(stage.home, ".local/share/provision/plugins")
        os.makedirs(plugins)
        with open(os.path.join(plugins, "bait.provisioner.textproto"), "w", encoding="utf-8") as bait:
            bait.write("this is no manifest\n")
        before = stage.tree()
        for words in COMMANDS:
            with self.subTest(words=words):
                trace = Trace(stage.folder, [*NETWORK, *STARTS, *CHANGES])
                outcome = stage.run(*words, wrap=trace.wrap)
                self.assertEqual(outcome.code, 0, outcome)
                calls = list(trace.calls())
                self.assertEqual([call.name for call in calls if call.name == "execve"], ["execve"])
                # Who the user is may be asked of a service of this host.
                network = [call for call in calls if call.name in NETWORK and "AF_UNIX" not in call.words]
                self.assertEqual(network, [])
                self.assertEqual([call.words for call in calls if call.name in STARTS and "CLONE_THREAD" not in call.words], [])
                self.assertEqual(changed_by(calls), set())
                opened = {path for call in calls if call.name in OPENS for path in paths_of(call)}
                self.assertTrue(opened)  # strace did look
                # A plan may have steps of plugins: their manifests are read, and no more.
                wanted = ("plugins", "bait.provisioner.textproto") if "validate" in words else ()
                touched = [path for path in opened if "plugins" in path or STATE in path]
                self.assertEqual([path for path in touched if os.path.basename(path) not in wanted], [])
        self.assertEqual(differences(before, stage.tree()), [])


if __name__ == "__main__":
    cases.main()

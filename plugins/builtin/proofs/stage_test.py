#!/usr/bin/env python3
"""Tests of what the proofs stand on: the screen, the stage, the reader of strace."""

import os
import shlex
import sys
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import advice, cases
from plugins.builtin.proofs.screen import Screen
from plugins.builtin.proofs.stage import Stage, differences
from plugins.builtin.proofs.trace import CHANGES, STARTS, Trace, paths_of


class ScreenTest(unittest.TestCase):
    def seen(self, data, piece):
        screen = Screen()
        for at in range(0, len(data), piece):
            screen.write(data[at : at + piece])
        return screen.text()

    def test_shows_what_is_left_in_the_end(self):
        for data, seen in [
            (b"a\r\nb\r\n", "a\nb\n"),
            ("✓ a\n".encode(), "✓ a\n"),
            (b"live\r\x1b[K\x1b[1mdone\x1b[0m\n", "done\n"),
            (b"one\ntwo\n\x1b[1A\r\x1b[Kthree\n", "one\nthree\n"),
            (b"one\ntwo\n\x1b[1A\x1b[1A\r\x1b[Kx\n", "x\ntwo\n"),
            (b"a\x1b]0;title", "a<ESC>]0;title\n"),
        ]:
            for piece in (1, 2, 100):
                with self.subTest(data=data, piece=piece):
                    self.assertEqual(self.seen(data, piece), seen)


class AdviceTest(unittest.TestCase):
    def test_finds_the_commands_of_every_next(self):
        for text, commands in [
            ("next: provision apply a.textproto     goes on with b, then c\n", ["apply a.textproto"]),
            ("next: provision apply a\n      provision rollback 7f3c2a91  undoes b\n", ["apply a", "rollback 7f3c2a91"]),
            ("next: sudo provision apply '/x y/part' --approved sha256:0\n        does it\n", ["apply '/x y/part' --approved sha256:0"]),
            ("  next     provision help apply\n", ["help apply"]),
            ("  next     free some space\n           provision status\n", ["status"]),
            ("  next     select it: provision plan P --out F, then provision apply F\n", ["plan P --out F", "apply F"]),
            ("  found    provision nonsense\n", []),
            ('{"summary":{"next":["provision status"]},"next":"see provision help"}\n{"cut', ["status", "help"]),
        ]:
            self.assertEqual([shlex.join(words) for words in advice.advised(text)], commands, text)

    def test_the_scanner_refuses_what_is_no_command_line(self):
        self.assertEqual(advice.faults("next: provision status\n"), [])
        for command in ["apply PLAN (of NAME in DIR)", "apply", "aply x", "apply x --ot y", "status --only x"]:
            self.assertEqual(len(advice.faults(f"next: provision {command}\n")), 1, command)


class StageTest(unittest.TestCase):
    def test_ada_is_at_home(self):
        stage = Stage(self)
        stage.shell("id -un >who; pwd >where; cd && pwd >>work/where")
        self.assertEqual(stage.read("who"), "ada\n")
        self.assertEqual(stage.read("where"), "/mnt/ada/work\n/mnt/ada\n")

    def test_ada_cannot_change_the_host(self):
        stage = Stage(self)
        for path in ("/etc/provision-example", "/usr/provision-example", "/srv/provision-example"):
            self.assertEqual(stage.shell(f"touch {path} 2>/dev/null || echo no"), "no\n", path)

    def test_streams_are_apart_in_pipes_and_one_at_a_terminal(self):
        stage = Stage(self)
        for words in [["version"], ["nothing"]]:
            piped = stage.run(*words)
            shown = stage.run_in_terminal(*words)
            self.assertEqual(shown.code, piped.code)
            self.assertEqual(shown.out, piped.out + piped.err)
        self.assertEqual(piped.out, "")

    def test_a_snapshot_sees_content_mode_link_and_name_but_no_state(self):
        stage = Stage(self)
        stage.write("a", "1")
        os.symlink("a", stage.path("b"))
        before = stage.tree()
        for path, change in [
            ("work/a", lambda: stage.write("a", "2")),
            ("work/a", lambda: stage.write("a", "1", mode=0o600)),
            ("work/c", lambda: os.mkdir(stage.path("c"))),
            ("work/b", lambda: (os.remove(stage.path("b")), os.symlink("c", stage.path("b")))),
        ]:
            change()
            now = stage.tree()
            self.assertIn(path, differences(before, now))
            before = now
        os.makedirs(os.path.join(stage.home, ".local/state/provision/x"))
        self.assertEqual(differences(before, stage.tree()), [])


class TraceTest(unittest.TestCase):
    def traced(self, script, calls):
        stage = Stage(self)
        trace = Trace(stage.folder, calls)
        stage.program = "/bin/sh"
        stage.run("-c", script, wrap=trace.wrap)
        return trace

    def test_tells_calls_that_succeeded_of_all_processes(self):
        trace = self.traced("mkdir a; mkdir a; (mkdir b); sync a; true", ["mkdir", "fsync"])
        calls = [(call.name, call.words.split(",")[0]) for call in trace.calls() if call.name != "execve"]
        self.assertEqual(calls[:2], [("mkdir", '"a"'), ("mkdir", '"b"')])
        self.assertEqual(calls[2][0], "fsync")
        self.assertTrue(calls[2][1].endswith("work/a>"), calls)

    def test_sees_what_is_changed_in_place(self):
        stage = Stage(self)
        for name in "abc":
            stage.write(name, name)
        trace = Trace(stage.folder, [*CHANGES, *STARTS])
        stage.program = "/usr/bin/python3"
        script = "import os; os.open('a', os.O_WRONLY); os.fchmod(os.open('b', 0), 0o600); os.open('c', 0)"
        outcome = stage.run("-I", "-B", "-c", script, wrap=trace.wrap)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual({os.path.basename(path) for path in trace.changed_paths()}, {"a", "b"})

    def test_knows_what_the_program_changed_from_what_another_did(self):
        trace = self.traced(
            ": >a; (: >b; : >b/..); { : >c; exec ln -s to d; } & wait; cat c; exec 2>>e", [*CHANGES, *STARTS]
        )
        self.assertEqual({os.path.basename(path) for path in trace.changed_paths()}, {"a", "b", "c", "e"})
        names = {os.path.basename(path) for call in trace.calls() if call.name.startswith("symlink") for path in paths_of(call)}
        self.assertEqual(names, {"d"})


if __name__ == "__main__":
    cases.main()

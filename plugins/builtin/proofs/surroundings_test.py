#!/usr/bin/env python3
"""Where the program speaks: other locales, no colour, pipes, streams that are closed or full, narrow terminals."""

import os
import shlex
import subprocess
import sys
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.stage import DEADLINE_S, Stage

# Names and texts beyond ASCII, a change, a failure, a step that is blocked.
PLAN = """name: "everywhere"
step { name: "size" [provision.files] { file { path: "größe" content: "ä\\n" } } }
step { name: "fails" after: "size" [provision.command] { argv: "/bin/sh" argv: "-c" argv: "echo nö; exit 3" } }
step { name: "later" after: "fails" [provision.files] { file { path: "b" content: "B" } } }
"""
COMMANDS = [
    ["plan", "plan.textproto"],
    ["apply", "plan.textproto", "--jobs", "1"],
    ["status"],
    ["validate", "plan.textproto"],
    ["validate", "broken.textproto"],
    ["help"],
    ["help", "apply"],
    ["explain", "python"],
    ["explain", "--list"],
    ["doctor", "--offline"],
    ["aply"],
]


class SurroundingsTest(unittest.TestCase):
    def setUp(self):
        self.stage = Stage(self)
        self.stage.write("plan.textproto", PLAN)
        self.stage.write("broken.textproto", PLAN.replace("content", "cöntent"))

    def in_terminals(self, check, **options):
        """Checks the screen after each command."""
        for words in COMMANDS:
            with self.subTest(words=words, **options):
                outcome = self.stage.run_in_terminal(*words, **options)
                self.assertIn(outcome.code, (0, 1, 2, 3, 64, 65), outcome)
                self.assertNotIn("<ESC>", outcome.out)
                self.assertNotIn("\ufffd", outcome.out)
                check(words, outcome.out)

    def test_a_locale_that_is_not_utf_8_gets_ascii(self):
        for locale in ("C", "POSIX", "de_DE.ISO-8859-1"):
            self.stage.environment["LANG"] = locale
            self.in_terminals(lambda words, seen: self.assertTrue(seen.isascii(), seen))
            piped = self.stage.run("apply", "plan.textproto", "--jobs", "1")
            self.assertTrue((piped.out + piped.err).isascii(), piped)

    def test_no_color_is_no_colour_and_the_same_words(self):
        for words in COMMANDS:
            with self.subTest(words=words):
                self.stage.environment.pop("NO_COLOR", None)
                coloured = self.stage.bytes_in_terminal(*words)
                self.stage.environment["NO_COLOR"] = "1"
                plain = self.stage.bytes_in_terminal(*words)
                self.assertNotRegex(plain, rb"\x1b\[[0-9;]*m")
        self.assertRegex(coloured, rb"\x1b\[[0-9;]*m")

    def test_a_pipe_gets_lines(self):
        for words in COMMANDS:
            with self.subTest(words=words):
                outcome = self.stage.run(*words)
                self.assertNotRegex(outcome.out + outcome.err, "[\x1b\r]")

    def fits(self, words, seen):
        # A table of its own, and lines of which each is a whole: nothing of them is wrapped.
        if words[0] in ("explain", "doctor"):
            return
        for line in seen.splitlines():
            # So are the first line of an error, the line of a plan, a path, a digest and a command.
            if line.startswith("error:") or max(map(len, line.split()), default=0) >= 40 or "provision " in line or " | " in line:
                continue
            self.assertLessEqual(len(line), 80, seen)

    def test_80_columns(self):
        self.in_terminals(self.fits, columns=80)

    def test_40_columns(self):
        self.in_terminals(lambda words, seen: self.assertTrue(seen), columns=40)

    def closed(self, line):
        """Runs a line of shell in which $P is the program; returns its exit code and what it says on standard error."""
        words = self.stage.words(["sh", "-c", line.replace("$P", shlex.quote(self.stage.program))])
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE_S)
        return done.returncode, done.stderr.decode()

    def test_closed_and_full_streams(self):
        self.stage.write("good.textproto", PLAN.replace("exit 3", "exit 0"))
        for words in ("version", "help", "validate plan.textproto", "plan plan.textproto", "explain --list", "doctor --offline"):
            for to in (">&-", ">/dev/full", ">&- 2>&-", ">/dev/full 2>/dev/full", "<&- >&- 2>&-"):
                with self.subTest(words=words, to=to):
                    code, _ = self.closed(f"$P {words} {to}")
                    self.assertEqual(code, 1)
            with self.subTest(words=words, to="<&-"):
                self.assertIn(self.closed(f"$P {words} <&- >/dev/null")[0], (0, 1, 2))
        # What was to be done is done, though nobody could be told.
        code, _ = self.closed("$P apply good.textproto >&- 2>&-")
        self.assertEqual(code, 1)
        self.assertEqual(self.stage.read("b"), "B")
        # Nothing of the program's own goes into a file that took the number of a closed stream.
        self.assertEqual(self.stage.read("größe"), "ä\n")

    def test_a_reader_that_goes_away(self):
        # The only reader closes before the program begins, so that no time decides.
        for words in ("help", "explain --list", "validate plan.textproto"):
            with self.subTest(words=words):
                code, error = self.closed(f"rm -f f; mkfifo f; exec 3<>f 4>f 3<&-; $P {words} >&4")
                self.assertEqual((code, error), (1, ""))


if __name__ == "__main__":
    cases.main()

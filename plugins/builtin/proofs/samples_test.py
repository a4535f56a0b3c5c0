#!/usr/bin/env python3
"""The samples of a run, as the page about the command line shows them, against what the real program says.

core/cli/testdata/samples is typed from that page and never rewritten. The page's host, index and packages are not
here, so rules with names stand for what differs; each is applied to the page and to the program alike.
"""

import os
import re
import signal
import sys
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.index import Index, quickstart_wheels
from plugins.builtin.proofs.mirror import Mirror, Packed
from plugins.builtin.proofs.stage import Stage

SAMPLES = "core/cli/testdata/samples"
DURATION = r"(?:\d+ min )?\d+(?:\.\d+)? (?:ms|s)"

RULES = {
    # ---- what no two runs share ----
    "time": [(rf"(?m) {{2,}}{DURATION}$", "  TIME"), (rf", {DURATION}\.", ", TIME.")],
    # The width of a duration may decide whether a terminal breaks the line.
    "fold": [(r"(?m)^(\w+: [^\n]*\.)\n(\d+ actions?, )", r"\1 \2")],
    "run": [(r"\b((?:run|rollback|report) )[0-9a-f]{8}\b", r"\1RUN"), (r"provision/[0-9a-f]{8}/runs/\S+", "provision/HOST/runs/RUN")],
    "size": [(r"\d+(?:\.\d)? [kM]?B fetched", "SIZE fetched")],
    "count": [(r"\b\d+ (?:of \d+ )?actions?\b", "N actions")],
    "version": [(r"\d+\.\d+\.\d+ by rung", "VERSION by rung")],
    # ---- what the page's packages do, which come out of a lock that names each of them ----
    "packages": [(r"(?:6 installed|2 requirements met), import numpy", "PACKAGES, import numpy")],
    "work": [(r"(?m)((?:changed|failed) {5,6}).*(  TIME)$", r"\1WORK\2")],
    "kept": [(r"(?m)(resumes {5})\S.* goes on at [\d.]+ (?:of [\d.]+ )?MB$", r"\1KEPT")],
    "error": [
        (r"(?m)^ {11}.*\n", ""),  # second lines of a detail
        (r"(?m)^(error: packages: ).*(?= \[)", r"\1WHAT"),
        (r"\[[a-z_]+/[a-z-]+\]", "[ID]"),
        (r"(?m)^  at {7}corp.textproto:\d+:3, action 1 of \d+$", "  at PLACE"),
        (r"(?m)^  (found|because|next) +\S.*", r"  \1 WHAT"),
    ],
    # A step that waits or works for ten seconds says so; how long it takes is not for a test.
    "slow": [(r"(?m)^ +\w+ +(?:waits|running|fetching|unpacking) .*\n", "")],
    # ---- what the page leaves out ----
    "undo": [(r"\nnext: provision rollback RUN .*\n {6}provision report RUN .*\n$", "\n")],
}
ALWAYS = ["time", "fold", "run", "size", "count", "version"]


def sample(name):
    with open(os.path.join(SAMPLES, name), encoding="utf-8") as file:
        return file.read()


def plain(text, rules):
    for name in ALWAYS + rules:
        for pattern, shown in RULES[name]:
            text = re.sub(pattern, shown, text)
    return text


PYTHON_STEP = """step {
  name: "NAME"
  [provision.python] {
    version: "VERSION" environment: ".venv"
    mirror { location: "MIRROR" list: "builds.json" list_sha256: "LIST" }
  }
}
"""
PACKAGES_STEP = """step {
  name: "packages" after: "AFTER"
  [provision.python_packages] { environment: ".venv" REQUIREMENTS }
  VERIFY
}
"""
FIRST = """step { name: "python" [provision.files] { file { path: "a" content: "A" } } }
"""
CORP = """step { name: "limits" [provision.files] { file { path: "limits" content: "L" } } }
"""
MIGRATE = """step { name: "migrate" after: "packages" [provision.command] { argv: "/bin/true" } }
"""


class SamplesTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.stage = Stage(self)
        self.packed = Packed.of(SamplesTest)
        self.mirror = Mirror(self, self.packed, self.stage)

    def python(self, name):
        step = PYTHON_STEP.replace("NAME", name).replace("VERSION", self.packed.version)
        return step.replace("MIRROR", self.mirror.url).replace("LIST", self.packed.list)

    def packages(self, requirements, verify=""):
        self.stage.environment["PIP_INDEX_URL"] = Index(self, quickstart_wheels()).url
        step = PACKAGES_STEP.replace("AFTER", "python").replace("REQUIREMENTS", requirements)
        return step.replace("VERIFY", verify)

    def write(self, file, *steps):
        self.stage.write(file, f'name: "{file.split(".")[0]}"\n' + "".join(steps))

    def compare(self, name, shown, rules):
        page = sample(name)
        self.assertEqual(plain(page, rules), plain(shown, rules))

    def play(self, *words, terminal):
        return (self.stage.run_in_terminal if terminal else self.stage.run)(*words)

    def search_api(self):
        packages = self.packages('requirement: "numpy" requirement: "requests"', 'verify { import: "numpy.linalg" }')
        self.write("plan.textproto", self.python("python"), packages)

    def test_first_and_again_at_a_terminal(self):
        self.search_api()
        first = self.stage.run_in_terminal("apply", "plan.textproto")
        self.assertEqual(first.code, 0, first)
        self.compare("apply.txt", first.out, ["packages"])
        again = self.stage.run_in_terminal("apply", "plan.textproto")
        self.compare("again.txt", again.out, [])

    def test_first_and_again_in_a_pipe(self):
        self.search_api()
        first = self.stage.run("apply", "plan.textproto", "--jobs", "1")
        self.assertEqual((first.code, first.err), (0, ""), first)
        steps, _, end = first.out.partition("\n\n")
        self.compare("apply_pipe.txt", steps + "\n", ["packages", "slow"])
        self.assertEqual(plain(sample("apply.txt"), []).partition("\n\n")[2], plain(end, []))
        again = self.stage.run("apply", "plan.textproto", "--jobs", "1")
        self.assertEqual((again.code, again.err), (0, ""), again)
        self.compare("again.txt", again.out, [])

    def go_on_after_a_kill(self, terminal):
        """The step called packages fetches a build, and is killed in the middle of it."""
        self.write("plan.textproto", FIRST, self.python("packages"))
        pid = os.path.join(self.stage.folder, "pid")

        def kill():
            with open(pid, encoding="utf-8") as file:
                program = int(file.read())
            partial = os.path.join(self.stage.home, ".cache/provision/store/partial")
            while not any(os.path.getsize(os.path.join(partial, name)) > 1 << 20 for name in os.listdir(partial)):
                os.sched_yield()  # what was sent is on its way
            os.kill(program, signal.SIGKILL)

        self.mirror.server.in_the_middle = kill
        words = ["apply", "plan.textproto", "--jobs", "1"]  # so that the steps speak in the order of the sample
        killed = self.stage.run(*words, wrap=["sh", "-c", f'echo $$ >"{pid}"; exec "$@"', "sh"])
        self.assertEqual(killed.code, -signal.SIGKILL, killed)
        self.mirror.server.in_the_middle = None
        resumed = self.play(*words, terminal=terminal)
        self.assertEqual((resumed.code, resumed.err), (0, ""), resumed)
        self.compare("after_kill.txt", resumed.out, ["work", "kept", "slow", "undo"])

    def test_after_a_kill_at_a_terminal(self):
        self.go_on_after_a_kill(terminal=True)

    def test_after_a_kill_in_a_pipe(self):
        self.go_on_after_a_kill(terminal=False)

    def corp(self):
        """A plan whose third step fails and whose first one is as asked already."""
        self.write("corp.textproto", self.python("python"), CORP, self.packages('requirement: "requests==99.0"'), MIGRATE)
        self.stage.environment["PIP_RETRIES"] = "0"
        ready = self.stage.run("apply", "corp.textproto", "--only", "python")
        self.assertEqual(ready.code, 0, ready)

    def test_a_failing_step_at_a_terminal(self):
        self.corp()
        failed = self.stage.run_in_terminal("apply", "corp.textproto", "--jobs", "1")
        self.assertEqual(failed.code, 3, failed)
        self.compare("failing.txt", failed.out.replace(" --jobs 1", ""), ["work", "error"])

    def test_a_failing_step_in_a_pipe(self):
        self.corp()
        failed = self.stage.run("apply", "corp.textproto", "--jobs", "1")
        self.assertEqual(failed.code, 3, failed)
        page = plain(sample("failing.txt"), ["work", "error"])
        begin, end = page.index("\nerror:"), page.index("\nStopped:")
        self.assertEqual(page[begin:end], plain(failed.err, ["work", "error"]))
        # The page shows a terminal, which has no such line.
        shown = re.sub(r"(?m)^ +\w+ +begins\n", "", failed.out)
        self.assertEqual(page[:begin] + page[end:], plain(shown, ["work", "error", "slow"]))

    def test_a_failing_step_in_ascii(self):
        self.corp()
        self.stage.environment["LANG"] = "C"
        failed = self.stage.run_in_terminal("apply", "corp.textproto", "--jobs", "1")
        steps = failed.out.partition("\n\n")[0] + "\n"
        self.compare("failing_ascii.txt", steps, ["work"])
        self.assertTrue(failed.out.isascii(), failed.out)


if __name__ == "__main__":
    cases.main()

#!/usr/bin/env python3
"""What is wrong with a plan or a host is said by the real program: where, why, and what to do; and nothing is lost."""

import os
import re
import socket
import sys
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.index import Index
from plugins.builtin.proofs.quickstart import new_quickstart
from plugins.builtin.proofs.stage import HOME, STATE, Stage, differences

PLAN = """name: "files"
step {
  name: "first"
  [provision.files] { file { path: "a" content: "A\\n" } }
}
step {
  name: "second"
  after: "first"
  [provision.files] { STEP }
}
"""
READ_NOTHING = "Refused: 1 error, nothing was read from the host. Exit 65.\n"


class BadInputTest(unittest.TestCase):
    maxDiff = None

    def expect(self, stage, code, error, may_change=()):
        """Applies the plan; what it complains of is exactly `error`. In the home nothing has changed but what may."""
        before = stage.tree()
        outcome = stage.run("apply", "plan.textproto", "--jobs", "1")
        self.assertEqual(self.normal(outcome.err), error, outcome)
        self.assertEqual(outcome.code, code, outcome)
        self.assertEqual(differences(before, stage.tree()), sorted(may_change))
        return outcome

    def normal(self, text):
        """Without the names that a run makes up, and the command of a tool: it depends on the tool."""
        text = re.sub(r"\.provision-[0-9a-f]{16}\.tmp", "TEMPORARY", text.lstrip("\n"))
        text = re.sub(r"(provision)/[0-9a-f]{8}/runs/[0-9a-f-]{36}/", r"\1/HOST/runs/RUN/", text)
        text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
        return re.sub(r"(?m)^( +)python \S+ .*: exit status", r"\1pip: exit status", text)

    def staged(self, step):
        stage = Stage(self)
        stage.write("plan.textproto", PLAN.replace("STEP", step))
        return stage

    # ---- the plan ----

    def test_a_typo_in_a_field(self):
        self.expect(
            self.staged('file { pth: "b" content: "B" }'),
            65,
            "error: plan.textproto:9:30: no such field: pth [plan/unknown-field]\n"
            '    9 |   [provision.files] { file { pth: "b" content: "B" } }\n'
            "      |                              ^~~ did you mean path?\n"
            "  next     provision explain files\n" + READ_NOTHING,
        )

    def test_a_cycle(self):
        stage = self.staged('file { path: "b" content: "B" }')
        stage.write("plan.textproto", stage.read("plan.textproto").replace('name: "first"', 'name: "first" after: "second"'))
        self.expect(
            stage,
            65,
            "error: plan.textproto:3:24: steps wait for each other: first -> second -> first [plan/cycle]\n"
            '    3 |   name: "first" after: "second"\n'
            "      |                        ^~~~~~~~\n"
            "  next     take one of these `after` away\n" + READ_NOTHING,
        )

    def test_a_missing_file(self):
        stage = self.staged('file { path: "b" source: "missing" }')
        self.expect(
            stage,
            3,
            "error: second: ~/work/missing: nothing of that name [files/source]\n".replace("~", HOME)
            + "  at       plan.textproto:9:23\n"
            "  next     put the file beside the plan, or correct `source`\n",
            may_change=["work/a"],  # the step before it is done, and stays
        )
        stage.write("missing", "found\n")
        self.assertEqual(stage.run("apply", "plan.textproto").code, 0)
        self.assertEqual(stage.read("b"), "found\n")

    def test_a_missing_plan(self):
        self.expect(
            Stage(self),
            65,
            "error: plan.textproto: there is no such plan [plan/missing]\n"
            f"  at       {HOME}/work/plan.textproto\n"
            "  next     name the plan's file by its path from here, or in full\n" + READ_NOTHING,
        )

    # ---- the disk ----

    def test_a_read_only_target(self):
        stage = self.staged(f'file {{ path: "{HOME}/sealed/b" content: "B" }}')
        os.mkdir(os.path.join(stage.home, "sealed"))
        stage.mounts = [f"mount --bind {HOME}/sealed {HOME}/sealed", f"mount -o remount,bind,ro {HOME}/sealed"]
        self.expect(
            stage,
            3,
            f"error: second: create {HOME}/sealed/TEMPORARY: Read-only file system [host/read-only]\n"
            "  at       plan.textproto:9:3, action 1 of 1\n"
            "  next     mount it writable, or name another place in the plan\n",
            may_change=["work/a"],
        )

    def test_a_disk_that_is_too_small(self):
        """Refused before anything is done: the first step, which would have fitted, is not performed."""
        stage = self.staged(f'file {{ path: "{HOME}/small/b" content: "{"B" * 200000}" }}')
        os.mkdir(os.path.join(stage.home, "small"))
        stage.mounts = [f"mount -t tmpfs -o size=64k,nr_inodes=50 tmpfs {HOME}/small"]
        self.expect(
            stage,
            1,
            f"error: not enough room in the file system of {HOME}/small [host/no-space]\n"
            "  expected  220000 bytes and 1 inodes free\n"
            "  found     65536 bytes and 49 inodes\n"
            "  next      free some space, then run the same command\n",
        )

    def test_a_disk_that_fills_up(self):
        """The first step fills the disk that the second one needs, which no preview knows."""
        stage = self.staged(f'file {{ path: "{HOME}/small/b" content: "{"B" * 20000}" }}')
        os.mkdir(os.path.join(stage.home, "small"))
        command = 'command] { argv: "/bin/sh" argv: "-c" argv: "cat /dev/zero > ~/small/full 2>/dev/null; true" }'
        files = 'files] { file { path: "a" content: "A\\n" } }'
        stage.write("plan.textproto", stage.read("plan.textproto").replace(files, command))
        stage.mounts = [f"mount -t tmpfs -o size=64k tmpfs {HOME}/small"]
        self.expect(
            stage,
            3,
            f"error: second: write {HOME}/small/TEMPORARY: No space left on device [host/no-space]\n"
            "  at       plan.textproto:9:3, action 1 of 1\n"
            "  next     free some space, then run the same command\n",
        )
        stage.mounts = []
        stage.write("plan.textproto", stage.read("plan.textproto").replace("cat /dev/zero", "echo"))
        self.assertEqual(stage.run("apply", "plan.textproto").code, 0)
        self.assertEqual(stage.read("../small/b"), "B" * 20000)

    def test_a_disk_without_room_for_the_journal(self):
        stage = self.staged('file { path: "b" content: "B" }')
        os.makedirs(os.path.join(stage.home, STATE))
        stage.mounts = [f"mount -t tmpfs -o size=8k tmpfs {HOME}/.local/state"]
        self.expect(
            stage,
            1,
            f"error: first: write {HOME}/{STATE}/HOST/runs/RUN/journal.new.tmp: No space left on device [host/no-space]\n"
            "  at       plan.textproto:4:3, action 1 of 1\n"
            "  next     free some space, then run the same command\n",
        )
        stage.mounts = []
        self.assertEqual(stage.run("apply", "plan.textproto").code, 0)

    # ---- the index ----

    def expect_of_the_index(self, stage, error):
        """The environment is as it was, and the same command goes on once there is a good index."""
        _, good = new_quickstart(self)
        self.expect(stage, 3, error)
        stage.environment["PIP_INDEX_URL"] = good.url
        stage.write("requirements.txt", "requests\n")
        again = stage.run("apply", "plan.textproto")
        self.assertEqual(again.code, 0, again)

    def packages(self, requirement="requests"):
        """The quickstart with this requirement alone, its environment made but empty."""
        stage, index = new_quickstart(self)
        stage.write("requirements.txt", requirement + "\n")
        stage.environment["PIP_RETRIES"] = "0"
        stage.write("plan.textproto", stage.read("plan.textproto").replace('verify { import: "numpy.linalg" }', ""))
        python = stage.run("apply", "plan.textproto", "--only", "python")
        self.assertEqual(python.code, 0, python)
        # pip's own cache comes with its first start.
        stage.environment["PIP_NO_CACHE_DIR"] = "1"
        return stage, index

    def test_an_index_that_answers_html(self):
        stage, _ = self.packages()
        stage.environment["PIP_INDEX_URL"] = Index(self, "", b"<html><body>Please log in</body></html>").url
        self.expect_of_the_index(
            stage,
            "error: packages: http://127.0.0.1:PORT/simple/requests/ answers with a page that offers no file of requests"
            " [python_packages/not-an-index]\n"
            "  at       plan.textproto:19:3, action 1 of 1\n"
            "           pip: exit status 1\n"
            "  found    ERROR: Could not find a version that satisfies the requirement requests (from versions: none)\n"
            "           ERROR: No matching distribution found for requests\n"
            "  because  a sign-in page of the network, or a URL that is no package index\n"
            "  next     open the URL in a browser; then correct index_url or sign in\n",
        )

    def test_an_index_that_cannot_be_reached(self):
        stage, _ = self.packages()
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))  # and nobody listens
            stage.environment["PIP_INDEX_URL"] = f"http://127.0.0.1:{closed.getsockname()[1]}/simple/"
            self.expect_of_the_index(
                stage,
                "error: packages: the index cannot be reached: http://127.0.0.1:PORT/simple/requests/ [net/connect]\n"
                "  at       plan.textproto:19:3, action 1 of 1\n"
                "           pip: exit status 1\n"
                "  found    ERROR: Could not find a version that satisfies the requirement requests (from versions: none)\n"
                "           ERROR: No matching distribution found for requests\n"
                "  because  [Errno 111] Connection refused\n"
                "  next     check index_url, the network and the proxy; then the same command again\n",
            )

    def test_a_version_that_does_not_exist(self):
        stage, index = self.packages("requests==99.0")
        offered = next(wheel.split("-")[1] for wheel in os.listdir(index.server.wheels) if wheel.startswith("requests-"))
        self.expect_of_the_index(
            stage,
            "error: packages: no version meets requests==99.0 on this platform [python_packages/no-such-version]\n"
            "  at       plan.textproto:19:3, action 1 of 1\n"
            "           pip: exit status 1\n"
            f"  found    ERROR: Could not find a version that satisfies the requirement requests==99.0 (from versions: {offered})\n"
            "           ERROR: No matching distribution found for requests==99.0\n"
            f"  because  on offer are {offered}\n"
            "  next     ask for a version that is on offer, or name the index that has it in index_url\n",
        )

    def test_no_wheel_for_this_platform(self):
        stage, _ = self.packages("elsewhere")
        wheels = os.path.join(stage.folder, "wheels")
        os.mkdir(wheels)
        # Its name alone decides; nobody opens it.
        open(os.path.join(wheels, "elsewhere-1.0-cp39-cp39-win_amd64.whl"), "w").close()
        stage.environment["PIP_INDEX_URL"] = Index(self, wheels).url
        self.expect_of_the_index(
            stage,
            "error: packages: no wheel of elsewhere fits this interpreter and platform [python_packages/no-wheel]\n"
            "  at       plan.textproto:19:3, action 1 of 1\n"
            "           pip: exit status 1\n"
            "  found    ERROR: Could not find a version that satisfies the requirement elsewhere (from versions: none)\n"
            "           ERROR: No matching distribution found for elsewhere\n"
            "  because  there is one for cp39-cp39-win_amd64\n"
            "  next     ask for another version, or for a Python that it has wheels for; without wheel_only it is built from source"
            " if there is one\n",
        )


if __name__ == "__main__":
    cases.main()

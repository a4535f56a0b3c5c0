#!/usr/bin/env python3
"""The rows of the ladder (P5 to P7, P11) that need a mirror behind a URL, by the real program."""

import os
import shutil
import sys
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.mirror import PYTHON, Mirror, Packed
from plugins.builtin.proofs.stage import HOME, Stage

OURS = f"{HOME}/.local/share/provision/python"
PLAN = """name: "ladder" step { name: "python" [provision.python] { version: "VERSION" environment: ".venv"
  mirror { location: "MIRROR" list: "builds.json" list_sha256: "LIST" } } }
"""


class LadderTest(unittest.TestCase):
    def setUp(self):
        self.version = Packed.of(LadderTest).version
        self.stage = Stage(self)
        self.mirror = Mirror(self, self.packed, self.stage)
        self.server = self.mirror.server
        self.write_plan(self.mirror.url)

    def write_plan(self, mirror, version=None):
        plan = PLAN.replace("VERSION", version or self.version)
        self.stage.write("plan.textproto", plan.replace("MIRROR", mirror).replace("LIST", self.packed.list))

    def forget_environment(self, *trees):
        shutil.rmtree(self.stage.path(".venv"))
        for tree in trees:
            shutil.rmtree(self.stage.home + tree[len(HOME):])

    def program(self):
        return os.readlink(self.stage.path(".venv/bin/python"))

    def expect(self, outcome, code, *texts):
        self.assertEqual(outcome.code, code, outcome)
        for text in texts:
            self.assertIn(text, outcome.out + outcome.err)

    def test_p5_from_the_mirror_then_from_the_store(self):
        self.expect(self.stage.run("apply", "plan.textproto"), 0, f"{self.version} by rung EXACT")
        self.assertTrue(self.program().startswith(OURS), self.program())
        # The build is in the store now: another host of the same store needs only the list.
        self.forget_environment(OURS)
        os.remove(os.path.join(self.server.folder, "build.tar.gz"))
        self.server.requests.clear()
        self.expect(self.stage.run("apply", "plan.textproto"), 0, f"{self.version} by rung EXACT")
        self.assertTrue(self.program().startswith(OURS), self.program())
        self.assertEqual(set(self.server.requests), {"/builds.json"})

    def expect_the_system_because(self, reason, *flags):
        self.expect(self.stage.run("plan", "plan.textproto", *flags), 2, f"EXACT          refused  {reason}")
        self.expect(self.stage.run("apply", "plan.textproto", *flags), 0, f"{self.version} by rung SYSTEM")
        self.assertEqual(self.program(), PYTHON)

    def test_p5_offline_falls_to_the_system(self):
        self.write_plan(self.mirror.url, "3.11.99")
        self.expect_the_system_because("network: the network is not to be used", "--offline")
        self.assertEqual(self.server.requests, [])

    def test_p6_a_dead_network_falls_to_the_system(self):
        self.write_plan("http://mirror.invalid", "3.11.99")
        self.expect_the_system_because("network: mirror.invalid")

    def test_p7_a_proxy_that_wants_credentials(self):
        self.write_plan(self.mirror.url, "3.11.99")
        self.server.status = 407
        self.expect_the_system_because("proxy authentication: the proxy for 127.0.0.1")

    def test_another_patch_of_the_mirror_stands_in(self):
        self.write_plan(self.mirror.url, "3.11.99")
        self.expect(self.stage.run("apply", "plan.textproto"), 0, f"{self.version} by rung RELAXED_PATCH")
        self.assertTrue(self.program().startswith(OURS), self.program())

    def test_p11_no_lock_is_taken_where_interpreters_are(self):
        """flock fails as on a share without it; the locks that are taken are of state and store."""
        if shutil.which("strace") is None:
            self.skipTest("there is no strace")
        trace = os.path.join(self.stage.folder, "trace")
        wrap = ["strace", "-f", "-y", "-o", trace, "-e", "trace=flock,fcntl", "-e", "inject=flock:error=ENOSYS"]
        outcome = self.stage.run("apply", "plan.textproto", wrap=wrap)
        self.expect(outcome, 0, f"{self.version} by rung EXACT")
        with open(trace, encoding="utf-8") as file:
            locks = [line for line in file if "flock(" in line or "SETLK" in line]
        self.assertTrue(locks)
        self.assertEqual([line for line in locks if "flock(" in line or f"<{HOME}/.local/share" in line], [])


if __name__ == "__main__":
    cases.main()

#!/usr/bin/env python3
"""The rows of the ladder (P5 to P7, P11) that need a mirror behind a URL, by the real program."""

import http.server
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.stage import HOME, Stage

PACKER = "plugins/python/testdata/pack_interpreter.py"
PYTHON = "/usr/bin/python3.11"
OURS = f"{HOME}/.local/share/provision/python"
PLAN = """name: "ladder" step { name: "python" [provision.python] { version: "VERSION" environment: ".venv"
  mirror { location: "MIRROR" list: "builds.json" list_sha256: "LIST" } } }
"""


def output(*words):
    return subprocess.run(words, check=True, capture_output=True).stdout.decode().strip()


class Handler(http.server.BaseHTTPRequestHandler):
    """Files of a folder, or one status for all."""

    def do_GET(self):
        self.server.requests.append(self.path)
        path = self.server.folder + self.path
        status = self.server.status or (200 if os.path.isfile(path) else 404)
        body = b""
        if status == 200:
            with open(path, "rb") as file:
                body = file.read()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class LadderTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not os.path.exists(PYTHON):
            return
        cls.packed = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        cls.addClassCleanup(shutil.rmtree, cls.packed)
        cls.list = output(PYTHON, "-I", "-B", os.path.abspath(PACKER), os.path.join(cls.packed, "mirror"))
        cls.version = output(PYTHON, "-c", "import platform; print(platform.python_version())")

    def setUp(self):
        if not os.path.exists(PYTHON):
            self.skipTest("packs Debian's Python 3.11, where it is")
        self.stage = Stage(self)
        self.folder = os.path.join(self.stage.folder, "mirror")
        shutil.copytree(os.path.join(self.packed, "mirror"), self.folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.folder = self.folder
        self.server.status = None
        self.server.requests = []
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.write_plan(f"http://127.0.0.1:{self.server.server_port}")

    def write_plan(self, mirror, version=None):
        plan = PLAN.replace("VERSION", version or self.version)
        self.stage.write("plan.textproto", plan.replace("MIRROR", mirror).replace("LIST", self.list))

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
        os.remove(os.path.join(self.folder, "build.tar.gz"))
        self.server.requests.clear()
        self.expect(self.stage.run("apply", "plan.textproto"), 0, f"{self.version} by rung EXACT")
        self.assertTrue(self.program().startswith(OURS), self.program())
        self.assertEqual(set(self.server.requests), {"/builds.json"})

    def expect_the_system_because(self, reason, *flags):
        self.expect(self.stage.run("plan", "plan.textproto", *flags), 2, f"EXACT          refused  {reason}")
        self.expect(self.stage.run("apply", "plan.textproto", *flags), 0, f"{self.version} by rung SYSTEM")
        self.assertEqual(self.program(), PYTHON)

    def test_p5_offline_falls_to_the_system(self):
        self.write_plan(f"http://127.0.0.1:{self.server.server_port}", "3.11.99")
        self.expect_the_system_because("network: the network is not to be used", "--offline")
        self.assertEqual(self.server.requests, [])

    def test_p6_a_dead_network_falls_to_the_system(self):
        self.write_plan("http://mirror.invalid", "3.11.99")
        self.expect_the_system_because("network: mirror.invalid")

    def test_p7_a_proxy_that_wants_credentials(self):
        self.write_plan(f"http://127.0.0.1:{self.server.server_port}", "3.11.99")
        self.server.status = 407
        self.expect_the_system_because("proxy authentication: the proxy for 127.0.0.1")

    def test_another_patch_of_the_mirror_stands_in(self):
        self.write_plan(f"http://127.0.0.1:{self.server.server_port}", "3.11.99")
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

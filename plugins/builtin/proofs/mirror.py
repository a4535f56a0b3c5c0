"""A mirror of Python builds on the loopback, with one build: Debian's own Python 3.11, packed."""

import contextlib
import http.server
import os
import re
import shutil
import subprocess
import tempfile
import threading
import unittest

PACKER = "plugins/python/testdata/pack_interpreter.py"
PYTHON = "/usr/bin/python3.11"


def output(*words):
    return subprocess.run(words, check=True, capture_output=True).stdout.decode().strip()


class Packed:
    """The build: its folder, the digest of its list, its version."""

    @classmethod
    def of(cls, tests):
        """Packed once for a class of tests."""
        if not os.path.exists(PYTHON):
            raise unittest.SkipTest("packs Debian's Python 3.11, where it is")
        if "packed" not in vars(tests):
            tests.packed = cls(tests)
        return tests.packed

    def __init__(self, cls):
        folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        cls.addClassCleanup(shutil.rmtree, folder)
        self.folder = os.path.join(folder, "mirror")
        self.list = output(PYTHON, "-I", "-B", os.path.abspath(PACKER), self.folder)
        self.version = output(PYTHON, "-c", "import platform; print(platform.python_version())")


class Handler(http.server.BaseHTTPRequestHandler):
    """Files of a folder, whole or from where a client goes on; or one status for all."""

    def do_GET(self):
        self.server.requests.append(self.path)
        path = self.server.folder + self.path
        if self.server.status is not None or not os.path.isfile(path):
            self.send_response(self.server.status or 404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        with open(path, "rb") as file:
            body = file.read()
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        begin = int(asked[1]) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("ETag", '"one"')
        self.send_header("Content-Length", str(len(body) - begin))
        if asked:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        self.end_headers()
        # A client that is killed does not read on.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if self.server.in_the_middle is not None and self.path.endswith(".tar.gz"):
                half = (len(body) - begin) // 2
                self.wfile.write(body[begin : begin + half])
                begin += half
                self.server.in_the_middle()
            self.wfile.write(body[begin:])

    def log_message(self, *arguments):
        pass


class Mirror:
    """Serves what was packed until the test ends; `folder` may be changed meanwhile.

    `status` is the answer to everything, if set; `in_the_middle` is called when half of the build has been sent.
    """

    def __init__(self, case, packed, stage):
        folder = os.path.join(stage.folder, "mirror")
        shutil.copytree(packed.folder, folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.folder = folder
        self.server.status = None
        self.server.in_the_middle = None
        self.server.requests = []
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        case.addCleanup(thread.join)
        case.addCleanup(self.server.server_close)
        case.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

"""A package index on the loopback, with the real wheels of the quickstart."""

import contextlib
import fcntl
import hashlib
import http.server
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import threading
import unittest
import urllib.parse

REQUIREMENTS = "testdata/quickstart/requirements.txt"
PYTHON = ["python3", "-m", "pip"]


def quickstart_wheels():
    """The folder of the wheels; filled once a machine, by `pip download` from the index it is set up for.

    It is kept in the user's cache, for a download in each test would be a load on others.
    """
    with open(REQUIREMENTS, "rb") as file:
        requirements = file.read()
    version = subprocess.run([*PYTHON, "--version"], capture_output=True).stdout
    key = hashlib.sha256(requirements + version).hexdigest()[:16]
    cache = os.path.join(pwd.getpwuid(os.getuid()).pw_dir, ".cache", "provision-tests")
    os.makedirs(cache, exist_ok=True)
    folder = os.path.join(cache, "wheels-" + key)
    with open(folder + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(folder):
            download_to(folder)
    return folder


def download_to(folder):
    part = tempfile.mkdtemp(dir=os.path.dirname(folder))
    words = ["download", "--quiet", "--no-input", "--only-binary", ":all:", "--dest", part, "--requirement", REQUIREMENTS]
    done = subprocess.run([*PYTHON, *words], capture_output=True, text=True)
    if done.returncode != 0:
        shutil.rmtree(part)
        last = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        raise unittest.SkipTest(f"pip download found no index: {last}")
    os.rename(part, folder)


def project_of(wheel):
    return re.sub(r"[-_.]+", "-", wheel.split("-")[0]).lower()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = urllib.parse.unquote(self.path)
        self.server.requests.append(path)
        wheels = self.server.wheels
        project = re.fullmatch(r"/simple/([^/]+)/", path)
        if self.server.answer is not None:
            self.reply(200, "text/html", self.server.answer)
        elif project and any(project_of(wheel) == project[1] for wheel in os.listdir(wheels)):
            links = [f'<a href="/files/{w}">{w}</a>' for w in sorted(os.listdir(wheels)) if project_of(w) == project[1]]
            self.reply(200, "text/html", ("<!DOCTYPE html><html><body>" + "".join(links) + "</body></html>").encode())
        elif path.startswith("/files/") and os.path.basename(path) in os.listdir(wheels):
            with open(os.path.join(wheels, os.path.basename(path)), "rb") as file:
                self.reply(200, "application/octet-stream", file.read())
        else:
            self.reply(404, "text/plain", b"no such page")

    def reply(self, code, kind, body):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # A client that is killed does not read on.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class Index:
    """Serves the wheels of a folder until the test ends; `answer`, if given, is its answer to everything."""

    def __init__(self, case, wheels, answer=None):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.wheels = wheels
        self.server.answer = answer
        self.server.requests = []
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple/"
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        case.addCleanup(thread.join)
        case.addCleanup(self.server.server_close)
        case.addCleanup(self.server.shutdown)

    @property
    def requests(self):
        return self.server.requests

"""A headless Chromium that a test drives over its DevTools pipe; no driver, no socket."""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import unittest

DEADLINE_S = 60


class Browser:
    """One page. Keeps every request, every entry of the console and every exception."""

    def __init__(self, case):
        program = shutil.which("chromium")
        if program is None:
            raise unittest.SkipTest("there is no chromium; tools/setup --browser installs it")
        self.home = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        case.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        to_read, self.to = os.pipe()
        self.answers, from_write = os.pipe()
        words = [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions",
                 "--disable-background-networking", "--disable-dev-shm-usage", f"--user-data-dir={self.home}/profile",
                 "--remote-debugging-pipe", "about:blank"]

        def give_pipes():
            # Both may stand where one of them has to go.
            reader, writer = os.dup(to_read), os.dup(from_write)
            os.dup2(reader, 3)
            os.dup2(writer, 4)

        # Chromium reads descriptor 3 and writes 4.
        self.process = subprocess.Popen(
            words, env={"PATH": "/usr/bin:/bin", "HOME": self.home, "LANG": "C.UTF-8"}, close_fds=False,
            preexec_fn=give_pipes, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        case.addCleanup(self.close)
        os.close(to_read)
        os.close(from_write)
        self.buffer = b""
        self.number = 0
        self.session = None
        self.requests, self.complaints, self.events = [], [], []
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime", "Performance"):
            self.call(domain + ".enable")

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.to)
        os.close(self.answers)

    def receive(self):
        end = time.monotonic() + DEADLINE_S
        while b"\0" not in self.buffer:
            if not select.select([self.answers], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser says nothing")
            data = os.read(self.answers, 1 << 20)
            if not data:
                raise EOFError("the browser has ended")
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(line)
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled"):
            self.complaints.append(parameters)
        elif method is not None:
            self.events.append(method)
        return message

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session is not None:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def open(self, path):
        """Opens a file; returns the seconds until it was loaded."""
        self.events.clear()
        begin = time.monotonic()
        self.call("Page.navigate", url="file://" + path)
        while "Page.loadEventFired" not in self.events:
            self.receive()
        return time.monotonic() - begin

    def ask(self, expression):
        """The value of a JavaScript expression."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def press(self, key):
        codes = {"ArrowDown": 40, "ArrowUp": 38, "Enter": 13, "Escape": 27, "Tab": 9, "Home": 36, "End": 35, "/": 191}
        text = {"text": "\r"} if key == "Enter" else {"text": key} if len(key) == 1 else {}
        which = dict(key=key, code=key, windowsVirtualKeyCode=codes[key])
        self.call("Input.dispatchKeyEvent", type="keyDown", **which, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **which)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def resize(self, width, height=900):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def look(self, media="screen", scheme="light"):
        self.call("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])

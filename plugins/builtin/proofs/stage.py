"""The real program on a stage: the same host, but the user is `ada`, with an empty home and one loopback index.

A user and mount namespace makes it, so paths and names in what the program prints are the same everywhere.
"""

import fcntl
import hashlib
import os
import pty
import shlex
import shutil
import stat
import struct
import subprocess
import tempfile
import termios
import unittest

from plugins.builtin.proofs import advice, cases
from plugins.builtin.proofs.screen import Screen

HOME = "/mnt/ada"
PASSWD = f"root:x:0:0::/:/bin/sh\nada:x:1000:1000::{HOME}:/bin/sh\n"
STATE = ".local/state/provision"
COLUMNS = 80
NOBODY = 65534
# Of one command; what takes longer hangs.
DEADLINE_S = 300


class Outcome:
    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    def __str__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def can_be_set_up():
    words = ["unshare", "--user", "--map-root-user", "--mount", "unshare", "--user", "--map-user=1000", "true"]
    return shutil.which("unshare") is not None and subprocess.run(words, capture_output=True).returncode == 0


class Stage:
    def __init__(self, case):
        if not can_be_set_up():
            raise unittest.SkipTest("this kernel lets nobody make a user namespace")
        self.case = case
        self.folder = os.path.realpath(tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR")))
        case.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = os.path.join(self.folder, "home")
        self.work = os.path.join(self.home, "work")  # where each command starts
        os.makedirs(self.work)
        not_hers = os.path.join(self.folder, "not_hers")  # at /srv
        os.mkdir(not_hers, 0o755)
        if os.getuid() == 0:
            os.chown(not_hers, NOBODY, NOBODY)
        with open(os.path.join(self.folder, "passwd"), "w", encoding="utf-8") as file:
            file.write(PASSWD)
        self.program = cases.argument(0)
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": HOME, "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "xterm"}
        self.mounts = []  # commands of a shell that is root, after the home is there

    # ---- files ----

    def path(self, name):
        return os.path.join(self.work, name)

    def write(self, name, text, mode=0o644):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), mode)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def forget_state(self):
        shutil.rmtree(os.path.join(self.home, STATE))

    def tree(self):
        """What is in the home, but for the program's state: path -> what it is."""
        return snapshot(self.home, leave_out=STATE)

    # ---- commands ----

    def words(self, words, wrap=()):
        """The command line that runs words on the stage; wrap is a program that runs them in its turn."""
        folder = shlex.quote(self.folder)
        setup = [
            "mount -t tmpfs tmpfs /mnt",
            f"mkdir {HOME}",
            f"mount --bind {folder}/home {HOME}",
            f"mount --bind {folder}/passwd /etc/passwd",
            f"mount --bind {folder}/not_hers /srv",
            f"mount --bind {folder} {folder}",
            # Ada is whoever runs the test, so the host is kept from her.
            "mount -o remount,bind,ro /",
            *self.mounts,
            f"cd {HOME}/work",
            'exec unshare --user --map-user=1000 --map-group=1000 -- "$@"',
        ]
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        return (
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", " && ".join(setup), "sh"]
            + ["env", "-i", *variables, *wrap]
            + list(words)
        )

    def shell(self, line):
        """Does something as ada; returns what it prints."""
        words = self.words(["sh", "-c", line])
        done = subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=DEADLINE_S)
        return done.stdout.decode()

    def run(self, *words, wrap=()):
        """Runs the program with its streams in pipes; whatever it advises to type has to be a command line."""
        done = subprocess.run(
            self.words([self.program, *words], wrap),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=DEADLINE_S,
        )
        outcome = Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())
        self.case.assertEqual(advice.faults(outcome.out) + advice.faults(outcome.err), [], outcome)
        return outcome

    def run_in_terminal(self, *words, typed=None, columns=COLUMNS):
        """Runs the program at a terminal; `out` is the screen that a person sees in the end.

        typed is what a person answers: question -> line.
        """
        screen = Screen()
        code, _ = self.play_in_terminal(words, dict(typed or {}), columns, screen)
        return Outcome(code, screen.text(), "")

    def bytes_in_terminal(self, *words):
        """What the program sends to a terminal."""
        return self.play_in_terminal(words, {}, COLUMNS, Screen())[1]

    def play_in_terminal(self, words, questions, columns, screen):
        inner, outer = pty.openpty()
        fcntl.ioctl(outer, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen(
            self.words([self.program, *words]), stdin=outer, stdout=outer, stderr=outer, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # /dev/tty is this one
        )
        os.close(outer)
        sent = b""
        while True:
            try:
                data = os.read(inner, 65536)
            except OSError:  # the last one who had it open has gone
                break
            if not data:
                break
            sent += data
            screen.write(data)
            for question in [question for question in questions if question in screen.text()]:
                os.write(inner, questions.pop(question).encode() + b"\n")
        os.close(inner)
        return process.wait(DEADLINE_S), sent


def snapshot(root, leave_out=None):
    """Type, mode and content of everything below a folder: path -> text."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(folder, name)
            relative = os.path.relpath(path, root)
            if leave_out is not None and (relative + "/").startswith(leave_out + "/"):
                continue
            found[relative] = describe(path)
    if leave_out is not None:  # made for the state alone
        parent = os.path.dirname(leave_out)
        while parent:
            found.pop(parent, None)
            parent = os.path.dirname(parent)
    return found


def differences(before, after):
    """Paths that are not the same in two snapshots."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def describe(path):
    status = os.lstat(path)
    kind = stat.S_IFMT(status.st_mode)
    text = oct(status.st_mode)
    if kind == stat.S_IFLNK:
        return f"{text} {os.readlink(path)}"
    if kind == stat.S_IFREG:
        with open(path, "rb") as file:
            return f"{text} {hashlib.sha256(file.read()).hexdigest()}"
    return text

"""What strace saw of a run."""

import collections
import os
import re
import shutil
import unittest

SYNCS = ("fsync", "fdatasync", "syncfs", "sync_file_range", "sync")
# Those that change a path that they are given by name; opens do so by their flags.
BY_NAME = (
    "creat",
    "link",
    "linkat",
    "mkdir",
    "mkdirat",
    "mknod",
    "mknodat",
    "rename",
    "renameat",
    "renameat2",
    "rmdir",
    "symlink",
    "symlinkat",
    "truncate",
    "unlink",
    "unlinkat",
    "chmod",
    "fchmodat",
    "chown",
    "lchown",
    "fchownat",
    "setxattr",
    "lsetxattr",
    "removexattr",
    "lremovexattr",
    "utime",
    "utimes",
    "utimensat",
)
# Those that change what a descriptor stands for.
BY_DESCRIPTOR = ("fallocate", "fchmod", "fchown", "fremovexattr", "fsetxattr", "ftruncate")
OPENS = ("open", "openat", "openat2")
STARTS = ("clone", "clone3", "fork", "vfork")
CHANGING_OPEN = re.compile(r"O_CREAT|O_TRUNC|O_TMPFILE|O_WRONLY|O_RDWR")
# What is written there changes no file.
NO_FILES = re.compile(r"^/(dev|proc|sys)/")
# A descriptor with its path, or a string.
WORD = re.compile(r'(?:\d+|AT_FDCWD)<((?:[^>\\]|\\.)*)>|"((?:[^"\\]|\\.)*)"')

Call = collections.namedtuple("Call", "process name words result")


class Trace:
    """strace around one command: `wrap` goes before its words; afterwards the rest tells what happened."""

    def __init__(self, folder, calls):
        if shutil.which("strace") is None:
            raise unittest.SkipTest("there is no strace")
        self.file = os.path.join(folder, "trace")
        # -y: paths of descriptors. -s: strings whole, for they are paths.
        self.wrap = ["strace", "-f", "-y", "-s", "4096", "-o", self.file, "-e", "trace=" + ",".join([*calls, "execve"])]

    def calls(self):
        """Each call that succeeded, in their order."""
        unfinished = {}
        with open(self.file, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
        for line in lines:
            begun = re.match(r"^(\d+) +(\w+\(.*) <unfinished \.\.\.>$", line)
            if begun:
                unfinished[begun[1]] = f"{begun[1]} {begun[2]}"
                continue
            resumed = re.match(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$", line)
            if resumed:
                line = unfinished.pop(resumed[1]) + resumed[2]
            call = re.match(r"^(\d+) +(\w+)\((.*)\) += +(\d+)", line)
            if call:
                yield Call(int(call[1]), call[2], call[3], int(call[4]))

    def own_calls(self):
        """Calls of the program and its threads, and of children before they became another program. Needs STARTS."""
        calls = list(self.calls())
        started = {}  # process -> who started it, and where among the calls
        became = {}  # process -> where it became another program
        for at, call in enumerate(calls):
            if call.name in STARTS:
                started[call.result] = (call.process, at)
            elif call.name == "execve" and at > 0:
                became.setdefault(call.process, at)

        def is_other(process, at):
            return became.get(process, at + 1) <= at or (process in started and is_other(*started[process]))

        return [call for at, call in enumerate(calls) if not is_other(call.process, at)]

    def changed_paths(self):
        """Absolute paths that the program itself made, changed or removed. Needs CHANGES and STARTS.

        Names of the write protocol are left out: whoever compares snapshots finds those that are left.
        """
        paths = changed_by(self.own_calls())
        return {path for path in paths if not re.search(r"/\.provision-[0-9a-f]{16}\.tmp(/|$)", path)}

    def changed_paths_of_all(self):
        """The same of every process, and with every name."""
        return changed_by(self.calls())


CHANGES = (*OPENS, *BY_NAME, *BY_DESCRIPTOR)


def changed_by(calls):
    changing = (c for c in calls if c.name not in STARTS and c.name != "execve")
    changing = (c for c in changing if c.name not in OPENS or CHANGING_OPEN.search(c.words))
    return {path for call in changing for path in paths_of(call) if not NO_FILES.match(path)}


def paths_of(call):
    """The paths that a call names: relative ones start from the descriptor before them."""
    words = WORD.findall(call.words)
    if call.name in BY_DESCRIPTOR:
        yield words[0][0]
        return
    if call.name.startswith("symlink"):
        words = words[1:]  # the first is what the link says
    folder = ""
    for descriptor, text in words:
        if descriptor:
            folder = descriptor
        else:
            yield os.path.normpath(os.path.join(folder, text))

"""What strace saw of a run."""

import os
import re
import shutil
import unittest

SYNCS = ("fsync", "fdatasync", "syncfs", "sync_file_range", "sync")
PATH_CALLS = (
    "creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat,mknod,mknodat,"
    "truncate,chmod,fchmodat,chown,lchown,fchownat,utimensat,setxattr,lsetxattr,removexattr,lremovexattr"
)
OPENS = "open,openat,openat2"
DESCRIPTOR_CALLS = "ftruncate,fallocate,fchmod,fchown,fsetxattr,fremovexattr"
CALL = re.compile(r"^(\d+) +(\w+)\((.*?)(?:\) += +(-?\d+|\?)(.*))?$")


class Trace:
    """strace around one command: `wrap` goes before its words; then calls() tells what happened."""

    def __init__(self, folder, calls):
        if shutil.which("strace") is None:
            raise unittest.SkipTest("there is no strace")
        self.file = os.path.join(folder, "trace")
        # -yy would ask for sockets too; strings whole, for paths stand in them.
        self.wrap = ["strace", "-f", "-y", "-s", "4096", "-o", self.file, "-e", "trace=" + calls + ",execve", "-e", "signal=none"]

    def calls(self):
        """(process, name, arguments) of each call that succeeded, in their order."""
        unfinished = {}
        for line in open(self.file, encoding="utf-8", errors="replace"):
            line = line.rstrip("\n")
            begun = re.match(r"^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$", line)
            if begun:
                unfinished[begun[1]] = f"{begun[1]} {begun[2]}({begun[3]}"
                continue
            resumed = re.match(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$", line)
            if resumed:
                line = unfinished.pop(resumed[1]) + resumed[2]
            call = CALL.match(line)
            if call and call[4] is not None and call[4] != "?" and int(call[4]) >= 0:
                yield int(call[1]), call[2], call[3]

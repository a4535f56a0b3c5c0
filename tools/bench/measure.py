"""What a command costs: time, memory, system calls, instructions."""

import os
import re
import subprocess
import tempfile
import time


class Cost:
    """The least of several runs: what the command needs when nothing else happens."""

    def __init__(self, wall_s, cpu_s, peak_kib):
        self.wall_s = wall_s
        self.cpu_s = cpu_s
        self.peak_kib = peak_kib


def environment(home):
    """What every command here gets: the presets of this machine would make them differ."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8"}


def run_once(words, env, folder, allowed=(0,)):
    with tempfile.TemporaryFile() as output:
        begin = time.monotonic()
        process = subprocess.Popen(words, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in allowed:
            output.seek(0)
            raise RuntimeError(f"{' '.join(words)}: exit {process.returncode}\n{output.read().decode(errors='replace')}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


def least(runs):
    return Cost(min(r.wall_s for r in runs), min(r.cpu_s for r in runs), min(r.peak_kib for r in runs))


def measure(words, env, folder, runs, before=lambda: None, allowed=(0,)):
    costs = []
    for _ in range(runs):
        before()
        costs.append(run_once(words, env, folder, allowed))
    return least(costs)


SYNCS = ("fsync", "fdatasync", "syncfs", "sync")


def count_calls(words, env, folder, allowed=(0,)):
    """System calls of the whole process tree, and how many of them are syncs."""
    with tempfile.NamedTemporaryFile() as table:
        run_once(["strace", "-f", "-c", "-o", table.name, *words], env, folder, allowed)
        with open(table.name, encoding="utf-8") as file:
            return read_counts(file.read())


def read_counts(table):
    calls = {}
    for line in table.splitlines():
        row = re.match(r"\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$", line)
        if row and row[2] != "total":
            calls[row[2]] = int(row[1])
    return sum(calls.values()), sum(calls.get(name, 0) for name in SYNCS)


def count_instructions(words, env, folder, allowed=(0,)):
    with tempfile.NamedTemporaryFile() as profile, tempfile.NamedTemporaryFile() as log:
        tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile.name}", f"--log-file={log.name}"]
        run_once([*tool, *words], env, folder, allowed)
        with open(log.name, encoding="utf-8") as file:
            return read_instructions(file.read())


def read_instructions(log):
    return int(re.search(r"Collected\s*:\s*(\d+)", log)[1])

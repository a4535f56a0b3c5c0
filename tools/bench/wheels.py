#!/usr/bin/env python3
"""Installs the wheels of a folder into a new environment, by us and by others, and prints what it costs.

usage: tools/bench/wheels.py [--runs N] [WHEELS]     default: an application of about 40, downloaded once

All files lie on one tmpfs and were read before. uv starts with an empty cache, and once more with a filled one.
Ours is the action alone, from a filled store: no plan is read and no journal written.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
sys.path.insert(0, ROOT)
from tools.bench import rivals
from tools.bench.measure import count_calls, environment, measure
from tools.wheels.action import action_text, describe, fill_store

APPLICATION = """numpy pandas scipy scikit-learn django fastapi sqlalchemy requests uvicorn jinja2 httpx rich click
    pyyaml""".split()


def application():
    folder = os.path.join(rivals.CACHE, "application")
    if not os.path.isdir(folder):
        part = tempfile.mkdtemp(dir=rivals.CACHE)
        rivals.run([sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:", "--dest", part, *APPLICATION])
        os.rename(part, folder)
    return folder


def ours():
    print("bench: building", file=sys.stderr)
    rivals.run(["bazel", "build", "--config=release", "//tools/wheels:install"], cwd=ROOT)
    folder = rivals.run(["bazel", "info", "--config=release", "bazel-bin"], cwd=ROOT).strip()
    return os.path.join(folder, "tools/wheels/install")


class Bench:
    def __init__(self, folder, wheels, runs):
        self.folder = folder
        self.runs = runs
        self.python = sys.executable
        self.wheels = os.path.join(folder, "wheels")
        shutil.copytree(wheels, self.wheels)
        self.files = [os.path.join(self.wheels, name) for name in sorted(os.listdir(self.wheels)) if name.endswith(".whl")]
        self.target = os.path.join(folder, "env")
        self.cache = os.path.join(folder, "cache")
        self.env = environment(folder)
        self.fresh = os.path.join(folder, "fresh")
        subprocess.run([self.python, "-m", "venv", "--without-pip", self.fresh], check=True)

    def new_environment(self):
        shutil.rmtree(self.target, ignore_errors=True)
        shutil.copytree(self.fresh, self.target, symlinks=True)
        # The time for that belongs to nobody, nor does what it leaves to be written.
        os.sync()

    def empty_cache(self):
        self.new_environment()
        shutil.rmtree(self.cache, ignore_errors=True)

    def row(self, what, words, before, base=None):
        cost = measure(words, self.env, self.folder, self.runs, before)
        before()
        calls, _ = count_calls(words, self.env, self.folder)
        ratio = f"{base.wall_s / cost.wall_s:8.3f}" if base else ""
        print(
            f"  {what:34}{cost.wall_s * 1e3:10.1f} ms {cost.cpu_s * 1e3:9.1f} ms{cost.peak_kib / 1024:8.1f} MB {calls:9} {ratio}",
            flush=True,
        )
        return cost

    def ours(self):
        store = os.path.join(self.folder, "store")
        digests = fill_store(store, self.files)
        text = action_text(self.target, describe(self.python), digests, {f: os.path.basename(f) for f in self.files})
        action = os.path.join(self.folder, "action.textproto")
        with open(action, "w", encoding="utf-8") as file:
            file.write(text)
        return self.row("provision", [ours(), action, store], self.new_environment)

    def run(self):
        size = sum(os.path.getsize(file) for file in self.files)
        load = os.getloadavg()[0]
        print(f"{len(self.files)} wheels, {size / 1e6:.1f} MB, {os.cpu_count()} cores, load {load:.1f}, minimum of {self.runs} runs")
        print(f"  {'':34}{'wall':>10}    {'CPU':>9}   {'peak':>8}    {'calls':>9}  ours/it")
        base = self.ours()
        uv = rivals.uv()
        words = [uv, "pip", "install", "--offline", "--no-index", "--no-config", "--cache-dir", self.cache]
        words += ["--find-links", self.wheels, "--python", os.path.join(self.target, "bin", "python"), *self.requirements()]
        self.row(f"{rivals.version(uv)}, cache empty", words, self.empty_cache, base)
        self.row(f"{rivals.version(uv)}, cache filled", words, self.new_environment, base)
        pip = [self.python, "-m", "pip", "--python", os.path.join(self.target, "bin", "python"), "install", "--no-index"]
        pip += ["--disable-pip-version-check", "--find-links", self.wheels, *self.requirements()]
        self.row("pip", pip, self.new_environment, base)
        self.row("pip, --no-compile", [*pip, "--no-compile"], self.new_environment, base)

    def requirements(self):
        return ["==".join(os.path.basename(file).split("-")[:2]) for file in self.files]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("wheels", nargs="?")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(dir="/dev/shm")
    try:
        Bench(folder, arguments.wheels or application(), arguments.runs).run()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

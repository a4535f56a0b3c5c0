"""The programs that we compare with, from the ordinary registries; kept in the user's cache."""

import os
import shutil
import subprocess
import sys

CACHE = os.path.join(os.path.expanduser("~"), ".cache", "provision-bench")


def run(words, **kwargs):
    done = subprocess.run(words, capture_output=True, text=True, **kwargs)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(words)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def provision(root):
    """Ours, as it is released."""
    print("bench: building", file=sys.stderr)
    run(["bazel", "build", "--config=release", "//plugins/builtin:provision"], cwd=root)
    folder = run(["bazel", "info", "--config=release", "bazel-bin"], cwd=root).strip()
    return os.path.join(folder, "plugins/builtin/provision")


def mise():
    program = os.path.join(CACHE, "mise", "package", "bin", "mise")
    if not os.path.exists(program):
        folder = os.path.join(CACHE, "mise")
        os.makedirs(folder, exist_ok=True)
        archive = run(["npm", "pack", "--silent", "@jdxcode/mise-linux-x64"], cwd=folder).strip()
        run(["tar", "-xzf", archive], cwd=folder)
    return program


def ansible():
    """From Debian; None where it is not installed, for that is the user's to do."""
    return shutil.which("ansible-playbook", path="/usr/bin:/bin")


def uv():
    folder = os.path.join(CACHE, "uv")
    program = os.path.join(folder, "bin", "uv")
    if not os.path.exists(program):
        # Beside everything: a bare Debian has pip and cannot make an environment with one.
        run([sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", folder, "uv"])
    return program


def version(program):
    return run([program, "--version"]).splitlines()[0]

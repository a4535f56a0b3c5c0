"""The action that installs wheels of a folder, and the store that has them."""

import hashlib
import json
import os
import subprocess

# What an interpreter says of itself; pip brings the tags wherever it is.
DESCRIBE = """
import json, sys
from pip._vendor.packaging.tags import sys_tags
print(json.dumps({"version": "%d.%d.%d" % sys.version_info[:3], "tags": [str(tag) for tag in sys_tags()]}))
"""


def describe(python):
    done = subprocess.run([python, "-c", DESCRIBE], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fill_store(store, wheels):
    """Hard links where that goes; path of each wheel -> digest."""
    folder = os.path.join(store, "sha256")
    os.makedirs(folder, exist_ok=True)
    digests = {}
    for wheel in wheels:
        digests[wheel] = digest_of(wheel)
        place = os.path.join(folder, digests[wheel])
        if not os.path.exists(place):
            with open(wheel, "rb") as source, open(place, "wb") as target:
                target.write(source.read())
    return digests


def action_text(environment, python, digests, names, remove=()):
    """`names` gives the file name of each wheel, `remove` the metadata folders that go."""
    minor = ".".join(python["version"].split(".")[:2])
    quoted = json.dumps
    lines = [f"environment: {quoted(environment)}", f"python_version: {quoted(python['version'])}"]
    lines.append(f'site_packages: "lib/python{minor}/site-packages"')
    lines += [f"tag: {quoted(tag)}" for tag in python["tags"]]
    lines += [f"remove: {quoted(folder)}" for folder in remove]
    lines += [f"wheel {{ sha256: {quoted(d)} file: {quoted(names[w])} requested: true }}" for w, d in sorted(digests.items())]
    return "install_wheels {\n" + "\n".join(lines) + "\n}\n"

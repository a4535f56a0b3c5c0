"""Fills a folder with small wheels: make_wheels.py FOLDER.

alpha 1.0 requires beta; beta 1.0 and 2.0; gamma 1.0 is for Windows alone; a
module of Broken-Import cannot be imported.
"""

import base64
import hashlib
import os
import sys
import zipfile


def digest(data):
    raw = hashlib.sha256(data).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def make(folder, name, version, requires=(), tag="py3-none-any", body=""):
    module = name.replace("-", "_")
    info = "%s-%s.dist-info" % (module, version)
    metadata = "Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (name,
                                                                   version)
    metadata += "".join("Requires-Dist: %s\n" % r for r in requires)
    files = {
        module + "/__init__.py": "version = '%s'\n%s" % (version, body),
        module + "/data.txt": "data of " + name,
        info + "/METADATA": metadata,
        info + "/WHEEL": "Wheel-Version: 1.0\nGenerator: test\n"
                         "Root-Is-Purelib: true\nTag: %s\n" % tag,
    }
    rows = ["%s,sha256=%s,%d" % (path, digest(text.encode()), len(text))
            for path, text in files.items()]
    files[info + "/RECORD"] = "\n".join(rows + [info + "/RECORD,,", ""])
    wheel = "%s-%s-%s.whl" % (module, version, tag)
    with zipfile.ZipFile(os.path.join(folder, wheel), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


os.makedirs(sys.argv[1], exist_ok=True)
make(sys.argv[1], "alpha", "1.0", ["beta>=1"])
make(sys.argv[1], "beta", "1.0")
make(sys.argv[1], "beta", "2.0")
make(sys.argv[1], "gamma", "1.0", tag="cp39-cp39-win_amd64")
make(sys.argv[1], "Broken-Import", "1.0", body="import no_such_module\n")

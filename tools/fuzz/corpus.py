"""The corpus of a fuzz target as one file: cases, each a line `SIZE NAME`, SIZE bytes, and a line end."""

import hashlib
import os


def unpack(file, folder):
    """Each case as a file of the folder."""
    with open(file, "rb") as corpus:
        while line := corpus.readline():
            size, name = line.decode().rstrip("\n").split(" ", 1)
            with open(os.path.join(folder, name), "wb") as case:
                case.write(corpus.read(int(size)))
            assert corpus.read(1) == b"\n", f"{file}: damaged at {name}"


def pack(folder, file, limit):
    """The files of the folder, the shortest first, as far as `limit` bytes hold them; names that a fuzzer made are cut."""
    cases = []
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as case:
            content = case.read()
        if name == hashlib.sha1(content).hexdigest():
            name = name[:12]
        cases.append((len(content), name, content))
    total = 0
    with open(file, "wb") as corpus:
        for size, name, content in sorted(cases):
            entry = f"{size} {name}\n".encode() + content + b"\n"
            total += len(entry)
            if total > limit:
                break
            corpus.write(entry)

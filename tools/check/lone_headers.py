#!/usr/bin/env python3
"""Prints those of the headers given that no build compiles alone.

A header is compiled alone, as far as it can matter, where the .cc of its name includes it first.
"""

import os
import re
import sys


def first_include(text):
    match = re.search(r'^#\s*include\s*[<"]([^>"]+)[>"]', text, re.MULTILINE)
    return match.group(1) if match else None


def is_lone(header, read):
    """`read` gives the text of a file, or None where there is none."""
    text = read(header[: -len(".h")] + ".cc")
    return text is None or first_include(text) != header


def read_file(path):
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return file.read()


def main():
    for header in sys.argv[1:]:
        if is_lone(header, read_file):
            print(header)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes bundles/unicode_tables.cc from this interpreter's Unicode data.

Run from the root of the tree:  tools/unicode/make_tables.py > bundles/unicode_tables.cc
The output depends on unicodedata.unidata_version alone, which it names.
"""

import sys
import unicodedata

# Algorithmic in bundles/unicode.cc, and without a decomposition or class of interest.
HANGUL = range(0xAC00, 0xAC00 + 11172)
SURROGATES = range(0xD800, 0xE000)


def code_points():
    for c in range(sys.maxunicode + 1):
        if c not in SURROGATES and c not in HANGUL:
            yield c


def mappings(transform):
    """(code point, its image) wherever the two differ."""
    for c in code_points():
        image = transform(chr(c))
        if image != chr(c):
            yield c, image


def classes():
    """(first, last, combining class) of every run of code points of one class."""
    run = None
    for c in code_points():
        value = unicodedata.combining(chr(c))
        if run and run[2] == value and run[1] == c - 1:
            run[1] = c
            continue
        if run and run[2]:
            yield tuple(run)
        run = [c, c, value]


def wrapped(items):
    line = " "
    for item in items:
        if len(line) + len(item) + 2 > 80:
            yield line
            line = " "
        line += " " + item + ","
    yield line


def table(kind, name, items):
    print(f"const {kind} {name}[] = {{")
    for line in wrapped(items):
        print(line)
    print("};")
    print(f"const size_t {name}Size = sizeof({name}) / sizeof({name}[0]);\n")


def mapping_table(name, pairs):
    """Code point, length, image: offsets into one flat array."""
    flat, index = [], []
    for c, image in pairs:
        index.append(f"{{{c:#x}, {len(flat)}, {len(image)}}}")
        flat += [f"{ord(x):#x}" for x in image]
    table("char32_t", name + "Text", flat)
    table("UnicodeMapping", name, index)


def main():
    print(f"""\
// Made by tools/unicode/make_tables.py from Unicode {unicodedata.unidata_version}. Do not edit.
// clang-format off
#include "bundles/unicode_tables.h"

namespace provision {{
""")
    mapping_table("kDecompositions", mappings(lambda s: unicodedata.normalize("NFD", s)))
    mapping_table("kCaseFoldings", mappings(str.casefold))
    table("UnicodeClass", "kCombiningClasses",
          [f"{{{a:#x}, {b:#x}, {v}}}" for a, b, v in classes()])
    print("}  // namespace provision")


if __name__ == "__main__":
    main()

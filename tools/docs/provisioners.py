#!/usr/bin/env python3
"""Makes docs/provisioners.md of the READMEs of the provisioners, which are given, in the order given.

Prints it, or with --check FILE first says whether FILE holds it.
"""

import os
import re
import sys

HEAD = """# The provisioners

What each brings about, what it proposes and what of it has no inverse: the README of each, one after the other. Every field
is in [plan_reference.md](plan_reference.md). `tools/docs/provisioners.py` makes this page, and a test says whether it is current.

"""


def part(path):
    """The README one level down, its links as they lead from docs/."""
    folder = os.path.dirname(path)
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"^(#+ )", r"#\1", file.read().strip(), flags=re.MULTILINE)
    return re.sub(r"\]\((?![a-z]+:|#)([^)]+)\)", lambda link: f"](../{os.path.normpath(os.path.join(folder, link[1]))})", text)


def main(words):
    check = words[1] if words[:1] == ["--check"] else None
    readmes = words[2:] if check else words
    titles = [os.path.basename(os.path.dirname(path)) for path in readmes]
    text = HEAD + "\n".join(f"* [`{title}`](#{title})" for title in titles) + "\n\n"
    text += "\n\n".join(part(path) for path in readmes) + "\n"
    if check is None:
        sys.stdout.write(text)
        return 0
    with open(check, encoding="utf-8") as file:
        if file.read() == text:
            return 0
    print(f"{check} is not what the READMEs say; make it anew:\n  tools/docs/provisioners.py {' '.join(readmes)} > {check}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

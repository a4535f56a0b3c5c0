#!/usr/bin/env python3
"""Counts the cases of a test run, and finds the skips that nobody has justified.

    test_results.py TESTLOGS SKIPS < LABELS

TESTLOGS is the folder of bazel's test logs, SKIPS the table docs/skips.md, LABELS the targets, one per line.
Prints a line for each failed case and each skip that the table lacks, then `PASSED FAILED` as two numbers.
"""

import fnmatch
import os
import re
import sys
import xml.etree.ElementTree as ElementTree


def allowed_skips(table):
    """The names in the first column of a Markdown table."""
    return re.findall(r"^\| `([^`]+)` \| .*\S.* \|$", table, re.MULTILINE)


def is_failed(case):
    return case.find("failure") is not None or case.find("error") is not None


def is_skipped(case):
    return case.get("result") in ("skipped", "suppressed") or case.find("skipped") is not None


def count(label, xml, allowed):
    """Returns (passed, [why not]) of one target's test.xml."""
    passed = 0
    wrong = []
    for case in ElementTree.fromstring(xml).iter("testcase"):
        suite = case.get("classname") or case.get("name")
        name = f"{suite}.{case.get('name')}"
        if is_failed(case):
            wrong.append(f"FAILED {label} {name}")
        elif not is_skipped(case):
            passed += 1
        elif not any(fnmatch.fnmatchcase(name, pattern) for pattern in allowed):
            wrong.append(f"SKIPPED, not in docs/skips.md: {label} {name}")
    return passed, wrong


def xml_files(folder):
    """A target's test.xml files, one per shard."""
    for path, _, names in sorted(os.walk(folder)):
        for name in names:
            if name == "test.xml":
                yield os.path.join(path, name)


def main():
    testlogs, skips = sys.argv[1:]
    with open(skips, encoding="utf-8") as file:
        allowed = allowed_skips(file.read())
    passed = failed = 0
    for label in sys.stdin.read().split():
        folder = os.path.join(testlogs, label[len("//") :].replace(":", "/"))
        found = False
        for path in xml_files(folder):
            found = True
            with open(path, encoding="utf-8", errors="replace") as file:
                ok, wrong = count(label, file.read(), allowed)
            passed += ok
            failed += len(wrong)
            for line in wrong:
                print(line)
        if not found:
            print(f"FAILED {label}: it left no result")
            failed += 1
    print(passed, failed)


if __name__ == "__main__":
    main()

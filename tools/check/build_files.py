#!/usr/bin/env python3
"""The form of BUILD files that style asks for; Debian has no buildifier.

Reads the files given and prints one line per fault; exits 1 if there is any.
"""

import ast
import re
import sys

# What the macros of tools/bazel wrap: flags come through them alone.
WRAPPED = {
    "cc_binary": "provision_binary",
    "cc_library": "provision_library",
    "cc_proto_library": "provision_proto",
    "cc_test": "provision_test",
    "proto_library": "provision_proto",
}
SORTED = ("deps", "test_deps", "proto_deps", "data", "srcs", "hdrs", "actions", "cases", "tags")


def label_key(label):
    """The order of labels: `:own`, then `//ours`, then `@others`."""
    return (label.startswith("@"), label.startswith("//"), label.replace(":", "!"))


def faults(path, text):
    """Yields (line, what is wrong)."""
    lines = text.split("\n")
    if not text.startswith("#"):
        yield 1, "begin with a comment: what is in this folder"
    if text and not text.endswith("\n") or text.endswith("\n\n"):
        yield len(lines), "end with one newline"
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield number, "white space at the end of the line"
        if "\t" in line:
            yield number, "a tab: indent by four spaces"
        elif (len(line) - len(line.lstrip(" "))) % 4:
            yield number, "indent by four spaces"
        if re.match(r"^[^\"#]*'", line):
            yield number, "use double quotes"
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield error.lineno or 1, "this is no BUILD file: " + error.msg
        return
    yield from statement_faults(tree.body)
    yield from call_faults(tree, lines)


def statement_faults(body):
    order = {"load": 0, "package": 1}
    last = 0
    loads = []
    for statement in body:
        if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
            continue
        name = getattr(statement.value.func, "id", "")
        rank = order.get(name, 2)
        if rank < last:
            yield statement.lineno, f"{name} comes before the targets: loads, package, targets"
        last = max(last, rank)
        if name == "load":
            loads.append((statement.lineno, statement.value.args[0].value))
    for (_, before), (line, after) in zip(loads, loads[1:]):
        if after < before:
            yield line, f"sort the loads: {after} before {before}"


def call_faults(tree, lines):
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", "")
        if name == "glob":
            yield call.lineno, "no glob: name the files"
        if name in WRAPPED:
            yield call.lineno, f"use {WRAPPED[name]} instead of {name}"
        if name == "load":
            continue
        headers = [a.value for a in call.keywords if a.arg == "hdrs" and isinstance(a.value, ast.List)]
        if headers and len(headers[0].elts) > 1:
            yield call.lineno, "one library per header"
        for argument in call.keywords:
            if argument.arg in SORTED and isinstance(argument.value, ast.List):
                yield from list_faults(argument)
        if call.end_lineno > call.lineno and not trails(call, call.keywords, lines):
            yield call.end_lineno, f"end the last argument of {name} with a comma"


def list_faults(argument):
    values = [e.value for e in argument.value.elts if isinstance(e, ast.Constant)]
    if values != sorted(values, key=label_key):
        yield argument.value.lineno, f"sort {argument.arg}: {' '.join(sorted(values, key=label_key))}"
    if len(set(values)) != len(values):
        yield argument.value.lineno, f"a label stands twice in {argument.arg}"


def trails(call, parts, lines):
    """Whether the last argument of a call over several lines has a comma after it."""
    if not parts or parts[-1].value.end_lineno == call.end_lineno:
        return True
    end = parts[-1].value
    return lines[end.end_lineno - 1][end.end_col_offset:].lstrip().startswith(",")


def main():
    bad = 0
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for line, fault in faults(path, file.read()):
                print(f"{path}:{line}: {fault}")
                bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())

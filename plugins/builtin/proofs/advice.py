"""What the program advises to type, and whether its own scanner takes it (P4)."""

import contextlib
import json
import re
import shlex
import subprocess

SCANNER = "core/cli/testing/scan_command_lines"
# "next: ..." of a summary, "  next     ..." of a diagnostic or an answer.
NEXT = re.compile(r"^( *next:? +)(\S.*)$")
# A command ends where a note begins or the sentence goes on.
COMMAND = re.compile(r"(?<![\w/.-])provision ((?:(?! {2,}|; |, ).)+)")


def texts_after_next(text):
    indent = None
    for line in text.splitlines():
        if line.startswith("{"):
            # Of a killed program the last line may be cut off.
            with contextlib.suppress(ValueError):
                yield from texts_in_json(json.loads(line))
            continue
        begins = NEXT.match(line)
        if begins:
            indent = len(begins[1])
            yield begins[2]
        elif indent is not None and line[:indent].isspace() and len(line) > indent:
            yield line[indent:]
        else:
            indent = None


def texts_in_json(value):
    if isinstance(value, list):
        for item in value:
            yield from texts_in_json(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "next":
                yield from item if isinstance(item, list) else [item]
            else:
                yield from texts_in_json(item)


def advised(text):
    """The commands that a text advises, each as its words without the program's name."""
    return [shlex.split(found[1]) for line in texts_after_next(text) for found in COMMAND.finditer(line)]


def faults(text):
    """What is wrong with the commands that a text advises: "COMMAND: FAULT"."""
    commands = advised(text)
    if not commands:
        return []
    lines = "".join("\t".join(words) + "\n" for words in commands)
    answers = subprocess.run([SCANNER], input=lines.encode(), check=True, capture_output=True).stdout.decode().splitlines()
    return [f"{shlex.join(words)}: {answer}" for words, answer in zip(commands, answers, strict=True) if answer]

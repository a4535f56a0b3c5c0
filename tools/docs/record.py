#!/usr/bin/env python3
"""Records the first minutes with the real program as an SVG, for the README.

  bazel build //plugins/builtin:provision //core/cli/testing:scan_command_lines
  tools/docs/record.py bazel-bin/plugins/builtin/provision > docs/first_minutes.svg

What is shown is what the commands wrote, in the order in which they wrote it; a command appears when the one before it had
ended, as long after it as it took, and the picture stays as it is in the end.
"""

import html
import os
import re
import shutil
import sys
import time
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import advice
from plugins.builtin.proofs.index import Index, quickstart_wheels
from plugins.builtin.proofs.stage import Stage

# A test has it in its own folder.
advice.SCANNER = os.path.join("bazel-bin", advice.SCANNER)
PROJECT = "testdata/projects/pip_app"
COMMANDS = ["init", "plan plan.textproto --detail short", "apply plan.textproto", "apply plan.textproto"]
LINE, COLUMN, SIZE, MARGIN = 18, 7.83, 13, 16
# What of a reader's patience a command may take.
LONGEST_S = 4
COLORS = {"1": "bold", "2": "faint", "31": "bad", "32": "good", "33": "attention"}
STYLE = """
svg{color-scheme:light dark}
.frame{fill:#fbfaf8;stroke:#e2dfd9}text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1d2126;white-space:pre}
.typed,.bold{font-weight:600}.faint{fill:#5b636d}.bad{fill:#b3261e}.good{fill:#1b6e3c}.attention{fill:#855300}
@media(prefers-color-scheme:dark){.frame{fill:#15181c;stroke:#31373f}text{fill:#e4e6e9}.faint{fill:#a2aab4}.bad{fill:#ff9c93}.good{fill:#7ed09a}.attention{fill:#eabf6d}}
@media(prefers-reduced-motion:no-preference){.late{opacity:0;animation:show .2s forwards}}
@keyframes show{to{opacity:1}}
"""


def spans(line):
    """The line with its colours as tspans."""
    text, css = "", ""
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        escape = re.fullmatch(r"\x1b\[([0-9;]*)m", piece)
        if escape:
            css = " ".join(COLORS[code] for code in escape[1].split(";") if code in COLORS)
        elif piece:
            text += f'<tspan class="{css}">{html.escape(piece, quote=False)}</tspan>' if css else html.escape(piece, quote=False)
    return text


def record(case):
    """(command, its lines, the seconds it took) each."""
    stage = Stage(case)
    shutil.copytree(PROJECT, stage.work, dirs_exist_ok=True)
    stage.environment["PIP_INDEX_URL"] = Index(case, quickstart_wheels()).url
    for command in COMMANDS:
        begin = time.monotonic()
        outcome = stage.run(*command.split(), "--color", "always", "--progress", "none")
        yield command, (outcome.out + outcome.err).rstrip("\n").split("\n"), time.monotonic() - begin


def drawing(recording):
    rows, y, at, widest = [], MARGIN + SIZE, 0.6, 0
    for command, lines, seconds in recording:
        typed = f'<text x="{MARGIN}" y="{y}"><tspan class="faint">$ </tspan><tspan class="typed">provision {command}</tspan></text>'
        rows.append(f'<g class="late" style="animation-delay:{at:.1f}s">{typed}</g>')
        at += 0.6 + min(seconds, LONGEST_S)
        shown = ""
        for line in lines:
            y += LINE
            widest = max(widest, len(re.sub(r"\x1b\[[0-9;]*m", "", line)))
            if line:
                shown += f'<text x="{MARGIN}" y="{y}">{spans(line)}</text>'
        rows.append(f'<g class="late" style="animation-delay:{at:.1f}s">{shown}</g>')
        at += 1.5
        y += 2 * LINE
    width, height = int(widest * COLUMN + 2 * MARGIN), y - 2 * LINE + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="provision init, plan, apply, and apply again"><style>{STYLE}</style>'
        f'<rect class="frame" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8"/>\n' + "\n".join(rows) + "\n</svg>\n"
    )


def main():
    case = unittest.TestCase()
    try:
        sys.stdout.write(drawing(record(case)))
    finally:
        case.doCleanups()


if __name__ == "__main__":
    main()

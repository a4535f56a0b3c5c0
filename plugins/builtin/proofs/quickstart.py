"""The quickstart's plan on a stage, with an index of its own."""

import shutil

from plugins.builtin.proofs.index import Index, quickstart_wheels
from plugins.builtin.proofs.stage import Stage


def new_quickstart(case):
    stage = Stage(case)
    for name in ("plan.textproto", "requirements.txt"):
        shutil.copy("testdata/quickstart/" + name, stage.path(name))
    index = Index(case, quickstart_wheels())
    stage.environment["PIP_INDEX_URL"] = index.url
    return stage, index

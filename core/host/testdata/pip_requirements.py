"""Prints what the parser inside pip makes of requirement files.

For each file of the command line: `FILE name`, then a line a requirement
(`R` or `C`, `-e` if editable, the text, the hashes) or option, or `ERROR`.
Exits with 77 where there is no pip to import.
"""

import logging
import sys

try:
    from pip._internal.network.session import PipSession
    from pip._internal.req.constructors import (
        install_req_from_parsed_requirement,
    )
    from pip._internal.req.req_file import parse_requirements
    from pip._vendor.packaging.markers import default_environment
except ImportError as error:
    print(error)
    sys.exit(77)

logging.disable(logging.CRITICAL)


def show(requirement):
    options = requirement.options or {}
    hashes = options.get("hashes") or {}
    flat = ["%s:%s" % (name, h) for name in sorted(hashes)
            for h in hashes[name]]
    line = [
        "C" if requirement.constraint else "R",
        "-e" if requirement.is_editable else "",
        requirement.requirement.strip(),
    ] + sorted(flat)
    yield " ".join(part for part in line if part)
    if requirement.is_editable:
        return
    built = install_req_from_parsed_requirement(requirement)
    if built.req is not None and built.link is None:
        yield "  %s [%s] %s applies=%d" % (
            built.req.name,
            ",".join(sorted(extra.lower() for extra in built.extras)),
            built.req.specifier,
            not built.markers or built.markers.evaluate({"extra": ""}),
        )


environment = default_environment()
print("ENVIRONMENT " + "\x1f".join(
    "%s=%s" % item for item in sorted(environment.items())))
for name in sys.argv[1:]:
    print("FILE " + name)
    lines = []
    try:
        for requirement in parse_requirements(name, session=PipSession()):
            lines.extend(show(requirement))
        print("\n".join(lines) if lines else "NOTHING")
    except Exception:  # any refusal: its kind and text differ by version
        print("ERROR")

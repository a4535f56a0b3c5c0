#!/usr/bin/env python3
"""A canary through every field that takes a secret, and none of them anywhere but where it was sent."""

import base64
import hashlib
import json
import os
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.canaries import SHOUT, Canaries
from plugins.builtin.proofs.index import Index
from plugins.builtin.proofs.stage import HOME, Stage

# What a secret can be, in the words of a plan. `env` and `file` take a name.
SOURCES = {
    "env": 'env: "{name}"',
    "file": f'file: "{HOME}/kept/{{name}}"',
    "netrc": 'netrc: "{name}.example"',
    "command": f'command {{{{ argv: "/bin/cat" argv: "{HOME}/kept/{{name}}" }}}}',
    "keyring": 'keyring {{ service: "provision" user: "{name}" }}',
    "prompt": 'prompt: "the word for {name}?"',
}
ASKED = [source for source in SOURCES if source != "prompt"]

# Says to the other step that it has its secrets, and keeps them until that one has looked.
HOLD = """#!/usr/bin/python3
open("held", "w").close()
open("seen").read()
"""
# Writes the words, variables and limit of core files of every process that it can read.
LOOK = """#!/usr/bin/python3
import json, os
open("held").read()
found = []
for process in filter(str.isdigit, os.listdir("/proc")):
    try:
        read = lambda name: open(f"/proc/{process}/{name}", "rb").read().decode("utf-8", "replace")
        core = next(line for line in read("limits").splitlines() if "core file" in line)
        found.append({"words": read("cmdline"), "variables": read("environ"), "core": core.split()[4:6]})
    except OSError:
        pass
json.dump({"processes": found, "parent": open(f"/proc/{os.getppid()}/limits").read()}, open("looked.json", "w"))
open("seen", "w").close()
"""
# Prints all that it was given, in all forms, and fails as long as the plan's owner wants it to.
LOUD = """#!/usr/bin/python3
import hashlib, os, sys
%s
digests = {}
for name in os.environ["NAMES"].split():
    value = os.environ[name]
    if name.startswith("pipe"):
        value = os.fdopen(int(value)).read()
    digests[name] = hashlib.sha256(value.encode()).hexdigest()
    shout(value, sys.stdout)
    shout(value, sys.stderr)
open("digests", "w").write("".join(f"{k} {v}\\n" for k, v in sorted(digests.items())))
sys.exit(os.path.exists("fail"))
""" % SHOUT


class CanariesTest(unittest.TestCase):
    def setUp(self):
        self.stage = Stage(self)
        self.canaries = Canaries()
        # Files that may hold one: what was seen of processes is searched by itself.
        self.places = {self.stage.path("looked.json")}
        self.netrc = ""
        self.keyring = {}
        os.makedirs(os.path.join(self.stage.home, "kept"))
        for name, text in (("hold", HOLD), ("look", LOOK), ("loud", LOUD)):
            self.stage.write(name, text, 0o755)
        for fifo in ("held", "seen"):
            os.mkfifo(self.stage.path(fifo))
        # Of her own, so that what is left there is found.
        self.temporary = os.path.join(self.stage.folder, "tmp")
        os.makedirs(self.temporary)
        self.stage.mounts = [f"mount --bind {self.temporary} /tmp"]

    # ---- what holds a canary ----

    def place(self, path, text):
        """Writes a file of the home that may hold canaries."""
        path = os.path.join(self.stage.home, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o600)
        self.places.add(path)

    def secret(self, source, name):
        """A canary that this source has under this name; the words of the plan for it."""
        # A netrc has no quotes within its words.
        value = self.canaries.new(f"{source} {name}", odd="/+&")
        if source == "env":
            self.stage.environment[name] = value
        elif source in ("file", "command"):
            self.place(f"kept/{name}", value + "\n")
        elif source == "netrc":
            self.netrc += f"machine {name}.example login ada password {value}\n"
            self.place(".netrc", self.netrc)
        elif source == "keyring":
            self.keyring[name] = value
            self.write_keyring()
        return SOURCES[source].format(name=name), value

    def write_keyring(self):
        """A stand-in for libsecret's program, which wants a session with a daemon."""
        folder = os.path.join(self.stage.folder, "bin")
        os.makedirs(folder, exist_ok=True)
        tool = os.path.join(folder, "secret-tool")
        lines = [f"  {name}) printf '%s\\n' '{value}';;" for name, value in self.keyring.items()]
        with open(tool, "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\ncase "$5" in\n' + "\n".join(lines) + "\nesac\n")
        os.chmod(tool, 0o755)
        self.places.add(tool)
        mount = f"mount --bind {folder} /usr/local/bin"
        if mount not in self.stage.mounts:
            self.stage.mounts.insert(0, mount)

    def login(self, name, host="127.0.0.1:9"):
        """A URL's `user:canary@host`, and one of the index's if there is one."""
        return f"ada:{urllib.parse.quote(self.canaries.new(name), safe='')}@{host}"

    # ---- steps ----

    def files_step(self, sources):
        """Writes one secret file for each source."""
        entries = []
        self.expected = {}
        for source in sources:
            words, value = self.secret(source, f"files_{source}")
            entries.append(f'file {{ path: "out/{source}" secret {{ {words} }} }}')
            self.places.add(self.stage.path(f"out/{source}"))
            self.expected[source] = f"ada:{value}" if source == "netrc" else value
        return 'step { name: "files" [provision.files] {\n' + "\n".join(entries) + "\n} }\n"

    def command_step(self, name, program, sources, after=""):
        """Gives the program each secret on a pipe and in a variable."""
        entries, names = [], []
        for source in sources:
            for how in ("pipe", "variable"):
                variable = f"{how}_{name}_{source}"
                words, value = self.secret(source, variable)
                entries.append(
                    f'secret {{ name: "{variable}" reference {{ {words} }} variable: {str(how == "variable").lower()} }}'
                )
                names.append(variable)
                self.given[variable] = f"ada:{value}" if source == "netrc" else value
        entries.append(f'environment {{ name: "NAMES" value: "{" ".join(names)}" }}')
        return f'step {{ name: "{name}" {after} [provision.command] {{ argv: "./{program}"\n' + "\n".join(entries) + "\n} }\n"

    def packages_step(self):
        """Logins of an index in every place that may have one; it offers nothing, so the step fails."""
        empty = tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(empty.cleanup)
        self.index = Index(self, empty.name)
        host = urllib.parse.urlsplit(self.index.url).netloc
        variables = self.stage.environment
        variables["PIP_INDEX_URL"] = f"http://{self.login('PIP_INDEX_URL', host)}/simple/"
        variables["PIP_RETRIES"] = "0"
        variables["MORE"] = f"http://{self.login('variable of requirements', host)}/simple/"
        variables["UV_PYTHON_INSTALL_MIRROR"] = f"http://{self.login('UV_PYTHON_INSTALL_MIRROR')}/mirror"
        variables["HTTPS_PROXY"] = f"http://{self.login('HTTPS_PROXY')}"
        variables["GITHUB_TOKEN"] = self.canaries.new("GITHUB_TOKEN")
        self.place(
            "work/requirements.txt",
            f"--extra-index-url http://{self.login('option of requirements', host)}/simple/\n"
            "--extra-index-url ${MORE}\n"
            f"canary @ http://{self.login('URL of a requirement', host)}/files/canary-1-py3-none-any.whl\n",
        )
        self.place(".config/pip/pip.conf", f"[install]\nfind-links = http://{self.login('pip.conf')}/\n")
        return """step { name: "python" [provision.python] { version: ">=3.11" environment: ".venv" } }
            step { name: "packages" after: "python" [provision.python_packages] {
              environment: ".venv" requirements: "requirements.txt" package_manager: PIP } }\n"""

    # ---- the search ----

    def run_and_search(self, *words, code=None, typed=None):
        if typed is None:
            outcome = self.stage.run(*words)
        else:
            outcome = self.stage.run_in_terminal(*words, typed=typed)
        if code is not None:
            self.assertEqual(outcome.code, code, outcome)
        said = outcome.out + outcome.err
        self.assertEqual(self.canaries.found(said.encode()), [], f"{words}\n{said}")
        self.search_files()
        return outcome

    def search_files(self):
        """Whatever there is on the stage, the program's state and the store first of all."""
        searched = 0
        for folder, _, files in os.walk(self.stage.folder):
            for name in files:
                path = os.path.join(folder, name)
                if path in self.places or os.path.islink(path) or not os.path.isfile(path):
                    continue
                with open(path, "rb") as file:
                    self.assertEqual(self.canaries.found(file.read()), [], path)
                searched += 1
        return searched

    def check_files(self):
        for source, value in self.expected.items():
            with open(self.stage.path(f"out/{source}"), encoding="utf-8") as file:
                self.assertEqual(file.read().rstrip("\n"), value, source)
            self.assertEqual(os.stat(self.stage.path(f"out/{source}")).st_mode & 0o777, 0o600)

    def check_processes(self):
        """What a child saw of all processes while another held its secrets."""
        looked = json.loads(self.stage.read("looked.json"))
        self.assertRegex(looked["parent"], r"Max core file size +0 +0")
        holds = 0
        for process in looked["processes"]:
            self.assertEqual(self.canaries.found(process["words"].encode()), [])
            words = process["words"].split("\0")
            if words[0] == self.stage.program:
                continue  # its variables are those of the caller
            allowed = [f"{source} variable_hold_{source}" for source in ASKED] if f"{HOME}/work/hold" in words else []
            found = {name for name, _ in self.canaries.found(process["variables"].encode())}
            self.assertLessEqual(found, set(allowed), words)
            if allowed:
                holds += 1
                self.assertEqual(found, set(allowed))  # the search does find one
                self.assertEqual(process["core"], ["0", "0"])
        self.assertEqual(holds, 1)

    # ---- the proofs ----

    def test_none_is_found(self):
        self.given = {}
        plan = 'name: "canaries"\n' + self.files_step(ASKED)
        plan += self.command_step("hold", "hold", ASKED)
        plan += 'step { name: "look" [provision.command] { argv: "./look" } }\n'
        plan += self.command_step("loud", "loud", ASKED, after='after: "look"')
        plan += self.packages_step()
        self.stage.write("plan.textproto", plan)
        self.assertGreaterEqual(len(self.canaries.values), 20)

        self.run_and_search("validate", "plan.textproto", code=0)
        self.run_and_search("facts", "plan.textproto", "--record", "--out", "host.facts", code=0)
        self.run_and_search("facts", "plan.textproto", "--json", code=0)
        for flags in ([], ["--json"], ["--detail", "full"], ["--out", "saved"], ["--facts", "host.facts"]):
            self.run_and_search("plan", "plan.textproto", *flags, code=2)
        self.run_and_search("plan", "show", "saved", "--detail", "full", code=0)
        self.stage.write("fail", "")
        failed = self.run_and_search("apply", "plan.textproto", "--jobs", "4", "--events", "events", "--detail", "full", code=3)
        self.assertIn("loud", failed.out)
        self.assertIn("[secret]", failed.out)  # what the child said was kept, but for these
        self.assertGreater(os.path.getsize(self.stage.path("events")), 1000)
        self.assertTrue(self.index.requests)
        self.check_processes()
        self.check_files()
        digests = dict(line.split() for line in self.stage.read("digests").splitlines())
        for name, digest in digests.items():
            self.assertEqual(digest, hashlib.sha256(self.given[name].encode()).hexdigest(), name)
        self.assertEqual(len(digests), 2 * len(ASKED))

        self.run_and_search("apply", "plan.textproto", "--json", code=3)
        os.remove(self.stage.path("fail"))
        self.run_and_search("apply", "plan.textproto", code=3)  # the packages are still missing
        for words in (["status"], ["status", "--json"], ["status", "--all"]):
            self.run_and_search(*words, code=3)
        before = self.search_files()
        self.rotate()
        self.run_and_search("apply", "plan.textproto", "--only", "files", code=0)
        self.check_files()
        self.assertGreater(self.search_files(), before)
        self.run_and_search("rollback", "--preview")
        self.run_and_search("rollback", code=1)  # the commands have no inverse
        self.assertFalse(os.path.exists(self.stage.path("out/file")))

    def rotate(self):
        """Other values in the same sources; those that were written are now the pre-images."""
        self.stage.environment["files_env"] = self.expected["env"] = self.canaries.new("second env")
        self.expected["file"] = self.canaries.new("second file")
        self.place("kept/files_file", self.expected["file"])

    def test_what_is_typed_is_not_shown(self):
        self.given = {}
        plan = 'name: "asked"\n' + self.files_step(["prompt"]) + self.command_step("loud", "loud", ["prompt"])
        self.stage.write("plan.textproto", plan)
        values = {name.removeprefix("prompt "): value for name, value in self.canaries.values.items()}
        typed = {f"the word for {name}?": value for name, value in values.items()}
        # Not live: a question would share the screen with what is drawn again and again.
        words = ["apply", "plan.textproto", "--progress", "lines", "--events", "events"]
        screen = self.run_and_search(*words, code=0, typed=typed)
        self.assertIn("the word for", screen.out)
        self.check_files()
        self.assertEqual(len(self.stage.read("digests").splitlines()), 2)

    def test_the_search_finds_every_form(self):
        value = self.canaries.new("one")
        self.stage.write("shout", SHOUT + "shout(sys.argv[1], sys.stdout)")
        said = self.stage.shell(f"python3 shout '{value}'")
        for line in said.split("it is ")[1:]:
            first, broken = line.split("\n", 1)
            self.assertTrue(self.canaries.found(first.encode()), line)
            self.assertTrue(self.canaries.found(broken.encode()), line)
        basic = base64.b64encode(f"ada:{value}".encode())
        self.assertTrue(self.canaries.found(b"Authorization: Basic " + basic))
        self.assertEqual(self.canaries.found(b"nothing of it"), [])


if __name__ == "__main__":
    cases.main()

#!/usr/bin/env python3
"""A bundle from making to applying, by the real program: made from a mirror, carried to where neither it nor a network is."""

import json
import os
import shutil
import sys
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.mirror import Packed, output
from plugins.builtin.proofs.stage import HOME, Stage

PLAN = """name: "app" step { name: "python" [provision.python] { version: "VERSION" environment: ".venv"
  mirror { location: "mirror" list: "builds.json" list_sha256: "LIST" } } }
"""
# No interface but a loopback that is down.
NO_NETWORK = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--net"]


class BundleTest(unittest.TestCase):
    def setUp(self):
        packed = Packed.of(BundleTest)
        self.version = packed.version
        self.stage = Stage(self)
        shutil.copytree(packed.folder, self.stage.path("mirror"))
        self.stage.write("plan.textproto", PLAN.replace("VERSION", packed.version).replace("LIST", packed.list))
        self.run_well("bundle", "keygen", "--out", "release", "--no-passphrase")

    def run_well(self, *words, wrap=()):
        outcome = self.stage.run(*words, wrap=wrap)
        self.assertEqual(outcome.code, 0, outcome)
        return outcome

    def refused(self, error, code, *words):
        outcome = self.stage.run(*words)
        self.assertEqual(outcome.code, code, outcome)
        self.assertIn(f"[{error}]", outcome.err, outcome)

    def create(self, name, version="1", *more):
        words = ["--sign-key", "release.key", "--signed-at", "2026-01-01T00:00:00Z", "--expires", "2099-01-01T00:00:00Z"]
        self.run_well("bundle", "create", "plan.textproto", "--bundle-version", version, "--out", name, *words, *more)

    def carry(self):
        """What is left on the closed host: plan, bundle, key, and of the mirror its list and the name of the archive."""
        shutil.rmtree(os.path.join(self.stage.home, ".cache"))
        archive = self.stage.path("mirror/build.tar.gz")
        self.assertGreater(os.path.getsize(archive), 0)
        os.truncate(archive, 0)

    def test_applies_without_a_network(self):
        self.create("app.bundle")
        self.carry()
        apply = ["apply", "plan.textproto", "--bundle", "app.bundle", "--key", "release.pub"]
        outcome = self.run_well(*apply, wrap=NO_NETWORK)
        self.assertIn(f"{self.version} by rung EXACT", outcome.out)
        program = os.readlink(self.stage.path(".venv/bin/python"))
        self.assertTrue(program.startswith(f"{HOME}/.local/share/provision/python"), program)
        self.stage.shell(".venv/bin/python -c 'import ssl, json'")
        self.assertIn("Converged: nothing to do", self.run_well(*apply, wrap=NO_NETWORK).out)

    def test_opens_no_internet_socket(self):
        if shutil.which("strace") is None:
            self.skipTest("there is no strace")
        self.create("app.bundle")
        self.carry()
        trace = os.path.join(self.stage.home, "trace")
        self.run_well(
            "apply", "plan.textproto", "--bundle", "app.bundle", "--key", "release.pub",
            wrap=["strace", "-f", "-o", f"{HOME}/trace", "-e", "trace=socket,execve"],
        )
        with open(trace, encoding="utf-8") as file:
            lines = file.readlines()
        self.assertTrue(lines)
        self.assertEqual([line for line in lines if "AF_INET" in line], [])

    def test_refusals_leave_the_host_alone(self):
        self.create("app.bundle")
        self.run_well("bundle", "keygen", "--out", "other", "--no-passphrase", "--algorithm", "ecdsa-p256")
        with open(self.stage.path("app.bundle"), "rb") as file:
            content = file.read()
        with open(self.stage.path("damaged.bundle"), "wb") as file:
            file.write(content[:-5000] + bytes([content[-5000] ^ 1]) + content[-4999:])
        with open(self.stage.path("short.bundle"), "wb") as file:
            file.write(content[:-512])
        self.stage.write("other.textproto", self.stage.read("plan.textproto") + "\n")
        self.carry()
        before = self.stage.tree()
        key = ["--key", "release.pub"]
        for error, plan, bundle, *trust in [
            ("trust/no-root", "plan", "app"),
            ("trust/unknown-key", "plan", "app", "--key", "other.pub"),
            ("trust/threshold", "plan", "app", *key, "--key", "other.pub", "--threshold", "2"),
            ("trust/expired", "plan", "app", *key, "--at", "2100-01-01T00:00:00Z"),
            ("trust/digest", "plan", "app", "--trust-digest", "sha256:" + "0" * 64),
            ("apply/plan-differs", "other", "app", *key),
            ("content/digest", "plan", "damaged", *key),
            ("format/truncated", "plan", "short", *key),
            ("format/not-a-bundle", "plan", "../work/plan.textproto", *key),
        ]:
            with self.subTest(error=error):
                name = bundle if "." in bundle else f"{bundle}.bundle"
                self.refused(error, 65, "apply", f"{plan}.textproto", "--bundle", name, *trust)
                after = self.stage.tree()
                self.assertEqual({p: t for p, t in after.items() if not p.startswith(".cache")}, before)

    def test_the_same_twice_and_read_by_others(self):
        self.create("one.bundle")
        shutil.rmtree(os.path.join(self.stage.home, ".cache"))
        self.create("two.bundle")
        with open(self.stage.path("one.bundle"), "rb") as one, open(self.stage.path("two.bundle"), "rb") as two:
            self.assertEqual(one.read(), two.read())
        listed = json.loads(self.run_well("bundle", "list", "one.bundle", "--json").out)
        archive = [a for a in listed["artifact"] if a["kind"] == "archive"]
        self.assertEqual(len(archive), 1, listed)
        os.mkdir(self.stage.path("layout"))
        output("tar", "-xf", self.stage.path("one.bundle"), "-C", self.stage.path("layout"))
        blob = os.path.join(self.stage.path("layout/blobs/sha256"), archive[0]["sha256"])
        self.assertEqual(output("sha256sum", blob).split()[0], archive[0]["sha256"])
        self.run_well("bundle", "extract", "one.bundle", "--out", "files", "--key", "release.pub")
        with open(self.stage.path("files/" + archive[0]["file"]), "rb") as ours, open(blob, "rb") as theirs:
            self.assertEqual(ours.read(), theirs.read())

    def test_two_signers(self):
        self.create("one.bundle")
        self.run_well("bundle", "keygen", "--out", "other", "--no-passphrase", "--algorithm", "ecdsa-p256")
        self.run_well("bundle", "sign", "one.bundle", "--sign-key", "other.key", "--out", "two.bundle")
        both = ["--key", "release.pub", "--key", "other.pub", "--threshold", "2"]
        self.run_well("bundle", "verify", "two.bundle", *both)
        self.refused("trust/threshold", 65, "bundle", "verify", "one.bundle", *both)
        self.refused("sign/already", 64, "bundle", "sign", "two.bundle", "--sign-key", "other.key", "--out", "three")
        if shutil.which("openssl") is not None:
            output("openssl", "pkey", "-pubin", "-in", self.stage.path("other.pub"), "-noout")
            output("openssl", "pkey", "-in", self.stage.path("release.key"), "-noout")


if __name__ == "__main__":
    cases.main()

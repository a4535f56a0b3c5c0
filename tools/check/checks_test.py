#!/usr/bin/env python3
"""Tests of the presubmit's own programs: each rule refuses what it is for, and passes the rest."""

import os
import sys
import unittest

sys.path.insert(0, os.getcwd())
from tools.check import build_files, error_ids, lone_headers, sources, test_results

BUILD = """# What is here.
load("//tools/bazel:cc.bzl", "provision_library")

provision_library(
    name = "a",
    hdrs = ["a.h"],
    deps = [
        ":b",
        "//core/base:c",
        "@debian//:absl",
    ],
)
"""


class BuildFiles(unittest.TestCase):
    def faults(self, text):
        return [fault for _, fault in build_files.faults("x/BUILD", text)]

    def test_passes_what_is_in_form(self):
        self.assertEqual(self.faults(BUILD), [])

    def test_refuses_what_is_not(self):
        for old, new, said in [
            ("# What is here.\n", "", "begin with a comment"),
            ("    name", "   name", "indent by four"),
            ("    name", "\tname", "a tab"),
            ('"a",', '"a", ', "white space"),
            ('"a"', "'a'", "double quotes"),
            ('":b"', '"@a"', "sort deps: //core/base:c @a @debian//:absl"),
            ('":b"', '"//core/base:c"', "stands twice in deps"),
            ('["a.h"]', '["a.h", "b.h"]', "one library per header"),
            ('["a.h"]', 'glob(["*.h"])', "no glob"),
            ("provision_library(\n", "cc_library(\n", "use provision_library"),
            ("    ],\n)", "    ]\n)", "end the last argument"),
            ("\nprovision_l", "\npackage()\n\nprovision_l", None),
            ("    ],\n)\n", "    ],\n)\n\npackage()\n", "package comes before the targets"),
            ("    ],\n)\n", "    ],\n)\n\n", "end with one newline"),
            ("load(", 'load("//z", "z")\nload(', "sort the loads"),
            ("= [", "= ]", "no BUILD file"),
        ]:
            with self.subTest(new=new):
                self.assertIn(old, BUILD)
                found = self.faults(BUILD.replace(old, new, 1))
                if said is None:
                    self.assertEqual(found, [])
                else:
                    self.assertTrue(any(said in fault for fault in found), found)


class Sources(unittest.TestCase):
    def faults(self, path, text):
        return [fault for _, fault in sources.faults(path, text)]

    def test_passes(self):
        header = "#ifndef PROVISION_CORE_A_B_H_\n#define PROVISION_CORE_A_B_H_\n// What for.\n"
        for path, text in [
            ("core/a/b.h", header),
            ("core/base/crypto.cc", "#include <openssl/sha.h>"),
            ("core/base/file.cc", "#include <unistd.h>"),
            ("core/testing/file.cc", "#include <sys/stat.h>"),
            ("core/a/b_test.cc", "#include <fstream>"),
            ("core/a/b.cc", 'f("throw");  // never using namespace, as TODO(12) says'),
            ("a.textproto", 'path: "/' + 'work/x"'),
            ("README.md", "https://www.example.org/"),
        ]:
            with self.subTest(path=path):
                self.assertEqual(self.faults(path, text), [])

    def test_refuses(self):
        for path, text, said in [
            ("core/a/b.h", "// What for.\n#ifndef B_H\n", "its guard is PROVISION_CORE_A_B_H_"),
            ("core/a/b.h", "#ifndef PROVISION_CORE_A_B_H_\n#define PROVISION_CORE_A_B_H_\n", "what it is for"),
            ("core/a/b.cc", "#include <openssl/sha.h>", "only core/base/crypto.cc and core/base/signing.cc includes openssl/sha.h"),
            ("core/a/b.cc", "#include <archive.h>", "only bundles/archive_reader.cc"),
            ("core/a/b_test.cc", "#include <curl/curl.h>", "only core/base/libcurl.h"),
            ("core/a/b.cc", "#include <unistd.h>", "use System"),
            ("plugins/a/b.cc", "#include <sys/stat.h>", "use System"),
            ("bundles/b.cc", "#include <fstream>", "use System"),
            ("core/a/b.cc", "using namespace std;", "name what you use"),
            ("core/a/b.cc", "throw 1;", "return a Status"),
            ("core/a/b.cc", "dynamic_cast<A*>(b)", "no run-time type casts"),
            ("core/a/b.cc", "sleep_for(1)", "wait for the event"),
            ("core/a/b.cc", "// TODO: later", "say which"),
            ("a.md", "see /" + "work/x", "somebody's machine"),
        ]:
            with self.subTest(text=text):
                self.assertTrue(any(said in fault for fault in self.faults(path, text)))

    def test_refuses_a_registry(self):
        sources.REGISTRIES.add("f32d62b05b3b362d")  # registry.example.org
        self.assertEqual(len(self.faults("a.md", "from https://registry.example.org/simple")), 1)


class ErrorIds(unittest.TestCase):
    CATALOG = '{"run/a", "A."}, {"net/b", "B."}'

    def faults(self, text):
        return list(error_ids.faults(self.CATALOG, {"core/x.cc": text}))

    def test_passes_what_is_explained(self):
        self.assertEqual(self.faults('Error("run/a") Error("net/b") Open("text/html")'), [])

    def test_refuses_what_is_not(self):
        found = self.faults('Error("run/a") Error("net/b") Error("run/c")')
        self.assertEqual(len(found), 1)
        self.assertIn("core/x.cc: run/c has no long form", found[0])

    def test_refuses_what_nothing_gives(self):
        self.assertIn("net/b is given nowhere", self.faults('Error("run/a")')[0])


    PROTO = "message MotdConfig {\n  message Diagnostics {\n    enum Id {\n      X = 0;\n      // A.\n      A_B = 1;\n    }\n  }\n}\n"

    def plugin_faults(self, text):
        sources = {"plugins/motd/motd.proto": self.PROTO, "plugins/motd/motd.cc": text}
        return list(error_ids.plugin_faults(sources))

    def test_a_provisioner_explains_its_own_ids(self):
        self.assertEqual(self.plugin_faults('Error("motd/a-b") Error("run/a")'), [])
        found = self.plugin_faults('Error("motd/a-b") Error("motd/c")')
        self.assertEqual(len(found), 1)
        self.assertIn("motd/c has no value with a comment", found[0])
        self.assertIn("motd/a-b is given nowhere", self.plugin_faults("")[0])


class LoneHeaders(unittest.TestCase):
    def test_is_lone(self):
        for text, lone in [
            (None, True),
            ('// a\n#include "core/a.h"\n#include <string>', False),
            ('#include <string>\n#include "core/a.h"', True),
        ]:
            with self.subTest(text=text):
                self.assertEqual(lone_headers.is_lone("core/a.h", {"core/a.cc": text}.get), lone)


class TestResults(unittest.TestCase):
    XML = """<testsuites><testsuite name="S">
      <testcase name="Ok" status="run" result="completed" classname="S"/>
      <testcase name="Bad" status="run" result="completed" classname="S"><failure message="m"/></testcase>
      <testcase name="Later" status="run" result="skipped" classname="S"><skipped message="m"/></testcase>
      <testcase name="DISABLED_X" status="notrun" result="suppressed" classname="S"/>
    </testsuite></testsuites>"""

    def test_reads_the_table(self):
        table = "| test | reason |\n| --- | --- |\n| `S.Later` | no tool |\n| `S.None` |  |\n"
        self.assertEqual(test_results.allowed_skips(table), ["S.Later"])

    def test_counts(self):
        passed, wrong = test_results.count("//a:b", self.XML, ["S.Later"])
        self.assertEqual(passed, 1)
        self.assertEqual(
            wrong, ["FAILED //a:b S.Bad", "SKIPPED, not in docs/skips.md: //a:b S.DISABLED_X"]
        )

    def test_a_pattern_allows(self):
        self.assertEqual(len(test_results.count("//a:b", self.XML, ["S.*"])[1]), 1)

    def test_counts_a_crash_that_bazel_reports(self):
        xml = '<testsuites><testsuite><testcase name="a/b"><error message="signal"/></testcase></testsuite></testsuites>'
        self.assertEqual(test_results.count("//a:b", xml, []), (0, ["FAILED //a:b a/b.a/b"]))


if __name__ == "__main__":
    unittest.main()

"""Runs the cases of a proof as GoogleTest's would be: one entry each in bazel's test.xml, skips too."""

import os
import sys
import time
import unittest
import xml.sax.saxutils as saxutils

# Files that the test was given by its BUILD rule, and words such as --update_goldens.
ARGUMENTS = sys.argv[1:]


def argument(number):
    """The absolute path of a file that the test was given."""
    return os.path.abspath(ARGUMENTS[number])


def is_updating():
    return "--update_goldens" in ARGUMENTS


class Result(unittest.TextTestResult):
    """Keeps what test.xml says of each case."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.entries = []

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()
        self.notes = []

    def addError(self, test, err):
        super().addError(test, err)
        self.note("failure", self._exc_info_to_string(err, test))

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note("failure", self._exc_info_to_string(err, test))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.note("failure", f"{subtest.id()}\n{self._exc_info_to_string(err, subtest)}")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note("skipped", reason)

    def note(self, kind, text):
        self.notes.append(f"<{kind}>{saxutils.escape(text)}</{kind}>")

    def stopTest(self, test):
        super().stopTest(test)
        suite, name = test.id().split(".")[-2:]
        self.entries.append(
            f'<testcase classname="{suite}" name="{name}" time="{time.monotonic() - self.began:.3f}">'
            + "".join(self.notes)
            + "</testcase>"
        )


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Result).run(suite)
    if "XML_OUTPUT_FILE" in os.environ:
        with open(os.environ["XML_OUTPUT_FILE"], "w", encoding="utf-8") as file:
            file.write("<testsuites><testsuite>" + "".join(result.entries) + "</testsuite></testsuites>\n")
    sys.exit(not result.wasSuccessful() or not result.entries)

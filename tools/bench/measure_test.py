#!/usr/bin/env python3
"""Tests of what the benchmarks read out of other programs' reports."""

import os
import sys
import unittest

sys.path.insert(0, os.getcwd())
from tools.bench import measure

TABLE = """% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 57.91    0.009747           9      1006         3 renameat
 40.09    0.007085           3      2012           fsync
  2.00    0.000085           3         1           syncfs
------ ----------- ----------- --------- --------- ----------------
100.00    0.016832           5      3019         3 total
"""


class Measure(unittest.TestCase):
    def test_counts_calls_and_syncs(self):
        self.assertEqual(measure.read_counts(TABLE), (3019, 2013))

    def test_a_table_of_nothing_is_nothing(self):
        self.assertEqual(measure.read_counts(""), (0, 0))

    def test_reads_instructions(self):
        self.assertEqual(measure.read_instructions("==1== Events    : Ir\n==1== Collected : 123456\n"), 123456)

    def test_takes_the_least_of_each(self):
        least = measure.least([measure.Cost(3, 1, 9), measure.Cost(2, 2, 8)])
        self.assertEqual((least.wall_s, least.cpu_s, least.peak_kib), (2, 1, 8))

    def test_a_failing_command_is_an_error_with_its_words(self):
        with self.assertRaisesRegex(RuntimeError, "exit 3\nwords"):
            measure.run_once(["sh", "-c", "echo words; exit 3"], {"PATH": "/bin:/usr/bin"}, "/")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The examples of the manual, run as they stand, with names of the lab."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import assay_lab as lab

# The longer names first.
NAMES = {"mx1.example.gov": "dual.tls.test",
         "mail.example.gov": "submission.tls.test",
         "example.gov": "good.gov.test",
         "[2001:db8::25]": "[fd00:27:2d::25]"}
ZONE = 'good.gov.test. 300 TXT "v=spf1 mx -all"\n'
ESTATE = "good.gov.test\nparked.gov.test\n"


def examples():
    """Commands of the section EXAMPLES, as a reader would copy them."""
    text = (lab.ROOT / "doc/assay.1").read_text(encoding="utf-8")
    section = text.partition(".Sh EXAMPLES\n")[2].partition("\n.Sh ")[0]
    return [m.replace("\\-", "-").replace("\\e", "\\")
            for m in re.findall(r"^\.Dl (.*)$", section, re.M)]


class Manual(unittest.TestCase):
    def test_there_are_examples(self):
        commands = {x.split()[1] for x in examples()}
        self.assertLessEqual({"check", "fix", "scan", "dmarc", "spf", "record"}, commands)

    def test_each_example_runs(self):
        for example in examples():
            with self.subTest(example=example), \
                    tempfile.TemporaryDirectory() as folder:
                place = pathlib.Path(folder)
                (place / "proposed.zone").write_text(ZONE, encoding="utf-8")
                (place / "estate.csv").write_text(ESTATE, encoding="utf-8")
                before = set(place.iterdir())
                command = example
                for name, ours in NAMES.items():
                    command = command.replace(name, ours)
                run = subprocess.run(
                    ["bash", "-c", "set -o pipefail; " + command], cwd=place,
                    env={**os.environ, "PATH": f"{lab.BUILD}:{os.environ['PATH']}"},
                    capture_output=True, text=True, timeout=120, check=False)
                self.assertIn(run.returncode, (0, 1), run.stderr)
                made = set(place.iterdir()) - before
                self.assertTrue(run.stdout or made)
                self.assertTrue(all(x.stat().st_size > 0 for x in made))
                self.assertEqual(run.stderr, "")


if __name__ == "__main__":
    lab.main("--tls")

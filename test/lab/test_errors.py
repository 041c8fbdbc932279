#!/usr/bin/env python3
"""What goes wrong is said once, by its name, with the right status."""
import os
import pathlib
import subprocess
import tempfile
import unittest

import assay_lab as lab

COMMANDS = (
    ("check", "good.gov.test"), ("check", "good.gov.test", "--json"),
    ("scan", "-"), ("scan", "-", "--format", "text"), ("rules",),
    ("record", "spf", "v=spf1 -all"), ("dmarc", "good.gov.test"),
    ("spf", "--ip", "192.0.2.1", "good.gov.test"),
    ("--help",), ("--version",), ("check", "--help"), ("help", "scan"))
NAME = b"good.gov.test\n"


def into(command, stdout):
    return subprocess.run([lab.ASSAY, *command], input=NAME, stdout=stdout,
                          stderr=subprocess.PIPE, timeout=60, check=False)


class Output(unittest.TestCase):
    def test_a_full_disk(self):
        for command in COMMANDS:
            with self.subTest(command=command), open("/dev/full", "wb") as full:
                run = into(command, full)
                self.assertEqual(run.returncode, 74)
                self.assertIn(b"standard output: No space left", run.stderr)
                self.assertEqual(run.stderr.count(b"\n"), 1)

    def test_a_scan_resumed_over_what_is_no_scan(self):
        for path, words in (("/dev/zero", "line 1"), ("/tmp", "directory")):
            with self.subTest(path=path):
                run = lab.assay("scan", "-", "-o", path, "--resume",
                                stdin=NAME.decode())
                self.assertIn(run.returncode, (65, 74))
                self.assertIn(path, run.stderr)
                self.assertIn(words, run.stderr)

    def test_nobody_reads_on(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                reader, writer = os.pipe()
                os.close(reader)
                with os.fdopen(writer, "wb") as pipe:
                    run = into(command, pipe)
                self.assertEqual(run.returncode, 74)
                self.assertEqual(run.stderr, b"")

    def test_no_folder_for_the_file_of_a_scan(self):
        run = lab.assay("scan", "-", "-o", "/nonexistent/out", stdin="")
        self.assertEqual(run.returncode, 74)
        self.assertIn("/nonexistent/out: No such file", run.stderr)


class Settings(unittest.TestCase):
    def refused(self, args, status, words):
        run = lab.assay("check", "good.gov.test", *args)
        self.assertEqual(run.returncode, status, run.stderr)
        self.assertEqual(run.stdout, "")
        for word in words:
            self.assertIn(word, run.stderr)
        self.assertNotIn("prober", run.stderr)

    def test_words(self):
        for args in (("--resolver", "127.0.0.1@99999"),
                     ("--resolver", "127.0.0.1@"), ("--resolver", "::1@x"),
                     ("--resolver", "127.0.0.1", "--resolver", "recursive"),
                     ("--ehlo-name", "a b"), ("--ehlo-name", "a\r\nQUIT"),
                     ("--ehlo-name", "[nothing]"), ("--selector", "a..b"),
                     ("--selector", "x" * 64), ("--allow-address", "all")):
            with self.subTest(args=args):
                self.refused(args, 2, (args[0],))

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            for flag in ("ca", "trust-anchor", "resolver-config", "zone"):
                with self.subTest(flag=flag):
                    path = pathlib.Path(folder) / flag
                    path.write_text("junk\n", encoding="ascii")
                    self.refused((f"--{flag}", str(path)), 65, (str(path),))
            path = pathlib.Path(folder) / "psl"
            path.write_text("// nothing\n", encoding="ascii")
            self.refused(("--psl", str(path)), 65, (str(path),))

    def test_rules_and_records_need_no_prober(self):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as config:
            config.write("ca = /nonexistent\n")
            config.flush()
            for command in (("rules",), ("record", "spf", "v=spf1 -all")):
                with self.subTest(command=command):
                    run = subprocess.run(
                        [lab.ASSAY, *command], capture_output=True, check=False,
                        env={**os.environ, "ASSAY_CONFIG": config.name})
                    self.assertEqual(run.returncode, 0, run.stderr)


class Facts(unittest.TestCase):
    def test_of_another_domain(self):
        stored = lab.assay("check", "good.gov.test", "--json").stdout
        run = lab.assay("check", "--facts", "-", "parked.gov.test", stdin=stored)
        self.assertEqual(run.returncode, 65)
        self.assertEqual(run.stdout, "")
        self.assertIn("no facts of parked.gov.test", run.stderr)

    def test_of_one_of_several(self):
        stored = lab.assay("check", "good.gov.test", "parked.gov.test",
                           "--json").stdout
        run = lab.assay("check", "--facts", "-", "parked.gov.test", stdin=stored)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("parked.gov.test", run.stdout)
        self.assertNotIn("good.gov.test", run.stdout)


class Help(unittest.TestCase):
    def test_lines_fit_and_have_no_end_of_blanks(self):
        for command in ("check", "fix", "scan", "rules", "dmarc", "spf", "record"):
            with self.subTest(command=command):
                text = lab.assay(command, "--help").stdout
                self.assertEqual(lab.assay("help", command).stdout, text)
                for line in text.splitlines():
                    self.assertEqual(line, line.rstrip())
                    # examples are whole, to be copied
                    self.assertTrue(len(line) <= 79 or "assay " in line, line)

    def test_a_domain_in_place_of_a_command(self):
        run = lab.assay("good.gov.test")
        self.assertEqual(run.returncode, 2)
        self.assertIn("assay check good.gov.test", run.stderr)

    def test_what_is_no_domain_is_said_once(self):
        for text, why in (("192.0.2.1", "it is an IP address"),
                          ("a b", "octet 32 has no place"),
                          ("me@good.gov.test", "it is an e-mail address")):
            for command in (("check",), ("dmarc",), ("spf", "--ip", "::1")):
                with self.subTest(text=text, command=command):
                    run = lab.assay(*command, text)
                    self.assertEqual(run.returncode, 2)
                    self.assertIn(f'"{text}" is not a domain name: {why}',
                                  run.stderr)
                    self.assertEqual(run.stderr.count("domain name"), 1)


class Verbose(unittest.TestCase):
    def test_a_scan_that_tells_all(self):
        brief = lab.scan(["good.gov.test"])[0]["good.gov.test"]
        whole = lab.scan(["good.gov.test"], "-v")[0]["good.gov.test"]
        self.assertEqual(lab.verdicts(whole), lab.verdicts(brief))
        passed = [f for f in whole["findings"] if f["verdict"] == "pass"]
        self.assertTrue(passed and all("title" in f for f in passed))
        self.assertFalse(any("title" in f for f in brief["findings"]
                             if f["verdict"] == "pass"))


if __name__ == "__main__":
    lab.main()

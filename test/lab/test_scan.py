#!/usr/bin/env python3
"""Bulk: 2,000 names on 12 mail hosts, probers that die, runs that stop."""
import collections
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

import assay_lab as lab

NAMES = [f"bulk{n:04d}.bulk.test" for n in range(1, 2001)]


def connections():
    """Connections that each address of a mail host has seen."""
    folder = pathlib.Path(os.environ["ASSAY_LAB_LOG"]) / "smtp"
    return collections.Counter({
        path.stem: path.read_text(encoding="utf-8").count(" connected to ")
        for path in folder.glob("*.log")})


def list_file(names):
    f = tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False)
    with f:
        f.write("".join(f"{n}\n" for n in names))
    return f.name


class Scan(unittest.TestCase):
    def test_each_host_is_opened_once_an_address(self):
        before = connections()
        docs, status = lab.scan(NAMES)
        opened = connections() - before
        self.assertEqual(set(docs), set(NAMES))
        self.assertIn(status, (0, 1))
        self.assertGreaterEqual(len(opened), 12)
        self.assertEqual(set(opened.values()), {1}, opened)

    def test_a_prober_killed_in_the_middle(self):
        whole, _ = lab.scan(NAMES)
        docs, killed = {}, 0
        with subprocess.Popen([lab.ASSAY, "scan", list_file(NAMES)],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True) as run:
            for line in run.stdout:
                doc = json.loads(line)
                self.assertNotIn(doc["domain"], docs)
                docs[doc["domain"]] = doc
                if len(docs) in (200, 600, 1000):
                    os.kill(lab.children(run.pid)[0], signal.SIGKILL)
                    killed += 1
        self.assertEqual(killed, 3)
        self.assertEqual(set(docs), set(NAMES))
        for name in NAMES:
            self.assertEqual(lab.verdicts(docs[name]), lab.verdicts(whole[name]), name)

    def test_a_run_that_stopped_goes_on(self):
        path = tempfile.mktemp(suffix=".ndjson")
        names = list_file(NAMES)
        with subprocess.Popen([lab.ASSAY, "scan", names, "-o", path],
                              stderr=subprocess.DEVNULL) as run:
            deadline = time.monotonic() + 60
            while not os.path.exists(path) or os.path.getsize(path) < 200000:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.02)
            run.kill()
        with open(path, "a", encoding="utf-8") as f:
            f.write('{"schema":"assay.check/1","domain":"bulk0')
        again = lab.assay("scan", names, "-o", path)
        self.assertEqual(again.returncode, 2)
        self.assertIn("--resume", again.stderr)
        lab.assay("scan", names, "-o", path, "--resume", timeout=300)
        with open(path, encoding="utf-8") as f:
            seen = [json.loads(line)["domain"] for line in f]
        self.assertEqual(sorted(seen), NAMES)

    def test_a_line_without_a_domain_stops_nothing(self):
        run = lab.assay("scan", "-", stdin="bulk0001.bulk.test\nno..name\n"
                        "bulk0002.bulk.test\n")
        self.assertEqual(len(run.stdout.splitlines()), 2)
        self.assertIn("line 2", run.stderr)
        self.assertEqual(run.returncode, 65)

    def test_names_are_answered_as_they_come(self):
        with subprocess.Popen([lab.ASSAY, "scan", "-"], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
            for name in NAMES[:3]:
                run.stdin.write(name + "\n")
                run.stdin.flush()
                self.assertEqual(json.loads(run.stdout.readline())["domain"], name)
            run.stdin.close()
            self.assertEqual(run.stdout.read(), "")

    def test_memory_does_not_grow_with_the_list(self):
        peaks = []
        for names in (NAMES[:1000], NAMES * 4):
            with subprocess.Popen([lab.ASSAY, "scan", list_file(names)],
                                  stdout=subprocess.PIPE, text=True,
                                  stderr=subprocess.DEVNULL) as run:
                count = 0
                for count, _ in enumerate(run.stdout, 1):
                    if count == len(names):
                        peaks.append(lab.peak_kib(run.pid))
                self.assertEqual(count, len(names))
        self.assertLess(peaks[1], peaks[0] + 16 * 1024)


if __name__ == "__main__":
    lab.main("--bulk", "2000")

#!/usr/bin/env python3
"""What takes too long for every run of the tests: `make soak`.

AS_SOAK_KILLS probers are killed at random moments of scans (100), and
AS_SOAK_NAMES names go through one scan (100,000).
"""
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import assay_lab as lab  # noqa: E402

KILLS = int(os.environ.get("AS_SOAK_KILLS", 100))
COUNT = int(os.environ.get("AS_SOAK_NAMES", 100000))
BULK = [f"bulk{n:04d}.bulk.test" for n in range(1, 2001)]


def feed(run, names):
    """The list as a pipe, so that it may be as long as it likes."""
    def write():
        with run.stdin:
            for name in names:
                run.stdin.write(name + "\n")
    threading.Thread(target=write, daemon=True).start()


def scan(*args):
    return subprocess.Popen([lab.ASSAY, "scan", "-", *args], text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


class Soak(unittest.TestCase):
    def test_probers_killed_at_random(self):
        seed = int(os.environ.get("AS_SOAK_SEED", time.time()))
        dice = random.Random(seed)
        killed = rounds = 0
        while killed < KILLS:
            rounds += 1
            self.assertLess(rounds, 50, "too few probers to kill")
            with scan("--probers", "3") as run:
                feed(run, BULK)
                errors = []
                reader = threading.Thread(
                    target=lambda: errors.append(run.stderr.read()))
                reader.start()
                docs, due = {}, dice.randrange(50)
                for line in run.stdout:
                    doc = json.loads(line)
                    self.assertNotIn(doc["domain"], docs, f"seed {seed}")
                    docs[doc["domain"]] = doc
                    due -= 1
                    probers = lab.children(run.pid)
                    if due < 0 and probers and killed < KILLS:
                        os.kill(dice.choice(probers), signal.SIGKILL)
                        killed += 1
                        due = dice.randrange(100)
                reader.join()
            self.assertEqual(set(docs), set(BULK), f"seed {seed}")
            self.assertIn(run.returncode, (0, 1, 3), f"seed {seed}")
            self.assertNotIn("Sanitizer", errors[0], f"seed {seed}")
            for doc in docs.values():
                for f in lab.unknowns(doc):
                    self.assertIn("prober", f["evidence"], f"seed {seed}")
        print(f"# {killed} probers killed in {rounds} scans, seed {seed}")

    def test_a_long_list_in_little_memory(self):
        names = itertools.islice(
            itertools.chain.from_iterable(
                (f"n{i}.{BULK[i % len(BULK)]}", BULK[i % len(BULK)])
                for i in itertools.count()), COUNT)
        began, count, peaks = time.monotonic(), 0, []
        with scan("--only", "dns") as run:
            threading.Thread(target=run.stderr.read, daemon=True).start()
            feed(run, names)
            for count, _ in enumerate(run.stdout, 1):
                if count in (COUNT // 10, COUNT):
                    peaks.append(lab.peak_kib(run.pid))
                    peaks.append(max(map(lab.peak_kib, lab.children(run.pid))))
        self.assertEqual(count, COUNT)
        took = time.monotonic() - began
        print(f"# {count} names in {took:.0f} s; KiB of parent and largest "
              f"prober: {peaks[:2]} after a tenth, {peaks[2:]} at the end")
        self.assertLess(peaks[2], peaks[0] + 32 * 1024)
        self.assertLess(peaks[3], 1024 * 1024)


if __name__ == "__main__":
    lab.main("--bulk", "2000")

#!/usr/bin/env python3
"""The monitor watches domains: a change is told once, a fault is none, and what
dies comes back."""
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

import assay_lab as lab

DOMAIN = "dmarc-none.gov.test"
QUICK = (DOMAIN, "good.gov.test", "parked.gov.test", "mx-busy.gov.test")
DOMAINS = (*QUICK, "dns-dead.gov.test")  # whose name servers are silent
KILLS = int(os.environ.get("AS_SERVE_KILLS", "12"))
SECONDS = 90  # for anything to happen


def record(policy):
    return (f'_dmarc.{DOMAIN}. 300 IN TXT '
            f'"v=DMARC1; p={policy}; rua=mailto:dmarc@reports.com.test"\n')


class Monitor:
    """A running "assay serve", with a zone that can be changed."""

    def __init__(self, policy):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.store = str(self.folder / "assay.db")
        self.zone = self.folder / "now.zone"
        self.zone.write_text(record(policy))
        run = lab.assay("estate", "add", *DOMAINS, "--store", self.store)
        assert run.returncode == 0, run.stderr
        self.log = open(self.folder / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [lab.ASSAY, "serve", "--store", self.store, "--every", "3",
             "--confirm-after", "1", "--retry-after", "2", "--zone",
             str(self.zone), "--probers", "1"],
            stderr=self.log, env={**os.environ, "TMPDIR": str(self.folder)})

    def publish(self, policy):
        self.zone.write_text(record(policy))
        self.process.send_signal(signal.SIGHUP)

    def changes(self, *args):
        run = lab.assay("changes", "--store", self.store, "--json", *args)
        if run.returncode not in (0, 3):
            return []
        return json.loads(run.stdout)["changes"]

    def query(self, sql):
        db = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=10)
        try:
            return db.execute(sql).fetchone()[0]
        finally:
            db.close()

    def wait(self, what, true):
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"serve ended: {self.said()}")
            if true():
                return
            time.sleep(0.2)
        raise AssertionError(f"waited in vain: {what}\n{self.said()}")

    def looked(self, times):
        """Until each that answers was looked at so often from now on."""
        first = self.attempts()
        self.wait(f"{times} looks", lambda: all(
            self.attempts().get(d, 0) - first.get(d, 0) >= times
            for d in QUICK))

    def attempts(self):
        db = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=10)
        try:
            return dict(db.execute(
                "SELECT domain, attempt FROM job WHERE looked > 0"))
        finally:
            db.close()

    def said(self):
        self.log.flush()
        return (self.folder / "log").read_text()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)
        return self.process.returncode


class Serve(unittest.TestCase):
    def setUp(self):
        self.monitor = Monitor("reject")
        self.addCleanup(self.monitor.stop)
        self.monitor.wait("the first looks",
                          lambda: len(self.monitor.attempts()) >= len(QUICK))

    def test_a_change_is_told_once(self):
        m = self.monitor
        m.looked(2)
        self.assertEqual(m.changes(), [])  # nothing happened, faults or not
        m.publish("none")
        m.wait("the change", m.changes)
        m.looked(3)
        told = m.changes(DOMAIN)
        kinds = [c["kind"] for c in told]
        self.assertEqual(len(m.changes()), len(told))
        self.assertEqual(kinds.count("record-changed"), 1, told)
        self.assertEqual({c["name"] for c in told if c["kind"] == "policy-moved"},
                         {"p", "sp", "np"})
        self.assertIn("dmarc.policy-none", [c.get("rule") for c in told
                                            if c["kind"] == "finding-opened"])
        self.assertTrue(all(c["cause"] == "domain" for c in told))
        m.publish("reject")
        m.wait("the mend", lambda: "finding-closed" in
               [c["kind"] for c in m.changes(DOMAIN)])
        m.looked(2)
        self.assertEqual([c["kind"] for c in m.changes(DOMAIN)].count(
            "record-changed"), 2)
        self.assertEqual([c["kind"] for c in m.changes(DOMAIN)].count(
            "finding-opened"), 1)
        text = lab.assay("changes", DOMAIN, "--store", m.store)
        self.assertIn("The DMARC policy", text.stdout)
        rows = lab.assay("changes", "--store", m.store, "--format", "csv")
        self.assertEqual(rows.stdout.count("policy-moved"), 6)
        self.assertEqual(m.stop(), 0)

    def test_what_is_killed_comes_back(self):
        m = self.monitor
        rng = random.Random(7)
        print(f"# {KILLS} kills")
        for _ in range(KILLS):
            m.wait("both children",
                   lambda: len(lab.children(m.process.pid)) == 2)
            victim = rng.choice(lab.children(m.process.pid))
            os.kill(victim, signal.SIGKILL)
            time.sleep(rng.random() / 4)  # the instant is what is random
        m.looked(2)
        self.assertEqual(m.changes(), [])
        self.assertEqual(m.stop(), 0)
        self.assertEqual(m.query("PRAGMA integrity_check"), "ok")
        self.assertEqual(m.query(
            "SELECT count(*) FROM job WHERE worker IS NOT NULL"), 0)

    def test_an_unchanged_domain_costs_no_document(self):
        m = self.monitor
        lab.assay("estate", "remove", DOMAINS[-1], "--store", m.store)
        m.wait("its job to go", lambda: m.query(
            "SELECT count(*) FROM job") == len(QUICK))
        m.looked(4)
        # Of servers that are busy one look may differ from the next.
        self.assertEqual(m.query(
            "SELECT count(*) FROM run JOIN subject ON subject.id = run.subject"
            " WHERE subject.name = 'domain:parked.gov.test'"), 1)

    def test_settings_that_are_wrong_change_nothing(self):
        m = self.monitor
        m.zone.write_text("this is no zone\n")
        m.process.send_signal(signal.SIGHUP)
        m.wait("a word on it", lambda: "all goes on as before" in m.said())
        m.looked(2)
        self.assertEqual(m.changes(), [])

    def test_it_ends_in_time(self):
        m = self.monitor
        begin = time.monotonic()
        self.assertEqual(m.stop(), 0)
        self.assertLess(time.monotonic() - begin, 10)
        self.assertEqual(list(m.folder.glob("assay-*")), [])


class Notify(unittest.TestCase):
    def test_the_service_manager_is_told(self):
        import socket
        folder = tempfile.mkdtemp()
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.bind(folder + "/notify")
        manager.settimeout(SECONDS)
        run = subprocess.Popen(
            [lab.ASSAY, "serve", "--store", folder + "/a.db"],
            stderr=subprocess.DEVNULL,
            env={**os.environ, "NOTIFY_SOCKET": folder + "/notify",
                 "WATCHDOG_USEC": "3000000"})
        try:
            said = set()
            while not {b"WATCHDOG=1", b"READY=1"} <= said:
                said.add(manager.recv(4096).split(b"\n")[0])
            run.send_signal(signal.SIGHUP)
            said = [manager.recv(4096)]
            while not said[-1].startswith(b"READY=1"):
                said.append(manager.recv(4096))
            self.assertIn(b"RELOADING=1", said)
            run.terminate()
            while manager.recv(4096) != b"STOPPING=1":
                pass
            self.assertEqual(run.wait(timeout=30), 0)
        finally:
            run.kill()
            run.wait()


if __name__ == "__main__":
    lab.main()

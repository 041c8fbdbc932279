#!/usr/bin/env python3
"""Postfix pipes each mail into assay ingest --mta -: what is accepted is in the
database, and what cannot be stored stays in the queue until it can.
"""
import contextlib
import os
import pathlib
import shutil
import smtplib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

import assay_lab as lab

sys.path.insert(0, str(lab.ROOT / "lab"))
import enclosure                                        # noqa: E402
import servers                                          # noqa: E402

sys.path.insert(0, str(lab.ROOT / "test"))
from report_maker import report                         # noqa: E402

ADDRESS, PORT = "127.0.0.77", 2525
WAIT_S = 40


def can_run():
    with open("/proc/self/uid_map", encoding="ascii") as f:
        many = sum(int(line.split()[2]) for line in f) > 1
    return servers.can_run_postfix(many)


def mail(n):
    return (f"From: r@b.test\r\nTo: rua@rua.test\r\nSubject: Report {n}\r\n"
            "Content-Type: text/xml\r\n\r\n"
            + report().replace("id-1", f"id-{n}").replace("\n", "\r\n"))


class Mta(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        why_not = can_run()
        if why_not:
            raise unittest.SkipTest(why_not)
        cls.folder = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
        cls.folder.chmod(0o755)
        cls.program = cls.folder / "assay"
        shutil.copy(lab.ASSAY, cls.program)
        cls.data = cls.folder / "data"
        cls.data.mkdir()
        enclosure.mount("tmpfs", cls.data, "tmpfs", enclosure.MS_NOSUID,
                        "size=20m,mode=777")
        cls.store = cls.data / "assay.db"
        cls.queue = cls.queue_make()
        cls.conf_make()
        cls.log = cls.folder / "postfix.log"
        cls.master = servers.start(
            ["/usr/lib/postfix/sbin/master", "-c", cls.folder / "conf", "-d"],
            cls.folder / "master.log",
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        cls.until(lambda: cls.listens(), "Postfix to listen")

    @classmethod
    def tearDownClass(cls):
        cls.master.terminate()
        cls.master.wait()
        subprocess.run(["umount", cls.data], check=True)
        shutil.rmtree(cls.folder)

    @classmethod
    def queue_make(cls):
        queue = cls.folder / "queue"
        for d in ("pid", "private", "public", "active", "bounce", "corrupt",
                  "defer", "deferred", "flush", "hold", "incoming", "maildrop",
                  "saved", "trace", "data"):
            (queue / d).mkdir(parents=True)
            if d != "pid":
                shutil.chown(queue / d, "postfix")
        return queue

    @classmethod
    def conf_make(cls):
        conf = cls.folder / "conf"
        conf.mkdir()
        (conf / "main.cf").write_text(f"""compatibility_level = 3.6
queue_directory = {cls.queue}
data_directory = {cls.queue}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {cls.folder}/postfix.log
maillog_file_prefixes = {cls.folder}
myhostname = mta.rua.test
mydestination =
virtual_mailbox_domains = rua.test
virtual_mailbox_maps = static:all
virtual_transport = assay
alias_maps =
local_recipient_maps =
smtpd_peername_lookup = no
smtpd_relay_restrictions = reject_unauth_destination
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
transport_retry_time = 1s
assay_destination_concurrency_failed_cohort_limit = 100
""")
        (conf / "master.cf").write_text(f"""postlog unix-dgram n - n - 1 postlogd
rewrite unix - - n - - trivial-rewrite
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
anvil unix - - n - 1 anvil
{ADDRESS}:{PORT} inet n - n - 10 smtpd
assay unix - n n - 4 pipe user=nobody:nogroup
  argv={cls.program} ingest --mta --store {cls.store} -
""")

    @classmethod
    def until(cls, done, what):
        deadline = time.monotonic() + WAIT_S
        while not done():
            if time.monotonic() > deadline:
                raise AssertionError(f"no {what} in {WAIT_S} s: "
                                     f"{cls.log.read_text()[-3000:]}")
            time.sleep(0.1)

    @staticmethod
    def listens():
        with socket.socket() as s:
            return s.connect_ex((ADDRESS, PORT)) == 0

    def send(self, text):
        with smtplib.SMTP(ADDRESS, PORT, timeout=20) as s:
            s.sendmail("r@b.test", ["rua@rua.test"], text)

    def rows(self, sql):
        if not self.store.exists():
            return []
        with contextlib.closing(sqlite3.connect(
                f"file:{self.store}?mode=ro", uri=True)) as db:
            return [x for (x,) in db.execute(sql)]

    def ids(self):
        return self.rows("SELECT report_id FROM report")

    def queued(self):
        return [p for d in ("incoming", "active", "deferred")
                for p in (self.queue / d).rglob("*") if p.is_file()]

    def said(self):
        return self.log.read_text(errors="replace")

    def test_a_stored_mail_is_accepted(self):
        self.send(mail("one"))
        self.until(lambda: "id-one" in self.ids(), "report")
        self.until(lambda: not self.queued(), "end of the queue")

    def test_a_mail_without_report_is_kept_and_not_sent_back(self):
        self.send("From: a@b.test\r\nSubject: hello\r\n\r\nno report\r\n")
        self.until(lambda: not self.queued(), "end of the queue")
        self.assertEqual(self.rows("SELECT count(*) FROM quarantine"), [1])
        self.assertNotIn("status=bounced", self.said())

    def test_locked(self):
        self.send(mail("before"))
        self.until(lambda: "id-before" in self.ids(), "report")
        db = sqlite3.connect(self.store, isolation_level=None)
        db.execute("BEGIN IMMEDIATE")
        self.send(mail("locked"))
        self.until(lambda: "database is locked" in self.said(), "word of it")
        self.assertEqual(len(self.queued()), 1)
        self.assertNotIn("status=bounced", self.said())
        db.execute("ROLLBACK")
        db.close()
        self.until(lambda: "id-locked" in self.ids(), "report")
        self.until(lambda: not self.queued(), "end of the queue")

    def test_full(self):
        self.send(mail("room"))
        self.until(lambda: "id-room" in self.ids(), "report")
        with open(self.data / "filler", "wb", buffering=0) as f:
            with self.assertRaisesRegex(OSError, "No space left"):
                while True:
                    f.write(bytes(4096))
        self.send(mail("full"))
        self.until(lambda: "disk is full" in self.said(), "word of it")
        self.assertEqual(len(self.queued()), 1)
        os.unlink(self.data / "filler")
        self.until(lambda: "id-full" in self.ids(), "report")
        self.until(lambda: not self.queued(), "end of the queue")
        self.assertNotIn("status=bounced", self.said())

    def test_wrong_settings_keep_the_mail(self):
        """Anything but success is 75, also a command line that is wrong."""
        for args in (["--nonsense"], ["--store", "/nonexistent/x.db", "-"],
                     ["--format", "csv", "-"], []):
            with self.subTest(args):
                run = lab.assay("ingest", "--mta", *args, stdin=mail("x"))
                self.assertEqual(run.returncode, 75, run.stderr)


if __name__ == "__main__":
    lab.main()

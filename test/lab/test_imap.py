#!/usr/bin/env python3
"""assay ingest imap[s]://: with Dovecot, and with a server that misbehaves.

Each mail is read once and told to the server only when the store has it, whatever
ends the run in between.
"""
import gzip
import imaplib
import json
import os
import pathlib
import random
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

import assay_lab as lab
from imap_scripted import NAME, End, Server

sys.path.insert(0, str(lab.ROOT / "lab"))
import imap as dovecot                                  # noqa: E402

CAP = 32 * 1024 * 1024


def report(n):
    return f"""<?xml version="1.0"?><feedback><report_metadata><org_name>r{n}</org_name>
<email>a@b.test</email><report_id>id-{n}</report_id><date_range><begin>1700000000</begin>
<end>1700086399</end></date_range></report_metadata><policy_published><domain>good.gov.test</domain>
<p>none</p></policy_published><record><row><source_ip>192.0.2.{n % 250}</source_ip><count>{n}</count>
<policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
<identifiers><header_from>good.gov.test</header_from></identifiers><auth_results><spf>
<domain>good.gov.test</domain><result>fail</result></spf></auth_results></record></feedback>""".encode()


def mail(n):
    import base64
    body = base64.encodebytes(gzip.compress(report(n))).replace(b"\n", b"\r\n")
    return (b"From: r@b.test\r\nTo: rua@gov.test\r\nSubject: Report\r\n"
            b"Message-ID: <%d@b.test>\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: application/gzip; name=r.xml.gz\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" % n) + body


CHAT = b"From: a@b.test\r\nSubject: hello\r\n\r\nno report\r\n"


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.store = self.path("a.db")
        self.password = self.path("pw")
        pathlib.Path(self.password).write_text("lab-password\n")

    def tearDown(self):
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def command(self, url, *options):
        if not any(x.startswith("--imap-token") for x in options):
            options += ("--imap-password-file", self.password)
        return [lab.ASSAY, "ingest", url, "--store", self.store, *options]

    def ingest(self, url, *options, status=0):
        run = subprocess.run(self.command(url, *options), text=True,
                             capture_output=True, timeout=120)
        self.assertEqual(run.returncode, status, run.stdout + run.stderr)
        return run

    def document(self, url, *options, status=0):
        return json.loads(self.ingest(url, "--json", *options,
                                      status=status).stdout)

    def refused(self, url, *options, status=66, **kw):
        """The diagnosis of a mailbox that could not be read."""
        doc = self.document(url, *options, status=status, **kw)
        box, = (i for i in doc["inputs"] if i["input"] == url)
        self.assertFalse(box["read"])
        self.assertNotIn("lab-password", json.dumps(doc))
        return box["refused"][0]["diagnosis"]

    def rows(self, sql):
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as db:
            return db.execute(sql).fetchall()

    def stored(self):
        """Numbers of the reports, each as often as it is counted."""
        return sorted(m for (m,) in self.rows("SELECT messages FROM report"))

    def sound(self, want):
        self.assertEqual(self.stored(), sorted(want))
        self.assertEqual(self.rows("SELECT sum(messages) FROM daily"),
                         [(sum(want),)])
        self.assertEqual(self.rows("PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(self.rows("SELECT * FROM mailbox_mail"), [])


class Dovecot(Case):
    """A real server."""

    def setUp(self):
        super().setUp()
        self.user = f"u{random.getrandbits(40)}"

    def client(self):
        c = imaplib.IMAP4_SSL(NAME, ssl_context=ssl.create_default_context())
        c.login(self.user, dovecot.PASSWORD)
        return c

    def put(self, *mails, folder="INBOX"):
        c = self.client()
        for m in mails:
            self.assertEqual(c.append(folder, None, None, m)[0], "OK")
        c.logout()

    def count(self, folder, what="ALL"):
        c = self.client()
        self.assertEqual(c.select(folder, readonly=True)[0], "OK")
        n = len(c.search(None, what)[1][0].split())
        c.logout()
        return n

    def url(self, folder="INBOX", tls="s"):
        return f"imap{tls}://{self.user}@{NAME}/{folder}"

    def test_mails_are_read_once_and_not_marked(self):
        self.put(mail(1), mail(2), CHAT)
        doc = self.document(self.url(), status=1)
        self.assertEqual((doc["stored"], doc["quarantined"]), (2, 1))
        self.assertEqual([i["input"] for i in doc["inputs"]],
                         [f"{self.url()};UID={n}" for n in (1, 2, 3)])
        self.assertEqual(self.count("INBOX", "UNSEEN"), 3)
        self.put(mail(3))
        doc = self.document(self.url())
        self.assertEqual((doc["stored"], len(doc["inputs"])), (1, 1))
        self.assertEqual(self.document(self.url())["inputs"], [])
        self.sound([1, 2, 3])

    def test_starttls(self):
        self.put(mail(1))
        self.assertEqual(self.document(self.url(tls=""))["stored"], 1)

    def test_mails_are_moved(self):
        self.put(mail(1), mail(2), CHAT)
        folder = "Gelöscht & gelesen/rua 日本"
        self.ingest(self.url(), "--imap-move", folder, status=1)
        self.assertEqual(self.count("INBOX"), 0)
        self.assertEqual(self.count('"Gel&APY-scht &- gelesen/rua &ZeVnLA-"'), 3)
        self.sound([1, 2])
        doc = self.document(self.url(folder), status=1)
        self.assertEqual(doc["duplicates"], 2)
        self.sound([1, 2])

    def test_mails_are_flagged(self):
        self.put(mail(1), mail(2))
        self.ingest(self.url(), "--imap-flag", "seen")
        self.assertEqual(self.count("INBOX", "SEEN"), 2)
        self.put(mail(3))
        self.ingest(self.url(), "--imap-flag", "$AssayRead")
        self.assertEqual(self.count("INBOX", "KEYWORD $AssayRead"), 1)
        self.sound([1, 2, 3])

    def test_tokens(self):
        self.put(mail(1))
        token = pathlib.Path(self.path("token"))
        token.write_text(dovecot.token(self.user))
        doc = self.document(self.url(), "--imap-token-command", f"cat {token}")
        self.assertEqual(doc["stored"], 1)
        token.write_text(dovecot.token(self.user, seconds=-10))
        self.assertIn("login was refused", self.refused(
            self.url(), "--imap-token-command", f"cat {token}"))

    def test_diagnoses(self):
        self.put(mail(1), folder="INBOX")
        why = self.refused(self.url("Raports"))
        self.assertIn("the folder cannot be opened", why)
        self.assertIn("there are: INBOX", why)
        pathlib.Path(self.password).write_text("wrong\n")
        self.assertIn("login was refused; the server says: ",
                      self.refused(self.url()))

    def test_killed_anywhere_nothing_is_lost_or_counted_twice(self):
        want = list(range(1, 41))
        self.put(*map(mail, want))
        args = self.command(self.url(), "--imap-move", "Done")
        begin = time.monotonic()
        for i in range(12):
            run = subprocess.Popen(args, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
            time.sleep(random.uniform(0.005, 0.25))
            run.send_signal(signal.SIGKILL)
            run.wait()
            self.put(mail(100 + i))
            want.append(100 + i)
        self.ingest(self.url(), "--imap-move", "Done")
        self.sound(want)
        self.assertEqual(self.count("INBOX"), 0)
        self.assertEqual(self.count("Done"), len(want))
        self.assertLess(time.monotonic() - begin, 60)


class Scripted(Case):
    """One that misbehaves."""

    def serve(self, mails=None, **faults):
        server = Server({n: mail(n) for n in (1, 2, 3)} if mails is None
                        else mails, **faults)
        self.addCleanup(lambda: self.assertEqual(server.errors, []))
        return server

    def test_told_after_the_commit(self):
        """When the server is told of a mail, another reader sees its report."""
        for option in ("--imap-move", "Done"), ("--imap-flag", "seen"):
            with self.subTest(option), self.serve() as s:
                seen = []
                s.on_tell = lambda uids: seen.append(
                    (set(uids), set(self.stored())))
                self.ingest(s.url, *option)
                self.assertTrue(seen)
                for told, stored in seen:
                    self.assertLessEqual(told, stored)
                self.assertEqual(set().union(*(t for t, _ in seen)), {1, 2, 3})
                self.sound([1, 2, 3])

    def test_old_servers(self):
        """Without MOVE mails are copied and marked; without UIDPLUS none is
        expunged."""
        for capability in "AUTH=PLAIN UIDPLUS", "AUTH=PLAIN", "":
            with self.subTest(capability), self.serve() as s:
                s.capability = capability
                self.ingest(s.url, "--imap-move", "Done")
                self.assertEqual(s.copied, {'"Done"': [1, 2, 3]})
                self.assertEqual(s.deleted, {1, 2, 3})
                self.assertEqual(len(s.mails), 0 if "UIDPLUS" in capability
                                 else 3)
                self.assertEqual(s.logins[0][0],
                                 "PLAIN" if capability else "LOGIN")
                self.assertEqual(self.document(s.url)["inputs"], [])

    def test_xoauth2(self):
        with self.serve() as s:
            s.capability = "AUTH=XOAUTH2 MOVE"
            self.ingest(s.url, "--imap-token-command", "echo token-1")
            self.assertIn("login was refused; the server says: wrong ? secret",
                          self.refused(s.url, "--imap-token-command",
                                       "echo token-2"))
            self.assertIn("status 1", self.refused(
                s.url, "--imap-token-command", "false"))
            s.capability = "AUTH=PLAIN"
            self.assertIn("takes no tokens", self.refused(
                s.url, "--imap-token-command", "echo token-1"))
        self.sound([1, 2, 3])

    def test_the_secret_is_nowhere_to_be_seen(self):
        """Not in what is said, not in the list of processes."""
        seen = []

        def look(session, tag, rest):
            for p in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.append(p.read_bytes())
                except OSError:
                    pass
            return False

        with self.serve(uid_search=look) as s:
            run = self.ingest(s.url)
        self.assertTrue(any(b"ingest" in x for x in seen))
        self.assertFalse(any(b"lab-password" in x for x in seen))
        self.assertNotIn("lab-password", run.stdout + run.stderr)

    def test_the_reader_is_locked_up(self):
        state = {}

        def look(session, tag, rest):
            parent = next(p for p in lab.children(os.getpid())
                          if "ingest" in pathlib.Path(
                              f"/proc/{p}/cmdline").read_text())
            for child in lab.children(parent):
                text = pathlib.Path(f"/proc/{child}/status").read_text()
                state[child] = dict(r.split(":\t", 1) for r in
                                    text.splitlines() if ":\t" in r)
            return False

        with self.serve(uid_fetch=look) as s:
            self.ingest(s.url)
        self.assertTrue(state)
        for row in state.values():
            self.assertEqual((row["NoNewPrivs"], row["Seccomp"],
                              row["Threads"]), ("1", "2", "1"))

    def test_uid_validity_changes(self):
        with self.serve() as s:
            self.ingest(s.url)
            s.uid_validity, s.mails = 8, {n + 10: mail(n) for n in (1, 2, 3, 4)}
            run = self.ingest(s.url, "--json")
            self.assertIn("new numbers (UIDVALIDITY 8, was 7)", run.stderr)
            doc = json.loads(run.stdout)
            self.assertEqual((doc["stored"], doc["duplicates"]), (1, 3))
        self.sound([1, 2, 3, 4])

    def test_uid_validity_changes_meanwhile(self):
        def cut(session, tag, rest):
            session.mail(1, session.server.mails[1])
            session.server.uid_validity = 8
            raise End

        with self.serve(uid_fetch=cut) as s:
            self.assertIn("run it again", self.refused(s.url))
            s.faults = {}
            self.ingest(s.url)
        self.sound([1, 2, 3])

    def test_connection_lost_inside_a_mail(self):
        """Made anew, as long as that gets on."""
        cuts = []

        def cut(session, tag, rest):
            uids = [int(x) for x in rest.split()[0].split(",")]
            cuts.append(uids)
            if len(cuts) > 2:
                return False
            session.mail(uids[0], session.server.mails[uids[0]])
            session.send(f"* 9 FETCH (UID {uids[1]} BODY[]<0> {{5000}}\r\nFrom")
            raise End

        with self.serve(uid_fetch=cut) as s:
            doc = self.document(s.url)
            self.assertEqual(doc["stored"], 3)
            self.assertEqual(cuts, [[1, 2, 3], [2, 3], [3]])
        self.sound([1, 2, 3])

    def test_server_that_is_down_again_and_again(self):
        def bye(session, tag, rest):
            session.say("* BYE too many connections\x1b[31m")
            raise End

        with self.serve(uid_search=bye) as s:
            why = self.refused(s.url)
            self.assertIn("the server ended the session: too many connections?[31m",
                          why)
            self.assertEqual(s.sessions, 4)

    def test_a_mail_that_the_server_does_not_give(self):
        """The others are read; it is tried again by the next run."""
        def broken(session, tag, rest):
            if "2" not in rest.split()[0].split(","):
                return False
            session.say(f"{tag} NO [EXPUNGEISSUED] cannot open")
            return True

        with self.serve(uid_fetch=broken) as s:
            doc = self.document(s.url, "--imap-move", "Done", status=66)
            self.assertEqual((doc["stored"], doc["unread"]), (2, 1))
            self.assertEqual(sorted(s.mails), [2])
            self.assertEqual(self.rows("SELECT uid, state FROM mailbox_mail"),
                             [(2, 1)])
            s.faults = {}
            s.mails[4] = mail(4)
            self.assertEqual(self.document(s.url, "--imap-move", "Done")["stored"],
                             2)
            self.assertEqual(s.mails, {})
        self.sound([1, 2, 3, 4])

    def test_mails_that_are_gone(self):
        def gone(session, tag, rest):
            session.server.mails.pop(2, None)
            return False

        with self.serve(uid_fetch=gone) as s:
            self.assertEqual(self.document(s.url)["stored"], 2)
            self.assertEqual(self.document(s.url)["inputs"], [])
        self.sound([1, 3])

    def test_server_that_does_not_move(self):
        """The mails are stored, and moved by the next run."""
        def no(session, tag, rest):
            session.say(f"{tag} NO [OVERQUOTA] full")

        with self.serve(uid_move=no) as s:
            doc = self.document(s.url, "--imap-move", "Done", status=66)
            self.assertEqual(doc["stored"], 3)
            self.assertIn("3 mails are stored, but were neither moved",
                          doc["inputs"][-1]["refused"][0]["diagnosis"])
            self.assertEqual(len(self.rows("SELECT * FROM mailbox_mail")), 3)
            s.faults = {}
            self.assertEqual(self.document(s.url, "--imap-move", "Done")["inputs"],
                             [])
            self.assertEqual(s.copied, {'"Done"': [1, 2, 3]})
        self.sound([1, 2, 3])

    def test_long_mails(self):
        """Over the cap: told, left where it is, and not asked for again."""
        big = CHAT + b"x" * CAP
        with self.serve({1: mail(1), 2: big, 3: mail(3)}) as s:
            doc = self.document(s.url, "--imap-move", "Done", status=1)
            self.assertEqual((doc["stored"], doc["quarantined"]), (2, 1))
            big, = (i for i in doc["inputs"] if i["input"] == f"{s.url};UID=2")
            self.assertIn("too long", big["refused"][0]["diagnosis"])
            self.assertEqual(sorted(s.mails), [2])
            self.assertEqual(self.document(s.url)["inputs"], [])
        self.sound([1, 3])

    def test_limits(self):
        """Each ends the session with a word, soon, and in little memory."""
        def literal(session, tag, rest):
            session.send(f"* 1 FETCH (UID 1 BODY[]<0> {{{CAP + 2}}}\r\n")
            session.line()

        def small_literal(session, tag, rest):
            session.send("* LIST () \"/\" {70000}\r\n" + "x" * 70000)
            session.line()

        def word(session, tag, rest):
            session.send("* SEARCH " + "1" * 100000)
            session.line()

        def endless(session, tag, rest):
            while True:
                session.send("* 1 EXISTS\r\n" * 10000)

        def numbers(session, tag, rest):
            while True:
                session.send("* SEARCH" + " 4" * 100000 + "\r\n")

        def deep(session, tag, rest):
            session.send("* X " + "(" * 5000 + "\r\n")
            session.line()

        def more_mails(session, tag, rest):
            while True:
                session.mail(1, b"x")

        def other_mail(session, tag, rest):
            session.mail(77, mail(77))
            session.line()

        def other_tag(session, tag, rest):
            session.say("A99 OK done")
            session.line()

        def goes_on(session, tag, rest):
            session.say("+ go on")
            session.line()

        def no_uid(session, tag, rest):
            session.say("* 1 FETCH (BODY[]<0> {1}", "x)", f"{tag} OK done")

        cases = {"uid_fetch": (literal, endless, more_mails, other_mail, no_uid,
                               goes_on),
                 "uid_search": (word, endless, numbers, deep, other_tag),
                 "list": (small_literal,)}
        for command, faults in cases.items():
            for fault in faults:
                with self.subTest(fault.__name__, command=command), \
                        self.serve(**{command: fault}) as s:
                    url = s.url
                    if command == "list":
                        url = url.replace("INBOX", "None")
                    begin = time.monotonic()
                    why = self.refused(url)
                    self.assertRegex(why, "IMAP as it should|stop talking|"
                                          "broke its protocol")
                    self.assertLess(time.monotonic() - begin, 60)
                    self.assertEqual(s.sessions, 1)
                    self.assertEqual(self.stored(), [])

    def test_no_tls_no_word(self):
        with self.serve(tls=False) as s:
            s.capability = "AUTH=PLAIN"
            self.assertIn("no STARTTLS", self.refused(s.url))
            self.assertEqual((s.logins, s.commands), ([], [("capability", "")]))

    def test_starttls_with_words_behind(self):
        """What came before TLS does not count inside."""
        def inject(session, tag, rest):
            session.say(f"{tag} OK go", "* OK injected")

        with self.serve(tls=False, starttls=inject) as s:
            self.refused(s.url)
            self.assertEqual(s.logins, [])

    def test_certificates(self):
        for cert, words in (("mx2.mail.com.test", "not for mx1.mail.com.test"),
                            ("mx.cert-expired.gov.test", "expired"),
                            ("mx.cert-self-signed.gov.test", "self-signed")):
            with self.subTest(cert), self.serve(cert=cert) as s:
                self.assertIn(words, self.refused(s.url))
                self.assertEqual(s.commands, [])

    def test_greetings(self):
        for text, words in (("SSH-2.0-x", "no connection within 30 s"),
                            ("* BYE go away", "as an IMAP server")):
            with self.subTest(text), self.serve() as s:
                s.greeting = text
                self.assertIn(words, self.refused(s.url))

    def test_no_uid_validity(self):
        def none(session, tag, rest):
            session.say("* 1 EXISTS", f"{tag} OK done")

        with self.serve(examine=none) as s:
            self.assertIn("no UIDVALIDITY", self.refused(s.url))

    def test_most(self):
        with self.serve() as s:
            run = self.ingest(s.url, "--imap-most", "2")
            self.assertIn("1 more mails are left", run.stderr)
            self.assertEqual(self.stored(), [1, 2])
            self.ingest(s.url, "--imap-most", "2")
        self.sound([1, 2, 3])

    def test_mailboxes_and_files(self):
        """Those of one command, each with what came of it."""
        path = pathlib.Path(self.path("r.xml"))
        path.write_bytes(report(9))
        with self.serve() as s, self.serve({5: mail(5)}) as t:
            run = subprocess.run(
                [*self.command(s.url), str(path), t.url, "--json"],
                capture_output=True, text=True, timeout=60)
            self.assertEqual(run.returncode, 0, run.stderr)
        self.sound([1, 2, 3, 5, 9])

    def test_usage(self):
        for args, words in (
                (["imaps://a:b@c/d"], "no password may stand in it"),
                (["imaps://a@c/d"], "needs --imap-password-file"),
                (["imaps://c/d", "--imap-password-file", "x"], "user"),
                (["imaps://a@c/d", "--imap-password-file", "x",
                  "--imap-flag", "deleted stuff"], "--imap-flag")):
            run = lab.assay("ingest", *args, "--store", self.store)
            self.assertEqual(run.returncode, 2)
            self.assertIn(words, run.stderr)


if __name__ == "__main__":
    lab.main("--imap")

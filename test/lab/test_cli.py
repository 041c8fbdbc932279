#!/usr/bin/env python3
"""The command line as a newcomer meets it."""
import json
import os
import pty
import subprocess
import tempfile
import unittest

import assay_lab as lab


class Cli(unittest.TestCase):
    def test_help_begins_with_examples(self):
        for command in ("check", "fix", "scan", "rules", "dmarc", "spf", "record"):
            with self.subTest(command=command):
                run = lab.assay(command, "--help")
                self.assertEqual(run.returncode, 0)
                self.assertTrue(run.stdout.startswith("Examples:\n"))
                self.assertEqual(run.stderr, "")

    def test_usage_is_2_and_on_stderr(self):
        for args in ((), ("nonsense",), ("check",), ("check", "--wrong"),
                     ("check", "a..b"), ("check", "192.0.2.1"),
                     ("check", "good.gov.test", "--format", "xml"),
                     ("rules", "no.such-rule"), ("scan", "a", "b"),
                     ("check", "good.gov.test", "--zone-only")):
            with self.subTest(args=args):
                run = lab.assay(*args)
                self.assertEqual(run.returncode, 2)
                self.assertEqual(run.stdout, "")
                self.assertTrue(run.stderr.lower().startswith("assay"), run.stderr)

    def test_files_that_are_not_there(self):
        for args in (("check", "--facts", "/nonexistent"),
                     ("scan", "/nonexistent"),
                     ("check", "good.gov.test", "--zone", "/nonexistent"),
                     ("check", "good.gov.test", "--ca", "/nonexistent")):
            with self.subTest(args=args):
                run = lab.assay(*args)
                self.assertEqual(run.returncode, 66)
                self.assertIn("/nonexistent", run.stderr)

    def test_facts_that_are_none(self):
        for text in ("", "{}", "[1]", "nonsense", '{"schema":"assay.facts/9"}'):
            with self.subTest(text=text):
                run = lab.assay("check", "--facts", "-", stdin=text)
                self.assertEqual(run.returncode, 65)

    def test_a_good_domain_is_0(self):
        run = lab.assay("check", "good.gov.test")
        self.assertEqual(run.returncode, 0, run.stdout)
        self.assertNotIn("FAIL", run.stdout)

    def test_odd_inheritance(self):
        want = lab.assay("check", "good.gov.test").stdout
        for how in ("exec {} check good.gov.test 2>&-",
                    "exec {} check good.gov.test <&- 2>&-",
                    "trap '' CHLD; exec {} check good.gov.test",
                    "{} check good.gov.test >&- <&- 2>&- || exit; "
                    "exec {} check good.gov.test"):
            with self.subTest(how=how):
                run = subprocess.run(["sh", "-c", how.format(*[lab.ASSAY] * 2)],
                                     capture_output=True, text=True, timeout=60,
                                     check=False)
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertEqual(run.stdout, want)

    def test_fail_on(self):
        for level, status in (("fail", 0), ("warn", 1), ("never", 0)):
            with self.subTest(level=level):
                run = lab.assay("check", "tls-no-fs.gov.test",
                                "--fail-on", level)
                self.assertEqual(run.returncode, status, run.stdout)

    def test_several_domains_in_the_order_asked(self):
        run = lab.assay("check", "parked.gov.test", "good.gov.test",
                        "parked-brand.gov.test", "--format", "ndjson")
        self.assertEqual([json.loads(x)["domain"] for x in run.stdout.splitlines()],
                         ["parked.gov.test", "good.gov.test",
                          "parked-brand.gov.test"])

    def test_only_dns_opens_no_connection(self):
        doc, _ = lab.check("good.gov.test", "--only", "dns")
        self.assertNotIn("hosts", doc["facts"])
        self.assertNotIn("policy", doc["facts"])

    def test_colour_only_on_a_terminal(self):
        plain = lab.assay("check", "good.gov.test").stdout
        self.assertNotIn("\x1b", plain)
        for env, colour in (({}, True), ({"NO_COLOR": "1"}, False)):
            with self.subTest(env=env):
                shown = on_terminal([lab.ASSAY, "check", "parked.gov.test"], env)
                self.assertEqual("\x1b[" in shown, colour)

    def test_the_resolver_of_resolv_conf(self):
        """Without a configuration the system's resolver is asked, and our own
        validation stands."""
        config = tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False)
        with config:
            for row in open(os.environ["ASSAY_CONFIG"], encoding="utf-8"):
                if not row.startswith("resolver-config"):
                    config.write(row)
        for domain, state in (("good.gov.test", "secure"),
                              ("dnssec-unsigned.gov.test", "insecure"),
                              ("dnssec-tampered.gov.test", "bogus")):
            with self.subTest(domain=domain):
                run = subprocess.run(
                    [lab.ASSAY, "check", domain, "--json"], check=False,
                    capture_output=True, text=True, timeout=120,
                    env={**os.environ, "ASSAY_CONFIG": config.name})
                doc = json.loads(run.stdout)
                self.assertEqual(lab.answer(doc, domain, "MX")["security"], state)


def on_terminal(command, env):
    """What a command prints to a terminal."""
    leader, follower = pty.openpty()
    environ = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=follower,
                          env={**environ, "TERM": "xterm", **env}) as run:
        os.close(follower)
        out = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            out += part
        run.wait()
    os.close(leader)
    return out.decode()


if __name__ == "__main__":
    lab.main()

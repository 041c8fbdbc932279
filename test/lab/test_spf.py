#!/usr/bin/env python3
"""assay spf: verdicts that receivers would reach over the lab's mail."""
import json
import tempfile
import unittest

import assay_lab as lab

SENDER = "127.25.1.25"          # mx1.mail.com.test
STRANGER = "192.0.2.1"


def spf(*args):
    """The document of one evaluation, and the exit status."""
    run = lab.assay("spf", *args, "--json")
    if not run.stdout:
        raise AssertionError(f"spf {args}: exit {run.returncode}, {run.stderr}")
    return json.loads(run.stdout), run.returncode


def zone(text):
    f = tempfile.NamedTemporaryFile("w", suffix=".zone", delete=False)
    with f:
        f.write(text)
    return f.name


def terms(doc):
    return [(s["depth"], s["term"], s.get("result", s["outcome"]))
            for s in doc["trace"]]


class Verdicts(unittest.TestCase):
    def test_results(self):
        cases = (
            # domain, address, result, lookups, void lookups, exit status
            ("good", SENDER, "pass", 1, 0, 0),
            ("good", "127.25.2.25", "pass", 1, 0, 0),
            ("good", "::ffff:" + SENDER, "pass", 1, 0, 0),
            ("good", "fd00:25:1::25", "pass", 1, 0, 0),
            ("good", STRANGER, "fail", 2, 0, 0),
            ("good", "2001:db8::1", "fail", 2, 1, 0),
            ("parked", SENDER, "fail", 0, 0, 0),
            ("parked-bare", SENDER, "none", 0, 0, 0),
            ("spf-missing", SENDER, "none", 0, 0, 0),
            ("spf-multiple", SENDER, "permerror", 0, 0, 0),
            ("spf-syntax", SENDER, "permerror", 0, 0, 0),
            ("spf-plus-all", STRANGER, "pass", 1, 0, 0),
            ("spf-no-all", STRANGER, "neutral", 1, 0, 0),
            ("spf-softfail", STRANGER, "softfail", 1, 0, 0),
            ("spf-redirect", SENDER, "pass", 1, 0, 0),
            ("spf-redirect", STRANGER, "fail", 1, 0, 0),
            ("spf-redirect-all", STRANGER, "fail", 1, 0, 0),
            ("spf-split", SENDER, "pass", 1, 0, 0),
            ("spf-ten", STRANGER, "fail", 10, 0, 0),
            ("spf-eleven", STRANGER, "permerror", 11, 0, 0),
            ("spf-eleven", "20.20.3.1", "pass", 4, 0, 0),
            ("spf-void", STRANGER, "permerror", 4, 3, 0),
            ("spf-void", SENDER, "pass", 1, 0, 0),
            ("spf-loop", STRANGER, "permerror", 11, 0, 0),
            ("spf-include-none", STRANGER, "permerror", 2, 1, 0),
            ("spf-include-gone", STRANGER, "permerror", 2, 1, 0),
            ("spf-include-dead", STRANGER, "temperror", 2, 0, 3),
            ("spf-include-dead", SENDER, "pass", 1, 0, 0),
            ("spf-wide", "35.1.2.3", "pass", 1, 0, 0),
            ("spf-macro", "192.0.2.77", "pass", 2, 0, 0),
            ("spf-bomb", STRANGER, "permerror", 11, 0, 0),
            ("dns-dead", SENDER, "temperror", 0, 0, 3),
            ("dnssec-tampered", SENDER, "temperror", 0, 0, 3),
        )
        for name, ip, result, lookups, voids, status in cases:
            with self.subTest(domain=name, ip=ip):
                doc, got = spf("--ip", ip, f"{name}.gov.test")
                self.assertEqual((doc["result"], doc["lookups"],
                                  doc["void_lookups"], got),
                                 (result, lookups, voids, status), doc)
                self.assertEqual(doc["problem"] is not None,
                                 result in ("none", "permerror", "temperror"))

    def test_the_tree_walk_of_check_agrees_on_the_worst_path(self):
        for name in ("good", "spf-ten", "spf-redirect", "spf-ptr"):
            with self.subTest(domain=name):
                doc, _ = spf("--ip", STRANGER, f"{name}.gov.test")
                check, _ = lab.check(f"{name}.gov.test", "--only", "dns")
                said = json.dumps(lab.findings(check, "spf.lookup-limit"))
                self.assertRegex(said, rf"\b{doc['lookups']}\b")


class Identities(unittest.TestCase):
    def test_the_sender_decides(self):
        doc, _ = spf("--ip", SENDER, "--from", "<news@good.gov.test>")
        self.assertEqual(doc["sender"], "news@good.gov.test")
        self.assertEqual(doc["domain"], "good.gov.test")
        self.assertEqual(doc["result"], "pass")

    def test_the_null_sender_is_the_helo_name(self):
        for sender in ("", "<>"):
            with self.subTest(sender=sender):
                doc, _ = spf("--ip", SENDER, "--from", sender, "--helo",
                             "good.gov.test")
                self.assertEqual(doc["sender"], "postmaster@good.gov.test")
                self.assertEqual(doc["result"], "pass")

    def test_a_domain_goes_before_that_of_the_sender(self):
        doc, _ = spf("--ip", SENDER, "--from", "a@parked.gov.test",
                     "good.gov.test")
        self.assertEqual((doc["domain"], doc["result"]),
                         ("good.gov.test", "pass"))
        self.assertEqual(doc["sender"], "a@parked.gov.test")

    def test_a_domain_that_is_none(self):
        for sender in ("a@[192.0.2.1]", "a@localhost", "a@x..gov.test"):
            with self.subTest(sender=sender):
                doc, status = spf("--ip", SENDER, "--from", sender)
                self.assertEqual((doc["result"], status), ("none", 0))

    def test_names_of_other_scripts(self):
        doc, _ = spf("--ip", SENDER, "--from", "a@b\u00fccher.gov.test")
        self.assertEqual(doc["domain"], "xn--bcher-kva.gov.test")

    def test_usage(self):
        for args in ((), ("--ip", SENDER), ("--ip", "x", "good.gov.test"),
                     ("--ip", SENDER, "a..b"), ("--ip", SENDER, "a", "b"),
                     ("--from", "a@good.gov.test"),
                     ("--ip", SENDER, "good.gov.test", "--void-limit", "x"),
                     ("--ip", SENDER, "good.gov.test", "--zone-only")):
            with self.subTest(args=args):
                run = lab.assay("spf", *args)
                self.assertEqual(run.returncode, 2)
                self.assertEqual(run.stdout, "")
                self.assertTrue(run.stderr.startswith("assay spf: "))


class Traces(unittest.TestCase):
    def test_terms_with_their_cost(self):
        doc, _ = spf("--ip", STRANGER, "good.gov.test")
        self.assertEqual(terms(doc), [
            (0, "mx", "no-match"),
            (0, "include:_spf.mail.com.test", "fail"),
            (1, "ip4:127.25.1.25", "no-match"),
            (1, "ip4:127.25.2.25", "no-match"),
            (1, "-all", "fail"),
            (0, "-all", "fail")])
        self.assertEqual([s["cost"] for s in doc["trace"]], [1, 1, 0, 0, 0, 0])
        self.assertEqual(sum(s["cost"] for s in doc["trace"]
                             if s["depth"] == 0), doc["lookups"])

    def test_text_has_the_verdict_first(self):
        for name, ip, first in (
                ("good", SENDER, f"PASS  {SENDER} may send for good.gov.test"),
                ("good", STRANGER, f"FAIL  {STRANGER} may not send for"),
                ("dns-dead", SENDER, "TEMPERROR  it cannot be told now"),
                ("spf-missing", SENDER, "NONE  spf-missing.gov.test does not")):
            with self.subTest(domain=name, ip=ip):
                run = lab.assay("spf", "--ip", ip, f"{name}.gov.test")
                self.assertTrue(run.stdout.startswith(first), run.stdout)
                self.assertFalse([x for x in run.stdout.splitlines()
                                  if x != x.rstrip()])

    def test_a_zone_that_is_not_published(self):
        text = ("$ORIGIN good.gov.test.\n"
                '@ 300 TXT "v=spf1 exists:%{ir}.%{v}.%{l1r-}.ok.%{d} a:%{h} '
                '-all exp=why.%{d}"\n'
                '1.2.0.192.in-addr.news.ok 300 A 127.0.0.2\n'
                'why 300 TXT "%{i} is not %{H}, says %{r}."\n')
        doc, _ = spf("--ip", "192.0.2.1", "--from", "news-de@good.gov.test",
                     "--zone", zone(text))
        self.assertEqual(doc["result"], "pass")
        self.assertEqual(doc["trace"][0]["target"],
                         "1.2.0.192.in-addr.news.ok.good.gov.test")
        doc, _ = spf("--ip", "192.0.2.2", "--from", "news-de@good.gov.test",
                     "--helo", "a b", "--receiver", "mx.example",
                     "--zone", zone(text))
        self.assertEqual(doc["result"], "fail")
        self.assertEqual(doc["explanation"],
                         "192.0.2.2 is not a%20b, says mx.example.")
        run = lab.assay("spf", "--ip", "192.0.2.2", "good.gov.test", "--zone",
                        zone(text))
        self.assertIn("Explanation  192.0.2.2 is not good.gov.test, says "
                      "unknown.", run.stdout)

    def test_a_zone_alone(self):
        text = zone("$ORIGIN new.example.\n$TTL 300\n"
                    "@ SOA ns.lab.test. host.lab.test. 1 3600 600 86400 60\n"
                    "@ NS ns.lab.test.\n"
                    '@ TXT "v=spf1 a:x.new.example a:y.new.example '
                    'a:z.new.example ~all"\n')
        args = ("--ip", SENDER, "new.example", "--zone", text, "--zone-only")
        doc, _ = spf(*args)
        self.assertEqual((doc["result"], doc["void_lookups"]), ("permerror", 3))
        doc, _ = spf(*args, "--void-limit", "3")
        self.assertEqual((doc["result"], doc["void_lookups"]), ("softfail", 3))

    def test_octets_of_the_net_do_not_reach_the_terminal(self):
        text = zone('bad.gov.test. 300 TXT "v=spf1 -all exp=e.bad.gov.test"\n'
                    'e.bad.gov.test. 300 TXT "x %{l}"\n')
        run = lab.assay("spf", "--ip", SENDER, "--from",
                        "\x1b[31mred@bad.gov.test", "--zone", text)
        self.assertIn("Explanation", run.stdout)
        self.assertNotIn("\x1b", run.stdout)


class Trees(unittest.TestCase):
    """assay spf DOMAIN: what its record leads to."""

    def test_costs(self):
        cases = (
            # domain, exit status, status, lookups, void lookups, broken
            ("good", 0, "found", 2, 0, False),
            ("spf-eleven", 0, "found", 11, 0, False),
            ("spf-void", 0, "found", 4, 3, False),
            ("spf-loop", 0, "found", 2, 0, True),
            ("spf-include-gone", 0, "found", 2, 1, True),
            ("spf-include-dead", 3, "found", 2, 0, False),
        )
        for name, code, status, lookups, voids, broken in cases:
            with self.subTest(name):
                doc, exit_code = spf(name + ".gov.test")
                self.assertEqual(exit_code, code)
                self.assertEqual((doc["status"], doc["lookups"],
                                  doc["void_lookups"], doc["broken"]),
                                 (status, lookups, voids, broken))

    def test_no_tree(self):
        for name, status, code in (("spf-missing", "none", 0),
                                   ("spf-multiple", "multiple", 0),
                                   ("spf-syntax", "unusable", 0),
                                   ("dns-dead", "unknown", 3)):
            with self.subTest(name):
                doc, exit_code = spf(name + ".gov.test")
                self.assertEqual((doc["status"], exit_code), (status, code))

    def test_bomb(self):
        """A tree without end is cut, and that is said."""
        doc, code = spf("spf-bomb.gov.test")
        self.assertEqual(code, 3)
        self.assertFalse(doc["complete"])
        self.assertLessEqual(len(doc["terms"]), 600)

    def test_text(self):
        run = lab.assay("spf", "spf-twice.gov.test")
        self.assertEqual(run.returncode, 0)
        self.assertIn("3 lookups (10 allowed)", run.stdout)
        self.assertIn("include:_spf.mail.com.test", run.stdout)


if __name__ == "__main__":
    lab.main()

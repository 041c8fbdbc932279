#!/usr/bin/env python3
"""assay dmarc: what receivers of each generation find in the lab's tree."""
import json
import os
import tempfile
import unittest

import assay_lab as lab

REPORTS = "mailto:dmarc@reports.com.test"


def dmarc(*args):
    """The document of one domain, and the exit status."""
    run = lab.assay("dmarc", *args, "--json")
    if not run.stdout:
        raise AssertionError(f"dmarc {args}: exit {run.returncode}, {run.stderr}")
    return json.loads(run.stdout), run.returncode


def text(*args):
    return lab.assay("dmarc", *args).stdout


def temporary(content, suffix):
    f = tempfile.NamedTemporaryFile("w", suffix=suffix, delete=False)
    with f:
        f.write(content)
    return f.name


def zone(content):
    return temporary(content, ".zone")


class Generations(unittest.TestCase):
    def test_verdicts(self):
        cases = (
            # domain, policy domain, organization, declared, applied,
            # RFC 7489: state, declared, pct; exit status
            ("good.gov.test", "good.gov.test", "good.gov.test", "reject",
             "reject", "policy", "reject", 100, 0),
            ("team.good.gov.test", "good.gov.test", "good.gov.test", "reject",
             "reject", "policy", "reject", 100, 0),
            ("branch.good.gov.test", "branch.good.gov.test", "good.gov.test",
             "reject", "reject", "policy", "reject", 100, 0),
            ("dmarc-missing.gov.test", "gov.test", "dmarc-missing.gov.test",
             "none", "none", "none", None, None, 0),
            ("invented.gov.test", "gov.test", "invented.gov.test", "reject",
             "reject", "none", None, None, 0),
            ("invented.dmarc-sp-weaker.gov.test", "dmarc-sp-weaker.gov.test",
             "dmarc-sp-weaker.gov.test", "none", "none", "policy", "none",
             100, 0),
            ("no-dmarc.com.test", None, "no-dmarc.com.test", None, None,
             "none", None, None, 0),
            ("unit.no-dmarc.com.test", "unit.no-dmarc.com.test",
             "unit.no-dmarc.com.test", "reject", "reject", "policy", "reject",
             100, 0),
            ("dmarc-multiple.gov.test", "gov.test", "dmarc-multiple.gov.test",
             "none", "none", "stopped", None, None, 0),
            ("dmarc-syntax.gov.test", "gov.test", "dmarc-syntax.gov.test",
             "none", "none", "none", None, None, 0),
            ("dmarc-testing.gov.test", "dmarc-testing.gov.test",
             "dmarc-testing.gov.test", "reject", "quarantine", "policy",
             "reject", 100, 0),
            ("dmarc-pct.gov.test", "dmarc-pct.gov.test", "dmarc-pct.gov.test",
             "reject", "reject", "policy", "reject", 20, 0),
            ("dmarc-cname.gov.test", "dmarc-cname.gov.test",
             "dmarc-cname.gov.test", "reject", "reject", "policy", "reject",
             100, 0),
            ("gov.test", "gov.test", "gov.test", "reject", "reject", "policy",
             "reject", 100, 0),
            ("dns-dead.gov.test", None, None, None, None, "unknown", None,
             None, 3),
            ("dnssec-tampered.gov.test", None, None, None, None, "unknown",
             None, None, 3),
        )
        for name, policy, org, declared, applied, state, old, pct, status in cases:
            with self.subTest(domain=name):
                doc, got = dmarc(name)
                self.assertEqual(
                    (doc["policy_domain"], doc["organizational_domain"],
                     doc["declared"], doc["applied"], doc["rfc7489"]["state"],
                     doc["rfc7489"]["declared"], doc["rfc7489"]["pct"], got),
                    (policy, org, declared, applied, state, old, pct, status),
                    doc)

    def test_a_public_suffix_that_receivers_of_rfc_9091_ask(self):
        for name, declared in (("dmarc-missing.gov.test", "none"),
                               ("invented.gov.test", "reject")):
            with self.subTest(domain=name):
                doc, _ = dmarc(name)
                old = doc["rfc9091"]
                self.assertEqual((old["public_suffix"], old["policy_domain"],
                                  old["declared"]),
                                 ("gov.test", "gov.test", declared))

    def test_check_finds_the_same(self):
        for name in ("good.gov.test", "dmarc-missing.gov.test",
                     "dmarc-testing.gov.test", "team.good.gov.test"):
            with self.subTest(domain=name):
                doc, _ = dmarc(name)
                seen, _ = lab.check(name, "--only", "dns")
                said = lab.findings(seen, "dmarc.missing")[0]["title"]
                self.assertIn(f"_dmarc.{doc['policy_domain']}.", said)


class Walks(unittest.TestCase):
    def walk(self, *args):
        doc, _ = dmarc(*args)
        return [(q["name"], q["walk"]) for q in doc["queries"]]

    def test_query_by_query(self):
        self.assertEqual(self.walk("team.good.gov.test"), [
            ("_dmarc.team.good.gov.test", "no-record"),
            ("_dmarc.good.gov.test", "kept"), ("_dmarc.gov.test", "ends")])
        self.assertEqual(self.walk("dmarc-multiple.gov.test"), [
            ("_dmarc.dmarc-multiple.gov.test", "discarded"),
            ("_dmarc.gov.test", "ends")])
        self.assertEqual(self.walk("dmarc-syntax.gov.test"), [
            ("_dmarc.dmarc-syntax.gov.test", "unusable"),
            ("_dmarc.gov.test", "ends")])
        self.assertEqual(self.walk("no-dmarc.com.test"), [
            (f"_dmarc.{x}", "no-record")
            for x in ("no-dmarc.com.test", "com.test", "test")])

    def test_a_query_tells_what_came_back(self):
        doc, _ = dmarc("dmarc-cname.gov.test")
        self.assertEqual(doc["queries"][0], {
            "name": "_dmarc.dmarc-cname.gov.test", "outcome": "ok",
            "security": "secure", "walk": "kept",
            "records": [f"v=DMARC1; p=reject; rua={REPORTS}"],
            "alias_of": ["_dmarc.templates.com.test"]})
        doc, _ = dmarc("dns-dead.gov.test")
        first = doc["queries"][0]
        self.assertIn(first["outcome"], ("timeout", "servfail"))
        self.assertEqual((first["walk"], first["records"]), ("unknown", []))

    def test_a_long_name(self):
        doc, _ = dmarc("1.2.3.4.5.6.7.8.good.gov.test")
        self.assertEqual([q["name"].split(".")[1] for q in doc["queries"]],
                         ["1", "5", "6", "7", "8", "good", "gov"])
        self.assertIn("leaves out 3 names", " ".join(doc["notes"]))

    def test_existence(self):
        for name, exists in (("good.gov.test", True), ("x.good.gov.test", False),
                             ("reports.com.test", True),
                             ("dns-dead.gov.test", None)):
            with self.subTest(domain=name):
                doc, _ = dmarc(name)
                self.assertIs(doc["exists"], exists)


class Reports(unittest.TestCase):
    def test_targets(self):
        cases = (
            # domain, consent, external, mail, withdrawn
            ("good.gov.test", "given", True, "taken", None),
            ("dmarc-rua-denied.gov.test", "refused", True, "taken", None),
            ("dmarc-withdrawn.gov.test", "refused", True, "no-such-name",
             "UK Mail Check"),
        )
        for name, consent, external, mail, withdrawn in cases:
            with self.subTest(domain=name):
                doc, status = dmarc(name)
                self.assertEqual(status, 0)
                (target,) = doc["reports"]
                self.assertEqual(
                    (target["consent"], target["external"], target["mail"],
                     target["withdrawn"]), (consent, external, mail, withdrawn))

    def test_a_host_that_does_not_answer_is_unknown(self):
        record = zone("_dmarc.good.gov.test. 300 TXT "
                      '"v=DMARC1; p=reject; rua=mailto:a@dns-dead.gov.test"\n')
        doc, status = dmarc("good.gov.test", "--zone", record)
        self.assertEqual(status, 3)
        self.assertEqual(doc["reports"][0]["consent"], "unknown")
        self.assertEqual(doc["applied"], "reject")

    def test_what_a_consent_says(self):
        for consent, found in (
                ("v=DMARC1", "given"), ("hello", "refused"),
                ("v=DMARC1; rua=mailto:b@parked.gov.test", "moved"),
                ("v=DMARC1; rua=mailto:b@good.gov.test", "elsewhere")):
            with self.subTest(consent=consent):
                record = zone(
                    "_dmarc.good.gov.test. 300 TXT "
                    '"v=DMARC1; p=reject; rua=mailto:a@parked.gov.test"\n'
                    "good.gov.test._report._dmarc.parked.gov.test. 300 TXT "
                    f'"{consent}"\n')
                doc, _ = dmarc("good.gov.test", "--zone", record)
                self.assertEqual(doc["reports"][0]["consent"], found)
                self.assertEqual(doc["reports"][0]["mail"], "null-mx")


class Alignment(unittest.TestCase):
    def test_identifiers(self):
        doc, status = dmarc("team.good.gov.test", "--align", "good.gov.test",
                            "--align", "team.good.gov.test", "--zone",
                            zone("_dmarc.good.gov.test. 300 TXT "
                                 '"v=DMARC1; p=reject; adkim=s"\n'))
        self.assertEqual(status, 0)
        self.assertEqual(
            [(x["domain"], x["spf"], x["dkim"])
             for x in doc["alignment"]["identifiers"]],
            [("good.gov.test", True, False),
             ("team.good.gov.test", True, True)])

    def test_the_generations_differ(self):
        doc, _ = dmarc("no-dmarc.com.test", "--align", "unit.no-dmarc.com.test")
        (one,) = doc["alignment"]["identifiers"]
        self.assertEqual((one["spf"], one["rfc7489"]["spf"]), (False, True))


class Commands(unittest.TestCase):
    def test_text_has_the_verdict_first(self):
        for name, first in (
                ("good", "REJECT  mail that fails as good.gov.test is refused"),
                ("dmarc-testing", "QUARANTINE  mail that fails"),
                ("dmarc-none", "NONE  mail that fails"),
                ("dns-dead", "UNKNOWN  it cannot be told")):
            with self.subTest(domain=name):
                out = text(f"{name}.gov.test")
                self.assertTrue(out.startswith(first), out)
                self.assertFalse([x for x in out.splitlines()
                                  if x != x.rstrip()])

    def test_usage(self):
        for args in ((), ("a..b",), ("a", "b"), ("192.0.2.1",), (".",),
                     ("good.gov.test", "--align", "a..b"),
                     ("good.gov.test", "--ip", "192.0.2.1"),
                     ("good.gov.test", "--zone-only"),
                     ("good.gov.test", "--resolver", "x")):
            with self.subTest(args=args):
                run = lab.assay("dmarc", *args)
                self.assertEqual(run.returncode, 2)
                self.assertEqual(run.stdout, "")
                self.assertTrue(run.stderr.startswith("assay dmarc: "))

    def test_another_list_of_suffixes(self):
        listed = temporary("test\ngov.test\ncom.test\ngood.gov.test\n", ".dat")
        doc, _ = dmarc("team.good.gov.test", "--psl", listed)
        self.assertEqual(doc["rfc7489"]["organizational_domain"],
                         "team.good.gov.test")
        self.assertEqual(doc["rfc7489"]["state"], "none")
        self.assertIn("good.gov.test is a public suffix, but its record lacks "
                      "psd=y", " ".join(doc["notes"]))
        run = lab.assay("dmarc", "good.gov.test", "--psl", "/nonexistent")
        self.assertEqual(run.returncode, 66)

    def test_a_zone_alone(self):
        record = zone("$ORIGIN new.example.\n$TTL 300\n"
                      "@ SOA ns.lab.test. host.lab.test. 1 3600 600 86400 60\n"
                      "@ NS ns.lab.test.\n"
                      '_dmarc TXT "v=DMARC1; p=quarantine; psd=n"\n')
        doc, status = dmarc("a.new.example", "--zone", record, "--zone-only")
        self.assertEqual((doc["applied"], doc["organizational_domain"],
                          doc["exists"], status),
                         ("quarantine", "new.example", False, 0))

    def test_names_of_other_scripts(self):
        doc, _ = dmarc("b\u00fccher.gov.test")
        self.assertEqual(doc["domain"], "xn--bcher-kva.gov.test")

    def test_validation_is_ours(self):
        config = os.environ["ASSAY_CONFIG"]
        self.assertIn("trust-anchor", open(config, encoding="utf-8").read())
        for name, security in (("good.gov.test", "secure"),
                               ("dnssec-unsigned.gov.test", "insecure"),
                               ("dnssec-tampered.gov.test", "bogus")):
            with self.subTest(domain=name):
                doc, _ = dmarc(name)
                self.assertEqual(doc["queries"][0]["security"], security)

    def test_octets_of_the_net_do_not_reach_the_terminal(self):
        record = zone("_dmarc.good.gov.test. 300 TXT "
                      '"v=DMARC1; p=none; x=\\027[31mred"\n')
        out = text("good.gov.test", "--zone", record)
        self.assertIn("red", out)
        self.assertNotIn("\x1b", out)


if __name__ == "__main__":
    lab.main()

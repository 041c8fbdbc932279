#!/usr/bin/env python3
"""A change is judged before it is published; stored facts are judged again."""
import hashlib
import json
import os
import pathlib
import tempfile
import unittest

import assay_lab as lab

DMARC = 'dmarc-none.gov.test'
PROPOSED = ('_dmarc.dmarc-none.gov.test. 300 IN TXT '
            '"v=DMARC1; p=reject; rua=mailto:dmarc@reports.com.test"\n')


def zone(text):
    f = tempfile.NamedTemporaryFile("w", suffix=".zone", delete=False)
    with f:
        f.write(text)
    return f.name


def lab_files():
    """Digests of the lab's zone files: what a check must not touch."""
    folder = pathlib.Path(os.environ["ASSAY_CONFIG"]).parent
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*.zone*")) if p.is_file()}


class WhatIf(unittest.TestCase):
    def test_a_fragment_fixes_one_finding(self):
        before, _ = lab.check(DMARC)
        files = lab_files()
        after, _ = lab.check(DMARC, "--zone", zone(PROPOSED))
        self.assertIn(lab.verdict(before, "dmarc.policy-none"), ("warn", "fail"))
        self.assertEqual(lab.verdict(after, "dmarc.policy-none"), "pass")
        self.assertEqual(lab.verdict(after, "mx.missing"), "pass")
        self.assertTrue(files)
        self.assertEqual(lab_files(), files)
        again, _ = lab.check(DMARC)
        self.assertEqual(again["findings"], before["findings"])

    def test_proposed_answers_are_marked(self):
        doc, _ = lab.check(DMARC, "--zone", zone(PROPOSED))
        self.assertTrue(lab.answer(doc, "_dmarc." + DMARC, "TXT")["proposed"])
        self.assertNotIn("proposed", lab.answer(doc, DMARC, "MX"))

    def test_a_whole_zone_alone(self):
        text = ("$ORIGIN new.gov.test.\n$TTL 300\n"
                "@ SOA ns.lab.test. host.lab.test. 1 3600 600 86400 60\n"
                "@ NS ns.lab.test.\n"
                '@ MX 0 .\n@ TXT "v=spf1 -all"\n'
                '_dmarc TXT "v=DMARC1; p=reject"\n')
        doc, _ = lab.check("new.gov.test", "--zone", zone(text), "--zone-only")
        self.assertEqual(doc["role"], "parked")
        self.assertEqual(lab.verdict(doc, "dmarc.missing"), "pass")

    def test_a_broken_zone_names_the_line(self):
        run = lab.assay("check", DMARC, "--zone", zone("$TTL 300\n@ MX x y z\n"))
        self.assertEqual(run.returncode, 65)
        self.assertIn("line 2", run.stderr)
        self.assertEqual(run.stdout, "")

    def test_stored_facts_give_the_same_findings(self):
        for domain in ("good.gov.test", "mx-mixed.gov.test",
                       "dns-dead.gov.test", "dnssec-tampered.gov.test"):
            with self.subTest(domain=domain):
                live = lab.assay("check", domain, "--json")
                again = lab.assay("check", "--facts", "-", "--json",
                                  stdin=live.stdout)
                self.assertEqual(again.stdout, live.stdout)
                self.assertEqual(again.returncode, live.returncode)

    def test_facts_alone_are_enough(self):
        doc, _ = lab.check("good.gov.test")
        again = lab.assay("check", "--facts", "-", "--json",
                          stdin=json.dumps(doc["facts"]))
        self.assertEqual(json.loads(again.stdout)["findings"], doc["findings"])

    def test_a_later_date_is_judged_by_the_same_facts(self):
        doc, _ = lab.check("mx-single.gov.test")
        again = lab.assay("check", "--facts", "-", "--json", "--now",
                          "2199-01-01", stdin=json.dumps(doc["facts"]))
        self.assertEqual(lab.verdict(json.loads(again.stdout), "cert.expired"),
                         "fail")


if __name__ == "__main__":
    lab.main()

#!/usr/bin/env python3
"""assay export secure-list: who is on it, in which words, and when it is not
written."""
import csv
import json
import os
import tempfile
import unittest

import assay_lab as lab

# Domain: the criteria that it holds, by hand.
DOMAINS = {
    "good.gov.test": {"mta-sts", "dane", "certificate", "starttls"},
    "sts-missing.gov.test": {"dane", "certificate", "starttls"},
    "sts-testing.gov.test": {"dane", "certificate", "starttls"},
    "dane-insecure.gov.test": {"mta-sts", "certificate", "starttls"},
    "dane-expired.gov.test": {"dane", "starttls"},
    "dane-mismatch.gov.test": {"mta-sts", "certificate", "starttls"},
    "dane-one-of-two.gov.test": {"starttls"},  # its RSA certificate ran out
    "mx-implicit.gov.test": {"certificate", "starttls"},
    "cert-expired.gov.test": {"starttls"},
    "dnssec-unsigned.gov.test": {"mta-sts", "starttls"},
    "mx-plain.gov.test": set(),
    "mx-mixed.gov.test": set(),       # one server of three is sound
    "parked.gov.test": set(),
    "mx-refused.gov.test": set(),     # unknown
    "mx-busy.gov.test": set(),        # unknown
    "dnssec-wrong-ds.gov.test": set(),  # unknown
}
UNKNOWN = 3


def holding(*criteria):
    return sorted(d for d, has in DOMAINS.items() if has & set(criteria))


class Export(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.TemporaryDirectory()
        cls.facts = os.path.join(cls.dir.name, "facts.ndjson")
        with open(cls.facts, "w", encoding="utf-8") as f:
            f.write(lab.assay("check", *DOMAINS, "--format", "ndjson",
                              "--no-tls-matrix", "--each-name-server",
                              "no").stdout)

    @classmethod
    def tearDownClass(cls):
        cls.dir.cleanup()

    def export(self, *options):
        return lab.assay("export", "secure-list", "--facts", self.facts,
                         *options)

    def lines(self, *options):
        run = self.export(*options)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return run.stdout.splitlines()

    def file(self, name, *options):
        """Write a file; what came of it, and its text after."""
        path = os.path.join(self.dir.name, name)
        run = self.export("--output", path, *options)
        with open(path, encoding="utf-8") as f:
            return run, f.read()

    def test_each_criterion(self):
        for criterion in ("mta-sts", "dane", "certificate", "starttls"):
            with self.subTest(criterion=criterion):
                self.assertEqual(self.lines("--criterion", criterion),
                                 holding(criterion))
        self.assertEqual(self.lines(), holding("mta-sts", "dane"))

    def test_json_tells_age_and_what_was_left_out(self):
        doc = json.loads(self.export("--json").stdout)
        self.assertEqual(doc["schema"], "assay.secure-list/1")
        self.assertEqual([d["domain"] for d in doc["domains"]],
                         holding("mta-sts", "dane"))
        self.assertEqual({d["age_days"] for d in doc["domains"]}, {0})
        self.assertEqual(doc["unknown"], UNKNOWN)
        self.assertEqual(len(doc["domains"]) + doc["left_out"] +
                         doc["unknown"], len(DOMAINS))

    def test_postfix_takes_it(self):
        table = dict(line.split(" ", 1) for line in
                     self.lines("--format", "postfix") if line[0] != "#")
        self.assertEqual(sorted(table), holding("mta-sts", "dane"))
        self.assertEqual(table["good.gov.test"], "dane-only")
        self.assertEqual(
            table["dane-insecure.gov.test"],
            "secure match=mx.dane-insecure.gov.test servername=hostname")
        table = self.lines("--format", "postfix", "--criterion", "starttls")
        self.assertIn("cert-expired.gov.test encrypt", table)

    def test_exchange_columns(self):
        run = self.export("--format", "exchange")
        text = run.stdout
        rows = {r["RecipientDomains"]: r
                for r in csv.DictReader(text.splitlines())}
        self.assertEqual(sorted(rows), holding("mta-sts", "dane"))
        self.assertEqual(rows["dane-insecure.gov.test"]["TlsSettings"],
                         "DomainValidation")
        self.assertEqual(rows["dane-insecure.gov.test"]["TlsDomain"],
                         "mx.dane-insecure.gov.test")
        settings = [r["TlsSettings"] for r in rows.values()]
        for setting in ("CertificateValidation", "EncryptionOnly"):
            count = settings.count(setting)
            self.assertGreater(count, 0)
            self.assertRegex(run.stderr, rf"{count} of {len(rows)} domains .*"
                             rf"\({setting}\)")
        # its certificate ran out: Exchange would deliver nothing
        self.assertEqual(rows["dane-expired.gov.test"]["TlsSettings"],
                         "EncryptionOnly")

    def test_comma(self):
        self.assertEqual(self.export("--format", "comma").stdout,
                         ",".join(holding("mta-sts", "dane")) + "\n")

    def test_old_evidence_is_none(self):
        run = self.export("--now", "2027-12-01T00:00:00Z")
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        self.assertIn("the list would be empty", run.stderr)

    def test_a_list_that_shrank_is_not_written(self):
        for form in ("lines", "comma", "postfix", "exchange", "json"):
            with self.subTest(format=form):
                wide = ("--format", form, "--criterion", "starttls")
                tight = ("--format", form, "--criterion", "dane")
                name = "list." + form
                run, first = self.file(name, *wide)
                self.assertEqual(run.returncode, 0)
                run, same = self.file(name, *wide)
                self.assertEqual((run.returncode, same == first or
                                  form == "json"), (0, True))
                run, kept = self.file(name, *tight)
                self.assertEqual((run.returncode, kept), (1, same))
                self.assertIn("would be missing", run.stderr)
                run, new = self.file(name, *tight, "--max-shrink", "100")
                self.assertEqual(run.returncode, 0)
                self.assertNotEqual(new, same)
                left = [f for f in os.listdir(self.dir.name)
                        if f.startswith(name) and f != name]
                self.assertEqual(left, [])  # no half-written file

    def test_a_list_that_cannot_be_written(self):
        run = self.export("--output", "/nowhere/list")
        self.assertEqual(run.returncode, 74)
        self.assertIn("/nowhere/list", run.stderr)

    def test_a_domain_given_twice(self):
        with open(self.facts, encoding="utf-8") as f:
            text = f.read()
        run = lab.assay("export", "secure-list", "--facts", "-",
                        stdin=text + text)
        self.assertEqual(run.returncode, 65)
        self.assertIn("more than once", run.stderr)

    def test_a_domain_given_twice_with_other_evidence(self):
        """What once was secure is not listed by its old facts."""
        with open(self.facts, encoding="utf-8") as f:
            docs = {json.loads(line)["domain"]: line for line in f}
        old = docs["good.gov.test"]
        new = docs["mx-plain.gov.test"].replace("mx-plain.gov", "good.gov")
        for text in (old + new, new + old):
            run = lab.assay("export", "secure-list", "--facts", "-",
                            stdin=text)
            self.assertEqual((run.returncode, run.stdout), (65, ""))
            self.assertIn("more than once", run.stderr)

    def test_facts_of_a_scan(self):
        scan = lab.assay("scan", "-", "--with-facts", stdin="good.gov.test\n")
        run = lab.assay("export", "secure-list", "--facts", "-",
                        stdin=scan.stdout)
        self.assertEqual((run.returncode, run.stdout), (0, "good.gov.test\n"))
        scan = lab.assay("scan", "-", stdin="good.gov.test\n")
        run = lab.assay("export", "secure-list", "--facts", "-",
                        stdin=scan.stdout)
        self.assertEqual((run.returncode, run.stdout), (65, ""))
        self.assertIn("--with-facts", run.stderr)

    def test_a_scan_sees_both_certificates(self):
        """Where no TLSA record asks for it: the RSA one ran out."""
        domain = "dane-one-of-two.gov.test"
        zone = os.path.join(self.dir.name, "no-tlsa.zone")
        with open(zone, "w", encoding="utf-8") as f:
            f.write(f"_25._tcp.mx.{domain}. 60 CNAME no-tlsa.gov.test.\n")
        scan = lab.assay("scan", "-", "--with-facts", "--zone", zone,
                         stdin=domain)
        run = lab.assay("export", "secure-list", "--facts", "-",
                        stdin=scan.stdout)
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        self.assertIn("without the criterion: 1;", run.stderr)

    def test_usage(self):
        for args in ((), ("secure-list",), ("everything", "--facts", "-")):
            run = lab.assay("export", *args)
            self.assertEqual((run.returncode, run.stdout), (2, ""))
        for option in ("--criterion", "--format"):
            self.assertEqual(self.export(option, "nonsense").returncode, 2)


if __name__ == "__main__":
    lab.main()

#!/usr/bin/env python3
"""A fault of the resolver or of the network is unknown, never "no record"."""
import concurrent.futures
import unittest

import assay_lab as lab

# Domains that are right but for one fault, and words of its cause.
FAULTS = {
    "dns-dead.gov.test": ("SERVFAIL", "no answer"),
    "dns-silent.gov.test": ("SERVFAIL", "no answer"),
    "dns-refused.gov.test": ("SERVFAIL", "refused"),
    "mx-refused.gov.test": ("refused",),
    "mx-busy.gov.test": ("421",),
    "mx-silent.gov.test": ("time", "banner"),
}
MISSING = ("spf.missing", "dmarc.missing", "mx.missing", "tls-rpt.missing",
           "mta-sts.missing", "starttls.offered")


class Unknown(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.docs, _ = lab.scan(FAULTS)

    def test_cause(self):
        for domain, words in FAULTS.items():
            with self.subTest(domain=domain):
                text = " ".join(f["title"] + " " + f["evidence"] for f in
                                lab.unknowns(self.docs[domain])).lower()
                self.assertTrue(any(w.lower() in text for w in words), text)

    def test_never_missing(self):
        for domain in FAULTS:
            for rule in MISSING:
                with self.subTest(domain=domain, rule=rule):
                    self.assertNotIn(lab.verdict(self.docs[domain], rule),
                                     ("fail", "warn"))

    def test_exit_status(self):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            runs = dict(zip(FAULTS, pool.map(
                lambda domain: lab.assay("check", domain), FAULTS)))
        for domain, run in runs.items():
            with self.subTest(domain=domain):
                self.assertEqual(run.returncode, 3, run.stdout)
                self.assertIn("UNKNOWN", run.stdout)

    def test_unknown_moves_no_letter(self):
        doc = self.docs["mx-busy.gov.test"]
        self.assertEqual(doc["axes"]["impersonation"]["grade"], "A")
        self.assertEqual(doc["axes"]["transit"]["grade"], "?")


if __name__ == "__main__":
    lab.main()

#!/usr/bin/env python3
"""assay path: what mail from one domain of the lab to another meets, for every
pair of the senders and receivers below, whose answers were written by hand."""
import json
import os
import tempfile
import unittest

import assay_lab as lab

# Sender: can its mail be proved?
SENDERS = {
    "good.gov.test": "yes",
    "dmarc-quarantine.gov.test": "yes",
    "sends-only.gov.test": "yes",
    "dmarc-none.gov.test": "partly",          # forgeries are delivered too
    "spf-missing.gov.test": "partly",         # DKIM alone
    "spf-plus-all.gov.test": "partly",        # SPF permits everybody
    "dkim-none.gov.test": "partly",           # SPF alone
    "dkim-revoked.gov.test": "partly",
    "no-dmarc.com.test": "no",
    "parked.gov.test": "not-applicable",
    "receives-only.gov.test": "not-applicable",
    "dnssec-wrong-ds.gov.test": "unknown",    # nothing of it validates
    "spf-include-dead.gov.test": "unknown",   # a part of its SPF is hidden
}

# Receiver: encrypted, verified; then what a sender meets that takes what there
# is, that honours MTA-STS, that honours DANE, and a rule that forces TLS.
RECEIVERS = {
    "good.gov.test":
        ("yes", "yes", "encrypted", "protected", "protected", "protected"),
    # MTA-STS is not there, or only tested; DANE holds
    "sts-missing.gov.test":
        ("yes", "yes", "encrypted", "encrypted", "protected", "protected"),
    "sts-testing.gov.test":
        ("yes", "yes", "encrypted", "encrypted", "protected", "protected"),
    # DANE is not there, or without effect; MTA-STS holds
    "dane-insecure.gov.test":
        ("yes", "yes", "encrypted", "protected", "encrypted", "protected"),
    "dane-unusable.gov.test":
        ("yes", "yes", "encrypted", "protected", "encrypted", "protected"),
    "dane-partial.gov.test":
        ("yes", "yes", "encrypted", "protected", "encrypted", "protected"),
    # a server of another domain, named by MX records that are not signed
    "dnssec-unsigned.gov.test":
        ("yes", "yes", "encrypted", "protected", "encrypted", "encrypted"),
    # neither holds
    "mx-implicit.gov.test":
        ("yes", "no", "encrypted", "encrypted", "encrypted", "protected"),
    # those who check do not deliver
    "dane-mismatch.gov.test":
        ("yes", "no", "encrypted", "protected", "not-delivered", "protected"),
    "dane-bogus.gov.test":
        ("yes", "no", "encrypted", "protected", "not-delivered", "protected"),
    "sts-mx-mismatch.gov.test":
        ("yes", "no", "encrypted", "not-delivered", "protected", "protected"),
    "cert-expired.gov.test":
        ("yes", "no", "encrypted", "not-delivered", "encrypted",
         "not-delivered"),
    "tls10.gov.test":
        ("yes", "no", "encrypted", "not-delivered", "encrypted",
         "not-delivered"),
    # DANE needs no authority, and no date
    "dane-expired.gov.test":
        ("yes", "yes", "encrypted", "encrypted", "protected", "not-delivered"),
    # in the clear
    "mx-plain.gov.test":
        ("no", "no", "clear", "not-delivered", "clear", "not-delivered"),
    "mx-starttls-554.gov.test":
        ("no", "no", "clear", "not-delivered", "clear", "not-delivered"),
    "mx-helo-only.gov.test":
        ("no", "no", "clear", "not-delivered", "clear", "not-delivered"),
    "dane-no-starttls.gov.test":
        ("no", "no", "clear", "not-delivered", "not-delivered",
         "not-delivered"),
    # one sound server, one without TLS, one with an old certificate
    "mx-mixed.gov.test":
        ("partly", "yes", "mixed", "protected", "mixed", "protected"),
    # could not be told
    "mx-refused.gov.test": ("unknown",) * 6,
    "mx-busy.gov.test": ("unknown",) * 6,
    "mx-starttls-454.gov.test": ("unknown",) * 6,
    "tls-closes.gov.test": ("unknown",) * 6,
    "dnssec-wrong-ds.gov.test": ("unknown",) * 6,
    # no mail
    "parked.gov.test": ("not-applicable",) * 2 + ("no-mail",) * 4,
    "sends-only.gov.test": ("not-applicable",) * 2 + ("no-mail",) * 4,
}

WAYS = ("opportunistic", "mta-sts", "dane", "forced")


def status(*answers):
    if any(a not in ("yes", "unknown") for a in answers):
        return 1
    return 3 if "unknown" in answers else 0


class Path(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        names = sorted(set(SENDERS) | set(RECEIVERS))
        fd, cls.facts = tempfile.mkstemp(suffix=".ndjson")
        with os.fdopen(fd, "w", encoding="utf-8") as f:
            f.write(lab.assay("check", *names, "--format", "ndjson",
                              "--no-tls-matrix", "--each-name-server",
                              "no").stdout)

    @classmethod
    def tearDownClass(cls):
        os.unlink(cls.facts)

    def path(self, sender, receiver, *options):
        run = lab.assay("path", sender, receiver, "--json", *options)
        return json.loads(run.stdout), run.returncode

    def test_every_pair(self):
        for sender, provable in SENDERS.items():
            for receiver, (encrypted, verified, *ways) in RECEIVERS.items():
                with self.subTest(sender=sender, receiver=receiver):
                    doc, code = self.path(
                        sender, receiver, "--facts", self.facts)
                    got = {line["sender"]: line["way"]
                           for line in doc["to"]["senders"]}
                    self.assertEqual(
                        (doc["encrypted"]["answer"], doc["verified"]["answer"],
                         doc["provable"]["answer"], got),
                        (encrypted, verified, provable, dict(zip(WAYS, ways))))
                    self.assertEqual(
                        code, status(encrypted, verified, provable))

    def test_live_is_as_stored(self):
        for pair in (("good.gov.test", "dane-mismatch.gov.test"),
                     ("no-dmarc.com.test", "good.gov.test")):
            with self.subTest(pair=pair):
                live, code = self.path(*pair)
                stored, again = self.path(*pair, "--facts", self.facts)
                self.assertEqual(live["to"]["senders"],
                                 stored["to"]["senders"])
                self.assertEqual(live["provable"], stored["provable"])
                self.assertEqual(code, again)

    def test_each_address_is_named(self):
        doc, _ = self.path("good.gov.test", "mx-mixed.gov.test",
                           "--facts", self.facts)
        clear = [s for s in doc["to"]["servers"]
                 if s["ways"]["opportunistic"] == "clear"]
        self.assertEqual([s["host"] for s in clear],
                         ["plain.mx-mixed.gov.test"])
        self.assertEqual(clear[0]["ways"]["mta-sts"], "not-delivered")
        self.assertIn("STARTTLS", clear[0]["why"])

    def test_each_party_has_its_own_task(self):
        doc, _ = self.path("dmarc-none.gov.test", "mx-plain.gov.test",
                           "--facts", self.facts)
        self.assertIn("starttls.offered", [f["rule"] for f in doc["to"]["todo"]])
        self.assertTrue(any(f["rule"].startswith("dmarc.")
                            for f in doc["from"]["todo"]))
        self.assertFalse(any(f["rule"].startswith("dmarc.")
                             for f in doc["to"]["todo"]))

    def test_the_page_says_it_in_words(self):
        run = lab.assay("path", "good.gov.test", "mx-plain.gov.test",
                        "--facts", self.facts)
        self.assertIn("Mail from good.gov.test to mx-plain.gov.test",
                      run.stdout)
        self.assertIn("NOT DELIVERED", run.stdout)
        self.assertIn("mx-plain.gov.test, which receives, should mend:",
                      run.stdout)

    def test_what_is_not_stored_is_named(self):
        run = lab.assay("path", "good.gov.test", "nowhere.gov.test",
                        "--facts", self.facts)
        self.assertEqual(run.returncode, 65)
        self.assertIn("nowhere.gov.test", run.stderr)

    def test_usage(self):
        for args in ((), ("good.gov.test",), ("a.test", "b.test", "c.test")):
            run = lab.assay("path", *args)
            self.assertEqual((run.returncode, run.stdout), (2, ""))


if __name__ == "__main__":
    lab.main()

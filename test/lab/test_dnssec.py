#!/usr/bin/env python3
"""DNSSEC: each kind of zone gets its state, and only a secure TLSA is DANE."""
import tempfile
import unittest

import assay_lab as lab

STATES = {
    "good.gov.test": "secure",
    "dnssec-rsa.gov.test": "secure",
    "dnssec-ed25519.gov.test": "secure",
    "dnssec-nsec3.gov.test": "secure",
    "dnssec-unsigned.gov.test": "insecure",
    "dnssec-no-ds.gov.test": "insecure",
    "dnssec-wrong-ds.gov.test": "bogus",
    "dnssec-expired.gov.test": "bogus",
    "dnssec-tampered.gov.test": "bogus",
}


class Dnssec(unittest.TestCase):
    def test_states(self):
        docs, _ = lab.scan(STATES, "--with-facts")
        for domain, state in STATES.items():
            with self.subTest(domain=domain):
                self.assertEqual(
                    lab.answer(docs[domain], domain, "MX")["security"], state)

    def test_bogus_answers_hold_no_records(self):
        for domain in (d for d, s in STATES.items() if s == "bogus"):
            with self.subTest(domain=domain):
                doc, status = lab.check(domain)
                for a in doc["facts"]["domain"]["answers"]:
                    if a.get("security") == "bogus":
                        self.assertFalse({"mx", "txt", "addresses"} & set(a), a)
                self.assertEqual(doc["facts"].get("hosts", []), [])
                self.assertEqual(lab.verdict(doc, "dnssec.bogus"), "fail")
                self.assertEqual(status, 1)

    def test_bogus_is_never_missing(self):
        doc, _ = lab.check("dnssec-tampered.gov.test")
        for rule in ("spf.missing", "dmarc.missing", "mx.missing"):
            with self.subTest(rule=rule):
                self.assertEqual(lab.verdict(doc, rule), "unknown")

    def test_tlsa_of_a_bogus_zone_is_not_dane(self):
        doc, _ = lab.check("dane-bogus.gov.test")
        hosts = doc["facts"].get("hosts", [])
        self.assertFalse([h for h in hosts if h.get("tls", {}).get("dane") == "match"])
        passed = [f for f in doc["findings"] if f["verdict"] == "pass"
                  and f["rule"] in ("dane.missing", "dane.mismatch")]
        self.assertEqual(passed, [])

    def test_tlsa_of_an_insecure_zone_is_not_dane(self):
        doc, _ = lab.check("dane-insecure.gov.test")
        hosts = doc["facts"]["hosts"]
        self.assertEqual({h["tlsa"]["security"] for h in hosts}, {"insecure"})
        self.assertFalse([h for h in hosts if h["tls"].get("dane") == "match"])

    def test_a_world_that_cannot_be_validated_is_unknown(self):
        """The keys of the real root do not fit the lab: nobody's fault here."""
        anchors = tempfile.NamedTemporaryFile("w", suffix=".key", delete=False)
        with anchors:
            anchors.write(". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D084"
                          "58E880409BBC683457104237C7F8EC8D\n")
        doc, status = lab.check("good.gov.test", "--trust-anchor", anchors.name)
        self.assertEqual(status, 3)
        self.assertNotIn(lab.verdict(doc, "dnssec.bogus"), ("fail", "pass"))
        self.assertTrue([f for f in lab.unknowns(doc)
                         if "--resolver" in f["evidence"] + f["advice"]["text"]])

    def test_tlsa_of_a_secure_zone_is_dane(self):
        doc, _ = lab.check("good.gov.test")
        self.assertEqual({h["tls"]["dane"] for h in doc["facts"]["hosts"]},
                         {"match"})


if __name__ == "__main__":
    lab.main()

#!/usr/bin/env python3
"""The estate's verdicts are those that lab/expected.tsv says, by hand."""
import copy
import json
import unittest

import assay_lab as lab


# Rules that no row of the tables trips, and that a test below does: only who owns
# a domain knows that it is silent, and no name of the estate is missing.
BY_TEST = {"spf.deny-all", "dns.exists"}


def lie(docs, rule):
    """The documents, with one rule saying the opposite everywhere."""
    docs = copy.deepcopy(docs)
    for doc in docs.values():
        for finding in lab.findings(doc, rule):
            good = finding["verdict"] in ("pass", "not-applicable")
            finding["verdict"] = "fail" if good else "pass"
    return docs


class Expected(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = lab.expected("expected.tsv")
        cls.domains = [row["domain"] for row in lab.estate()]
        cls.docs, cls.status = lab.scan(
            cls.domains, "--each-name-server", "yes", "--try-injection")

    def test_every_domain_has_a_document(self):
        self.assertEqual(sorted(self.docs), sorted(self.domains))
        self.assertEqual(self.status, 1)

    def test_every_domain_has_expectations(self):
        self.assertEqual({row[0] for row in self.rows}, set(self.domains))

    def test_verdicts(self):
        for domain in self.domains:
            with self.subTest(domain=domain):
                rows = [row for row in self.rows if row[0] == domain]
                self.assertEqual(lab.differences(self.docs, rows), [])

    def test_every_rule_is_tripped(self):
        catalogue = json.loads(lab.assay("rules", "--json").stdout)["rules"]
        bad = ("fail", "warn", "info")
        rows = self.rows + lab.expected("expected-tls.tsv")
        tripped = {rule for _, rule, want in rows if want in bad}
        self.assertEqual({r["id"] for r in catalogue} - tripped, BY_TEST)

    def test_a_name_that_is_not_there(self):
        doc, _ = lab.check("no-such-name.gov.test")
        self.assertEqual(lab.verdict(doc, "dns.exists"), "fail")

    def test_a_role_that_the_owner_knows(self):
        doc, _ = lab.check("legacy-old.gov.test", "--role", "legacy")
        self.assertEqual(doc["role"], "legacy")
        self.assertEqual(lab.verdict(doc, "spf.deny-all"), "fail")

    def test_a_rule_that_lies_is_found(self):
        for rule in sorted({row[1] for row in self.rows}):
            with self.subTest(rule=rule):
                self.assertNotEqual(
                    lab.differences(lie(self.docs, rule), self.rows), [])


if __name__ == "__main__":
    lab.main()

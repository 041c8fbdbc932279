#!/usr/bin/env python3
"""The estate on the lab: its roles judge, looks are kept once, and each is there
as it was."""
import json
import os
import sqlite3
import tempfile
import time
import unittest

import assay_lab as lab
import schemas

DOMAINS = ("good.gov.test", "parked.gov.test", "spf-include-none.gov.test")
FACTS = ("doc", "run")


class History(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.store = os.path.join(self.dir.name, "assay.db")
        self.assertEqual(self.run_("estate", "add", *DOMAINS).returncode, 0)

    def run_(self, *args):
        return lab.assay(*args, "--store", self.store)

    def scan(self, *args):
        run = self.run_("scan", "--estate", "--keep", *args)
        self.assertIn(run.returncode, (0, 1), run.stderr)
        return {d["domain"]: d
                for d in map(json.loads, run.stdout.splitlines())}

    def rows(self):
        with sqlite3.connect(self.store) as db:
            return [db.execute(f"SELECT count(*) FROM {t}").fetchone()[0]
                    for t in FACTS]

    def history(self, domain, *args):
        run = self.run_("history", domain, "--json", *args)
        return json.loads(run.stdout), run.returncode

    def test_roles_of_the_estate_judge(self):
        self.run_("estate", "add", "good.gov.test", "--role", "parked")
        self.assertEqual(self.scan()["good.gov.test"]["role"], "parked")
        doc, _ = lab.check("good.gov.test", "--estate", "--store", self.store)
        self.assertEqual(doc["role"], "parked")
        doc, _ = lab.check("good.gov.test", "--estate", "--store", self.store,
                           "--role", "full")
        self.assertEqual(doc["role"], "full")
        doc, _ = lab.check("good.gov.test")
        self.assertEqual(doc["role"], "full")

    def test_tags_choose(self):
        self.run_("estate", "tag", "good.gov.test", "--tag", "critical")
        self.assertEqual(list(self.scan("--tag", "critical")),
                         ["good.gov.test"])
        run = lab.assay("scan", "-", "--tag", "critical", stdin="a.test\n")
        self.assertEqual(run.returncode, 2)

    def test_certificates_suggest_their_other_names(self):
        doc, _ = lab.check("good.gov.test", "--no-tls-matrix",
                           "--each-name-server", "no")
        facts = os.path.join(self.dir.name, "facts.json")
        with open(facts, "w", encoding="utf-8") as f:
            json.dump(doc, f)
        run = self.run_("estate", "suggestions", "--facts", facts, "--json")
        doc = json.loads(run.stdout)
        self.assertEqual(schemas.fault("suggestions.json", doc), "")
        said = {s["domain"]: s for s in doc["suggestions"]}
        self.assertNotIn("good.gov.test", said)
        self.assertEqual(said["spf-wide.gov.test"]["kind"], "certificate")
        self.assertIn("mta-sts.good.gov.test",
                      said["spf-wide.gov.test"]["evidence"])

    def test_an_unchanged_look_costs_no_document(self):
        first = self.scan()
        rows = self.rows()
        second = int(time.time())  # of two looks in one the first is kept
        while int(time.time()) <= second:
            time.sleep(0.02)
        again = self.scan()
        self.assertEqual(self.rows(), rows)
        self.assertEqual(first.keys(), again.keys())
        for domain in DOMAINS:
            doc, status = self.history(domain)
            self.assertEqual((schemas.fault("history.json", doc), status),
                             ("", 0))
            self.assertEqual([r["looks"] for r in doc["runs"]], [2])
            self.assertEqual(doc["runs"][0]["grades"], "".join(
                a["grade"] for a in again[domain]["axes"].values()))

    def test_a_past_look_is_judged_as_it_was(self):
        self.scan()
        live, _ = lab.check("spf-include-none.gov.test", "--no-tls-matrix",
                            "--each-name-server", "no")
        doc, status = self.history("spf-include-none.gov.test",
                                   "--at", "2100-01-01")
        self.assertEqual(schemas.fault("check.json", doc), "")
        self.assertEqual(status, 1)
        self.assertEqual(lab.verdicts(doc), lab.verdicts(live))
        for args in (("good.gov.test", "--at", "2020-01-01"),
                     ("nobody.test",)):
            run = self.run_("history", *args)
            self.assertEqual((run.returncode, run.stdout), (3, ""))


if __name__ == "__main__":
    lab.main()

#!/usr/bin/env python3
"""check and scan --tls-matrix on the TLS personalities: what they accept is told
of their domains, as lab/expected-tls.tsv says by hand."""
import json
import os
import sys
import time
import unittest

sys.dont_write_bytecode = True

import assay_lab as lab                                 # noqa: E402

BUDGET = 25


def hosts():
    """Rows of the personalities that run here."""
    with open(os.environ.get("ASSAY_LAB_TLS", os.devnull),
              encoding="utf-8") as f:
        return [r for r in json.loads(f.read() or "[]") if r["absent"] == ""]


def visits(doc):
    return doc["facts"].get("hosts", [])


class Expected(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        here = {r["host"] for r in hosts()}
        cls.rows = [r for r in lab.expected("expected-tls.tsv")
                    if r[0] in here]
        cls.domains = sorted({r[0] for r in cls.rows})
        cls.docs, _ = lab.scan(cls.domains, "--tls-matrix", "--with-facts")

    def test_enough_are_here(self):
        self.assertGreaterEqual(len(self.domains), 25)

    def test_verdicts(self):
        for domain in self.domains:
            with self.subTest(domain):
                rows = [r for r in self.rows if r[0] == domain]
                self.assertEqual(lab.differences(self.docs, rows), [])

    def test_each_at_most_25_connections(self):
        asked = 0
        for doc in self.docs.values():
            for visit in visits(doc):
                if "matrix" in visit:
                    asked += 1
                    self.assertLessEqual(visit["matrix"]["connections"],
                                         BUDGET)
        self.assertGreaterEqual(asked, 25)


class Options(unittest.TestCase):
    """Who is asked for all, and who is not."""

    def test_check_asks_for_all(self):
        doc, _ = lab.check("client-order.tls.test")
        matrix = visits(doc)[0]["matrix"]
        self.assertEqual([v["version"] for v in matrix["versions"]
                          if v["offered"] == "yes"], ["TLSv1.3", "TLSv1.2"])
        self.assertEqual(lab.verdict(doc, "tls.server-order"), "info")

    def test_check_does_not_when_told(self):
        doc, _ = lab.check("client-order.tls.test", "--no-tls-matrix")
        self.assertNotIn("matrix", visits(doc)[0])
        self.assertEqual(lab.verdict(doc, "tls.server-order"),
                         "not-applicable")

    def test_scan_does_not_unless_told(self):
        docs, _ = lab.scan(["client-order.tls.test"], "--with-facts")
        self.assertNotIn("matrix", visits(docs["client-order.tls.test"])[0])

    def test_stored_facts_are_judged_alike(self):
        doc, _ = lab.check("dh1024.tls.test")
        path = os.path.join(os.environ["ASSAY_LAB_LOG"], "dh1024.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(doc, f)
        again, _ = lab.check("dh1024.tls.test", "--facts", path)
        self.assertEqual(lab.verdicts(again), lab.verdicts(doc))

    def test_a_pause_lies_between(self):
        begin = time.monotonic()
        doc, _ = lab.check("tls12.tls.test", "--pause", "150")
        hellos = visits(doc)[0]["matrix"]["connections"] - 1
        self.assertGreater(hellos, 10)
        self.assertGreaterEqual(time.monotonic() - begin, hellos * 0.15)


lab.main("--tls")

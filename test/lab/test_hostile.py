#!/usr/bin/env python3
"""Hostile servers end within their budget and spoil no other domain."""
import time
import unittest

import assay_lab as lab

# Each with the longest time that its budget allows: the domain's job, then one
# visit to each host, one after the other (base/limits.h).
HOSTILE = ("mx-tarpit.gov.test", "mx-endless-banner.gov.test",
           "mx-endless-ehlo.gov.test", "mx-silent.gov.test",
           "mx-garbage.gov.test", "tls-hangs.gov.test", "tls-garbage.gov.test",
           "dns-flood.gov.test", "dns-huge.gov.test", "dns-liar.gov.test",
           "dns-cname-loop.gov.test", "spf-bomb.gov.test", "spf-loop.gov.test",
           "sts-slow.gov.test", "sts-too-large.gov.test",
           "sts-too-large-chunked.gov.test")
BUDGET_S = 30 + 45 + 20 + 10  # AS_DOMAIN_JOB_MS, SMTP session, HTTPS, slack


class Hostile(unittest.TestCase):
    def test_all_at_once_beside_a_good_one(self):
        alone, _ = lab.check("good.gov.test", "--each-name-server", "no",
                             "--no-tls-matrix")
        began = time.monotonic()
        docs, _ = lab.scan([*HOSTILE, "good.gov.test"])
        took = time.monotonic() - began
        self.assertEqual(set(docs), {*HOSTILE, "good.gov.test"})
        self.assertLess(took, BUDGET_S)
        self.assertEqual(lab.verdicts(docs["good.gov.test"]), lab.verdicts(alone))

    def test_queries_stay_in_their_budget(self):
        for domain in ("spf-bomb.gov.test", "spf-loop.gov.test",
                       "dns-cname-loop.gov.test"):
            with self.subTest(domain=domain):
                doc, _ = lab.check(domain)
                self.assertLessEqual(doc["facts"]["domain"]["queries"], 200)

    def test_the_bomb_is_a_permanent_error(self):
        doc, _ = lab.check("spf-bomb.gov.test")
        self.assertEqual(lab.verdict(doc, "spf.lookup-limit"), "fail")

    def test_the_loop_is_named(self):
        doc, _ = lab.check("dns-cname-loop.gov.test")
        outcomes = {a["outcome"] for a in doc["facts"]["domain"]["answers"]}
        self.assertTrue({"cname-chain", "servfail"} & outcomes)

    def test_nothing_of_the_net_moves_the_cursor(self):
        run = lab.assay("check", "-v", "mx-garbage.gov.test")
        self.assertNotIn("\x1b", run.stdout)
        for char in run.stdout:
            self.assertTrue(char == "\n" or char >= " ", repr(char))


if __name__ == "__main__":
    lab.main()

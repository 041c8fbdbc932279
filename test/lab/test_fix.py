#!/usr/bin/env python3
"""What assay fix proposes, published as a zone, mends what it says it mends, and
breaks nothing: for every domain of the lab that a record can mend."""
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import assay_lab as lab

# Their servers answer after half a minute or never, so that nothing is known,
# and nothing proposed: test_unknown.py has them.
SLOW = {"dns-slow", "dns-silent", "dns-dead", "mx-silent", "mx-tarpit",
        "sts-slow", "sts-silent", "tls-hangs"}
# A step on a longer way: the finding stays, and says the next one.
STAGED = {"mta-sts.mode"}
GOOD = (None, "pass", "not-applicable")
LETTERS = "ABCDEF"


def temporary(text, suffix):
    f = tempfile.NamedTemporaryFile("w", suffix=suffix, delete=False)
    with f:
        f.write(text)
    return f.name


def fix(*args, stdin=None):
    run = lab.assay("fix", *args, stdin=stdin)
    if run.returncode not in (0, 1, 3):
        raise AssertionError(f"fix {args}: exit {run.returncode}, {run.stderr}")
    return run.stdout


def own_steps(doc, by=("zone",)):
    return [s for s in doc["steps"] if s["by"] in by]


def of_subject(doc, finding):
    """The worst verdict on the subject of a finding."""
    said = [f["verdict"] for f in lab.findings(doc, finding["rule"])
            if f["subject"] == finding["subject"]]
    return max(said, key=lab.RANK.index) if said else None


def fallen(before, after):
    """Axes whose letter got worse."""
    return [a for a, was in before["axes"].items()
            if was["grade"] in LETTERS
            and after["axes"][a]["grade"] in LETTERS
            and after["axes"][a]["grade"] > was["grade"]]


def broken(before, after):
    """Rules that passed before, and warn or fail after."""
    out = []
    for rule in {f["rule"] for f in before["findings"]}:
        if lab.verdict(before, rule) == "pass" and \
                lab.verdict(after, rule) in ("warn", "fail"):
            out.append(rule)
    return out


def fixable(doc):
    """Findings whose record stands in the domain itself."""
    out = []
    for f in doc["findings"]:
        record = (f.get("advice") or {}).get("record")
        if f["verdict"] in ("info", "warn", "fail") and record and \
                record["type"] != "DS" and \
                ("." + record["name"]).endswith("." + doc["domain"]):
            out.append(f)
    return out


class Published(unittest.TestCase):
    """One scan, the fixes of all, one scan as if they were published."""

    @classmethod
    def setUpClass(cls):
        names = [r["domain"] for r in lab.estate()
                 if r["domain"].split(".")[0] not in SLOW]
        cls.before, _ = lab.scan(names, "--with-facts")
        cls.facts = temporary(
            "".join(json.dumps(d) + "\n" for d in cls.before.values()), ".json")
        lines = fix("--facts", cls.facts, "--format", "ndjson").splitlines()
        cls.fixes = {d["domain"]: d for d in map(json.loads, lines)}
        cls.changed = [d for d in names if own_steps(cls.fixes[d])]
        # A policy file is not served by a zone, nor are its records judged.
        cls.web = {d for d in names if own_steps(cls.fixes[d], ("web",))}
        zone = "".join(
            line + "\n" for d in cls.changed
            for line in cls.fixes[d]["zone"].splitlines()
            if d not in cls.web or not line.startswith("_mta-sts."))
        cls.after, _ = lab.scan(
            cls.changed, "--zone", temporary(zone, ".zone"))

    def test_every_fault_with_a_record_has_a_step(self):
        self.assertGreater(len(self.changed), 60)
        for domain, doc in self.before.items():
            mends = {m["rule"] for s in self.fixes[domain]["steps"]
                     for m in s["mends"]}
            with self.subTest(domain=domain):
                self.assertLessEqual({f["rule"] for f in fixable(doc)}, mends)

    def test_published_it_mends_what_it_says(self):
        for domain in self.changed:
            for step in own_steps(self.fixes[domain]):
                if domain in self.web and step["name"].startswith("_mta-sts."):
                    continue
                for f in step["mends"]:
                    with self.subTest(domain=domain, rule=f["rule"]):
                        got = of_subject(self.after[domain], f)
                        self.assertIn(got, GOOD)

    def test_published_it_breaks_nothing(self):
        for domain in self.changed:
            with self.subTest(domain=domain):
                self.assertEqual(
                    broken(self.before[domain], self.after[domain]), [])
                self.assertEqual(
                    fallen(self.before[domain], self.after[domain]), [])

    def test_its_own_verdict(self):
        for domain, doc in self.fixes.items():
            mended = {(f["rule"], f["subject"]) for f in doc["mended"]}
            said = {(f["rule"], f["subject"])
                    for s in own_steps(doc, ("zone", "web"))
                    for f in s["mends"] if f["rule"] not in STAGED}
            with self.subTest(domain=domain):
                self.assertEqual(doc["worse"], [])
                self.assertLessEqual(said, mended)
                for axis, was in doc["before"].items():
                    if was in LETTERS and doc["after"][axis] in LETTERS:
                        self.assertLessEqual(doc["after"][axis], was)

    def test_never_pct_and_never_twice(self):
        for domain, doc in self.fixes.items():
            with self.subTest(domain=domain):
                names = [(s["name"], s["type"])
                         for s in doc["steps"] if s["by"] != "web"]
                self.assertEqual(len(names), len(set(names)))
                self.assertNotIn("pct", " ".join(
                    r for s in doc["steps"] for r in s.get("publish", [])))


if __name__ == "__main__":
    lab.main()

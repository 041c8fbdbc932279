"""What the whole-program tests share: running assay inside the lab, and TAP.

Each test_*.py, run by tools/run-tests or by hand, enters the lab by itself and
prints TAP: one line a case.
"""
import csv
import json
import os
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("AS_BUILD", ROOT / "build"))
ASSAY = str(BUILD / "assay")
RANK = ("not-applicable", "pass", "info", "warn", "fail", "unknown")


def assay(*args, stdin=None, timeout=120):
    """Run the program; the result has .returncode, .stdout and .stderr."""
    return subprocess.run([ASSAY, *args], input=stdin, capture_output=True,
                          text=True, timeout=timeout, check=False)


def check(domain, *args):
    """The document of one domain, and the exit status."""
    run = assay("check", domain, "--json", *args)
    if not run.stdout:
        raise AssertionError(f"check {domain}: exit {run.returncode}, {run.stderr}")
    return json.loads(run.stdout), run.returncode


def scan(domains, *args, timeout=300):
    """Documents of many domains by name, and the exit status."""
    run = assay("scan", "-", *args, stdin="".join(f"{d}\n" for d in domains),
                timeout=timeout)
    docs = [json.loads(line) for line in run.stdout.splitlines()]
    return {d["domain"]: d for d in docs}, run.returncode


def findings(doc, rule):
    return [f for f in doc["findings"] if f["rule"] == rule]


def verdict(doc, rule):
    """The worst verdict of a rule over its subjects; None: it said nothing."""
    said = [f["verdict"] for f in findings(doc, rule)]
    return max(said, key=RANK.index) if said else None


def verdicts(doc):
    """Everything that was decided, to compare two runs."""
    return sorted((f["rule"], f["subject"], f["verdict"]) for f in doc["findings"])


def expected(name):
    """(domain, rule, verdict) of a table of the lab."""
    with open(ROOT / "lab" / name, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f
                if line.strip() and not line.startswith("#")]
    return [row[:3] for row in rows[1:]]  # without the heading


def differences(docs, rows):
    """Rows that do not hold, in words."""
    out = []
    for domain, rule, want in rows:
        doc = docs.get(domain)
        got = verdict(doc, rule) if doc else "no document"
        if got != want:
            out.append(f"{domain}: {rule} is {got}, not {want}")
    return out


def unknowns(doc):
    return [f for f in doc["findings"] if f["verdict"] == "unknown"]


def answer(doc, name, kind):
    """The stored answer for a name and type of the domain's facts."""
    for a in doc["facts"]["domain"]["answers"]:
        if a["name"] == name and a["type"] == kind:
            return a
    raise AssertionError(f"{kind} of {name} was not asked")


def estate():
    """Rows of lab/estate.csv."""
    with open(ROOT / "lab" / "estate.csv", encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def children(pid):
    """Its child processes; none when it is gone."""
    path = f"/proc/{pid}/task/{pid}/children"
    try:
        with open(path, encoding="ascii") as f:
            return [int(x) for x in f.read().split()]
    except FileNotFoundError:
        return []


def peak_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        for row in f:
            if row.startswith("VmHWM:"):
                return int(row.split()[1])
    raise AssertionError("no VmHWM")


class TapResult(unittest.TestResult):
    """One TAP line a test, or a subtest where a test has them."""

    def __init__(self):
        super().__init__()
        self.number = 0
        self.had_subtests = set()

    def line(self, ok, test, text="", directive=""):
        self.number += 1
        for row in text.splitlines():
            print("#", row)
        name = str(test).replace("#", " ")
        print("ok" if ok else "not ok", self.number, "-", name + directive,
              flush=True)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        self.had_subtests.add(test.id())
        self.line(err is None, subtest,
                  "" if err is None else self._exc_info_to_string(err, test))

    def addSuccess(self, test):
        if test.id() not in self.had_subtests:
            self.line(True, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.line(False, test, self._exc_info_to_string(err, test))

    def addError(self, test, err):
        super().addError(test, err)
        self.line(False, test, self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line(True, test, directive=f" # SKIP {reason}")


def main(*options):
    """Run the tests of the calling file, in a lab made with these options."""
    if "ASSAY_LAB_LOG" not in os.environ:
        os.execv(ROOT / "lab" / "lab", ["lab", "run", *options, sys.executable,
                                        os.path.abspath(sys.argv[0])])
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = TapResult()
    suite.run(result)
    print(f"1..{result.number}")
    sys.exit(0 if result.wasSuccessful() and result.number else 1)

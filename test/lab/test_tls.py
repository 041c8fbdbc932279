#!/usr/bin/env python3
"""assay tls on the TLS personalities: the matrix found is the one configured.

Each host is asked twice, in short and deeply; hosts whose dialogue never comes
to a handshake must end as unknown, within the limits of a visit.
"""
import concurrent.futures
import json
import os
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "lab"), str(ROOT / "test" / "lab")]

import assay_lab as lab                                 # noqa: E402

BUDGET = 25
NAMES = {"TLSv1": "TLS1.0", "TLSv1.1": "TLS1.1", "TLSv1.2": "TLS1.2",
         "TLSv1.3": "TLS1.3"}
# Answers of theirs never end, or not in time: nothing, or not all, is seen.
ENDLESS = ("slow-flight", "cert-16m", "endless-records", "greet-delay")
# Their export suites bring a prime of their own.
SHORTEST_DH = {"ancient": 512}


def rows():
    with open(os.environ.get("ASSAY_LAB_TLS", os.devnull),
              encoding="utf-8") as f:
        return json.loads(f.read() or "[]")


def label(row):
    return row["host"].split(".")[0]


def ask(row, *args):
    """The document, and the exit status."""
    port = "" if 25 in row["ports"] else f":{row['ports'][0]}"
    run = lab.assay("tls", row["host"] + port, "--json", "--pause", "1", *args,
                    timeout=300)
    if not run.stdout:
        raise AssertionError(f"{row['host']}: exit {run.returncode}, "
                             f"{run.stderr}")
    return json.loads(run.stdout), run.returncode


def offered(server):
    return {NAMES.get(v["version"], v["version"]): v.get("suites", [])
            for v in server["versions"] if v["offered"] == "yes"}


def present(row):
    return [r for r in rows() if r["absent"] == "" and row(r)]


def each(hosts, *args):
    """(row, document, status) of each, a few at a time."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        jobs = [(r, pool.submit(ask, r, *args)) for r in hosts]
        for row, job in jobs:
            yield (row, *job.result())


def is_honest(row):
    return (row["handshake"] and row["smtp"] != "injection"
            and label(row) not in ENDLESS)


class Matrix(unittest.TestCase):
    def test_deep(self):
        hosts = present(is_honest)
        self.assertGreaterEqual(len(hosts), 40)
        for row, doc, _ in each(hosts, "--deep"):
            with self.subTest(label(row)):
                for server in doc["servers"]:
                    self.deep(row, server)

    def deep(self, row, server):
        self.assertEqual(server.get("stopped", ""), "")
        found = offered(server)
        self.assertEqual({v: set(s) for v, s in found.items()},
                         {v: set(s) for v, s in row["offers"].items()})
        for v in server["versions"]:
            if v["order"] != "unknown":
                self.assertEqual(v["order"], row["order"], v["version"])
            if v["order"] == "server" and row["order"] == "server":
                name = NAMES.get(v["version"], v["version"])
                self.assertEqual(v["suites"][0], row["offers"][name][0])
        groups = row["groups"] if "TLS1.3" in row["offers"] else row["groups12"]
        self.assertEqual({g["name"] for g in server.get("groups", [])
                          if g["offered"] == "yes"}, set(groups or []))
        if server.get("dhe") == "yes" and row["dh_bits"]:
            self.assertEqual(server["dhe_bits"],
                             SHORTEST_DH.get(label(row), row["dh_bits"]))

    def test_short(self):
        """At most 25 connections; what is seen is on offer."""
        for row, doc, _ in each(present(is_honest)):
            with self.subTest(label(row)):
                for server in doc["servers"]:
                    self.assertLessEqual(server["connections"], BUDGET)
                    found = offered(server)
                    self.assertEqual(set(found), set(row["offers"]))
                    for version, suites in found.items():
                        self.assertLessEqual(set(suites),
                                             set(row["offers"][version]))

    def test_hosts_that_do_not_tell(self):
        """No handshake: nothing is claimed, and it is not called absent."""
        hosts = present(lambda r: not r["handshake"]
                        or r["smtp"] == "injection")
        self.assertGreaterEqual(len(hosts), 4)
        for row, doc, status in each(hosts):
            with self.subTest(label(row)):
                for server in doc["servers"]:
                    self.assertEqual(offered(server) if "versions" in server
                                     else {}, {})
                    said = server["smtp"].get("starttls", "not-reached")
                    if said not in ("not-offered", "refused", "accepted"):
                        self.assertEqual(status, 3)

    def test_hosts_that_never_end(self):
        for row, doc, _ in each(present(lambda r: label(r) in ENDLESS)):
            with self.subTest(label(row)):
                self.assertLessEqual(doc["servers"][0]["connections"], BUDGET)
                self.assertLess(doc["servers"][0]["took_ms"], 150000)

    def test_both_certificates(self):
        for row, doc, _ in each(present(lambda r: label(r) == "two-certs")):
            kinds = {c["kind"] for c in doc["servers"][0]["chains"]
                     if c["offered"] == "yes" and c["chain"]}
            self.assertEqual(kinds, {"RSA", "ECDSA"}, row["host"])


class Usage(unittest.TestCase):
    def test_wrong(self):
        for args, said in (((), "which mail server"),
                           (("a.test", "b.test"), "one mail server"),
                           (("a.test:0",), "not a port"),
                           (("a.test:70000",), "not a port"),
                           (("a.test:x",), "not a port"),
                           (("[::1",), "neither"),
                           (("a..test",), "not a domain")):
            with self.subTest(str(args)):
                run = lab.assay("tls", *args)
                self.assertEqual(run.returncode, 2)
                self.assertIn(said, run.stderr)

    def test_no_such_host(self):
        run = lab.assay("tls", "gone.tls.test", "--json")
        self.assertEqual(json.loads(run.stdout).get("servers", []), [])

    def test_address(self):
        row = present(lambda r: label(r) == "tls13")[0]
        run = lab.assay("tls", row["addresses"][0], "--json", "--pause", "1")
        server = json.loads(run.stdout)["servers"][0]
        self.assertEqual(list(offered(server)), ["TLS1.3"])


lab.main("--tls")

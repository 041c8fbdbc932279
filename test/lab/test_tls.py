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
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "lab"), str(ROOT / "test" / "lab")]

import assay_lab as lab                                 # noqa: E402
import tls_firewall                                     # noqa: E402

BUDGET = 25
NAMES = {"TLSv1": "TLS1.0", "TLSv1.1": "TLS1.1", "TLSv1.2": "TLS1.2",
         "TLSv1.3": "TLS1.3"}
# Answers of theirs never end, or not in time: nothing, or not all, is seen.
ENDLESS = ("slow-flight", "cert-16m", "endless-records", "greet-delay")
# Nobody stands in front of a host there.
FIREWALL = "127.27.250.25"
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


def refused(server):
    """What it is said to refuse."""
    out = {v["version"] for v in server["versions"] if v["offered"] == "no"}
    for v in server["versions"]:
        out |= {(v["version"], c["class"]) for c in v.get("classes", [])
                if c["offered"] == "no"}
    out |= {g["name"] for g in server.get("groups", [])
            if g["offered"] == "no"}
    out |= {f["name"] for f in server.get("features", [])
            if f["offered"] == "no"}
    out |= {c["kind"] for c in server.get("chains", [])
            if c["offered"] == "no"}
    return out | ({"DHE"} if server.get("dhe") == "no" else set())


def is_open(server):
    """Is anything of it not told?"""
    offers = [server.get("dhe"), server.get("command_injection")]
    for v in server["versions"]:
        offers += [v["offered"]] + [c["offered"] for c in v.get("classes", [])]
    return "unknown" in offers or bool(server.get("stopped")
                                       or server.get("left_out"))


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
        for row, doc, status in each(present(is_honest)):
            with self.subTest(label(row)):
                self.assertEqual(status == 3,
                                 any(map(is_open, doc["servers"])))
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
        """An octet a second, 16 MiB of certificates, records without an end, a
        banner that comes late, 100 certificates, a key of 16384 bits."""
        hosts = present(lambda r: label(r) in ENDLESS + (
            "certs100", "rsa16384"))
        self.assertEqual(len(hosts), len(ENDLESS) + 2)
        for row, doc, status in each(hosts):
            with self.subTest(label(row)):
                server = doc["servers"][0]
                self.assertLessEqual(server["connections"], BUDGET)
                self.assertLess(server["took_ms"], 150000)
                self.assertEqual(status == 3, is_open(server))
                if label(row) in ("slow-flight", "greet-delay"):
                    self.assertEqual(status, 3)
                if label(row) == "certs100":
                    sent = [c.get("sent") for c in server["chains"]]
                    self.assertIn(100, sent)
                if label(row) == "rsa16384":
                    leaf = server["chains"][0]["chain"][0]
                    self.assertEqual(leaf["key_bits"], 16384)

    def test_nothing_is_held_against_a_server_that_puts_us_off(self):
        """421, 451, 454: unknown, after one connection."""
        hosts = present(lambda r: r["smtp"] in (
            "busy", "busy-after-ehlo", "greylist", "starttls-454"))
        self.assertEqual(len(hosts), 4)
        for row, doc, status in each(hosts):
            with self.subTest(label(row)):
                server = doc["servers"][0]
                self.assertEqual(server["connections"], 1)
                self.assertEqual(status, 3)
                self.assertEqual(server["verdict"]["grade"], "unknown")

    def test_command_injection(self):
        obeys = {label(r): doc["servers"][0].get("command_injection")
                 for r, doc, _ in each(present(lambda r: label(r) in (
                     "command-injection", "tls12", "postfix", "exim")))}
        self.assertEqual(obeys, {"command-injection": "yes", "tls12": "no",
                                 "postfix": "no", "exim": "no"})

    def test_ports(self):
        """STARTTLS on 25 and 587, TLS from the first octet on 465."""
        row = present(lambda r: label(r) == "submission")[0]
        found = {}
        for port in row["ports"]:
            run = lab.assay("tls", f"{row['host']}:{port}", "--json",
                            "--pause", "1")
            server = json.loads(run.stdout)["servers"][0]
            self.assertEqual(run.returncode, 0)
            self.assertEqual(server["port"], port)
            self.assertEqual(server.get("implicit", False), port == 465)
            found[port] = offered(server)
        self.assertEqual(set(found), {25, 465, 587})
        self.assertEqual(found[25], found[465])
        self.assertEqual(found[25], found[587])

    def test_addresses_are_compared(self):
        row = present(lambda r: label(r) == "dual")[0]
        doc, status = ask(row)
        self.assertEqual(status, 0)
        self.assertEqual([s["address"] for s in doc["servers"]],
                         row["addresses"])
        second = doc["servers"][1]["verdict"]
        self.assertEqual(second["compared_with"], row["addresses"][0])
        self.assertTrue(second["same"])
        self.assertEqual(second["differs"], [])

    def test_addresses_that_differ(self):
        """One name in front of a host of TLS 1.0 and one of TLS 1.2."""
        a, b = (present(lambda r, n=name: label(r) == n)[0]["addresses"][0]
                for name in ("tls12", "tls10"))
        with tempfile.NamedTemporaryFile("w", suffix=".zone") as zone:
            zone.write("$ORIGIN mixed.test.\n$TTL 60\n@ SOA ns ns 1 1 1 1 1\n"
                       f"@ NS ns\nns A {a}\nmx A {a}\nmx A {b}\n")
            zone.flush()
            run = lab.assay("tls", "mx.mixed.test", "--zone", zone.name,
                            "--json", "--pause", "1")
        servers = {s["address"]: s for s in json.loads(run.stdout)["servers"]}
        self.assertEqual(set(servers), {a, b})
        differs = [d for s in servers.values()
                   for d in s["verdict"].get("differs", [])]
        self.assertTrue([d for d in differs if d.startswith("TLS 1.0: ")])
        self.assertTrue([d for d in differs if d.startswith("TLS 1.2: ")])

    def test_nothing_is_chosen_that_was_not_offered(self):
        for row, doc, _ in each(present(lambda r: is_honest(r)
                                        and not r["raw"])):
            with self.subTest(label(row)):
                for server in doc["servers"]:
                    self.assertEqual(server.get("violations", []), [])

    def test_firewall(self):
        """Who hangs up after some connections has not refused anything."""
        row = present(lambda r: label(r) == "server-order")[0]
        whole = refused(ask(row)[0]["servers"][0])
        for passes in (1, 2, 5, 9, 13, 17):
            with self.subTest(str(passes)), tls_firewall.Firewall(
                    FIREWALL, row["addresses"][0], passes) as wall:
                run = lab.assay("tls", FIREWALL, "--json", "--pause", "1")
                server = json.loads(run.stdout)["servers"][0]
                self.assertEqual(run.returncode, 3)
                self.assertIn("closes", server["stopped"])
                self.assertLessEqual(refused(server), whole)
                self.assertLessEqual(wall.seen, passes + 7)
                self.assertEqual(server["name"], FIREWALL)


def leaf_of(server, kind):
    return next(c["chain"][0] for c in server["chains"] if c["kind"] == kind)


# Host: {kind: what is told of its chain}, remarks that must be made.
CHAINS = {
    "two-certs": ({"RSA": {"dane": "match", "name_matches": True},
                   "ECDSA": {"dane": "match", "trusted": True}}, ()),
    "two-certs-half": ({"RSA": {"dane": "match"},
                        "ECDSA": {"dane": "mismatch"}}, ("cert.dane",)),
    "two-certs-expired": ({"RSA": {"trusted": True},
                           "ECDSA": {"trusted": True}}, ("cert.dates",)),
    "sct": ({"ECDSA": {"stapled": None}}, ()),
    "staple-good": ({"ECDSA": {"staple": "good"}}, ()),
    "staple-stale": ({"ECDSA": {"staple": "good"}}, ("cert.staple",)),
    "staple-revoked": ({"ECDSA": {"staple": "revoked"}}, ("cert.revoked",)),
    "known-issuer": ({"ECDSA": {"trusted": True}}, ("caa.issuer",)),
    "wrong-name": ({"ECDSA": {"name_matches": None}}, ("cert.name",)),
    "cn-only": ({"ECDSA": {"name_matches": None}}, ("cert.name",)),
    "wildcard": ({"ECDSA": {"name_matches": True}}, ()),
    "self-signed": ({"ECDSA": {"trusted": None}}, ("cert.untrusted",)),
    "incomplete": ({"ECDSA": {"trusted": None}}, ("cert.incomplete",)),
    "reversed": ({"ECDSA": {"trusted": True}}, ("cert.order",)),
    "in-5-days": ({"ECDSA": {}}, ("cert.expires-week",)),
    "in-20-days": ({"ECDSA": {}}, ("cert.expires-month",)),
    "rsa16384": ({"RSA": {"trusted": True}}, ()),
}
ABOUT_CHAINS = {"cert.dates", "cert.revoked", "cert.dane", "cert.staple",
                "cert.expires-week", "cert.expires-soon",
                "cert.expires-month", "cert.untrusted", "cert.incomplete",
                "cert.name", "cert.purpose", "cert.order", "caa.issuer",
                "cert.key-short", "cert.key-broken", "cert.signature"}


class Certificates(unittest.TestCase):
    def test_chains(self):
        met = 0
        for row, doc, _ in each(present(lambda r: label(r) in CHAINS)):
            with self.subTest(label(row)):
                met += 1
                chains, remarks = CHAINS[label(row)]
                server = doc["servers"][0]
                found = {c["kind"]: c for c in server["chains"]
                         if c["offered"] == "yes" and c["chain"]}
                self.assertEqual(set(found), set(chains))
                for kind, told in chains.items():
                    for key, value in told.items():
                        self.assertEqual(found[kind].get(key), value, key)
                said = {r["id"] for r in server["verdict"]["findings"]}
                self.assertEqual(said & ABOUT_CHAINS, set(remarks))
        self.assertGreaterEqual(met, 12)

    def test_timestamps(self):
        for _, doc, _ in each(present(lambda r: label(r) == "sct")):
            leaf = leaf_of(doc["servers"][0], "ECDSA")
            self.assertEqual(leaf["scts"], 2)

    def test_long_key(self):
        for _, doc, _ in each(present(lambda r: label(r) == "rsa16384")):
            server = doc["servers"][0]
            leaf = leaf_of(server, "RSA")
            self.assertEqual((leaf["key_bits"], server.get("stopped", "")),
                             (16384, ""))
            self.assertLessEqual(server["connections"], BUDGET)


class Usage(unittest.TestCase):
    def test_wrong(self):
        for args, said in (((), "which mail server"),
                           (("a.test",) * 1001, "at most 1000"),
                           (("a.test:0",), "not a port"),
                           (("a.test:70000",), "not a port"),
                           (("a.test:x",), "not a port"),
                           (("[::1",), "neither"),
                           (("a..test",), "not a domain")):
            with self.subTest(str(args[:2])):
                run = lab.assay("tls", *args)
                self.assertEqual(run.returncode, 2)
                self.assertIn(said, run.stderr)

    def test_no_such_host(self):
        run = lab.assay("tls", "gone.tls.test", "--json")
        self.assertEqual(run.returncode, 3)
        self.assertEqual(json.loads(run.stdout).get("servers", []), [])

    def test_several(self):
        """One document each, in the order asked for, each host once."""
        names = [r["host"] for r in present(
            lambda r: label(r) in ("tls12", "tls13", "dh2048"))]
        self.assertGreaterEqual(len(names), 2)
        run = lab.assay("tls", *names, names[0], "--format", "ndjson",
                        "--pause", "1")
        docs = [json.loads(line) for line in run.stdout.splitlines()]
        self.assertEqual([d["host"] for d in docs], names)
        for doc in docs:
            self.assertEqual([s["name"] for s in doc["servers"]],
                             [doc["host"]])

    def test_address(self):
        row = present(lambda r: label(r) == "tls13")[0]
        run = lab.assay("tls", row["addresses"][0], "--json", "--pause", "1")
        server = json.loads(run.stdout)["servers"][0]
        self.assertEqual(list(offered(server)), ["TLS1.3"])


lab.main("--tls")

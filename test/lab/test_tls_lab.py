#!/usr/bin/env python3
"""Do the TLS personalities offer what their rows say?

The matrix is asked for by bare hellos (tls_hello.py); certificates and staples
are read by openssl s_client, dialogues by hand.  Nothing of assay is run.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "lab"), str(ROOT / "test" / "lab")]

import assay_lab                                        # noqa: E402
import tls_hello                                        # noqa: E402
import tls_rows                                         # noqa: E402
import tls_servers                                      # noqa: E402
from tls_hello import VERSIONS                          # noqa: E402
from tls_rows import SUITES                             # noqa: E402

CODES = {s.code: n for n, s in SUITES.items()}
GROUP = {code: name for name, code in tls_rows.GROUPS.items()}
# What OpenSSL's client cannot agree with, or gets no certificate from.
FOREIGN = ("pq-only", "ssl3", "exim-rc4", "exim-3des", "anon")
# Those whose hello cannot be read to its end in a test's time.
HOSTILE = ("slow-flight", "cert-16m", "endless-records", "small-hello-only",
           "no-tls13-please")


def rows():
    with open(os.environ.get("ASSAY_LAB_TLS", os.devnull),
              encoding="utf-8") as f:
        return json.loads(f.read() or "[]")


def asked(version):
    """Codes that a hello of this version may carry, new ones first."""
    last = tuple(VERSIONS).index(version)
    new = [s.code for s in SUITES.values() if (s.first == "TLS1.3") == (
        version == "TLS1.3") and tuple(VERSIONS).index(s.first) <= last]
    return sorted(new, reverse=True)


def found_offers(address, port):
    out = {}
    for v, code in VERSIONS.items():
        if v == "SSLv2":
            if tls_hello.speaks_ssl2(address, port):
                out[v] = []
            continue
        suites = tls_hello.suites_of(address, code, asked(v), port)
        if suites:
            out[v] = [CODES[c] for c in suites]
    return out


def found_groups(row, address, port):
    """Groups of TLS 1.3, and those of ECDHE below."""
    out = {}
    for v, offered in row["offers"].items():
        codes = [SUITES[n].code for n in offered
                 if SUITES[n].kx in ("ec", "any")]
        if codes and v != "SSLv3":
            groups = tls_hello.groups_of(address, VERSIONS[v], codes,
                                         tls_hello.GROUPS, port)
            out[v] = [GROUP.get(g, g) for g in groups]
    return out


def wanted_groups(row, version):
    return row["groups" if version == "TLS1.3" else "groups12"]


def same(found, wanted, in_order):
    return list(found) == list(wanted) if in_order else (
        sorted(map(str, found)) == sorted(map(str, wanted)))


def matrix_faults(row, address, port=25):
    """How the matrix found differs from the one configured."""
    faults = []
    ordered = row["order"] == "server"
    found, wanted = found_offers(address, port), row["offers"]
    for v in VERSIONS:
        if not same(found.get(v, ()), wanted.get(v, ()), ordered):
            faults.append(f"{v}: found {found.get(v)}, not {wanted.get(v)}")
    if set(found) != set(wanted):
        faults.append(f"versions {sorted(found)}, not {sorted(wanted)}")
    for v, groups in found_groups(row, address, port).items():
        if not same(groups, wanted_groups(row, v), ordered):
            faults.append(f"{v}: groups {groups}, "
                          f"not {wanted_groups(row, v)}")
    return faults + order_faults(row, address, port) + dh_faults(
        row, address, port)


def order_faults(row, address, port):
    """The first of a list and of the list reversed: whose order rules?"""
    for v, names in row["offers"].items():
        codes = [SUITES[n].code for n in names]
        kinds = {SUITES[n].kx for n in names}
        if len(codes) < 2 or v == "SSLv2" or len(kinds) > 1:
            continue
        picks = {tls_hello.ask(address, tls_hello.hello(
            VERSIONS[v], order), port).suite for order in (
                codes, codes[::-1])}
        if (len(picks) == 1) != (row["order"] == "server"):
            return [f"{v}: order is not the {row['order']}'s: {picks}"]
    return []


def dh_faults(row, address, port):
    bits = row["dh_bits"]
    for v, names in row["offers"].items():
        codes = [SUITES[n].code for n in names if SUITES[n].kx == "ff"
                 and "EXPORT" not in n]
        if bits and codes and v != "SSLv2":
            f = tls_hello.ask(address, tls_hello.hello(VERSIONS[v], codes),
                              port)
            if f.dh_bits != bits:
                return [f"{v}: DH of {f.dh_bits} bits, not {bits}"]
    return []


# --- certificates ---

def s_client(row, *more):
    return subprocess.run(
        ["openssl", "s_client", "-starttls", "smtp", "-connect",
         f"{row['addresses'][0]}:25", "-servername", row["host"],
         "-verify_hostname", row["host"], "-CAfile",
         os.environ["SSL_CERT_FILE"], "-showcerts", "-status", "-cipher",
         "ALL:COMPLEMENTOFALL:@SECLEVEL=0", *more], input="", timeout=60,
        capture_output=True, text=True, check=False).stdout


VERIFY = {"expired": "certificate has expired",
          "future": "certificate is not yet valid",
          "self-signed": "self-signed certificate",
          "wrong-name": "hostname mismatch",
          "incomplete": "unable to verify the first certificate",
          "rsa-expired": "certificate has expired",
          "cn-only": "ok", "sha1": "ok"}
CHAIN = {"self-signed": 1, "incomplete": 1, "reversed": 3, "with-root": 3,
         "certs100": 100}
STAPLE = {"good": "Cert Status: good", "revoked": "Cert Status: revoked",
          "stale": "Cert Status: good",
          "": "OCSP response: no response sent"}
KEY = {"ec384": "384 bit", "rsa2048": "2048 bit", "rsa1024": "1024 bit",
       "rsa16384": "16384 bit", "sha1": "2048 bit",
       "rsa-expired": "2048 bit"}


def certificate_faults(row):
    faults = []
    for word in row["certs"]:
        pick = ()
        if len(row["certs"]) > 1:
            pick = ("-sigalgs", "RSA-PSS+SHA256" if word.startswith("rsa")
                    else "ECDSA+SHA256")
        out = s_client(row, *pick)
        told = re.search(r"Verify return code: \d+ \((.*)\)", out)
        want = VERIFY.get(word, "ok")
        if not told or want not in told[1].lower():
            faults.append(f"{word}: {told and told[1]}, not {want}")
        chain = re.findall(r"-----BEGIN CERTIFICATE-----(.*?)-----END",
                           out.partition("Certificate chain")[2], re.S)
        if len(chain) != CHAIN.get(word, 2):
            faults.append(f"{word}: a chain of {len(chain)}")
        if KEY.get(word, "256 bit") not in out:
            faults.append(f"{word}: key is not of {KEY.get(word)}")
        if STAPLE[row["staple"]] not in out:
            faults.append(f"{word}: not {STAPLE[row['staple']]}")
        faults += leaf_faults(row, word, chain, out)
    return faults


def leaf_faults(row, word, chain, out):
    """What the verdict of s_client does not show."""
    if not chain:
        return []
    pem = f"-----BEGIN CERTIFICATE-----{chain[0]}-----END CERTIFICATE-----\n"
    text = subprocess.run(["openssl", "x509", "-noout", "-text"], input=pem,
                          capture_output=True, text=True, check=True).stdout
    want = {"sha1": "ecdsa-with-SHA1", "wildcard": "DNS:*.tls.test",
            "cn-only": f"CN = {row['host']}"}.get(word)
    faults = [] if not want or want in text else [f"{word}: no {want}"]
    if (word == "cn-only") == ("Subject Alternative Name" in text):
        faults.append(f"{word}: subjectAltName")
    if word == "reversed" and not re.search(
            r"1 s:O = Assay lab, CN = Lab Root.*2 s:CN = Lab Issuing", out,
            re.S):
        faults.append("reversed: it is not")
    days = {"in-5-days": 5, "in-20-days": 20}.get(word)
    if days:
        for seconds, status in ((days * 86400, 0), ((days + 1) * 86400, 1)):
            r = subprocess.run(["openssl", "x509", "-checkend", str(seconds)],
                               input=pem, capture_output=True, text=True,
                               check=False)
            if r.returncode != status:
                faults.append(f"{word}: not its end")
    return faults


# --- dialogues ---

def talk(address, *say, wait=15, first=True):
    """Replies to a banner and to each line, as their codes and texts."""
    with socket.create_connection((address, 25), wait) as s:
        with s.makefile("rb", buffering=0) as f:
            try:
                out = [tls_hello.reply(f)] if first else []
                for line in say:
                    s.sendall(line.encode() + b"\r\n")
                    out.append(tls_hello.reply(f))
            except (tls_hello.Refused, OSError) as e:
                out.append((str(e), []))
            return out


EHLO = "EHLO probe.lab.test"


def codes(row, *say, **kw):
    return [code for code, _ in talk(row["addresses"][0], *say, **kw)]


def capabilities(row):
    return talk(row["addresses"][0], EHLO)[1][1]


def do_starttls_absent(row):
    return not any("STARTTLS" in c for c in capabilities(row))


def do_auth_before_tls(row):
    return any(c[4:8] == "AUTH" for c in capabilities(row))


def do_starttls_454(row):
    return codes(row, EHLO, "STARTTLS") == ["220", "250", "454"]


def do_injection(row):
    with socket.create_connection((row["addresses"][0], 25), 5) as s:
        with s.makefile("rb") as f:
            tls_hello.reply(f)
            for say in (EHLO, "STARTTLS"):
                s.sendall(say.encode() + b"\r\n")
                tls_hello.reply(f)
            return b"injected" in f.readline()


def do_busy(row):
    return codes(row) == ["421"]


def do_busy_after_ehlo(row):
    return codes(row, EHLO) == ["220", "421"]


def do_greylist(row):
    return codes(row, EHLO) == ["220", "451"]


def do_tarpit(row):
    with socket.create_connection((row["addresses"][0], 25), 5) as s:
        began = time.monotonic()
        return bool(s.recv(1) and s.recv(1)) and time.monotonic() - began > 0.9


def do_greet_delay(row):
    began = time.monotonic()
    return codes(row) == ["220"] and time.monotonic() - began > 7


def do_pregreet(row):
    return codes(row, EHLO) == ["220", "250"] and talk(
        row["addresses"][0], EHLO, first=False)[0][0] == "554"


def do_other_name(row):
    return row["host"] not in talk(row["addresses"][0])[0][1][0]


def over_tls(row, behind=b""):
    """What a client reads after the handshake, having sent EHLO there.

    `behind` goes in the clear, in the same packet as STARTTLS.
    """
    import ssl
    context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    with socket.create_connection((row["addresses"][0], 25), 5) as s:
        with s.makefile("rb", buffering=0) as f:
            tls_hello.reply(f)
            s.sendall(EHLO.encode() + b"\r\n")
            tls_hello.reply(f)
            s.sendall(b"STARTTLS\r\n" + behind)
            tls_hello.reply(f)
        with context.wrap_socket(s, server_hostname=row["host"]) as t:
            t.sendall(EHLO.encode() + b"\r\n")
            with t.makefile("rb") as f:
                return tls_hello.reply(f)


def do_requiretls(row):
    return "250-REQUIRETLS" in over_tls(row)[1] and not any(
        "REQUIRETLS" in c for c in capabilities(row))


def do_command_injection(row):
    return over_tls(row, b"NOOP\r\n")[0] == "502"


def do_slow_flight(row):
    with tls_hello.smtp(row["addresses"][0]) as s:
        s.sendall(tls_hello.hello(VERSIONS["TLS1.2"], [0xC02F]))
        began = time.monotonic()
        return len(tls_hello.read_exactly(s, 2)) == 2 and (
            time.monotonic() - began > 0.9)


def do_cert_16m(row):
    f = tls_hello.ask(row["addresses"][0], tls_hello.hello(
        VERSIONS["TLS1.2"], [0xC02F]))
    return sum(map(len, f.chain)) > 16_000_000


def do_small_hello_only(row):
    small, big = (tls_hello.ask(row["addresses"][0], tls_hello.hello(
        VERSIONS["TLS1.2"], [0xC02F], pad=pad)).end for pad in (0, 1500))
    return (small, big) == ("done", "closed")


def do_no_tls13_please(row):
    old, new = (tls_hello.ask(row["addresses"][0], tls_hello.hello(
        VERSIONS[v], [0xC02F, 0x1301])).end for v in ("TLS1.2", "TLS1.3"))
    return (old, new) == ("done", "closed")


def do_endless_records(row):
    with tls_hello.smtp(row["addresses"][0]) as s:
        s.sendall(tls_hello.hello(VERSIONS["TLS1.2"], [0xC02F]))
        return len(tls_hello.read_exactly(s, 1 << 20)) == 1 << 20


class TlsLab(unittest.TestCase):
    def every(self, wanted, check, what):
        """A case for each row, eight at a time; `check` lists the faults."""
        chosen = [r for r in rows() if wanted(r)]
        self.assertTrue(chosen)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            jobs = [(r, pool.submit(check, r)) for r in chosen
                    if not r["absent"]]
            for row, job in jobs:
                with self.subTest(f"{row['host']}: {what}"):
                    self.assertEqual(job.result(), [])
        for row in chosen:
            if row["absent"]:
                with self.subTest(row["host"]):
                    self.skipTest(row["absent"])

    def test_matrix(self):
        def check(row):
            return [f for a in row["addresses"] for p in row["ports"]
                    for f in matrix_faults(row, a, p)]
        self.every(lambda r: r["handshake"] and r["smtp"] not in HOSTILE
                   + ("greet-delay", "injection"), check,
                   "matrix found is matrix configured")

    def test_certificates(self):
        self.every(lambda r: r["handshake"] and not r["raw"]
                   and r["smtp"] != "injection"
                   and r["host"].partition(".")[0] not in FOREIGN,
                   certificate_faults, "certificates as configured")

    def test_post_quantum(self):
        """The groups that are named are really done, to the end."""
        lab = pathlib.Path(os.environ["ASSAY_LAB"])
        libraries = tls_servers.nss_libraries()
        for row in rows():
            new = [g for g in row["groups"] if "MLKEM" in g]
            for group in new:
                number = tls_rows.GROUPS[group]
                with self.subTest(f"{row['host']}: {group}"):
                    if row["absent"]:
                        self.skipTest(row["absent"])
                    r = subprocess.run(
                        [lab / "nss_client", row["addresses"][0],
                         str(number)], capture_output=True, text=True,
                        env={"LD_LIBRARY_PATH": str(libraries)}, check=False)
                    self.assertEqual(r.stdout.split()[::2],
                                     ["0304", f"{number:04x}"], r.stderr)

    def test_dialogues(self):
        def check(row):
            act = globals()["do_" + row["smtp"].replace("-", "_")]
            return [] if act(row) else ["it behaves otherwise"]
        self.every(lambda r: "do_" + r["smtp"].replace("-", "_")
                   in globals(), check, "dialogue as configured")


if __name__ == "__main__":
    assay_lab.main("--tls")

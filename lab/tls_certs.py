"""Certificates, DH groups and stapled answers of the TLS personalities.

Made at the first `lab run --tls` of a lab, below its authority.  A row's host
gets t-NAME-WORD.crt and .key for each word of its `certs`.

    ec ec384 rsa2048 rsa1024    good ones, with that key (all rsa2048 share one)
    rsa16384                    a key so long that one signature takes a second
    expired future in-5-days in-20-days self-signed wrong-name incomplete sha1
    cn-only                     no subjectAltName
    wildcard                    *.tls.test
    reversed                    the leaf, then the root, then the issuer
    with-root                   the root is sent too
    certs100                    the leaf and its issuer again and again
    sct                         with two certificate timestamps (RFC 6962)
    known-issuer                by one whom data/caa-issuers.tsv knows
    rsa-expired                 with a key of 2048 bits
    staple-good staple-revoked  with an OCSP answer in NAME.ocsp
    staple-stale                the same, of long ago
"""
import base64
import random
import re
import shutil

import certs
import tls_rows
from certs import openssl

OAKLEY_2 = int("""
ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74
020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437
4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed
ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff
""".replace("\n", ""), 16)      # 1024 bits, RFC 2409 6.2

# Word of a row's `dh`: bits, and OpenSSL's name of the group if it has one.
DH = {"1024": (1024, ""), "1024-own": (1024, ""), "2048": (2048, "modp_2048"),
      "ffdhe3072": (3072, "ffdhe3072")}


class Reopened(certs.Authority):
    """The authority of a lab that was made before."""

    def __init__(self, folder):
        self.dir = folder

    def text(self, name):
        return (self.dir / f"{name}.crt").read_text()

    def chain(self, name, *links):
        (self.dir / f"{name}.crt").write_text(
            self.text(name) + "".join(self.text(k) for k in links))


def base(row, word):
    return f"t-{row.name}-{word}"


# --- DER by hand, for a key and a group that no tool makes quickly ---

def der(tag, body):
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def integers(*values):
    return der(0x30, b"".join(der(2, v.to_bytes(v.bit_length() // 8 + 1, "big"))
                              for v in values))


def pem(path, kind, body):
    text = base64.encodebytes(body).decode()
    path.write_text(f"-----BEGIN {kind}-----\n{text}-----END {kind}-----\n")


def is_prime(n):
    return all(pow(a, n - 1, n) == 1 for a in (2, 3, 5, 7))


def prime(bits):
    while True:
        n = random.getrandbits(bits) | 0xFF << bits - 8 | 1
        if n % 65537 != 1 and is_prime(n):
            return n


def long_key(path, bits=16384, primes=64):
    """An RSA key whose two halves are products of short primes.

    Worthless as a secret and right as arithmetic: signatures verify.  Two
    primes of 8192 bits would take minutes to find.
    """
    halves, orders = [], []
    for _ in range(2):
        half, order = 1, 1
        for _ in range(primes // 2):
            p = prime(bits // primes)
            half, order = half * p, order * (p - 1)
        halves.append(half)
        orders.append(order)
    p, q = halves
    d = [pow(65537, -1, o) for o in (orders[0] * orders[1], *orders)]
    pem(path, "RSA PRIVATE KEY", integers(
        0, p * q, 65537, d[0], p, q, d[1], d[2], pow(q, -1, p)))


def dh_group(path, word):
    bits, name = DH[word]
    if word == "1024":
        pem(path, "DH PARAMETERS", integers(OAKLEY_2, 2))
    elif name:
        openssl("genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt",
                f"group:{name}", "-out", str(path))
    else:
        openssl("dhparam", "-dsaparam", "-out", str(path), str(bits))


# --- the words of `certs` ---

SIMPLE = {
    "ec": {}, "ec384": dict(key="ec384"),
    "rsa1024": dict(key="rsa1024"), "expired": dict(start=-120, end=-30),
    "future": dict(start=30, end=120), "in-5-days": dict(start=-85, end=5.5),
    "in-20-days": dict(start=-70, end=20.5), "incomplete": dict(chain=False),
    "sha1": dict(key="rsa2048", digest="sha1"), "wrong-name": {},
    "wildcard": {}, "reversed": dict(chain=False), "with-root": {},
    "certs100": {}, "staple-good": {}, "staple-revoked": {},
    "staple-stale": {}, "sct": dict(extensions="sct"),
    "known-issuer": dict(by="known"),
    "rsa-expired": dict(key="rsa2048", start=-120, end=-30),
}


def given_key(ca, name, host):
    """A certificate for NAME.key, which is there already."""
    openssl("req", "-new", "-key", ca.f(name + ".key"), "-subj", f"/CN={host}",
            "-addext", f"subjectAltName=DNS:{host}", "-out",
            ca.f(name + ".csr"))
    openssl("ca", "-batch", "-config", ca.f("ca.cnf"), "-cert",
            ca.f("issuing.crt"), "-keyfile", ca.f("issuing.key"), "-in",
            ca.f(name + ".csr"), "-out", ca.f(name + ".crt"), "-extensions",
            "leaf", "-notext", "-md", "sha256", "-startdate", certs.day(-1),
            "-enddate", certs.day(90))
    ca.chain(name, "issuing")


def parts(body):
    """The elements of DER, each with its tag and length."""
    out = []
    while body:
        size, at = body[1], 2
        if size & 0x80:
            at += size & 0x7F
            size = int.from_bytes(body[2:at], "big")
        out.append(body[:at + size])
        body = body[at + size:]
    return out


def inner(element):
    """What an element holds."""
    return element[2 + (element[1] & 0x7F if element[1] & 0x80 else 0):]


def make_stale(ca, name):
    """NAME.ocsp with dates of long ago, signed anew."""
    path = ca.dir / f"{name}.ocsp"
    status, wrapped = parts(inner(path.read_bytes()))
    kind, basic = parts(inner(inner(wrapped)))
    data, algorithm, *_ = parts(inner(inner(basic)))
    old = re.sub(rb"\x18\x0f\d{14}Z", b"\x18\x0f" + certs.day(-30).encode(),
                 data)
    data = re.sub(rb"\xa0\x11\x18\x0f\d{14}Z",
                  b"\xa0\x11\x18\x0f" + certs.day(-23).encode(), old)
    assert data != old
    sign = openssl("dgst", "-sha256", "-sign", ca.f("issuing.key"), stdin=data)
    basic = der(0x30, data + algorithm + der(3, b"\0" + sign))
    path.write_bytes(der(0x30, status + der(0xA0, der(
        0x30, kind + der(4, basic)))))


def staple(ca, name, revoked):
    issuer = ("-cert", ca.f("issuing.crt"), "-keyfile", ca.f("issuing.key"))
    if revoked:
        openssl("ca", "-config", ca.f("ca.cnf"), *issuer, "-md", "sha256",
                "-revoke", ca.f(name + ".crt"))
    openssl("ocsp", "-index", ca.f("index.txt"), "-CA", ca.f("issuing.crt"),
            "-rsigner", ca.f("issuing.crt"), "-rkey", ca.f("issuing.key"),
            "-issuer", ca.f("issuing.crt"), "-cert", ca.f(name + ".crt"),
            "-ndays", "7", "-no_nonce", "-respout", ca.f(name + ".ocsp"))


def make(ca, name, host, word):
    if word == "self-signed":
        return ca.self_signed(name, (host,))
    if word in ("rsa2048", "rsa16384"):
        shutil.copy(ca.dir / f"t-{word}.key", ca.dir / f"{name}.key")
        return given_key(ca, name, host)
    if word == "cn-only":
        ca.issue(name, "ec", (), "issuing", -1, 90, "leaf", host)
        return ca.chain(name, "issuing")
    names = {"wrong-name": ("elsewhere.com.test",),
             "wildcard": ("*.tls.test",)}.get(word, (host,))
    ca.leaf(name, names, **SIMPLE[word])
    more = {"reversed": ("root", "issuing"), "with-root": ("root",),
            "certs100": ("issuing",) * 98}
    ca.chain(name, *more.get(word, ()))
    if word.startswith("staple-"):
        staple(ca, name, word == "staple-revoked")
    if word == "staple-stale":
        make_stale(ca, name)
    return None


def make_all(folder):
    """Everything below FOLDER, which holds the lab's authority."""
    ca = Reopened(folder)
    long_key(folder / "t-rsa16384.key")
    openssl("genrsa", "-out", ca.f("t-rsa2048.key"), "2048")
    for row in tls_rows.ROWS:
        for word in row.certs:
            make(ca, base(row, word), tls_rows.host(row), word)
    for word in DH:
        dh_group(folder / f"dh-{word}.pem", word)
    for row in tls_rows.ROWS:
        if row.server == "nss" or row.raw:
            for word in row.certs:
                as_der(ca, base(row, word))
    return ca


def as_der(ca, name):
    """NAME.key.der and NAME.0.der, NAME.1.der...: the chain in parts."""
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", ca.f(name + ".key"),
            "-outform", "DER", "-out", ca.f(name + ".key.der"))
    end = "-----END CERTIFICATE-----\n"
    parts = ca.text(name).split(end)[:-1]
    for i, part in enumerate(parts):
        openssl("x509", "-outform", "DER", "-out", ca.f(f"{name}.{i}.der"),
                stdin=(part + end).encode())

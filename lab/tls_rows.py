"""The TLS personalities of `lab run --tls`: one table, two readers.

tls_servers.py turns a row into the configuration of its server; `expected()`
turns the same row into what an honest prober must find there.  A row says
outright what is on offer, so the two can be compared.

Every row is a mail host NAME.tls.test with an IPv4 /24 of its own.
"""
import pathlib
import subprocess
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
VERSIONS = ("SSLv2", "SSLv3", "TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3")
ALL = VERSIONS[2:]
MODERN = VERSIONS[4:]

GROUPS = {"secp256r1": 23, "secp384r1": 24, "secp521r1": 25, "x25519": 29,
          "x448": 30, "ffdhe2048": 256, "ffdhe3072": 257, "ffdhe4096": 258,
          "ffdhe6144": 259, "ffdhe8192": 260, "X25519MLKEM768": 4588,
          "SecP256r1MLKEM768": 4587, "SecP384r1MLKEM1024": 4589,
          "secp192r1": 19, "X25519Kyber768Draft00": 0x6399}


# Word of a row's `dh`: bits of the prime; None where it follows the client.
# tls_certs.DH says where the group comes from.
DH_BITS = {"1024": 1024, "1024-own": 1024, "2048": 2048, "ffdhe3072": 3072,
           "auto": None, "rfc7919": None}


@dataclass(frozen=True)
class Suite:
    code: int
    name: str           # as IANA has it
    openssl: str        # "-": unknown there
    kx: str             # ec, ff, rsa, any
    auth: str           # rsa, ecdsa, none, any
    first: str          # version


def read_suites():
    with open(HERE / "tls-suites.tsv", encoding="ascii") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if line[0] != "#"]
    return {r[1]: Suite(int(r[0], 0), *r[1:]) for r in rows}


SUITES = read_suites()


def each(kinds, ciphers):
    """All kinds of key exchange with the first cipher, then the second..."""
    return tuple(f"TLS_{k}_WITH_{c}" for c in ciphers.split()
                 for k in kinds.split())


def openssl_list(text, keys):
    """What OpenSSL understands by a list, as far as these keys can sign it.

    At level 0, which Postfix sets by itself and the other rows by name.
    """
    if WEAK not in text:
        text += ":" + WEAK
    out = subprocess.run(
        ["openssl", "ciphers", "-s", "-stdname", "-tls1_2", text],
        capture_output=True, text=True, check=True).stdout.splitlines()
    names = [line.split()[0] for line in out]
    return tuple(n for n in names if n in SUITES
                 and SUITES[n].auth in keys + ("none",))


AEAD = "AES_256_GCM_SHA384 CHACHA20_POLY1305_SHA256 AES_128_GCM_SHA256"
GCM = "AES_256_GCM_SHA384 AES_128_GCM_SHA256"
CBC = "AES_256_CBC_SHA AES_128_CBC_SHA"
EC = "ECDHE_ECDSA"
TLS13 = ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
         "TLS_AES_128_GCM_SHA256")
USUAL = ("x25519", "secp256r1")
WEAK = "@SECLEVEL=0"


@dataclass(frozen=True)
class Row:
    name: str
    server: str = "nginx"       # nginx, postfix, exim, nss, script
    versions: tuple = MODERN
    suites: object = each(EC, AEAD)     # up to TLS 1.2; str: OpenSSL's words
    suites13: tuple = TLS13
    groups: tuple = USUAL       # of ECDHE and of TLS 1.3
    groups12: tuple = None      # of ECDHE, where fewer can be seen below 1.3
    order: str = "server"       # or client: whose suite order rules
    dh: str = ""                # see DH_BITS
    certs: tuple = ("ec",)      # see tls_certs.CERTS
    smtp: str = "ordinary"      # how its dialogue differs
    priority: str = ""          # exim: GnuTLS's words for the same offer
    staple: str = ""            # good, stale, revoked
    ports: tuple = (25,)
    ipv6: bool = False
    raw: bool = False           # script: no cryptography behind its hello


def cert_row(word, **kw):
    return Row(word, certs=(word,), **kw)


def rsa_row(name, word, **kw):
    return Row(name, certs=(word,), suites=each("ECDHE_RSA", AEAD), **kw)


def smtp_row(word, **kw):
    """A scripted dialogue, with a small honest TLS behind it where it gets there."""
    return Row(word, "script", suites=("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",),
               groups=("secp256r1",), smtp=word, **kw)


def raw_row(word, **kw):
    return Row(word, "script", smtp=word, raw=True, certs=("rsa2048",),
               **{**dict(versions=("TLS1.2",), groups=("secp256r1",), dh="1024",
                         suites=each("ECDHE_RSA", GCM)), **kw})


NGINX = (
    Row("tls10", versions=("TLS1.0",), certs=("rsa2048",),
        suites=each("ECDHE_RSA RSA", CBC)),
    Row("tls11", versions=("TLS1.1",), certs=("rsa2048",),
        suites=each("ECDHE_RSA RSA", CBC)),
    Row("tls12", versions=("TLS1.2",)),
    Row("tls13", versions=("TLS1.3",)),
    Row("static-rsa", versions=("TLS1.2",), certs=("rsa2048",),
        suites=each("RSA", GCM + " AES_128_CBC_SHA256 " + CBC)),
    Row("null", versions=("TLS1.2",), certs=("rsa2048",),
        suites=("TLS_RSA_WITH_NULL_SHA256", "TLS_RSA_WITH_NULL_SHA",
                "TLS_RSA_WITH_NULL_MD5", "TLS_ECDHE_RSA_WITH_NULL_SHA")),
    Row("anon", versions=("TLS1.2",), certs=("rsa2048",), dh="2048",
        suites=each("DH_anon", GCM + " AES_256_CBC_SHA")
        + each("ECDH_anon", CBC)),
    Row("dh1024", versions=("TLS1.2",), certs=("rsa2048",), dh="1024",
        suites=each("DHE_RSA", GCM + " AES_128_CBC_SHA")),
    Row("dh1024-own", versions=("TLS1.0", "TLS1.1", "TLS1.2"),
        certs=("rsa2048",), dh="1024-own", suites=each("DHE_RSA", CBC)),
    Row("dh2048", versions=("TLS1.2",), certs=("rsa2048",), dh="2048",
        suites=each("ECDHE_RSA DHE_RSA", AEAD)),
    Row("dh-ffdhe3072", versions=("TLS1.2",), certs=("rsa2048",),
        dh="ffdhe3072", suites=each("DHE_RSA", AEAD)),
    Row("ffdhe13", versions=("TLS1.3",), groups=("ffdhe2048", "ffdhe3072")),
    Row("server-order", suites=each(EC, AEAD + " AES_128_CBC_SHA256 "
                                    "AES_256_CBC_SHA384 AES_128_CBC_SHA")),
    Row("client-order", order="client", suites=each(EC, AEAD + " " + CBC)),
    Row("two-certs", certs=("rsa2048", "ec"),
        suites=each("ECDHE_ECDSA ECDHE_RSA", AEAD)),
    Row("p384", groups=("secp384r1",), certs=("ec384",),
        suites=each(EC, "AES_256_GCM_SHA384")),
    Row("x25519", groups=("x25519",)),
    Row("many-groups", certs=("rsa2048",), suites=each("ECDHE_RSA", AEAD),
        groups=("x25519", "secp256r1", "x448", "secp521r1", "secp384r1",
                "ffdhe2048", "ffdhe8192")),
    # below 1.3 a client must name the curve of the certificate, P-256, too:
    # what stands behind it in the server's order cannot be seen
    Row("curve-of-cert", groups=USUAL + ("secp384r1",), groups12=USUAL),
    Row("chacha-first", suites=each(EC, "CHACHA20_POLY1305_SHA256 " + GCM),
        suites13=(TLS13[1], TLS13[0], TLS13[2])),
    Row("cbc", versions=ALL[:3], certs=("rsa2048",),
        suites=each("ECDHE_RSA", "AES_256_CBC_SHA384 AES_128_CBC_SHA256 "
                    + CBC)),
    Row("everything", versions=ALL, suites="ALL:COMPLEMENTOFALL:" + WEAK,
        dh="2048", certs=("rsa2048", "ec"), order="client"),
    cert_row("expired"), cert_row("future"), cert_row("in-5-days"),
    cert_row("in-20-days"), cert_row("self-signed"), cert_row("wrong-name"),
    cert_row("cn-only"), cert_row("wildcard"), cert_row("incomplete"),
    cert_row("reversed"), cert_row("with-root"), cert_row("sct"),
    cert_row("known-issuer"),
    Row("two-certs-half", certs=("rsa2048", "ec"),      # TLSA for the first
        suites=each("ECDHE_ECDSA ECDHE_RSA", AEAD)),
    Row("two-certs-expired", certs=("rsa-expired", "ec"),
        suites=each("ECDHE_ECDSA ECDHE_RSA", AEAD)),
    rsa_row("sha1", "sha1"), rsa_row("rsa1024", "rsa1024"),
    rsa_row("rsa16384", "rsa16384", versions=("TLS1.2",)),
    cert_row("certs100", versions=("TLS1.2",)),
    Row("plain", versions=(), suites=(), groups=(), certs=(),
        smtp="starttls-absent"),
    Row("auth-plain", smtp="auth-before-tls"),
    Row("submission", ports=(25, 465, 587)),
    Row("dual", ipv6=True),
)

POSTFIX = (
    Row("postfix", "postfix", order="client", certs=("rsa2048", "ec"),
        suites="aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH", dh="auto",
        versions=MODERN, groups=("x25519", "x448", "secp256r1", "secp521r1",
                                 "secp384r1")),
    Row("postfix-strict", "postfix", certs=("ec",)),
    Row("postfix-old", "postfix", versions=ALL[:3], certs=("rsa2048",),
        suites=each("ECDHE_RSA DHE_RSA RSA", "AES_256_GCM_SHA384 "
                    "AES_128_CBC_SHA256 " + CBC), dh="2048"),
)

GNUTLS_GROUPS = "".join(f":+GROUP-{g}" for g in (
    "X25519", "SECP256R1"))
NONE = ("NONE:+MAC-ALL:+SIGN-ALL:+COMP-ALL:+CTYPE-X509:%SERVER_PRECEDENCE"
        + GNUTLS_GROUPS)
EXIM_EC = NONE + (":+VERS-TLS1.3:+VERS-TLS1.2:+ECDHE-ECDSA:+AES-256-GCM"
                  ":+CHACHA20-POLY1305:+AES-128-GCM")

EXIM = (
    Row("exim", "exim", order="client", versions=ALL, dh="rfc7919",
        certs=("rsa2048", "ec"), priority="NORMAL",
        suites13=TLS13 + ("TLS_AES_128_CCM_SHA256",),
        suites=each("ECDHE_ECDSA ECDHE_RSA RSA DHE_RSA", GCM + " " + CBC)
        + each("ECDHE_ECDSA ECDHE_RSA DHE_RSA", "CHACHA20_POLY1305_SHA256")
        + each("ECDHE_ECDSA RSA DHE_RSA", "AES_256_CCM AES_128_CCM"),
        groups=USUAL + ("secp384r1", "secp521r1", "x448", "ffdhe2048", "ffdhe3072",
                        "ffdhe4096", "ffdhe6144", "ffdhe8192")),
    Row("exim-rc4", "exim", versions=ALL[:3], certs=("rsa2048",),
        suites=("TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_RC4_128_MD5"),
        priority=NONE + ":+VERS-TLS1.2:+VERS-TLS1.1:+VERS-TLS1.0:+RSA"
        ":+ARCFOUR-128:+MD5"),
    Row("exim-3des", "exim", versions=("TLS1.0",), certs=("rsa2048",),
        suites=("TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
                "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
        priority=NONE + ":+VERS-TLS1.0:+ECDHE-RSA:+RSA:+3DES-CBC"),
    Row("exim-null", "exim", versions=("TLS1.2",), certs=("rsa2048",),
        suites=("TLS_ECDHE_RSA_WITH_NULL_SHA", "TLS_RSA_WITH_NULL_SHA"),
        priority=NONE + ":+VERS-TLS1.2:+ECDHE-RSA:+RSA:+NULL"),
    Row("exim-ffdhe", "exim", certs=("rsa2048",), dh="rfc7919",
        groups=("ffdhe3072", "ffdhe2048"), suites13=TLS13[:1] + TLS13[2:],
        suites=each("DHE_RSA", GCM),
        priority="NONE:+MAC-ALL:+SIGN-ALL:+COMP-ALL:+CTYPE-X509"
        ":%SERVER_PRECEDENCE:+VERS-TLS1.3:+VERS-TLS1.2:+DHE-RSA:+AES-256-GCM"
        ":+AES-128-GCM:+GROUP-FFDHE3072:+GROUP-FFDHE2048"),
    Row("staple-good", "exim", staple="good", certs=("staple-good",),
        priority=EXIM_EC),
)

NSS = (
    Row("pq", "nss", groups=("X25519MLKEM768",) + USUAL[:2],
        certs=("rsa2048", "ec"), suites=each("ECDHE_ECDSA ECDHE_RSA", GCM)),
    Row("pq-all", "nss", versions=("TLS1.3",),
        groups=("X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024",
                "x25519")),
    Row("pq-only", "nss", versions=("TLS1.3",), groups=("X25519MLKEM768",)),
    Row("ssl3", "nss", versions=("SSLv3", "TLS1.0"), certs=("rsa2048",),
        suites=("TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_RC4_128_SHA",
                "TLS_RSA_WITH_RC4_128_MD5",
                "TLS_ECDHE_RSA_WITH_RC4_128_SHA")),
    # GnuTLS will not staple such an answer
    Row("staple-revoked", "nss", versions=("TLS1.2",), suites=each(EC, GCM),
        staple="revoked", certs=("staple-revoked",)),
    Row("staple-stale", "nss", versions=("TLS1.2",), suites=each(EC, GCM),
        staple="stale", certs=("staple-stale",)),
    Row("nss-dhe", "nss", versions=("TLS1.2",), certs=("rsa2048",),
        groups=("secp256r1", "ffdhe2048"), dh="rfc7919",
        suites=each("ECDHE_RSA DHE_RSA", "AES_128_GCM_SHA256 AES_128_CBC_SHA")),
)

OLD = tuple(s.name for s in SUITES.values() if s.first == "SSLv3"
            and s.auth == "rsa" and s.openssl == "-")

SCRIPT = (
    raw_row("ancient", versions=("SSLv2", "SSLv3", "TLS1.0"), suites=OLD),
    raw_row("ssl2", versions=("SSLv2",), suites=()),
    raw_row("slow-flight"),
    raw_row("cert-16m"),
    raw_row("small-hello-only"),
    raw_row("no-tls13-please"),
    raw_row("endless-records"),
    smtp_row("starttls-454"), smtp_row("injection"), smtp_row("busy"),
    smtp_row("tarpit"), smtp_row("greet-delay"), smtp_row("pregreet"),
    smtp_row("greylist"), smtp_row("command-injection"),
    smtp_row("requiretls"), smtp_row("other-name"), smtp_row("busy-after-ehlo"),
    raw_row("compresses"),
    raw_row("weak-curve", groups=("secp256r1", "secp192r1")),
    raw_row("kyber", versions=("TLS1.3",), suites=(),
            groups=("X25519Kyber768Draft00",)),
)

ROWS = NGINX + POSTFIX + EXIM + NSS + SCRIPT
assert len({r.name for r in ROWS}) == len(ROWS)

# Dialogues that never come to a handshake.
NO_TLS = ("starttls-absent", "starttls-454", "busy", "busy-after-ehlo",
          "tarpit", "greylist")


def number(row):
    return ROWS.index(row) + 1


def host(row):
    return f"{row.name}.tls.test"


def v4(row):
    return f"127.27.{number(row)}.25"


def v6(row):
    return f"fd00:27:{number(row):x}::25" if row.ipv6 else ""


def addresses(row):
    return tuple(filter(None, (v4(row), v6(row))))


def key_kinds(row):
    """What its certificates can sign: rsa, ecdsa or both."""
    rsa = ("rsa2048", "rsa1024", "rsa16384", "rsa-expired", "sha1")
    return tuple(sorted({"rsa" if c in rsa else "ecdsa" for c in row.certs}))


def suites_of(row):
    """Its suites up to TLS 1.2, in its order where that rules."""
    if isinstance(row.suites, str):
        return openssl_list(row.suites, key_kinds(row))
    for name in row.suites:
        assert SUITES[name].auth in key_kinds(row) + ("none",), (row, name)
    return row.suites


def offers(row):
    """{version: suites} that the row puts on offer."""
    out = {}
    for v in row.versions:
        if v == "TLS1.3":
            out[v] = row.suites13
            continue
        out[v] = tuple(n for n in suites_of(row) if VERSIONS.index(
            SUITES[n].first) <= VERSIONS.index(v))
    return out


def groups_of(row):
    """Groups that can be seen: none without ECDHE and TLS 1.3."""
    if "TLS1.3" in row.versions or any(
            SUITES[n].kx == "ec" for n in suites_of(row)):
        return row.groups
    return ()


def groups12_of(row):
    """Groups that can be seen below TLS 1.3."""
    if row.groups12 is not None:
        return row.groups12
    return tuple(g for g in groups_of(row)
                 if "MLKEM" not in g and not g.startswith("ffdhe"))


def expected(row, absent=""):
    """What an honest prober finds at the row's host."""
    has_dhe = any(SUITES[n].kx == "ff" for n in suites_of(row))
    return {"host": host(row), "addresses": addresses(row),
            "ports": row.ports, "server": row.server, "smtp": row.smtp,
            "absent": absent,   # why its server does not run here
            "handshake": bool(row.versions) and row.smtp not in NO_TLS,
            "raw": row.raw, "offers": offers(row), "groups": groups_of(row),
            "groups12": groups12_of(row), "order": row.order, "dh": row.dh if has_dhe else "",
            "dh_bits": DH_BITS[row.dh] if has_dhe else None,
            "certs": row.certs, "staple": row.staple}

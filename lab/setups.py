"""The set-ups: what each domain of the estate publishes and runs.

A Setup starts with everything right; a row below names what differs.  The
texts are read by zones.py (DNS), certs.py (certificates) and servers.py
(SMTP and HTTPS).  In texts {domain} stands for the domain itself.

What every set-up is expected to trip is written by hand in expected.tsv.
"""
from dataclasses import dataclass, field, replace

SPF = "v=spf1 mx include:_spf.mail.com.test -all"
DMARC = ("v=DMARC1; p=reject; sp=reject; np=reject; adkim=s; aspf=s; "
         "rua=mailto:dmarc@reports.com.test")
TLSRPT = "v=TLSRPTv1; rua=mailto:tls@reports.com.test"
STS_TXT = "v=STSv1; id=20260101T000000"
WITHDRAWN = "mailcheck.service.ncsc.gov.uk"     # see data/report-services.tsv
SHARED = ("10 mx1.mail.com.test.", "20 mx2.mail.com.test.")
LOCKED = "v=DMARC1; p=reject; sp=reject; np=reject; rua=mailto:dmarc@reports.com.test"


@dataclass(frozen=True)
class Host:
    """One mail server with an address, and a /24, of its own."""
    name: str                   # label under the domain; "": its apex
    server: str = "nginx"       # postfix, nginx, script, nothing
    kind: str = "modern"        # personality of that server
    cert: str = "good"          # see certs.py
    tlsa: tuple = ()            # see zones.tlsa_rdata
    ipv6: str = ""              # "", "same" (served), "dead" (nothing there)
    ipv4: bool = True
    ptr: object = True          # a reverse name: its own, none, or this one
    address: str = ""           # IPv4, when it shall not get one of its own


@dataclass(frozen=True)
class Setup:
    label: str
    parent: str = "gov.test"
    sign: str = "ecdsa"         # see zones.SIGNING; "inside": in its parent's
    served: str = "nsd"         # or a personality of dns_scripted.py
    second: object = None       # its second name server: "silent", "dead" or
                                # "lame", "alone" for none, or a dict of what
                                # it says otherwise
    mx: tuple = SHARED
    spf: tuple = (SPF,)
    dmarc: tuple = (DMARC,)
    dkim: dict = field(default_factory=lambda: {
        "s1": ("rsa2048-a",), "selector1": ("rsa2048-b",)})
    sts: str = "enforce"        # see policies.py; "" for no policy host
    sts_txt: tuple = (STS_TXT,)
    tlsrpt: tuple = (TLSRPT,)
    address: bool = True        # an A record (a web site) at the name itself
    hosts: tuple = ()
    tlsa_zone: str = ""         # TLSA in a zone of its own, signed like this
    extra: str = ""             # further lines of its zone

    @property
    def domain(self):
        return f"{self.label}.{self.parent}"


def own(label, server="nginx", kind="modern", cert="good", **kw):
    """A domain with a mail host of its own, mx.DOMAIN."""
    host = {k: kw.pop(k) for k in ("tlsa", "ipv6", "ipv4",
                                                "ptr") if k in kw}
    return Setup(label, mx=("10 mx.{domain}.",),
                 hosts=(Host("mx", server, kind, cert, **host),), **kw)


def parked(label, **kw):
    """No mail, and said so in every way there is."""
    return replace(Setup(label, mx=("0 .",), spf=("v=spf1 -all",),
                         dmarc=(LOCKED,), dkim={"*": ("revoked",)}, sts="",
                         sts_txt=(), tlsrpt=()), **kw)


GOOD = [
    Setup("good"),
    own("postfix", "postfix", tlsa=("3 1 1", "3 1 1 next"), ipv6="same"),
    Setup("team", parent="good.gov.test", sign="inside", dmarc=(), sts="",
          sts_txt=(), tlsrpt=()),
    Setup("sends-only", mx=(), address=False, spf=("v=spf1 include:_spf.mail.com.test -all",), sts="", sts_txt=(),
          tlsrpt=()),
    Setup("receives-only", spf=("v=spf1 -all",), dkim={}),
]

PARKED = [
    parked("parked"),
    parked("parked-brand"),
    parked("parked-campaign", address=False),
    parked("parked-mailbox", dmarc=("v=DMARC1; p=reject; sp=reject; np=reject; "
                                    "rua=mailto:dmarc@{domain}",)),
    parked("parked-open", spf=(), dmarc=(), dkim={}),
    parked("parked-bare", mx=(), spf=(), dmarc=(), dkim={}, address=False),
]

LEGACY = [
    Setup("legacy", spf=("v=spf1 -all",), dkim={"*": ("revoked",)}),
    Setup("legacy-key", spf=("v=spf1 -all",)),
    own("legacy-old", kind="tls10", spf=("v=spf1 mx ?all",),
        dmarc=("v=DMARC1; p=none; pct=100; ri=86400; "
               "rua=mailto:dmarc@reports.com.test!10m",),
        dkim={"s1": ("rsa1024",)}, sts="", sts_txt=(), tlsrpt=()),
]

SPF_ROWS = [
    Setup("spf-missing", spf=()),
    Setup("spf-multiple", spf=(SPF, "v=spf1 +all")),
    Setup("spf-syntax", spf=("v=spf1 ipv4:198.51.100.7 -all",)),
    Setup("spf-plus-all", spf=("v=spf1 mx +all",)),
    Setup("spf-no-all", spf=("v=spf1 mx",)),
    Setup("spf-softfail", spf=("v=spf1 mx ~all",)),
    Setup("spf-redirect", spf=("v=spf1 redirect=_spf.mail.com.test",)),
    Setup("spf-redirect-all",
          spf=("v=spf1 mx redirect=_spf.mail.com.test -all",)),
    Setup("spf-after-all",
          spf=("v=spf1 mx -all include:_spf.mail.com.test",)),
    Setup("spf-split", spf=(("v=spf1 include:_spf.ma", "il.com.test mx -a",
                             "ll"),)),
    Setup("spf-ten", spf=("v=spf1 " + " ".join(
        f"include:s{i}.senders.com.test" for i in range(10)) + " -all",)),
    Setup("spf-open-include", spf=(
        "v=spf1 mx include:open.senders.com.test -all",)),
    Setup("spf-eleven", spf=("v=spf1 " + " ".join(
        f"include:s{i}.senders.com.test" for i in range(11)) + " -all",)),
    Setup("spf-void", spf=("v=spf1 mx a:no1.com.test a:no2.com.test "
                           "a:no3.com.test -all",)),
    Setup("spf-loop", spf=("v=spf1 mx include:{domain} -all",)),
    Setup("spf-include-none", spf=("v=spf1 mx include:nospf.com.test -all",)),
    Setup("spf-include-gone", spf=("v=spf1 mx include:gone.com.test -all",)),
    Setup("spf-include-dead",
          spf=("v=spf1 mx include:_spf.dns-dead.gov.test -all",)),
    Setup("spf-ptr", spf=("v=spf1 mx ptr:{domain} -all",)),
    Setup("spf-twice", spf=("v=spf1 mx include:_spf.mail.com.test ?mx -all",)),
    Setup("spf-private", spf=("v=spf1 mx ip4:10.20.0.0/16 -all",)),
    Setup("spf-crowd", extra="".join(
        f'@ TXT "verification-{c}={c * 120}"\n' for c in "abcde")),
    Setup("spf-wide", spf=("v=spf1 mx ip4:32.0.0.0/6 -all",)),
    Setup("spf-macro", spf=("v=spf1 mx exists:%{i}._ok.%{d} -all",),
          extra="25.1.25.127._ok A 127.0.0.2\n*._ok A 127.0.0.2\n"),
    Setup("spf-long", spf=("v=spf1 mx " + " ".join(
        f"ip4:20.{i}.{i + 7}.0/24" for i in range(40)) + " -all",)),
    Setup("spf-bomb", served="bomb", sign="unsigned",
          spf=("v=spf1 " + " ".join(
              f"include:{i}.b.{{domain}}" for i in range(10)) + " -all",)),
]

DMARC_ROWS = [
    Setup("dmarc-missing", dmarc=()),       # gov.test has a policy (psd=y)
    Setup("no-dmarc", parent="com.test", dmarc=()),
    Setup("dmarc-none", dmarc=(
        "v=DMARC1; p=none; rua=mailto:dmarc@reports.com.test",)),
    Setup("dmarc-quarantine", dmarc=(
        "v=DMARC1; p=quarantine; rua=mailto:dmarc@reports.com.test",)),
    Setup("dmarc-multiple", dmarc=(DMARC, "v=DMARC1; p=none")),
    Setup("dmarc-syntax", dmarc=("v=DMARC1 p=reject",)),
    Setup("dmarc-bad-policy", dmarc=(
        "v=DMARC1; p=rejct; rua=mailto:dmarc@reports.com.test",)),
    Setup("dmarc-testing", dmarc=(DMARC + "; t=y",)),
    Setup("dmarc-sp-weaker", dmarc=(
        "v=DMARC1; p=reject; sp=none; rua=mailto:dmarc@reports.com.test",)),
    Setup("dmarc-no-rua", dmarc=("v=DMARC1; p=reject",)),
    Setup("dmarc-rua-denied", dmarc=(
        "v=DMARC1; p=reject; rua=mailto:dmarc@noauth.com.test",)),
    Setup("dmarc-pct", dmarc=("v=DMARC1; p=reject; pct=20; "
                              "rua=mailto:dmarc@reports.com.test",)),
    Setup("dmarc-apex", dmarc=(), extra=f'@ TXT "{DMARC}"\n'),
    Setup("dmarc-cname", dmarc=(),
          extra="_dmarc CNAME _dmarc.templates.com.test.\n"),
    Setup("dmarc-dangling", dmarc=(),
          extra="_dmarc CNAME policy.gone.com.test.\n"),
    Setup("dmarc-rua-twice", dmarc=(f"{DMARC},mailto:dmarc@reports.com.test",)),
    Setup("dmarc-psd", dmarc=(DMARC + "; psd=y",)),
    Setup("dmarc-withdrawn", dmarc=(
        f"v=DMARC1; p=reject; rua=mailto:x7@dmarc-rua.{WITHDRAWN}",)),
    Setup("branch", parent="good.gov.test", sign="inside", sts="", sts_txt=(),
          tlsrpt=(), dmarc=("v=DMARC1; p=reject; sp=none; "
                            "rua=mailto:dmarc@reports.com.test",)),
    Setup("unit", parent="no-dmarc.com.test", sign="inside", sts="",
          sts_txt=(), tlsrpt=()),         # nothing above has a record
]

DKIM_ROWS = [
    Setup("dkim-none", dkim={}),
    Setup("dkim-weak", dkim={"s1": ("rsa1024",)}),
    Setup("dkim-tiny", dkim={"s1": ("rsa512",)}),
    Setup("dkim-revoked", dkim={"s1": ("revoked",)}),
    Setup("dkim-testing", dkim={"s1": ("testing",)}),
    Setup("dkim-bad", dkim={"s1": ("bad",)}),
    Setup("dkim-sha1", dkim={"s1": ("sha1",)}),
    Setup("dkim-two", dkim={"s1": ("rsa2048-a", "rsa2048-b")}),
    Setup("dkim-ed25519", dkim={"s1": ("ed25519",), "s2": ("rsa2048-a",)}),
    Setup("dkim-wildcard", dkim={"*": ("rsa2048-a",)}),
    Setup("dkim-cname", dkim={},
          extra="s1._domainkey CNAME s1.dkim.mail.com.test.\n"),
    Setup("dkim-dangling",
          extra="k1._domainkey CNAME k1.dkim.gone.com.test.\n"),
    Setup("dkim-beside", dkim={"s1": ("rsa2048-a", "other")}),
    Setup("dkim-same", dkim={"s1": ("rsa2048-a",), "s2": ("strict",)}),
    Setup("dkim-ed-only", dkim={"s1": ("ed25519",)}),
    Setup("dkim-large", dkim={"s1": ("rsa4104",)}),
    Setup("dkim-cut", dkim={"s1": ("cut",)}),
    Setup("dkim-old-tag", dkim={"s1": ("old-tag",)}),
    Setup("dkim-tlsrpt", dkim={"s1": ("tlsrpt",)}),
    Setup("dkim-denied", served="ent-liar", sign="unsigned"),
]

MX_ROWS = [
    Setup("mx-none", mx=()),
    Setup("mx-implicit", mx=(), address=False, sts="", sts_txt=(),
          hosts=(Host(""),)),
    Setup("mx-null-mixed", mx=("0 .", "10 mx1.mail.com.test.")),
    Setup("mx-cname", mx=("10 mx.{domain}.",),
          extra="mx CNAME mx1.mail.com.test.\n"),
    Setup("mx-no-address", mx=("10 mx.{domain}.",)),
    Setup("mx-twice", mx=(*SHARED, "30 mx1.mail.com.test.")),
    Setup("mx-bogus", mx=("10 mx.dnssec-own.gov.test.",)),
    Setup("mx-literal", mx=("10 127.25.1.25.",)),
    own("mx-single"),
    own("mx-no-ptr", ptr=False),
    own("mx-ptr-astray", ptr="mail.com.test"),
    Setup("mx-one-label", mx=("10 mx1.mail.com.test.", "20 mailhost.")),
    Setup("mx-underscore", mx=("10 mx_1.{domain}.",), hosts=(Host("mx_1"),)),
    Setup("mx-one-network", mx=("10 mx1.{domain}.", "20 mx2.{domain}."),
          hosts=(Host("mx1", address="127.25.251.1"),
                 Host("mx2", address="127.25.251.2"))),
    Setup("mx-mixed", mx=("10 mx1.mail.com.test.", "20 plain.{domain}.",
                          "30 expired.{domain}."),
          hosts=(Host("plain", kind="plain"),
                 Host("expired", cert="expired"))),
    Setup("mx-special", mx=("10 mx.{domain}.",), extra="mx A 10.0.0.1\n"),
    own("mx-refused", "nothing"),
    own("mx-busy", "script", "busy"),
    own("mx-rejects", "script", "rejects"),
    own("mx-silent", "script", "silent"),
    own("mx-closes", "script", "closes"),
    own("mx-tarpit", "script", "tarpit"),
    own("mx-late-banner", "script", "late-banner"),
    own("mx-endless-banner", "script", "endless-banner"),
    own("mx-endless-ehlo", "script", "endless-ehlo"),
    own("mx-garbage", "script", "garbage"),
    own("mx-helo-only", "script", "helo-only"),
    own("mx-plain", kind="plain"),
    own("mx-starttls-454", "script", "starttls-454"),
    own("mx-starttls-554", "script", "starttls-554"),
    own("mx-injection", "script", "injection"),
    own("mx-ipv6-dead", ipv6="dead"),
    own("mx-ipv6-only", ipv6="same", ipv4=False),
]

TLS_ROWS = [
    own("tls10", kind="tls10"),
    own("tls11", kind="tls11"),
    own("tls13", kind="tls13"),
    own("tls-no-fs", kind="no-fs"),
    own("tls-null", kind="null", cert="rsa"),
    own("tls-hangs", "script", "tls-hangs"),
    own("tls-closes", "script", "tls-closes"),
    own("tls-garbage", "script", "tls-garbage"),
    own("cert-expired", cert="expired"),
    own("cert-future", cert="future"),
    own("cert-expiring", cert="expiring"),
    own("cert-self-signed", cert="self-signed"),
    own("cert-wrong-name", cert="wrong-name"),
    own("cert-weak-key", kind="weak-key", cert="weak-key"),
    own("cert-weak-signature", kind="weak-key", cert="sha1"),
    own("cert-incomplete", cert="incomplete"),
]

STS_ROWS = [
    Setup("sts-missing", sts="", sts_txt=()),
    Setup("sts-testing", sts="testing"),
    Setup("sts-none", sts="none"),
    Setup("sts-404", sts="404"),
    Setup("sts-redirect", sts="redirect"),
    Setup("sts-too-large", sts="too-large"),
    Setup("sts-too-large-chunked", sts="too-large-chunked"),
    Setup("sts-wrong-cert", sts="wrong-cert"),
    Setup("sts-expired-cert", sts="expired-cert"),
    Setup("sts-mx-mismatch", sts="mx-mismatch"),
    Setup("sts-unused", sts="unused"),
    Setup("sts-wildcard", sts="wildcard"),
    Setup("sts-reset", sts="reset"),
    Setup("sts-syntax", sts="syntax"),
    Setup("sts-slow", sts="slow"),
    Setup("sts-silent", sts="silent"),
    Setup("sts-refused", sts="refused"),
    Setup("sts-short", sts="short"),
    Setup("sts-html", sts="html"),
    Setup("sts-no-policy", sts=""),
    Setup("sts-no-record", sts_txt=()),
    Setup("sts-two-records", sts_txt=(STS_TXT, "v=STSv1; id=2")),
    Setup("sts-bad-record", sts_txt=("v=STSv1; id=2026-01-01",)),
]

TLSRPT_ROWS = [
    Setup("tlsrpt-missing", tlsrpt=()),
    Setup("tlsrpt-two", tlsrpt=(TLSRPT, "v=TLSRPTv1; rua=mailto:a@{domain}")),
    Setup("caa-malformed", extra='@ CAA 0 issue "%%%%%"\n'),
    Setup("bimi-http", extra='default._bimi TXT "v=BIMI1; '
          'l=http://{domain}/logo.svg"\n'),
    Setup("bimi-dmarc-none", dmarc=(
        "v=DMARC1; p=none; rua=mailto:dmarc@reports.com.test",),
        extra='default._bimi TXT "v=BIMI1; l=https://{domain}/logo.svg"\n'),
    Setup("tlsrpt-twice", tlsrpt=(f"{TLSRPT},mailto:tls@reports.com.test",)),
    Setup("tlsrpt-withdrawn",
          tlsrpt=(f"v=TLSRPTv1; rua=mailto:tls-rua@{WITHDRAWN}",)),
    Setup("tlsrpt-bad", tlsrpt=("v=TLSRPTv1; rua=tls@reports.com.test",)),
]

DANE_ROWS = [
    own("dane-ta", tlsa=("2 1 1",)),
    own("dane-mismatch", tlsa=("3 1 1 wrong",)),
    own("dane-unusable", tlsa=("1 1 1", "3 1 1 short")),
    own("dane-expired", cert="expired", tlsa=("3 1 1",), sts="", sts_txt=()),
    own("dane-no-starttls", kind="plain", tlsa=("3 1 1",)),
    own("dane-insecure", tlsa=("3 1 1",), sign="unsigned"),
    Setup("dane-partial", mx=("10 mx1.mail.com.test.", "20 second.{domain}."),
          hosts=(Host("second"),)),
    own("dane-digests", tlsa=("3 1 1", "3 1 2 wrong")),
    own("dane-ta-domain", cert="domain-name", tlsa=("2 1 1",)),
    own("dane-ta-name", cert="wrong-name", tlsa=("2 1 1",)),
    Setup("dane-addresses", mx=("10 mx.{domain}.",),    # the second is the vendor's
          hosts=(Host("mx", tlsa=("3 1 1",)),), extra="mx A 127.25.1.25\n"),
    Setup("dane-alias", mx=("10 alias.{domain}.",),
          hosts=(Host("mx", tlsa=("3 1 1", "3 1 1 next")),),
          extra="alias CNAME mx\n_25._tcp.alias TLSA 3 1 1 " + "00" * 32 + "\n"),
    own("dane-bogus", tlsa=("3 1 1",), tlsa_zone="wrong-ds"),
    Setup("dane-servfail", mx=("10 mx.{domain}.",), hosts=(Host("mx"),),
          extra="_tcp.mx NS ns-dead.lab.test.\n"),
]

DNSSEC_ROWS = [
    Setup("dnssec-rsa", sign="rsa"),
    Setup("dnssec-ed25519", sign="ed25519"),
    Setup("dnssec-nsec3", sign="nsec3"),
    Setup("dnssec-sha1", sign="rsasha1"),
    Setup("dnssec-unsigned", sign="unsigned"),
    Setup("dnssec-no-ds", sign="no-ds"),
    Setup("dnssec-wrong-ds", sign="wrong-ds"),
    own("dnssec-own", sign="wrong-ds"),     # its mail host is bogus too
    Setup("dnssec-expired", sign="expired"),
    Setup("dnssec-tampered", sign="tampered"),
    Setup("dnssec-short-key", sign="rsa1024"),
    Setup("dnssec-iterations", sign="nsec3-ten"),
    Setup("dnssec-ending", sign="ending"),
    Setup("dnssec-ds-sha1", sign="sha1-ds"),
    Setup("dnssec-ds-spare", sign="spare-ds"),
]

NS_ROWS = [                         # serial is no member, see zones.py
    Setup("ns-mx-differ", second={"mx": SHARED[:1], "serial": 2}),
    Setup("ns-spf-differ", second={"spf": ("v=spf1 mx -all",)}),
    Setup("ns-dmarc-gone", second={"dmarc": (), "serial": 2},
          sign="unsigned"),
    Setup("ns-serial", second={"serial": 2}),
    Setup("ns-alone", second="alone"),
    Setup("ns-lame", second="lame"),
    Setup("ns-dead", second="dead"),
    Setup("ns-silent", second="silent"),
]

DNS_ROWS = [
    Setup("dns-dead", served="dead", sign="unsigned"),
    Setup("dns-silent", served="silent", sign="unsigned"),
    Setup("dns-refused", served="refused", sign="unsigned"),
    Setup("dns-slow", served="slow", sign="unsigned"),
    Setup("dns-no-tcp", served="no-tcp", sign="unsigned"),
    Setup("dns-flood", served="flood", sign="unsigned"),
    Setup("dns-liar", served="liar", sign="unsigned"),
    Setup("dns-cname-loop", sign="loop"),
    Setup("dns-huge", extra="".join(
        '@ TXT "%03d %s"\n' % (i, "x" * 246) for i in range(230))),
]

SEEN_ROWS = [                       # what a visit sees inside TLS, or says
    own("mx-starttls-again", "script", "starttls-again"),
    own("mx-auth-clear", "script", "auth-clear"),
    own("mx-requiretls", "script", "requiretls-clear"),
    own("mx-greets-nowhere", "script", "greets-nowhere"),
    own("mx-greets-other", "script", "greets-other"),
    own("mx-banner-other", "script", "banner-other"),
    own("mx-masked", "script", "masked"),
    own("mx-unoffered", "script", "unoffered"),
    own("mx-inside-less", "script", "inside-less"),
    own("mx-inside-refused", "script", "inside-refused"),
    own("mx-ipv6-plain", "script", "ipv6-plain", ipv6="same"),
    own("mx-command-injection", "script", "command-injection"),
    own("cert-reversed", cert="reversed"),
    own("cert-client", cert="client"),
    own("cert-must-staple", cert="must-staple"),
    own("dane-two-certs", cert="good+rsa", tlsa=("3 1 1", "3 1 1 second")),
    own("dane-one-of-two", cert="good+rsa-expired", tlsa=("3 1 1",)),
    own("caa-issuer", cert="known-issuer",
        extra='mx CAA 0 issue "digicert.com"\n'),
    own("caa-issuer-named", cert="known-issuer",
        extra='mx CAA 0 issue "letsencrypt.org"\n'),
    own("mx-expn", "script", "expn"),
]

ESTATE = (GOOD + PARKED + LEGACY + SPF_ROWS + DMARC_ROWS + DKIM_ROWS + MX_ROWS
          + TLS_ROWS + STS_ROWS + TLSRPT_ROWS + DANE_ROWS + DNSSEC_ROWS
          + DNS_ROWS + NS_ROWS + SEEN_ROWS)

# The vendor's own mail hosts, in the zone com.test.
VENDOR_HOSTS = (
    Host("mx1.mail", "postfix", tlsa=("3 1 1", "3 1 1 next"), ipv6="same"),
    Host("mx2.mail", "postfix", tlsa=("3 1 1", "3 1 1 next")),
    Host("mx.forged", "script", "trap"),  # only forged answers lead here
)

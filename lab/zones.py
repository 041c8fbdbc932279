"""The DNS tree: text of every zone, signed offline with ldns.

    .  test.  arpa.  127.in-addr.arpa.  d.f.ip6.arpa.  lab.test.  com.test.
    gov.test.  bulk.test.  and one zone for each domain of the estate

Every zone is signed with a key of its own and its DS stands in the parent,
unless its set-up says otherwise.
"""
import dataclasses
import ipaddress
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import certs
import plan
from setups import ESTATE

DAY = 86400
# Word of a Setup: (algorithm, bits, options of ldns-signzone).  The other words,
# unsigned, no-ds, wrong-ds, sha1-ds, spare-ds, expired, ending and tampered,
# sign as ecdsa if at all.
SIGNING = {
    "ecdsa": ("ECDSAP256SHA256", None, ()),
    "rsa": ("RSASHA256", 2048, ()),
    "rsasha1": ("RSASHA1", 2048, ()),
    "rsa1024": ("RSASHA256", 1024, ()),
    "ed25519": ("ED25519", None, ()),
    "nsec3": ("ECDSAP256SHA256", None, ("-n", "-t", "0")),
    "nsec3-ten": ("ECDSAP256SHA256", None, ("-n", "-t", "10", "-s", "abcd")),
}
# First and last day of the signatures, from the making of the lab.
LIFE = {"expired": (-60, -30), "ending": (-28, 2)}
# What a tampered zone says after signing: answers worth forging.
FORGERIES = (("mx1.mail.com.test.", "mx.forged.com.test."),
             ("-all", "+all"), ("p=reject", "p=none"))


def run(*args, cwd=None):
    r = subprocess.run(args, cwd=cwd, capture_output=True, text=True)
    if r.returncode:
        raise RuntimeError(f"{' '.join(args)}: {r.stderr}")
    return r.stdout.strip()


def stamp(seconds):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(time.time() + seconds))


def strings(text):
    """TXT RDATA: a str is cut at 255 octets, a tuple says where itself."""
    parts = text if isinstance(text, tuple) else tuple(
        text[i:i + 255] for i in range(0, len(text), 255)) or ("",)
    return " ".join('"%s"' % p.replace("\\", "\\\\").replace('"', '\\"')
                    for p in parts)


def txt(owner, texts, domain=""):
    """TXT records; {domain} in a text is the domain, put in before any cutting."""
    def fill(t):
        return tuple(map(fill, t)) if isinstance(t, tuple) else t.replace(
            "{domain}", domain)
    return "".join(f"{owner} TXT {strings(fill(t))}\n" for t in texts)


SERVERS = ("ns1.lab.test.", "ns2.lab.test.")
# Word of Setup.second: the server that its zone names second.
SECOND = {"silent": "ns-silent.lab.test.", "dead": "ns-dead.lab.test."}


def apex(zone, servers=SERVERS, serial=1):
    out = (f"$ORIGIN {zone}\n$TTL 300\n@ SOA {servers[0]} "
           f"hostmaster.lab.test. {serial} 3600 600 86400 60\n")
    return out + "".join(f"@ NS {s}\n" for s in servers)


class Forge:
    """Makes zones in a folder; keeps what nsd shall serve."""

    def __init__(self, folder):
        self.zones = folder / "zones"
        self.keys = folder / "keys"
        self.zones.mkdir(parents=True, exist_ok=True)
        self.keys.mkdir(parents=True, exist_ok=True)
        self.served = []        # (zone, file name)
        self.second = []        # the same, of the nsd that differs

    def file(self, zone):
        return self.zones / (zone.strip(".") or "root")

    def key(self, zone, word):
        """A combined signing key, made once for each zone."""
        alg, bits, _ = SIGNING.get(word, SIGNING["ecdsa"])
        known = self.keys / f"{zone.strip('.') or 'root'}.name"
        if not known.exists():
            size = ("-b", str(bits)) if bits else ()
            known.write_text(run("ldns-keygen", "-k", "-a", alg, *size, zone,
                                 cwd=self.keys))
        return self.keys / known.read_text()

    def publish(self, zone, text, word="ecdsa", out=None):
        """Write and sign one zone; returns its DS for the parent, or ""."""
        path = out or self.file(zone)
        path.write_text(text)
        if out is None:
            self.served.append((zone, path.name))
        if word == "unsigned":
            return ""
        key = self.key(zone, word)
        _, _, options = SIGNING.get(word, SIGNING["ecdsa"])
        start, end = LIFE.get(word, (-1, 30))
        signed = str(path) + ".signed"
        run("ldns-signzone", *options, "-i", stamp(start * DAY), "-e",
            stamp(end * DAY), "-f", signed, "-o", zone, str(path), str(key))
        with open(signed) as f:
            text = f.read()
        if word == "tampered":
            for old, new in FORGERIES:
                text = text.replace(old, new)
        path.write_text(text)
        return self.ds(key, word)

    def ds(self, key, word):
        if word == "no-ds":
            return ""
        digest = "-1" if word == "sha1-ds" else "-2"
        ds = run("ldns-key2ds", "-n", digest, f"{key}.key")
        if word == "spare-ds":      # of a key that the zone does not have
            return f"{ds}\n{ds.split()[0]} DS 1 13 2 {'ab' * 32}"
        return ds[:-8] + "deadbeef" if word == "wrong-ds" else ds


def tlsa_rdata(word, ca, cert):
    """RDATA for a word of Host.tlsa, such as "3 1 1" or "3 1 2 wrong"."""
    usage, selector, matching, *fault = word.split()
    source = {"2": "issuing"}.get(usage, cert)
    source = {"next": "next", "second": cert + "-2"}.get(
        "".join(fault), source)
    digest = ca.spki_digest(source,
                            {"1": "sha256", "2": "sha512"}[matching])
    if fault == ["wrong"]:
        digest = digest[32:] + digest[:32]
    if fault == ["short"]:
        digest = digest[:40]
    return f"{usage} {selector} {matching} {digest}"


def tlsa_records(mail, ca, owner):
    name = "next" if mail.host.kind == "plain" else certs.cert_file(mail)
    return "".join(f"{owner} TLSA {tlsa_rdata(word, ca, name)}\n"
                   for word in mail.host.tlsa)


def host_records(mail, ca, owner, with_tlsa=True):
    """Address and TLSA records of a mail host."""
    out = f"{owner} A {mail.v4}\n" if mail.v4 else ""
    out += f"{owner} AAAA {mail.v6}\n" if mail.v6 else ""
    if with_tlsa:
        out += tlsa_records(mail, ca, f"_25._tcp.{owner}")
    return out


def domain_records(s, prefix, keys, mails, policies, ca):
    """What a domain publishes; `prefix` is "" at the apex of its own zone."""
    at = prefix or "@"
    dot = "." + prefix if prefix else ""
    out = f"{at} A {plan.WEB}\n" if s.address else ""
    out += "".join(f"{at} MX {m}\n" for m in s.mx)
    out += txt(at, s.spf, s.domain)
    out += txt(f"_dmarc{dot}", s.dmarc, s.domain)
    for selector, words in s.dkim.items():
        out += txt(f"{selector}._domainkey{dot}", [keys[w] for w in words])
    out += txt(f"_mta-sts{dot}", s.sts_txt, s.domain)
    if s.domain in policies:
        out += f"mta-sts{dot} A {policies[s.domain].v4}\n"
    out += txt(f"_smtp._tls{dot}", s.tlsrpt, s.domain)
    for h in s.hosts:
        out += host_records(mails[plan.host_name(s, h)], ca,
                            h.name + dot if h.name else at, not s.tlsa_zone)
    return (out + s.extra).replace("{domain}", s.domain)


def vendor_zone(ca, mails, keys):
    """com.test: the mail provider, senders and report readers."""
    z = apex("com.test.")
    for m in mails.values():
        if m.name.endswith(".com.test"):
            z += host_records(m, ca, m.name[:-len(".com.test")])
    z += txt("_spf.mail", ["v=spf1 ip4:127.25.1.25 ip4:127.25.2.25 -all"])
    z += txt("s1.dkim.mail", [keys["rsa2048-a"]])
    z += f"mail A {plan.WEB}\nmail MX 10 mx1.mail\n"
    z += txt("mail", ["v=spf1 mx -all"])
    z += txt("_dmarc.mail", ["v=DMARC1; p=reject"])
    z += f"reports A {plan.WEB}\nreports MX 10 mx1.mail\n"
    z += txt("*._report._dmarc.reports", ["v=DMARC1"])
    z += f"noauth A {plan.WEB}\nnoauth MX 10 mx1.mail\n"
    z += f"nospf A {plan.WEB}\n"
    z += txt("_dmarc.templates", ["v=DMARC1; p=reject; "
                                  "rua=mailto:dmarc@reports.com.test"])
    z += txt("open.senders", ["v=spf1 +all"])
    for i in range(11):
        z += txt(f"s{i}.senders", [f"v=spf1 ip4:20.20.{i}.0/24 -all"])
    return z


def scripted_delegation(s):
    ns = "ns-dead" if s.served == "dead" else f"ns-{s.served}"
    return f"{s.label} NS {ns}.lab.test.\n"


def estate_zone(forge, s, keys, mails, policies, ca):
    """Publish a domain; returns the lines for its parent zone."""
    if s.sign == "loop":
        return (f"{s.label} CNAME {s.label}-2.{s.parent}.\n"
                f"{s.label}-2 CNAME {s.label}.{s.parent}.\n")
    if s.served != "nsd":
        return scripted_delegation(s)
    zone = s.domain + "."
    servers = servers_of(s)
    text = apex(zone, servers) + domain_records(s, "", keys, mails, policies,
                                                ca)
    if isinstance(s.second, dict):
        fields = dict(s.second)
        other = apex(zone, servers, fields.pop("serial", 1)) + domain_records(
            dataclasses.replace(s, **fields), "", keys, mails, policies, ca)
        file = forge.file(zone).with_suffix(".second")
        forge.publish(zone, other, s.sign, out=file)
        forge.second.append((zone, file.name))
    for child in ESTATE:
        if child.sign == "inside" and child.parent == s.domain:
            text += domain_records(child, child.label, keys, mails, policies,
                                   ca)
    if s.tlsa_zone:
        text += tlsa_zone(forge, s, mails, ca)
    return delegation(s.label, forge.publish(zone, text, s.sign), servers)


def servers_of(s):
    if s.second is None:
        return SERVERS
    if s.second == "alone":
        return SERVERS[:1]
    return SERVERS[0], SECOND.get(s.second if isinstance(s.second, str)
                                  else "", "ns3.lab.test.")


def tlsa_zone(forge, s, mails, ca):
    """The TLSA records of a domain's first host, in a zone of their own."""
    mail = mails[plan.host_name(s, s.hosts[0])]
    zone = f"_tcp.{mail.name}."
    text = apex(zone) + tlsa_records(mail, ca, "_25")
    return delegation(zone, forge.publish(zone, text, s.tlsa_zone))


def lab_zone():
    z = apex("lab.test.")
    z += f"ns1 A {plan.NS[0]}\nns2 A {plan.NS[1]}\nns-dead A {plan.NS_DEAD}\n"
    z += f"ns3 A {plan.NS_SECOND}\n"
    return z + "".join(f"ns-{kind} A {a}\n"
                       for kind, a in plan.NS_SCRIPTED.items())


def reverse_zones(mails):
    """PTR records of all mail hosts: {zone: text}."""
    v4, v6 = apex("127.in-addr.arpa."), apex("d.f.ip6.arpa.")
    for m in (m for m in mails if m.host.ptr):
        name = m.name if m.host.ptr is True else m.host.ptr
        for a in filter(None, (m.v4, m.v6)):
            ptr = ipaddress.ip_address(a).reverse_pointer
            line = f"{ptr}. PTR {name}.\n"
            v4, v6 = (v4 + line, v6) if "." in a else (v4, v6 + line)
    return {"127.in-addr.arpa.": v4, "d.f.ip6.arpa.": v6}


def delegation(name, ds, servers=SERVERS):
    return "".join(f"{name} NS {s}\n" for s in servers) + f"{ds}\n"


GLUE = f"ns1.lab.test. A {plan.NS[0]}\nns2.lab.test. A {plan.NS[1]}\n"


def make_all(folder, ca, keys, bulk_mails, bulk_text, tls_text):
    """Write every zone; root.key and root.hints beside them."""
    forge = Forge(folder)
    all_mails = plan.mail_hosts()
    mails = {m.name: m for m in all_mails}
    policies = {p.domain: p for p in plan.policy_hosts()}
    rows = [s for s in ESTATE if s.sign != "inside"]
    with ThreadPoolExecutor(4) as pool:
        lines = list(pool.map(lambda s: estate_zone(
            forge, s, keys, mails, policies, ca), rows))
    below = {parent: "".join(line for line, s in zip(lines, rows)
                             if s.parent == parent)
             for parent in ("gov.test", "com.test")}
    gov = apex("gov.test.") + f"@ A {plan.WEB}\n"
    gov += '@ CAA 0 issue "ca.lab.test"\n'  # also for those below, RFC 8659 3
    gov += txt("_dmarc", ["v=DMARC1; p=reject; sp=none; np=reject; psd=y; "
                          "rua=mailto:dmarc@reports.com.test"])
    gov_ds = forge.publish("gov.test.", gov + below["gov.test"], "nsec3")
    com_ds = forge.publish("com.test.", vendor_zone(ca, mails, keys)
                           + below["com.test"])
    lab_ds = forge.publish("lab.test.", lab_zone())
    bulk_ds = forge.publish("bulk.test.", bulk_text)
    tls_ds = forge.publish("tls.test.", tls_text)
    rev = {z: forge.publish(z, t) for z, t in
           reverse_zones(all_mails + list(bulk_mails)).items()}
    test_ds = forge.publish("test.", apex("test.") + GLUE
                            + delegation("gov", gov_ds)
                            + delegation("com", com_ds)
                            + delegation("lab", lab_ds)
                            + delegation("bulk", bulk_ds)
                            + delegation("tls", tls_ds))
    arpa_ds = forge.publish("arpa.", apex("arpa.") + "".join(
        delegation(z, ds) for z, ds in rev.items()))
    forge.publish(".", apex(".") + delegation("test.", test_ds)
                  + delegation("arpa.", arpa_ds) + GLUE)
    anchor = forge.key(".", "ecdsa")
    (folder / "root.key").write_text(
        (anchor.parent / (anchor.name + ".key")).read_text())
    (folder / "root.hints").write_text(
        ". 3600000 NS ns1.lab.test.\n. 3600000 NS ns2.lab.test.\n"
        + GLUE.replace(" A ", " 3600000 A "))
    for name, served in ("zones", forge.served), ("second", forge.second):
        (folder / f"{name}.tsv").write_text(
            "".join(f"{zone}\t{file}\n" for zone, file in served))

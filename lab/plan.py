"""Where everything of the lab stands: names, addresses, files.

A pure function of setups.py.  Every mail host, policy host and name server has
an IPv4 /24 (and, with IPv6, a /48) of its own, so that a program which visits
one network at a time is not slowed by the lab's shape.
"""
from dataclasses import dataclass

from setups import ESTATE, VENDOR_HOSTS, Host

NS = ("127.53.1.53", "127.53.2.53")     # nsd, for everything honest
NS_SECOND = "127.53.3.53"               # an nsd that says other things
RESOLVER = "127.0.0.53"                 # the lab's own validating resolver
WEB = "127.44.0.44"                     # policies that are as they should be
FORGED = "127.25.250.25"                # where forged answers lead

# Name servers of dns_scripted.py, by personality.
NS_SCRIPTED = {kind: f"127.53.{20 + i}.53" for i, kind in enumerate(
    ("silent", "refused", "slow", "no-tcp", "flood", "liar", "bomb",
     "ent-liar"))}
NS_DEAD = "127.53.200.53"               # nothing listens there

SHARED_POLICIES = ("enforce", "testing", "none", "mx-mismatch", "syntax",
                   "short", "unused", "wildcard")


@dataclass(frozen=True)
class Mail:
    """A mail host in its place."""
    name: str
    v4: str                     # "" when it has none
    v6: str
    host: Host

    @property
    def listens(self):
        """The addresses at which its server waits."""
        v6 = (self.v6,) if self.host.ipv6 == "same" else ()
        return tuple(a for a in (self.v4,) if a) + v6


@dataclass(frozen=True)
class Policy:
    """An MTA-STS policy host in its place."""
    domain: str
    kind: str
    v4: str

    @property
    def name(self):
        return f"mta-sts.{self.domain}"


def place(name, number, host):
    v4 = host.address or (f"127.25.{number}.25" if host.ipv4 else "")
    v6 = f"fd00:25:{number:x}::25" if host.ipv6 else ""
    return Mail(name, v4, v6, host)


def host_name(setup, host):
    return f"{host.name}.{setup.domain}" if host.name else setup.domain


def mail_hosts():
    """All mail hosts but the bulk ones, in a fixed order."""
    out = [place(f"{h.name}.com.test", i + 1, h)
           for i, h in enumerate(VENDOR_HOSTS) if h.kind != "trap"]
    out += [Mail(f"{h.name}.com.test", FORGED, "", h)
            for h in VENDOR_HOSTS if h.kind == "trap"]
    number = 10
    for s in ESTATE:
        for h in s.hosts:
            out.append(place(host_name(s, h), number, h))
            number += 1
    assert number < 250
    return out


def policy_hosts():
    out, number = [], 1
    for s in ESTATE:
        if not s.sts:
            continue
        if s.sts in SHARED_POLICIES:
            out.append(Policy(s.domain, s.sts, WEB))
        else:
            out.append(Policy(s.domain, s.sts, f"127.44.{number}.44"))
            number += 1
    return out


def policy_mx(setup):
    """The host names that a right policy of this domain lists."""
    names = [line.split()[1].rstrip(".") for line in setup.mx]
    return [n.replace("{domain}", setup.domain) for n in names if n]


def ipv6_addresses():
    """Those that lo shall have; at some of them nothing listens."""
    return [m.v6 for m in mail_hosts() if m.v6]

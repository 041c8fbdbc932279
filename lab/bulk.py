"""Many plain domains that share a dozen mail hosts: bulk0001.bulk.test ...

The first N of them exist under `lab run --bulk N`.  Their records follow from
their number alone (see `kind` below), so a test knows what to expect.
"""
import plan
from setups import Host

HOSTS = 12
POLICY_EVERY = 20           # every twentieth has an MTA-STS policy
MOST = 2000                 # policies are made for numbers up to here


def mail_hosts():
    """Twelve hosts, every third with a second address.

    mx9 to mx12 are jealous and share the network 127.26.200.0/24 with their
    first addresses: they refuse a second session at an address and a third in
    the network, and log how many were open.
    """
    out = []
    for i in range(1, HOSTS + 1):
        jealous = i > 8
        host = Host(f"mx{i}", *(("script", "jealous") if jealous else
                                ("nginx", "modern")))
        name = f"mx{i}.hosts.bulk.test"
        first = f"127.26.200.{i}" if jealous else f"127.26.{i}.25"
        out.append(plan.Mail(name, first, "", host))
        if i % 3 == 0:
            out.append(plan.Mail(name, f"127.26.{100 + i}.25", "", host))
    return out


def name(number):
    return f"bulk{number:04d}.bulk.test"


def kind(number):
    """What is special about a number, by its remainder of ten."""
    return {1: "spf-missing", 2: "dmarc-none", 3: "dmarc-missing",
            4: "spf-softfail", 5: "no-tlsrpt", 6: "parked"}.get(number % 10,
                                                                "plain")


def exchange(number):
    return f"mx{number % HOSTS + 1}.hosts"


def policy_names():
    return [f"mta-sts.{name(n)}" for n in range(POLICY_EVERY, MOST + 1,
                                                POLICY_EVERY)]


def records(number, dkim):
    n, k = f"bulk{number:04d}", kind(number)
    if k == "parked":
        return (f'{n} MX 0 .\n{n} TXT "v=spf1 -all"\n'
                f'_dmarc.{n} TXT "v=DMARC1; p=reject"\n')
    out = f"{n} MX 10 {exchange(number)}\n{n} A {plan.WEB}\n"
    if k != "spf-missing":
        tail = "~all" if k == "spf-softfail" else "-all"
        out += f'{n} TXT "v=spf1 mx {tail}"\n'
    if k != "dmarc-missing":
        p = "none" if k == "dmarc-none" else "reject"
        out += f'_dmarc.{n} TXT "v=DMARC1; p={p}; rua=mailto:d@{n}.bulk.test"\n'
    if k != "no-tlsrpt":
        out += f'_smtp._tls.{n} TXT "v=TLSRPTv1; rua=mailto:t@{n}.bulk.test"\n'
    out += f"s1._domainkey.{n} TXT {dkim}\n"
    if number % POLICY_EVERY == 0:
        out += (f'_mta-sts.{n} TXT "v=STSv1; id=1"\n'
                f"mta-sts.{n} A {plan.WEB}\n")
    return out


def zone_text(apex, count, dkim):
    out = apex
    for m in mail_hosts():
        out += f"{m.name[:-len('.bulk.test')]} A {m.v4}\n"
    return out + "".join(records(i, dkim) for i in range(1, count + 1))


POLICY = "version: STSv1\r\nmode: enforce\r\nmx: *.hosts.bulk.test\r\nmax_age: 604800\r\n"

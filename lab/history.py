"""What two receivers might have reported of a domain of the lab in the last days:
aggregate reports, one a receiver and day, as they arrive in a mailbox.

The domain signs what it sends; a service sends its newsletter; a university
forwards some of its mail; and one weekend somebody else used its name.
"""
import datetime
import pathlib

DAYS = 60
RECEIVERS = ("mailbox-one.test", "mailbox-two.test")
PASS, FAIL = "pass", "fail"


def flows(domain, own):
    """(address, messages, days before today, DKIM results, SPF results)."""
    every_day = range(1, DAYS + 1)
    yield own, 40, every_day, [(domain, "s1", PASS)], (domain, PASS)
    yield ("127.240.1.10", 300, range(3, DAYS + 1, 7),
           [(domain, "selector1", PASS), ("newsletter.test", "n1", PASS)],
           ("bounce.newsletter.test", PASS))
    yield ("127.240.2.20", 2, every_day, [(domain, "s1", PASS)],
           ("university.test", PASS))
    for i in range(4):
        yield f"127.241.{i}.7", 150, range(22, 24), [], ("forger.test", FAIL)


def record(domain, address, messages, dkim, spf):
    aligned = any(d == domain and result == PASS for d, _, result in dkim)
    passes = spf == (domain, PASS)
    results = "".join(
        f"<dkim><domain>{d}</domain><selector>{s}</selector>"
        f"<result>{result}</result></dkim>" for d, s, result in dkim)
    return (
        f"<record><row><source_ip>{address}</source_ip><count>{messages}</count>"
        "<policy_evaluated><disposition>none</disposition>"
        f"<dkim>{PASS if aligned else FAIL}</dkim>"
        f"<spf>{PASS if passes else FAIL}</spf></policy_evaluated></row>"
        f"<identifiers><header_from>{domain}</header_from></identifiers>"
        f"<auth_results>{results}<spf><domain>{spf[0]}</domain>"
        f"<result>{spf[1]}</result></spf></auth_results></record>")


def report(domain, receiver, ago, records):
    day = datetime.datetime.now(datetime.timezone.utc).replace(
        hour=0, minute=0, second=0, microsecond=0) - datetime.timedelta(days=ago)
    begin = int(day.timestamp())
    return (
        '<?xml version="1.0"?><feedback><report_metadata>'
        f"<org_name>{receiver}</org_name><email>dmarc@{receiver}</email>"
        f"<report_id>{ago}</report_id><date_range><begin>{begin}</begin>"
        f"<end>{begin + 86399}</end></date_range></report_metadata>"
        f"<policy_published><domain>{domain}</domain><p>none</p>"
        f"</policy_published>{records}</feedback>")


def write(folder, domain, own):
    """All reports into a folder, a file each; `own`: the address that the domain
    sends from."""
    for receiver in RECEIVERS:
        for ago in range(1, DAYS + 1):
            records = "".join(
                record(domain, address, messages, dkim, spf)
                for address, messages, days, dkim, spf in flows(domain, own)
                if ago in days)
            pathlib.Path(folder, f"{receiver}-{ago}.xml").write_text(
                report(domain, receiver, ago, records), encoding="utf-8")

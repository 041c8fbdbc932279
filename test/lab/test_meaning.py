#!/usr/bin/env python3
"""What reports mean beside what DNS and the mail servers of the lab say: names of
addresses, keys, the policy in force, and failures of TLS."""
import datetime
import json
import os
import tempfile
import unittest

import assay_lab as lab
import schemas

NOW = datetime.datetime.now(datetime.timezone.utc)
BEGIN = NOW.replace(hour=0, minute=0, second=0, microsecond=0) \
    - datetime.timedelta(days=2)


def aggregate(domain, rows, policy="none"):
    """An aggregate report; rows: (address, messages, selector or None, and the
    author domain where it is another)."""
    records = "".join(
        f"<record><row><source_ip>{ip}</source_ip><count>{n}</count>"
        "<policy_evaluated><disposition>none</disposition></policy_evaluated>"
        f"</row><identifiers><header_from>{(more or [domain])[0]}</header_from>"
        "</identifiers>"
        "<auth_results>" + (
            f"<dkim><domain>{domain}</domain><selector>{selector}</selector>"
            "<result>pass</result></dkim>" if selector else
            "<spf><domain>x.test</domain><result>fail</result></spf>")
        + "</auth_results></record>" for ip, n, selector, *more in rows)
    begin = int(BEGIN.timestamp())
    return ("<feedback><report_metadata><org_name>receiver.test</org_name>"
            "<email>d@receiver.test</email><report_id>1</report_id><date_range>"
            f"<begin>{begin}</begin><end>{begin + 86399}</end></date_range>"
            f"</report_metadata><policy_published><domain>{domain}</domain>"
            f"<p>{policy}</p></policy_published>{records}</feedback>")


def tls(domain, failures):
    """A TLS report; failures: (result, mail server or None, sessions)."""
    details = [{"result-type": result, "failed-session-count": n,
                **({"receiving-mx-hostname": mx} if mx else {})}
               for result, mx, n in failures]
    end = BEGIN + datetime.timedelta(days=1, seconds=-1)
    return json.dumps({
        "organization-name": "Sender", "contact-info": "t@sender.test",
        "report-id": domain,
        "date-range": {"start-datetime": BEGIN.strftime("%Y-%m-%dT%H:%M:%SZ"),
                       "end-datetime": end.strftime("%Y-%m-%dT%H:%M:%SZ")},
        "policies": [{
            "policy": {"policy-type": "sts", "policy-domain": domain},
            "summary": {"total-successful-session-count": 90,
                        "total-failure-session-count": 10},
            "failure-details": details}]})


def stored(folder, texts):
    store = os.path.join(folder, "a.db")
    for i, text in enumerate(texts):
        path = os.path.join(folder, str(i))
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        run = lab.assay("ingest", path, "--store", store)
        if run.returncode != 0:
            raise AssertionError(run.stderr)
    return store


def read(*args, status=0):
    run = lab.assay(*args, "--json")
    if run.returncode != status:
        raise AssertionError(f"{args}: exit {run.returncode}, {run.stderr}")
    return json.loads(run.stdout)


def host_address(domain):
    doc, _ = lab.check(domain, "--no-tls-matrix")
    return doc["facts"]["hosts"][0]["address"]


class Sources(unittest.TestCase):
    def test_names_keys_and_policy(self):
        domain = "postfix.gov.test"
        ip = host_address(domain)
        with tempfile.TemporaryDirectory() as folder:
            store = stored(folder, [aggregate(domain, [
                (ip, 9, "s1"), ("127.250.1.1", 5, "gone"),
                ("127.250.2.1", 3, None),
                ("127.250.2.1", 2, None, f"mx.{domain}"),
                ("127.250.2.1", 4, None, f"invented.{domain}")])])
            args = ("sources", domain, "--store", store)
            doc = read(*args)
            self.assertEqual(schemas.fault("sources.json", doc), "")
            found = {s["source"]: s for s in doc["sources"]}
            self.assertEqual(found[domain]["host"], f"mx.{domain}")
            self.assertEqual(found[domain]["class"], "ours")
            self.assertIs(found["127.250.2.0/24"]["host_asked"], True)
            self.assertIn("no name in DNS leads back",
                          found["127.250.2.0/24"]["evidence"])
            keys = {k["selector"]: k["dns"] for k in doc["keys"]}
            self.assertEqual(keys, {"s1": "published", "gone": "absent",
                                    "selector1": "published"})
            again = read(*args, "--offline")
            self.assertEqual({s["source"] for s in again["sources"]},
                             set(found))
            doc = read("enforce", domain, "--store", store)
            self.assertEqual(schemas.fault("enforce.json", doc), "")
            self.assertEqual(doc["published"]["p"], "reject")
            self.assertEqual(doc["scopes"]["p"]["reported"], "none")
            # mx.DOMAIN exists, the other does not
            failing = {s: sum(x["failing"] for x in doc["scopes"][s]["failing"])
                       for s in ("sp", "np")}
            self.assertEqual(failing, {"sp": 2, "np": 4})
            self.assertFalse([n for n in doc["notes"] if "exist" in n])

    def test_a_resolver_that_is_not_there(self):
        """Nothing is known then, and nothing is lost."""
        domain = "good.gov.test"
        with tempfile.TemporaryDirectory() as folder:
            store = stored(folder, [aggregate(domain, [("127.250.1.1", 5, None)])])
            args = ("sources", domain, "--store", store)
            doc = read(*args, "--resolver", "127.0.0.1@9")
            self.assertIs(doc["sources"][0]["host_asked"], False)
            self.assertIs(read(*args, "--offline")["sources"][0]["host_asked"],
                          False)


class Tls(unittest.TestCase):
    CASES = (
        # domain, result, mail server (its own: True), now
        ("cert-expired.gov.test", "certificate-expired", True, "same"),
        ("cert-expired.gov.test", "starttls-not-supported", True, "not-seen"),
        ("cert-expired.gov.test", "certificate-expired", "old.gov.test",
         "no-such-mx"),
        ("dane-no-starttls.gov.test", "starttls-not-supported", True, "same"),
        ("sts-404.gov.test", "sts-policy-fetch-error", None, "same"),
        ("sts-missing.gov.test", "sts-policy-fetch-error", None, "not-there"),
        ("postfix.gov.test", "tlsa-invalid", True, "not-seen"),
        ("postfix.gov.test", "certificate-host-mismatch", True, "not-seen"),
        ("postfix.gov.test", "quantum-decoherence", True, "not-asked"),
    )

    def test_failures_beside_what_is_seen(self):
        domains = sorted({c[0] for c in self.CASES})

        def mx(domain, which):
            return f"mx.{domain}" if which is True else which
        with tempfile.TemporaryDirectory() as folder:
            store = stored(folder, [tls(d, [
                (result, mx(d, which), 1 + i) for i, (at, result, which, _)
                in enumerate(self.CASES) if at == d]) for d in domains])
            for domain in domains:
                wanted = {(r, mx(domain, m)): now for d, r, m, now
                          in self.CASES if d == domain}
                doc = read("reports", "tls", domain, "--store", store,
                           status=int("same" in wanted.values()))
                with self.subTest(domain):
                    self.assertEqual(
                        schemas.fault("tls-reports.json", doc), "")
                    self.assertEqual({(f["result"], f["mx"]): f["now"]
                                      for f in doc["faults"]}, wanted)
                    self.assertEqual(doc["failures"], 10)
                    for f in doc["faults"]:
                        self.assertTrue(f["means"] and f["next"])
                        self.assertEqual(f["finding"] is not None,
                                         f["now"] == "same")
            text = lab.assay("reports", "tls", "cert-expired.gov.test",
                             "--store", store).stdout
            self.assertIn("Now   The prober sees the same", text)
            offline = read("reports", "tls", "cert-expired.gov.test",
                           "--store", store, "--offline")
            self.assertEqual({f["now"] for f in offline["faults"]},
                             {"not-asked"})
            run = lab.assay("reports", "tls", "unheard.gov.test", "--store",
                            store, "--offline")
            self.assertEqual(run.returncode, 3)
            rows = lab.assay("reports", "tls", "cert-expired.gov.test",
                             "--store", store, "--offline", "--format",
                             "csv").stdout.splitlines()
            self.assertEqual(len(rows), 4)


if __name__ == "__main__":
    lab.main()

#!/usr/bin/env python3
"""What programs read: every format of check and scan, and the published schemas."""
import base64
import csv
import hashlib
import html.parser
import io
import json
import re
import subprocess
import tempfile
import unittest

import assay_lab as lab
import schemas

RECORDS = (
    ("spf", "v=spf1 mx ip4:192.0.2.0/24 redirect=a.test -all"),
    ("dkim", "v=DKIM1; k=rsa; p=AAAA"), ("dmarc", "v=DMARC1; p=none; pct=5"),
    ("mta-sts", "v=STSv1; id=1;"), ("mta-sts-policy", "version: STSv1\nmode: x\n"),
    ("tls-rpt", "v=TLSRPTv1; rua=mailto:a@b.test"), ("tlsa", "3 1 1 00"),
    ("bimi", "v=BIMI1; l=https://a.test/b.svg"), ("caa", '0 issue ";"'),
    ("spf", "nonsense"))
# What a zone could hold to reach a spreadsheet, a browser or a shell.
HOSTILE = ("=cmd|' /C calc'!A0", "@SUM(1+1)", "+1;=1+1", "-2+3", "\t=1", "\r=1",
           "<script>alert(1)</script>", "a|b`id`$(id)", "\"><img src=x onerror=x>",
           "\x1b[31mred", "</style></title>")
FORMULA = re.compile(r"^[\s\"]*[=+\-@\uff1d\uff0b\uff0d\uff20]|;\s*[=+\-@]")


def document(*args):
    run = lab.assay(*args)
    return json.loads(run.stdout)


def hostile_facts():
    """Facts of a good domain, with hostile records and names among them."""
    doc, _ = lab.check("good.gov.test")
    facts = doc["facts"]
    txt = lab.answer(doc, "good.gov.test", "TXT")["txt"]
    shown = ["".join(c if " " <= c <= "~" and c != "\\" else f"\\{ord(c):03}"
                     for c in text) for text in HOSTILE]
    txt[:] = [{"text": f"v=spf1 {t} -all", "strings": 1} for t in shown]
    for host in facts["hosts"]:
        host["smtp"]["banner"] = shown[0]
        for cert in host["tls"]["chain"]:
            cert["subject"] = cert["issuer"] = shown[6]
            cert["names"] = shown
            cert["not_after"] = "2020-01-01T00:00:00Z"
    # Each hostile text once alone, where rules quote it.
    mx = lab.answer(doc, "good.gov.test", "MX")["mx"]
    mx += [{"preference": 50, "exchange": t.lower()} for t in shown]
    return json.dumps(facts)


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


class Page(html.parser.HTMLParser):
    """Tags, attributes and the text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.style, self.words = [], [], "", []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open}"
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.words.append(data)


class Schemas(unittest.TestCase):
    def fits(self, schema, doc):
        self.assertEqual(schemas.fault(schema, doc), "")

    def test_check_of_every_kind_of_domain(self):
        for domain in ("good.gov.test", "parked.gov.test", "nx.gov.test",
                       "cert-expired.gov.test", "dnssec-tampered.gov.test",
                       "spf-include-none.gov.test"):
            with self.subTest(domain=domain):
                self.fits("check.json", lab.check(
                    domain, "--profile", "uk-gov", "--profile", "bod-18-01")[0])

    def test_scan(self):
        domains = [row["domain"] for row in lab.estate()]
        for args in ((), ("--with-facts", "-v")):
            docs, _ = lab.scan(domains, "--only", "dns", *args)
            self.assertEqual(len(docs), len(domains))
            for domain, doc in docs.items():
                with self.subTest(domain=domain, args=args):
                    self.fits("check.json", doc)

    def test_spf(self):
        for domain in ("good.gov.test", "parked.gov.test", "nx.gov.test",
                       "spf-include-none.gov.test"):
            with self.subTest(domain=domain):
                self.fits("spf-tree.json", document("spf", domain, "--json"))
                self.fits("spf.json", document(
                    "spf", "--ip", "192.0.2.1", domain, "--json"))

    def test_dmarc(self):
        for domain in ("good.gov.test", "a.b.good.gov.test", "nx.gov.test",
                       "parked-open.gov.test"):
            with self.subTest(domain=domain):
                self.fits("dmarc.json", document(
                    "dmarc", domain, "--align", "gov.test", "--json"))

    def test_tls(self):
        doc = document("tls", "mx1.mail.com.test", "--json", "--pause", "1")
        self.fits("tls.json", doc)
        self.assertEqual(len(doc["servers"]), 2)
        self.assertTrue(any("differs" in s["verdict"] for s in doc["servers"]))

    def test_path_and_secure_list(self):
        for to in ("good.gov.test", "parked.gov.test", "cert-expired.gov.test"):
            with self.subTest(to=to):
                self.fits("path.json", document(
                    "path", "good.gov.test", to, "--json"))
        with tempfile.NamedTemporaryFile("w", suffix=".ndjson") as facts:
            facts.write(lab.assay("check", "good.gov.test", "cert-expired.gov.test",
                                  "--format", "ndjson").stdout)
            facts.flush()
            self.fits("secure-list.json", document(
                "export", "secure-list", "--facts", facts.name, "--json"))

    def test_record(self):
        for kind, text in RECORDS:
            with self.subTest(kind=kind, text=text):
                self.fits("record.json", document("record", kind, text, "--json"))

    def test_rules_and_profiles(self):
        self.fits("rules.json", document("rules", "--json"))
        listed = document("profiles", "--json")
        self.fits("profiles.json", listed)
        for profile in listed["profiles"]:
            with self.subTest(profile=profile["id"]):
                self.fits("profiles.json",
                          document("profiles", profile["id"], "--json"))

    def test_the_schemas_refuse(self):
        """They are no rubber stamp: what is missing, odd or new is seen."""
        doc, _ = lab.check("good.gov.test")
        for change in ({"role": "king"}, {"axes": {}}, {"unheard": 1},
                       {"findings": [{"rule": "a.b"}]},
                       {"facts": {"domain": {"at": "yesterday"}}}):
            with self.subTest(change=change):
                self.assertNotEqual(
                    schemas.fault("check.json", {**doc, **change}), "")


class Streams(unittest.TestCase):
    def test_stored_facts_by_the_line(self):
        """One document comes out for each that went in, before the next."""
        facts = hostile_facts() + "\n"
        with subprocess.Popen(
                [lab.ASSAY, "check", "--facts", "-", "--format", "ndjson"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
            for _ in range(3):
                run.stdin.write(facts)
                run.stdin.flush()
                self.assertEqual(json.loads(run.stdout.readline())["domain"],
                                 "good.gov.test")
            run.stdin.close()
            self.assertEqual(run.stdout.read(), "")


class Csv(unittest.TestCase):
    def test_no_cell_is_a_formula(self):
        for args in (("-v",), ()):
            run = lab.assay("check", "--facts", "-", "--format", "csv", *args,
                            stdin=hostile_facts())
            table = rows(run.stdout)
            self.assertGreater(len(table), 5)
            cells = [c for row in table for c in row.values()]
            self.assertTrue(any("=cmd" in c for c in cells))
            self.assertEqual([c for c in cells if FORMULA.search(c)], [])
            self.assertEqual(re.findall(r"[\x00-\x09\x0b\x0c\x0e-\x1f]", run.stdout), [])
            self.assertEqual(run.stdout.count("\n"), len(table) + 1)

    def test_it_says_what_the_document_says(self):
        doc, _ = lab.check("cert-expired.gov.test")
        run = lab.assay("check", "cert-expired.gov.test", "--format", "csv", "-v")
        self.assertEqual(
            [(r["rule"], r["subject"], r["verdict"]) for r in rows(run.stdout)],
            [(f["rule"], f["subject"], f["verdict"]) for f in doc["findings"]])

    def test_scan_has_a_row_a_domain(self):
        run = lab.assay("scan", "-", "--format", "csv",
                        stdin="good.gov.test\nparked.gov.test\n")
        table = {r["domain"]: r for r in rows(run.stdout)}
        self.assertEqual(sorted(table), ["good.gov.test", "parked.gov.test"])
        self.assertEqual(table["parked.gov.test"]["role"], "parked")
        self.assertEqual(table["good.gov.test"]["failed"], "0")
        self.assertEqual(run.returncode, 0)


class Sarif(unittest.TestCase):
    def check_log(self, log, domains):
        """The parts of SARIF 2.1.0 that we write: 3.13 to 3.33."""
        self.assertEqual(log["version"], "2.1.0")
        (run,) = log["runs"]
        rules = run["tool"]["driver"]["rules"]
        self.assertEqual(len({r["id"] for r in rules}), len(rules))
        for rule in rules:
            self.assertTrue(rule["help"]["text"] and
                            rule["shortDescription"]["text"])
        prints = set()
        for r in run["results"]:
            self.assertEqual(rules[r["ruleIndex"]]["id"], r["ruleId"])
            self.assertEqual(r["kind"] == "fail", r["level"] != "none")
            self.assertIn(r["level"], ("none", "note", "warning", "error"))
            (place,) = r["locations"][0]["logicalLocations"]
            self.assertIn(place["fullyQualifiedName"].split("/")[0], domains)
            self.assertTrue(r["message"]["text"])
            prints.add(r["partialFingerprints"]["assay/v1"])
        self.assertEqual(len(prints), len(run["results"]))
        return run["results"]

    def test_a_check_and_a_scan(self):
        domains = ["cert-expired.gov.test", "good.gov.test", "parked.gov.test"]
        run = lab.assay("check", *domains, "--format", "sarif")
        checked = self.check_log(json.loads(run.stdout), domains)
        self.assertIn(("cert.expired", "error"),
                      [(r["ruleId"], r["level"]) for r in checked])
        run = lab.assay("scan", "-", "--format", "sarif",
                        stdin="\n".join(domains))
        self.check_log(json.loads(run.stdout), domains)

    def test_nothing_at_all(self):
        run = lab.assay("scan", "-", "--format", "sarif", stdin="")
        self.assertEqual(self.check_log(json.loads(run.stdout), []), [])

    def test_fingerprints_stay(self):
        first, second = (
            [r["partialFingerprints"] for r in json.loads(lab.assay(
                "check", "cert-expired.gov.test", "--format", "sarif",
                "--now", now).stdout)["runs"][0]["results"]
             if r["ruleId"] == "cert.expired"]
            for now in ("2030-01-01", "2031-01-01"))
        self.assertTrue(first)
        self.assertEqual(first, second)


class Html(unittest.TestCase):
    def pages(self):
        yield lab.assay("check", "--facts", "-", "--format", "html", "-v",
                        stdin=hostile_facts()).stdout
        yield lab.assay("check", "good.gov.test", "nx.gov.test",
                        "dnssec-tampered.gov.test", "--format", "html",
                        "--profile", "uk-gov").stdout

    def test_it_stands_alone_and_runs_nothing(self):
        for text in self.pages():
            page = Page(text)
            self.assertEqual(page.open, [])
            names = {tag for tag, _ in page.tags}
            self.assertFalse(names & {"script", "img", "link", "iframe", "a",
                                      "form", "object", "svg"})
            keys = {key for _, attrs in page.tags for key in attrs}
            self.assertFalse({k for k in keys if k.startswith("on")} |
                             (keys & {"src", "href", "style"}))
            (rule,) = [a["content"] for tag, a in page.tags if
                       a.get("http-equiv") == "Content-Security-Policy"]
            digest = base64.b64encode(
                hashlib.sha256(page.style.encode()).digest()).decode()
            self.assertEqual(rule, "default-src 'none'; base-uri 'none'; "
                             f"form-action 'none'; style-src 'sha256-{digest}'")

    def test_hostile_text_is_text(self):
        text = next(self.pages())
        words = "".join(Page(text).words)
        self.assertIn("<script>alert(1)</script>", words.lower())
        self.assertNotIn("<script", text)
        self.assertNotIn("\x1b", text)

    def test_it_says_what_the_text_says(self):
        run = lab.assay("check", "spf-include-none.gov.test", "--format", "html")
        words = " ".join("".join(Page(run.stdout).words).split())
        doc, status = lab.check("spf-include-none.gov.test")
        self.assertEqual(run.returncode, status)
        self.assertIn(doc["next_step"], words)
        for f in doc["findings"]:
            if f["verdict"] not in ("fail", "warn", "info"):
                continue
            if f["title"] not in words:  # it stands with that of another host
                host = f["subject"].removeprefix("host:").split("@")[0]
                self.assertRegex(
                    words, "The same goes for [^:]*" + re.escape(host))
        self.assertIn("v=spf1 mx -all", words)
        heads = [tag for tag, _ in Page(run.stdout).tags if re.match("h[1-6]", tag)]
        self.assertEqual(heads[:2], ["h1", "h2"])


class Nagios(unittest.TestCase):
    LINE = re.compile(r"ASSAY (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+"
                      r"( \| (\w+=\d+;[\d:@]*;[\d:@]*;0 ?)+)?\n")
    STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")

    def state(self, *args, stdin=None):
        run = lab.assay("check", *args, "--format", "nagios", stdin=stdin)
        match = self.LINE.fullmatch(run.stdout)
        self.assertTrue(match, run.stdout)
        self.assertEqual(self.STATES.index(match[1]), run.returncode)
        self.assertEqual(set(run.stdout) & set("`$<>&\x1b"), set())
        return match[1]

    def test_states(self):
        for args, want in (
                (("good.gov.test", "--warning", "fail"), "OK"),
                (("cert-expired.gov.test",), "CRITICAL"),
                (("cert-expired.gov.test", "--critical", "fail=9"), "WARNING"),
                (("good.gov.test", "cert-expired.gov.test"), "CRITICAL"),
                (("good.gov.test", "--warning", "@0:99"), "WARNING"),
                (("dnssec-tampered.gov.test", "--warning", "99",
                  "--critical", "99"), "UNKNOWN")):
            with self.subTest(args=args):
                self.assertEqual(self.state(*args), want)

    def test_what_is_wrong_with_us_is_unknown(self):
        for args in ((), ("a..b",), ("--nonsense",), ("good.gov.test", "--warning", "x"),
                     ("--facts", "/nonexistent")):
            with self.subTest(args=args):
                self.assertEqual(self.state(*args), "UNKNOWN")

    def test_hostile_text(self):
        self.state("--facts", "-", stdin=hostile_facts())


if __name__ == "__main__":
    lab.main()

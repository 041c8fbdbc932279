#!/usr/bin/env python3
"""assay check --profile: each requirement as lab/profiles.tsv says, by hand."""
import contextlib
import html.parser
import json
import pathlib
import tempfile
import unittest

import assay_lab as lab

WORDS = {"met": "met", "no": "not-met", "?": "unknown", "na": "not-applicable",
         "nm": "not-measurable"}
TWO = ("--profile", "uk-gov", "--profile", "bod-18-01")


def expected():
    """(domain, profile): {requirement: verdict}, rows that are only to be like
    left out."""
    out = {}
    with open(lab.ROOT / "lab" / "profiles.tsv", encoding="utf-8") as f:
        rows = [r.rstrip("\n").split("\t") for r in f
                if r.strip() and not r.startswith("#")]
    for domain, profile, like, says in rows:
        stands = dict(out[like, profile]) if like else {}
        stands.update((pair.split("=")[0], WORDS[pair.split("=")[1]])
                      for pair in says.split())
        out[domain, profile] = stands
    return {k: v for k, v in out.items() if not k[0].startswith("*")}


def stands(doc, profile):
    """{requirement: verdict} of a document."""
    for p in doc["profiles"]:
        if p["id"] == profile:
            return {r["id"]: r["verdict"] for r in p["requirements"]}
    return {}


def requirement(doc, profile, name):
    return next(r for p in doc["profiles"] if p["id"] == profile
                for r in p["requirements"] if r["id"] == name)


@contextlib.contextmanager
def mine(*rows):
    """A file with a profile of one's own, for as long as it is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "mine.tsv"
        path.write_text("\n".join(("about\tid\tmine", *rows)), encoding="utf-8")
        yield str(path)


class Page(html.parser.HTMLParser):
    """Elements that are open; closing another than the last one is a fault."""
    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, (tag, self.getpos())


class Profiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.want = expected()
        domains = sorted({d for d, _ in cls.want})
        run = lab.assay("check", *domains, "--format", "ndjson", *TWO)
        cls.docs = {}
        for line in run.stdout.splitlines():
            doc = json.loads(line)
            cls.docs[doc["domain"]] = doc

    def test_enough_domains(self):
        self.assertGreaterEqual(len({d for d, _ in self.want}), 12)

    def test_every_requirement(self):
        for (domain, profile), want in sorted(self.want.items()):
            with self.subTest(domain=domain, profile=profile):
                got = stands(self.docs[domain], profile)
                self.assertEqual({k: got.get(k) for k in want}, want)
                self.assertEqual(set(got), set(want))

    def test_what_decides_is_named(self):
        for domain, doc in self.docs.items():
            with self.subTest(domain=domain):
                for p in doc["profiles"]:
                    for r in p["requirements"]:
                        decided = r["verdict"] in ("not-met", "unknown")
                        self.assertEqual(bool(r["decided_by"]), decided, r)
                        self.grounds(doc, r)

    def grounds(self, doc, r):
        """A ground that is a finding stands among the findings."""
        for g in r["decided_by"]:
            self.assertTrue(g["text"])
            if "rule" in g:
                self.assertIn(g["rule"], r["rules"])
                self.assertIn(g["subject"], [f["subject"] for f in
                                             lab.findings(doc, g["rule"])])

    def test_the_text(self):
        run = lab.assay("check", "dmarc-none.gov.test", *TWO)
        flat = " ".join(run.stdout.split())
        self.assertIn("NOT MET II.1.a.iv (must)", flat)
        self.assertIn("The DMARC policy in force for the domain: none.", flat)
        self.assertIn("met UK-3e (must)", flat)
        self.assertEqual(run.returncode, 1)

    def test_the_exit_status(self):
        """Nothing wrong but what the profile asks."""
        def status(*args):
            return lab.assay("check", "mx-single.gov.test", *args).returncode
        self.assertEqual(status(), 0)
        self.assertEqual(status("--profile", "uk-gov"), 0)
        self.assertEqual(status("--profile", "bod-18-01"), 1)
        self.assertEqual(status("--profile", "bod-18-01", "--fail-on", "never"), 0)

    def test_conflicts(self):
        doc, _ = lab.check("good.gov.test", "--profile", "au-ism",
                           "--profile", "us-nist-800-177", "--profile", "uk-gov")
        pairs = [[s["requirement"] for s in c["between"]] for c in doc["conflicts"]]
        self.assertEqual(pairs, [["ISM-1139", "52-3.1a"]])
        run = lab.assay("check", "good.gov.test", "--profile", "au-ism",
                        "--profile", "us-nist-800-177")
        self.assertIn("contradict each other", run.stdout)
        self.assertIn("CONFLICT ISM-1139 (au-ism, must)", " ".join(run.stdout.split()))
        for doc in self.docs.values():
            self.assertEqual(doc["conflicts"], [])

    def test_what_was_not_asked_is_unknown(self):
        doc, _ = lab.check("good.gov.test", *TWO, "--only", "dns")
        for name in ("UK-1a", "UK-1c", "UK-1d", "UK-1h", "UK-2c"):
            self.assertEqual(stands(doc, "uk-gov")[name], "unknown", name)
        self.assertEqual(stands(doc, "uk-gov")["UK-3e"], "met")
        doc, _ = lab.check("good.gov.test", *TWO, "--no-tls-matrix")
        self.assertEqual(stands(doc, "bod-18-01")["II.1.a.ii/SSL"], "unknown")
        self.assertEqual(stands(doc, "bod-18-01")["II.1.a.i/STARTTLS"], "met")

    def test_stored_facts(self):
        doc = self.docs["dmarc-none.gov.test"]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "facts.json"
            path.write_text(json.dumps(doc), encoding="utf-8")
            again, _ = lab.check("dmarc-none.gov.test", "--facts", str(path), *TWO)
        self.assertEqual(again["profiles"], doc["profiles"])

    def test_a_file_of_ones_own(self):
        with mine("about\ttitle\tOurs",
                  "require\tM-1\tmust\tall\tdmarc.p=reject\thttps://a.test/\tReject.",
                  "require\tM-2\tshould\tall\tdmarc.p=none\thttps://a.test/\tNone.") as path:
            doc, status = lab.check("good.gov.test", "--profile", path)
        self.assertEqual(stands(doc, "mine"), {"M-1": "met", "M-2": "not-met"})
        self.assertEqual(requirement(doc, "mine", "M-2")["decided_by"][0]["text"],
                         "The DMARC policy in force for the domain: reject.")
        self.assertEqual(status, 0)

    def test_the_page(self):
        """Markup of a file stays text, and every element is closed."""
        with mine("about\ttitle\t<script>alert(1)</script>",
                  "require\tM-1\tmust\tall\tdmarc.rua=a@a.test\t"
                  "https://a.test/?a&b\t</li><b>Words</b>.\t<i>Note.") as path:
            run = lab.assay("check", "good.gov.test", "--format", "html",
                            "--profile", path, *TWO)
        self.assertNotIn("<script", run.stdout)
        self.assertNotIn("<b>", run.stdout)
        self.assertIn("&lt;/li&gt;&lt;b&gt;Words", run.stdout)
        self.assertIn("UK: securing government email", run.stdout)
        page = Page()
        page.feed(run.stdout)
        self.assertEqual(page.open, [])

    def test_a_warning_of_mail_check_is_no_must(self):
        """Its severities are the levels: an error must not be made of one."""
        doc, _ = lab.check("cert-expiring.gov.test", "--profile",
                           "uk-mailcheck-2022")
        was = stands(doc, "uk-mailcheck-2022")
        self.assertEqual(was["certificateExpiryShouldBeInDate"], "met")
        self.assertEqual(was["certificateExpiryShouldBeInDate/soon"], "not-met")

    def test_scan(self):
        docs, _ = lab.scan(["dmarc-none.gov.test"], "--profile", "bod-18-01")
        stand = stands(docs["dmarc-none.gov.test"], "bod-18-01")
        self.assertEqual(stand["II.1.a.iv"], "not-met")
        self.assertEqual(stand["II.1.a.ii/SSL"], "unknown")  # no matrix by default


if __name__ == "__main__":
    lab.main()

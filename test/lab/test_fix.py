#!/usr/bin/env python3
"""What assay fix proposes, published as a zone, mends what it says it mends, and
breaks nothing: for every domain of the lab that a record can mend."""
import json
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import unittest

import jsonschema

import assay_lab as lab

# Their servers answer after half a minute or never, so that nothing is known,
# and nothing proposed: test_unknown.py has them.
SLOW = {"dns-slow", "dns-silent", "dns-dead", "mx-silent", "mx-tarpit",
        "sts-slow", "sts-silent", "tls-hangs"}
# A step on a longer way: the finding stays, and says the next one.
STAGED = {"mta-sts.mode"}
GOOD = (None, "pass", "not-applicable")
LETTERS = "ABCDEF"


def temporary(text, suffix):
    f = tempfile.NamedTemporaryFile("w", suffix=suffix, delete=False)
    with f:
        f.write(text)
    return f.name


def fix(*args, stdin=None):
    run = lab.assay("fix", *args, stdin=stdin)
    if run.returncode not in (0, 1, 3):
        raise AssertionError(f"fix {args}: exit {run.returncode}, {run.stderr}")
    return run.stdout


def own_steps(doc, by=("zone",)):
    return [s for s in doc["steps"] if s["by"] in by]


def of_subject(doc, finding):
    """The worst verdict on the subject of a finding."""
    said = [f["verdict"] for f in lab.findings(doc, finding["rule"])
            if f["subject"] == finding["subject"]]
    return max(said, key=lab.RANK.index) if said else None


def fallen(before, after):
    """Axes whose letter got worse."""
    return [a for a, was in before["axes"].items()
            if was["grade"] in LETTERS
            and after["axes"][a]["grade"] in LETTERS
            and after["axes"][a]["grade"] > was["grade"]]


def broken(before, after):
    """Rules that passed before, and warn or fail after."""
    out = []
    for rule in {f["rule"] for f in before["findings"]}:
        if lab.verdict(before, rule) == "pass" and \
                lab.verdict(after, rule) in ("warn", "fail"):
            out.append(rule)
    return out


def fixable(doc):
    """Findings whose record stands in the domain itself."""
    out = []
    for f in doc["findings"]:
        record = (f.get("advice") or {}).get("record")
        if f["verdict"] in ("info", "warn", "fail") and record and \
                record["type"] != "DS" and \
                ("." + record["name"]).endswith("." + doc["domain"]):
            out.append(f)
    return out


class Published(unittest.TestCase):
    """One scan, the fixes of all, one scan as if they were published."""

    @classmethod
    def setUpClass(cls):
        names = [r["domain"] for r in lab.estate()
                 if r["domain"].split(".")[0] not in SLOW]
        cls.before, _ = lab.scan(names, "--with-facts")
        cls.facts = temporary(
            "".join(json.dumps(d) + "\n" for d in cls.before.values()), ".json")
        lines = fix("--facts", cls.facts, "--format", "ndjson").splitlines()
        cls.fixes = {d["domain"]: d for d in map(json.loads, lines)}
        cls.changed = [d for d in names if own_steps(cls.fixes[d])]
        # A policy file is not served by a zone, nor are its records judged.
        cls.web = {d for d in names if own_steps(cls.fixes[d], ("web",))}
        zone = "".join(
            line + "\n" for d in cls.changed
            for line in cls.fixes[d]["zone"].splitlines()
            if d not in cls.web or not line.startswith("_mta-sts."))
        cls.after, _ = lab.scan(
            cls.changed, "--zone", temporary(zone, ".zone"))

    def test_every_fault_with_a_record_has_a_step(self):
        self.assertGreater(len(self.changed), 60)
        for domain, doc in self.before.items():
            mends = {m["rule"] for s in self.fixes[domain]["steps"]
                     for m in s["mends"]}
            with self.subTest(domain=domain):
                self.assertLessEqual({f["rule"] for f in fixable(doc)}, mends)

    def test_published_it_mends_what_it_says(self):
        for domain in self.changed:
            for step in own_steps(self.fixes[domain]):
                if domain in self.web and step["name"].startswith("_mta-sts."):
                    continue
                for f in step["mends"]:
                    with self.subTest(domain=domain, rule=f["rule"]):
                        got = of_subject(self.after[domain], f)
                        self.assertIn(got, GOOD)

    def test_published_it_breaks_nothing(self):
        for domain in self.changed:
            with self.subTest(domain=domain):
                self.assertEqual(
                    broken(self.before[domain], self.after[domain]), [])
                self.assertEqual(
                    fallen(self.before[domain], self.after[domain]), [])

    def test_its_own_verdict(self):
        for domain, doc in self.fixes.items():
            mended = {(f["rule"], f["subject"]) for f in doc["mended"]}
            said = {(f["rule"], f["subject"])
                    for s in own_steps(doc, ("zone", "web"))
                    for f in s["mends"] if f["rule"] not in STAGED}
            with self.subTest(domain=domain):
                self.assertEqual(doc["worse"], [])
                self.assertLessEqual(said, mended)
                for axis, was in doc["before"].items():
                    if was in LETTERS and doc["after"][axis] in LETTERS:
                        self.assertLessEqual(doc["after"][axis], was)

    def test_its_documents_fit_their_schema(self):
        path = lab.ROOT / "schema" / "fix.json"
        schema = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        check = jsonschema.Draft202012Validator(schema)
        for domain, doc in self.fixes.items():
            with self.subTest(domain=domain):
                self.assertEqual(set(doc), set(schema["properties"]))
                error = next(check.iter_errors(doc), None)
                self.assertIsNone(error, error)

    def test_nobody_is_asked_in_vain(self):
        # its own record takes the address out that nobody serves any more
        for domain, others in (("dmarc-withdrawn.gov.test", set()),
                               ("dmarc-rua-denied.gov.test", {"other-zone"}),
                               ("dnssec-no-ds.gov.test", {"parent"})):
            by = {s["by"] for s in self.fixes[domain]["steps"]}
            self.assertEqual(by - {"zone"}, others, domain)

    def test_never_pct_and_never_twice(self):
        for domain, doc in self.fixes.items():
            with self.subTest(domain=domain):
                names = [(s["name"], s["type"])
                         for s in doc["steps"] if s["by"] != "web"]
                self.assertEqual(len(names), len(set(names)))
                self.assertNotIn("pct", " ".join(
                    r for s in doc["steps"] for r in s.get("publish", [])))


class Commands(unittest.TestCase):
    def test_from_the_net_as_from_stored_facts(self):
        for domain in ("dmarc-apex.gov.test", "legacy-key.gov.test"):
            with self.subTest(domain=domain):
                live = fix(domain, "--now", "2026-11-25T12:00:00Z",
                           "--no-tls-matrix", "--json")
                doc, _ = lab.check(domain, "--no-tls-matrix")
                stored = fix("--facts", "-", "--now", "2026-11-25T12:00:00Z",
                             "--json", stdin=json.dumps(doc["facts"]))
                live, stored = json.loads(live), json.loads(stored)
                self.assertTrue(live["steps"])
                for key in ("steps", "before", "zone", "role"):
                    self.assertEqual(live[key], stored[key])

    def test_what_the_new_records_lead_to_is_asked(self):
        # what two records include nobody asks: receivers discard both
        doc = json.loads(fix("spf-multiple.gov.test", "--no-tls-matrix",
                             "--json"))
        self.assertEqual(doc["unknown"], [])
        self.assertEqual(doc["after"]["impersonation"], "A")

    def test_of_what_is_unknown_nothing_is_proposed(self):
        run = lab.assay("fix", "new.gov.test", "--zone-only", "--zone",
                        temporary("x.test. 60 A 192.0.2.1\n", ".zone"))
        self.assertEqual(run.returncode, 3)
        text = " ".join(run.stdout.split())
        self.assertIn("No record is to be published.", text)
        self.assertIn("of what is not known nothing is proposed", text)

    def test_a_profile_takes_what_it_asks_for(self):
        everything = json.loads(fix("legacy-old.gov.test", "--no-tls-matrix",
                                    "--json"))
        some = json.loads(fix("legacy-old.gov.test", "--for", "uk-gov",
                              "--no-tls-matrix", "--json"))
        names = [{s["name"] for s in d["steps"] if s["by"] == "zone"}
                 for d in (everything, some)]
        self.assertLess(names[1], names[0])
        self.assertIn("_dmarc.legacy-old.gov.test", names[1])
        self.assertNotIn("_25._tcp.mx.legacy-old.gov.test", names[1])
        profile, = some["profiles"]
        self.assertLess(profile["not_met_after"], profile["not_met_before"])

    def test_over_a_zone_of_the_user(self):
        zone = temporary("$ORIGIN new.gov.test.\n$TTL 300\n"
                         "@ SOA ns.lab.test. host.lab.test. 1 3600 600 86400 60\n"
                         "@ NS ns.lab.test.\n@ MX 0 .\n"
                         '@ TXT "verification=1"\n@ TXT "v=spf1 mx +all"\n'
                         '_dmarc TXT "v=DMARC1; p=none; pct=9"\n', ".zone")
        doc = json.loads(fix("new.gov.test", "--zone", zone, "--zone-only",
                             "--role", "parked", "--json"))
        steps = {(s["name"], s["type"]): s for s in own_steps(doc)}
        self.assertEqual(steps["new.gov.test", "TXT"]["publish"], ['"v=spf1 -all"'])
        self.assertEqual(steps["new.gov.test", "TXT"]["keep"], ['"verification=1"'])
        self.assertEqual(steps["_dmarc.new.gov.test", "TXT"]["publish"],
                         ['"v=DMARC1; p=reject"'])
        self.assertIn("spf.deny-all", {f["rule"] for f in doc["mended"]})

    def test_usage(self):
        for args in ((), ("good.gov.test", "--format", "csv"),
                     ("good.gov.test", "--for", "no-such"), ("a..b",)):
            with self.subTest(args=args):
                run = lab.assay("fix", *args)
                self.assertEqual((run.returncode, run.stdout), (2, ""))


# Octets that would end a string, a line or a comment, or begin a template.
HOSTILE = (
    b"plain", b'"quoted" and \\ back\\"slash', b'${file("/etc/passwd")}',
    b"$${x} %%{if true}y%{endif} $", b"%{", b"${", b"$$${x}", b"%%%{x}",
    b"line\nbreak\r\nupdate add evil.test. 1 A 192.0.2.1\nsend\n",
    b"; comment // # /* */ <!-- </script>", b"\xe2\x80\xa8\xff\x00nul",
    b"x" * 255 + b'"' * 300, b"'); evil(); ('", b"", b"\\", b'\\\\"',
    b'a"; }\nresource "x" "y" {}', b"`${1}`", b"$INCLUDE /etc/passwd", b"( )",
    bytes(range(256)))
NOW = b'v=spf1 mx x="${y}\\z;//\' +all'
THEN = NOW.replace(b"+all", b"~all")


def escaped(octets):
    """As facts hold octets (doc/facts.md)."""
    return "".join("\\\\" if c == 0x5c else chr(c) if 32 <= c < 127
                   else f"\\{c:03d}" for c in octets)


def strings(text):
    """The character-strings of a TXT in a master file, RFC 1035 5.1."""
    out, at = [], 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
            continue
        assert text[at] == '"', text[at:]
        at, now = at + 1, bytearray()
        while text[at] != '"':
            if text[at] == "\\" and text[at + 1].isdigit():
                now.append(int(text[at + 1:at + 4]))
                at += 4
            elif text[at] == "\\":
                now.append(ord(text[at + 1]))
                at += 2
            else:
                now.append(ord(text[at]))
                at += 1
        out.append(bytes(now))
        at += 1
    return out


class UpdateServer:
    """Takes updates over TCP, says that they are done, and keeps them."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.messages = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.socket.accept()
            threading.Thread(target=self.talk, args=(client,),
                             daemon=True).start()

    def talk(self, client):
        with client, client.makefile("rb") as f:
            while len(size := f.read(2)) == 2:
                message = f.read(*struct.unpack("!H", size))
                self.messages.append(message)
                # the same id, QR set, opcode UPDATE, NOERROR, nothing in it
                answer = message[:2] + b"\xa8\0" + bytes(8)
                client.sendall(struct.pack("!H", len(answer)) + answer)


def wire_name(msg, at):
    """The name at an offset, and what follows it (RFC 1035 4.1.4)."""
    labels, end = [], None
    while msg[at]:
        if msg[at] >= 0xc0:
            end = end or at + 2
            at = (msg[at] & 0x3f) << 8 | msg[at + 1]
            continue
        labels.append(msg[at + 1:at + 1 + msg[at]].decode("ascii"))
        at += 1 + msg[at]
    return ".".join(labels), end or at + 1


def sections(msg):
    """Zone, prerequisites and updates of RFC 2136: (name, type, class, TTL,
    data)."""
    counts, at, out = struct.unpack("!3H", msg[4:10]), 12, []
    for section, count in enumerate(counts):
        rows = []
        for _ in range(count):
            name, at = wire_name(msg, at)
            kind, klass = struct.unpack("!2H", msg[at:at + 4])
            at += 4
            ttl = data = None
            if section > 0:
                ttl, size = struct.unpack("!IH", msg[at:at + 6])
                data = msg[at + 6:at + 6 + size]
                at += 6 + size
            rows.append((name, kind, klass, ttl, data))
        out.append(rows)
    return out


def wire_strings(data):
    out, at = [], 0
    while at < len(data):
        out.append(data[at + 1:at + 1 + data[at]])
        at += 1 + data[at]
    return out


class Hostile(unittest.TestCase):
    """Every format is read by a program that is not ours."""

    @classmethod
    def setUpClass(cls):
        doc, _ = lab.check("spf-plus-all.gov.test", "--only", "dns")
        cls.domain = doc["domain"]
        txt = lab.answer(doc, cls.domain, "TXT")["txt"]
        txt[0]["text"] = escaped(NOW)
        txt += [{"text": escaped(h), "strings": max(1, -(-len(h) // 255))}
                for h in HOSTILE]
        txt.append({"text": "abcdef", "strings": 3, "lengths": "020004"})
        cls.facts = temporary(json.dumps(doc["facts"]), ".json")
        cls.then = sorted([*HOSTILE, b"abcdef", THEN])

    def printed(self, form):
        return fix("--facts", self.facts, "--format", form)

    def tool(self, *args, stdin):
        run = subprocess.run(args, input=stdin, capture_output=True, text=True,
                             timeout=60, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def test_zone(self):
        text = ". 3600 IN SOA a. b. 1 1 1 1 1\n" + self.printed("zone")
        out = self.tool("ldns-read-zone", "/dev/stdin", stdin=text)
        rows = [line.split("\t", 4) for line in out.splitlines()]
        self.assertEqual({r[0] for r in rows}, {".", self.domain + "."})
        data = [strings(r[4]) for r in rows if r[3] == "TXT"]
        self.assertEqual(sorted(b"".join(s) for s in data), self.then)
        self.assertIn([b"ab", b"", b"cdef"], data)
        self.assertEqual(max(len(s) for d in data for s in d), 255)

    def test_nsupdate(self):
        text = self.printed("nsupdate")
        self.assertEqual(text.count("\nsend\n"), 1)
        self.assertNotIn("\n\n", text)     # an empty line sends, too
        server = UpdateServer()
        self.tool("nsupdate", "-v",
                  stdin=f"server 127.0.0.1 {server.port}\n{text}")
        self.assertEqual(len(server.messages), 1)
        zone, prereq, update = sections(server.messages[0])
        self.assertEqual(zone, [(self.domain, 6, 1, None, None)])
        self.assertEqual({r[:3] for r in prereq}, {(self.domain, 16, 1)})
        data = [wire_strings(r[4]) for r in prereq]
        self.assertEqual(sorted(b"".join(d) for d in data),
                         sorted([*HOSTILE, b"abcdef", NOW]))
        self.assertIn([b"ab", b"", b"cdef"], data)
        self.assertEqual(      # class 254 deletes one record, RFC 2136 2.5.4
            [(*r[:4], wire_strings(r[4])) for r in update],
            [(self.domain, 16, 254, 0, [NOW]),
             (self.domain, 16, 1, 3600, [THEN])])

    def test_terraform(self):
        if shutil.which("terraform") is None:
            self.skipTest("no terraform")
        text = self.printed("terraform")
        self.tool("terraform", "fmt", "-", stdin=text)
        items = text.partition("txt = [")[2].partition("\n  ]\n")[0]
        items = items.replace(",\n", ",").replace("\n", "")
        with tempfile.TemporaryDirectory() as folder:
            out = self.tool("terraform", f"-chdir={folder}", "console",
                            stdin=f"jsonencode([{items}])\n")
        inner = json.loads(json.loads(out.strip().splitlines()[-1]))
        # the provider puts each between quotation marks of a master file
        self.assertEqual(sorted(strings(f'"{x}"')[0] for x in inner), self.then)

    def test_dnscontrol(self):
        script = ("const out = [];"
                  "function TXT(...a) { return a; }"
                  "function D_EXTEND(...a) { out.push(a); }\n"
                  + self.printed("dnscontrol")
                  + "\nprocess.stdout.write(JSON.stringify(out));")
        out = json.loads(self.tool("node", "-", stdin=script))
        self.assertEqual(out, [[self.domain, ["@", THEN.decode("ascii")]]])

    def test_text_and_json(self):
        text = self.printed("text")
        self.assertTrue(all(c == "\n" or c.isprintable() for c in text))
        step, = json.loads(self.printed("json"))["steps"]
        self.assertEqual([strings(r) for r in step["publish"]], [[THEN]])
        self.assertEqual([strings(r) for r in step["remove"]], [[NOW]])


if __name__ == "__main__":
    lab.main()

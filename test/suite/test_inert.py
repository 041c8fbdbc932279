"""What a report holds does no harm wherever it is printed.

Each payload of test/hostile_reports stands in every text field of an aggregate, a
failure and a TLS report, in names of attachments and files, and in things that give
no report; all are ingested, and what `ingest`, `reports`, `sources` and `enforce`
print as text, JSON and CSV is looked at octet by octet.

test_inert.py ASSAY      with AS_FULL=1 each report in each format
"""
import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from base64 import b64encode
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'test'))
from hostile_reports import aggregate, failure, payloads, tls  # noqa: E402
from tap import Tap  # noqa: E402

ASSAY = sys.argv[1]
SUFFIXES = str(ROOT / 'test/vector/suffixes.dat')
DOMAIN = 'council.example'
TODAY = 20782  # 2026-11-25
FULL = bool(os.environ.get('AS_FULL'))
FORMATS = ('text', 'json', 'ndjson', 'csv')
FORMULA = tuple('=+-@\t\r\uff1d\uff0b\uff0d\uff20')
# Unicode Cc, Cf, Zl, Zp, and fillers that show nothing.
HIDDEN = [(0, 9), (11, 31), (127, 159), (0xad, 0xad), (0x34f, 0x34f), (0x61c, 0x61c),
          (0x115f, 0x1160), (0x17b4, 0x17b5), (0x180b, 0x180f), (0x200b, 0x200f),
          (0x2028, 0x202e), (0x2060, 0x206f), (0x3164, 0x3164), (0xfeff, 0xfeff),
          (0xffa0, 0xffa0), (0xfff0, 0xfffb), (0x1bca0, 0x1bca3), (0x1d173, 0x1d17a),
          (0xe0000, 0xe0fff)]


def mail(payload, document, ident):
    """A report in a mail whose words are payloads, too."""
    safe = payload.replace(b'\r', b' ').replace(b'\n', b' ').replace(b'\0', b' ')
    name = safe.replace(b'\\', b'\\\\').replace(b'"', b'\\"')
    return b''.join([
        b'From: ', safe, b' <r@isp.example>\nDate: ', safe, b'\nSubject: ', safe,
        b'\nMessage-ID: <', safe, ident.encode(), b'@x>\nMIME-Version: 1.0\n'
        b'Content-Type: multipart/mixed; boundary=b\n\n--b\n'
        b'Content-Type: application/octet-stream; name="', name, b'"\n'
        b'Content-Transfer-Encoding: base64\nContent-Disposition: attachment;'
        b' filename="', name, b'"\n\n', b64encode(document), b'\n--b\n'
        b'Content-Type: application/gzip; name="', name, b'"\n\n', b'\x1f\x8b', safe,
        b'\n--b--\n'])


def file_name(payload, number):
    return b'%02d' % number + payload.replace(b'/', b'_').replace(b'\0', b'_')[:200]


def octet_faults(out):
    """Octets that should never come out."""
    try:
        text = out.decode('utf-8')
    except UnicodeDecodeError as e:
        return [f'no UTF-8: {e}']
    bad = {hex(ord(c)) for c in text
           if any(a <= ord(c) <= b for a, b in HIDDEN) and c != '\n'}
    return [f'prints {" ".join(sorted(bad))}'] if bad else []


def csv_faults(out):
    text = out.decode('utf-8', 'replace')
    if not text.endswith('\r\n'):
        return ['the last row has no end']
    faults = octet_faults(out.replace(b'\r\n', b'\n'))
    rows = list(csv.reader(io.StringIO(text, newline='')))
    if len({len(row) for row in rows}) > 1:
        faults.append(f'rows of {sorted({len(row) for row in rows})} cells')
    if text.count('\r\n') != len(rows):
        faults.append('a row of several lines')
    for row in rows:
        for cell in row:
            for part in [cell, *cell.split(';')]:
                part = part.lstrip(' "')
                if part.startswith(FORMULA):
                    faults.append(f'a formula: {cell[:60]!r}')
    return faults


def documents(out, form):
    return [json.loads(x) for x in ([out] if form == 'json' else out.splitlines())]


def texts_of(doc):
    if isinstance(doc, dict):
        for key, value in doc.items():
            yield from (key, *texts_of(value))
    elif isinstance(doc, list):
        for value in doc:
            yield from texts_of(value)
    elif isinstance(doc, str):
        yield doc


class Cases:
    def __init__(self, t, folder):
        self.t = t
        self.inputs = Path(folder) / 'in'
        self.inputs.mkdir()
        self.store = str(Path(folder) / 'assay.db')
        self.payloads = list(payloads())
        self.faults = []
        self.looked = self.printed = 0

    def run(self, *args, form='text'):
        run = subprocess.run([ASSAY, *args, '--store', self.store, '--format', form],
                             capture_output=True, timeout=120, check=False)
        name = f'{" ".join(args[:4])} as {form}'
        if run.returncode not in (0, 1) or not run.stdout:
            self.faults.append(f'{name}: exit {run.returncode}, {run.stderr!r}')
        bad = csv_faults(run.stdout) if form == 'csv' else octet_faults(run.stdout)
        self.faults += [f'{name}: {x}' for x in bad + octet_faults(run.stderr)]
        self.looked += 1
        return run.stdout

    def told(self, name):
        self.t.ok(not self.faults, name, '\n'.join(self.faults))
        self.faults = []

    def write(self):
        """Files of all kinds; the marks of each payload by kind."""
        marks = {}
        for i, (name, payload) in enumerate(self.payloads):
            day, ident = TODAY - 1 - i % 20, f'id{i}'
            made = {
                'aggregate': aggregate(payload, DOMAIN, day, ident,
                                       f'192.0.2.{i + 1}'.encode()),
                'alien': aggregate(payload, None, day, ident),
                'tls': tls(payload, day, ident), 'failure': failure(payload, ident)}
            for kind, (octets, fields) in made.items():
                (self.inputs / f'{i}-{kind}').write_bytes(octets)
                marks[i, kind] = fields
            (self.inputs / f'{i}-mail').write_bytes(
                mail(payload, aggregate(payload, DOMAIN, day, ident + 'm',
                                        f'198.51.100.{i + 1}'.encode())[0], ident))
            path = bytes(self.inputs) + b'/' + file_name(payload, i)
            with open(path, 'wb') as f:
                f.write(payload + b' is no report')
        return marks

    def ingest(self):
        n = len(self.payloads)
        copies = {}
        for form in ('text', 'json', 'ndjson'):
            keep, self.store = self.store, f'{self.store}-{form}'
            copies[form] = self.run('ingest', str(self.inputs), form=form)
            self.store = keep
        Path(self.store + '-json').rename(self.store)
        doc, = documents(copies['json'], 'json')
        self.t.equal((doc['stored'], doc['quarantined']), (5 * n, 2 * n),
                     f'{n} payloads: {5 * n} reports are stored, {2 * n} things are not')
        self.told('what ingest prints')
        self.t.equal(self.nuls(), [], 'no text of the database holds NUL')

    def nuls(self):
        """Columns with a text that no other engine would take."""
        db = sqlite3.connect(self.store)
        found = []
        for table, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            rows = db.execute(f'SELECT * FROM {table}')
            names = [column[0] for column in rows.description]
            found += {f'{table}.{name}' for row in rows for name, value in zip(names, row)
                      if isinstance(value, str) and '\0' in value}
        db.close()
        return found

    def shown(self, marks):
        """Every report in every format; each field comes out in JSON."""
        listed = []
        for form in FORMATS:
            out = self.run('reports', 'list', '--limit', '100000', form=form)
            if form == 'json':
                listed = documents(out, form)[0]['reports']
        self.told('what reports list prints')
        lost = []
        by_input = {}
        for n, entry in enumerate(listed):
            forms = FORMATS if FULL else ('json', ('text', 'csv')[n // 2 % 2])
            for form in forms:
                out = self.run('reports', 'show', str(entry['id']), form=form)
                if form == 'json':
                    doc = documents(out, form)[0]
                    by_input[Path(doc['from']['input']).name] = doc
        self.told(f'what reports show prints of {len(listed)} reports')
        for (i, kind), fields in marks.items():
            text = '\n'.join(texts_of(by_input.get(f'{i}-{kind}', {})))
            for field, mark in fields.items():
                self.printed += mark in text
                if mark not in text and not self.may_lack(
                        self.payloads[i][1], kind, field):
                    lost.append(f'{self.payloads[i][0]} in {kind} {field}')
        self.t.ok(not lost, f'{self.printed} fields with a payload come out in JSON',
                  '\n'.join(lost))

    @staticmethod
    def may_lack(payload, kind, field):
        """What is personal is left out, and the subject of a report's mail; of a domain
        the store keeps no more than an index takes."""
        if field == 'policy domain':
            return len(payload) > 1000
        return kind == 'failure' and field in ('From', 'Subject', 'report Subject')

    def quarantine(self):
        for form in FORMATS:
            out = self.run('reports', 'quarantine', 'list', '--limit', '100000', form=form)
            if form == 'json':
                held = documents(out, form)[0]['quarantine']
        for n, q in enumerate(held):
            for form in FORMATS if FULL else FORMATS[n % 4:][:1]:
                self.run('reports', 'quarantine', 'show', str(q['id']), form=form)
        self.told(f'what reports quarantine prints of {len(held)} things')
        for form in ('text', 'json'):
            self.run('reports', 'quarantine', 'replay', '--all', form=form)
        self.told('what a replay prints')

    def usage(self):
        for command in ('sources', 'enforce'):
            for form in FORMATS:
                out = self.run(command, DOMAIN, '--psl', SUFFIXES, '--now',
                               '2026-11-25T12:00:00Z', form=form)
                self.t.ok(len(out) > 300, f'{command} as {form} says something', out)
            self.told(f'what {command} prints')


def main():
    t = Tap()
    with tempfile.TemporaryDirectory() as folder:
        c = Cases(t, folder)
        marks = c.write()
        fields = sum(map(len, marks.values()))
        c.ingest()
        c.shown(marks)
        c.quarantine()
        c.usage()
        t.ok(len(c.payloads) >= 40 and fields > 2000,
             f'{len(c.payloads)} payloads, {fields} fields that hold one, '
             f'{c.looked} outputs looked at')
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

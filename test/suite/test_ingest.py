"""assay ingest: what is stored equals what Python's own readers count, whatever
the wrapping.

test_ingest.py ASSAY
"""
import email.message
import gzip
import io
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'test'), str(ROOT / 'test/lab')]
import schemas  # noqa: E402
from tap import Tap  # noqa: E402

ASSAY = sys.argv[1]
REPORTS = 300
HOSTILE = '=cmd|\' /C calc\'!A0\x1b]0;owned\x07<script>alert(1)</script>'


def report(i, rng):
    rows = ''.join(
        f'<record><row><source_ip>192.0.2.{rng.randrange(1, 255)}</source_ip>'
        f'<count>{rng.randrange(1, 1000)}</count><policy_evaluated>'
        f'<disposition>none</disposition><dkim>{rng.choice(["pass", "fail"])}'
        f'</dkim><spf>fail</spf></policy_evaluated></row><identifiers>'
        f'<header_from>d{i % 7}.test</header_from></identifiers>'
        f'<auth_results><spf><domain>d{i % 7}.test</domain>'
        f'<result>fail</result></spf></auth_results></record>'
        for _ in range(rng.randrange(1, 30)))
    begin = 1700000000 // 86400 * 86400 + i % 30 * 86400
    return (f'<?xml version="1.0"?><feedback><report_metadata><org_name>'
            f'org{i % 5}</org_name><email>r@org.test</email><report_id>id{i}'
            f'</report_id><date_range><begin>{begin}</begin><end>'
            f'{begin + 86399}</end></date_range></report_metadata>'
            f'<policy_published><domain>d{i % 7}.test</domain><p>none</p>'
            f'</policy_published>{rows}</feedback>').encode()


def wrap(i, xml):
    """One of four ways; file name and octets."""
    if i % 4 == 0:
        return f'{i}.xml', xml
    if i % 4 == 1:
        return f'{i}.bin', gzip.compress(xml)
    if i % 4 == 2:
        out = io.BytesIO()
        with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
            z.writestr('a.xml', xml)
        return f'{i}.txt', out.getvalue()
    m = email.message.EmailMessage()
    m['From'], m['Subject'] = 'r@org.test', 'Report Domain'
    m.set_content('a report')
    m.add_attachment(gzip.compress(xml), maintype='application',
                     subtype='octet-stream', filename='x.pdf')
    return f'{i}.eml', bytes(m)


def counts(documents):
    """Reports, rows, messages."""
    rows = messages = 0
    for xml in documents:
        for r in ET.fromstring(xml).iter('row'):
            rows += 1
            messages += int(r.find('count').text)
    return len(documents), rows, messages


def ingest(store, *paths, **more):
    return subprocess.run([ASSAY, 'ingest', '--store', store, *paths],
                          capture_output=True, text=True, timeout=120, **more)


def stored(store):
    db = sqlite3.connect(store)
    try:
        return (db.execute('SELECT count(*) FROM report').fetchone()[0],
                *db.execute('SELECT count(*), sum(messages) '
                            'FROM aggregate_row').fetchone())
    finally:
        db.close()


def sums(store):
    db = sqlite3.connect(store)
    try:
        return (db.execute('PRAGMA integrity_check').fetchone()[0],
                db.execute('SELECT sum(messages) FROM daily').fetchone()[0],
                db.execute('SELECT sum(reports) FROM reporter_daily'
                           ).fetchone()[0])
    finally:
        db.close()


class Cases:
    def __init__(self, t, folder):
        rng = random.Random(6)
        self.t = t
        self.dir = folder
        self.inputs = os.path.join(folder, 'in')
        self.documents = [report(i, rng) for i in range(REPORTS)]
        os.mkdir(self.inputs)
        for i, xml in enumerate(self.documents):
            name, octets = wrap(i, xml)
            Path(self.inputs, name).write_bytes(octets)
        self.want = counts(self.documents)

    def store(self, name):
        return os.path.join(self.dir, name + '.db')

    def whole(self):
        t, db = self.t, self.store('whole')
        run = ingest(db, self.inputs, '--json')
        doc = json.loads(run.stdout)
        t.equal((run.returncode, run.stderr), (0, ''), 'all is stored')
        t.equal(schemas.fault('ingest.json', doc), '', 'as the schema says')
        t.equal((doc['stored'], doc['duplicates'], doc['quarantined'],
                 len(doc['inputs'])), (REPORTS, 0, 0, REPORTS),
                'what is told is what there was')
        t.equal(stored(db), self.want, 'counts equal those of another reader')
        t.equal(sums(db), ('ok', self.want[2], REPORTS), 'the sums are right')
        again = json.loads(ingest(db, self.inputs, '--json').stdout)
        t.equal((again['stored'], again['duplicates'], stored(db)),
                (0, REPORTS, self.want), 'a second run changes nothing')

    def piped(self):
        db = self.store('piped')
        name, octets = wrap(3, self.documents[3])
        run = subprocess.run([ASSAY, 'ingest', '--store', db, '-'],
                             input=octets, capture_output=True, timeout=60)
        self.t.equal((run.returncode, stored(db)),
                     (0, counts(self.documents[3:4])), 'a mail on a pipe')

    def maildir(self):
        db, box = self.store('maildir'), os.path.join(self.dir, 'box')
        for i, folder in enumerate(('cur', 'new', 'tmp')):
            os.makedirs(os.path.join(box, folder))
            Path(box, folder, 'm').write_bytes(
                wrap(3 + 4 * i, self.documents[3 + 4 * i])[1])
        Path(box, 'dovecot.index').write_bytes(b'no mail')
        run = ingest(db, box)
        self.t.equal((run.returncode, stored(db)[0]), (0, 2),
                     'of a Maildir the mails in cur and new')

    def refused(self):
        t, db = self.t, self.store('refused')
        bad = os.path.join(self.dir, 'bad')
        os.mkdir(bad)
        Path(bad, 'empty').write_bytes(b'')
        Path(bad, 'noise').write_bytes(bytes(range(256)) * 40)
        Path(bad, 'good.xml').write_bytes(self.documents[0])
        Path(bad, 'dtd.xml').write_bytes(
            b'<!DOCTYPE a [<!ENTITY x "y">]><feedback>&x;</feedback>')
        run = ingest(db, bad, '--json')
        doc = json.loads(run.stdout)
        t.equal((run.returncode, doc['stored'], doc['quarantined']), (1, 1, 3),
                'what gives no report costs its neighbours nothing')
        t.equal(schemas.fault('ingest.json', doc), '', 'as the schema says')
        t.ok(all(len(i['refused']) == 1 and i['refused'][0]['diagnosis']
                 for i in doc['inputs'] if not i['stored']),
             'each has a diagnosis', run.stdout)
        ingest(db, bad)
        n = sqlite3.connect(db).execute(
            'SELECT count(*) FROM quarantine').fetchone()[0]
        t.equal(n, 3, 'it is kept once')
        run = ingest(db, os.path.join(self.dir, 'nothing'), '--json')
        t.equal((run.returncode, json.loads(run.stdout)['unread']), (66, 1),
                'an input that is not there is told')

    def vast(self):
        """More octets than are kept, and no report."""
        t, db = self.t, self.store('vast')
        folder = os.path.join(self.dir, 'vast')
        os.mkdir(folder)
        Path(folder, 'a').write_bytes(bytes(range(256)) * 70000)
        Path(folder, 'b.xml').write_bytes(self.documents[0])
        for again in range(2):
            doc = json.loads(ingest(db, folder, '--json').stdout)
            t.equal((doc['stored'], doc['duplicates'], doc['quarantined'],
                     doc['error']), (1 - again, again, 1, None),
                    'it is told, and its neighbour is stored')
        kept = sqlite3.connect(db).execute(
            'SELECT input, hash FROM quarantine q LEFT JOIN raw '
            'ON raw = hash').fetchall()
        t.equal(kept, [(os.path.join(folder, 'a'), None)],
                'kept once, without its octets')

    def hostile(self):
        t, db = self.t, self.store('hostile')
        path = os.path.join(self.dir, 'a\x1b[31mred')
        Path(path).write_bytes(b'nothing ' + HOSTILE.encode())
        run = ingest(db, path)
        t.ok('\x1b' not in run.stdout and '\x07' not in run.stdout and
             'red' in run.stdout, 'a name does not reach the terminal as it is',
             repr(run.stdout))
        run = ingest(db, path, '--json')
        t.ok('\x1b' not in run.stdout and json.loads(run.stdout),
             'nor JSON', repr(run.stdout))

    def reader_killed(self):
        """The process that reads ends in the middle of a pipe."""
        t, db = self.t, self.store('reader')
        whole = self.documents[1] + b' ' * 3000000
        p = subprocess.Popen([ASSAY, 'ingest', '--store', db, '-', '--json'],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        p.stdin.write(whole[:1000000])
        p.stdin.flush()
        kids = Path(f'/proc/{p.pid}/task/{p.pid}/children').read_text().split()
        for kid in kids:
            os.kill(int(kid), signal.SIGKILL)
        out, _ = p.communicate(whole[1000000:], timeout=60)
        doc = json.loads(out)
        t.equal((p.returncode, doc['stored'], doc['quarantined']), (1, 0, 1),
                'the input at hand goes to quarantine')
        raw = sqlite3.connect(db).execute('SELECT octets FROM raw').fetchall()
        t.equal([r[0] == whole for r in raw], [True], 'with all its octets')

    def short(self, name, *more):
        """Ingest into a database that has its tables, and little room more."""
        db, nothing = self.store(name), Path(self.dir, 'no-' + name)
        nothing.mkdir()
        ingest(db, str(nothing))
        room = os.path.getsize(db) + 200000
        return db, ingest(db, self.inputs, *more,
                          preexec_fn=lambda: resource.setrlimit(
                              resource.RLIMIT_FSIZE,
                              (room, resource.RLIM_INFINITY)))

    def full(self):
        """The database may not grow: told, and a second run brings the rest."""
        t = self.t
        db, run = self.short('full')
        t.ok(run.returncode == 74 and 'run it again' in run.stderr,
             'a full disk is told', f'{run.returncode} {run.stderr}')
        broken, run = self.short('broken', '--json', '--parsers', '1')
        doc = json.loads(run.stdout)
        t.ok(run.returncode == 74 and doc['error'] and
             doc['stored'] == len(doc['inputs']) == stored(broken)[0],
             'JSON is finished all the same, and true', run.stdout[-300:])
        t.equal(schemas.fault('ingest.json', doc), '', 'as the schema says')
        run = ingest(db, self.inputs)
        t.equal((run.returncode, stored(db), sums(db)[0]),
                (0, self.want, 'ok'), 'then the rest is stored')


def main():
    t = Tap()
    with tempfile.TemporaryDirectory() as folder:
        c = Cases(t, folder)
        for case in (c.whole, c.piped, c.maildir, c.refused, c.vast, c.hostile,
                     c.reader_killed, c.full):
            case()
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

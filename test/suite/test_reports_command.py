"""assay reports: what the store holds is listed, shown and taken out of quarantine
as it is; in a file, and on a PostgreSQL server where the machine has one.

test_reports_command.py ASSAY
"""
import csv
import gzip
import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'test'), str(ROOT / 'test/lab')]
import schemas  # noqa: E402
from report_maker import HEAD, TLS, dkim, record, report  # noqa: E402
from postgres import Server, programs  # noqa: E402
from tap import Tap  # noqa: E402

ASSAY = sys.argv[1]
DAY = 86400
FIRST = 1767225600  # 2026-01-01
MANY = 130

FAILURE = b'''From: reports@isp.example
To: d@example.org
Date: Thu, 1 Jan 2026 12:00:00 +0000
Message-ID: <r1@isp.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

a report
--b
Content-Type: message/feedback-report

Feedback-Type: auth-failure
Version: 1
Auth-Failure: dmarc
Source-IP: 192.0.2.7
Reported-Domain: example.org
Original-Mail-From: <alice@example.org>
Arrival-Date: Thu, 1 Jan 2026 11:00:00 +0000

--b
Content-Type: text/rfc822-headers

From: Alice <alice@example.org>
Subject: a secret
--b--
'''


def aggregate(i, org, domain, rows=1, count='2', report_id=None, begin=None):
    begin = FIRST + i * DAY if begin is None else begin
    head = (f'<org_name>{org}</org_name><email>r@{org}</email>'
            f'<report_id>{report_id or i}</report_id><date_range><begin>{begin}'
            f'</begin><end>{begin + DAY - 1}</end></date_range>')
    policy = f'<domain>{domain}</domain><p>reject</p><sp/><pct>100</pct>'
    return report(head, policy, ''.join(record(count=count) for _ in range(rows)))


def sql(db, statement):
    """Change the database behind the back of Assay, or ask it for a number."""
    if '://' not in db:
        with sqlite3.connect(db) as con:
            return con.execute(statement).fetchone()
    out = subprocess.run([f'{programs()}/psql', '-AtqX', '-c', statement, db],
                         capture_output=True, text=True, check=True).stdout
    return (int(out),) if out.strip().isdigit() else None


def octets(db, value):
    return f"x'{value.hex()}'" if '://' not in db else f"'\\x{value.hex()}'::bytea"


class Cases:
    """`db` and `quarantined`: two databases, a file each or on a server."""

    def __init__(self, t, folder, db, quarantined):
        self.t = t
        self.dir = Path(folder)
        self.db, self.quarantined = db, quarantined

    def run(self, *args, db=None, **more):
        return subprocess.run([ASSAY, *args, '--store', db or self.db],
                              capture_output=True, timeout=60, check=False, **more)

    def doc(self, *args, status=0, schema=None, db=None):
        run = self.run('reports', *args, '--json', db=db)
        assert run.returncode == status, run
        doc = json.loads(run.stdout)
        if schema:
            self.t.equal(schemas.fault(schema, doc), '', f'{" ".join(args)}: {schema}')
        return doc

    def ids(self, *args):
        return [r['id'] for r in self.doc('list', *args)['reports']]

    def put(self, name, content, db=None):
        path = self.dir / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.run('ingest', str(path), db=db)

    def fill(self):
        many = self.dir / 'many'
        many.mkdir()
        for i in range(MANY):
            (many / str(i)).write_text(aggregate(
                i, 'big.example' if i % 2 else 'Small.example', f'd{i % 3}.example'))
        self.run('ingest', str(many))
        self.put('r', aggregate(200, 'two.example', 'd0.example', 3, report_id='same'))
        self.put('r', aggregate(200, 'two.example', 'd0.example', 4, report_id='same'))
        self.put('tls.json', TLS)
        self.put('failure.eml', FAILURE)

    def nothing(self):
        t = self.t
        run = self.run('reports', db=str(self.dir / 'none.db'))
        t.ok(run.returncode == 66 and b'no reports yet' in run.stderr,
             'without a database it says so', run)
        run = self.run('reports', 'show', '1000')
        t.ok(run.returncode == 66 and b'no report 1000' in run.stderr,
             'a report that is not there', run)
        for args in (('x.example',), ('show',), ('show', '0'), ('show', 'x'), ('list', 'x'),
                     ('list', '--kind', 'x'), ('list', '--since', 'x'), ('quarantine', 'x'),
                     ('quarantine', 'show'), ('quarantine', 'replay'), ('list', '--after', '-1'),
                     ('quarantine', 'replay', '1', '--all'), ('list', '--domain', 'a..b'),
                     ('show', '1', '--kind', 'tls'), ('quarantine', '--domain', 'x.example'),
                     ('list', '--since', '2026-02-01', '--until', '2026-01-01')):
            run = self.run('reports', *args)
            t.ok(run.returncode == 2 and run.stderr and not run.stdout,
                 f'usage: {" ".join(args)}', run)

    def lists(self):
        t = self.t
        doc = self.doc('list', '--limit', '1000', schema='reports.json')
        whens = [r['begin'] for r in doc['reports']]
        t.equal((len(whens), doc['next_after']), (MANY + 4, None), 'all are listed')
        t.equal(whens, sorted(whens, reverse=True), 'the newest first')
        whole = [r['id'] for r in doc['reports']]
        pages, after = [], []
        while True:
            page = self.doc('list', '--limit', '7', *after)
            pages += [r['id'] for r in page['reports']]
            if page['next_after'] is None:
                break
            after = ['--after', str(page['next_after'])]
        t.equal(pages, whole, 'page by page they are the same')
        by_id = {r['id']: r for r in doc['reports']}

        def those(name, wanted, *args):
            t.equal(self.ids('--limit', '1000', *args),
                    [i for i in whole if wanted(by_id[i])], name)
        those('of a domain', lambda r: r['domain'] == 'd1.example', '--domain', 'D1.example.')
        those('of a kind', lambda r: r['kind'] == 'tls', '--kind', 'tls')
        those('of a reporter, in any case', lambda r: r['reporter'] == 'Small.example',
              '--reporter', 'sMALL.')
        those('signs of patterns are none', lambda r: False, '--reporter', '%')
        those('in conflict', lambda r: r['report_id'] == 'same', '--conflict')
        those('since a day', lambda r: r['end'] >= '2026-03-01', '--since', '2026-03-01')
        those('until the end of a day', lambda r: r['begin'] < '2026-02-11',
              '--until', '2026-02-10')
        those('of one day', lambda r: r['begin'][:10] == '2026-02-10',
              '--since', '2026-02-10', '--until', '2026-02-10', '--kind', 'aggregate')
        t.equal(len(self.ids('--conflict')), 2, 'both that say otherwise are marked')
        run = self.run('reports', 'list', '--format', 'csv', '--limit', '1000')
        rows = list(csv.DictReader(io.StringIO(run.stdout.decode())))
        t.equal([int(r['id']) for r in rows], whole, 'as CSV')
        run = self.run('reports', 'list', '--format', 'ndjson', '--limit', '1000')
        t.equal([json.loads(x) for x in run.stdout.splitlines()], doc['reports'],
                'a line each')
        run = self.run('reports', 'list', '--reporter', 'nobody')
        t.ok(run.returncode == 0 and b'There is none.' in run.stdout, 'none is told', run)
        text = self.run('reports').stdout.decode()
        t.ok(len(text.splitlines()) < 60 and '--after' in text, 'text is bounded', text)
        t.ok(max(map(len, text.splitlines())) <= 80, 'and fits 80 columns', text)

    def shows(self):
        t = self.t
        one, two = sorted(self.ids('--conflict'))
        doc = self.doc('show', str(one), schema='report.json')
        t.equal((doc['conflicts_with'], doc['rows'], doc['messages'], len(doc['records'])),
                ([two], 3, 6, 3), 'a report names what it is at odds with')
        t.equal((doc['policy']['p'], doc['policy']['sp'], doc['policy']['np']),
                ('reject', '', None), 'empty and absent are told apart')
        text = self.run('reports', 'show', str(one)).stdout.decode()
        t.ok(f'report {two} has the same' in text, 'text names it too', text)
        page = self.doc('show', str(two), '--limit', '2', '--after', '1')
        t.equal(([r['row'] for r in page['records']], page['next_after']), ([2, 3], 3),
                'rows come by pages')
        page = self.doc('show', str(two), '--limit', '2', '--after', '3')
        t.equal(([r['row'] for r in page['records']], page['next_after']), ([4], None),
                'up to the last')
        text = self.run('reports', 'show', str(two), '--limit', '1').stdout.decode()
        t.ok(f'3 more rows: assay reports show {two} --after 1' in ' '.join(text.split()),
             'text says how to go on', text)
        tls, = self.ids('--kind', 'tls')
        doc = self.doc('show', str(tls), schema='report.json')
        t.equal((doc['domain'], doc['policies'][0]['successes'],
                 [d['result'] for d in doc['policies'][0]['details']]),
                ('example.com', 5, ['certificate-expired']), 'policies with their failures')
        fail, = self.ids('--kind', 'failure')
        doc = self.doc('show', str(fail), schema='report.json')
        out = self.run('reports', 'show', str(fail)).stdout.decode() + json.dumps(doc)
        t.ok('alice' not in out.lower() and 'secret' not in out and '@example.org' in out,
             'personal parts are left out', out)
        rows = list(csv.reader(io.StringIO(self.run(
            'reports', 'show', str(two), '--format', 'csv').stdout.decode())))
        t.equal((len(rows), {len(r) for r in rows}), (5, {15}), 'a row a row')

    def unread(self):
        t = self.t
        self.put('odd', report(records=record() + '<record><row><count>many</count></row>'
                               '</record>' + record(ip='192.0.2.9\x07')))
        run = self.run('reports', 'list', '--domain', 'example.com', '--kind', 'aggregate',
                       '--json')
        entry, = json.loads(run.stdout)['reports']
        doc = self.doc('show', str(entry['id']), schema='report.json')
        text = self.run('reports', 'show', str(entry['id'])).stdout.decode()
        t.equal((doc['unread'], len(doc['records']), bool(doc['notes'])), (1, 2, True),
                'what could not be read is counted, what was mended is noted')
        t.ok('1 row could not be read' in ' '.join(text.split()) and
             doc['notes'][0]['text'] in ' '.join(text.split()), 'text says so', text)

    def vast(self):
        """A row as full as one may be."""
        t, wide = self.t, '\u202e' * 1300
        one = dkim(domain=wide, selector=wide, result=wide, human_result=wide)
        self.put('vast', report(
            head=HEAD.replace('id-1', 'vast'), policy='<domain>vast.example</domain>',
            records=record(results=one * 70) + record()))
        number, = self.ids('--domain', 'vast.example')
        doc = self.doc('show', str(number), schema='report.json')
        t.equal([len(r['dkim_results']) for r in doc['records']], [64, 0],
                'a vast row is shown as JSON, and the one behind it')
        for form in ('text', 'csv'):
            run = self.run('reports', 'show', str(number), '--format', form)
            t.ok(run.returncode == 0 and run.stdout.count(b'\\u{202e}') == 64 * 4 * 1300,
                 f'and as {form}', run.stderr)

    def quarantine(self):
        t, db = self.t, self.quarantined
        good = aggregate(1, 'late.example', 'd.example').encode()
        bad = {'empty': (b'', 'nothing in it'), 'noise': (b'noise' * 9, 'some other mail'),
               'cut': (good[:good.index(b'</record>')], 'damaged on its way'),
               'dtd': (b'<!DOCTYPE a><feedback/>', 'It can be dropped')}
        self.put('fine', aggregate(2, 'late.example', 'd.example'), db=db)
        for name, (content, _) in bad.items():
            self.put(name, content, db=db)
        doc = self.doc('quarantine', schema='quarantine.json', db=db)
        names = {os.path.basename(q['input']): q for q in doc['quarantine']}
        t.equal(set(names), set(bad), 'what gave no report is listed')
        for name, (content, advice) in bad.items():
            q = names[name]
            t.ok(advice in q['advice'], f'{name}: what to do', q)
            text = self.run('reports', 'quarantine', 'show', str(q['id']), db=db)
            t.ok(q['advice'] in ' '.join(text.stdout.decode().split()), f'{name}: in text', text)
            self.run('reports', 'quarantine', 'export', str(q['id']),
                     str(self.dir / 'out'), db=db)
            out = (self.dir / 'out').read_bytes()
            if out[:2] == b'\x1f\x8b':
                out = gzip.decompress(out)
            t.equal(out, content, f'{name}: its octets')
        run = self.run('reports', 'quarantine', 'replay', '--all', '--json', db=db)
        doc = json.loads(run.stdout)
        t.equal((run.returncode, doc['quarantined'], len(doc['inputs'])), (1, 4, 4),
                'they give none when they are read again')
        t.equal(schemas.fault('ingest.json', doc), '', 'replay: ingest.json')
        t.equal(len(self.doc('quarantine', db=db)['quarantine']), 4, 'and stay, once')
        run = self.run('reports', 'quarantine', 'replay', str(names['cut']['id']), '99', db=db)
        t.ok(run.returncode == 66 and not run.stdout, 'of ids one of which is not there none '
             'is read', run)
        self.mend(db, names['noise']['id'], good)
        run = self.run('reports', 'quarantine', 'drop', str(names['empty']['id']),
                       str(names['dtd']['id']), db=db)
        t.equal((run.returncode, run.stdout), (0, b''), 'two are dropped')
        t.equal([os.path.basename(q['input']) for q in
                 self.doc('quarantine', db=db)['quarantine']], ['cut'], 'and gone')
        t.equal(self.raws(db), 3, 'with their octets')
        run = self.run('reports', 'quarantine', 'drop', str(names['empty']['id']), db=db)
        t.equal(run.returncode, 66, 'nothing is dropped twice')

    @staticmethod
    def raws(db):
        return sql(db, 'SELECT count(*) FROM raw')[0]

    def mend(self, db, number, good):
        """The reader learns to read it: here the octets change instead."""
        digest = octets(db, hashlib.sha256(good).digest())
        sql(db, f'INSERT INTO raw VALUES({digest}, {octets(db, good)})')
        sql(db, f'UPDATE quarantine SET raw={digest} WHERE id={number}')
        run = self.run('reports', 'quarantine', 'replay', str(number), db=db)
        self.t.ok(run.returncode == 0 and b'1 report stored' in run.stdout,
                  'one that gives a report now is stored', run)
        left = [q['id'] for q in self.doc('quarantine', db=db)['quarantine']]
        self.t.ok(number not in left and len(left) == 3, 'and leaves the quarantine', left)
        entry = self.doc('list', '--since', '2026-01-02', '--until', '2026-01-02',
                         db=db)['reports'][0]
        doc = self.doc('show', str(entry['id']), db=db)
        self.t.equal(os.path.basename(doc['from']['input']), 'noise',
                     'it is known where it came from')


def check(t, folder, *databases):
    c = Cases(t, folder, *databases)
    c.fill()
    for case in (c.nothing, c.lists, c.shows, c.unread, c.vast, c.quarantine):
        case()


def main():
    t = Tap()
    with tempfile.TemporaryDirectory() as folder:
        check(t, folder, f'{folder}/r.db', f'{folder}/q.db')
    if not Server.is_there():
        t.ok(True, 'PostgreSQL is not on this machine: left out')
        return t.end()
    server = Server()
    with server as uri, tempfile.TemporaryDirectory() as folder:
        sql(uri, 'CREATE DATABASE other')
        check(t, folder, uri, server.uri('other'))
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

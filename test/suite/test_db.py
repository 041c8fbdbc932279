"""assay db, and the other commands on both engines: the same reports give the same
answers; a copy that is killed at any point goes on and ends equal; a backup that
is made while others write is sound; verify finds what was changed behind our back;
and no message shows a password.

test_db.py ASSAY
"""
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'test'), str(ROOT / 'test/lab')]
import schemas  # noqa: E402
from postgres import Server  # noqa: E402
from tap import Tap  # noqa: E402

ASSAY = sys.argv[1]
REPORTS = 250
KILLS = 5
SECRET = 'open-sesame'
NOW = '2023-12-10T00:00:00Z'


def report(i):
    rng = random.Random(i)
    rows = ''.join(
        f'<record><row><source_ip>198.51.100.{rng.randrange(1, 255)}</source_ip>'
        f'<count>{rng.randrange(1, 1000)}</count><policy_evaluated>'
        f'<disposition>none</disposition><dkim>pass</dkim><spf>fail</spf>'
        f'</policy_evaluated></row><identifiers><header_from>d{i % 3}.test'
        f'</header_from></identifiers><auth_results><dkim><domain>d{i % 3}.test'
        f'</domain><selector>s{i % 2}</selector><result>pass</result></dkim>'
        f'<spf><domain>b\u00e9.test</domain><result>fail</result></spf>'
        f'</auth_results></record>' for _ in range(rng.randrange(1, 40)))
    begin = 1700000000 // 86400 * 86400 + i % 20 * 86400
    end = begin + (86399 if i % 9 else 3 * 86400)
    return (f'<?xml version="1.0"?><feedback><report_metadata><org_name>org{i % 5}'
            f'</org_name><email>r@org.test</email><report_id>id{i}</report_id>'
            f'<date_range><begin>{begin}</begin><end>{end}</end></date_range>'
            f'</report_metadata><policy_published><domain>d{i % 3}.test</domain>'
            f'<p>none</p></policy_published>{rows}</feedback>')


def tls_report(i):
    return json.dumps({
        'organization-name': 'Tls', 'report-id': f't{i}', 'contact-info': 'a@b.test',
        'date-range': {'start-datetime': f'2023-11-{i + 1:02}T00:00:00Z',
                       'end-datetime': f'2023-11-{i + 1:02}T23:59:59Z'},
        'policies': [{
            'policy': {'policy-type': 'sts', 'policy-domain': 'd1.test'},
            'summary': {'total-successful-session-count': 90 + i,
                        'total-failure-session-count': 2},
            'failure-details': [{'result-type': 'certificate-expired',
                                 'failed-session-count': 2}]}]})


def fill(folder, first, n):
    folder.mkdir()
    for i in range(first, first + n):
        (folder / f'{i}.xml').write_text(report(i), encoding='utf-8')
    return folder


def run(*args, ok=True):
    p = subprocess.run([ASSAY, *map(str, args)], capture_output=True, text=True,
                       check=False)
    if ok and p.returncode != 0:
        raise RuntimeError(f'{args}: {p.returncode}: {p.stderr}')
    return p


def document(*args):
    return json.loads(run(*args, '--json').stdout)


def rows_of(path):
    db = sqlite3.connect(path)
    db.text_factory = bytes
    tables = [r[0].decode() for r in db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    return {t: sorted(map(repr, db.execute(f'SELECT * FROM "{t}"')))
            for t in tables}


def answers(store):
    out = []
    for command in (['sources', 'd1.test', '--now', NOW],
                    ['enforce', 'd0.test', '--now', NOW],
                    ['reports', 'list'],
                    ['reports', 'list', '--kind', 'tls']):
        p = run(*command, '--json', '--store', store, ok=False)
        doc = json.loads(p.stdout)
        out.append((p.returncode, doc))
    return out


def without_ids(doc):
    """Numbers of PostgreSQL have gaps, and times are the clock's."""
    if isinstance(doc, dict):
        out = {k: without_ids(v) for k, v in doc.items()
               if k not in ('id', 'received')}
        if isinstance(out.get('reports'), list):
            out['reports'].sort(key=json.dumps)
        return out
    if isinstance(doc, (list, tuple)):
        return [without_ids(v) for v in doc]
    return doc


# --- SQLite alone ---

def check_verify(t, store, folder):
    doc = document('db', 'verify', '--store', store)
    t.equal((doc['sound'], doc['fault'], doc['reports']),
            (True, None, REPORTS + 20), 'a database that fits together')
    t.equal(schemas.fault('db.json', doc), '', 'as the schema says: verify')
    for n, (sql, words) in enumerate((
            ("UPDATE daily SET messages = messages + 1 WHERE (domain, day, ip)"
             " IN (SELECT domain, day, ip FROM daily LIMIT 1)",
             'daily does not add up'),
            ("DELETE FROM reporter_daily WHERE org = 'org1'",
             'reporter_daily leaves out'),
            ("INSERT INTO dkim_daily VALUES('x.test', 1, 'a', 'b', 'c', 1)",
             'dkim_daily does not add up: domain x.test, day 1'),
            ("UPDATE tls_daily SET failures = 0", 'tls_daily'),
            ("DELETE FROM aggregate_row WHERE report = 7 AND n = 0", 'report 7'),
            ("DELETE FROM report WHERE id = 9", '9'),
            ("UPDATE raw SET octets = x'00'", 'SHA-256'),
            ("DELETE FROM raw", 'octets of report 1'))):
        path = folder / f'changed{n}.db'
        run('db', 'backup', path, '--store', store)
        db = sqlite3.connect(path)
        db.execute(sql)
        db.commit()
        db.close()
        p = run('db', 'verify', '--store', path, '--json', ok=False)
        doc = json.loads(p.stdout)
        t.ok(p.returncode == 65 and not doc['sound'] and words in doc['fault']
             and words in p.stderr, f'found: {sql[:60]}', f'{p}')
    p = run('db', 'verify', '--store', folder / 'none.db', ok=False)
    t.ok(p.returncode == 66 and not (folder / 'none.db').exists(),
         'a database that is not there is not made', f'{p}')


def check_backup(t, folder):
    """While a writer commits, and commits again."""
    store = folder / 'busy.db'
    for n in range(8):
        fill(folder / f'busy{n}', 10000 + 100 * n, 100)
    run('ingest', folder / 'busy0', '--store', store)
    writer = subprocess.Popen(
        ['sh', '-c', f'for i in 1 2 3 4 5 6 7; do "{ASSAY}" ingest '
         f'"{folder}/busy$i" --store "{store}" >/dev/null || exit 1; done'])
    seen, bad = [], ''
    while True:
        done = writer.poll() is not None
        path = folder / f'backup{len(seen)}.db'
        doc = document('db', 'backup', path, '--store', store)
        got = document('db', 'verify', '--store', path)
        bad = bad or schemas.fault('db.json', doc)
        bad = bad or ('' if got['sound'] else got['fault'])
        seen.append(got['reports'])
        if done:
            break
    t.ok(not bad and writer.returncode == 0 and seen == sorted(seen)
         and seen[-1] == 800 and len(set(seen)) > 2,
         'backups while others write are sound', f'{bad} {seen}')
    t.ok(not list(folder.glob('*.part*')), 'and leave nothing else')
    p = run('db', 'backup', folder / 'backup0.db', '--store', store, ok=False)
    t.ok(p.returncode == 2 and 'there already' in p.stderr,
         'a file that is there is not replaced', f'{p}')


# --- both engines ---

def check_same(t, store, uri, folder):
    run('ingest', folder / 'in', '--parsers', 1, '--store', uri)
    for a, b, name in zip(answers(store), answers(uri),
                          ('sources', 'enforce', 'reports', 'TLS reports')):
        t.ok(without_ids(b) == without_ids(a),
             f'PostgreSQL gives the same answer: {name}', f'{a}\n{b}'[:4000])
    doc = document('db', 'verify', '--store', uri)
    t.equal((doc['sound'], doc['fault']), (True, None), 'and fits together')
    again = document('ingest', folder / 'in', '--store', uri)
    t.equal((again['stored'], again['duplicates']), (0, REPORTS + 20),
            'what is there is known there, too')
    word = ['sources', 'd1.test', '--now', NOW, '--set', '198.51.100.0/24=ours']
    run(*word, '--store', uri)
    run(*word, '--store', store)
    t.ok(without_ids(answers(uri)[0]) == without_ids(answers(store)[0]),
         'the word of the operator is kept')


def check_at_once(t, uri, folder):
    """Four writers, each with reports of its own and some of all."""
    for n in range(4):
        fill(folder / f'w{n}', 20000 + n * 50, 80)
    ps = [subprocess.Popen([ASSAY, 'ingest', str(folder / f'w{n}'), '--store', uri],
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
          for n in range(4)]
    for p in ps:
        p.err = p.communicate()[1].decode()
    t.ok(not any(p.returncode for p in ps), 'four write at once',
         [p.err for p in ps])
    doc = document('db', 'verify', '--store', uri)
    t.equal((doc['sound'], doc['fault'], doc['reports']), (True, None, 230),
            'and nothing is lost, or counted twice')


def kill_one(server, store, there, wait):
    """A copy that was begun, killed after `wait`; False: it was done before."""
    p = subprocess.Popen([ASSAY, 'db', 'copy', there, '--store', str(store)],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while p.poll() is None and not psql(
            server, "SELECT to_regclass('killed.copying')"):
        pass
    try:
        p.wait(wait)
    except subprocess.TimeoutExpired:
        os.kill(p.pid, signal.SIGKILL)
    p.wait()
    return p.returncode == -signal.SIGKILL


def check_copy(t, server, store, uri, folder):
    rng = random.Random(7)
    there = uri + '&options=-csearch_path%3Dkilled'
    killed = tries = 0
    while killed < KILLS and tries < 10 * KILLS:
        tries += 1
        if kill_one(server, store, there, rng.uniform(0, 0.01 * tries)):
            killed += 1
        else:  # this machine was too fast
            psql(server, 'DROP SCHEMA killed CASCADE; CREATE SCHEMA killed')
            killed = 0
    t.equal(killed, KILLS, 'a copy is killed five times')
    p = run('db', 'verify', '--store', there, ok=False)
    t.ok(p.returncode == 65 and 'not finished' in p.stderr,
         'and verify says that it is not finished', f'{p}')
    doc = document('db', 'copy', there, '--store', store)
    t.ok(doc['resumed'], 'it goes on', doc)
    t.equal(schemas.fault('db.json', doc), '', 'as the schema says: copy')
    t.equal({x['name']: x['rows'] for x in doc['tables']},
            {k: len(v) for k, v in rows_of(store).items()},
            'and all rows are there')
    t.ok(answers(there) == answers(store), 'the answers are the same')
    back = folder / 'back.db'
    doc = document('db', 'copy', back, '--store', there)
    t.ok(rows_of(back) == rows_of(store), 'and so is all that comes back')
    t.equal(document('db', 'verify', '--store', there)['fault'], None,
            'the copy fits together')
    run('ingest', folder / 'w0', '--store', there)
    t.equal(document('db', 'verify', '--store', there)['fault'], None,
            'and is written to')
    p = run('db', 'copy', there, '--store', store, ok=False)
    t.ok(p.returncode == 2 and 'holds data' in p.stderr,
         'a database with other data is not copied into', f'{p}')


def check_secrets(t, server, folder):
    where = {'a wrong password': server.uri(user='locked', secret=SECRET),
             'in the query': server.uri(user='locked') + f'&password={SECRET}',
             'no such host': f'postgresql://u:{SECRET}@no.such.invalid/x',
             'with signs of addresses': f'postgresql://u:a@{SECRET}/b@h.invalid/x',
             'a broken one': f'postgresql://u:{SECRET}%zz@h/x?bad%zz=1'}
    for name, uri in where.items():
        for command in (['sources', 'd1.test'], ['db', 'verify'],
                        ['db', 'backup', folder / 'x'], ['reports', 'list'],
                        ['ingest', folder / 'in']):
            p = run(*command, '--store', uri, ok=False)
            if SECRET in p.stdout + p.stderr or p.returncode in (0, 1, -6, -11):
                t.ok(False, f'no password is shown: {name}', f'{command} {p}')
                break
        else:
            t.ok(True, f'no password is shown: {name}')
    p = run('db', 'backup', folder / 'x', '--store', where['a wrong password'],
            ok=False)
    t.ok('pg_dump' in p.stderr, 'a backup of PostgreSQL is left to pg_dump', p)


def check_lost(t, server, uri, folder):
    server.stop()
    p = run('sources', 'd1.test', '--store', uri, ok=False)
    t.ok(p.returncode == 66, 'a server that is not there is told', f'{p}')
    server.go()
    t.equal(document('db', 'verify', '--store', uri)['fault'], None,
            'and what was stored is there when it is back')


def psql(server, sql):
    return subprocess.run(
        ['psql', '-qAtX', server.uri(), '-c', sql], check=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.strip()


def check_postgres(t, store, folder):
    hba = ('local all locked scram-sha-256\nlocal all all trust\n')
    server = Server(hba=hba)
    with server as uri:
        psql(server, "CREATE ROLE locked LOGIN PASSWORD 'other'")
        for schema in ('same', 'four', 'killed'):
            psql(server, f'CREATE SCHEMA {schema}')
        same = uri + '&options=-csearch_path%3Dsame'
        four = uri + '&options=-csearch_path%3Dfour'
        check_same(t, store, same, folder)
        check_at_once(t, four, folder)
        check_copy(t, server, store, uri, folder)
        check_secrets(t, server, folder)
        check_lost(t, server, same, folder)


def main():
    t = Tap()
    with tempfile.TemporaryDirectory() as d:
        folder = Path(d)
        given = fill(folder / 'in', 0, REPORTS)
        for i in range(20):
            (given / f't{i}.json').write_text(tls_report(i), encoding='utf-8')
        store = folder / 'assay.db'
        run('ingest', given, '--parsers', 1, '--store', store)
        doc = document('db', 'migrate', '--store', store)
        t.ok(doc['from'] == doc['to'] > 0, 'tables that are up to date', doc)
        t.equal(schemas.fault('db.json', doc), '', 'as the schema says: migrate')
        check_verify(t, store, folder)
        check_backup(t, folder)
        if Server.is_there():
            check_postgres(t, store, folder)
        else:
            t.count += 1
            print(f'ok {t.count} - PostgreSQL # skip no server is installed')
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

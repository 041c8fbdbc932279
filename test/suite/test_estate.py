"""assay estate: lists come in as people have them, go out and come in again
unchanged; a declared list is applied as planned; what reports tell is suggested.

test_estate.py ASSAY
"""
import csv
import io
import json
import random
import string
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'test'), str(ROOT / 'test/lab')]
import schemas  # noqa: E402
from tap import Tap  # noqa: E402

ASSAY = sys.argv[1]
DATAERR, USAGE = 65, 2
ODD = '=+-@;\'" ,|\t#<>&äß€漢\u200b\u202e\u00a0'
ZONE = '''$ORIGIN council.example.
$TTL 300
@ SOA ns hostmaster 1 2 3 4 5
@ NS ns
@ MX 10 mail
ns A 192.0.2.1
mail A 192.0.2.2
www A 192.0.2.3
old TXT "v=spf1 -all"
_dmarc.parks TXT "v=DMARC1; p=reject"
parks A 192.0.2.4
s1._domainkey.news CNAME s1.sender.example.
library NS ns.library.example.
*.wild MX 10 mail
_sip._tcp SRV 1 1 5060 www
'''


class Estate:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.store = self.folder / 'estate.db'

    def run(self, *args, stdin=None):
        return subprocess.run(
            [ASSAY, 'estate', *args, '--store', str(self.store)],
            input=stdin, capture_output=True, timeout=60, check=False)

    def json(self, *args, stdin=None, schema='estate-plan.json'):
        run = self.run(*args, '--json', stdin=stdin)
        doc = json.loads(run.stdout)
        fault = schemas.fault(schema, doc)
        assert fault == '', fault
        return doc

    def list(self, *args):
        return self.json('list', *args, schema='estate.json')['domains']

    def names(self, *args):
        return [d['domain'] for d in self.list(*args)]


def made(rng):
    """Rows that a person could have typed, and some that nobody would."""
    def text(n):
        return ''.join(rng.choice(string.ascii_letters + ODD)
                       for _ in range(rng.randrange(n)))
    roles = ['', 'full', 'parked', 'sends-only', 'receives-only', 'legacy']
    return [[f'd{i}.example', text(30), text(9), text(9), text(9),
             rng.choice(roles), text(60), text(20)] for i in range(300)]


def round_trip(t, e):
    rng = random.Random(7)
    rows = made(rng)
    head = ['domain', 'organisation', 'group', 'owner', 'contact', 'role',
            'notes', 'tags']
    for delimiter, encoding in ((',', 'utf-8'), (';', 'utf-8-sig'),
                                ('\t', 'utf-16')):
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter).writerows([head, *rows])
        plan = e.json('import', '-', stdin=out.getvalue().encode(encoding))
        t.equal(plan['refused'], [], f'{encoding}: nothing is refused')
        t.equal((len(plan['added']), len(plan['changed']), plan['unchanged']),
                (300, 0, 0) if delimiter == ',' else (0, 0, 300),
                f'{encoding}: the same is read of it')
    first = e.run('list', '--format', 'csv').stdout
    plan = e.json('apply', '-', stdin=first)
    t.equal((plan['added'], plan['changed'], plan['removed'],
             plan['unchanged']), ([], [], [], 300),
            'what is written as CSV comes in unchanged')
    t.equal(e.run('list', '--format', 'csv').stdout, first, 'octet by octet')
    e.store.unlink()
    plan = e.json('import', '-', stdin=first)
    t.equal(len(plan['added']), 300, 'also into an empty store')
    t.equal(e.run('list', '--format', 'csv').stdout, first, 'to the octet')
    e.store.unlink()


def lists(t, e):
    bad = 'Domain;Owner;Budget\r\nhttps://www.a.example/;B\xfcro;1\r\n' \
          'localhost;x;2\r\n*.b.example;"y\r\nz";3\r\na.example;other;4\r\n'
    octets = bad.encode('cp1252')
    plan = e.json('import', '-', '--preview', stdin=octets)
    t.ok(not plan['written'] and not e.store.exists(),
         'a preview writes nothing')
    run = e.run('import', '-', stdin=octets)
    t.equal(run.returncode, DATAERR, 'refused lines show in the exit status')
    t.ok(b'line 3: "localhost" is refused: a single label' in run.stdout,
         'a refused line is told with its cause', run.stdout.decode())
    t.ok(b'line 6: "a.example" stands on line 2 already' in run.stdout,
         'a name that stands twice, too', run.stdout.decode())
    got = {d['domain']: d['owner'] for d in e.list()}
    t.equal(got, {'a.example': 'Büro', 'b.example': 'y z'},
            'the rest is imported')
    plan = e.json('import', '-', stdin=b'domain,owner,tags\na.example,,x\n')
    t.equal(plan['changed'], [{'domain': 'a.example', 'changes': {
        'tags': {'before': [], 'after': ['x']}}}],
        'an import fills in, an empty cell changes nothing')
    t.equal(e.names('--tag', 'x'), ['a.example'], 'a tag finds its domains')


def apply(t, e):
    names = ''.join(f'd{i}.example\n' for i in range(30))
    before = e.names()
    plan = e.json('apply', '-', '--plan', stdin=('domain\n' + names).encode())
    t.equal((len(plan['added']), [d['domain'] for d in plan['removed']],
             plan['written']), (30, ['a.example', 'b.example'], False),
            'a plan says what would come and go')
    t.equal(e.names(), before, 'and does nothing')
    run = e.run('apply', '-', stdin=('domain\n' + names).encode())
    t.ok(run.returncode not in (0, USAGE) and
         b'more than the 1 that may go' in run.stderr,
         'it does not remove too many', run.stderr.decode())
    e.run('apply', '-', '--max-remove', '2', stdin=names.encode())
    t.equal(len(e.names()), 30, 'unless it is told to')
    plan = e.json('apply', '-', stdin=names.encode())
    t.equal((plan['added'], plan['changed'], plan['removed'],
             plan['unchanged']), ([], [], [], 30), 'a second time is nothing')
    run = e.run('apply', '-', '--max-remove', '100%',
                stdin=b'd1.example\nd2.example\nnot a name\n')
    t.equal((run.returncode, len(e.names())), (DATAERR, 30),
            'a list with a faulty line is not applied')
    run = e.run('apply', '-', stdin=b'')
    t.equal((run.returncode, len(e.names())), (DATAERR, 30),
            'nor is an empty one')
    e.run('apply', '-', '--max-remove', '29',
          stdin=b'domain,role,tags\nd1.example,parked,"p,q"\n')
    e.run('apply', '-', stdin=b'domain,role,tags\nd1.example,,q\n')
    got = e.list()[0]
    t.equal((got['role'], got['tags']), (None, ['q']),
            'an applied list clears what it leaves empty')


def by_hand(t, e):
    e.run('add', 'bücher.example', '--owner', 'A', '--role', 'sends-only',
          '--tag', 'web', '--organisation', 'Treasury')
    e.run('tag', 'xn--bcher-kva.example', '--tag', 'x', '--untag', 'web')
    run = e.run('show', 'bücher.example')
    t.ok(all(x in run.stdout for x in (b'xn--bcher-kva.example', b'Treasury',
                                       b'sends-only')), 'one domain is shown',
         run.stdout.decode())
    e.run('add', 'bücher.example', '--owner', '')
    got = e.list('--organisation', 'treasury')[0]
    t.equal((got['owner'], got['tags'], got['role'], got['source']),
            (None, ['x'], 'sends-only', 'added'),
            'what is said again is changed, the rest stays')
    t.equal(e.run('remove', 'bücher.example').returncode, 0, 'it is removed')
    t.equal(e.run('remove', 'bücher.example').returncode, USAGE,
            'what is not there cannot be')
    t.equal(e.run('add', 'a.example', '--role', 'king').returncode, USAGE,
            'a role that is none')
    e.run('add', 'bücher.example')
    got = [d for d in e.list() if d['domain'].startswith('xn--')][0]
    t.equal((got['owner'], got['tags']), (None, []),
            'what was removed begins anew')


def zone(t, e):
    plan = e.json('import', '-', stdin=ZONE.encode())
    t.equal([d['domain'] for d in plan['added']],
            ['council.example', 'library.council.example',
             'news.council.example', 'old.council.example',
             'parks.council.example'],
            'the domains of a zone file, and no hosts')
    said = ' '.join(f"{w['text']} {w['cause']}" for w in plan['remarks'])
    t.ok('*.wild.council.example is a wildcard' in said and
         '3 names with an address alone' in said, 'what is left out is told',
         said)
    run = e.run('import', '-', stdin=ZONE.encode() + b'x MX\n')
    t.ok(run.returncode == DATAERR and b'line 16' in run.stderr,
         'a faulty zone is refused by its line', run.stderr.decode())


def report(domain, header_from, result):
    begin = 1700000000 // 86400 * 86400
    return (f'<?xml version="1.0"?><feedback><report_metadata><org_name>o'
            f'</org_name><email>r@o.test</email><report_id>{domain}'
            f'{header_from}</report_id><date_range><begin>{begin}</begin><end>'
            f'{begin + 86399}</end></date_range></report_metadata>'
            f'<policy_published><domain>{domain}</domain><p>none</p>'
            f'</policy_published><record><row><source_ip>192.0.2.9</source_ip>'
            f'<count>5</count><policy_evaluated><disposition>none'
            f'</disposition><dkim>{result}</dkim><spf>fail</spf>'
            f'</policy_evaluated></row><identifiers><header_from>{header_from}'
            f'</header_from></identifiers><auth_results><spf><domain>'
            f'{header_from}</domain><result>fail</result></spf></auth_results>'
            f'</record></feedback>')


def suggestions(t, e):
    psl = e.folder / 'psl.dat'
    psl.write_text('example\n', encoding='utf-8')
    e.run('add', 'council.example')
    for i, r in enumerate((('council.example', 'council.example', 'pass'),
                           ('council.example', 'News.council.example', 'pass'),
                           ('council.example', 'spoof.council.example', 'fail'),
                           ('other.example', 'other.example', 'fail'))):
        path = e.folder / f'{i}.xml'
        path.write_text(report(*r), encoding='utf-8')
        subprocess.run([ASSAY, 'ingest', path, '--store', e.store],
                       capture_output=True, timeout=60, check=True)

    def suggested():
        doc = e.json('suggestions', '--psl', str(psl),
                     schema='suggestions.json')
        return [s['domain'] for s in doc['suggestions']]
    t.equal(suggested(), ['news.council.example', 'other.example'],
            'names of reports are suggested, forged ones are not')
    doc = e.json('refuse', 'other.example', schema='suggestions.json')
    t.equal(doc['suggestions'][0]['state'], 'refused', 'one is refused')
    plan = e.json('accept', 'news.council.example', '--owner', 'Press')
    t.equal(plan['added'], [{'domain': 'news.council.example'}],
            'one is accepted')
    got = [d for d in e.list() if d['domain'].startswith('news')][0]
    t.equal((got['owner'], got['source']), ('Press', 'suggested'),
            'with what was said of it')
    t.equal(suggested(), [], 'neither is suggested again')
    t.ok(e.run('accept', 'never.example').returncode not in (0, 1),
         'a name that was not suggested cannot be accepted')


def main():
    t = Tap()
    for part in (round_trip, lists, zone, by_hand, suggestions):
        with tempfile.TemporaryDirectory() as folder:
            e = Estate(folder)
            part(t, e)
            if part is lists:
                apply(t, e)
    return t.end()


sys.exit(main())

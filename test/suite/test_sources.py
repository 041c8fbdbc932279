"""assay sources beside what DNS and the operator's files say.

A small history goes into a store by the store's own writer; DNS is a zone file,
so nothing is asked of the net.
"""
import csv
import datetime
import io
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'test'), str(ROOT / 'test/lab')]
import mmdb_maker  # noqa: E402
import schemas  # noqa: E402
from tap import Tap  # noqa: E402

DRIVER, ASSAY = sys.argv[1:3]
SUFFIXES = str(ROOT / 'test/vector/suffixes.dat')
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
DOMAIN = 'council.example'
ED = 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='
ZONE = f'''$TTL 3600
{DOMAIN}. IN TXT "v=spf1 ip4:192.0.2.0/24 include:spf.mandrillapp.com -all"
spf.mandrillapp.com. IN TXT "v=spf1 ip4:203.0.113.0/24 -all"
_dmarc.{DOMAIN}. IN TXT "v=DMARC1; p=quarantine; sp=reject"
s1._domainkey.{DOMAIN}. IN TXT "{ED}"
selector1._domainkey.{DOMAIN}. IN TXT "{ED}; t=y"
old._domainkey.{DOMAIN}. IN TXT "no key any more"
10.2.0.192.in-addr.arpa. IN PTR mail.{DOMAIN}.
mail.{DOMAIN}. IN A 192.0.2.10
7.100.51.198.in-addr.arpa. IN PTR relay.{DOMAIN}.
relay.{DOMAIN}. IN A 198.51.100.7
9.113.0.203.in-addr.arpa. IN PTR mta9.mandrillapp.com.
mta9.mandrillapp.com. IN A 203.0.113.9
66.0.18.198.in-addr.arpa. IN PTR mail.{DOMAIN}.
'''
EVERYBODY = ['google.com', 'Yahoo']


def flow(ip, messages, dkim=(), spf=None, first=60, last=0, **more):
    return {'ip': ip, 'messages': messages, 'first': first, 'last': last,
            'every': 1, 'reporters': EVERYBODY, 'dkim': list(dkim),
            **({'spf': spf} if spf else {}), **more}


HISTORY = {
    'domain': DOMAIN, 'today': str(TODAY), 'reporters': EVERYBODY,
    'policies': [{'from': 365, 'p': 'none'}],
    'flows': [
        flow('192.0.2.10', 40, [[DOMAIN, 's1', 'pass']], [DOMAIN, 'pass']),
        flow('192.0.2.11', 5, [[DOMAIN, 'old', 'pass']], [DOMAIN, 'pass']),
        # named as ours, and nothing vouches for it
        flow('198.51.100.7', 3),
        # a service by its name alone
        flow('203.0.113.9', 2, first=5),
        # it says that it is ours, but the name does not lead back
        flow('198.18.0.66', 4, first=8, last=8),
        flow('198.18.77.1', 300, first=20, last=19),
    ]}


def run(folder, *args, dns=True):
    net = ['--zone', folder + '/zone', '--zone-only'] if dns else ['--offline']
    done = subprocess.run(
        [ASSAY, *args[:1], DOMAIN, '--store', folder + '/assay.db', '--psl',
         SUFFIXES, *net, *args[1:]],
        capture_output=True, text=True, encoding='utf-8', check=False)
    return done


def read(folder, *args, dns=True):
    done = run(folder, *args, '--json', dns=dns)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise AssertionError(f'{args}: {done}') from None


def filled():
    folder = tempfile.TemporaryDirectory()
    Path(folder.name, 'zone').write_text(ZONE, encoding='ascii')
    vector = Path(folder.name, 'vector.json')
    vector.write_text(json.dumps(HISTORY), encoding='utf-8')
    subprocess.run([DRIVER, str(vector), folder.name + '/assay.db'], check=True)
    return folder


def expect(faults, what, got, wanted):
    if got != wanted:
        faults.append(f'{what}: {got}, wanted {wanted}')


def sources(doc):
    return {s['source']: s for s in doc['sources']}


def name_faults():
    """Names group sources, are kept, and count offline from then on."""
    out = []
    with filled() as f:
        before = sources(read(f, 'sources', dns=False))
        expect(out, 'before', sorted(before), [
            '192.0.2.0/24', '198.18.0.0/24', '198.18.77.0/24',
            '198.51.100.0/24', '203.0.113.0/24'])
        expect(out, 'none asked', {s['host_asked'] for s in before.values()},
               {False})
        for dns in (True, False):
            doc = read(f, 'sources', dns=dns)
            out += [x for x in [schemas.fault('sources.json', doc)] if x]
            s = sources(doc)
            expect(out, 'names', sorted(s), [
                '192.0.2.0/24', '198.18.0.0/24', '198.18.77.0/24',
                'Mailchimp Transactional', DOMAIN])
            expect(out, 'hosts', [s[DOMAIN]['host'],
                                  s['Mailchimp Transactional']['host'],
                                  s['198.18.0.0/24']['host']],
                   [f'mail.{DOMAIN}', 'mta9.mandrillapp.com', None])
            expect(out, 'classes', {k: v['class'] for k, v in s.items()}, {
                DOMAIN: 'ours', '192.0.2.0/24': 'ours',
                'Mailchimp Transactional': 'unknown',
                '198.18.0.0/24': 'foreign', '198.18.77.0/24': 'foreign'})
            expect(out, 'SPF in evidence', 'the SPF record names it' in
                   s['Mailchimp Transactional']['evidence'], dns)
        text = run(f, 'sources').stdout
        for words in (f'name: mail.{DOMAIN}', 'leads back to its'):
            if words not in text:
                out.append(f'"{words}" is not in the text')
        text = run(f, 'sources', '--names', '1').stdout
        if 'not asked for yet' in text:
            out.append('all names were asked before')
    return '\n'.join(out)


def left_faults():
    """Few at a time, those with most messages first."""
    out = []
    with filled() as f:
        for left in (5, 4):
            doc = read(f, 'sources', '--names', '1')
            expect(out, 'unasked', doc['names_unasked'], left)
        expect(out, 'asked for', {k for k, s in sources(doc).items()
                                  if s['host_asked']}, {DOMAIN})
        text = run(f, 'sources', '--names', '1').stdout
        if 'The names of 3 more addresses' not in text:
            out.append(text)
        with sqlite3.connect(f + '/assay.db') as db:
            rows = db.execute('SELECT name, due - asked FROM host_name'
                              ' ORDER BY name').fetchall()
        # 198.18.77.1 and 192.0.2.11 are in no zone: not known, soon again.
        expect(out, 'kept', rows, [(None, 3600), (None, 3600),
                                   (f'mail.{DOMAIN}', 86400)])
    return '\n'.join(out)


def key_faults():
    out = []
    with filled() as f:
        doc = read(f, 'sources', '--keys')
        keys = {k['selector']: k for k in doc['keys']}
        expect(out, 'keys', sorted(keys), ['old', 's1', 'selector1'])
        expect(out, 'states', {n: k['dns'] for n, k in keys.items()},
               {'old': 'absent', 's1': 'published', 'selector1': 'published'})
        expect(out, 'to do', {n: k['act'] for n, k in keys.items()},
               {'old': True, 's1': False, 'selector1': True})
        expect(out, 'never seen', keys['selector1']['first'], None)
        expect(out, 'test mode', keys['selector1']['testing'], True)
        expect(out, 'bits', keys['s1']['bits'], 256)
        text = run(f, 'sources', '--keys').stdout
        if 'publish it again' not in text or 'Yours' in text:
            out.append(text)
        offline = read(f, 'sources', dns=False)
        expect(out, 'offline', {k['dns'] for k in offline['keys']},
               {'not-asked'})
    return '\n'.join(out)


def since_faults():
    out = []
    with filled() as f:
        def since(days):
            day = TODAY - datetime.timedelta(days=days)
            return [s['source'] for s in read(
                f, 'sources', '--since', str(day), dns=False)['sources']]
        expect(out, 'ten days', since(10), ['203.0.113.0/24', '198.18.0.0/24'])
        expect(out, 'all', since(60), [])
        text = run(f, 'sources', '--since',
                   str(TODAY - datetime.timedelta(days=60)), dns=False).stdout
        if 'reports begin on' not in text:
            out.append(text)
        for bad in ('yesterday', '1969-01-01', ''):
            done = run(f, 'sources', '--since', bad, dns=False)
            expect(out, f'--since {bad}', done.returncode, 2)
        doc = read(f, 'sources', dns=False)
        expect(out, 'bursts', [(b['messages'], b['most'])
                               for b in doc['bursts']], [(1200, '198.18.77.0/24')])
        expect(out, 'days', (doc['days'], doc['gap']), (61, 1))
    return '\n'.join(out)


def class_faults():
    """Each class may be said of a source, and taken back."""
    out = []
    with filled() as f:
        def word(source, text):
            done = run(f, 'sources', '--set', f'{source}={text}', dns=False)
            if done.returncode != 0:
                out.append(done.stderr)
            doc = read(f, 'sources', dns=False)
            return next((s['class'], s['origin']) for s in doc['sources']
                        if s['source'] == source)
        for text in ('ours', 'third-party', 'forwarder', 'foreign', 'unknown'):
            expect(out, text, word('198.18.77.0/24', text), (text, 'operator'))
        expect(out, 'back', word('198.18.77.0/24', 'observed'),
               ('foreign', 'observed'))
        for text in ('foreign', 'unknown', 'ours'):
            expect(out, text, word('198.18.0.66', text), (text, 'operator'))
        run(f, 'sources', '--set', '198.18.0.66=observed', dns=False)
        expect(out, 'the network is back',
               sources(read(f, 'sources', dns=False))
               ['198.18.0.0/24']['origin'], 'observed')
    return '\n'.join(out)


def enforce_faults():
    """The record in DNS counts, and is told beside the one reports saw."""
    out = []
    with filled() as f:
        doc = read(f, 'enforce')
        out += [x for x in [schemas.fault('enforce.json', doc)] if x]
        expect(out, 'published', doc['published'], {
            'record': True, 'p': 'quarantine', 'sp': 'reject', 'np': None,
            'testing': False})
        p = doc['scopes']['p']
        expect(out, 'p', (p['policy'], p['reported']), ('quarantine', 'none'))
        expect(out, 'not seen yet', 'policy-not-seen' in
               [r['want'] for r in p['reject']['against']], True)
        expect(out, 'sp', doc['scopes']['sp']['policy'], 'reject')
        offline = read(f, 'enforce', dns=False)
        expect(out, 'offline', (offline['published'],
                                offline['scopes']['p']['policy']),
               (None, 'none'))
        text = run(f, 'enforce').stdout
        for words in ('in DNS now: p=quarantine sp=reject',
                      'DNS has quarantine now for p, the newest reports'):
            if words not in ' '.join(text.split()):
                out.append(text)
    return '\n'.join(out)


ASN = {'192.0.2.0/24': {'autonomous_system_number': 64500,
                        'autonomous_system_organization': 'Council\x1b[31m'},
       '198.18.0.0/16': {'asn': 'AS64501', 'as_name': 'X' * 300},
       '198.51.100.0/25': {'autonomous_system_number': 'no number',
                           'autonomous_system_organization': b'\xff\xfe'}}
COUNTRY = {'192.0.2.0/24': {'country': {'iso_code': 'SE'}},
           '198.18.0.0/16': {'country_code': 'NO', 'country': 'Norway'},
           '198.51.100.0/24': {'registered_country': {'iso_code': 'se'}}}


def place_faults():
    out = []
    with filled() as f:
        for size, version in ((24, 6), (32, 4)):
            Path(f, 'asn').write_bytes(
                mmdb_maker.make(ASN, version, record_size=size))
            Path(f, 'country').write_bytes(
                mmdb_maker.make(COUNTRY, version, record_size=size))
            files = ['--asn-db', f + '/asn', '--country-db', f + '/country']
            doc = read(f, 'sources', *files, dns=False)
            out += [x for x in [schemas.fault('sources.json', doc)] if x]
            s = sources(doc)
            expect(out, 'grouped', sorted(s), [
                '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24',
                'AS64501 ' + 'X' * 60])
            ours = s['192.0.2.0/24']
            expect(out, 'ours', (ours.get('asn'), ours.get('country')),
                   (64500, 'SE'))
            expect(out, 'odd ones', [s['198.51.100.0/24'].get(k) for k in
                                     ('asn', 'network', 'country')], [None] * 3)
            text = run(f, 'sources', *files, dns=False).stdout
            if '\x1b' in text or 'AS64500' not in text:
                out.append(text)
            rows = list(csv.DictReader(io.StringIO(run(
                f, 'sources', *files, '--format', 'csv', dns=False).stdout)))
            expect(out, 'CSV', {(r['asn'], r['country']) for r in rows}, {
                ('64500', 'SE'), ('64501', 'NO'), ('', '')})
    return '\n'.join(out)


def broken_place_faults():
    """No octets of such a file end the program or make it say nonsense."""
    out, rng = [], random.Random(8460)
    whole = mmdb_maker.make(ASN)
    with filled() as f:
        files = {'empty': b'', 'text': b'# no database\n' * 100,
                 'cut': whole[:len(whole) // 2], 'head only': whole[-200:]}
        for i in range(60):
            octets = bytearray(whole)
            for _ in range(1 + i % 8):
                octets[rng.randrange(len(octets))] = rng.randrange(256)
            files[f'random {i}'] = bytes(octets)
        for name, octets in files.items():
            Path(f, 'asn').write_bytes(octets)
            done = run(f, 'sources', '--asn-db', f + '/asn', '--json',
                       dns=False)
            if done.returncode not in (0, 65):
                out.append(f'{name}: {done.returncode} {done.stderr}')
            if done.returncode == 0:
                fault = schemas.fault('sources.json', json.loads(done.stdout))
                out += [f'{name}: {fault}'] if fault else []
            elif '/asn' not in done.stderr:
                out.append(f'{name}: {done.stderr}')
        for name in ('text', 'empty', 'cut'):
            Path(f, 'asn').write_bytes(files[name])
            expect(out, name, run(f, 'sources', '--asn-db', f + '/asn',
                                  dns=False).returncode, 65)
        expect(out, 'none', run(f, 'sources', '--country-db', f + '/nothing',
                                dns=False).returncode, 66)
        expect(out, 'a folder', run(f, 'sources', '--country-db', f,
                                    dns=False).returncode, 65)
    return '\n'.join(out)


HOSTILE = '=1+1\x1b[31m<script>"\u202e'


def tls_faults():
    """TLS reports without a look at the domain, with whatever stands in them."""
    out = []
    begin = f'{TODAY - datetime.timedelta(days=2)}T00:00:00Z'
    report = {
        'organization-name': HOSTILE, 'contact-info': HOSTILE,
        'report-id': HOSTILE,
        'date-range': {'start-datetime': begin,
                       'end-datetime': begin.replace('00:00:00', '23:59:59')},
        'policies': [{
            'policy': {'policy-type': 'sts', 'policy-domain': DOMAIN},
            'summary': {'total-successful-session-count': 7,
                        'total-failure-session-count': 5},
            'failure-details': [
                {'result-type': result, 'failed-session-count': 2,
                 'receiving-mx-hostname': HOSTILE, 'receiving-ip': HOSTILE,
                 'failure-reason-code': HOSTILE}
                for result in (HOSTILE, 'certificate-expired')]}]}
    with tempfile.TemporaryDirectory() as f:
        Path(f, 'report.json').write_text(json.dumps(report), encoding='utf-8')
        store = ['--store', f + '/assay.db']
        subprocess.run([ASSAY, 'ingest', f + '/report.json', *store], check=True,
                       capture_output=True)

        def tls(form, *more):
            return subprocess.run(
                [ASSAY, 'reports', 'tls', *(more or (DOMAIN,)), '--offline',
                 *store, '--format', form], capture_output=True, text=True,
                encoding='utf-8', check=False)
        doc = json.loads(tls('json').stdout)
        out += [x for x in [schemas.fault('tls-reports.json', doc)] if x]
        expect(out, 'sessions', (doc['successes'], doc['failures'], doc['told']),
               (7, 5, 4))
        expect(out, 'known', sorted(f['known'] for f in doc['faults']),
               [False, True])
        for form in ('text', 'csv', 'json'):
            done = tls(form)
            if done.returncode != 0 or '\x1b' in done.stdout or \
                    (form != 'json' and '\u202e' in done.stdout):
                out.append(f'{form}: {done}')
        rows = list(csv.reader(io.StringIO(tls('csv').stdout)))
        expect(out, 'rows', len(rows), 3)
        if any(cell.startswith('=') for row in rows for cell in row):
            out.append('a formula')
        expect(out, 'another domain', tls('json', 'other.example').returncode, 3)
        for bad in (('a', 'b'), ('not a domain',)):
            expect(out, str(bad), tls('json', *bad).returncode, 2)
    return '\n'.join(out)


tap = Tap()
for title, test in (
        ('names of addresses', name_faults),
        ('names, a few at a time', left_faults),
        ('DKIM keys', key_faults), ('since a date, and bursts', since_faults),
        ('every class by the operator', class_faults),
        ('the policy in DNS', enforce_faults),
        ('TLS reports', tls_faults),
        ('places of addresses', place_faults),
        ('files of places that are broken', broken_place_faults)):
    tap.run(title, test)
sys.exit(tap.end())

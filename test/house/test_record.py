"""assay record: examples, JSON, exit status, hostile input.

test_record.py ASSAY MANUAL
"""
import json
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import Tap  # noqa: E402

TYPES = ('spf', 'dkim', 'dmarc', 'mta-sts', 'mta-sts-policy', 'tls-rpt',
         'tlsa', 'bimi', 'caa')
DIGEST = '0C72AC70B745AC19998811B131D662C9AC69DBDBE7CB23E5B514B56664C5D3D6'
GOOD = {
    'spf': ['v=spf1 mx -all'],
    'dkim': ['v=DKIM1; k=ed25519; ',
             'p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='],
    'dmarc': ['v=DMARC1; p=reject; rua=mailto:d@example.gov'],
    'mta-sts': ['v=STSv1; id=20260101'],
    'mta-sts-policy': ['version: STSv1', 'mode: enforce', 'mx: mx.example.gov',
                       'max_age: 604800'],
    'tls-rpt': ['v=TLSRPTv1; rua=mailto:t@example.gov'],
    'tlsa': ['3', '1', '1', DIGEST[:32], DIGEST[32:]],
    'bimi': ['v=BIMI1; l=https://example.gov/l.svg; a=https://example.gov/v.pem'],
    'caa': ['0', 'issue', 'ca.example; validationmethods=dns-01'],
}
HOSTILE = {
    'controls': b'v=spf1 \x1b[2J\x1b]0;title\x07 \r\x08\x9b31m -all',
    'NUL': b'v=DMARC1; p=none\0; rua=\0',
    'bidi': 'v=spf1 include:\u202eexample\u2066 -all'.encode(),
    'broken UTF-8': b'v=BIMI1; l=\xff\xfe\xc0\x80\xed\xa0\x80; \xf8=1',
    'a long line': b'v=spf1 ' + b'a ' * 32000,
    'a long word': b'v=DKIM1; p=' + b'A' * 65000,
    'no end of tags': b'v=DMARC1' + b';p=none' * 9000,
    'no end of lines': b'mx: a\n' * 10000,
    'nothing': b'',
    'a line feed': b'\n',
    'numbers': b'3 1 1 ' + b'00 ' * 20000,
    'quotes': b'0 issue "' + b'\\000' * 16000,
}


class Record:
    def __init__(self, assay):
        self.assay = assay

    def run(self, *args, stdin=b''):
        return subprocess.run([self.assay, 'record', *args], input=stdin,
                              capture_output=True, timeout=60, check=False)

    def doc(self, *args, stdin=b''):
        return json.loads(self.run('--json', *args, stdin=stdin).stdout)


def sound(doc, octets):
    """Does a document keep the contract?"""
    if set(doc) != {'type', 'status', 'fields', 'problems', 'explanation'}:
        return False
    if doc['status'] not in ('valid', 'unusable', 'not-this-type'):
        return False
    if doc['status'] != 'valid' and not any(
            p['level'] == 'error' for p in doc['problems']):
        return False
    for p in doc['problems']:
        if set(p) != {'level', 'at', 'text', 'cite'} or not p['text']:
            return False
        if p['level'] not in ('error', 'warn', 'info'):
            return False
        if p['at'] is not None and not 0 <= p['at'] <= octets:
            return False
        if p['cite'] is not None and not re.fullmatch(
                r'RFC \d+( [0-9A-Z.]+)?|draft-[a-z-]+', p['cite']):
            return False
    return isinstance(doc['fields'], dict)


def test_good(t, r):
    for kind in TYPES:
        run = r.run(kind, *GOOD[kind])
        t.equal((run.returncode, run.stderr), (0, b''), f'{kind}: a good record')
        doc = r.doc(kind, *GOOD[kind])
        t.equal((doc['type'], doc['status'], doc['problems']),
               (kind, 'valid', []), f'{kind}: nothing is wrong with it')
        t.ok(doc['fields'] and sound(doc, 1000), f'{kind}: the contract', doc)


def test_examples(t, r, manual):
    """Those of the manual and of --help are the same, and run."""
    section = Path(manual).read_text().split('.Sh EXAMPLES\n')[1]
    of_manual = [x for x in re.findall(r'^\.Dl (.*)$', section, re.M)
                 if 'assay record' in x]
    said = r.run('--help').stdout.decode()
    of_help = [x.strip() for x in said.split('\n\n')[0].splitlines()[1:]]
    t.equal(of_help, of_manual, 'help and manual have the same examples')
    for example in of_manual:
        run = subprocess.run(
            ['sh', '-c', 'assay() { "$ASSAY" "$@"; }\n' + example],
            env={'ASSAY': r.assay, 'PATH': '/usr/bin:/bin'},
            capture_output=True, check=False, timeout=60)
        t.ok(run.returncode == 0 and run.stdout and not run.stderr, example,
             run.stdout.decode() + run.stderr.decode())


def test_input(t, r):
    text = b'v=spf1 ip4:192.0.2.1 -all'
    whole = r.doc('spf', text.decode())
    t.equal(r.doc('spf', '-', stdin=text), whole, 'standard input')
    t.equal(r.doc('spf', '-', stdin=text + b'\n'), whole, 'a final line feed')
    t.equal(r.doc('spf', '-', stdin=text + b'\r\n'), whole, 'a final CR LF')
    t.equal(r.doc('spf', '--', 'v=spf1 ip4:192.0.2.1 ', '-all'), whole,
           'strings are joined without a separator')
    t.equal(r.doc('spf', 'v=spf1 ip4:192.', '0.2.1 -all'), whole,
           'strings cut inside a word')
    doc = r.doc('dkim', 'v=DKIM1; n=' + 'x' * 300, '; p=')
    t.equal([(p['level'], p['at'], p['cite']) for p in doc['problems']][:1],
           [('warn', 0, 'RFC 1035 3.3')], 'a string over 255 octets')
    doc = r.doc('dkim', '-', stdin=b'v=DKIM1; n=' + b'x' * 300 + b'; p=')
    t.equal([p['level'] for p in doc['problems']], ['info'],
           'standard input is no one string')
    t.equal(r.doc('caa', '0 issue "ca.example; a=1"'),
           r.doc('caa', '0', 'issue', 'ca.example; a=1'),
           'a CAA value with and without quotation marks')


def test_status(t, r):
    for args, status in (
            (('spf', 'v=spf1 -all'), 0),
            (('spf', 'v=spf1 mx'), 0),
            (('spf', 'v=spf1 mx', '--fail-on', 'warn'), 1),
            (('spf', 'v=spf1 +all'), 1),
            (('spf', 'v=spf1 +all', '--fail-on', 'error'), 1),
            (('spf', 'v=spf1 +all', '--fail-on', 'fail'), 1),
            (('spf', 'v=spf1 +all', '--fail-on', 'never'), 0),
            (('spf', 'v=spf1 foo', '--fail-on', 'never'), 1),
            (('dmarc', 'v=spf1 -all', '--fail-on', 'never'), 1),
            (('dkim', 'v=DKIM1; p=', '--fail-on', 'info'), 1),
            (('dkim', 'v=DKIM1; p=', '--fail-on', 'warn'), 0)):
        t.equal(r.run(*args).returncode, status, ' '.join(args))
        t.equal(r.run(*args, '--format', 'ndjson').returncode, status,
               ' '.join(args) + ', as JSON')
    for args in ((), ('spf',), ('x', 'v=spf1 -all'), ('spf', 'x', '--wrong'),
                 ('spf', 'x', '--fail-on', 'bad'), ('spf', 'x', '--format', 'y'),
                 ('spf', 'x', '--zone', 'z')):
        run = r.run(*args)
        t.ok(run.returncode == 2 and not run.stdout and
             run.stderr.startswith(b'assay record: '),
             'usage: ' + ' '.join(args), run.stderr)
    run = r.run('spf', '-', stdin=b'v=spf1 ' + b'x' * 65536)
    t.ok(run.returncode == 65 and b'65536' in run.stderr, 'over the cap',
         run.stderr)
    with open('/dev/zero', 'rb') as endless:
        run = subprocess.run([r.assay, 'record', 'spf', '-'], stdin=endless,
                             capture_output=True, timeout=60, check=False)
    t.equal(run.returncode, 65, 'input without end')


def test_hostile(t, r):
    for name, text in HOSTILE.items():
        bad = []
        for kind in TYPES:
            run = r.run(kind, '-', stdin=text)
            if run.returncode not in (0, 1) or run.stderr or not run.stdout:
                bad.append((kind, run.returncode, run.stderr))
            if any((c < 0x20 and c != 0x0a) or c > 0x7e for c in run.stdout):
                bad.append((kind, 'raw octets in the text'))
            if not sound(r.doc(kind, '-', stdin=text), len(text)):
                bad.append((kind, 'the contract'))
        t.equal(bad, [], f'hostile: {name}')


def main():
    t = Tap()
    r = Record(sys.argv[1])
    test_good(t, r)
    test_examples(t, r, sys.argv[2])
    test_input(t, r)
    test_status(t, r)
    test_hostile(t, r)
    return t.end()


sys.exit(main())

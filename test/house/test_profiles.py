"""The profiles: spelled out as kept under test, every requirement decided or
said not to be measurable, a user's own file, messages that name the line.

test_profiles.py ASSAY      AS_UPDATE=1 writes the kept texts anew
"""
import difflib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import Tap  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / 'test/golden/profiles'
ABOUT = 'about\tid\tmine\nabout\ttitle\tOurs\nabout\tsource\thttps://example.gov/\n'
ROW = 'require\tM-1\tmust\tall\t{}\t-\tWords.'
# What is wrong: the file, what the message must say.
WRONG = {
    'no such rule': (ABOUT + ROW.format('spf.mising'), 'line 4: there is no rule "spf.mising"'),
    'no such trait': (ABOUT + ROW.format('dmarc.x=1'), 'line 4: there is no trait "dmarc.x"'),
    'no such value': (ABOUT + ROW.format('dmarc.p=rejected'), 'line 4: dmarc.p is never "rejected"'),
    'an empty value': (ABOUT + ROW.format('dmarc.p='), 'line 4: dmarc.p is never ""'),
    'a number in place of a word': (ABOUT + ROW.format('dmarc.p>=1'), 'line 4: dmarc.p is followed by = or !='),
    'a word in place of a number': (ABOUT + ROW.format('dmarc.pct>=all'), 'line 4: "all" is not a number'),
    'no such floor': (ABOUT + ROW.format('spf.missing:bad'), 'line 4: after a rule\'s ":"'),
    'half a sign': (ABOUT + ROW.format('dmarc.p!reject'), 'line 4: a trait is followed by'),
    'no tests': (ABOUT + ROW.format(''), 'line 4: no tests'),
    'outside without a reason': (ABOUT + ROW.format('outside'), 'line 4: outside wants a note'),
    'no such level': (ABOUT + ROW.format('spf.missing').replace('must', 'shall'), 'line 4: the level is'),
    'nobody of the kind': (ABOUT + ROW.format('spf.missing').replace('\tall', '\teverybody'), 'line 4: it is for all'),
    'too few cells': (ABOUT + 'require\tM-1\tmust', 'line 4: 3 cells'),
    'too many cells': (ABOUT + ROW.format('spf.missing') + '\ta\tb', 'line 4: 9 cells'),
    'spaces for tabs': (ABOUT + 'require M-1 must', 'line 4: a row starts with about or require'),
    'an id that is taken': (ABOUT + ROW.format('spf.missing') + '\n' + ROW.format('dns.exists'),
                            'line 5: the id "M-1" is taken'),
    'an id of odd letters': (ABOUT + ROW.format('spf.missing').replace('M-1', 'M 1'), 'line 4: "M 1" is no id'),
    'no source': (ABOUT.replace('https://example.gov/', 'see the wiki') + ROW.format('spf.missing'),
                  'line 4: "-" stands for the source'),
    'no words': (ABOUT + ROW.format('spf.missing').replace('Words.', ''), 'line 4: no words'),
    'unknown about': ('about\tname\tx\n', 'line 1: about has no "name"'),
    'about twice': (ABOUT + 'about\tid\ttwo\n', 'line 4: id is given twice'),
    'no id': (ABOUT.replace('about\tid\tmine\n', '') + ROW.format('spf.missing'), 'it needs a row "about", "id"'),
    'no requirement': (ABOUT, 'it requires nothing'),
    'nothing': ('', 'it needs a row "about", "id"'),
    'a cell without end': (ABOUT + ROW.format('spf.missing') + 'x' * 3000, 'line 4: a cell of over 2000 octets'),
    'a file without end': (ABOUT + '#' * 300000, 'octets'),
    'tests without end': (ABOUT + ROW.format('dns.exists ' * 40), 'line 4: more than 32 tests'),
    'no UTF-8': (ABOUT + ROW.format('dns.exists') + '\udcff', 'line 4: not UTF-8'),
}


def run(assay, *args):
    env = {**os.environ, 'ASSAY_CONFIG': '/dev/null'}
    return subprocess.run([assay, *args], capture_output=True, text=True,
                          env=env, timeout=60, check=False)


def kept(t, name, made):
    """Is the spelled-out text the one under test?"""
    path = GOLDEN / f'{name}.txt'
    if os.environ.get('AS_UPDATE'):
        GOLDEN.mkdir(parents=True, exist_ok=True)
        path.write_text(made)
    old = path.read_text() if path.exists() else ''
    diff = '\n'.join(difflib.unified_diff(
        old.splitlines(), made.splitlines(), 'kept', 'made', lineterm=''))
    t.ok(made and made == old, f'{name} as kept (AS_UPDATE=1 keeps it anew)', diff)


def resolve(t, profile, rules):
    """Each requirement leads to rules or traits that exist, or says why not."""
    wrong = []
    for r in profile['requirements']:
        names = [x['rule'] for x in r['tests'] if 'rule' in x]
        if not set(names) <= rules:
            wrong.append((r['id'], 'unknown rule'))
        if r['decided_by'] == 'tests' and not r['tests']:
            wrong.append((r['id'], 'no tests'))
        if r['decided_by'] != 'tests' and (r['tests'] or not r['note']):
            wrong.append((r['id'], 'no reason'))
        if not r['source'].startswith('https://'):
            wrong.append((r['id'], 'no source'))
        if not r['words'].endswith('.'):
            wrong.append((r['id'], 'no sentence'))
    t.equal(wrong, [], f'{profile["id"]}: every requirement resolves')


def shipped(t, assay):
    rules = {r['id'] for r in json.loads(run(assay, 'rules', '--json').stdout)['rules']}
    listed = json.loads(run(assay, 'profiles', '--json').stdout)['profiles']
    ids = [p['id'] for p in listed]
    t.equal(ids, sorted(f.stem for f in (ROOT / 'profiles').glob('*.tsv')),
            'every file of profiles/ is shipped, under its own id')
    t.equal(ids if GOLDEN.exists() else [], sorted(f.stem for f in GOLDEN.glob('*.txt')),
            'every profile is kept spelled out')
    for name, line in zip(ids, listed):
        spelled = json.loads(run(assay, 'profiles', name, '--json').stdout)['profiles'][0]
        t.equal((spelled['id'], len(spelled['requirements'])), (name, line['requirements']),
                f'{name}: list and text agree')
        resolve(t, spelled, rules)
        kept(t, name, run(assay, 'profiles', name).stdout)


def own(t, assay):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'mine.tsv'
        path.write_text('\ufeff' + ABOUT + ROW.format('spf.missing dmarc.p=reject|quarantine') + '\r\n')
        made = run(assay, 'profiles', str(path), '--json')
        doc = json.loads(made.stdout)['profiles'][0]
        t.equal((doc['id'], doc['requirements'][0]['tests'][1]),
                ('mine', {'trait': 'dmarc.p', 'test': 'dmarc.p=reject|quarantine'}),
                'a file of one\'s own')
        paper = (ROOT / 'doc/profiles.md').read_text()
        path.write_text(''.join(f'{line[4:]}\n' for line in paper.splitlines()
                                if line.startswith('    ')))
        made = run(assay, 'profiles', str(path), '--json')
        t.equal([r['id'] for r in json.loads(made.stdout)['profiles'][0]['requirements']],
                ['M-1', 'M-2'], 'the example of doc/profiles.md')
        for name, (text, says) in WRONG.items():
            path.write_bytes(text.encode('utf-8', 'surrogateescape'))
            made = run(assay, 'profiles', str(path))
            flat = ' '.join(made.stderr.split())
            t.ok(made.returncode == 65 and says in flat and not made.stdout,
                 f'refused: {name}', f'{made.returncode}: {made.stderr}')
            made = run(assay, 'check', '--profile', str(path), 'example.gov')
            t.equal(made.returncode, 65, f'check refuses: {name}')
    t.equal(run(assay, 'profiles', 'nowhere').returncode, 2, 'no such profile')
    t.equal(run(assay, 'profiles', './nowhere.tsv').returncode, 66, 'no such file')
    t.equal(run(assay, 'check', '--profile', 'uk-gov', '--profile', 'uk-gov', 'a.gov').returncode,
            2, 'one profile twice')


def main(assay):
    t = Tap()
    shipped(t, assay)
    own(t, assay)
    return t.end()


sys.exit(main(*sys.argv[1:]))

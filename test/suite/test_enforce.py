"""assay sources and enforce over a store, against histories answered by hand.

The driver writes each history by the store's own writer; the program reads it as
its users would.
"""
import csv
import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'test'), str(ROOT / 'test/lab')]
import schemas  # noqa: E402
from tap import Tap  # noqa: E402

DRIVER, ASSAY = sys.argv[1:3]
VECTORS = ROOT / 'test/vector/enforce'
SUFFIXES = str(ROOT / 'test/vector/suffixes.dat')
HOSTILE = '=1+1\x1b[31m<script>"\u202e'


def fill(doc, folder):
    """A store with the history."""
    vector, store = Path(folder) / 'vector.json', Path(folder) / 'assay.db'
    vector.write_text(json.dumps(doc), encoding='utf-8')
    subprocess.run([DRIVER, str(vector), str(store)], check=True)
    return str(store)


def run(command, store, doc, *more):
    return subprocess.run(
        [ASSAY, command, doc['domain'], '--store', store, '--psl', SUFFIXES,
         '--now', doc['today'] + 'T12:00:00Z', *more],
        capture_output=True, text=True, encoding='utf-8', check=False)


def say_words(store, doc):
    sets = [x for source, word in doc.get('words', {}).items()
            for x in ('--set', f'{source}={word}')]
    if sets:
        run('sources', store, doc, *sets)


def scope_faults(got, wanted):
    out = []
    for key in ('answer', 'legitimate'):
        if key in wanted and got[key] != wanted[key]:
            out.append(f'{key}: {got[key]}, wanted {wanted[key]}')
    for step in ('quarantine', 'reject'):
        against = sorted(r['want'] for r in got[step]['against'])
        if step in wanted and against != sorted(wanted[step]):
            out.append(f'{step}: {against}, wanted {wanted[step]}')
    for name, (messages, failing) in wanted.get('replay', {}).items():
        r = got['replay'][name]
        if (r['messages'], r['failing']) != (messages, failing):
            out.append(f'replay of {name}: {r}')
    return out


def history_faults(doc):
    expect, out = doc['expect'], []
    with tempfile.TemporaryDirectory() as folder:
        store = fill(doc, folder)
        if 'without_words' in expect:
            before = json.loads(run('enforce', store, doc, '--json').stdout)
            out += scope_faults(before['scopes']['p'], expect['without_words'])
        say_words(store, doc)
        done = run('enforce', store, doc, '--json')
        if done.returncode != expect['status']:
            out.append(f'exit {done.returncode}: {done.stderr}')
        got = json.loads(done.stdout)
        out += [x for x in [schemas.fault('enforce.json', got)] if x]
        for scope in ('p', 'sp', 'np'):
            out += scope_faults(got['scopes'][scope], expect.get(scope, {}))
        sources = json.loads(run('sources', store, doc, '--json').stdout)
        out += [x for x in [schemas.fault('sources.json', sources)] if x]
        classes = {s['source']: s['class'] for s in sources['sources']}
        out += [f'{name}: {classes.get(name)}' for name, word
                in expect['classes'].items() if classes.get(name) != word]
        rows = list(csv.reader(io.StringIO(
            run('sources', store, doc, '--format', 'csv').stdout)))
        if len(rows) != len(classes) + 1:
            out.append(f'{len(rows)} rows of CSV for {len(classes)} sources')
        text = run('enforce', store, doc).stdout
        if not text.startswith(doc['domain'] + ': '):
            out.append(text)
    return '\n'.join(out)


def hostile_faults():
    """Nothing in a report moves a cursor or becomes a formula."""
    doc = json.loads((VECTORS / 'clean.json').read_text(encoding='utf-8'))
    doc['reporters'] = [HOSTILE]
    for flow in doc['flows']:
        flow['reporters'] = [HOSTILE]
        flow['dkim'] = [['council.example', HOSTILE, 'pass'],
                        [HOSTILE, HOSTILE, 'pass']]
        flow['spf'] = [HOSTILE, 'pass']
    out = []
    with tempfile.TemporaryDirectory() as folder:
        store = fill(doc, folder)
        for command in ('sources', 'enforce'):
            for form in ('text', 'csv', 'json'):
                done = run(command, store, doc, '--format', form)
                if done.returncode not in (0, 1) or len(done.stdout) < 100:
                    out.append(f'{command} {form}: {done.stderr}')
                if '\x1b' in done.stdout or \
                        (form != 'json' and '\u202e' in done.stdout):
                    out.append(f'{command} {form} prints what it was given')
                if form == 'csv' and any(
                        cell.startswith('=') for row
                        in csv.reader(io.StringIO(done.stdout)) for cell in row):
                    out.append(f'{command} prints a formula')
    return '\n'.join(out)


def word_faults():
    """The operator's word holds, may be taken back, and must be a word."""
    doc = json.loads((VECTORS / 'clean.json').read_text(encoding='utf-8'))
    out = []
    with tempfile.TemporaryDirectory() as folder:
        store = fill(doc, folder)

        def class_of(name):
            all_ = json.loads(run('sources', store, doc, '--json').stdout)
            return next((s['class'], s['origin']) for s in all_['sources']
                        if s['source'] == name)
        run('sources', store, doc, '--set', 'newsletter.example=unknown')
        if class_of('newsletter.example') != ('unknown', 'operator'):
            out.append('a word does not hold')
        run('sources', store, doc, '--set', 'newsletter.example=observed')
        if class_of('newsletter.example') != ('third-party', 'observed'):
            out.append('a word cannot be taken back')
        for bad in ('x', '=ours', 'x=theirs', 'x='):
            if run('sources', store, doc, '--set', bad).returncode != 2:
                out.append(f'--set {bad} is taken')
        both = run('sources', store, doc, '--set', '192.0.2.0/24=foreign',
                   '--set', 'nobody=observed')
        if both.returncode == 0 or class_of('192.0.2.0/24')[1] == 'operator':
            out.append('half of the words are kept')
    return '\n'.join(out)


def empty_faults():
    doc = {'domain': 'council.example', 'today': '2026-11-25'}
    out = []
    with tempfile.TemporaryDirectory() as folder:
        none = run('enforce', folder + '/none.db', doc)
        if none.returncode < 64 or 'no reports yet' not in none.stderr:
            out.append(f'no store: {none}')
        store = fill({**doc, 'reporters': [], 'flows': []}, folder)
        for command in ('enforce', 'sources'):
            done = run(command, store, doc)
            if done.returncode != 3:
                out.append(f'empty store: {done}')
    return '\n'.join(out)


tap = Tap()
for path in sorted(VECTORS.glob('*.json')):
    tap.run(f'history {path.stem}', lambda p=path: history_faults(
        json.loads(p.read_text(encoding='utf-8'))))
tap.run('hostile texts', hostile_faults)
tap.run("the operator's word", word_faults)
tap.run('no reports', empty_faults)
sys.exit(tap.end())

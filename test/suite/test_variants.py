"""The 137 odd reports of test/variants.tsv, each through the whole `assay ingest`.

A number has cases of test/report_maker (bare reports) and test/wrap_maker (what
they come in, and several at once), and files of $ASSAY_CORPUS/reports where that
is on the machine.  What must come of each stands beside it; what must come of
all of a number, and of each file, in the table.

AGG-1, AGG-3, AGG-4, AGG-5, AGG-12, FAIL-1, FAIL-2, RPT-3 and RPT-4.

test_variants.py ASSAY
"""
import csv
import json
import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'test'))
import ingested  # noqa: E402
from report_maker import variants  # noqa: E402
from tap import Tap  # noqa: E402
from wrap_maker import Case, wraps  # noqa: E402

ASSAY = sys.argv[1]
CORPUS = Path(os.environ.get('ASSAY_CORPUS') or ROOT / '../shared/corpus') / 'reports'
NUMBERS = range(1, 138)
SUMS = ('stored', 'known', 'odd', 'refused')
TOLD = {'stored': 'stored', 'known': 'duplicates', 'odd': 'conflicts', 'refused': 'quarantined'}
OF_RUN = {*SUMS, 'why', 'error', 'environment', 'days', 'words', 'policies'}


def cases():
    for number, name, octets, outcome in variants():
        yield Case(number, name, [('input', octets)], outcome)
    yield from wraps()


def wanted_sums(outcome):
    bad = 'error' in outcome
    return {'stored': outcome.get('stored', 0 if bad else 1), 'known': outcome.get('known', 0),
            'odd': outcome.get('odd', 0), 'refused': outcome.get('refused', int(bad))}


def differs(name, got, want):
    return [] if got == want else [f'{name}: got {str(got)[:200]}, wanted {str(want)[:200]}']


def wrong_report(told, outcome):
    for name, want in outcome.items():
        if name in OF_RUN:
            continue
        if not isinstance(want, dict):
            yield from differs(name, told.get(name), want)
            continue
        for member, value in want.items():
            if member == 'source_ip' and told[name]['ip']:
                continue  # its text is kept when it is no address
            yield from differs(f'{name} {member}', told[name].get(member), value)


def wrong_store(store, outcome):
    reports = store.reports()
    if 'days' in outcome:
        yield from differs('days', store.days(), outcome['days'])
    if 'words' in outcome:
        yield from differs('words', sorted((d['dkim'], d['spf'], d['disposition'], d['messages'])
                                           for d in store.daily()), outcome['words'])
    if 'policies' in outcome:
        yield from differs('policies', sorted(r['p'] for r in reports), outcome['policies'])
    if reports:
        yield from wrong_report(reports[-1], outcome)
    yield from differs('the database', store.sound(), 'ok')
    yield from differs('the sums', store.summed()[0], store.totals()[2] - undated(reports))


def undated(reports):
    """Messages of reports that do not say of which day they are: in no sum."""
    return sum(r['messages'] for r in reports if r['kind'] == 'aggregate'
               and r['begin'] is None and r['end'] is None)


def wrong_run(run, doc, outcome):
    sums = {name: doc[TOLD[name]] for name in SUMS}
    yield from differs('told', sums, wanted_sums(outcome))
    yield from differs('exit status', run.returncode, 1 if sums['refused'] else 0)
    why = [r['diagnosis'] for i in doc['inputs'] for r in i['refused']]
    if not all(outcome.get('why', '') in w for w in why):
        yield f'why: {why}'


class Result:
    """One case, run."""

    def __init__(self, case):
        self.case, self.sums, self.messages = case, Counter(), 0
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            try:
                self.wrong = list(self.run(folder, folder / 'store.db'))
            except Exception as e:
                self.wrong = [f'{type(e).__name__}: {e}']

    def run(self, folder, path):
        (folder / 'in').mkdir()
        for name, octets in self.case.files:
            name = name if isinstance(name, bytes) else name.encode()
            with open(os.path.join(os.fsencode(folder / 'in'), name), 'wb') as f:
                f.write(octets)
        outcome = self.case.outcome
        run = ingested.run(ASSAY, path, folder / 'in',
                           env=os.environ | outcome.get('environment', {}))
        doc = json.loads(run.stdout)
        self.sums = Counter({name: doc[TOLD[name]] for name in SUMS})
        yield from wrong_run(run, doc, outcome)
        store = ingested.Store(path)
        self.messages = store.one('SELECT ifnull(sum(messages), 0) FROM report')
        yield from wrong_store(store, outcome)
        store.close()


def table():
    with open(ROOT / 'test/variants.tsv', newline='') as f:
        lines = (line for line in f if not line.startswith('#'))
        return list(csv.DictReader(lines, delimiter='\t', quoting=csv.QUOTE_NONE))


def of_line(line):
    return tuple(int(line[name]) for name in (*SUMS, 'messages'))


def check_files(t, lines):
    files = {line['where']: line for line in lines if line['where'] != 'made'}
    if not CORPUS.is_dir():
        print(f'# {len(files)} files are not on this machine')
        return
    there = {p.name for p in CORPUS.iterdir()} - {
        'SOURCES.md', 'LICENSES', '.gitattributes'}
    t.equal(there ^ files.keys(), set(), 'each file has its line')
    for name in sorted(there & files.keys()):
        octets = (CORPUS / name).read_bytes()
        line = files[name]
        want = dict(zip(SUMS, of_line(line)))
        result = Result(Case(0, name, [(name, octets)], want))
        got = (*(result.sums[s] for s in SUMS), result.messages)
        t.ok(got == of_line(line) and not result.wrong, name, '\n'.join(
            [*result.wrong, f'got {got}, wanted {of_line(line)}']))


def main():
    t = Tap()
    lines = table()
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(Result, cases()))
    sums = {}
    for r in results:
        t.ok(not r.wrong, f'{r.case.number}: {r.case.name}', '\n'.join(r.wrong))
        s = sums.setdefault(r.case.number, Counter())
        s.update(r.sums + Counter(messages=r.messages))
    t.equal([n for n in NUMBERS if n not in sums], [], 'each number has a case')
    made = {int(line['number']): line for line in lines if line['where'] == 'made'}
    t.equal([n for n in NUMBERS if n not in made], [], 'each number has its line')
    for n in sorted(made.keys() & sums.keys()):
        t.equal(tuple(sums[n][name] for name in (*SUMS, 'messages')), of_line(made[n]),
                f'{n}: all of it, {made[n]["variant"]}')
    check_files(t, lines)
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

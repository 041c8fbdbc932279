"""doc/coverage-mailcheck.tsv and doc/coverage-peers.tsv: what others tested is answered here by a
rule, a trait or a command that exists, or by a reason in doc/deviations.md.

test_coverage.py ASSAY
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import Tap  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
TABLES = {'coverage-mailcheck.tsv': 'part\tadvisory\tseverity\tanswer\tnote',
          'coverage-peers.tsv': 'part\tcheck\twho\tanswer\tnote'}
REASON = re.compile(r'^\| ((?:MC|PE)-\d+) \|', re.M)
ABOUT = ('about\tid\tcoverage\nabout\ttitle\tCoverage\n'
         'about\tsource\thttps://example.gov/\n')
GOOD = 'mx\tone\tinfo\tmx.single:info cmd:tls not:MC-1\t'
BROKEN = {  # a row: what must be said of it
    'a rule that does not exist': ('mx\ttwo\tinfo\tmx.singel\t', 'there is no rule "mx.singel"'),
    'a trait that does not exist': ('mx\ttwo\tinfo\tmx.size>=1\t', 'there is no trait "mx.size"'),
    'a verdict that does not exist': ('mx\ttwo\tinfo\tmx.single:bad\t', 'after a rule\'s ":"'),
    'a command that does not exist': ('mx\ttwo\tinfo\tcmd:guess\t', 'no command "guess"'),
    'a reason that is not given': ('mx\ttwo\tinfo\tnot:MC-2\t', 'no reason MC-2'),
    'no answer': ('mx\ttwo\tinfo\t\tlater', 'no answer'),
    'the same twice': (GOOD, 'stands twice'),
    'a cell too few': ('mx\ttwo\tinfo\tmx.single', '4 cells'),
}


def rows(text):
    """(line number, cells) without comments and the heading."""
    lines = [(i, line) for i, line in enumerate(text.splitlines(), 1)
             if line and not line.startswith('#')]
    return [(i, line.split('\t')) for i, line in lines[1:]]


def run(assay, *args):
    return subprocess.run([assay, *args], capture_output=True, text=True,
                          timeout=60, check=False)


def tests_fault(assay, tests):
    """What is wrong with rules and traits: they are the tests of a profile."""
    tests = sorted(set(tests))
    parts = [' '.join(tests[i:i + 30]) for i in range(0, len(tests), 30)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'coverage.tsv'
        path.write_text(ABOUT + ''.join(
            f'require\tr{i}\tmust\tall\t{p}\t-\tWords.\n' for i, p in enumerate(parts)))
        made = run(assay, 'profiles', str(path))
    return '' if made.returncode == 0 else ' '.join(made.stderr.split())


def faults(assay, text, reasons):
    """What is wrong with a table, and the reasons that it names."""
    wrong, seen, used, tests, commands = [], set(), set(), [], set()
    for line, cells in rows(text):
        if len(cells) != 5:
            wrong.append(f'line {line}: {len(cells)} cells')
            continue
        if tuple(cells[:2]) in seen:
            wrong.append(f'line {line}: {cells[1]} stands twice')
        seen.add(tuple(cells[:2]))
        if not cells[3]:
            wrong.append(f'line {line}: no answer')
        for word in cells[3].split():
            kind, _, name = word.partition(':')
            if kind == 'cmd':
                commands.add(name)
            elif kind == 'not':
                used.add(name)
                if name not in reasons:
                    wrong.append(f'line {line}: no reason {name}')
            else:
                tests.append(word)
    for name in sorted(commands):
        if run(assay, name, '--help').returncode != 0:
            wrong.append(f'no command "{name}"')
    if tests:
        wrong += [said for said in [tests_fault(assay, tests)] if said]
    return wrong, used


def shipped(t, assay):
    reasons = REASON.findall((ROOT / 'doc/deviations.md').read_text())
    t.equal(len(reasons), len(set(reasons)), 'no reason stands twice')
    used = set()
    for name, heading in TABLES.items():
        text = (ROOT / 'doc' / name).read_text()
        t.ok(f'\n{heading}\n' in text, f'{name}: its heading')
        wrong, some = faults(assay, text, reasons)
        t.equal(wrong, [], f'{name}: {len(rows(text))} rows are answered')
        used |= some
    t.equal(sorted(set(reasons) - used), [], 'every reason is the answer to something')


def refused(t, assay):
    text = TABLES['coverage-mailcheck.tsv'] + '\n' + GOOD + '\n'
    t.equal(faults(assay, text, ['MC-1']), ([], {'MC-1'}), 'a good row')
    for name, (row, said) in BROKEN.items():
        wrong, _ = faults(assay, text + row + '\n', ['MC-1'])
        t.ok(len(wrong) == 1 and said in wrong[0], f'refused: {name}', wrong)


def main(assay):
    t = Tap()
    shipped(t, assay)
    refused(t, assay)
    return t.end()


sys.exit(main(sys.argv[1]))

"""tools/standards-map: holds for the tree, and fails when something is amiss."""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import Tap  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SIDES = {'code': ['src'], 'test': ['test', 'fuzz', 'lab']}
MAP = ROOT / 'tools/standards-map'


def run(root, *options):
    return subprocess.run([MAP, *options, root], capture_output=True, text=True)


def copy_tree(to):
    for folder in ('src', 'test', 'fuzz', 'lab', 'doc'):
        shutil.copytree(ROOT / folder, Path(to, folder), ignore=shutil.
                        ignore_patterns('corpus', '__pycache__', 'work'))


def without(root, side, number):
    """Take every citation of a requirement out of one side."""
    gone = re.compile(rf'(?<![\w-]){number}\b')
    for folder in SIDES[side]:
        for path in Path(root, folder).rglob('*'):
            if path.is_file() and gone.search(text := path.read_text(errors='ignore')):
                path.write_text(gone.sub('', text))


def append(root, name, text):
    with Path(root, name).open('a') as f:
        f.write(text)


def no_vectors(root):
    path = Path(root, 'test/vector/rules/spf.json')
    path.write_text(path.read_text().replace('"spf.deny-all"', '"spf.other"'))


NOTE = 'doc/deviations.md'
PLANTED = [  # what is done to the tree, what must be said
    ('code is lost', lambda r: without(r, 'code', 'SPF-13'), 'SPF-13: no code'),
    ('a test is lost', lambda r: without(r, 'test', 'TREE-5'), 'TREE-5: no test'),
    ('the vectors of a rule are lost', no_vectors, 'SPF-21: no test'),
    ('what is met in part is lost',
     lambda r: without(r, 'code', 'SPF-3'), 'SPF-3: no code'),
    ('a requirement is new', lambda r: append(
        r, 'doc/requirements.tsv', 'SPF-90\tRFC 7208 9\tnothing yet\n'),
     'SPF-90: no code and no test'),
    ('code cites what is not there',
     lambda r: append(r, 'src/std/spf.c', '/* SPF-91 */\n'), 'SPF-91 is not in'),
    ('a test cites what is not there',
     lambda r: append(r, 'test/unit/std/test_spf.c', '/* DKIM-92 */\n'),
     'DKIM-92 is not in'),
    ('a clause in another form', lambda r: append(
        r, 'src/std/spf.c', '/* RFC ' + '7208 section 4.6 */\n'),
     '"RFC ' + '7208 section 4"'),
    ('a reason is missing',
     lambda r: append(r, NOTE, '| ARC-1 | later | |\n'), 'ARC-1 has no reason'),
    ('a reason for what is built',
     lambda r: append(r, NOTE, '| SPF-13 | later | soon |\n'), 'SPF-13 is built'),
    ('a reason for nothing', lambda r: append(
        r, NOTE, '| SPF-93 | later | soon |\n'), 'there is no SPF-93'),
]


def main():
    t = Tap()
    good = run(ROOT, '--check')
    t.equal((good.returncode, len(good.stdout.splitlines())), (0, 1),
            'each requirement is mapped or accounted for')
    print('# ' + good.stdout.strip())
    for what, plant, said in PLANTED:
        with tempfile.TemporaryDirectory() as tmp:
            copy_tree(tmp)
            plant(tmp)
            bad = run(tmp, '--check')
        t.ok(bad.returncode == 1 and said in bad.stdout, f'planted: {what}',
             bad.stdout + bad.stderr)
    clauses = run(ROOT, '--clauses').stdout
    t.ok('RFC 7208 4.6.4\n\tcode\tsrc/' in clauses, 'clauses are listed with their files')
    return t.end()


sys.exit(main())

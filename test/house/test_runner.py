"""tools/run-tests: what fails is counted, however it fails."""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import Tap  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]

PROGRAMS = {  # name: (what it does, passed, failed)
    'good': ('echo ok 1 - a; echo ok 2 - b; echo 1..2', 2, 0),
    'bad': ('echo ok 1 - a; echo not ok 2 - b; echo 1..2; exit 1', 1, 1),
    'liar': ('echo not ok 1 - a; echo 1..1', 0, 1),
    'crash': ('echo ok 1 - a; kill -SEGV $$', 1, 1),
    'early': ('exit 0', 0, 1),
    'short': ('echo ok 1 - a; echo 1..3', 1, 1),
    'late': ('echo ok 1 - a; echo 1..1; exit 3', 1, 1),
    'stuck': ('echo ok 1 - a; exec sleep 60', 1, 1),
    'skips': ('echo "ok 1 - a # SKIP no lab"; echo ok 2 - b; echo 1..2', 1, 0),
}


def project(root, names):
    """A meson project whose tests are these programs."""
    lines = ["project('t')", "sh = find_program('sh')"]
    for name in names:
        Path(root, name).write_text(PROGRAMS[name][0] + '\n')
        lines.append(f"test('{name}', sh, args: files('{name}'), "
                     "protocol: 'tap', timeout: 1)")
    Path(root, 'meson.build').write_text('\n'.join(lines) + '\n')
    subprocess.run(['meson', 'setup', Path(root, 'build'), root], check=True,
                   capture_output=True)
    return Path(root, 'build')


def run(build, *more):
    done = subprocess.run([ROOT / 'tools/run-tests', *more, build],
                          capture_output=True, text=True)
    return done.returncode, done.stdout


def last(out):
    return out.rstrip('\n').split('\n')[-1]


def test_meson(t, names, what):
    with tempfile.TemporaryDirectory() as tmp:
        build = project(tmp, names)
        code, out = run(build, '--no-lab')
        kept = Path(build, 'test-result').read_text()
    passed = sum(PROGRAMS[n][1] for n in names)
    failed = sum(PROGRAMS[n][2] for n in names)
    want = f'{passed} passed, {failed} failed'
    t.equal((code, last(out)), (1 if failed else 0, want), what)
    t.equal(kept, want + '\n', f'{what}: the result is kept')
    for n in names:
        mark = 'FAIL' if PROGRAMS[n][2] else 'ok  '
        t.ok(re.search(rf'^{mark} {n}:', out, re.M), f'{what}: {n} is named', out)


def test_lab(t):
    with tempfile.TemporaryDirectory() as tmp:
        build = project(tmp, ['good'])
        lab = Path(tmp, 'lab')
        lab.mkdir()
        for name in ('good', 'crash', 'short', 'early'):
            path = lab / f'test_{name}'
            path.write_text(f'#!/bin/sh\n{PROGRAMS[name][0]}\n')
            path.chmod(0o755)
        (lab / 'test_data').write_text('no program')
        code, out = run(build, '--lab', lab)
    t.equal((code, last(out)), (1, '6 passed, 3 failed'),
           'whole-program tests are counted as well')


def main():
    t = Tap()
    test_meson(t, ['good', 'skips'], 'all passes')
    test_meson(t, list(PROGRAMS), 'each kind of failure')
    test_lab(t)
    return t.end()


sys.exit(main())

"""Bombs (test/bomb_maker): each is refused, in time and in little memory; and what
is good beside them is stored.

The time is that of the processor, of both processes together, and that of the
clock where the machine is not busy with others; memory is the peak of the larger
of the two processes, the parent or the reader.  A build with sanitizers is not
measured.

test_bombs.py ASSAY
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'test'))
import ingested  # noqa: E402
from report_maker import HEAD, record, report  # noqa: E402
from tap import Tap  # noqa: E402

ASSAY = sys.argv[1]
MAKER = ROOT / 'test/bomb_maker.py'
GOOD = 10000
BOMBS = 30  # at least
SECONDS = 2
OCTETS = 96 * 1024 * 1024
SANITIZED = b'__asan_init' in Path(ASSAY).read_bytes()


def measured(folder, *paths):
    """(exit status, what was told, seconds, of them processor's, octets) of a run
    into a new store."""
    for old in folder.glob('measured*'):
        old.unlink()
    with open(folder / 'measured.json', 'wb+') as out:
        began = time.monotonic()
        p = subprocess.Popen([ASSAY, 'ingest', '--json', '--store', folder / 'measured.db', *paths],
                             stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(p.pid, 0)
        seconds = time.monotonic() - began
        p.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return (p.returncode, json.load(out), seconds, usage.ru_utime + usage.ru_stime,
                usage.ru_maxrss * 1024)


def too_slow(seconds, worked):
    busy = os.getloadavg()[0] >= os.cpu_count()
    return worked > SECONDS or (seconds > SECONDS and not busy)


def diagnoses(doc):
    return [r['diagnosis'] for i in doc['inputs'] for r in i['refused']]


def check_bomb(folder, path, why):
    """What is wrong with how it was taken, or nothing."""
    for _ in range(2):
        status, doc, seconds, worked, octets = measured(folder, path)
        if not too_slow(seconds, worked):
            break
    told = diagnoses(doc)
    wrong = []
    if (status, doc['stored']) != (1, 0) or doc['quarantined'] < 1:
        wrong.append(f'exit {status}, stored {doc["stored"]}, refused {doc["quarantined"]}')
    if not told or why not in told[0] or any('fault is ours' in text for text in told):
        wrong.append(f'told {told[:1]}, wanted "{why}"')
    if not SANITIZED and (too_slow(seconds, worked) or octets > OCTETS):
        wrong.append('over its limits')
    print(f'# {path.name}: {seconds:.2f} s, {worked:.2f} s of processor, '
          f'{octets / 2**20:.0f} MiB, {path.stat().st_size} octets')
    return '\n'.join(wrong)


def good(i):
    octets = report(head=HEAD.replace('id-1', f'id-{i}'), records=record(
        ip=f'192.0.2.{i % 250 + 1}', count=str(i % 9 + 1))).encode()
    return gzip.compress(octets, 1) if i % 2 else octets


def check_beside(t, folder, bombs):
    """Among the good ones, each bomb twice: early and late."""
    inputs = folder / 'beside'
    inputs.mkdir()
    for i in range(GOOD):
        (inputs / f'{i:05}').write_bytes(good(i))
    for i, path in enumerate(bombs):
        for at in (i * 50, GOOD - 1 - i * 50):
            os.link(path, inputs / f'{at:05}-{path.name}')
    status, doc, seconds, _, octets = measured(folder, inputs)
    store = ingested.Store(folder / 'measured.db')
    messages = sum(i % 9 + 1 for i in range(GOOD))
    t.equal((status, doc['stored'], doc['duplicates']), (1, GOOD, 0), 'all good ones are stored')
    t.equal((store.totals(), store.summed(), store.sound()),
            ((GOOD, GOOD, messages), (messages, GOOD), 'ok'), 'and counted')
    refused = [i for i in doc['inputs'] if not i['stored']]
    t.equal((len(refused), all(i['quarantined'] for i in refused)), (2 * len(bombs), True),
            'each bomb is refused')
    t.ok(SANITIZED or octets <= OCTETS, f'in {seconds:.1f} s and {octets / 2**20:.0f} MiB')
    store.close()


def main():
    t = Tap()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / 'bombs').mkdir()
        made = subprocess.run([sys.executable, MAKER, folder / 'bombs'], check=True,
                              capture_output=True, text=True).stdout
        bombs = [line.split('\t') for line in made.splitlines()]
        for name, why in bombs:
            t.run(f'bomb: {name}', lambda: check_bomb(folder, folder / 'bombs' / name, why))
        t.ok(len(bombs) >= BOMBS, f'{len(bombs)} bombs')
        check_beside(t, folder, [folder / 'bombs' / name for name, _ in bombs])
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

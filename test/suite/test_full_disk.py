"""`assay ingest` on a disk that is full in the middle: told, nothing acknowledged
lost, and with more room the rest is stored.

The disk is a tmpfs in a mount namespace of its own; where that is refused, a limit
on the size of files takes its place, which says so.

test_full_disk.py ASSAY
"""
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'test'))
import ingested  # noqa: E402
from report_maker import HEAD, record, report  # noqa: E402
from tap import Tap  # noqa: E402

ASSAY = sys.argv[1]
FILES, OF_FILE = 30, 200  # 5,000 reports are one transaction
REPORTS = FILES * OF_FILE
KIB = 1024
SIZES = [4, 40, 64, 100, 150, 200, 300, 1000, 2000, 3000, 4000, 5000, 6000]
EX_IOERR = 74
UNSHARE = ['unshare', '--user', '--map-root-user', '--mount']


class Disk:
    """A tmpfs."""
    full = 'database or disk is full'

    def __init__(self, folder):
        self.folder = folder

    def resize(self, size):
        mounted = os.path.ismount(self.folder)
        subprocess.run(['mount', '-t', 'tmpfs', *(['-o', 'remount'] if mounted else []),
                        '-o', f'size={size}', 'none', self.folder], check=True)

    def ingest(self, *arguments):
        return ingested.run(ASSAY, *arguments)

    def close(self):
        subprocess.run(['umount', self.folder], check=True)


class Limit:
    """No file may grow over the size."""
    full = 'disk I/O error'

    def __init__(self, folder):
        self.size = 0

    def resize(self, size):
        self.size = size

    def ingest(self, *arguments):
        return ingested.run(ASSAY, *arguments, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (self.size, resource.RLIM_INFINITY)))

    def close(self):
        pass


def messages(i):
    return i % 9 + 1


def make(inputs):
    """Mail boxes of reports."""
    inputs.mkdir()
    for i in range(FILES):
        (inputs / f'{i:03}').write_text(''.join(
            'From r Mon Dec  1 10:00:00 2025\nContent-Type: text/xml\n\n' + report(
                head=HEAD.replace('id-1', f'id-{k}'), records=record(count=str(messages(k))))
            + '\n\n' for k in range(i * OF_FILE, (i + 1) * OF_FILE)))


def acknowledged(doc):
    return {i['input']: i['stored'] for i in doc['inputs'] if i['stored']}


def kept(path):
    """(state, reports by input) of what a run left."""
    if not path.exists():
        return 'ok', {}
    store = ingested.Store(path)
    try:
        return store.sound(), store.by_input() if store.has_tables() else {}
    finally:
        store.close()


def wrong_full(run, path, full):
    """What is wrong with how a full disk was taken."""
    text = run.stderr.decode()
    if run.returncode != EX_IOERR:
        yield f'exit {run.returncode}'
    if full not in text:
        yield f'told: {text}'
    told = acknowledged(json.loads(run.stdout)) if run.stdout else {}
    state, there = kept(path)
    if state != 'ok':
        yield f'the database: {state}'
    lost = {i: n for i, n in told.items() if there.get(i, 0) < n}
    if lost:
        yield f'acknowledged and not there: {lost}'


def check(disk, size, inputs, path):
    """One disk, too small and then not; why it went wrong."""
    disk.resize(size * KIB)
    run = disk.ingest(path, inputs)
    wrong = list(wrong_full(run, path, disk.full))
    print(f'# {size} KiB: {sum(kept(path)[1].values())} stored; {run.stderr.decode().strip()}')
    disk.resize(1 << 28)
    run = disk.ingest(path, inputs)
    if run.returncode != 0:
        wrong.append(f'then exit {run.returncode}: {run.stderr}')
    store = ingested.Store(path)
    all_of = sum(map(messages, range(REPORTS)))
    got = store.totals(), store.summed(), store.sound()
    if got != ((REPORTS, REPORTS, all_of), (all_of, REPORTS), 'ok'):
        wrong.append(f'then {got}')
    store.close()
    return '\n'.join(wrong)


def run_all(kind):
    t = Tap()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        make(folder / 'in')
        for size in SIZES:
            place = folder / 'disk'
            place.mkdir()
            disk = kind(place)
            t.run(f'{size} KiB', lambda: check(disk, size, folder / 'in', place / 'store.db'))
            disk.close()
            for left in place.iterdir():
                left.unlink()
            place.rmdir()
    return t.end()


def main():
    if '--inside' in sys.argv:
        return run_all(Disk)
    if subprocess.run([*UNSHARE, 'true'], capture_output=True).returncode == 0:
        return subprocess.run([*UNSHARE, sys.executable, __file__, ASSAY, '--inside']).returncode
    print('# no mount namespace here: files have a limit in place of the disk')
    return run_all(Limit)


if __name__ == '__main__':
    sys.exit(main())

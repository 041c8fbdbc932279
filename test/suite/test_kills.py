"""`assay ingest` killed without a warning at random instants, then run to the end.

The parent, a reader or all of them are killed.  What was acknowledged before, that
is, told on standard output, is in the database after each kill, which is sound;
run to the end, everything is there and counted once.  The seed is printed.

test_kills.py ASSAY [KILLS [SEED]]
"""
import json
import os
import random
import shutil
import signal
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
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 24
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(10 ** 6)
FILES, OF_FILE = 40, 150  # 5,000 reports are one transaction
WAYS = ('parent', 'reader', 'all')


def children(pid):
    try:
        return list(map(int, Path(f'/proc/{pid}/task/{pid}/children').read_text().split()))
    except OSError:
        return []


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def gone(pids):
    """Readers end when their parent is gone."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if not any(Path(f'/proc/{p}').exists() for p in pids):
            return True
        time.sleep(0.005)
    return False


def acknowledged(out):
    """Inputs whose whole line was told: name, reports that are stored."""
    lines = out.read_bytes().split(b'\n')[:-1]
    told = [json.loads(line) for line in lines]
    return {t['input']: t['stored'] + t['duplicates'] for t in told if 'input' in t}


class Lives:
    def __init__(self, folder, rng):
        self.folder, self.rng = folder, rng
        self.inputs = folder / 'in'
        self.inputs.mkdir()
        self.store = folder / 'store.db'
        self.reports = FILES * OF_FILE
        self.messages = 0
        self.kills = {way: 0 for way in WAYS}
        self.wrong, self.rounds, self.midway = [], 0, 0
        for i in range(FILES):
            (self.inputs / f'{i:03}').write_bytes(self.box(i))
        self.whole = self.timed()

    def box(self, i):
        """A mail box of many reports."""
        mails = []
        for k in range(i * OF_FILE, (i + 1) * OF_FILE):
            self.messages += k % 9 + 1
            mails.append('From r Mon Dec  1 10:00:00 2025\nContent-Type: text/xml\n\n' + report(
                head=HEAD.replace('id-1', f'id-{k}'),
                records=record(count=str(k % 9 + 1))) + '\n\n')
        return ''.join(mails).encode()

    def start(self):
        out = self.folder / 'out'
        with open(out, 'wb') as f:
            p = subprocess.Popen([ASSAY, 'ingest', '--store', self.store, '--format', 'ndjson',
                                  self.inputs], stdout=f, stderr=subprocess.DEVNULL,
                                 start_new_session=True)
        return p, out

    def timed(self):
        began = time.monotonic()
        p, _ = self.start()
        p.wait()
        self.anew()
        return time.monotonic() - began

    def anew(self):
        for old in self.folder.glob('store.db*'):
            old.unlink()

    def check(self, told, where):
        """On a copy: the next run has to find it as the kill left it."""
        copy = self.folder / 'copy'
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for name in ('store.db', 'store.db-wal'):
            if (self.folder / name).exists():
                shutil.copy(self.folder / name, copy / name)
        if not (copy / 'store.db').exists() or not (copy / 'store.db').stat().st_size:
            self.wrong += [f'{where}: {len(told)} lost'] if told else []
            return
        store = ingested.Store(copy / 'store.db')
        if store.sound() != 'ok':
            self.wrong.append(f'{where}: {store.sound()}')
        kept = store.by_input()
        lost = {i: n for i, n in told.items() if kept.get(i, 0) < n}
        if lost:
            self.wrong.append(f'{where}: acknowledged and not there: {lost}')
        self.midway += 0 < sum(kept.values()) < self.reports
        store.close()

    def one(self, number):
        """A run that is killed; True when it came to its end before."""
        way = self.rng.choice(WAYS)
        p, out = self.start()
        try:
            p.wait(timeout=self.rng.random() * self.whole)
            return True
        except subprocess.TimeoutExpired:
            readers = children(p.pid)
        if way == 'parent':
            kill(p.pid)
        elif way == 'all':
            os.killpg(p.pid, signal.SIGKILL)
        elif readers:
            kill(self.rng.choice(readers))
            time.sleep(self.rng.random() * self.whole / 4)
            kill(p.pid)
        kill(p.pid)
        p.wait()
        self.kills[way] += 1
        if not gone(readers):
            self.wrong.append(f'kill {number}: a reader lives on')
        self.check(acknowledged(out), f'kill {number} ({way})')
        return False

    def finish(self):
        p, _ = self.start()
        p.wait()
        store = ingested.Store(self.store)
        got = (p.returncode, store.totals(), store.summed(), store.sound())
        want = (0, (self.reports, self.reports, self.messages),
                (self.messages, self.reports), 'ok')
        if got != want:
            self.wrong.append(f'round {self.rounds}: got {got}, wanted {want}')
        store.close()
        self.rounds += 1
        self.anew()

    def run(self):
        number = 0
        while sum(self.kills.values()) < KILLS:
            ended = False
            for _ in range(self.rng.randrange(1, 8)):
                number += 1
                if ended or sum(self.kills.values()) == KILLS:
                    break
                ended = self.one(number)
            self.finish()


def main():
    t = Tap()
    print(f'# seed {SEED}', flush=True)
    with tempfile.TemporaryDirectory() as folder:
        lives = Lives(Path(folder), random.Random(SEED))
        lives.run()
    print(f'# {lives.kills}, {lives.rounds} runs to the end, {lives.midway} kills with a part '
          f'of the reports stored, a run takes {lives.whole:.1f} s')
    t.ok(lives.midway >= KILLS // 10, 'it was killed in the middle', lives.midway)
    t.ok(not lives.wrong, f'killed {sum(lives.kills.values())} times: nothing is lost, nothing '
         'counted twice, the database is sound', '\n'.join(lives.wrong))
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

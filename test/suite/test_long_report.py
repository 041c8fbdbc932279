"""Long reports take little memory, however long they are.

Aggregate and TLS reports are made as they are read, packed, through a pipe; of
`assay ingest` the peak of the larger of its two processes counts.  ROWS: another
length (make long-reports: 1,000,000, which may take no more than 400,000).

test_long_report.py ASSAY [ROWS]
"""
import os
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'test'))
import ingested  # noqa: E402
from report_maker import TLS, record, report  # noqa: E402
from tap import Tap  # noqa: E402

ASSAY = sys.argv[1]
ROWS = int(sys.argv[2]) if len(sys.argv) > 2 else 200000
FLAT = 400000  # from here on caches and what is held back to be ordered are full
SOME = FLAT if ROWS > FLAT else 10000
OCTETS = 96 * 1024 * 1024
MORE = 8 * 1024 * 1024
COPIES = 3  # of the packed report, to be kept: of the reader, the parent, the store
SANITIZED = b'__asan_init' in Path(ASSAY).read_bytes()
PIECE = 1000


def rows(template, between, n):
    """n of them, the address and the number of messages in place of %s and %d."""
    for i in range(0, n, PIECE):
        yield (between if i else '') + between.join(
            template % (f'10.{k >> 16}.{k >> 8 & 255}.{k & 255}', k % 7 + 1)
            for k in range(i, min(n, i + PIECE)))


def aggregate(n):
    begin, end = report(records='|').split('|')
    yield begin
    yield from rows(record(ip='%s', count='%d'), '', n)
    yield end


def tls(n):
    at, end = TLS.index('{"result-type"'), TLS.index(']}]}')
    item = TLS[at:end].replace('192.0.2.1', '%s').replace('-count":2', '-count":%d')
    yield TLS[:at]
    yield from rows(item, ',', n)
    yield TLS[end:]


def write(pieces, pipe):
    z = zlib.compressobj(1, zlib.DEFLATED, 31)
    size = 0
    for piece in pieces:
        size += pipe.write(z.compress(piece.encode()))
    size += pipe.write(z.flush())
    pipe.close()
    return size


def measured(folder, pieces):
    """(exit status, peak, octets of the packed report, store) of reading it."""
    store = folder / 'store.db'
    for old in folder.iterdir():
        old.unlink()
    began = time.monotonic()
    p = subprocess.Popen([ASSAY, 'ingest', '--store', store, '-'], stdin=subprocess.PIPE,
                         stdout=subprocess.DEVNULL)
    size = write(pieces, p.stdin)
    _, status, usage = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    print(f'# {seconds:.1f} s, {usage.ru_maxrss / 1024:.0f} MiB, {size / 2**20:.1f} MiB packed')
    return p.returncode, usage.ru_maxrss * 1024, size, ingested.Store(store)


def check(t, folder, name, kind, count):
    """One kind of report, of SOME and of ROWS rows."""
    peaks, least = [], []
    for n in (SOME, ROWS):
        status, octets, size, store = measured(folder, kind(n))
        t.equal((status, count(store)), (0, (n, sum(k % 7 + 1 for k in range(n)))),
                f'{name}: {n} rows are counted')
        store.close()
        peaks.append(octets)
        least.append(octets - COPIES * size)
    t.ok(SANITIZED or max(peaks) <= OCTETS, f'{name}: within its memory', peaks)
    if SOME == FLAT:
        t.ok(SANITIZED or least[1] - least[0] <= MORE,
             f'{name}: {ROWS} rows take the memory of {SOME}', least)


def main():
    t = Tap()
    with tempfile.TemporaryDirectory() as folder:
        check(t, Path(folder), 'aggregate', aggregate, lambda s: s.totals()[1:])
        check(t, Path(folder), 'TLS', tls, lambda s: s.failures())
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

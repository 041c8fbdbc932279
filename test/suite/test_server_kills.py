"""assay ingest into PostgreSQL, killed at random instants, and with its connection
ended by the server: run again, nothing is lost and nothing counted twice.

test_server_kills.py ASSAY
"""
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'test'), str(ROOT / 'test/suite')]
import test_db  # noqa: E402
from postgres import Server  # noqa: E402
from tap import Tap  # noqa: E402

KILLS = 25
ENDS = 10
END = ("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
       " WHERE application_name = 'assay'")


def ingest(given, uri):
    return subprocess.Popen([test_db.ASSAY, 'ingest', str(given), '--store', uri],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def fault(uri):
    test_db.run('db', 'migrate', '--store', uri)  # it may have ended in that
    p = test_db.run('db', 'verify', '--store', uri, '--json', ok=False)
    return json.loads(p.stdout)['fault'] if p.stdout else p.stderr


def check_kills(t, uri, given, rng):
    killed, faults = 0, set()
    for _ in range(10 * KILLS):
        p = ingest(given, uri)
        try:
            p.wait(rng.uniform(0.02, 0.6))
        except subprocess.TimeoutExpired:
            p.kill()
            killed += 1
        p.communicate()
        if killed % 5 == 0:
            faults.add(fault(uri))
        if killed == KILLS:
            break
    t.equal(killed, KILLS, 'it is killed')
    test_db.run('ingest', given, '--store', uri)
    t.equal(faults | {fault(uri)}, {None}, 'and all fits together each time')


def check_ends(t, server, uri, folder, rng):
    ended, quiet, faults = 0, [], set()
    for i in range(ENDS):
        given = test_db.fill(folder / f'end{i}', 1000 * (i + 1), 200)
        p = ingest(given, uri)
        time.sleep(rng.uniform(0.05, 0.3))
        test_db.psql(server, END)
        err = p.communicate()[1]
        ended += p.returncode != 0
        if p.returncode != 0 and b'run it again' not in err and \
                b'terminating' not in err and b'closed' not in err:
            quiet.append(err)
        test_db.run('ingest', given, '--store', uri)
        faults.add(fault(uri))
    t.ok(ended > 0 and not quiet, 'a connection that was ended is told',
         f'{ended} {quiet}')
    t.equal(faults, {None}, 'and the second run brings the rest')


def main():
    t = Tap()
    if not Server.is_there():
        print('ok 1 - PostgreSQL # skip no server is installed\n1..1')
        return 0
    rng = random.Random(3)
    server = Server()
    with tempfile.TemporaryDirectory() as d, server as uri:
        given = test_db.fill(Path(d) / 'in', 0, 400)
        check_kills(t, uri, given, rng)
        check_ends(t, server, uri, Path(d), rng)
        doc = test_db.document('db', 'verify', '--store', uri)
        t.equal(doc['reports'], 400 + ENDS * 200, 'nothing is lost')
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

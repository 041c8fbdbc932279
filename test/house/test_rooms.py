"""tools/check-rooms: holds for the tree, and fails when a rule is broken."""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import Tap  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]

PLANTED = [  # file, line to add, what must be said
    ('src/base/str.c', '#include "model/facts.h"', 'base may not include model'),
    ('src/std/spf.h', '#  include "net/dns.h"', 'std may not include net'),
    ('src/assess/assess.h', '#include "probe/job.h"', 'assess may not include probe'),
    ('src/probe/job.h', '#include "assess/assess.h"', 'probe may not include assess'),
    ('src/model/facts.h', '#include <sys/socket.h>', '<sys/socket.h> belongs to net'),
    ('src/model/facts.h', '#include <event2/event.h>', '<event2/event.h> belongs to net'),
    ('src/web/page.c', '#include "app/cmd.h"', 'web may not include app'),
    ('src/intake/gz.c', '#include "net/dns.h"', 'intake may not include net'),
    ('src/store/db.c', '#include "assess/assess.h"', 'store may not include assess'),
    ('src/base/str.c', '#include "str.h"', 'names no room'),
    ('src/misc/x.c', '#include "base/str.h"', 'misc is not a room'),
]


def check(root):
    return subprocess.run([ROOT / 'tools/check-rooms', root],
                          capture_output=True, text=True)


def main():
    t = Tap()
    run = check(ROOT)
    t.equal((run.returncode, run.stdout), (0, ''), 'the tree keeps the rooms apart')
    for name, line, said in PLANTED:
        with tempfile.TemporaryDirectory() as tmp:
            shutil.copytree(ROOT / 'src', Path(tmp, 'src'))
            path = Path(tmp, name)
            path.parent.mkdir(exist_ok=True)
            with path.open('a') as f:
                f.write(line + '\n')
            run = check(tmp)
        t.ok(run.returncode == 1 and name in run.stdout and said in run.stdout,
             f'planted in {name}: {line}', run.stdout + run.stderr)
    with tempfile.TemporaryDirectory() as tmp:
        t.equal(check(tmp).returncode, 1, 'a tree without sources is no success')
    return t.end()


sys.exit(main())

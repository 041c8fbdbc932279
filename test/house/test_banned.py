"""base/banned.h: each banned call fails to compile, others do not."""
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import Tap  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
BANNED = ROOT / 'src/base/banned.h'
SOURCE = '''#define _GNU_SOURCE
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include "base/banned.h"
void *f(void);
void *f(void) { return (void *)%s; }
'''


def compiles(name):
    run = subprocess.run(
        ['cc', '-O2', '-D_FORTIFY_SOURCE=2', '-fsyntax-only', '-I', ROOT / 'src',
         '-x', 'c', '-'], input=SOURCE % name, capture_output=True, text=True)
    return run.returncode == 0, run.stderr


def main():
    t = Tap()
    names = ' '.join(re.findall(r'#pragma GCC poison (.*)', BANNED.read_text()))
    for name in ['snprintf', 'malloc', 'strlen']:
        good, said = compiles(name)
        t.ok(good, f'{name} compiles', said)
    for name in names.split():
        good, said = compiles(name)
        t.ok(not good and 'poisoned' in said, f'{name} is banned', said)
    t.ok(len(names.split()) > 10, 'the list of banned calls was found')
    return t.end()


sys.exit(main())

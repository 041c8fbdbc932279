"""The key records of the ARC suite, explained by `assay record dkim`.

The suite itself is for `assay message`, which is not built yet; here its keys
are read (DKIM-2, DKIM-4, DKIM-7).  It is not part of this tree: its folder is
$ASSAY_CORPUS, or shared/corpus beside the source.

test_dkim_keys.py ASSAY
"""
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'test'))
from tap import Tap  # noqa: E402

CORPUS = Path(os.environ.get('ASSAY_CORPUS') or ROOT / '../shared/corpus')
SUITE = CORPUS / 'standards/arc/arc-draft-validation-tests.yml'

WANTED = {  # selector: status, bits
    '512': ('unusable', 512),
    '1024': ('valid', 1024),
    '2048': ('valid', 2048),
    'dummy': ('valid', 1024),
    'dummy2': ('valid', 1024),
    'invalid': ('unusable', None),
}


def main():
    t = Tap()
    if len(sys.argv) != 2:
        sys.exit('usage: test_dkim_keys.py ASSAY')
    if not SUITE.exists():
        print('1..1\nok 1 - the keys of the ARC suite # skip not on this machine')
        return 0
    import yaml
    keys = {}
    for scenario in yaml.safe_load_all(SUITE.read_text()):
        for name, text in (scenario.get('txt-records') or {}).items():
            keys.setdefault((name.split('.')[0], text))
    for selector, text in keys:
        run = subprocess.run([sys.argv[1], 'record', 'dkim', '--json', text],
                             capture_output=True, text=True)
        doc = json.loads(run.stdout)
        t.equal((doc['status'], doc['fields'].get('bits')), WANTED[selector],
                f'key {selector}, {len(text)} octets')
    t.equal({s for s, _ in keys}, set(WANTED), 'no key of the suite is left out')
    print(f'# {len(keys)} keys used, 0 skipped')
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

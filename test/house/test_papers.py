"""Papers that are made by programs stand in the tree as they would be made.

test_papers.py PROGRAM PAPER [PROGRAM PAPER...]
"""
import difflib
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import Tap  # noqa: E402


def main(args):
    t = Tap()
    for program, paper in zip(args[::2], args[1::2]):
        made = subprocess.run([program], capture_output=True, text=True,
                              check=True).stdout
        kept = Path(paper).read_text()
        diff = '\n'.join(difflib.unified_diff(
            kept.splitlines(), made.splitlines(), 'kept', 'made', lineterm=''))
        t.ok(made and made == kept, f'{Path(paper).name} is up to date (make doc)', diff)
    return t.end()


sys.exit(main(sys.argv[1:]))

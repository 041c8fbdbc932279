"""Each source, unit test and fuzz target of the tree is built."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import Tap  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


def missing(files, build, row):
    """Those of `files` whose row the meson file `build` lacks."""
    text = build.read_text()
    return [str(f.relative_to(ROOT)) for f in files if row(f) not in text]


def main():
    t = Tap()
    for room in sorted(p for p in (ROOT / 'src').iterdir() if p.is_dir()):
        files = [f for f in sorted(room.glob('*.c')) if f.name != 'main.c']
        t.equal(missing(files, room / 'meson.build', lambda f: f"'{f.name}'"), [],
               f'sources of {room.name}')
    t.equal(missing(sorted((ROOT / 'test/unit').glob('*/test_*.c')),
                   ROOT / 'test/unit/meson.build',
                   lambda f: f"['{f.parent.name}', '{f.stem[5:]}']"), [],
           'unit tests')
    t.equal(missing(sorted((ROOT / 'fuzz').glob('fuzz_*.c')),
                   ROOT / 'fuzz/meson.build', lambda f: f"['{f.stem[5:]}',"), [],
           'fuzz targets')
    return t.end()


sys.exit(main())

"""Real reports, counted twice: by `report_driver` and by Python's own readers.

Rows, messages and results of each bare file of $ASSAY_CORPUS/reports and of
rua-bulk.tar.xz (or shared/corpus beside the source) must agree; what Python
cannot read has its outcome written down here.  The files are not part of this
tree; without them the count of what was skipped is told.

test_reports.py REPORT_DRIVER
"""
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'test'))
from counting import ET, count_json, count_xml  # noqa: E402
from tap import Tap  # noqa: E402

CORPUS = Path(os.environ.get('ASSAY_CORPUS') or ROOT / '../shared/corpus')
BATCH = 400

# rows, messages, dkims, spfs, unread, cut; or the refusal.
BY_HAND = {
    # A piece is missing: its only record has an end alone.
    'dmarcrua__0708a2ec5df54aac9c204249898d27bd.xml': 'AS_ESYNTAX',
    # Ends behind its metadata: no policy, no record.
    'trollbyte__malformed.xml': 'AS_ESYNTAX',
    # "example.com<foo" in the third record; `</feedback>` is missing.
    'opendmarc__bad.com-example.com-1337140800-1337227200.xml': (3, 284, 3, 3, 0, True),
    # One octet of windows-1252 in a document of UTF-8.
    'parsedmarc__invalid-utf-8.xml': (1, 1, 0, 1, 0, False),
}
# The publisher of rua-bulk replaced names in these and lost what stood between.
DAMAGED_BULK = 31


def run_driver(driver, files):
    """file name -> the driver's summary."""
    found = {}
    for i in range(0, len(files), BATCH):
        out = subprocess.run([driver, *map(str, files[i:i + BATCH])], check=True,
                             capture_output=True, text=True).stdout
        for line in out.splitlines():
            doc = json.loads(line)
            found[Path(doc['file']).name] = doc
    return found


def counted_xml(path):
    """Of a well-formed report: nothing unread, nothing cut."""
    return count_xml(ET.parse(path).getroot()) + (0, False)


def told(doc):
    if 'error' in doc:
        return doc['error']
    names = ('rows', 'messages', 'failures', 'failed') if doc['kind'] == 'tls' else (
        'rows', 'messages', 'dkims', 'spfs', 'unread', 'cut')
    return tuple(doc[n] for n in names)


def wanted(path):
    if path.name in BY_HAND:
        return BY_HAND[path.name]
    return (count_json(json.loads(path.read_text())) if path.suffix == '.json'
            else counted_xml(path))


def check_bulk(t, driver):
    with tempfile.TemporaryDirectory() as tmp:
        with tarfile.open(CORPUS / 'rua-bulk.tar.xz') as tar:
            tar.extractall(tmp, filter='data')
        files = sorted(Path(tmp).rglob('*.xml'))
        found = run_driver(driver, files)
        damaged, wrong = [], []
        for f in files:
            try:
                want = counted_xml(f)
            except ET.ParseError:
                damaged.append(f.name)
                want = 'AS_ESYNTAX'
            if told(found[f.name]) != want:
                wrong.append(f'{f.name}: got {told(found[f.name])}, wanted {want}')
    t.ok(len(files) > 3000 and not wrong, f'rua-bulk: {len(files)} reports counted alike',
         '\n'.join(wrong))
    t.equal(len(damaged), DAMAGED_BULK, 'rua-bulk: the damaged ones are told')


def main():
    t = Tap()
    if len(sys.argv) != 2:
        sys.exit('usage: test_reports.py REPORT_DRIVER')
    reports = CORPUS / 'reports'
    if not reports.is_dir():
        print('1..1\nok 1 - about 3250 real reports # skip not on this machine')
        return 0
    bare = sorted(p for p in reports.iterdir() if p.suffix in ('.xml', '.json'))
    bare.append(CORPUS / 'standards/dmarc/rfc9990-sample.xml')
    found = run_driver(sys.argv[1], bare)
    for path in bare:
        t.equal(told(found[path.name]), wanted(path), path.name)
    t.equal(set(BY_HAND) - {p.name for p in bare}, set(), 'each outcome by hand has its file')
    check_bulk(t, sys.argv[1])
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

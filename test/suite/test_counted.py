"""Real reports through the whole `assay ingest`, counted twice: by what the database
holds then, and by Python's own readers.

Each file of $ASSAY_CORPUS/reports goes into a database of its own; those of
rua-bulk.tar.xz as they are in the archive, and once more as files and mails of many
kinds.  What Python cannot read, or is no report, has its outcome in
test/counted.tsv, written by hand.

AGG-1, AGG-12, RPT-3.

test_counted.py ASSAY
"""
import csv
import email.message
import gzip
import io
import json
import os
import sys
import tarfile
import tempfile
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'test'))
import ingested  # noqa: E402
from counting import count, count_xml, ET  # noqa: E402
from tap import Tap  # noqa: E402

ASSAY = sys.argv[1]
CORPUS = Path(os.environ.get('ASSAY_CORPUS') or ROOT / '../shared/corpus')


BY_HAND_FILE = 'test/counted.tsv'


def table():
    """File -> the beginning of its diagnosis, or its counts."""
    with open(ROOT / BY_HAND_FILE, encoding='utf-8') as f:
        rows = csv.reader((line for line in f if not line.startswith('#')), delimiter='\t')
        return {name: told if not told[0].isdigit() else tuple(map(int, told.split()))
                for name, told in rows}


BY_HAND = table()


def stored(path):
    """Place in the input -> counts of the report that was stored."""
    store = ingested.Store(path)
    try:
        return {(r['input'], r['path']): counted(r) for r in store.reports()}
    finally:
        store.close()


def counted(r):
    if r['kind'] == 'tls':
        return (r['rows'], r['messages'], r['failures'], r['failed'])
    if r['kind'] == 'failure':
        return (r['rows'], r['incidents'], 0, 0)
    return (r['rows'], r['messages'], r['dkims'], r['spfs'])


def ingest(store, *paths):
    done = ingested.run(ASSAY, store, *paths)
    assert not done.stderr, done.stderr
    return json.loads(done.stdout)


def file_fault(path, folder):
    """What is wrong with one file of the corpus, or nothing."""
    store = Path(folder) / f'{path.name}.db'
    doc = ingest(store, path)
    got = sorted(stored(store).values())
    want = BY_HAND.get(path.name)
    if isinstance(want, str):
        refused = [r['diagnosis'] for i in doc['inputs'] for r in i['refused']]
        good = not got and len(refused) == 1 and refused[0].startswith(want)
        return '' if good else f'{got} {refused}, wanted {want!r}'
    try:
        want = [want] if want else sorted(count(path.read_bytes()))
    except (ValueError, ET.ParseError) as e:
        return f'Python cannot read it, and {BY_HAND_FILE} does not name it: {e}'
    good = want and got == want and doc['quarantined'] == 0
    return '' if good else f'got {got}, wanted {want}: {doc}'


def mail(octets, name, subtype):
    m = email.message.EmailMessage()
    m['From'], m['Subject'] = 'r@org.test', 'Report Domain: x'
    m.set_content('a report')
    m.add_attachment(octets, maintype='application', subtype=subtype, filename=name)
    return bytes(m)


def zipped(octets):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
        z.writestr('folder/report.xml', octets)
    return out.getvalue()


WRAPS = (
    lambda x: x,
    gzip.compress,
    zipped,
    zlib.compress,
    lambda x: mail(gzip.compress(x), 'r.xml.gz', 'gzip'),
    lambda x: mail(zipped(x), 'r.zip', 'zip'),
    lambda x: mail(x, 'r.xml', 'octet-stream'),
    lambda x: mail(mail(gzip.compress(x), 'r.gz', 'x'), 'forwarded.eml', 'octet-stream'),
)


def bulk_read():
    """File -> octets."""
    with tarfile.open(CORPUS / 'rua-bulk.tar.xz') as tar:
        return {m.name: tar.extractfile(m).read() for m in tar
                if m.isfile() and m.name.endswith('.xml')}


def bulk_faults(got, refused, files, duplicates):
    """`got` and `refused` by file."""
    wrong, known = [], []
    for name, octets in files.items():
        want = BY_HAND.get(Path(name).name)
        if want is not None:
            if not refused.get(name, '').startswith(want) or name in got:
                wrong.append(f'{name}: {refused.get(name)}, wanted {want!r}')
            continue
        want = count_xml(ET.fromstring(octets.lstrip()))
        if name in got and got[name] != want:
            wrong.append(f'{name}: got {got[name]}, wanted {want}')
        if name in refused:
            wrong.append(f'{name}: {refused[name]}')
        if name not in got:
            known.append(name)
    if len(known) != duplicates:
        wrong.append(f'not stored: {known}, and {duplicates} were known')
    wrong += [f'{name}: no other says the same' for name in known
              if not any(same(files[name], files[other]) for other in got)]
    return '\n'.join(wrong)


def same(one, two):
    """Do two documents say the same, blanks aside?"""
    def said(octets):
        return [((e.tag, (e.text or '').strip())) for e in ET.fromstring(octets.lstrip()).iter()]
    return said(one) == said(two)


def check_archive(t, files, folder):
    store = Path(folder) / 'archive.db'
    doc = ingest(store, CORPUS / 'rua-bulk.tar.xz')
    got = {path: n for (_, path), n in stored(store).items()}
    refused = {r['path']: r['diagnosis'] for r in doc['inputs'][0]['refused']}
    faults = bulk_faults(got, refused, files, doc['duplicates'])
    t.ok(not faults, f'rua-bulk: {len(files)} reports of one archive', faults)


def check_wrapped(t, files, folder):
    """One input after the other in each of the wraps."""
    inputs = Path(folder) / 'inputs'
    inputs.mkdir()
    names = {}
    for i, (name, octets) in enumerate(files.items()):
        path = inputs / str(i)
        path.write_bytes(WRAPS[i % len(WRAPS)](octets))
        names[str(path)] = name
    store = Path(folder) / 'wrapped.db'
    doc = ingest(store, inputs)
    got = {names[path]: n for (path, _), n in stored(store).items()}
    refused = {names[i['input']]: i['refused'][0]['diagnosis']
               for i in doc['inputs'] if i['refused']}
    faults = bulk_faults(got, refused, files, doc['duplicates'])
    t.ok(not faults, f'rua-bulk: {len(files)} reports in {len(WRAPS)} wraps', faults)


def main():
    t = Tap()
    folder = CORPUS / 'reports'
    if not folder.is_dir():
        print('1..1\nok 1 - about 6500 real reports # skip not on this machine')
        return 0
    real = sorted(p for p in folder.iterdir() if p.is_file() and '__' in p.name)
    files = bulk_read()
    with tempfile.TemporaryDirectory() as tmp:
        with ThreadPoolExecutor(2) as pool:
            faults = list(pool.map(lambda p: file_fault(p, tmp), real))
        for path, fault in zip(real, faults):
            t.ok(not fault, path.name, fault)
        names = {p.name for p in real} | {Path(n).name for n in files}
        t.equal(set(BY_HAND) - names, set(), 'each outcome by hand has its file')
        t.ok(len(real) > 70 and len(files) > 3000, 'the files are all there')
        check_archive(t, files, tmp)
        check_wrapped(t, files, tmp)
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

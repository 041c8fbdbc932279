"""The odd reports of test/report_maker, read by `report_driver`.

AGG-1, AGG-3, AGG-4, AGG-5 and AGG-12; RPT-3 and RPT-4.

test_report_variants.py REPORT_DRIVER
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from report_maker import variants  # noqa: E402
from tap import Tap  # noqa: E402

# Numbers of the list; 102 to 108 are about several reports, 122 to 129 failure
# reports (test/unit/intake/test_failure.c).
NUMBERS = {23, *range(28, 102), *range(109, 122)}


def wrong(told, events, outcome):
    """What is not as it should be, as lines."""
    if told.get('error') != outcome.get('error'):
        yield f'error {told.get("error")}, {told.get("why")}'
        return
    for name, want in outcome.items():
        if name in ('stored', 'refused'):  # of the whole program
            continue
        if name in ('row', 'event'):
            got = {k: events[0 if name == 'row' else -1].get(k) for k in want}
        elif name == 'notes':
            got = [code for code, where in told['notes']]
        else:
            got = told.get(name)
        if got != want:
            yield f'{name}: got {str(got)[:200]}, wanted {str(want)[:200]}'


def main():
    t = Tap()
    if len(sys.argv) != 2:
        sys.exit('usage: test_report_variants.py REPORT_DRIVER')
    seen = set()
    with tempfile.TemporaryDirectory() as tmp:
        path = Path(tmp) / 'report'
        for number, name, octets, outcome in variants():
            seen.add(number)
            path.write_bytes(octets)
            out = subprocess.run([sys.argv[1], '--events', path], check=True,
                                 capture_output=True, text=True).stdout
            *events, told = map(json.loads, out.splitlines())
            why = list(wrong(told, events, outcome))
            t.ok(not why, f'{number}: {name}', '\n'.join(why))
    t.equal(seen, NUMBERS, 'each number has a case')
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

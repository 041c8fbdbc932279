"""The public SPF suite, as far as it can be judged without a client address.

A record that the suite evaluates to pass, fail, softfail or neutral must be
read without a syntax error, as errors anywhere count (RFC 7208 4.6).  Where the
suite wants permerror alone, the record must be refused, or its tree must hold
a fault or pass a limit.  The suite is not part of this tree: its folder is
$ASSAY_CORPUS, or shared/corpus beside the source.
"""
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'test'))
from tap import Tap  # noqa: E402

CORPUS = Path(os.environ.get('ASSAY_CORPUS') or ROOT / '../shared/corpus')
SUITE = CORPUS / 'standards/spf/rfc7208-tests.yml'
SETTLED = {'pass', 'fail', 'softfail', 'neutral'}
PLAIN = set('abcdefghijklmnopqrstuvwxyz0123456789-_.')


def escape_name(name):
    name = name.lower().removesuffix('.')
    return ''.join(c if c in PLAIN else f'\\{ord(c):03}' for c in name)


def escape_text(text):
    octets = text.encode('latin-1')
    return ''.join(chr(c) if 0x20 <= c < 0x7f and c != 0x5c else f'\\{c:03}'
                   for c in octets)


def joined(value):
    return ''.join(value) if isinstance(value, list) else str(value)


def rows_of(zone, name, depth=0):
    """The rows of a name, CNAMEs followed."""
    rows = zone.get(name.lower(), [])
    for row in rows:
        if isinstance(row, dict) and 'CNAME' in row and depth < 8:
            return rows_of(zone, row['CNAME'].removesuffix('.'), depth + 1)
    return rows


def lines_of(zone):
    """The world of one scenario in the words of spf_walk."""
    for name in zone:
        rows = rows_of(zone, name)
        pairs = [p for r in rows if isinstance(r, dict) for p in r.items()]
        kinds = {k for k, _ in pairs}
        # A type SPF record stands for TXT where the name gives no TXT.
        want = 'TXT' if 'TXT' in kinds else 'SPF'
        owner = escape_name(name)
        for kind, value in pairs:
            if kind == want and value != 'NONE' and value != []:
                yield f'T {owner} {escape_text(joined(value))}'
            if kind in ('A', 'AAAA'):
                yield f'A {owner}'
        exchanges = sum(k == 'MX' for k, _ in pairs)
        if exchanges:
            yield f'M {owner} {exchanges}'
        if 'TIMEOUT' in rows:
            yield f'U {owner}'


def domain_of(test):
    sender = str(test.get('mailfrom') or '')
    return sender.rpartition('@')[2] or str(test['helo'])


def explains_permerror(answer):
    words = answer.split()
    if words[0] != 'cost':
        return words[0] in ('syntax', 'multiple')
    lookups, voids, broken = map(int, words[1:4])
    return broken or lookups > 10 or voids > 2


def judge(results, answer):
    """True, False, or None when this side of the suite cannot tell."""
    kind = answer.split()[0]
    if results <= SETTLED:
        return kind == 'cost'
    if results == {'permerror'}:
        return explains_permerror(answer)
    if results == {'temperror'}:
        return kind in ('unknown', 'cost')
    if results == {'none'}:
        return kind == 'none'
    return None


def main():
    t = Tap()
    if len(sys.argv) != 2:
        sys.exit('usage: test_spf.py SPF_WALK')
    if not SUITE.exists():
        print('1..1\nok 1 - the public SPF suite # skip not on this machine')
        return 0
    import yaml
    used = skipped = 0
    for scenario in yaml.safe_load_all(SUITE.read_text()):
        zone = {str(k).lower(): v for k, v in scenario['zonedata'].items()}
        tests = scenario['tests']
        ask = [f'? {escape_name(domain_of(x))}' for x in tests.values()]
        run = subprocess.run(sys.argv[1], input='\n'.join(
            [*lines_of(zone), *ask, '']), capture_output=True, text=True,
            check=True)
        answers = run.stdout.splitlines()
        assert len(answers) == len(tests)
        for (name, test), answer in zip(tests.items(), answers):
            results = test['result']
            results = {results} if isinstance(results, str) else set(results)
            verdict = judge(results, answer)
            if verdict is None:
                skipped += 1
                continue
            used += 1
            t.ok(verdict, f'{scenario["description"]}: {name}',
                 f'want {sorted(results)}\ngot  {answer}')
    print(f'# {used} cases used, {skipped} skipped: the suite allows several '
          'results')
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

"""The public SPF suite: check_host() of every case, and its tree.

Result and explanation must be those of the suite (RFC 7208).  Beside that, the
tree that a checker walks without a client must agree: a record that evaluates to
pass, fail, softfail or neutral has no syntax error, as errors anywhere count
(RFC 7208 4.6); where the suite wants permerror alone, the record must be
refused, or its tree must hold a fault or pass a limit.  The suite is not part
of this tree: its folder is $ASSAY_CORPUS, or shared/corpus beside the source.
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
MAX_CNAMES = 8


def escape_name(name):
    name = name.lower().removesuffix('.') or '.'
    return ''.join(c if c in PLAIN else f'\\{ord(c):03}' for c in name)


def escape_text(text):
    octets = text.encode('latin-1')
    return ''.join(chr(c) if 0x20 < c < 0x7f and c != 0x5c else f'\\{c:03}'
                   for c in octets)


def joined(value):
    return ''.join(value) if isinstance(value, list) else str(value)


def rows_of(zone, name, depth=0):
    """The rows of a name, CNAMEs followed; a chain without end is a fault."""
    rows = zone.get(name.lower(), [])
    for row in rows:
        if isinstance(row, dict) and 'CNAME' in row:
            if depth == MAX_CNAMES:
                return ['TIMEOUT']
            return rows_of(zone, row['CNAME'].removesuffix('.'), depth + 1)
    return rows


def lines_of(zone):
    """The world of one scenario in the words of the driver."""
    for name in zone:
        rows = rows_of(zone, name)
        pairs = [p for r in rows if isinstance(r, dict) for p in r.items()]
        # A type SPF record stands for TXT where the name gives no TXT.
        want = 'TXT' if 'TXT' in {k for k, _ in pairs} else 'SPF'
        owner = escape_name(name)
        for kind, value in pairs:
            if kind == want and value != 'NONE':
                yield f'TXT {owner} {escape_text(joined(value))}'
            if kind in ('A', 'AAAA'):
                yield f'{kind} {owner} {value}'
            if kind == 'PTR':
                yield f'PTR {owner} {escape_name(value)}'
        exchanges = [v for k, v in pairs if k == 'MX']
        for _, exchange in sorted(exchanges, key=lambda v: v[0]):
            yield f'MX {owner} {escape_name(exchange)}'
        if 'TIMEOUT' in rows:
            yield f'FAULT {owner}'


def sender_of(test):
    return str(test.get('mailfrom') or '')


def domain_of(test):
    return sender_of(test).rpartition('@')[2] or str(test['helo'])


def questions(test):
    yield (f'CHECK {test["host"]} {escape_text(str(test["helo"]))} '
           f'{escape_text(sender_of(test))}')
    yield f'WALK {escape_name(domain_of(test))}'


def judge_check(test, results, answer):
    """What is wrong with an answer to CHECK, or ''."""
    result, _, text = answer.partition(' ')
    if result not in results:
        return f'want {sorted(results)}, got {answer}'
    want = test.get('explanation')
    if want is None:
        return ''
    want = '-' if want == 'DEFAULT' else f'={want}'
    # The suite writes the nibbles of IPv6 in upper case, RFC 7208 7.4 in lower.
    same = text.lower() == want.lower()
    return '' if same else f'want {want}, got {text}'


def explains_permerror(answer):
    words = answer.split()
    if words[0] != 'cost':
        return words[0] in ('syntax', 'multiple')
    lookups, voids, broken = map(int, words[1:4])
    return broken or lookups > 10 or voids > 2


def judge_walk(results, answer):
    """True, False, or None when the tree alone cannot tell."""
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


def run(driver, scenario):
    zone = {str(k).lower(): v for k, v in scenario['zonedata'].items()}
    asked = [q for t in scenario['tests'].values() for q in questions(t)]
    text = '\n'.join([*lines_of(zone), *asked, ''])
    out = subprocess.run(driver, input=text, capture_output=True, text=True,
                         check=True).stdout.splitlines()
    assert len(out) == len(asked)
    return zip(scenario['tests'].items(), out[::2], out[1::2])


def main():
    t = Tap()
    if len(sys.argv) != 2:
        sys.exit('usage: test_spf.py SPF_DRIVER')
    if not SUITE.exists():
        print('1..1\nok 1 - the public SPF suite # skip not on this machine')
        return 0
    import yaml
    cases = walks = skipped = 0
    for scenario in yaml.safe_load_all(SUITE.read_text()):
        for (name, test), checked, walked in run(sys.argv[1], scenario):
            title = f'{scenario["description"]}: {name}'
            results = test['result']
            results = {results} if isinstance(results, str) else set(results)
            wrong = judge_check(test, results, checked)
            cases += t.ok(not wrong, title, wrong)
            verdict = judge_walk(results, walked)
            if verdict is None:
                skipped += 1
                continue
            walks += t.ok(verdict, f'{title}: its tree',
                          f'want {sorted(results)}\ngot  {walked}')
    print(f'# {cases} cases as the suite wants them; {walks} trees agree, '
          f'{skipped} skipped: the suite allows several results')
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

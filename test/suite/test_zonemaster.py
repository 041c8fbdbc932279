"""Zonemaster's scenarios for SPF (zone11) and MX (zone09).

Zonemaster asks each name server of a zone; Assay asks one resolver, and then
the servers whether they agree.  So each server's view of a zone is judged as a
zone of its own (--zone), or, where the server fails, as stored facts; then all
views together, as what the servers said each for itself.  The tags that a
scenario must give are read from the suite; TAGS and SERVERS say which verdicts
of ours they stand for.  EXCEPTIONS are explained in doc/deviations.md.  The suite is not part of this tree: its folder
is $ASSAY_CORPUS, or shared/corpus beside the source.

test_zonemaster.py ASSAY
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'test'))
from tap import Tap  # noqa: E402

CORPUS = Path(os.environ.get('ASSAY_CORPUS') or ROOT / '../shared/corpus')
SUITE = CORPUS / 'standards/zonemaster'

# What a tag means in our rules.
TAGS = {
    'Z11_SPF_SYNTAX_OK': {'spf.missing': 'pass', 'spf.multiple': 'pass',
                          'spf.syntax': 'pass'},
    'Z11_SPF_SYNTAX_ERROR': {'spf.missing': 'pass', 'spf.multiple': 'pass',
                             'spf.syntax': 'fail'},
    'Z11_SPF_MULTIPLE_RECORDS': {'spf.multiple': 'fail'},
    'Z11_NO_SPF_FOUND': {'spf.missing': 'fail'},
    'Z11_NO_SPF_NON_MAIL_DOMAIN': {'spf.missing': 'fail'},
    'Z11_NULL_SPF_NON_MAIL_DOMAIN': {'spf.deny-all': 'pass',
                                     'spf.syntax': 'pass'},
    'Z11_NON_NULL_SPF_NON_MAIL_DOMAIN': {'spf.deny-all': 'fail',
                                         'spf.syntax': 'pass'},
    'Z11_UNABLE_TO_CHECK_FOR_SPF': {'spf.missing': 'unknown'},
    'Z09_MX_DATA': {'mx.no-null': 'not-applicable',
                    'mx.target-address-literal': 'pass'},
    'Z09_NULL_MX_WITH_OTHER_MX': {'mx.null-with-others': 'fail'},
    'Z09_NULL_MX_NON_ZERO_PREF': {'mx.null-with-others': 'warn'},
    'Z09_MISSING_MAIL_TARGET': {'mx.no-null': 'info'},
    'Z09_UNEXPECTED_RCODE_MX': {'mx.single': 'unknown'},
    'Z09_NO_RESPONSE_MX_QUERY': {'mx.single': 'unknown'},
    'NULL_MX': {'mx.no-null': 'pass', 'mx.null-with-others': 'pass'},
}

# Scenarios that Assay has no word for (doc/deviations.md).
ROOT_ZONE = 'the root is no mail domain'
TOP = 'a name at the top is judged as any other'
EXCEPTIONS = {
    'NO-SPF-ROOT-ZONE': ROOT_ZONE, 'NULL-SPF-ROOT-ZONE': ROOT_ZONE,
    'NON-NULL-SPF-ROOT-ZONE': ROOT_ZONE, 'ROOT-EMAIL-DOMAIN': ROOT_ZONE,
    'TLD-EMAIL-DOMAIN': TOP,
    'NO-MX-TLD': TOP, 'NO-MX-ARPA': TOP,
}
# What all servers together must give; else they agree.
AGREE = {'dns.servers-differ': 'pass', 'dns.server-lame': 'pass'}
DIFFER = {'dns.servers-differ': 'warn', 'dns.server-lame': 'pass'}
OPEN = {'dns.servers-differ': 'unknown', 'dns.server-lame': 'unknown'}
LAME = {'dns.server-lame': 'warn'}
SERVERS = {
    'INCONSISTENT-SPF': DIFFER, 'SPF-MISSING-ON-ONE': DIFFER,
    'ALL-DIFFERENT-SPF': DIFFER, 'INCONSISTENT-MX': DIFFER,
    'INCONSISTENT-MX-DATA': DIFFER, 'UNEXPECTED-RCODE-MX': OPEN,
    'NO-RESPONSE-MX-QUERY': OPEN, 'SERVFAIL': OPEN, 'NON-AUTH-TXT': LAME,
    'NON-AUTH-MX-RESPONSE': LAME,
}
# The type that no server answers with authority.
NON_AUTH = {'NON-AUTH-TXT': 'TXT', 'NON-AUTH-MX-RESPONSE': 'MX'}
# What the views of servers that differ must give, in order.
VIEWS = {
    'INCONSISTENT-SPF': ['Z11_SPF_SYNTAX_OK'] * 2,
    'ALL-DIFFERENT-SPF': ['Z11_SPF_SYNTAX_OK'] * 3,
    'SPF-MISSING-ON-ONE': ['Z11_NO_SPF_FOUND', 'Z11_SPF_SYNTAX_OK'],
    'INCONSISTENT-MX': ['Z09_MX_DATA', 'Z09_MISSING_MAIL_TARGET'],
    'INCONSISTENT-MX-DATA': ['Z09_MX_DATA'] * 2,
}
# Scenarios whose fault is one server's only: the tag of each view.
PER_SERVER = {
    'UNEXPECTED-RCODE-MX': ['Z09_UNEXPECTED_RCODE_MX',
                            'Z09_MISSING_MAIL_TARGET'],
    'NO-RESPONSE-MX-QUERY': ['Z09_MX_DATA', 'Z09_NO_RESPONSE_MX_QUERY'],
}
# Where no answer comes, it is given as a fact: (type, outcome) per view.
FAILING = {
    'SERVFAIL': [('TXT', 'servfail')] * 2,
    'UNEXPECTED-RCODE-MX': [('MX', 'servfail'), None],
    'NO-RESPONSE-MX-QUERY': [None, ('MX', 'timeout')],
}


def scenarios(zone):
    """{scenario: [tags it must give]} from the table of the suite."""
    found = {}
    for line in (SUITE / zone / 'SCENARIOS.md').read_text().splitlines():
        cells = [c.strip() for c in line.strip('|').split('|')]
        if re.fullmatch(r'[A-Z0-9-]+', cells[0]) and len(cells) == 3:
            found[cells[0]] = re.findall(r'Z\d\d_\w+', cells[1])
    return found


def domain_of(zone, scenario):
    name = scenario.lower()
    if 'tld' in name:
        return f'{name.removesuffix("-zone")}-{zone}' if zone == 'zone09' else \
            f'{name.replace("-tld-zone", "")}-{zone}'
    return f'{name}.{zone}.{"arpa" if "arpa" in name else "xa"}'


def included(folder, text):
    return re.sub(r'^\$INCLUDE (\S+)$', lambda m: (folder / m[1]).read_text(),
                  text, flags=re.M)


def without_others(text, domain):
    """Without what a server says of other zones: glue."""
    out, keep = [], True
    for line in text.splitlines():
        if line[:1] not in ' \t;$':
            owner = line.split()[0] if line.split() else ''
            keep = not owner.endswith('.') or \
                f'.{owner}'.endswith(f'.{domain}.')
        if keep:
            out.append(line)
    return '\n'.join(out) + '\n'


def views_spf(scenario, domain):
    folder = SUITE / 'zone11'
    files = sorted(folder.glob(f'ns*.{domain}.zone'))
    files = files or [folder / f'{domain}.zone']
    return [without_others(included(folder, f.read_text()), domain)
            for f in files]


def templates(block, domain):
    """The answers that a CoreDNS block makes up for a name."""
    for m in re.finditer(r'template IN (?:MX|A) (\S+) \{(.*?)\}', block, re.S):
        if m[1].lower() == domain:
            for answer in re.findall(r'answer "(.*)"', m[2]):
                yield re.sub(r'([a-z])$', r'\1.', answer)


def views_mx(scenario, domain):
    folder = SUITE / 'zone09'
    config = (folder / 'zone09.cfg').read_text()
    common = (folder / 'COMMON.zone09.xa').read_text()
    for address in ('127.19.9.31', '127.19.9.32'):
        block = config.partition(f'bind {address}\n')[2].partition('\n}\n')[0]
        yield '\n'.join([f'$ORIGIN {domain}.', common,
                         *templates(block, domain), ''])


def run(assay, *args, given=None):
    """{domain: its document} of one run that asks nothing of the net."""
    out = subprocess.run([assay, 'check', '--format', 'ndjson', *args],
                         input=given, capture_output=True, text=True)
    docs = [json.loads(x) for x in out.stdout.splitlines()]
    if not docs:
        raise RuntimeError(out.stderr)
    return {d['domain']: d for d in docs}


def judge(assay, domain, view, failing, role):
    """One server's view: {rule: verdict}, and the facts."""
    more = ['--role', role] if role else []
    with tempfile.NamedTemporaryFile('w', suffix='.zone') as f:
        f.write(view)
        f.flush()
        doc = run(assay, '--zone', f.name, '--zone-only', '--only', 'dns',
                  *more, domain)[domain]
    if failing:
        kind, outcome = failing
        for a in doc['facts']['domain']['answers']:
            if (a['name'], a['type']) == (domain, kind):
                for gone in ('txt', 'mx'):
                    a.pop(gone, None)
                a['outcome'] = outcome
        doc = run(assay, *more, '--facts', '-',
                  given=json.dumps(doc['facts']))[domain]
    return verdicts(doc), doc['facts']


def verdicts(doc):
    return {f['rule']: f['verdict'] for f in doc['findings']}


def server(i, facts, domain, non_auth):
    """What a server says itself that has this view of the zone."""
    asked = [(domain, 'SOA'), (domain, 'MX'), (domain, 'TXT'),
             (f'_dmarc.{domain}', 'TXT')]
    found = {(a['name'], a['type']): a for a in facts['domain']['answers']}
    return {'name': f'ns{i + 1}.{domain}', 'address': f'203.0.113.{i + 1}',
            'answers': [{**found[q], 'authoritative': q != (domain, non_auth)}
                        for q in asked]}


def judge_servers(assay, scenario, domain, views):
    """{rule: verdict} of all views together; one view is that of two."""
    both = views if len(views) > 1 else views * 2
    facts = json.loads(json.dumps(views[0]))
    facts['domain']['server_zone'] = domain
    facts['domain']['servers'] = [
        server(i, view, domain, NON_AUTH.get(scenario))
        for i, view in enumerate(both)]
    return verdicts(run(assay, '--facts', '-',
                        given=json.dumps(facts))[domain])


def wanted(scenario, tags, n):
    """The tags of each of n views."""
    rows = VIEWS.get(scenario) or PER_SERVER.get(scenario)
    if scenario in NON_AUTH:
        return [[]] * n     # no resolver hands it on
    if rows:
        return [[tag] for tag in rows]
    return [tags or ['NULL_MX']] * n


def check(t, assay, zone, scenario, tags):
    domain = domain_of(zone, scenario)
    views = list((views_spf if zone == 'zone11' else views_mx)(
        scenario, domain))
    rows = wanted(scenario, tags, len(views))
    assert len(rows) == len(views)
    role = 'parked' if 'NON_MAIL' in ' '.join(tags) else None
    faults, facts = [], []
    for i, (view, want) in enumerate(zip(views, rows)):
        failing = FAILING.get(scenario, [None] * 9)[i]
        got, fact = judge(assay, domain, view, failing, role)
        facts.append(fact)
        faults += [f'view {i + 1}, {tag}: {rule} is {got[rule]}, not {verdict}'
                   for tag in want for rule, verdict in TAGS[tag].items()
                   if got[rule] != verdict]
    got = judge_servers(assay, scenario, domain, facts)
    faults += [f'servers: {rule} is {got[rule]}, not {verdict}' for
               rule, verdict in SERVERS.get(scenario, AGREE).items()
               if got[rule] != verdict]
    t.ok(not faults, f'{zone}: {scenario}', '\n'.join(faults))


def main():
    t = Tap()
    if len(sys.argv) != 2:
        sys.exit('usage: test_zonemaster.py ASSAY')
    if not SUITE.exists():
        print('1..1\nok 1 - the scenarios of Zonemaster # skip not on this machine')
        return 0
    used = skipped = 0
    for zone in ('zone11', 'zone09'):
        for scenario, tags in scenarios(zone).items():
            why = EXCEPTIONS.get(scenario)
            if why:
                print(f'# {scenario} is an exception: {why}')
            used, skipped = used + (not why), skipped + bool(why)
            if not why:
                check(t, sys.argv[1], zone, scenario, tags)
    t.equal(used + skipped, 37, 'all scenarios are accounted for')
    print(f'# {used} scenarios used, {skipped} skipped: see doc/deviations.md')
    return t.end()


if __name__ == '__main__':
    sys.exit(main())

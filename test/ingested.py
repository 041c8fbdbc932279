"""What `assay ingest` said of its inputs, and what the database then holds.

The one place of the tests that knows the tables of reports.
"""
import ipaddress
import json
import sqlite3
import subprocess

KINDS = ('aggregate', 'failure', 'tls')
HEAD = ('org_name', 'email', 'extra_contact_info', 'report_id', 'domain', 'begin', 'end',
        'version', 'generator', 'adkim', 'aspf', 'p', 'sp', 'np', 'fo', 'pct', 'testing',
        'discovery_method', 'rows', 'messages', 'unread', 'input', 'path', 'mail_from',
        'message_id', 'received')
COLUMNS = {'org_name': 'org', 'extra_contact_info': 'extra', 'discovery_method': 'discovery'}
FAILURE = ('feedback_type', 'auth_failure', 'delivery_result', 'alignment', 'source',
           'reported_domain', 'arrival', 'rcpt_to', 'header_from', 'subject', 'dkim_domain',
           'incidents')


def run(assay, store, *arguments, **more):
    return subprocess.run([assay, 'ingest', '--store', str(store), '--json',
                           *map(str, arguments)], capture_output=True, timeout=120, **more)


def ip_text(octets):
    return None if octets is None else str(ipaddress.ip_address(octets))


def listed(text, *names):
    """A list of objects as a list of lists of these members."""
    return [[item.get(name) for name in names] for item in json.loads(text or '[]')]


class Store:
    def __init__(self, path):
        self.db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
        self.db.row_factory = sqlite3.Row

    def close(self):
        self.db.close()

    def all(self, query, *values):
        return [dict(row) for row in self.db.execute(query, values)]

    def one(self, query, *values):
        return self.db.execute(query, values).fetchone()[0]

    def sound(self):
        return self.one('PRAGMA integrity_check')

    def has_tables(self):
        return self.one('SELECT count(*) FROM sqlite_master') > 0

    def totals(self):
        """Reports, rows of aggregate ones, messages of those rows."""
        return (self.one('SELECT count(*) FROM report'),
                *self.db.execute('SELECT count(*), ifnull(sum(messages), 0) '
                                 'FROM aggregate_row').fetchone())

    def summed(self):
        """Messages and reports of the sums a day."""
        return (self.one('SELECT ifnull(sum(messages), 0) FROM daily'),
                self.one('SELECT ifnull(sum(reports), 0) FROM reporter_daily'))

    def failures(self):
        """Failures of TLS reports, and their sessions."""
        return tuple(self.db.execute('SELECT count(*), sum(sessions) FROM tls_failure').fetchone())

    def by_input(self):
        """Reports by the input that they came from."""
        return {r['input']: r['n'] for r in self.all(
            'SELECT input, count(*) AS n FROM report GROUP BY input')}

    def days(self):
        """Messages by domain and day."""
        return {(r['domain'], r['day']): r['n'] for r in self.all(
            'SELECT domain, day, sum(messages) AS n FROM daily GROUP BY domain, day')}

    def daily(self):
        return self.all('SELECT * FROM daily')

    def reports(self):
        """The reports as a reader tells of them, in the order they were kept."""
        return [self.told(row) for row in self.all('SELECT * FROM report ORDER BY id')]

    def told(self, row):
        told = {name: row[COLUMNS.get(name, name)] for name in HEAD}
        told['kind'] = KINDS[row['kind']]
        told['cut'] = bool(row['cut'])
        told['errors'] = (row['errors'] or '').splitlines()
        told['notes'] = [line.split('\t')[0] for line in (row['notes'] or '').splitlines()]
        getattr(self, told['kind'])(told, row['id'])
        return told

    def aggregate(self, told, report):
        rows = self.all('SELECT * FROM aggregate_row WHERE report=? ORDER BY n', report)
        auth = [json.loads(r['auth'] or '{}') for r in rows]
        told['dkims'] = sum(len(a.get('dkim', ())) for a in auth)
        told['spfs'] = sum(len(a.get('spf', ())) for a in auth)
        told['row'] = rows and self.row(rows[0], auth[0])

    @staticmethod
    def row(r, auth):
        auth = {name: json.dumps(auth.get(name, [])) for name in ('dkim', 'spf')}
        return r | {'ip': ip_text(r['ip']), 'count': r['messages'], 'source_ip': r['source'],
                    'reasons': listed(r['reasons'], 'type', 'comment'),
                    'dkims': listed(auth['dkim'], 'domain', 'selector', 'result', 'human'),
                    'spfs': listed(auth['spf'], 'domain', 'scope', 'result', 'human')}

    def tls(self, told, report):
        policies = self.all('SELECT * FROM tls_policy WHERE report=? ORDER BY n', report)
        events = self.all('SELECT * FROM tls_failure WHERE report=? ORDER BY n', report)
        told['failures'] = len(events)
        told['failed'] = sum(p['failures'] or 0 for p in policies)
        told['row'] = policies and policies[0] | {
            'policy-domain': policies[0]['domain'],
            'mx-hosts': json.loads(policies[0]['mx']),
            'strings': json.loads(policies[0]['strings'])}
        told['event'] = events and events[-1] | {
            'result-type': events[-1]['result'], 'info-uri': events[-1]['info_uri']}

    def failure(self, told, report):
        r = self.all('SELECT * FROM failure WHERE report=?', report)[0]
        told.update({name: r[name] for name in FAILURE}, ip=ip_text(r['ip']))

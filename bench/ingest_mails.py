"""Makes the mails that bench/ingest reads.

    python3 bench/ingest_mails.py bulk RUA-BULK.TAR.XZ FOLDER   reports of the archive
    python3 bench/ingest_mails.py made COUNT FOLDER             of our own making
    python3 bench/ingest_mails.py large MEGABYTES FILE          one report, bare XML

A mail is as reporters send it: a word of text, then the report in gzip (the even
ones) or zip (the odd ones), in base64.  The same call makes the same octets.
"""
import base64
import gzip
import io
import pathlib
import random
import re
import sys
import tarfile
import zipfile

DAY = 86400
BEGIN = 1767225600  # 1 January 2026
A_FOLDER = 1000     # mails


def packed(name, xml, zipped):
    if not zipped:
        return f'{name}.xml.gz', 'application/gzip', gzip.compress(xml, 6, mtime=0)
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as z:
        z.writestr(zipfile.ZipInfo(f'{name}.xml', (2026, 1, 1, 0, 0, 0)), xml,
                   zipfile.ZIP_DEFLATED)
    return f'{name}.zip', 'application/zip', out.getvalue()


def mail(number, name, xml):
    file, kind, octets = packed(name, xml, number % 2 == 1)
    reporter = name.split('!')[0]
    head = (f'From: <noreply@{reporter}>', 'To: <dmarc@example.org>',
            f'Subject: Report Domain: {name}', 'Date: Thu, 01 Jan 2026 06:00:00 +0000',
            f'Message-ID: <{number}@{reporter}>', 'MIME-Version: 1.0',
            'Content-Type: multipart/mixed; boundary="b0undary"', '',
            '--b0undary', 'Content-Type: text/plain; charset=utf-8', '',
            'This is a DMARC aggregate report.', '',
            '--b0undary', f'Content-Type: {kind}; name="{file}"',
            'Content-Transfer-Encoding: base64',
            f'Content-Disposition: attachment; filename="{file}"', '', '')
    return ('\r\n'.join(head).encode()
            + base64.encodebytes(octets).replace(b'\n', b'\r\n')
            + b'\r\n--b0undary--\r\n')


def write(folder, reports):
    for number, (name, xml) in enumerate(reports):
        place = pathlib.Path(folder, f'{number // A_FOLDER:03d}')
        place.mkdir(parents=True, exist_ok=True)
        (place / f'{number:06d}.eml').write_bytes(mail(number, name, xml))


def bulk(archive):
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            if member.name.endswith('.xml'):
                xml = tar.extractfile(member).read()
                domain = re.search(rb'<domain>\s*([\w.-]+)', xml)
                domain = domain.group(1).decode() if domain else 'none.example'
                yield f'reporter.example!{domain}!{BEGIN}!{BEGIN + DAY - 1}', xml


# --- reports of our own making ---

REPORTERS = [('google.com', '  '), ('Yahoo', '  '), ('Outlook.com', '\t'),
             ('Enterprise Outlook', '  '), ('Mail.Ru', ''), ('FastMail Pty Ltd', '\t'),
             ('AMAZON-SES', '  '), ('comcast.net', ' '), ('gmx.net', '  ')]


def address(rnd):
    if rnd.random() < .15:
        return f'2001:db8:{rnd.randrange(65536):x}::{rnd.randrange(4096):x}'
    n = int(60000 * rnd.random() ** 3)
    return f'198.{18 + n % 2}.{n // 256}.{n % 256}'


def tree(out, indent, depth, items):
    for name, value in items:
        space = indent * depth
        if isinstance(value, list):
            out.append(f'{space}<{name}>\n')
            tree(out, indent, depth + 1, value)
            out.append(f'{space}</{name}>\n')
        else:
            out.append(f'{space}<{name}>{value}</{name}>\n')


def record(rnd, domain):
    dkim, spf = rnd.random() < .8, rnd.random() < .85
    evaluated = [('disposition', 'none' if dkim or spf else
                  rnd.choice(('none', 'quarantine', 'reject'))),
                 ('dkim', 'pass' if dkim else 'fail'), ('spf', 'pass' if spf else 'fail')]
    if rnd.random() < .05:
        evaluated.append(('reason', [('type', 'forwarded'), (
            'comment', 'looks forwarded, downgraded to none &amp; logged')]))
    names = [('envelope_from', f'bounce.{domain}')] if rnd.random() < .4 else []
    results = [('dkim', [('domain', domain if dkim else 'mailer.example'),
                         ('selector', f's{rnd.randrange(9)}'),
                         ('result', 'pass' if dkim else 'fail')])
               for _ in range(1 if rnd.random() < .7 else 2)]
    results.append(('spf', [('domain', f'bounce.{domain}'), ('scope', 'mfrom'),
                            ('result', 'pass' if spf else 'softfail')]))
    return ('record', [
        ('row', [('source_ip', address(rnd)), ('count', int(rnd.paretovariate(1.2))),
                 ('policy_evaluated', evaluated)]),
        ('identifiers', names + [('header_from', domain)]), ('auth_results', results)])


def report(rnd, number, records, octets=0):
    reporter, indent = REPORTERS[number % len(REPORTERS)]
    host = reporter.split()[0].lower()
    domain = f'd{int(rnd.paretovariate(.7)) % 500:03d}.example'
    begin = BEGIN + DAY * (number % 90)
    out = ['<?xml version="1.0" encoding="UTF-8" ?>\n<feedback>\n']
    tree(out, indent, 1, [
        ('version', '1.0'),
        ('report_metadata', [
            ('org_name', reporter), ('email', f'noreply@{host}'),
            ('extra_contact_info', f'https://support.{host}/dmarc'),
            ('report_id', f'{rnd.getrandbits(64):016x}{number:08x}'),
            ('date_range', [('begin', begin), ('end', begin + DAY - 1)])]),
        ('policy_published', [
            ('domain', domain), ('adkim', 'r'), ('aspf', 'r'),
            ('p', rnd.choice(('none', 'quarantine', 'reject'))), ('sp', 'none'),
            ('pct', '100'), ('fo', '1')])])
    size = 0
    while records > 0 or size < octets:
        at = len(out)
        tree(out, indent, 1, [record(rnd, domain)])
        size += sum(map(len, out[at:]))
        records -= 1
    out.append('</feedback>\n')
    return f'{host}!{domain}!{begin}!{begin + DAY - 1}', ''.join(out).encode()


def made(count):
    rnd = random.Random(1)
    for number in range(count):
        yield report(rnd, number, min(10, int(rnd.paretovariate(.8))))


def large(megabytes, file):
    pathlib.Path(file).write_bytes(report(random.Random(7), 0, 1, megabytes * 1000000)[1])


COMMANDS = {'bulk': lambda of, to: write(to, bulk(of)),
            'made': lambda of, to: write(to, made(int(of))),
            'large': lambda of, to: large(int(of), to)}

if __name__ == '__main__':
    if len(sys.argv) != 4 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    COMMANDS[sys.argv[1]](*sys.argv[2:])

"""Makes what reports come in, as reporters have sent it, and several reports at
once, each with what `assay ingest` must make of it.

wraps() gives Case: number (of the list of odd reports that the tests speak of),
name, files (name, octets) given in one run, and the outcome, written by hand:
'stored' (1), 'known', 'odd', 'refused' (0): reports; 'why': a part of each
diagnosis; 'notes' of the last report, or members of it.
"""
import base64
import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from typing import NamedTuple

from report_maker import EVALUATED, FROM, HEAD, SPF, TLS, dkim, head, record, report

XML = report().encode()
OTHER = head('id-1', 'id-2').encode()
BEGIN = 'From: R <r@r.example>\r\nTo: d@example.com\r\nSubject: Report Domain: example.com\r\n' \
        'Date: Mon, 01 Dec 2025 10:00:00 +0000\r\nMessage-ID: <1@r.example>\r\n'


class Case(NamedTuple):
    number: int
    name: str
    files: list
    outcome: dict


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', method) as z:
        for name, octets in members:
            z.writestr(name, octets)
    return out.getvalue()


def tarred(*members, mode='w'):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as t:
        for name, octets in members:
            info = tarfile.TarInfo(name)
            info.size = len(octets)
            t.addfile(info, io.BytesIO(octets))
    return out.getvalue()


def tnef(*attachments, body=b'This is a report.'):
    """A winmail.dat (MS-OXTNEF).  An attachment is (title, octets), or (title, type, octets):
    content in its property list, as an attached mail has it."""
    def attribute(level, number, octets):
        return struct.pack('<BII', level, number, len(octets)) + octets + \
            struct.pack('<H', sum(octets) & 0xffff)

    def sized(octets):
        return struct.pack('<I', len(octets)) + octets + bytes(-len(octets) % 4)

    def listed(title, content):
        rows = [struct.pack('<HHi', 0x0003, 0x3705, 1), struct.pack('<HHhxx', 0x000b, 0x7ffe, 0),
                struct.pack('<HHQ', 0x0040, 0x3007, 1 << 56),
                struct.pack('<HH', 0x001f, 0x8000) + bytes(16) + struct.pack('<I', 1) +
                sized('ä'.encode('utf-16le')) + struct.pack('<I', 1) + sized(b'x\0'),
                struct.pack('<HHI', 0x101e, 0x3a00, 2) + sized(b'a\0') + sized(b'bcdef\0'),
                struct.pack('<HHI', 0x001e, 0x3707, 1) + sized(title + b'\0'), *content]
        return struct.pack('<I', len(rows)) + b''.join(rows)

    out = struct.pack('<IH', 0x223e9f78, 7) + attribute(1, 0x00089006, struct.pack('<I', 0x10000)) \
        + attribute(1, 0x00069007, struct.pack('<II', 1252, 0)) \
        + attribute(1, 0x00078008, b'IPM.Note\0') + attribute(1, 0x0002800c, body + b'\0')
    for title, *kind, octets in attachments:
        content = [struct.pack('<HHI', k, 0x3701, 1) + sized((bytes(16) if k == 0x000d else b'') +
                                                             octets) for k in kind]
        out += attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x00018010, title + b'\0')
        out += attribute(2, 0x0006800f, b'' if kind else octets)
        out += attribute(2, 0x00069005, listed(title, content))
    return out


def part(header, octets, coding='base64'):
    if coding == 'base64':
        octets = base64.encodebytes(octets).replace(b'\n', b'\r\n')
    if coding:
        header = header + '\r\nContent-Transfer-Encoding: ' + coding
    return header.strip().encode() + b'\r\n\r\n' + octets


PLAIN = part('Content-Type: text/plain', b'This is a report.', '7bit')


def mail(*parts, begin=BEGIN, kind='mixed', bound=b'=_b'):
    return begin.encode('latin-1') + (
        f'MIME-Version: 1.0\r\nContent-Type: multipart/{kind}; boundary="{bound.decode()}"'
        '\r\n\r\nhello\r\n').encode() + b''.join(
            b'--' + bound + b'\r\n' + p + b'\r\n' for p in parts) + (
        b'--' + bound + b'--\r\nbye\r\n')


def named(name, octets, kind='application/gzip', place='attachment'):
    return part(f'Content-Type: {kind}; name="{name}"\r\n'
                f'Content-Disposition: {place}; filename="{name}"', octets)


GZ = gzip.compress(XML, mtime=0)
ATTACHED = named('r.example!example.com!1!2.xml.gz', GZ)


def one(number, name, octets, file='input', **outcome):
    return Case(number, name, [(file, octets)], outcome)


def packed():
    told = {'notes': ['octets-behind-gzip'], 'messages': 2}
    yield one(1, 'CRLF behind gzip', GZ + b'\r\n', **told)
    for rest in (b'\0' * 700, b'garbage', b'\x1f'):
        yield one(2, f'{rest[:7]} behind gzip', GZ + rest, **told)
    yield one(3, 'gzip in gzip', gzip.compress(GZ), notes=[], messages=2)
    yield one(3, 'gzip in gzip in gzip', gzip.compress(gzip.compress(GZ)), messages=2)
    yield one(4, 'a zip of two reports and a directory', zipped(
        ('d/', b''), ('d/a.xml', XML), ('b.xml', OTHER)), stored=2)
    yield one(4, 'a zip of a report and a note', zipped(
        ('README.txt', b'dear reader'), ('a.xml', XML)), refused=1, why='neither XML nor JSON')
    yield one(4, 'a zip of members that are not packed', zipped(
        ('a.xml', XML), ('b.xml', OTHER), method=zipfile.ZIP_STORED), stored=2)
    yield one(5, 'a zip of documents', zipped(
        ('a.docx', b'PK\x05\x06' + bytes(18)), ('b.pdf', b'%PDF-1.7\n')), stored=0, refused=2)
    yield one(5, 'a text in gzip', gzip.compress(b'no report this time\n'), stored=0, refused=1,
              why='neither XML nor JSON')
    yield one(5, 'a picture', b'\x89PNG\r\n\x1a\n' + bytes(60), 'a.xml.gz', stored=0, refused=1,
              why='picture')
    yield one(6, 'gzip named .zip', GZ, 'a.zip', messages=2)
    yield one(6, 'zip named .gz', zipped(('a.xml', XML)), 'a.xml.gz', messages=2)
    yield one(6, 'zip labelled gzip', mail(PLAIN, named('a.gz', zipped(('a.xml', XML)))),
              messages=2)
    yield one(19, '"unused" in gzip', gzip.compress(b'unused'), stored=0, refused=1,
              why='neither XML nor JSON')
    yield one(19, 'the same in a mail', mail(PLAIN, named('a.xml.gz', gzip.compress(b'unused'))),
              stored=0, refused=1, why='neither XML nor JSON')
    yield one(20, 'nothing', b'', stored=0, refused=1, why='it is empty')
    yield one(20, 'nothing in gzip', gzip.compress(b''), stored=0, refused=1, why='it is empty')
    yield one(20, 'a mail without a body', BEGIN.encode() + b'\r\n', stored=0, refused=1,
              why='holds no report')
    for name in (b'a [b] !*?.xml', b'r\xc3\xb6\xc3\x9f "x" \'y\'.xml', b'\xff\xfe.xml',
                 b'-rf.xml', b'new\nline.xml'):
        yield Case(21, f'a name {name}', [(name, XML)], {'messages': 2})
    zeros = b'<feedback>' + bytes(32000000)
    yield one(22, 'a bomb in gzip', gzip.compress(zeros), stored=0, refused=1,
              why='times its size')
    yield one(22, 'a bomb in zip', zipped(('a.xml', zeros)), stored=0, refused=1,
              why='times its size')
    for name, doctype in (
            ('an external entity', '[<!ENTITY x SYSTEM "file:///etc/passwd">]'),
            ('an external DTD', 'SYSTEM "http://192.0.2.1/a.dtd"'),
            ('a parameter entity', '[<!ENTITY % x "y"> %x;]'),
            ('billion laughs', '[<!ENTITY a "ha">' + ''.join(
                f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip('abcdefghi', 'bcdefghij'))
                + ']')):
        yield one(23, name, f'<!DOCTYPE feedback {doctype}>'.encode() + XML, stored=0, refused=1,
                  why='document type')
    yield one(24, 'zlib', zlib.compress(XML), messages=2)
    yield one(24, 'zlib, best', zlib.compress(XML, 9), messages=2)
    both = ('a.xml', XML), ('d/b.xml', OTHER)
    yield one(24, 'tar', tarred(*both), stored=2)
    yield one(24, 'tgz', tarred(*both, mode='w:gz'), stored=2)
    yield one(24, 'tar.bz2', tarred(*both, mode='w:bz2'), stored=2)
    yield one(24, 'tar.xz', tarred(*both, mode='w:xz'), stored=2)
    yield one(24, 'bzip2', bz2.compress(XML), messages=2)
    yield one(24, 'xz', lzma.compress(XML), messages=2)


def mails():
    def attached(number, name, *parts, begin=BEGIN, **outcome):
        return one(number, name, mail(*parts, begin=begin), **{
            'messages': 2, 'mail_from': 'R <r@r.example>'} | outcome)

    yield attached(7, '"ContentType:"', PLAIN, part(
        'ContentType: application/gzip; name="a.xml.gz"', GZ))
    for kind, octets in (('application/x-gzip', GZ), ('text/xml', XML),
                         ('application/x-zip-compressed', zipped(('a.xml', XML))),
                         ('application/octet-stream', GZ), ('APPLICATION/GZIP', GZ)):
        yield attached(8, kind, PLAIN, named('a', octets, kind))
    yield attached(8, 'no type', PLAIN, part('Content-Disposition: attachment', GZ))
    yield attached(8, 'a mail with it, under a label that says nothing', PLAIN, named(
        'mail.eml', mail(PLAIN, ATTACHED, bound=b'=_c'), 'application/octet-stream'))
    yield attached(8, 'a business card beside it', PLAIN, ATTACHED, named(
        'r.vcf', b'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:R\r\nEND:VCARD\r\n', 'text/vcard'))
    yield attached(9, 'a name in pieces', PLAIN, part(
        'Content-Type: application/octet-stream;\r\n name*0="a.xm";\r\n name*1="l.gz"', GZ))
    yield attached(9, 'a name with percents', PLAIN, part(
        "Content-Type: application/gzip;\r\n name*0*=utf-8''a%2e;\r\n name*1*=xml.gz", GZ))
    yield attached(10, 'inline', PLAIN, named('a.xml.gz', GZ, place='inline'))
    yield one(11, 'the report is the mail', BEGIN.encode() + part(
        'Content-Type: application/zip; name=a.zip', zipped(('a.xml', XML))), messages=2)
    yield attached(12, 'attached, not compressed', PLAIN, named('a.xml', XML, 'text/xml'))
    yield attached(12, 'the same without coding', PLAIN, part(
        'Content-Type: application/xml', XML, '7bit'))
    yield attached(13, 'a footer behind', ATTACHED, PLAIN)
    yield attached(13, 'a report between texts', PLAIN, ATTACHED, part(
        'Content-Type: text/html', b'<p>To leave the list</p>', 'quoted-printable'))
    html = part('Content-Type: text/html', b'<!DOCTYPE html><html><body>[Preview]</body></html>')
    yield attached(14, 'an HTML body ahead', html, ATTACHED)
    yield one(14, 'an HTML body alone', mail(html), stored=0, refused=1, why='text/html')
    forwarded = part('Content-Type: message/rfc822', mail(
        PLAIN, ATTACHED, bound=b'=_c'), '7bit')
    yield attached(15, 'forwarded', PLAIN, forwarded)
    yield attached(15, 'forwarded, and there twice', PLAIN, forwarded, ATTACHED, known=1)
    yield one(16, 'an Outlook message', b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + bytes(500),
              'a.msg', stored=0, refused=1, why='.eml')
    yield one(16, 'winmail.dat that is damaged', mail(PLAIN, named(
        'winmail.dat', b'\x78\x9f\x3e\x22' + bytes(90), 'application/ms-tnef')), stored=0,
        refused=1, why='damaged')
    yield one(16, 'winmail.dat without an attachment', mail(PLAIN, named(
        'winmail.dat', tnef(), 'application/ms-tnef')), stored=0,
        refused=1, why='without an attachment')
    yield one(16, 'winmail.dat', mail(PLAIN, named(
        'winmail.dat', tnef((b'logo.png', b'\x89PNG\r\n'), (b'r.xml.gz', gzip.compress(XML))),
        'application/octet-stream')), refused=1, why='a picture')
    yield one(16, 'winmail.dat alone, with a zip', tnef((b'\xfc.zip', zipped(('r.xml', XML)))), 'w.dat')
    yield one(16, 'an attachment in a property list', tnef((b'r.xml', 0x0102, XML)), 'w.dat')
    yield one(16, 'a mail attached to a winmail.dat', mail(PLAIN, named('winmail.dat', tnef(
        (b'Report', 0x000d, tnef((b'r.xml.gz', gzip.compress(XML))))), 'application/ms-tnef')))
    yield one(16, 'winmail.dat that ends too early', tnef((b'r.xml', XML))[:-150 - len(XML) // 2],
              'w.dat', stored=0, refused=1, why='ends too early')
    tls = gzip.compress(TLS.encode())
    loose = base64.b64encode(tls).rstrip(b'=')
    loose = b' \r\n'.join(loose[i:i + 50] + b'\t!' for i in range(0, len(loose), 50))
    lines = 'Content-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64'
    yield attached(17, 'loose base64', PLAIN, part(lines, loose, ''), messages=7)
    yield attached(18, 'plain JSON labelled gzip', PLAIN, named(
        'a.json.gz', TLS.encode(), 'application/tlsrpt+gzip'), messages=7)
    for name, subject in (
            ('base64', 'Subject: =?utf-8?B?UmVwb3J0IERvbWFpbjogZXhhbXBsZS5jb20=?='),
            ('folded', 'Subject: Report Domain: example.com\r\n Submitter: r.example\r\n'
                       '\tReport-ID: <1\r\n 2>'), ('missing', 'X-A: b')):
        yield attached(25, f'a subject {name}', PLAIN, ATTACHED, begin=BEGIN.replace(
            'Subject: Report Domain: example.com', subject))
    yield attached(25, '8-bit octets in From', PLAIN, ATTACHED, begin=BEGIN.replace(
        'R <r', 'R\xf6 <r'), mail_from='R\ufffd <r@r.example>')
    yield attached(26, 'binary', PLAIN, part(
        f'Content-Type: application/gzip\r\nContent-Length: {len(GZ)}', GZ, 'binary'))
    yield attached(26, '8-bit', PLAIN, part('Content-Type: text/xml', head(
        'r.example</o', 'r\u00f6</o').encode(), '8bit'), org_name='r\u00f6')
    yield attached(27, 'two reports', PLAIN, ATTACHED, named('b.xml', OTHER, 'text/xml'),
                   stored=2)
    yield attached(27, 'two kinds of them', PLAIN, ATTACHED, named(
        'b.json', TLS.encode(), 'application/tlsrpt+json'), stored=2, messages=7)
    yield one(27, 'two mails in a box', b''.join(
        b'From r@r.example Mon Dec  1 10:00:00 2025\r\n' + mail(PLAIN, named('a', x)) + b'\r\n'
        for x in (XML, OTHER)), stored=2, messages=2)


def during(begin, end, name='id-1'):
    return HEAD.replace('1760000000', str(begin)).replace('1760086399', str(end)).replace(
        'id-1', name)


def several():
    """About more than one report."""
    yield Case(102, 'one id, two times', [('a', XML), ('b', report(
        head=during(1760086400, 1760172799)).encode())], {'stored': 2})
    yield Case(103, 'one id, two reporters', [
        ('a', XML), ('b', report(head=HEAD.replace('r.example', 's.example')).encode())],
        {'stored': 2})
    yield Case(104, 'one name, two contents', [('a', XML), ('b', report(
        records=record(count='3')).encode())], {'stored': 2, 'odd': 1})
    copies = [b'Received: from mx%d.example.com; Mon, 01 Dec 2025 10:00:0%d +0000\r\n' % (i, i)
              + mail(PLAIN, ATTACHED) for i in (1, 2)]
    yield Case(105, 'through two servers', [('a', copies[0]), ('b', copies[1])], {'known': 1})
    yield Case(106, 'in other wraps and lines', [
        ('a', XML), ('b', GZ), ('c', gzip.compress(XML, 1)), ('d', zipped(('x', XML))),
        ('e', XML.replace(b'><', b'>\r\n <'))], {'known': 4})
    yield one(107, 'of a domain of others', report(
        policy='<domain>others.example</domain>').encode(), domain='others.example')
    yield one(108, 'of a reporter that the mail is not from', mail(
        PLAIN, ATTACHED, begin=BEGIN.replace('R <r@r.example>', 'x@evil.example')),
        org_name='r.example', mail_from='x@evil.example')


FIELDS = ('Feedback-Type: auth-failure\r\nUser-Agent: x/1\r\nVersion: 1\r\n'
          'Auth-Failure: dmarc\r\nDelivery-Result: reject\r\nSource-IP: 192.0.2.1\r\n'
          'Reported-Domain: example.com\r\nIdentity-Alignment: none\r\n'
          'Original-Rcpt-To: <j@other.example>\r\n'
          'Arrival-Date: Mon, 1 Dec 2025 09:00:00 +0000\r\n')
ORIGINAL = ('From: "J" <j@example.com>\r\nTo: k@other.example\r\nSubject: secret\r\n'
            'Date: Mon, 1 Dec 2025 08:59:00 +0000\r\nMessage-ID: <9@example.com>\r\n')
TEXT = ('This is an email abuse report.\r\n\r\nA message claiming to be from you has failed the '
        'published DMARC\r\npolicy for your domain.\r\n\r\n  Sender Domain: example.com\r\n'
        '  Sender IP Address: 192.0.2.1\r\n  Received Date: Mon, 01 Dec 2025 09:00:00 +0000\r\n'
        '  SPF Alignment: no\r\n  DKIM Alignment: no\r\n  DMARC Results: None, Accept\r\n\r\n'
        '------ This is a copy of the headers ------\r\n\r\n')


def arf(fields=FIELDS, original=ORIGINAL, coding='7bit', kind='message/rfc822', end='\r\n'):
    octets = mail(PLAIN, part('Content-Type: message/feedback-report', fields.encode(), coding),
                  part(f'Content-Type: {kind}', (original + '\r\nbody\r\n').encode(
                      'latin-1'), coding if coding == '8bit' else ''),
                  kind='report; report-type=feedback-report')
    return octets.replace(b'\r\n', end.encode())


def failures():
    told = {'domain': 'example.com', 'ip': '192.0.2.1', 'begin': 1764579600, 'messages': 1,
            'kind': 'failure', 'feedback_type': 'auth-failure', 'subject': None, 'notes': []}

    def case(number, name, octets, **more):
        return one(number, name, octets, **told | more)

    def without(*names):
        return ''.join(line + '\r\n' for line in FIELDS.splitlines()
                       if line.split(':')[0] not in names)

    plain = part('Content-Type: text/plain', TEXT.encode(), '7bit')
    yield case(122, 'a text in place of fields', BEGIN.encode() + plain, notes=['text-report'])
    yield case(122, 'the same as base64', BEGIN.encode() + part(
        'Content-Type: text/plain; charset=utf-8', TEXT.encode()), notes=['text-report'])
    yield case(122, 'the same and the mail it is about', mail(plain, part(
        'Content-Type: message/rfc822', ORIGINAL.encode(), '')), notes=['text-report'])
    for value in ('192.0.2.1 (mail.example.com)', 'mail.example.com [192.0.2.1]'):
        yield case(123, f'source {value}', arf(FIELDS.replace('192.0.2.1', value)),
                   notes=['address-repaired'])
    yield case(124, 'no date', arf(without('Arrival-Date')), begin=1764579540)
    yield case(124, 'no date at all', arf(without('Arrival-Date'), 'From: j@example.com\r\n'),
               begin=None, notes=['time-missing'])
    yield case(124, 'no domain', arf(without('Reported-Domain')), notes=['domain-derived'])
    yield case(124, 'no type', arf(without('Feedback-Type')), feedback_type=None,
               notes=['type-missing'])
    yield case(124, 'no alignment', arf(without('Identity-Alignment')), alignment=None)
    yield case(125, 'fields as base64', arf(coding='base64'))
    yield case(125, 'headers alone', arf(kind='text/rfc822-headers'))
    yield Case(126, 'LF and CRLF', [('a', arf()), ('b', arf(end='\n'))], told | {'known': 1})
    yield case(127, 'a list of domains, another result', arf(FIELDS.replace(
        ': reject', ': smg-policy-action') + 'DKIM-Domain: a.example, b.example\r\n'),
        dkim_domain='a.example, b.example', notes=['word-unknown'])
    for kind in ('abuse', 'opt-out', 'fraud', 'virus', 'not-spam'):
        yield case(128, kind, arf(FIELDS.replace('auth-failure', kind)), feedback_type=kind)
    yield case(128, 'a trap', arf(FIELDS.replace('auth-failure', 'spamtrap')),
               feedback_type='spamtrap', notes=['word-unknown'])
    yield case(129, 'a bad date', arf(FIELDS.replace('Mon, 1 Dec 2025', 'yesterday')),
               begin=None, notes=['time-unread'])
    yield case(129, 'From empty', arf(original=ORIGINAL.replace('"J" <j@example.com>', '')),
               header_from='')
    yield case(129, '8-bit headers', arf(original=ORIGINAL.replace('"J"', 'J\xf6'),
                                         coding='8bit'), notes=['encoding-repaired'],
               header_from='@example.com')


def row_of(count, disposition='none', ip='192.0.2.1', passed='pass', results=SPF):
    return record(ip=ip, count=str(count), results=results, evaluated=EVALUATED.replace(
        'none', disposition).replace('<dkim>pass', f'<dkim>{passed}'))


def meanings():
    """Day 20370 is 2025-10-09, in which all of HEAD's day lies but its last part."""
    yield one(130, 'messages are counted', report(records=row_of(40) + row_of(
        2, ip='192.0.2.2')).encode(), rows=2, messages=42, days={('example.com', 20370): 42})
    yield one(131, 'two keys and two results', report(records=row_of(
        5, results=dkim(domain='a', selector='s', result='pass')
        + dkim(domain='b', selector='s', result='fail') + SPF + SPF)).encode(),
        rows=1, messages=5, dkims=2, days={('example.com', 20370): 5})
    for name in ('Pacific/Kiritimati', 'America/Los_Angeles'):
        yield one(132, f'in {name}', report(
            head=during(1759968000, 1760054399)).encode(), environment={'TZ': name},
                  days={('example.com', 20370): 2})
    yield one(133, 'a week adds up', report(
        head=during(1759968000, 1760572800), records=row_of(701)).encode(), days={
        ('example.com', 20370 + i): n for i, n in enumerate((100, 100, 100, 100, 100, 100, 101))})
    yield one(134, 'a row of nothing', report(records=record(place='', count='0')
                                              + row_of(3)).encode(),
              rows=1, messages=3, words=[('pass', 'fail', 'none', 3)])
    yield Case(135, 'two readings of a policy', [
        ('a', XML), ('b', report(head=HEAD.replace('id-1', 'id-2'),
                                 policy='<domain>example.com</domain><p>reject</p>').encode())],
        {'stored': 2, 'policies': ['none', 'reject']})
    yield one(136, 'pass and none', report(records=row_of(1, 'pass') + row_of(
        2, 'none', passed='fail')).encode(), words=[
        ('fail', 'fail', 'none', 2), ('pass', 'fail', 'pass', 1)])
    yield Case(137, 'a day that was closed', [
        ('a', report(head=during(1760054400, 1760140799), records=row_of(1)).encode()),
        ('b', report(head=during(1759968000, 1760054399, 'id-2'), records=row_of(4)).encode())],
        {'stored': 2, 'days': {('example.com', 20370): 4, ('example.com', 20371): 1}})


def wraps():
    for part_of in (packed, mails, several, failures, meanings):
        yield from part_of()

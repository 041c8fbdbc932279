"""What received reports hold, counted by Python's own readers of mail, gzip, zip, XML
and JSON: the other opinion of the tests.

A count of an aggregate report is (rows, messages, DKIM results, SPF results), of a TLS
report (policies, sessions, failures, failed sessions), of a failure report
(1, incidents, 0, 0).
"""
import email
import email.policy
import io
import json
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections import Counter

GZIP = b'\x1f\x8b'


def local(element):
    return element.tag.rpartition('}')[2]


def child(element, name):
    return [e for e in element if local(e) == name]


def text_of(row, name):
    return ''.join((e.text or '').strip() for e in child(row, name)[:1])


def count_xml(root):
    """Of a well-formed aggregate report; a row of nothing from nowhere is none."""
    total = Counter()
    for record in child(root, 'record'):
        row = child(record, 'row')[0]
        count = int(text_of(row, 'count'))
        if count == 0 and not text_of(row, 'source_ip'):
            continue
        total['rows'] += 1
        total['messages'] += count
        for results in child(record, 'auth_results'):
            total['dkims'] += len(child(results, 'dkim'))
            total['spfs'] += len(child(results, 'spf'))
    return tuple(total[k] for k in ('rows', 'messages', 'dkims', 'spfs'))


def count_json(doc):
    policies = doc['policies']
    sums = [p['summary'] for p in policies]
    failed = sum(s['total-failure-session-count'] for s in sums)
    return (len(policies), failed + sum(s['total-successful-session-count'] for s in sums),
            sum(len(p.get('failure-details') or []) for p in policies), failed)


def count_feedback(octets):
    """Of the part message/feedback-report."""
    fields = email.message_from_bytes(octets.lstrip())
    return (1, int(fields.get('Incidents', 1)), 0, 0)


def inflate(octets):
    """The first member; what stands behind it is left alone."""
    return zlib.decompressobj(wbits=47).decompress(octets)


def feedback_of(part):
    """Its octets: the library takes a part of type message/... for a mail."""
    inner = part.get_payload()
    if isinstance(inner, list):
        text = inner[0].as_bytes()
        if inner[0].get('Feedback-Type') is None:  # the body of that "mail" is base64
            text = inner[0].get_payload(decode=True) or text
        return text
    return part.get_payload(decode=True)


def count_mail(octets):
    mail = email.message_from_bytes(octets, policy=email.policy.compat32)
    found = []
    for part in mail.walk():
        if part.get_content_type() == 'message/feedback-report':
            return [count_feedback(feedback_of(part))]
        if not part.is_multipart():
            found += count(part.get_payload(decode=True) or b'', inside=True)
    return found


def count(octets, inside=False):
    """The counts of all reports in it.  Raises ValueError, ET.ParseError where Python
    cannot read what looks like one."""
    if octets[:2] == GZIP:
        return count(inflate(octets), inside)
    if octets[:4] == b'PK\x03\x04':
        with zipfile.ZipFile(io.BytesIO(octets)) as z:
            return [n for name in z.namelist() for n in count(z.read(name), inside)]
    start = octets.lstrip(b'\xef\xbb\xbf \t\r\n')
    if start[:1] == b'{':
        return [count_json(json.loads(start))]
    if start[:1] == b'<' and not start[:14].lower().startswith((b'<html', b'<!doctype html')):
        root = ET.fromstring(octets.lstrip())
        return [count_xml(root)] if local(root) == 'feedback' else []
    return [] if inside else count_mail(octets)

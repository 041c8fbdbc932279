"""Makes odd reports, as reporters have sent them, each with what must come of it.

variants() gives (number, name, octets, outcome).  Numbers are those of the list
of odd reports that the tests speak of; an outcome is a dict of what the reader
must tell: 'error' (then nothing else), a member of the head, 'notes' (codes, in
order), or 'row': a dict of members of the first row, 'counts': of all rows.
"""
HEAD = ('<org_name>r.example</org_name><email>d@r.example</email>'
        '<report_id>id-1</report_id>'
        '<date_range><begin>1760000000</begin><end>1760086399</end></date_range>')
POLICY = '<domain>example.com</domain><p>none</p>'
EVALUATED = '<disposition>none</disposition><dkim>pass</dkim><spf>fail</spf>'
FROM = '<header_from>example.com</header_from>'
SPF = '<spf><domain>example.com</domain><result>pass</result></spf>'


def record(ip='192.0.2.1', count='2', evaluated=EVALUATED, names=FROM, results=SPF,
           place=None):
    where = f'<source_ip>{ip}</source_ip>' if place is None else place
    return (f'<record><row>{where}<count>{count}</count><policy_evaluated>{evaluated}'
            f'</policy_evaluated></row><identifiers>{names}</identifiers>'
            f'<auth_results>{results}</auth_results></record>')


def report(head=HEAD, policy=POLICY, records=None, root='feedback', start='', more=''):
    records = record() if records is None else records
    return (f'{start}<{root}>{more}<report_metadata>{head}</report_metadata>'
            f'<policy_published>{policy}</policy_published>{records}</{root}>')


def head(old, new):
    assert HEAD.count(old) == 1
    return report(head=HEAD.replace(old, new))


def dkim(**members):
    return '<dkim>' + ''.join(f'<{k}>{v}</{k}>' for k, v in members.items()) + '</dkim>'


GOOD = {'rows': 1, 'messages': 2, 'unread': 0, 'cut': False}
CLEAN = GOOD | {'notes': []}


def texts():
    org = '>r.example<'
    yield 28, 'an octet outside UTF-8', head(org, '>r\udc91x<'), GOOD | {
        'org_name': 'r\ufffdx', 'notes': ['encoding-repaired']}
    yield 29, 'bare & in a text', head(org, '>A&B & C&nbsp;<'), GOOD | {
        'org_name': 'A&B & C&nbsp;', 'notes': ['bare-ampersand'] * 3}
    yield 29, 'bare < in a text', head(org, '>a < b<'), GOOD | {
        'org_name': 'a < b', 'notes': ['bare-less-than']}
    yield 29, 'an address in < >', head('d@r.example', '<d@r.example>'), GOOD | {
        'email': '<d@r.example>', 'notes': ['bare-less-than']}
    yield 30, 'BEL in a comment', report(records=record(
        evaluated=EVALUATED + '<reason><type>other</type><comment>a\x07b</comment></reason>')), \
        GOOD | {'row': {'reasons': [['other', 'a\ufffdb']]}, 'notes': ['control-character']}
    yield 31, 'an xs:schema without an end', report(
        more='<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'), \
        GOOD | {'domain': 'example.com', 'notes': ['tag-unclosed']}
    yield 32, 'all on one line', report(start='<?xml version="1.0"?>'), CLEAN
    yield 33, 'no declaration', report(), CLEAN
    yield 34, 'a byte-order mark', '\ufeff' + report(), CLEAN
    yield 34, 'tab and newline ahead', '\t\n' + report(start='<?xml version="1.0"?>'), CLEAN
    declared = report(start='<?xml version="1.0" encoding="%s"?>').replace(org, '>r\u00f6\u00df<')
    for name in ('utf-16', 'utf-16-le', 'utf-16-be'):
        octets = declared.replace('%s', 'UTF-16').encode(name)
        yield 35, name, octets, GOOD | {'org_name': 'r\u00f6\u00df',
                                        'notes': ['encoding-converted']}
    for name in ('ISO-8859-1', 'windows-1252', 'iso-8859-15', 'WINDOWS-1250'):
        yield 35, name, declared.replace('%s', name).encode(name), GOOD | {
            'org_name': 'r\u00f6\u00df', 'notes': ['encoding-converted']}
    yield 35, 'declared UTF-16, sent as UTF-8', declared.replace('%s', 'UTF-16'), GOOD | {
        'org_name': 'r\u00f6\u00df', 'notes': ['encoding-unknown']}
    yield 35, 'declared UTF-8, sent as windows-1252', \
        declared.replace('%s', 'UTF-8').encode('cp1252'), \
        GOOD | {'org_name': 'r\ufffd\ufffd', 'notes': ['encoding-repaired'] * 2}
    yield 36, 'comments inside', report(more='<!-- a <b> -- & -->').replace(
        '192.0', '192<!--x-->.0'), CLEAN | {'row': {'ip': '192.0.2.1'}}
    yield 37, 'mixed ends of lines', report().replace('><', '>\r\n<', 9).replace(
        '></', '>\n</'), CLEAN
    yield 38, 'namespaces on the root', report().replace(
        '<feedback>', '<feedback xmlns:xsd="http://x" xmlns:xsi=\'http://y\'>'), CLEAN
    yield 39, 'the namespace of RFC 9990', report().replace(
        '<feedback>', '<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">'), CLEAN
    yield 40, 'a mistyped namespace', report().replace(
        '<feedback>', '<feedback xmlns="http//dmarc.org/dmarc-xml/0.1">'), CLEAN
    yield 41, 'a prefix on each element', report().replace('</', '</tns:').replace(
        '<', '<tns:').replace('<tns:/tns:', '</tns:'), CLEAN
    yield 42, 'lang on texts', head('<org_name>', '<org_name lang="en" x=\'>\'>'), CLEAN | {
        'org_name': 'r.example'}
    yield 43, 'the last octet is lost', report()[:-1], GOOD | {
        'cut': True, 'notes': ['end-missing']}
    yield 43, 'the last tag is lost', report()[:-len('</feedback>')], GOOD | {
        'cut': True, 'notes': ['end-missing']}
    yield 43, 'cut in a row', report()[:-40], {'error': 'AS_ESYNTAX'}
    yield 44, 'text between elements', report().replace('</p>', '</p>11'), GOOD | {
        'notes': ['text-between']}
    yield 45, 'another root', report(root='report'), {'error': 'AS_EVERSION'}
    yield 45, 'no root', report()[len('<feedback>'):-len('</feedback>')], {
        'error': 'AS_EVERSION'}
    yield 45, 'a web page', '<!DOCTYPE html><html><body>404</body></html>', {
        'error': 'AS_EABSENT'}
    yield 46, 'records first, head last', '<feedback>' + record() + report()[10:].replace(
        record(), ''), CLEAN | {'report_id': 'id-1', 'domain': 'example.com'}
    yield 47, 'unknown elements', report(
        more='<x:e xmlns:x="u"><record><count>9</count></record></x:e>', records=record(
            results=SPF + '<arc><domain>a</domain></arc>')), CLEAN
    yield 48, 'CDATA and character references', head(org, '><![CDATA[a<b&]]>&#65;&#x42;<'), \
        CLEAN | {'org_name': 'a<b&AB'}
    yield 48, 'a reference to no character', head(org, '>a&#7;&#xffffffff;<'), GOOD | {
        'org_name': 'a\ufffd\ufffd', 'notes': ['control-character'] * 2}
    yield 48, 'a name of 1 MB', head(org, '>' + 'x' * 1000000 + '<'), GOOD | {
        'org_name': 'x' * 4096, 'notes': ['text-cut']}
    yield 23, 'entities', report(start='<!DOCTYPE f [<!ENTITY a "b">]>'), {
        'error': 'AS_EUNSUPPORTED'}


def heads():
    yield 49, 'org_name empty', head('r.example</org', '</org'), GOOD | {
        'org_name': '', 'notes': ['reporter-missing']}
    yield 49, 'org_name with blanks', head('r.example</org', ' r.example \n</org'), CLEAN | {
        'org_name': 'r.example'}
    yield 49, 'org_name missing', head('<org_name>r.example</org_name>', ''), GOOD | {
        'org_name': None, 'notes': ['reporter-missing']}
    yield 50, 'signs in report_id', head('id-1', '!d$=@x[1] '), CLEAN | {
        'report_id': '!d$=@x[1]'}
    yield 51, 'a close tag without >', head('</report_id>', '</report_id'), GOOD | {
        'report_id': 'id-1', 'begin': 1760000000, 'notes': ['tag-repaired']}
    yield 51, 'a close tag without /', head('</report_id>', '<report_id>'), GOOD | {
        'report_id': 'id-1', 'begin': 1760000000, 'notes': ['tag-repaired']}
    yield 51, 'a close tag of another name', head('</report_id>', '</report_i>'), GOOD | {
        'report_id': 'id-1', 'begin': 1760000000, 'notes': ['tag-stray', 'tag-unclosed']}
    yield 52, 'milliseconds', head('1760000000', '1760000000123'), GOOD | {
        'begin': 1760000000, 'notes': ['time-repaired']}
    for value in ('0', '-1', '999999999999', 'yesterday', ''):
        yield 53, f'time "{value}"', head('1760000000', value), GOOD | {
            'begin': None, 'notes': ['time-unread', 'range-missing']}
    yield 53, 'a fraction', head('1760000000', '1760000000.9'), GOOD | {
        'begin': 1760000000, 'notes': ['time-repaired']}
    yield 53, 'blanks', head('1760000000', ' 1760000000\n'), CLEAN | {'begin': 1760000000}
    yield 54, 'begin equals end', head('1760086399', '1760000000'), CLEAN
    yield 54, 'begin after end', head('1760086399', '1750000000'), GOOD | {
        'end': 1750000000, 'notes': ['range-reversed']}
    for number, span in ((55, 89253), (56, 9), (57, 17411067)):
        yield number, f'{span} seconds', head('1760086399', str(1760000000 + span)), CLEAN | {
            'end': 1760000000 + span}
    for version in ('0.1', '1', '2.0', 'x'):
        yield 58, f'version {version}', report(more=f'<version>{version}</version>'), CLEAN | {
            'version': version}
    yield 59, 'contact empty and repeated', head('<report_id>', '<extra_contact_info/>' * 2 +
                                                 '<report_id>'), GOOD | {
        'extra_contact_info': '', 'notes': ['element-repeated']}
    yield 59, 'several errors', head('<report_id>', '<error>a</error><error>b</error><report_id>'), \
        CLEAN | {'errors': ['a', 'b']}
    yield 60, 'two policies', report(
        records='<policy_published><domain>b.example</domain><sp>reject</sp></policy_published>'
        + record()), GOOD | {'domain': 'example.com', 'sp': None, 'notes': ['element-repeated']}
    yield 61, 'a policy without domain', report(policy='<p>none</p>'), GOOD | {
        'domain': None, 'notes': ['domain-missing']}
    yield 62, 'sp empty', report(policy=POLICY + '<sp></sp>'), CLEAN | {'sp': ''}
    yield 63, 'sp nil, p empty', report(policy='<domain>example.com</domain><p/><sp>nil</sp>'), \
        GOOD | {'p': '', 'sp': 'nil', 'notes': ['word-unknown']}
    yield 64, 'no alignment', report(), CLEAN | {'adkim': None, 'aspf': None}
    yield 65, 'no sp', report(), CLEAN | {'sp': None}
    yield 66, 'np', report(policy=POLICY + '<np>REJECT</np>'), CLEAN | {'np': 'reject'}
    yield 67, 'fo, rf, ri', report(policy=POLICY + '<fo>0:1:d:s</fo><rf>afrf</rf><ri>9</ri>'), \
        CLEAN | {'fo': '0:1:d:s'}
    yield 68, 'pct empty', report(policy=POLICY + '<pct></pct>'), CLEAN | {'pct': ''}
    yield 68, 'pct 101', report(policy=POLICY + '<pct>101</pct>'), GOOD | {
        'pct': '101', 'notes': ['pct-odd']}
    yield 69, 'words of RFC 9990', report(
        head=HEAD + '<generator>g 1</generator>', policy=POLICY +
        '<testing>Y</testing><discovery_method>treewalk</discovery_method>'), CLEAN | {
        'generator': 'g 1', 'testing': 'y', 'discovery_method': 'treewalk'}
    for value, got in (('EXAMPLE.com.', 'example.com'), ('b\u00fccher.example',
                                                         'xn--bcher-kva.example')):
        yield 70, f'domain {value}', report(policy=f'<domain>{value}</domain>'), CLEAN | {
            'domain': got}
    yield 70, 'no domain name', report(policy='<domain>a b</domain>'), GOOD | {
        'domain': 'a b', 'notes': ['domain-unread']}


def rows():
    def one(number, name, row=None, notes=(), more=None, **parts):
        return (number, name, report(records=record(**parts)),
                GOOD | {'row': row or {}, 'notes': list(notes)} | (more or {}))

    yield one(71, 'a row of nothing', place='', count='0', notes=['row-null'],
              more={'rows': 0, 'messages': 0})
    yield 72, 'no record', report(records=''), CLEAN | {'rows': 0, 'messages': 0}
    yield one(73, 'no address', {'source_ip': None, 'ip': None}, ['address-missing'], place='')
    for value, ip in (('[192.0.2.1]', '192.0.2.1'), ('192.0.2.1:25', '192.0.2.1'),
                      ('[2001:db8::1]:25', '2001:db8::1'), ('fe80::1%en0', 'fe80::1'),
                      ('::ffff:192.0.2.1', '192.0.2.1'), ('192.000.002.001', '192.0.2.1')):
        yield one(74, f'address {value}', {'source_ip': value, 'ip': ip}, ['address-repaired'],
                  ip=value)
    yield one(74, 'address with blanks', {'ip': '192.0.2.1'}, ip=' 192.0.2.1\n')
    yield one(74, 'a host name', {'ip': None}, ['address-unread'], ip='mail.example.com')
    for value in ('-3', 'many', '1.5', '4294967294', '99999999999999999999', ''):
        yield one(75, f'count "{value}"', {'count': None}, ['count-unread'], count=value,
                  more={'messages': 0})
    yield one(75, 'count 1,234', {'count': 1234}, ['count-repaired'], count='1,234',
              more={'messages': 1234})
    yield one(75, 'count 0', {'count': 0}, count='0', more={'messages': 0})
    yield 76, '3,555 rows', report(records=record() * 3555), CLEAN | {
        'rows': 3555, 'messages': 7110}
    yield 77, 'a record a message', report(records=record(count='1') * 3), CLEAN | {
        'rows': 3, 'messages': 3}
    for value, got, notes in (
            ('pass', 'pass', []), ('softfail', 'softfail', ['word-unknown']),
            (' none', 'none', []), ('None', 'none', []), ('15', '15', ['word-unknown']),
            ('', '', [])):
        yield one(78 if value == 'pass' else 79, f'disposition "{value}"',
                  {'disposition': got}, notes,
                  evaluated=EVALUATED.replace('none', value))
    yield one(80, 'words in any case', {'dkim': 'pass', 'spf': 'fail'},
              evaluated='<disposition>NONE</disposition><dkim>PASS</dkim><spf>Fail</spf>')
    yield one(81, 'spf none and softfail', {'dkim': 'softfail', 'spf': 'none'},
              ['word-unknown'] * 2, evaluated='<dkim>softfail</dkim><spf>none</spf>')
    yield one(82, 'dkim empty, spf missing', {'dkim': '', 'spf': None},
              evaluated='<disposition>none</disposition><dkim></dkim>')
    reasons = EVALUATED + '<reason>%s</reason>'
    yield one(83, 'a bare reason', {'reasons': [['forwarded', None]]}, ['reason-bare'],
              evaluated=reasons % 'forwarded')
    yield one(83, 'a bare reason of no word', {'reasons': [[None, 'was odd']]}, ['reason-bare'],
              evaluated=reasons % 'was odd')
    yield one(84, 'a reason without words', {'reasons': [['', '']]},
              evaluated=reasons % '<type></type><comment/>')
    yield one(85, 'an unknown type', {'reasons': [['magic', None]]}, ['word-unknown'],
              evaluated=reasons % '<type>magic</type>')
    yield one(86, 'several reasons', {'reasons': [['other', 'a'], ['policy_test_mode', None]]},
              evaluated=reasons % '<type>other</type><comment>a</comment>' +
              '<reason><type>policy_test_mode</type></reason>')
    yield 87, 'identities', report().replace('identifiers>', 'identities>'), CLEAN | {
        'row': {'header_from': 'example.com'}}
    yield one(88, 'envelope_from empty', {'envelope_from': ''},
              names=FROM + '<envelope_from/>')
    yield one(89, 'no header_from', {'header_from': None}, names='')
    yield one(89, 'two header_from', {'header_from': 'example.com'}, ['element-repeated'],
              names=FROM + FROM.replace('com', 'net'))
    yield one(89, 'a display name', {'header_from': 'J <j@example.com>'}, ['bare-less-than'],
              names='<header_from>J <j@example.com></header_from>')
    yield one(90, 'no results', {'dkims': [], 'spfs': []}, results='')
    yield 90, 'auth_results missing', report().replace(
        f'<auth_results>{SPF}</auth_results>', ''), CLEAN | {'row': {'spfs': []}}
    yield one(91, 'spf without domain', {'spfs': [[None, None, 'pass', None]]},
              results='<spf><result>pass</result></spf>')
    yield one(92, 'dkim empty', {'dkims': [['', None, '', None]]},
              results=dkim(domain='', result=''))
    yield one(93, '12 dkim and 3 spf', {'spfs': [['example.com', None, 'pass', None]] * 3},
              results=dkim(domain='d', result='pass') * 12 + SPF * 3, more={'dkims': 12})
    yield one(93, '70 dkim', results=dkim(domain='d', result='pass') * 70,
              notes=['results-cut'] * 6, more={'dkims': 64})
    for value in ('unknown', 'error', 'hardfail'):
        yield one(94, f'spf {value}', {'spfs': [['example.com', None, value, None]]},
                  ['word-unknown'], results=SPF.replace('pass', value))
    for value, notes in (('unknown', ['word-unknown']), ('invalid', ['word-unknown']),
                         ('none', []), ('neutral', []), ('policy', [])):
        yield one(95, f'dkim {value}', {'dkims': [['d', None, value, None]]}, notes,
                  results=dkim(domain='d', result=value))
    for value, notes in (('helo', []), ('', []), ('pra', ['word-unknown'])):
        yield one(96, f'scope "{value}"', {'spfs': [['example.com', value, 'pass', None]]},
                  notes, results=SPF.replace('<result>', f'<scope>{value}</scope><result>'))
    yield one(97, 'selector missing and empty',
              {'dkims': [['d', None, 'pass', None], ['d', '', 'pass', None]]},
              results=dkim(domain='d', result='pass') +
              dkim(domain='d', selector='', result='pass'))
    yield one(98, 'human_result', {'dkims': [['d', None, 'pass', ''],
                                             ['d', None, 'pass', 'h' * 4096]]}, ['text-cut'],
              results=dkim(domain='d', result='pass', human_result='') +
              dkim(domain='d', result='pass', human_result='h' * 5000))
    for number, kind, comment in (
            (99, 'local_policy', 'arc=fail as[1].d=a.example as[1].s=s'),
            (100, 'forwarded', 'looks forwarded, downgrade to quarantine with phishing warning'),
            (101, 'mailing_list', ''), (101, 'trusted_forwarder', '')):
        yield one(number, f'{kind} "{comment[:9]}"', {'reasons': [[kind, comment]]},
                  evaluated=reasons % f'<type>{kind}</type><comment>{comment}</comment>')


TLS = ('{"organization-name":"r.example","date-range":{"start-datetime":"2026-01-11T00:00:00Z",'
       '"end-datetime":"2026-01-11T23:59:59Z"},"contact-info":"t@r.example","report-id":"id-1",'
       '"policies":[{"policy":{"policy-type":"sts","policy-string":["a","b"],'
       '"policy-domain":"example.com","mx-host":["mx.example.com"]},"summary":{'
       '"total-successful-session-count":5,"total-failure-session-count":2},'
       '"failure-details":[{"result-type":"certificate-expired","sending-mta-ip":"192.0.2.1",'
       '"receiving-mx-hostname":"mx.example.com","failed-session-count":2}]}]}')


def tls():
    good = {'rows': 1, 'messages': 7, 'failures': 1, 'failed': 2, 'notes': [],
            'domain': 'example.com'}

    def one(number, name, old, new, **more):
        assert old in TLS
        return number, name, TLS.replace(old, new), good | more

    yield one(109, 'a time without zone', '00:00Z', '00:00', begin=1768089600,
              notes=['time-repaired'])
    yield one(110, 'no address, no host', '"sending-mta-ip":"192.0.2.1",'
              '"receiving-mx-hostname":"mx.example.com",', '')
    yield one(111, 'contact null', '"t@r.example"', 'null', email=None)
    for name in ('mx-host', 'mx-host-pattern'):
        for value in ('"mx.example.com"', '["mx.example.com"]'):
            yield one(112, f'{name} {value}', '"mx-host":["mx.example.com"]',
                      f'"{name}":{value}', row={'mx-hosts': ['mx.example.com']})
    yield one(113, 'policy-string missing', '"policy-string":["a","b"],', '',
              row={'strings': []})
    yield one(113, 'one policy-string', '["a","b"]', '"a"', row={'strings': ['a']})
    yield one(114, 'counts as strings', ':5,', ':"5",', notes=['count-repaired'])
    yield one(114, 'a count missing', '"total-successful-session-count":5,', '', messages=2,
              notes=['count-missing'])
    yield 115, 'no policies', TLS[:TLS.index('[{"policy"')] + '[]}', good | {
        'rows': 0, 'messages': 0, 'failures': 0, 'failed': 0, 'domain': None}
    details = TLS[TLS.index(',"failure-details"'):-3]
    for value in ('', ',"failure-details":null', ',"failure-details":[]'):
        yield one(115, f'details "{value}"', details, value, failures=0)
    yield one(116, 'no-policy-found', '"sts"', '"no-policy-found"',
              row={'type': 'no-policy-found'})
    yield one(116, 'another type', '"sts"', '"x"', row={'type': 'x'}, notes=['word-unknown'])
    for name in ('additional-information', 'additional-info-uri'):
        yield one(117, name, '"failed-s', f'"{name}":"https://x.example/","failed-s',
                  event={'info-uri': 'https://x.example/'})
    yield one(117, 'another result', 'certificate-expired', 'odd', event={'result-type': 'odd'},
              notes=['word-unknown'])
    yield 118, 'JSON that is none', '{"a":1}', {'error': 'AS_EVERSION'}
    yield 118, 'a mail', 'From: a@b.example\r\n\r\n' + TLS, {
        'error': 'AS_EABSENT', 'stored': 1, 'refused': 0}  # by what unwraps mail
    yield one(119, 'an id with + and blanks', 'id-1', ' 1+x y ', report_id='1+x y')
    yield one(119, 'an id with NUL', 'id-1', '1\\u0000x', report_id='1\ufffdx',
              notes=['control-character'])
    yield one(120, 'a domain of others', '"example.com"', '"Other.example."',
              row={'policy-domain': 'other.example'}, domain='other.example')
    for last in ('last.example', '"no name"'):
        policy = TLS[TLS.index('{"policy":'):-2]
        yield 120, f'two domains, {last} behind', TLS[:-2] + ',' + policy.replace(
            'example.com"', last.replace('"', '') + '"', 1) + ']}', good | {
                'rows': 2, 'messages': 14, 'failures': 2, 'failed': 4,
                'notes': ['domain-unread'] if ' ' in last else []}
    yield 121, 'a key twice', TLS.replace('{"org', '{"report-id":"b","org'), {
        'error': 'AS_ESYNTAX'}
    yield 121, 'NaN', TLS.replace(':5,', ':NaN,'), {'error': 'AS_ESYNTAX'}
    yield one(121, 'a count of 1e3', ':5,', ':1e3,', messages=1002, notes=['count-repaired'])
    yield one(121, 'a count of 1.5', ':5,', ':1.5,', messages=2, notes=['count-unread'])
    yield 121, 'nested deep', '{"a":' + '[' * 1000, {'error': 'AS_ELIMIT'}
    yield 121, 'a byte-order mark', '\ufeff' + TLS, good
    yield 121, 'a part of one', TLS.encode().join([b'\xef\xbb', b'']), {'error': 'AS_EABSENT'}
    policy, summary, failures = (TLS[TLS.index(a):TLS.index(b)] for a, b in (
        ('"policy":', ',"summary"'), ('"summary"', ',"failure-d'), ('"failure-d', '}]}')))
    failures += '}]'
    whole = f'{policy},{summary},{failures}'
    for order in ((failures, summary, policy), (policy, failures, summary),
                  (summary, policy, failures), (policy, summary, failures, '"x":[{}]')):
        yield one(121, 'order ' + ' '.join(x[1:5] for x in order), whole, ','.join(order))
    ahead = TLS[TLS.index('"policies"'):-1]
    yield 121, 'policies ahead', '{' + ahead + ',' + TLS[1:].replace(',' + ahead, ''), good
    for name, more in (('failures', failures), ('summary', summary), ('unknown', '"x":1,"x":2')):
        yield 121, f'{name} twice', TLS.replace(whole, whole + ',' + more), {'error': 'AS_ESYNTAX'}
    yield 121, 'policies twice', TLS[:-1] + ',"policies":[]}', {'error': 'AS_ESYNTAX'}
    for old, new in (('}]}]}', '},]}]}'), ('}]}]}', '}]},]}'), ('}]}]}', '}]}]},'),
                     ('}]}]}', '}]}]'), ('}]}]}', '}}]}'), ('"summary"', ',"summary"'),
                     ('"summary":', '"summary"'), ('"policies":[', '"policies":[,'),
                     ('"failure-details":[', '"failure-details":[,'), (',"summary"', '"summary"'),
                     ('}]}]}', '}]}]}x'), ('{"org', '{,"org'), ('{"result', '{{"result'),
                     ('}]}]}', '} {}]}]}'), ('2}]', '2a}]'), ('2}]', '2]')):
        assert old in TLS
        yield 121, f'{new} for {old}', TLS.replace(old, new), {'error': 'AS_ESYNTAX'}
    yield one(121, 'items that are no objects', '}]}]}', '},7,null,"a",[]]},[],8,"a"]}',
              notes=['member-unread'] * 4 + ['policy-unread'] * 3)
    yield 121, 'no policy that can be read', TLS[:TLS.index('[{"policy"')] + '[{},7]}', {
        'error': 'AS_ESYNTAX'}
    yield one(121, 'octets outside UTF-8', 'r.example"', 'r\udc91"', org_name='r\ufffd',
              notes=['encoding-repaired'])
    yield one(121, 'blanks', ',', ' \r\n\t, ')


def variants():
    for part in (texts, heads, rows, tls):
        for number, name, octets, outcome in part():
            if isinstance(octets, str):
                octets = octets.encode(errors='surrogateescape')
            yield number, name, octets, outcome

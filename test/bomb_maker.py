"""Makes bombs: small files that cost much to whoever reads them without a limit.

bombs() gives (name, what it has to be refused for, pieces): a part of the
diagnosis, and an iterable of octets, so that none needs to be held whole.
`bomb_maker.py FOLDER` writes each into a file of its name.
"""
import base64
import bz2
import itertools
import lzma
import struct
import sys
import zlib
from pathlib import Path

KIB, MIB = 1024, 1024 * 1024
BLANK = b' ' * MIB
START = b'<?xml version="1.0"?>\n<feedback>'
RATIO = 'times its size'


# --- compressed ---

def deflate(pieces, level=9):
    z = zlib.compressobj(level, zlib.DEFLATED, -15)
    for piece in pieces:
        yield z.compress(piece)
    yield z.flush()


def deflated_blanks(size):
    """A long run without packing it: one block that ends at an octet, again and again."""
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = z.compress(START) + z.flush(zlib.Z_FULL_FLUSH)
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = z.compress(BLANK) + z.flush(zlib.Z_FULL_FLUSH)
    return itertools.chain([first], itertools.repeat(block, size // MIB),
                           [zlib.compressobj(9, zlib.DEFLATED, -15).flush()])


def gzip_of(pieces):
    yield b'\x1f\x8b\x08' + bytes(7)
    yield from pieces
    yield bytes(8)


def gzip_once(octets):
    return b''.join(gzip_of(deflate([octets])))[:-8] + struct.pack(
        '<II', zlib.crc32(octets), len(octets))


def wrapped(octets, times):
    for _ in range(times):
        octets = gzip_once(octets)
    return octets


def zip_entry(name, packed, size=0, crc=0, method=8, flags=0):
    return struct.pack('<4sHHHHHIIIHH', b'PK\3\4', 20, flags, method, 0, 0x5a21, crc,
                       len(packed), size, len(name), 0) + name + packed


def zip_end(names, offsets=itertools.repeat(0)):
    central = b''.join(struct.pack('<4sHHHHHHIIIHHHHHII', b'PK\1\2', 20, 20, 0, 8, 0, 0x5a21, 0, 0, 0,
                                   len(name), 0, 0, 0, 0, 0, at) + name
                       for name, at in zip(names, offsets))
    n = min(len(names), 65535)
    return central + struct.pack('<4sHHHHIIH', b'PK\5\6', 0, 0, n, n, len(central), 0, 0)


def zip_of(octets, name=b'a.xml'):
    packed = b''.join(deflate([octets]))
    return zip_entry(name, packed, len(octets), zlib.crc32(octets)) + zip_end([name])


def zip_nested(levels, fan):
    octets = zip_of(START + BLANK * 4)
    for _ in range(levels):
        octets = b''.join(zip_entry(b'%d.zip' % i, octets, len(octets), zlib.crc32(octets), 0)
                          for i in range(fan)) + zip_end([b'%d.zip' % i for i in range(fan)])
    return octets


def zip_overlapping():
    """Thousands of entries of the directory that all mean one member."""
    kernel = zip_entry(b'a', b''.join(deflate([BLANK * 8])), 8 * MIB)
    return kernel + zip_end([b'%d.xml' % i for i in range(60000)])


def zstd_frame(blocks, window_log):
    yield struct.pack('<IBB', 0xfd2fb528, 0, (window_log - 10) << 3)
    for last, (kind, octets, n) in blocks:
        yield struct.pack('<I', last | kind << 1 | n << 3)[:3] + octets


def zstd_runs(mib, window_log, filler):
    """Runs of 128 KiB; between them octets as they are, so that the ratio stays low."""
    runs = [(1, b' ', 128 * KIB)] + [(0, b' ' * filler, filler)] * (filler > 0)
    blocks = [(0, START, len(START))] + runs * (mib * 8)
    return zstd_frame([(i == len(blocks) - 1, b) for i, b in enumerate(blocks)], window_log)


def xz_of_vast_dictionary():
    """The size of the dictionary in the header of a block is 1.5 GiB."""
    octets = lzma.compress(START, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32)
    header = bytearray(octets[12:24])
    assert header[2:4] == b'\x21\x01'  # LZMA2, one octet of properties
    header[4] = 37
    header[8:12] = struct.pack('<I', zlib.crc32(bytes(header[:8])))
    return octets[:12] + bytes(header) + octets[24:]


# --- tar ---

def tar_header(name, size, kind=b'0', magic=b'ustar\x0000', middle=b''):
    def octal(n, width):
        return b'%0*o\0' % (width - 1, n)

    size = octal(size, 12) if size < 8 ** 11 else b'\x80' + size.to_bytes(11, 'big')
    header = bytearray(name.ljust(100, b'\0') + octal(0o644, 8) + octal(0, 8) * 2 + size +
                       octal(0, 12) + b' ' * 8 + kind + bytes(100) + magic + middle)
    header += bytes(512 - len(header))
    header[148:156] = b'%06o\0 ' % sum(header)
    return bytes(header)


def tar_sparse():
    """A file of 8 GiB, all of it a hole (old GNU form)."""
    hole = b'%011o\0%011o\0' % (2 ** 33 - 512, 0)
    middle = bytes(64 + 16 + 24 + 12 + 12 + 4 + 1)[:41 + 80] + hole
    header = tar_header(b'a.xml', 0, b'S', b'ustar  \0', bytes(386 - 265) + hole + bytes(
        72) + b'\0' + b'%011o\0' % (2 ** 33 - 1))
    assert len(middle) and len(header) == 512
    return header + bytes(1024)


def tar_long_name(size):
    record = b'path=' + b'a' * size + b'\n'
    n = len(record) + len(str(len(record))) + 1
    yield tar_header(b'x', n, b'x')
    yield b'%d ' % n + record
    yield bytes(-n % 512) + tar_header(b'a', 0) + bytes(1024)


# --- mail ---

HEADER = (b'From: r@r.example\r\nSubject: Report Domain: example.com\r\nMIME-Version: 1.0\r\n')


def multipart_nested(depth):
    yield HEADER
    for i in range(depth):
        yield b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i)
    yield b'\r\nhello\r\n'


def messages_nested(depth, size):
    """Mails inside of each other around many octets."""
    yield HEADER + b'Content-Type: message/rfc822\r\n\r\n' * depth
    yield b'Content-Type: text/xml\r\n\r\n' + START
    yield from itertools.repeat(BLANK, size)


def multipart(*parts):
    yield HEADER + b'Content-Type: multipart/mixed; boundary=b\r\n\r\n'
    for part in parts:
        yield b'--b\r\n'
        yield from part
        yield b'\r\n'
    yield b'--b--\r\n'


def attached(pieces, coding=b'base64'):
    yield (b'Content-Type: application/gzip; name="a.xml.gz"\r\nContent-Transfer-Encoding: '
           + coding + b'\r\n\r\n')
    yield from pieces


def flooded(line, n, rest=b'\r\nhello\r\n'):
    yield HEADER
    yield from itertools.repeat(line * 1000, n // 1000)
    yield rest


def feedback(line, n):
    return multipart([b'Content-Type: message/feedback-report\r\n\r\n'
                      b'Feedback-Type: auth-failure\r\n', line * n])


# --- XML and JSON ---

def xml(*pieces):
    return itertools.chain([START], *pieces)


def laughs():
    names = 'abcdefghij'
    return ('<!DOCTYPE f [<!ENTITY a "ha">' + ''.join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip(names, names[1:]))
        + ']><feedback><org_name>&j;</org_name></feedback>').encode()


def quadratic():
    return (b'<!DOCTYPE f [<!ENTITY a "' + b'a' * 100000 + b'">]><feedback>' + b'&a;' * 100000
            + b'</feedback>')


def times(octets, n):
    return itertools.repeat(octets * 1000, n // 1000)


JSON = b'{"organization-name":"r","report-id":"1","policies":['


def colliding(n):
    """Names that a hash of sums or of the first octets takes for one."""
    for i in range(n):
        yield b'"%s":1,' % format(i, '020b').replace('0', 'Aa').replace('1', 'BB').encode()


def bombs():
    many = 1000000
    yield 'gzip', RATIO, gzip_of(deflated_blanks(512 * MIB))
    yield 'gzip-members', RATIO, itertools.chain(
        [gzip_once(START)], itertools.repeat(gzip_once(BLANK), 256))
    yield 'gzip-members-empty', 'it is empty', itertools.repeat(gzip_once(b'') * 1000, 500)
    yield 'gzip-wrapped', 'wrapped more than', [wrapped(START, 40)]
    yield 'gzip-name', 'too early', [b'\x1f\x8b\x08\x08' + bytes(6), *times(b'a' * 32, many)]
    yield 'zlib', RATIO, [b'\x78\x9c', *deflated_blanks(512 * MIB)]
    yield 'bzip2', RATIO, [bz2.compress(START + BLANK * 200)]
    yield 'xz', RATIO, [lzma.compress(START + BLANK * 100, preset=0)]
    yield 'xz-dictionary', '', [xz_of_vast_dictionary()]
    yield 'zstd', RATIO, zstd_runs(512, 20, 0)
    yield 'zstd-window', '', zstd_runs(384, 27, 1000)
    yield 'zip', RATIO, [zip_of(START + BLANK * 64)]
    yield 'zip-nested', '', [zip_nested(3, 10)]
    yield 'zip-deep', 'wrapped more than', [zip_nested(30, 1)]
    yield 'zip-overlapping', '', [zip_overlapping()]
    yield 'zip-members', '', [b''.join(
        zip_entry(b'%d' % i, b'', method=0) for i in range(200000))]
    yield 'zip-declared', '', [zip_entry(b'a.xml', b'\x03\0', 2 ** 31, 1) + zip_end([b'a.xml'])]
    yield 'zip-in-mail', '', multipart(attached(
        [base64.encodebytes(zip_of(START + BLANK * 64))]))
    yield 'tar-sparse', '', [tar_sparse()]
    yield 'tar-declared', 'damaged', [tar_header(b'a.xml', 2 ** 33) + START]
    yield 'tar-members', '', times(tar_header(b'a', 0), 200000)
    yield 'tar-name', '', tar_long_name(32 * MIB)
    yield 'tar-gz', RATIO, gzip_of(deflate([tar_header(b'a.xml', 64 * MIB), START] + [BLANK] * 64))
    yield 'mbox', '', itertools.chain([b'From a Mon Dec  1 10:00:00 2025\nSubject: x\n\n'],
                                      times(b'\nFrom a\nA: b\n\n', many // 2))
    yield 'mail-header', 'longer than', [HEADER, b'X: ', *times(b'a' * 30, many), b'\r\n\r\n']
    yield 'mail-headers', 'longer than', flooded(b'Subject: x\r\n', many)
    yield 'mail-folded', 'longer than', flooded(b' \r\n', many)
    yield 'mail-parameters', '', itertools.chain(
        [HEADER, b'Content-Type: multipart/mixed; boundary=b', b';' * 200000, b'\r\n\r\n'],
        itertools.repeat(b'--b\r\nContent-Type: a/b' + b';' * 200000 + b'\r\n\r\n', 60))
    yield 'mail-depth', '', multipart_nested(100000)
    yield 'mail-messages', '', messages_nested(9, 30)
    yield 'mail-parts', '', multipart(itertools.chain(times(b'--b\r\n\r\nx\r\n', many)))
    yield 'mail-lines', '', multipart(attached(times(b'P\r\n', 4 * many)))
    yield 'mail-quoted', '', multipart(attached(times(b'=\r\n', 4 * many), b'quoted-printable'))
    yield 'feedback-fields', '', feedback(b'Source-IP: 192.0.2.1\r\n', 200000)
    yield 'feedback-redacted', '', feedback(b'DKIM-Identity: ' + b'"@' * 2000 + b'\r\n', 300)
    yield 'entities', 'document type', [laughs()]
    yield 'entities-quadratic', 'document type', [quadratic()]
    yield 'entity-external', 'document type', [
        b'<!DOCTYPE f [<!ENTITY a SYSTEM "file:///dev/zero">]><feedback>&a;</feedback>']
    yield 'xml-depth', '', xml(times(b'<a>', many))
    yield 'xml-attributes', '', xml([b'<record '], (b'a%d="b" ' % i for i in range(many)), [b'>'])
    yield 'xml-attribute', '', xml([b'<record a="'], times(b'a' * 100, many), [b'"/>'])
    yield 'xml-less-than', '', xml(times(b'<', 8 * many))
    yield 'xml-ampersands', '', xml([b'<report_metadata><org_name>'], times(b'&', 8 * many))
    yield 'xml-comment', '', xml([b'<!--'], times(b'- ' * 10, many))
    yield 'xml-cdata', '', xml([b'<![CDATA['], times(b'] ' * 10, many))
    yield 'xml-namespaces', '', xml((b'<a xmlns:a%d="b">' % i for i in range(200000)))
    yield 'json-depth', 'deep', [JSON, *times(b'[', 100000)]
    yield 'json-keys', '', itertools.chain([b'{'], (b'"k%d":1,' % i for i in range(many)), [b'"a":1}'])
    yield 'json-keys-colliding', '', itertools.chain([b'{'], colliding(900000), [b'"a":1}'])
    yield 'json-keys-twice', '', itertools.chain([b'{'], times(b'"a":1,', many), [b'"a":1}'])
    yield 'json-number', '', [JSON, b'9' * (8 * MIB), b']}']
    yield 'json-exponent', '', [JSON, b'1e', b'9' * MIB, b']}']
    yield 'json-string', '', [JSON, b'"', *times(b'a' * 100, many), b'"]}']
    yield 'json-escapes', '', [JSON, b'"', *times(b'\\u0000', 2 * many)]
    yield 'json-objects', '', [JSON, *times(b'{},', 4 * many), b'1]}']


def main():
    folder = Path(sys.argv[1])
    for name, why, pieces in bombs():
        with open(folder / name, 'wb') as f:
            for piece in pieces:
                f.write(piece)
        print(name, why, sep='\t')


if __name__ == '__main__':
    main()

"""A second opinion on what TLS a server offers: bare ClientHellos, in Python.

It knows nothing of assay and does no cryptography: it says one hello and reads
what comes back in the clear.  One question a connection, so it is thorough and
not polite; for servers of the lab only.
"""
import os
import socket
import struct

SSL2, SSL3, TLS10, TLS11, TLS12, TLS13 = 2, 0x300, 0x301, 0x302, 0x303, 0x304
VERSIONS = {"SSLv2": SSL2, "SSLv3": SSL3, "TLS1.0": TLS10, "TLS1.1": TLS11,
            "TLS1.2": TLS12, "TLS1.3": TLS13}
HRR_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891"
                           "c2a211167abb8c5e079e09e2c8a8339c")
SCHEMES = (0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806,
           0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0202, 0x0101)
EC_GROUPS = (29, 23, 24, 25, 30, 26, 27, 28, 22, 21, 19)
FF_GROUPS = (256, 257, 258, 259, 260)
PQ_GROUPS = (4588, 4587, 4589, 512, 513, 514, 0x6399)
GROUPS = PQ_GROUPS + EC_GROUPS + FF_GROUPS
PATIENCE_S = 10


class Refused(Exception):
    """SMTP did not lead to TLS."""


def vector(width, body):
    return len(body).to_bytes(width, "big") + body


def words(values):
    return b"".join(struct.pack("!H", v) for v in values)


def extension(kind, body):
    return struct.pack("!H", kind) + vector(2, body)


def hello(version, suites, groups=GROUPS, name="", schemes=SCHEMES, pad=0):
    """A ClientHello record; in TLS 1.3 with no key share at all."""
    extensions = b""
    if version >= TLS10:
        if name:
            extensions += extension(0, vector(2, b"\0" + vector(
                2, name.encode())))
        extensions += extension(5, b"\x01\0\0\0\0")
        extensions += extension(10, vector(2, words(groups)))
        extensions += extension(11, b"\x01\0")
        extensions += extension(22, b"") + extension(23, b"")
        extensions += extension(0xFF01, b"\0")
    if version >= TLS12:
        extensions += extension(13, vector(2, words(schemes)))
    if version >= TLS13:
        extensions += extension(43, vector(1, words([TLS13])))
        extensions += extension(51, vector(2, b""))
    if pad:
        extensions += extension(21, bytes(pad))
    body = words([min(version, TLS12)]) + os.urandom(32)
    body += vector(1, os.urandom(32) if version >= TLS13 else b"")
    body += vector(2, words(suites)) + b"\x01\0"
    if extensions:
        body += vector(2, extensions)
    message = b"\x01" + vector(3, body)
    record_version = min(version, TLS10)
    return b"".join(b"\x16" + struct.pack("!H", record_version) + vector(
        2, message[i:i + 16384]) for i in range(0, len(message), 16384))


def hello2(kinds=(0x010080, 0x020080, 0x030080, 0x060040, 0x0700C0)):
    """The CLIENT-HELLO of SSLv2."""
    body = b"\x01\0\x02" + struct.pack("!HHH", 3 * len(kinds), 0, 16)
    body += b"".join(k.to_bytes(3, "big") for k in kinds) + os.urandom(16)
    return struct.pack("!H", 0x8000 | len(body)) + body


class Flight:
    """What a server said, until its turn is over."""

    def __init__(self):
        self.end = ""           # "alert N", "closed", "silent", "done"
        self.version = self.suite = self.group = self.scheme = None
        self.dh_bits = 0
        self.retry = False      # a HelloRetryRequest
        self.chain = []         # DER, as sent
        self.staple = b""
        self.extensions = []
        self.messages = b""

    def server_hello(self, body):
        self.version = struct.unpack("!H", body[:2])[0]
        at = 35 + body[34]
        self.suite = struct.unpack("!H", body[at:at + 2])[0]
        self.retry = body[2:34] == HRR_RANDOM
        at += 3
        if len(body) <= at:
            return
        at += 2
        while at + 4 <= len(body):
            kind, size = struct.unpack("!HH", body[at:at + 4])
            self.extensions.append(kind)
            value = body[at + 4:at + 4 + size]
            if kind == 43:
                self.version = struct.unpack("!H", value)[0]
            if kind == 51:
                self.group = struct.unpack("!H", value[:2])[0]
            at += 4 + size

    def certificate(self, body):
        at, self.chain = 3, []
        while at + 3 <= len(body):
            size = int.from_bytes(body[at:at + 3], "big")
            self.chain.append(body[at + 3:at + 3 + size])
            at += 3 + size

    def key_exchange(self, body, kx):
        if kx == "ec":
            self.group = struct.unpack("!H", body[1:3])[0]
            rest = body[4 + body[3]:]
        else:
            size = struct.unpack("!H", body[:2])[0]
            self.dh_bits = int.from_bytes(body[2:2 + size], "big").bit_length()
            at = 0
            for _ in range(3):
                at += 2 + struct.unpack("!H", body[at:at + 2])[0]
            rest = body[at:]
        if len(rest) >= 2 and self.version == TLS12:
            self.scheme = struct.unpack("!H", rest[:2])[0]


def read_exactly(s, size):
    out = b""
    while len(out) < size:
        part = s.recv(size - len(out))
        if not part:
            raise EOFError
        out += part
    return out


def message(flight, kind, body, kx):
    """Take one handshake message; True when the server's turn is over."""
    if kind == 2:
        flight.server_hello(body)
        return flight.version == TLS13
    if kind == 11:
        flight.certificate(body)
    elif kind == 12:
        flight.key_exchange(body, kx(flight.suite))
    elif kind == 22:
        flight.staple = body[4:]
    return kind == 14


def read_flight(s, kx):
    flight, have = Flight(), b""
    try:
        while True:
            kind, _, size = struct.unpack("!BHH", read_exactly(s, 5))
            body = read_exactly(s, size)
            if kind == 21:
                flight.end = f"alert {body[1]}"
                return flight
            if kind != 22:
                flight.end = f"record {kind}"
                return flight
            have += body
            while len(have) >= 4:
                size = int.from_bytes(have[1:4], "big")
                if len(have) < 4 + size:
                    break
                if message(flight, have[0], have[4:4 + size], kx):
                    flight.end = "done"
                    return flight
                have = have[4 + size:]
    except (EOFError, ConnectionError):
        flight.end = "closed"
    except socket.timeout:
        flight.end = "silent"
    return flight


def reply(f):
    """(code, lines) of one SMTP reply."""
    lines = []
    while True:
        line = f.readline(2048)
        if not line:
            raise Refused("closed")
        lines.append(line.decode("latin-1").rstrip())
        if line[3:4] != b"-":
            return line[:3].decode("latin-1"), lines


def smtp(address, port=25):
    """A connection where TLS may begin."""
    s = socket.create_connection((address, port), PATIENCE_S)
    if port == 465:
        return s
    try:
        with s.makefile("rb", buffering=0) as f:
            for say, wanted in ((b"", "220"), (b"EHLO probe.lab.test\r\n",
                                               "250"),
                                (b"STARTTLS\r\n", "220")):
                if say:
                    s.sendall(say)
                code, lines = reply(f)
                if code != wanted:
                    raise Refused(lines[-1])
    except (Refused, OSError) as e:
        s.close()
        raise Refused(str(e)) from e
    return s


def kx_of(suite):
    """How the ServerKeyExchange of a suite reads: by its registered code."""
    return "ec" if suite >> 8 in (0xC0, 0xCC) and suite != 0xCCAA else "ff"


def ask(address, record, port=25):
    with smtp(address, port) as s:
        s.sendall(record)
        return read_flight(s, kx_of)


def speaks_ssl2(address, port=25):
    with smtp(address, port) as s:
        s.sendall(hello2())
        try:
            head = read_exactly(s, 3)
        except (EOFError, OSError):
            return False
        return bool(head[0] & 0x80) and head[2] == 4


def suites_of(address, version, suites, port=25, **how):
    """Suites that a version accepts, in the order they were chosen."""
    left, out = list(suites), []
    while left:
        f = ask(address, hello(version, left, **how), port)
        if f.version != version or f.suite not in left:
            break
        out.append(f.suite)
        left.remove(f.suite)
    return out


def groups_of(address, version, suites, groups, port=25, **how):
    """Groups that a server agrees to, in the order they were chosen."""
    left, out = list(groups), []
    while left:
        f = ask(address, hello(version, suites, left, **how), port)
        if f.version != version or f.group not in left:
            break
        out.append(f.group)
        left.remove(f.group)
    return out

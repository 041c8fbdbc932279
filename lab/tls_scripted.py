"""TLS servers that do what no real one would, and honest ones in odd dialogues.

usage: tls_scripted.py LAB LOGS

Dialogues (smtp_scripted.py has the others):

    greet-delay         the banner takes eight seconds
    pregreet            554 for those who talk before the banner
    greylist            EHLO is answered 451
    busy-after-ehlo     EHLO is answered 421
    command-injection   what was sent behind STARTTLS in the clear is obeyed
                        after the handshake
    requiretls          REQUIRETLS is offered, after TLS only
    other-name          banner and EHLO tell a name that is not its own

Hellos with no cryptography behind them, for a client that reads them only:

    ancient, ssl2       SSLv2, SSLv3, RC4, DES, export
    slow-flight         an octet a second
    cert-16m            a certificate message of 16 MiB
    small-hello-only    closes when the hello does not fit a packet
    no-tls13-please     closes when the hello speaks of TLS 1.3
    endless-records     warnings without end behind its hello
    compresses          DEFLATE is chosen where it is offered
    weak-curve          secp192r1 is taken from who has nothing better
    kyber               TLS 1.3 with a draft of post-quantum key exchange
"""
import asyncio
import contextlib
import os
import pathlib
import ssl
import struct
import sys

import plan
import smtp_scripted
import tls_certs
import tls_rows
from smtp_scripted import OVER
from tls_rows import SUITES

WIRE = {v: 0x2FF + i for i, v in enumerate(tls_rows.VERSIONS)}
SSL2_KINDS = (0x010080, 0x020080, 0x0700C0)
P256_POINT = bytes.fromhex(
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
PACKET = 1400
RETRY = bytes.fromhex(      # random of a HelloRetryRequest, RFC 8446 4.1.3
    "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


def vector(width, body):
    return len(body).to_bytes(width, "big") + body


class Hello:
    """What a client says first."""

    def __init__(self, body):
        self.version = struct.unpack("!H", body[:2])[0]
        at = 35 + body[34]
        size = struct.unpack("!H", body[at:at + 2])[0]
        self.suites = [c for c, in struct.iter_unpack(
            "!H", body[at + 2:at + 2 + size])]
        at += 2 + size
        self.compressions = body[at + 1:at + 1 + body[at]]
        at += 1 + body[at]
        self.versions, self.groups = [], [23]
        at += 2
        while at + 4 <= len(body):
            kind, size = struct.unpack("!HH", body[at:at + 4])
            self.extension(kind, body[at + 4:at + 4 + size])
            at += 4 + size

    def extension(self, kind, body):
        if kind == 43:
            self.versions = [v for v, in struct.iter_unpack("!H", body[1:])]
        if kind == 10:
            self.groups = [g for g, in struct.iter_unpack("!H", body[2:])]

    def speaks(self, version):
        """Would this client take that version?"""
        return version in self.versions if self.versions else (
            version <= self.version)


class Refusal(Exception):
    """An alert is all the answer."""


def choose_group(row, hello):
    """Code of the first group in common, or 0."""
    codes = [tls_rows.GROUPS[g] for g in row.groups]
    return next((c for c in codes if c in hello.groups), 0)


def choose(row, hello):
    """(version, suite) of the answer."""
    for v in reversed(row.versions):
        if v == "SSLv2" or not hello.speaks(WIRE[v]):
            continue
        for name in tls_rows.offers(row)[v]:
            s = SUITES[name]
            if s.code in hello.suites and (s.kx not in ("ec", "any")
                                           or choose_group(row, hello)):
                return WIRE[v], s
        raise Refusal(40)
    raise Refusal(70)


def key_exchange(version, suite, group):
    """ServerKeyExchange with a signature that nobody made, or nothing."""
    if suite.kx == "rsa":
        if "EXPORT" not in suite.name:
            return b""
        body = vector(2, b"\xc1" + os.urandom(63)) + vector(2, b"\1\0\1")
    elif suite.kx == "ec":
        body = b"\x03" + struct.pack("!H", group) + vector(1, P256_POINT)
    else:
        size = 64 if "EXPORT" in suite.name else 128
        p = tls_certs.OAKLEY_2.to_bytes(128, "big")[:size]
        body = vector(2, p) + vector(2, b"\2") + vector(2, os.urandom(size))
    if version >= 0x303:
        body += b"\x04\x01"
    return message(12, body + vector(2, os.urandom(256)))


def message(kind, body):
    return bytes([kind]) + vector(3, body)


def records(version, body):
    return b"".join(struct.pack("!BH", 22, version) + vector(
        2, body[i:i + 16384]) for i in range(0, len(body), 16384))


def server_hello(version, suite, compression=0):
    return message(2, struct.pack("!H", version) + os.urandom(32) + b"\0"
                   + struct.pack("!HB", suite.code, compression))


def retry(suite, group):
    """HelloRetryRequest that asks for a share of the group."""
    extensions = struct.pack("!HHH", 43, 2, WIRE["TLS1.3"])
    extensions += struct.pack("!HHH", 51, 2, group)
    return message(2, struct.pack("!H", WIRE["TLS1.2"]) + RETRY + b"\0"
                   + struct.pack("!HB", suite.code, 0)
                   + vector(2, extensions))


class TlsMta(smtp_scripted.Mta):
    def __init__(self, row, address, lab, logs):
        mail = plan.Mail(tls_rows.host(row), tls_rows.v4(row), "",
                         plan.Host(row.name, "script", row.smtp))
        self.row = row
        word = row.certs[0]
        self.cert = lab / "tls" / tls_certs.base(row, word)
        super().__init__(mail, address, lab, logs)
        self.chain = []
        while self.file(f".{len(self.chain)}.der").exists():
            self.chain.append(self.file(f".{len(self.chain)}.der").read_bytes())

    def file(self, suffix):
        return self.cert.with_name(self.cert.name + suffix)

    def context(self, lab):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.minimum_version = ssl.TLSVersion.TLSv1_2
        tls.set_ciphers("ECDHE-ECDSA-AES256-GCM-SHA384")
        tls.set_ecdh_curve("prime256v1")
        tls.load_cert_chain(self.file(".crt"), self.file(".key"))
        return tls

    # --- dialogues ---

    async def do_greet_delay(self, reader, writer):
        await asyncio.sleep(8)
        await self.session(reader, writer)

    async def do_pregreet(self, reader, writer):
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(reader.read(1), 1)
            return await self.say(writer, "554 5.5.1 you talk too soon")
        await self.session(reader, writer)

    async def do_other_name(self, reader, writer):
        self.mail = plan.Mail("mail.internal", self.mail.v4, "",
                              self.mail.host)
        await self.session(reader, writer)

    async def ehlo(self, reader, writer, secure):
        if self.kind == "greylist":
            return await self.say(writer, "451 4.7.1 come again later")
        if self.kind == "busy-after-ehlo":
            await self.say(writer, "421 4.3.2 too busy now")
            return writer.close()
        if self.kind == "requiretls" and secure:
            return await self.say(writer, f"250-{self.mail.name}",
                                  "250-REQUIRETLS", "250 8BITMIME")
        await super().ehlo(reader, writer, secure)

    async def starttls(self, reader, writer):
        if not self.row.raw:
            return await super().starttls(reader, writer)
        await self.say(writer, "220 2.0.0 Ready to start TLS")
        await self.raw(reader, writer)
        return OVER

    # --- hellos ---

    async def raw(self, reader, writer):
        head = await reader.readexactly(2)
        if head[0] & 0x80:
            await reader.readexactly(struct.unpack("!H", head)[0] & 0x7FFF)
            return await self.say_ssl2(writer)
        body, size = b"", 0
        while len(body) < 4 or len(body) < 4 + int.from_bytes(
                body[1:4], "big"):
            rest = await reader.readexactly(3 if not body else 5)
            part = await reader.readexactly(
                struct.unpack("!H", rest[-2:])[0])
            body += part
            size += 5 + len(part)
        await self.answer(reader, writer, Hello(body[4:]), size)

    async def say_ssl2(self, writer):
        if "SSLv2" not in self.row.versions:
            return
        kinds = b"".join(k.to_bytes(3, "big") for k in SSL2_KINDS)
        body = b"\x04\0\x01\0\x02" + struct.pack(
            "!HHH", len(self.chain[0]), len(kinds), 16)
        body += self.chain[0] + kinds + os.urandom(16)
        writer.write(struct.pack("!H", 0x8000 | len(body)) + body)
        await writer.drain()

    async def answer(self, reader, writer, hello, size):
        if self.kind == "small-hello-only" and size > PACKET:
            return
        if self.kind == "no-tls13-please" and WIRE["TLS1.3"] in hello.versions:
            return
        try:
            version, suite = choose(self.row, hello)
        except Refusal as e:
            writer.write(struct.pack("!BHHBB", 21, 0x301, 2, 2, e.args[0]))
            return await writer.drain()
        if version == WIRE["TLS1.3"]:
            writer.write(records(0x303, retry(
                suite, choose_group(self.row, hello))))
            await writer.drain()
        else:
            await self.flight(writer, version, suite, hello)
        await reader.read()     # what comes next has no answer

    async def flight(self, writer, version, suite, client):
        deflates = self.kind == "compresses" and 1 in client.compressions
        hello = server_hello(version, suite, int(deflates))
        chain = self.chain
        if self.kind == "cert-16m":
            chain = [bytes((1 << 24) - 8)]
        cert = message(11, vector(3, b"".join(vector(3, c) for c in chain)))
        data = records(version, hello + cert + key_exchange(
            version, suite, choose_group(self.row, client))
                       + message(14, b""))
        if self.kind == "endless-records":
            writer.write(records(version, hello))
            warning = struct.pack("!BHHBB", 21, version, 2, 1, 90)
            while True:
                writer.write(warning * 100)
                await writer.drain()
        if self.kind == "slow-flight":
            for octet in data:
                writer.write(bytes([octet]))
                await writer.drain()
                await asyncio.sleep(1)
        writer.write(data)
        await writer.drain()


async def main(lab, logs):
    for row in tls_rows.ROWS:
        if row.server == "script":
            mta = TlsMta(row, tls_rows.v4(row), lab, logs)
            await asyncio.start_server(mta.serve, tls_rows.v4(row), 25,
                                       limit=1 << 20)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))

"""Mail servers that misbehave on purpose, and two web servers that do.

usage: smtp_scripted.py LAB LOGS

One line a connection goes to LOGS/smtp/ADDRESS.log, as nginx does it.

    busy            banner 421
    rejects         banner 554
    silent          accepts, says nothing
    closes          accepts, closes
    tarpit          a proper banner, one octet a second
    late-banner     a proper server whose banner takes three seconds
    endless-banner  220- lines without end
    endless-ehlo    250- lines without end
    garbage         octets that are no SMTP
    helo-only       EHLO is unknown, HELO works
    starttls-454    STARTTLS is offered and then put off
    starttls-554    STARTTLS is offered and then refused
    injection       plain text follows the 220 before the handshake
    starttls-again  STARTTLS is offered inside TLS, too
    auth-clear      AUTH is offered before TLS
    expn            EXPN is offered
    requiretls-clear  REQUIRETLS is offered before TLS, too
    greets-nowhere  the name in the greeting does not exist
    greets-other    the name in the greeting is that of another machine
    banner-other    the name in the banner is another than in the greeting
    masked          X is written over STARTTLS, and asterisks over the banner
    unoffered       STARTTLS is not offered, but accepted
    inside-less     an extension is offered in the clear alone
    inside-refused  EHLO is refused inside TLS
    ipv6-plain      STARTTLS is offered by IPv4 only
    command-injection  obeys inside TLS what came in the clear
    tls-hangs       220, then silence
    tls-closes      220, then the end
    tls-garbage     220, then an answer that is no TLS
    jealous         a proper server that answers 421 to a second session at
                    its address, and to a third in its /24
    trap            a proper server where nobody should ever come
"""
import asyncio
import collections
import contextlib
import pathlib
import socket
import ssl
import struct
import sys
import time

import bulk
import certs
import plan

HOLD_S = 120        # after this even the most patient server lets go
PLAIN, SECURE, OVER = range(3)
OPEN = collections.Counter()        # sessions now, by network


class Mta:
    def __init__(self, mail, address, lab, logs):
        self.mail, self.kind, self.address = mail, mail.host.kind, address
        self.log = open(logs / "smtp" / f"{address}.log", "a", buffering=1)
        self.network = address.rpartition(".")[0]
        self.open, self.serial = 0, 0
        self.tls = self.context(lab)

    def context(self, lab):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        name = (certs.cert_file(self.mail) if self.mail.name in NAMED
                else "bulk")
        tls.load_cert_chain(lab / "tls" / f"{name}.crt",
                            lab / "tls" / f"{name}.key")
        return tls

    async def serve(self, reader, writer):
        peer = writer.get_extra_info("peername")[0]
        self.serial += 1
        number = self.serial
        mine, near = self.open + 1, OPEN[self.network] + 1
        self.log.write(f"{time.time():.3f} #{number} client {peer} connected "
                       f"to {self.address}:25 open {mine} network {near}\n")
        if self.kind == "jealous" and (mine > 1 or near > 2):
            await self.say(writer, "421 4.7.0 one session at a time")
            return writer.close()
        self.open, OPEN[self.network] = mine, near
        try:
            await asyncio.wait_for(self.talk(reader, writer), HOLD_S)
        except (asyncio.TimeoutError, asyncio.IncompleteReadError, OSError,
                ValueError):
            pass                # ssl.SSLError is an OSError
        finally:
            self.open -= 1
            OPEN[self.network] -= 1
            self.log.write(f"{time.time():.3f} #{number} client {peer} gone "
                           f"open {self.open}\n")
            with contextlib.suppress(Exception):
                writer.close()

    async def talk(self, reader, writer):
        act = getattr(self, "do_" + self.kind.replace("-", "_"), None)
        if act:
            return await act(reader, writer)
        await self.session(reader, writer)

    async def say(self, writer, *lines):
        writer.write("".join(l + "\r\n" for l in lines).encode())
        await writer.drain()

    async def session(self, reader, writer):
        """An ordinary dialogue, with the fault of the kind in it."""
        await self.say(writer, f"220 {self.banner()}")
        secure = False
        while line := await reader.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"EHLO":
                await self.ehlo(reader, writer, secure)
            elif verb == b"HELO":
                await self.say(writer, f"250 {self.mail.name}")
            elif verb == b"STARTTLS" and self.kind != "masked" and not (
                    self.kind == "ipv6-plain" and ":" in self.address):
                end = await self.starttls(reader, writer)
                if end == OVER:
                    return
                secure = end == SECURE
            elif verb == b"QUIT":
                return await self.say(writer, "221 2.0.0 Bye")
            else:
                await self.say(writer, "502 5.5.2 not here")

    async def ehlo(self, reader, writer, secure):
        if self.kind == "helo-only":
            return await self.say(writer, "502 5.5.1 EHLO is not known here")
        if self.kind == "endless-ehlo":
            while True:
                await self.say(writer, *["250-X-MORE " + "x" * 50] * 100)
        if self.kind == "inside-refused" and secure:
            return await self.say(writer, "503 5.5.1 not here")
        await self.say(writer, f"250-{self.name()}", "250-PIPELINING",
                       *self.offers(secure), "250 8BITMIME")

    def name(self):
        return {"greets-nowhere": "gone.com.test",
                "greets-other": "mx2.mail.com.test"}.get(
                    self.kind, self.mail.name)

    def banner(self):
        return {"masked": "*" * 40, "banner-other": "gate.com.test ESMTP"}.get(
            self.kind, f"{self.name()} ESMTP")

    def offers(self, secure):
        """The extensions that are not in every answer to EHLO."""
        if not secure:
            if self.kind == "masked":
                return ["250-XXXXXXXA"]
            if self.kind == "unoffered" or (
                    self.kind == "ipv6-plain" and ":" in self.address):
                return []
        lines = {"auth-clear": ["250-AUTH PLAIN LOGIN"],
                 "expn": ["250-EXPN"],
                 "requiretls-clear": ["250-REQUIRETLS"]}.get(self.kind, [])
        if self.kind == "inside-less" and not secure:
            lines = ["250-CHUNKING"]
        if not secure or self.kind == "starttls-again":
            lines = ["250-STARTTLS", *lines]
        return lines

    async def starttls(self, reader, writer):
        """How the session goes on: PLAIN, SECURE or OVER."""
        if self.kind == "starttls-454":
            await self.say(writer, "454 4.7.0 TLS not available")
            return PLAIN
        if self.kind == "starttls-554":
            await self.say(writer, "554 5.7.3 TLS is switched off")
            return PLAIN
        lines = ["220 2.0.0 Ready to start TLS"]
        if self.kind == "injection":
            lines.append("250 2.0.0 injected in plain text")
        await self.say(writer, *lines)
        if self.kind == "tls-hangs":
            await reader.read()
            return OVER
        if self.kind == "tls-closes":
            return OVER
        if self.kind == "tls-garbage":
            await reader.read(1)        # the client's turn comes first
            await self.say(writer, "this is not TLS " * 20)
            return OVER
        if self.kind != "command-injection":
            reader._buffer.clear()  # what came in the clear is not obeyed
        await writer.start_tls(self.tls)
        return SECURE

    async def do_busy(self, reader, writer):
        await self.say(writer, f"421 4.7.0 {self.mail.name} try again later")

    async def do_rejects(self, reader, writer):
        await self.say(writer, f"554 5.7.1 {self.mail.name} no service for you")

    async def do_silent(self, reader, writer):
        await reader.read()

    async def do_closes(self, reader, writer):
        pass

    async def do_tarpit(self, reader, writer):
        for octet in f"220 {self.mail.name} ESMTP {'very ' * 40}slow\r\n":
            writer.write(octet.encode())
            await writer.drain()
            await asyncio.sleep(1)

    async def do_late_banner(self, reader, writer):
        await asyncio.sleep(3)
        await self.session(reader, writer)

    async def do_endless_banner(self, reader, writer):
        while True:
            await self.say(writer, *["220-welcome, " + "welcome " * 8] * 100)

    async def do_garbage(self, reader, writer):
        writer.write(bytes(range(256)) * 16 + b"\r\n")
        await writer.drain()
        await reader.read()


async def silent_web(reader, writer):
    """Takes a connection on the HTTPS port and says nothing."""
    with contextlib.suppress(Exception):
        await asyncio.wait_for(reader.read(), HOLD_S)
        await asyncio.wait_for(asyncio.Event().wait(), HOLD_S)
    writer.close()


async def reset_web(reader, writer):
    """Takes the client's hello and resets the connection."""
    await reader.read(1)
    writer.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


NAMED = {m.name for m in plan.mail_hosts()}


async def main(lab, logs):
    (logs / "smtp").mkdir(exist_ok=True)
    for mail in plan.mail_hosts() + bulk.mail_hosts():
        if mail.host.server != "script":
            continue
        for address in mail.listens:
            mta = Mta(mail, address, lab, logs)
            with contextlib.suppress(OSError) if ":" in address else (
                    contextlib.nullcontext()):      # a kernel without IPv6
                await asyncio.start_server(mta.serve, address, 25)
    for p in plan.policy_hosts():
        web = {"silent": silent_web, "reset": reset_web}.get(p.kind)
        if web:
            await asyncio.start_server(web, p.v4, 443)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))

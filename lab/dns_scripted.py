"""Name servers that misbehave on purpose.

usage: dns_scripted.py FOLDER     serves FOLDER/KIND.zone, see zones.py

    silent   takes every question, answers none
    refused  answers REFUSED
    slow     answers rightly, after two seconds
    no-tcp   every UDP answer is cut (TC), and nothing listens on TCP
    flood    its apex TXT holds four thousand records, by TCP
    liar     its apex TXT announces 65,535 records and ten megabytes follow;
             its MX announces more records than it holds
    ent-liar denies names that only have names below them
    bomb     each SPF record below "b" includes ten more, without end
"""
import asyncio
import ipaddress
import pathlib
import re
import struct
import sys

import plan

A, NS, CNAME, SOA, PTR, MX, TXT = 1, 2, 5, 6, 12, 15, 16
TYPES = {"A": A, "NS": NS, "CNAME": CNAME, "SOA": SOA, "MX": MX, "TXT": TXT}
NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5


def name_wire(name):
    out = b""
    for label in name.strip(".").split("."):
        if label:
            out += bytes([len(label)]) + label.encode()
    return out + b"\0"


def txt_wire(parts):
    return b"".join(bytes([len(p)]) + p.encode() for p in parts)


def rdata(kind, text, origin):
    def full(n):
        return n if n.endswith(".") else f"{n}.{origin}"
    words = text.split()
    if kind == A:
        return ipaddress.ip_address(words[0]).packed
    if kind == MX:
        return struct.pack("!H", int(words[0])) + name_wire(full(words[1]))
    if kind == TXT:
        return txt_wire(re.findall(r'"([^"]*)"', text))
    if kind == SOA:
        return (name_wire(full(words[0])) + name_wire(full(words[1]))
                + struct.pack("!5I", *map(int, words[2:7])))
    return name_wire(full(words[0]))


class Zone:
    """Records by (name, type), names lower case with the final dot."""

    def __init__(self, text):
        self.records, self.names = {}, set()
        self.origin = "."
        for line in text.splitlines():
            if line.startswith("$ORIGIN"):
                self.origin = line.split()[1]
            elif line and not line.startswith("$"):
                owner, kind, rest = line.split(None, 2)
                self.add(owner, TYPES[kind], rest)

    def add(self, owner, kind, rest):
        name = self.origin if owner == "@" else owner
        if not name.endswith("."):
            name = f"{name}.{self.origin}"
        name = name.lower()
        self.records.setdefault((name, kind), []).append(
            rdata(kind, rest, self.origin))
        while name != self.origin:
            self.names.add(name)
            name = name.partition(".")[2]
        self.names.add(self.origin)


class Question:
    def __init__(self, packet):
        self.id, self.flags, count = struct.unpack_from("!HHH", packet)
        at, labels = 12, []
        while packet[at]:
            labels.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1"))
            at += 1 + packet[at]
        self.name = (".".join(labels) + ".").lower()
        self.type = struct.unpack_from("!H", packet, at + 1)[0]
        self.raw = packet[12:at + 5]
        self.room = 512
        if struct.unpack_from("!H", packet, 10)[0] and len(packet) >= at + 16:
            self.room = struct.unpack_from("!H", packet, at + 8)[0]

    def answer(self, records=(), rcode=NOERROR, authority=(), cut=False,
               claim=None):
        """A whole answer; records are (type, rdata) of the name asked."""
        flags = 0x8400 | (self.flags & 0x0100) | rcode | (0x0200 if cut else 0)
        head = struct.pack("!6H", self.id, flags, 1,
                           len(records) if claim is None else claim,
                           len(authority), 0)
        body = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", t, 1, 300, len(d))
                        + d for t, d in records)
        body += b"".join(name_wire(n) + struct.pack("!HHIH", t, 1, 60, len(d))
                         + d for n, t, d in authority)
        return head + self.raw + body


class Server:
    """One personality at one address."""

    def __init__(self, kind, zone):
        self.kind, self.zone = kind, zone

    def plain(self, q):
        """What an honest server would say."""
        z = self.zone
        if not ("." + q.name).endswith("." + z.origin):
            return q.answer(rcode=REFUSED)
        for kind in (q.type, CNAME):
            if (q.name, kind) in z.records:
                return q.answer([(kind, d) for d in z.records[q.name, kind]])
        soa = [(z.origin, SOA, z.records[z.origin, SOA][0])]
        names = z.names
        if self.kind == "ent-liar":
            names = {name for name, _ in z.records}
        return q.answer(authority=soa,
                        rcode=NOERROR if q.name in names else NXDOMAIN)

    def flood(self, q):
        return q.answer([(TXT, txt_wire([f"{i:x}"])) for i in range(4000)])

    def bomb(self, q):
        name = q.name.rstrip(".")
        spf = "v=spf1 " + " ".join(
            f"include:{i}.{name}" for i in range(10)) + " -all"
        return q.answer([(TXT, txt_wire([spf[i:i + 255] for i in
                                         range(0, len(spf), 255)]))])

    def whole(self, q):
        at_apex = q.name == self.zone.origin
        if self.kind == "flood" and at_apex and q.type == TXT:
            return self.flood(q)
        if self.kind == "liar" and at_apex and q.type == MX:
            return q.answer([(MX, d) for d in
                             self.zone.records[q.name, MX]], claim=999)
        if (self.kind == "bomb" and q.type == TXT and len(q.name) < 240
                and q.name.endswith(".b." + self.zone.origin)):
            return self.bomb(q)
        return self.plain(q)

    async def udp(self, q):
        if self.kind == "silent":
            return None
        if self.kind == "refused":
            return q.answer(rcode=REFUSED)
        if self.kind == "slow":
            await asyncio.sleep(2)      # the slowness is the point
        if self.kind == "no-tcp":
            return q.answer(cut=True)
        if (self.kind == "liar" and q.type == TXT
                and q.name == self.zone.origin):
            return q.answer(cut=True)
        out = self.whole(q)
        return out if len(out) <= min(q.room, 1232) else q.answer(cut=True)

    async def tcp(self, reader, writer):
        try:
            while True:
                size = struct.unpack("!H", await reader.readexactly(2))[0]
                q = Question(await reader.readexactly(size))
                if self.kind == "silent":
                    await reader.read()
                    return
                if self.kind == "slow":
                    await asyncio.sleep(2)
                if self.kind == "refused":
                    out = q.answer(rcode=REFUSED)
                elif (self.kind == "liar" and q.type == TXT
                        and q.name == self.zone.origin):
                    await self.lie(q, writer)
                    return
                else:
                    out = self.whole(q)
                writer.write(struct.pack("!H", len(out)) + out)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, IndexError,
                struct.error):
            pass
        finally:
            writer.close()

    async def lie(self, q, writer):
        """Announce 65,535 records; send ten megabytes."""
        one = q.answer([(TXT, txt_wire(["x" * 255] * 4))], claim=65535)
        writer.write(struct.pack("!H", 65535) + one)
        for _ in range(160):
            writer.write(b"x" * 65536)
            await writer.drain()


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server):
        self.server, self.tasks = server, set()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, peer):
        task = asyncio.ensure_future(self.reply(data, peer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def reply(self, data, peer):
        try:
            q = Question(data)
        except (IndexError, struct.error):
            return
        out = await self.server.udp(q)
        if out:
            self.transport.sendto(out, peer)


async def main(folder):
    loop = asyncio.get_running_loop()
    for kind, address in plan.NS_SCRIPTED.items():
        text = pathlib.Path(folder, f"{kind}.zone").read_text()
        server = Server(kind, Zone(text))
        await loop.create_datagram_endpoint(
            lambda s=server: Datagrams(s), local_addr=(address, 53))
        if kind != "no-tcp":
            await asyncio.start_server(server.tcp, address, 53)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

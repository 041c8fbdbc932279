#!/usr/bin/env python3
"""Does the lab do what its tables say?  Proved by programs that are not ours.

Without argument: life of a lab from outside.  It runs itself inside a lab for
the rest: DNS states by unbound-host, mail and policy servers by Python's ssl.
"""
import concurrent.futures
import contextlib
import os
import pathlib
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent), str(ROOT / "lab")]

import plan                                             # noqa: E402
import setups                                           # noqa: E402
from tap import Tap                                     # noqa: E402

LAB = str(ROOT / "lab" / "lab")

# --- inside: DNS ---

STATES = {"unsigned": "insecure", "no-ds": "insecure", "wrong-ds": "bogus",
          "expired": "bogus", "tampered": "bogus"}


def dnssec_state(name, kind):
    lab = os.environ["ASSAY_LAB"]
    out = subprocess.run(
        ["unbound-host", "-C", f"{lab}/resolver.conf", "-f", f"{lab}/root.key",
         "-v", "-t", kind, name], capture_output=True, text=True,
        timeout=60).stdout
    m = re.search(r"\((secure|insecure|BOGUS[^)]*)\)", out)
    return m[1].split()[0].lower() if m else out


def zone_check(setup):
    wanted = STATES.get(setup.sign, "secure")
    got = dnssec_state(setup.domain, "MX" if setup.mx else "SOA")
    return "" if got == wanted else f"{got}, not {wanted}"


def dns_wire(name, kind):
    labels = b"".join(bytes([len(x)]) + x.encode() for x in name.split("."))
    return (struct.pack("!6H", 7, 0, 1, 0, 0, 1) + labels + b"\0"
            + struct.pack("!HH", kind, 1) + b"\0\0\x29\x04\xd0" + bytes(6))


def dns_udp(address, name, kind, wait=1.0):
    """(rcode, cut, answers, octets) or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(wait)
        s.connect((address, 53))
        s.send(dns_wire(name, kind))
        try:
            out = s.recv(65535)
        except socket.timeout:
            return None
    return out[3] & 15, bool(out[2] & 2), out[6] << 8 | out[7], len(out)


def dns_tcp(address, name, kind):
    """Announced length and answer count, and octets that came."""
    with socket.create_connection((address, 53), 5) as s:
        q = dns_wire(name, kind)
        s.sendall(struct.pack("!H", len(q)) + q)
        got = bytearray()
        while len(got) < 12_000_000:
            part = s.recv(65536)
            if not part:
                break
            got += part
            size = struct.unpack_from("!H", got)[0] if len(got) > 1 else 0
            if 0 < size < 65535 and len(got) >= size + 2:
                break
    size, count = struct.unpack_from("!H", got)[0], got[8] << 8 | got[9]
    return size, count, len(got)


def scripted_dns():
    """(name, check) for each name server that misbehaves."""
    at = plan.NS_SCRIPTED
    mx, txt = 15, 16

    def domain(kind):
        return next(s.domain for s in setups.ESTATE if s.served == kind)

    def silent():
        return dns_udp(at["silent"], domain("silent"), mx)

    def refused():
        return dns_udp(at["refused"], domain("refused"), mx)[0] != 5

    def slow():
        began = time.monotonic()
        got = dns_udp(at["slow"], domain("slow"), mx, 5)
        return got is None or got[0] or time.monotonic() - began < 1.9

    def no_tcp():
        if not dns_udp(at["no-tcp"], domain("no-tcp"), mx)[1]:
            return "not cut"
        try:
            dns_tcp(at["no-tcp"], domain("no-tcp"), mx)
        except ConnectionRefusedError:
            return ""
        return "TCP answered"

    def flood():
        if not dns_udp(at["flood"], domain("flood"), txt)[1]:
            return "UDP answer not cut"
        size, count, _ = dns_tcp(at["flood"], domain("flood"), txt)
        return count != 4000 or size < 60000

    def liar():
        size, count, n = dns_tcp(at["liar"], domain("liar"), txt)
        if dns_udp(at["liar"], domain("liar"), mx)[2] != 999:
            return "MX count"
        return (size, count) != (65535, 65535) or n < 10_000_000

    def bomb():
        deep = "9.8.7.6.5.4.3.2.1.0.b." + domain("bomb")
        got = dns_udp(at["bomb"], deep, txt)
        return got[0] or got[2] != 1

    def dead():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(2)
            s.connect((plan.NS_DEAD, 53))
            s.send(dns_wire("dns-dead.gov.test", mx))
            with contextlib.suppress(ConnectionRefusedError):
                s.recv(512)
                return "it answered"

    return [(f.__name__, f) for f in (silent, refused, slow, no_tcp, flood,
                                      liar, bomb, dead)]


# --- inside: SMTP ---

class Line:
    """One SMTP session, seen line by line."""

    def __init__(self, address, wait=8):
        self.s = socket.create_connection((address, 25), 5)
        self.s.settimeout(wait)
        self.f = self.s.makefile("rb")

    def reply(self):
        """The code of a whole reply; 0 at the end of the stream."""
        while True:
            line = self.f.readline(4096)
            if not line or line[3:4] != b"-":
                return int(line[:3] or 0)

    def ask(self, text):
        self.s.sendall(text.encode() + b"\r\n")
        lines = []
        while True:
            line = self.f.readline(4096)
            lines.append(line.strip())
            if line[3:4] != b"-":
                return lines

    def starttls(self, name, verify, version=None):
        context = ssl.create_default_context(
            cafile=os.environ["SSL_CERT_FILE"])
        context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        if version:
            context.minimum_version = context.maximum_version = version
        context.check_hostname = verify
        context.verify_mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
        self.s = context.wrap_socket(self.s, server_hostname=name)
        return self.s


def greet(address):
    line = Line(address)
    if line.reply() != 220:
        raise ValueError("no 220")
    return line, line.ask("EHLO test.example")


def tls_session(mail, address, verify, version=None):
    line, ehlo = greet(address)
    if not any(b"STARTTLS" in x for x in ehlo):
        raise ValueError(f"no STARTTLS in {ehlo}")
    if line.ask("STARTTLS")[0][:3] != b"220":
        raise ValueError("STARTTLS refused")
    return line.starttls(mail.name, verify, version)


CERT_FAULTS = {
    "expired": "certificate has expired", "future": "not yet valid",
    "self-signed": "self-signed certificate",
    "wrong-name": "Hostname mismatch", "domain-name": "Hostname mismatch",
    "incomplete": "unable to get local issuer certificate",
    "client": "unsuitable certificate purpose"}


def check_certificate(mail, address):
    fault = CERT_FAULTS.get(mail.host.cert)
    try:
        tls = tls_session(mail, address, True)
    except ssl.SSLCertVerificationError as e:
        return "" if fault and fault in str(e) else str(e)
    if fault:
        return "the certificate passed"
    end = ssl.cert_time_to_seconds(tls.getpeercert()["notAfter"])
    soon = end - time.time() < 6 * 86400
    return "" if soon == (mail.host.cert == "expiring") else "wrong end date"


def check_version(mail, address):
    wanted = {"tls10": "TLSv1", "tls11": "TLSv1.1", "no-fs": "TLSv1.2",
              "null": "TLSv1.2"}.get(
        mail.host.kind, "TLSv1.3")
    tls = tls_session(mail, address, False)
    if tls.version() != wanted:
        return f"{tls.version()}, not {wanted}"
    if mail.host.kind == "no-fs" and "ECDHE" in tls.cipher()[0]:
        return tls.cipher()[0]
    if mail.host.kind == "null" and "NULL" not in tls.cipher()[0]:
        return tls.cipher()[0]
    if mail.host.kind == "tls13":
        with contextlib.suppress(ssl.SSLError):
            tls_session(mail, address, False, ssl.TLSVersion.TLSv1_2)
            return "TLS 1.2 was accepted"
    return ""


def first_octets(address, n=3, wait=8):
    with socket.create_connection((address, 25), 5) as s:
        s.settimeout(wait)
        out = b""
        while len(out) < n:
            part = s.recv(n - len(out))
            if not part:
                break
            out += part
        return out


def scripted_smtp(mail, address):
    kind = mail.host.kind
    if kind in ("busy", "rejects"):
        got = first_octets(address)
        return "" if got == {"busy": b"421", "rejects": b"554"}[kind] else got
    if kind == "silent":
        with contextlib.suppress(socket.timeout):
            return f"it said {first_octets(address, 1, 1)}"
        return ""
    if kind == "closes":
        return first_octets(address)
    if kind == "tarpit":
        began = time.monotonic()
        first_octets(address)
        return time.monotonic() - began < 1.9
    if kind == "endless-banner":
        return len(first_octets(address, 1_000_000)) != 1_000_000
    if kind == "garbage":
        return first_octets(address, 256) != bytes(range(256))
    if kind == "late-banner":
        began = time.monotonic()
        tls_session(mail, address, True)
        return time.monotonic() - began < 2.9
    if kind == "trap":
        return ""               # nobody shall go there, not even this test
    return dialogue(mail, address)


def dialogue(mail, address):
    kind = mail.host.kind
    line = Line(address)
    banner = line.f.readline(4096)
    if (b"gate.com.test" in banner) != (kind == "banner-other"):
        return banner
    if kind == "endless-ehlo":
        line.s.sendall(b"EHLO x\r\n")
        return len(line.f.read(1_000_000)) != 1_000_000
    ehlo = line.ask("EHLO test.example")
    if kind == "masked" or (kind == "ipv6-plain" and ":" in address):
        masked = b"*****" in banner and b"250-XXXXXXXA" in ehlo
        return no_starttls(line, ehlo) or masked != (kind == "masked")
    if kind == "ipv6-plain":
        return not any(b"STARTTLS" in x for x in ehlo)
    if kind in EHLO_FAULTS:
        return ehlo_fault(mail, line, ehlo)
    if kind == "helo-only":
        helo = line.ask("HELO test.example")
        return (ehlo[0][:3], helo[0][:3]) != (b"502", b"250")
    start = line.ask("STARTTLS")[0][:3].decode()
    if kind in ("starttls-454", "starttls-554"):
        return "" if start == kind[-3:] else start
    if kind == "tls-hangs":
        line.s.settimeout(1)
        with contextlib.suppress(socket.timeout):
            return f"it said {line.s.recv(1)}"
        return ""
    if kind == "tls-closes":
        return line.s.recv(1)
    if kind == "tls-garbage":
        line.s.sendall(b"\x16\x03\x01")
        return line.f.read(7) != b"this is"
    if kind == "injection":
        if not line.f.readline().startswith(b"250 2.0.0 injected"):
            return "nothing injected"
        line.starttls(mail.name, True)
        return ""
    return f"no test for {kind}"


# What the answers to EHLO hold, in the clear and inside TLS.
EHLO_FAULTS = {
    "starttls-again": (b"STARTTLS", b"STARTTLS"),
    "auth-clear": (b"AUTH PLAIN LOGIN", b"AUTH PLAIN LOGIN"),
    "requiretls-clear": (b"REQUIRETLS", b"REQUIRETLS"),
    "expn": (b"EXPN", b"EXPN"),
    "greets-nowhere": (b"gone.com.test", b"gone.com.test"),
    "greets-other": (b"mx2.mail.com.test", b"mx2.mail.com.test"),
    "banner-other": (b"STARTTLS", b"8BITMIME"),
    "unoffered": (b"8BITMIME", b"8BITMIME"),
    "inside-less": (b"CHUNKING", b"8BITMIME"),
    "inside-refused": (b"STARTTLS", b"5.5.1 not here"),
    "command-injection": (b"STARTTLS", b"8BITMIME")}
EHLO_LACKS = {"unoffered": b"STARTTLS"}


def ehlo_fault(mail, line, ehlo):
    """Both lists of what is offered have the line of the kind."""
    kind = mail.host.kind
    if line.ask("STARTTLS")[0][:3] != b"220":
        return "STARTTLS refused"
    line.f = line.starttls(mail.name, True).makefile("rb")
    inside = line.ask("EHLO test.example")
    for lines, text in zip((ehlo, inside), EHLO_FAULTS[kind]):
        if not any(x[4:] == text for x in lines):
            return f"{text} is not in {lines}"
    if any(x[4:] == EHLO_LACKS.get(kind) for x in ehlo):
        return f"{EHLO_LACKS[kind]} is in {ehlo}"
    return kind == "inside-less" and any(b"CHUNKING" in x for x in inside)


def no_starttls(line, ehlo):
    return any(b"STARTTLS" in x for x in ehlo) or (
        line.ask("STARTTLS")[0][:3] != b"502")


def mail_check(mail, address):
    host = mail.host
    if host.server == "script":
        return scripted_smtp(mail, address)
    if host.kind == "plain":
        _, ehlo = greet(address)
        return any(b"STARTTLS" in x for x in ehlo)
    return (check_certificate(mail, address) or check_version(mail, address))


def refused_check(mail):
    with contextlib.suppress(ConnectionRefusedError):
        socket.create_connection((mail.v4, 25), 5).close()
        return "it accepted"


# --- inside: HTTPS ---

def fetch(policy, verify=True, wait=5):
    context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    with socket.create_connection((policy.v4, 443), 5) as raw:
        raw.settimeout(wait)
        with context.wrap_socket(raw, server_hostname=policy.name) as s:
            s.sendall(b"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: "
                      + policy.name.encode() + b"\r\nConnection: close\r\n\r\n")
            out, end = b"", time.monotonic() + 5
            while len(out) < 300_000 and time.monotonic() < end:
                part = s.recv(65536)
                if not part:
                    break
                out += part
    head, _, body = out.partition(b"\r\n\r\n")
    return head.decode().lower(), body


POLICY_FAULTS = {"silent": socket.timeout,
                 "refused": ConnectionRefusedError,
                 "reset": ConnectionResetError,
                 "wrong-cert": ssl.SSLCertVerificationError,
                 "expired-cert": ssl.SSLCertVerificationError}


def policy_check(policy):
    wanted = POLICY_FAULTS.get(policy.kind)
    began = time.monotonic()
    try:
        head, body = fetch(policy, wait=2)
    except OSError as e:
        return "" if wanted and isinstance(e, wanted) else repr(e)
    if policy.kind == "slow":
        return time.monotonic() - began < 5 or len(body) > 1000
    if wanted:
        return f"it answered: {head}"
    status = {"404": "404", "redirect": "302"}.get(policy.kind, "200")
    kind = {"html": "text/html"}.get(policy.kind, "text/plain")
    if f" {status} " not in head.splitlines()[0] + " ":
        return head
    if status != "200":
        return ""
    if f"content-type: {kind}" not in head:
        return head
    if policy.kind.startswith("too-large"):
        chunked = "transfer-encoding: chunked" in head
        return len(body) <= 65536 or chunked != policy.kind.endswith("chunked")
    return policy_text(policy, body.decode())


def policy_text(policy, text):
    mode = policy.kind if policy.kind in ("testing", "none") else "enforce"
    if policy.kind == "syntax":
        return "mode:" in text
    if f"mode: {mode}\r\n" not in text or "version: STSv1\r\n" not in text:
        return text
    setup = next(s for s in setups.ESTATE if s.domain == policy.domain)
    named = re.findall(r"^mx: (.*?)\r$", text, re.M)
    same = sorted(named) == sorted(plan.policy_mx(setup))
    return same == (policy.kind in ("mx-mismatch", "unused", "wildcard")) and mode != "none"


# --- inside: all of it ---

def outside_is_away():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("192.0.2.1", 53))
        except OSError:
            return ""
    return "there is a way out"


def reverse_name(mail):
    name = socket.gethostbyaddr(mail.v4)[0]
    want = mail.name if mail.host.ptr is True else mail.host.ptr
    return "" if name == want else name


def inside():
    tap = Tap()
    jobs = [("nothing leads outside", outside_is_away)]
    for s in setups.ESTATE:
        if s.served == "nsd" and s.sign not in ("inside", "loop"):
            jobs.append((f"DNSSEC of {s.domain}: {s.sign}",
                         lambda s=s: zone_check(s)))
    jobs += [(f"name server: {n}", f) for n, f in scripted_dns()]
    jobs.append(("TLSA in a zone with a wrong DS is bogus", lambda: dnssec_state(
        "_25._tcp.mx.dane-bogus.gov.test", "TYPE52") != "bogus"))
    for m in plan.mail_hosts():
        if m.host.server == "nothing":
            jobs.append((f"{m.name}: refuses", lambda m=m: refused_check(m)))
            continue
        jobs += [(f"{m.name} {a}: {m.host.kind}, {m.host.cert}",
                  lambda m=m, a=a: mail_check(m, a)) for a in m.listens]
        if m.v4 and m.host.ptr:
            jobs.append((f"{m.name}: reverse name",
                         lambda m=m: reverse_name(m)))
    for p in plan.policy_hosts():
        jobs.append((f"policy of {p.domain}: {p.kind}",
                     lambda p=p: policy_check(p)))
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        done = [(n, pool.submit(f)) for n, f in jobs]
        for name, future in done:
            tap.run(name, future.result)
    jealousy(tap)
    return tap.end()


def jealousy(tap):
    """The hosts that count their callers, and the tool that tells."""
    first, second = Line("127.26.200.9"), Line("127.26.200.9")
    third = Line("127.26.200.10")
    codes = first.reply(), second.reply(), third.reply()
    tap.equal(codes, (220, 421, 220), "jealous hosts refuse a second session")
    for line in (first, second, third):
        line.s.close()
    out = subprocess.run([ROOT / "lab" / "visits"], capture_output=True,
                         text=True).stdout
    rows = {r.split("\t")[0]: r.split("\t")[1:] for r in out.splitlines()}
    tap.equal(rows.get("127.26.200.9", [])[:2], ["2", "2"],
              "visits counts sessions, and those at one time")
    tap.ok(rows.get("127.25.1.25", ["0"])[0] != "0",
           "visits counts those of Postfix too", out)
    tap.ok(plan.FORGED not in rows, "nobody went where forged answers lead")


# --- outside ---

def lab(*command, **kw):
    return subprocess.run([LAB, "run", *command], capture_output=True,
                          text=True, timeout=120, **kw)


def processes_with(text):
    """Command lines of all processes that hold a text."""
    out = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = path.read_bytes().replace(b"\0", b" ").decode("latin-1")
            if text in line and int(path.parent.name) != os.getpid():
                out.append(line)
    return out


def gone(text, wait=10):
    end = time.monotonic() + wait
    while processes_with(text) and time.monotonic() < end:
        time.sleep(0.05)
    return processes_with(text)


def started(*command):
    """A lab that runs `command`, which has printed its first line."""
    p = subprocess.Popen([LAB, "run", *command], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, text=True)
    return p, p.stdout.readline().strip()


def life(tap):
    folder = subprocess.run([LAB, "path"], capture_output=True,
                            text=True).stdout.strip()
    tap.ok(os.path.isdir(folder), "path prints the lab's folder", folder)
    tap.equal(lab("sh", "-c", "exit 7").returncode, 7, "exit status is ours")
    tap.equal(lab("false").returncode, 1, "a failure is a failure")
    tap.equal(lab("no-such-command").returncode, 127, "no such command")
    tap.equal(lab("sh", "-c", "kill -KILL $$").returncode, 137,
              "death by a signal")
    tap.equal(gone(folder), [], "nothing is left when the command ended")
    out = lab("sh", "-c", "sleep 1000 & setsid sleep 1000 & echo $ASSAY_LAB")
    tap.equal(out.stdout.strip(), folder, "ASSAY_LAB is the folder")
    tap.equal(gone(folder), [], "daemons of the command end with it")
    for number in signal.SIGTERM, signal.SIGKILL:
        p, _ = started("sh", "-c", f"echo up; exec sleep 1000 {folder}")
        tap.ok(processes_with(folder), f"{number.name}: the lab runs")
        p.send_signal(number)
        p.wait(20)
        tap.equal(gone(folder), [], f"{number.name} takes everything down")


def side_by_side(tap):
    script = "echo up; read x; getent ahostsv4 mx1.mail.com.test"
    runs = [subprocess.Popen([LAB, "run", "sh", "-c", script], text=True,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE) for _ in range(2)]
    up = [p.stdout.readline() for p in runs]
    out = [p.communicate("\n", timeout=30)[0] for p in runs]
    tap.equal(up, ["up\n"] * 2, "two labs are up at the same time")
    tap.ok(all("127.25.1.25" in o for o in out), "both answer", out)


def making(tap):
    with tempfile.TemporaryDirectory() as d:
        env = dict(os.environ, ASSAY_LAB_DIR=d)
        runs = [subprocess.Popen([LAB, "make"], env=env, text=True,
                                 stderr=subprocess.PIPE) for _ in range(2)]
        said = [p.communicate(timeout=120)[1] for p in runs]
        tap.equal([p.returncode for p in runs], [0, 0], "two makers at once")
        tap.equal(sum("made in" in s for s in said), 1, "only one makes")
        first = os.readlink(f"{d}/current")
        again = subprocess.run([LAB, "make"], env=env, capture_output=True)
        tap.equal(again.stderr, b"", "a fresh lab is not made again")
        p = subprocess.Popen([LAB, "run", "sh", "-c", "echo up; read x; "
                              "test -e $ASSAY_LAB/root.key"], env=env,
                             text=True, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        p.stdout.readline()
        pathlib.Path(d, "current", "stamp").write_text("of another generator")
        subprocess.run([LAB, "make"], env=env, capture_output=True)
        tap.ok(os.readlink(f"{d}/current") != first,
               "a changed generator makes a new lab")
        tap.equal((p.communicate("\n", timeout=30)[1], p.returncode), ("", 0),
                  "a lab in use stays whole meanwhile")


def bulk(tap):
    script = ("unbound-host -v -C $ASSAY_LAB/resolver.conf -f "
              "$ASSAY_LAB/root.key -t MX ")
    out = lab("--bulk", "30", "sh", "-c", script + "bulk0030.bulk.test")
    tap.ok("mx7.hosts.bulk.test" in out.stdout and "(secure)" in out.stdout,
           "bulk domains exist", out)
    out = lab("--bulk", "30", "sh", "-c", script + "bulk0031.bulk.test")
    tap.ok("not found" in out.stdout, "and no more than asked for", out)


def usage(tap):
    for args in ([], ["help"]):
        out = subprocess.run([LAB, *args], capture_output=True, text=True)
        tap.ok(out.returncode == 0 and "lab/lab run" in out.stdout,
               f"help: {args}")
    for args in (["frobnicate"], ["run"], ["run", "--bulk", "x", "true"]):
        out = subprocess.run([LAB, *args], capture_output=True, text=True)
        tap.ok(out.returncode == 2 and out.stderr, f"usage: {args}", out)


def main():
    if sys.argv[1:] == ["--inside"]:
        return inside()
    tap = Tap()
    usage(tap)
    life(tap)
    side_by_side(tap)
    making(tap)
    bulk(tap)
    run = lab(sys.executable, "-B", __file__, "--inside")
    for line in run.stdout.splitlines():
        m = re.match(r"(not )?ok \d+ - (.*)", line)
        if m:
            tap.ok(not m[1], m[2])
        elif line.startswith("#"):
            print(line)
    tap.ok("1.." in run.stdout, "the tests inside came to their end",
           run.stderr)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())

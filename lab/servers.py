"""Configurations of the lab's servers, and their start.

Everything here runs inside the enclosure as its uid 0.  Configurations, queues
and logs lie in a folder of the run, which is in memory and ends with it.
"""
import ipaddress
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import time

import bulk
import certs
import enclosure
import plan
import policies

READY_S = 30
HERE = pathlib.Path(__file__).resolve().parent

# nginx: what each personality puts into its server block.
WEAK = "@SECLEVEL=0"
NGINX = {
    "modern": "ssl_protocols TLSv1.2 TLSv1.3;",
    "tls10": f"ssl_protocols TLSv1; ssl_ciphers DEFAULT:{WEAK};",
    "tls11": f"ssl_protocols TLSv1.1; ssl_ciphers DEFAULT:{WEAK};",
    "tls13": "ssl_protocols TLSv1.3;",
    "no-fs": "ssl_protocols TLSv1.2; ssl_ciphers kRSA+AES;",
    "null": f"ssl_protocols TLSv1.2; ssl_ciphers eNULL:{WEAK};",
    "weak-key": f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers DEFAULT:{WEAK};",
}


class Failure(Exception):
    pass


def find(program, *more):
    path = shutil.which(program, path=os.pathsep.join(
        ("/usr/sbin", "/usr/bin", "/sbin", "/bin", *more)))
    if not path:
        raise Failure(f"{program} is not installed (make deps)")
    return path


# --- nsd and unbound ---

def zones_listed(path):
    return [line.split("\t") for line in path.read_text().splitlines()]


def nsd_conf(lab, run, zones, name, addresses):
    out = "server:\n"
    out += "".join(f"  ip-address: {a}\n" for a in addresses)
    out += f"""  username: ""
  chroot: ""
  zonesdir: "{lab}/zones"
  database: ""
  pidfile: "{run}/{name}.pid"
  xfrdfile: "{run}/{name}.state"
  xfrdir: "{run}/tmp"
  zonelistfile: "{run}/{name}.list"
  logfile: "{run}/log/{name}.log"
  server-count: 1
  tcp-count: 200
  rrl-ratelimit: 0
remote-control:
  control-enable: no
"""
    for zone, file in zones:
        out += f'zone:\n  name: "{zone}"\n  zonefile: "{file}"\n'
    return out


NODEFAULT = "".join(f'  local-zone: "{z}" nodefault\n' for z in (
    "test.", "127.in-addr.arpa.", "d.f.ip6.arpa."))


def resolver_conf(lab):
    """In libunbound's syntax: how to reach the lab's root."""
    return ("server:\n  do-not-query-localhost: no\n"
            '  module-config: "validator iterator"\n'
            f'{NODEFAULT}  root-hints: "{lab}/root.hints"\n')


def unbound_conf(lab, run):
    return resolver_conf(lab) + f"""  interface: {plan.RESOLVER}
  trust-anchor-file: "{lab}/root.key"
  username: ""
  chroot: ""
  directory: "{run}"
  pidfile: ""
  use-syslog: no
  logfile: "{run}/log/unbound.log"
remote-control:
  control-enable: no
"""


# --- SMTP ---

def smtp_servers(postfix):
    """(mail, server that plays it) for all hosts that answer at all."""
    for m in plan.mail_hosts() + bulk.mail_hosts():
        if m.host.server == "postfix" and not postfix:
            yield m, "nginx"
        elif m.host.server != "nothing":
            yield m, m.host.server


def cert_of(m):
    return "bulk" if m.name.endswith(".bulk.test") else certs.cert_file(m)


def bracket(address):
    return f"[{address}]" if ":" in address else address


def nginx_mail(m, lab, run):
    out = ""
    for a in m.listens:
        out += (f"  server {{\n    listen {bracket(a)}:25;\n"
                f"    protocol smtp;\n    server_name {m.name};\n"
                f"    error_log {run}/log/smtp/{a}.log info;\n")
        if m.host.kind != "plain":
            c = f"{lab}/tls/{cert_of(m)}"
            out += "    starttls on;\n"
            for name in (c, c + "-2") if "+" in m.host.cert else (c,):
                out += (f"    ssl_certificate {name}.crt;\n"
                        f"    ssl_certificate_key {name}.key;\n")
            out += f"    {NGINX[m.host.kind]}\n"
        out += "  }\n"
    return out


def nginx_head(run, name, workers, mail):
    """Up to the end of the mail servers."""
    return f"""load_module /usr/lib/nginx/modules/ngx_mail_module.so;
user root;
daemon off;
worker_processes {workers};
pid {run}/{name}.pid;
error_log {run}/log/{name}.log info;
events {{ worker_connections 4000; }}
mail {{
  auth_http 127.0.0.1:9/;
  smtp_auth none;
  smtp_capabilities PIPELINING 8BITMIME "SIZE 10240000";
  timeout 60s;
{mail}}}
"""


def nginx_conf(lab, run, postfix):
    mail = "".join(nginx_mail(m, lab, run) for m, s in smtp_servers(postfix)
                   if s == "nginx")
    temp = "".join(f"  {k}_temp_path {run}/tmp;\n" for k in (
        "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return f"""{nginx_head(run, "nginx", 1, mail)}http {{
  access_log {run}/log/https.log;
  server_tokens off;
  server_names_hash_bucket_size 128;
{temp}{policies.nginx_servers(lab)}}}
"""


def postfix_folders():
    """Queue and data folders, in the shape that Postfix wants them.

    They are in memory, over the package's own folders: the user of Postfix may
    be unable to enter the folder where the lab lies.
    """
    queue = pathlib.Path("/var/spool/postfix")
    data = pathlib.Path("/var/lib/postfix")
    for folder in queue, data:
        enclosure.mount("tmpfs", folder, "tmpfs", enclosure.MS_NOSUID
                        | enclosure.MS_NODEV, "mode=755")
    for d in ("pid", "private", "public", "active", "bounce", "corrupt",
              "defer", "deferred", "flush", "hold", "incoming", "maildrop",
              "saved", "trace"):
        (queue / d).mkdir()
        if d != "pid":
            shutil.chown(queue / d, "postfix")
    shutil.chown(data, "postfix")
    return queue, data


def postfix_conf(lab, run, more=()):
    queue, data = postfix_folders()
    conf = run / "postfix"
    conf.mkdir()
    (conf / "main.cf").write_text(f"""compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {run}/log/postfix.log
maillog_file_prefixes = {run}
inet_interfaces = all
inet_protocols = all
mydestination = localhost
mynetworks = 192.0.2.1/32
alias_maps =
local_recipient_maps =
smtpd_peername_lookup = no
smtpd_client_event_limit_exceptions = static:all
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
""")
    lines = ["postlog unix-dgram n - n - 1 postlogd",
             "tlsmgr unix - - n 1000? 1 tlsmgr",
             "rewrite unix - - n - - trivial-rewrite",
             "cleanup unix n - n - 0 cleanup",
             "anvil unix - - n - 1 anvil"]
    for m, s in smtp_servers(True):
        for a in m.listens if s == "postfix" else ():
            c = f"{lab}/tls/{cert_of(m)}"
            lines += [f"{bracket(a)}:25 inet n - n - 50 smtpd",
                      f"  -o myhostname={m.name}",
                      f"  -o smtpd_tls_chain_files={c}.key,{c}.crt",
                      f"  -o syslog_name=postfix/{a}"]
    (conf / "master.cf").write_text("\n".join((*lines, *more)) + "\n")
    return conf


def can_run_postfix(many_ids):
    """Postfix wants a second user id; why not, or ""."""
    if not (os.path.exists("/usr/lib/postfix/sbin/master")
            and os.path.isdir("/var/spool/postfix")):
        return "Postfix is not installed"
    return "" if many_ids else "this user has no subordinate ids (/etc/subuid)"


# --- start and readiness ---

def start(args, log, **kw):
    with open(log, "ab") as f:
        return subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=f,
                                stderr=f, start_new_session=True, **kw)


def start_all(lab, run, zones, postfix, more_postfix=()):
    """Start every server; returns {name: process}."""
    log = run / "log"
    (run / "nsd.conf").write_text(nsd_conf(lab, run, zones, "nsd", plan.NS))
    (run / "nsd2.conf").write_text(nsd_conf(
        lab, run, zones_listed(lab / "second.tsv"), "nsd2", (plan.NS_SECOND,)))
    (run / "unbound.conf").write_text(unbound_conf(lab, run))
    (run / "nginx.conf").write_text(nginx_conf(lab, run, postfix))
    python = [sys.executable, "-B"]
    out = {
        "nsd": start([find("nsd"), "-d", "-c", run / "nsd.conf"],
                     log / "nsd.log"),
        "nsd2": start([find("nsd"), "-d", "-c", run / "nsd2.conf"],
                      log / "nsd2.log"),
        "nginx": start([find("nginx"), "-e", log / "nginx.log", "-c",
                        run / "nginx.conf"], log / "nginx.log"),
        "dns": start([*python, HERE / "dns_scripted.py", lab / "scripted"],
                     log / "dns_scripted.log"),
        "smtp": start([*python, HERE / "smtp_scripted.py", lab, log],
                      log / "smtp_scripted.log"),
        "unbound": start([find("unbound"), "-d", "-c", run / "unbound.conf"],
                         log / "unbound.log"),
    }
    if postfix:
        out["postfix"] = start(["/usr/lib/postfix/sbin/master", "-c",
                                postfix_conf(lab, run, more_postfix), "-d"],
                               log / "postfix.log",
                               env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    return out


def targets(postfix):
    """(server, table, address, port) of everything that shall listen."""
    for m, s in smtp_servers(postfix):
        for a in m.listens:
            yield {"script": "smtp"}.get(s, s), "tcp", a, 25
    for p in plan.policy_hosts():
        if p.kind != "refused":
            scripted = p.kind in ("silent", "reset")
            yield "smtp" if scripted else "nginx", "tcp", p.v4, 443
    for a in plan.NS_SCRIPTED.values():
        yield "dns", "udp", a, 53
    for a in plan.NS:
        yield "nsd", "tcp", a, 53
    yield "nsd2", "tcp", plan.NS_SECOND, 53


def proc_address(text):
    """An address as /proc/net writes it: words in the machine's order."""
    raw = bytes.fromhex(text)
    if sys.byteorder == "little":
        raw = b"".join(raw[i:i + 4][::-1] for i in range(0, len(raw), 4))
    return str(ipaddress.ip_address(raw))


def listening():
    """{(table, address, port)} of the sockets that wait for peers.

    Read from the kernel, so that no probe of ours stands in the logs.
    """
    out = set()
    for table, state in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07")):
        path = pathlib.Path("/proc/net", table)
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            local, st = line.split()[1], line.split()[3]
            if st == state:
                address, _, port = local.partition(":")
                out.add((table[:3], proc_address(address), int(port, 16)))
    return out


def answers(address):
    """Does this name server or resolver tell the SOA of the root?"""
    ask = struct.pack("!6H", 1, 0x0100, 1, 0, 0, 0) + b"\0\0\x06\0\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(0.5)
        try:
            s.connect((address, 53))
            s.send(ask)
            return s.recv(4096)[3] & 15 == 0
        except OSError:
            return False


def wait_until(is_done, what, processes):
    """Poll until is_done(); what() names the (server, ...) still missing."""
    deadline = time.monotonic() + READY_S
    while not is_done():
        server, *where = what()
        place = f"{server} at {' '.join(map(str, where))}"
        if processes[server].poll() is not None:
            raise Failure(f"{place}: its server ended, see the logs")
        if time.monotonic() > deadline:
            raise Failure(f"{place}: not up after {READY_S} s")
        time.sleep(0.02)


def wait_all(processes, postfix, ipv6, more=()):
    """Return when every server waits at every address and answers."""
    wanted = [t for t in (*targets(postfix), *more)
              if ":" not in t[2] or t[2] in ipv6]

    def all_listen():
        there = listening()
        wanted[:] = [t for t in wanted if t[1:] not in there]
        return not wanted

    wait_until(all_listen, lambda: wanted[0], processes)
    for server, address in ("nsd", plan.NS[0]), ("unbound", plan.RESOLVER):
        wait_until(lambda: answers(address), lambda: (server, address),
                   processes)

"""The servers of `lab run --tls`: rows of tls_rows.py become configurations.

Real ones are nginx's mail module and Postfix on OpenSSL, Exim on GnuTLS and
nss_server.c on NSS.  What none of them would do is in tls_scripted.py.
"""
import json
import os
import pathlib
import pwd
import subprocess
import sys
import time

import enclosure
import plan
import servers
import tls_certs
import tls_rows
import zones
from tls_rows import ROWS

HERE = pathlib.Path(__file__).resolve().parent


def rows_of(server):
    return [r for r in ROWS if r.server == server]


def unpacked(package):
    """Where tools/deps put what it took out of a package, or None."""
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    folder = pathlib.Path(os.environ.get("ASSAY_PEERS") or pathlib.Path(
        cache) / "assay" / "peers") / package
    return folder if (folder / "whole").exists() else None


# --- made once in a lab ---

def zone_text(ca):
    out = zones.apex("tls.test.") + f"@ A {plan.WEB}\n"
    for row in ROWS:
        out += f"{row.name} A {tls_rows.v4(row)}\n"
        if row.ipv6:
            out += f"{row.name} AAAA {tls_rows.v6(row)}\n"
        if ca and row.name in ("two-certs", "postfix"):
            out += "".join(f"_25._tcp.{row.name} TLSA 3 1 1 "
                           f"{ca.spki_sha256(tls_certs.base(row, w))}\n"
                           for w in row.certs)
        if ca and row.name == "two-certs-half":
            out += (f"_25._tcp.{row.name} TLSA 3 1 1 "
                    f"{ca.spki_sha256(tls_certs.base(row, row.certs[0]))}\n")
        if row.name == "known-issuer":
            out += f'{row.name} CAA 0 issue "digicert.com"\n'
    return out


def reverse_mails():
    """The rows as mail hosts, for their PTR records."""
    return [plan.Mail(tls_rows.host(r), tls_rows.v4(r), tls_rows.v6(r),
                      plan.Host(r.name)) for r in ROWS]


def build_nss(folder):
    """nss_server and nss_client, against the system's headers, if there."""
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "nss", "nspr"],
                           capture_output=True, text=True, check=False)
    if flags.returncode or not nss_libraries():
        return
    for name in ("nss_client", "nss_server"):
        subprocess.run(["cc", "-O1", "-D_GNU_SOURCE", "-o", folder / name,
                        HERE / f"{name}.c", *flags.stdout.split(),
                        "-lpthread"], check=True)


def nss_libraries():
    """Where an NSS newer than the system's lies, or None."""
    folder = unpacked("firefox-esr")
    return folder and folder / "usr/lib/firefox-esr"


def ensure(folder, say):
    """Make the TLS part of a made lab; called with the lab's lock held."""
    done = folder / "tls-made"
    if not done.exists():
        began = time.monotonic()
        ca = tls_certs.make_all(folder / "tls")
        half = folder / "zones" / "tls.test.half"
        zones.Forge(folder).publish("tls.test.", zone_text(ca), out=half)
        half.rename(folder / "zones" / "tls.test")
        done.touch()
        say("lab: TLS personalities made in "
            f"{time.monotonic() - began:.1f} s")
    if not (folder / "nss_server").exists():
        build_nss(folder)


# --- nginx ---

OPENSSL_VERSION = {"TLS1.0": "TLSv1", "TLS1.1": "TLSv1.1",
                   "TLS1.2": "TLSv1.2", "TLS1.3": "TLSv1.3"}
OPENSSL_GROUP = {"secp256r1": "prime256v1", "x25519": "X25519",
                 "x448": "X448"}


def openssl_suites(row):
    """In OpenSSL's words, at the level that lets weak ones live."""
    if isinstance(row.suites, str):
        return row.suites
    known = ":".join(tls_rows.SUITES[n].openssl for n in row.suites)
    return known + ":" + tls_rows.WEAK


def openssl_groups(row):
    return [OPENSSL_GROUP.get(g, g) for g in row.groups]


def nginx_tls(row, lab):
    out = "    ssl_protocols {};\n    ssl_ciphers {};\n".format(
        " ".join(OPENSSL_VERSION[v] for v in row.versions),
        openssl_suites(row))
    out += "    ssl_prefer_server_ciphers {};\n".format(
        "on" if row.order == "server" else "off")
    out += f"    ssl_ecdh_curve {':'.join(openssl_groups(row))};\n"
    if "TLS1.3" in row.versions:
        out += ("    ssl_conf_command Ciphersuites "
                f"{':'.join(row.suites13)};\n")
    if row.dh:
        out += f"    ssl_dhparam {lab}/tls/dh-{row.dh}.pem;\n"
    for word in row.certs:
        c = f"{lab}/tls/{tls_certs.base(row, word)}"
        out += f"    ssl_certificate {c}.crt;\n"
        out += f"    ssl_certificate_key {c}.key;\n"
    return out


def nginx_server(row, address, port, lab, run):
    ssl = " ssl" if port == 465 else ""
    out = (f"  server {{\n    listen {servers.bracket(address)}:{port}{ssl};\n"
           f"    protocol smtp;\n    server_name {tls_rows.host(row)};\n"
           f"    error_log {run}/log/smtp/{address}.log info;\n")
    if row.smtp == "auth-before-tls":
        out += "    smtp_auth plain login;\n"
    if row.versions:
        out += "" if ssl else "    starttls on;\n"
        out += nginx_tls(row, lab)
    return out + "  }\n"


def nginx_conf(lab, run):
    body = "".join(nginx_server(r, a, port, lab, run) for r in rows_of("nginx")
                   for a in tls_rows.addresses(r) for port in r.ports)
    return servers.nginx_head(run, "nginx-tls", 2, body)


# --- Postfix: lines of master.cf ---

def postfix_lines(lab):
    lines = []
    for row in rows_of("postfix"):
        chains = ",".join(f"{c}.key,{c}.crt" for c in (
            f"{lab}/tls/{tls_certs.base(row, w)}" for w in row.certs))
        versions = ",".join(OPENSSL_VERSION[v] for v in row.versions)
        address = tls_rows.v4(row)
        options = {
            "myhostname": tls_rows.host(row),
            "syslog_name": f"postfix/{address}",
            "smtpd_tls_chain_files": chains,
            "smtpd_tls_protocols": versions,
            "tls_eecdh_auto_curves": ",".join(openssl_groups(row)),
            "smtpd_tls_ciphers": "high",
            "tls_high_cipherlist": openssl_suites(row),
            "tls_preempt_cipherlist": "yes" if row.order == "server" else "no",
        }
        if row.dh in tls_certs.DH:
            options["smtpd_tls_dh1024_param_file"] = (
                f"{lab}/tls/dh-{row.dh}.pem")
        lines.append(f"{address}:25 inet n - n - 50 smtpd")
        lines += [f"  -o {k}={v}" for k, v in options.items()]
    return lines


# --- Exim on GnuTLS ---

EXIM_USER = "Debian-exim"


def exim_accounts(run):
    """Exim will not start without the user that its package makes."""
    try:
        pwd.getpwnam(EXIM_USER)
        return
    except KeyError:
        pass
    for name, line in (("passwd", f"{EXIM_USER}:x:103:103::/:/bin/false\n"),
                       ("group", f"{EXIM_USER}:x:103:\n")):
        copy = run / name
        copy.write_text(pathlib.Path("/etc", name).read_text() + line)
        enclosure.mount(copy, f"/etc/{name}", None, enclosure.MS_BIND)


def by_address(value):
    """An Exim expansion: value(row) at the address of each row."""
    out = ""
    for row in reversed(rows_of("exim")):
        out = (f"${{if eq{{$received_ip_address}}{{{tls_rows.v4(row)}}}"
               f"{{{value(row)}}}{{{out}}}}}")
    return out


def exim_conf(lab, run):
    def files(row, suffix):
        return ":".join(f"{lab}/tls/{tls_certs.base(row, w)}{suffix}"
                        for w in row.certs)
    return f"""exim_user = root
exim_group = root
never_users =
primary_hostname = exim.tls.test
smtp_active_hostname = {by_address(tls_rows.host)}
spool_directory = {run}/exim
log_file_path = {run}/log/exim-%slog
log_selector = +incoming_interface +smtp_connection
pid_file_path = {run}/exim.pid
keep_environment =
local_interfaces = {" : ".join(map(tls_rows.v4, rows_of("exim")))}
daemon_smtp_ports = 25
smtp_accept_max = 100
smtp_accept_max_per_host = 0
smtp_accept_queue = 0
host_lookup =
rfc1413_hosts =
queue_only = true
tls_advertise_hosts = *
tls_certificate = {by_address(lambda r: files(r, ".crt"))}
tls_privatekey = {by_address(lambda r: files(r, ".key"))}
tls_ocsp_file = {by_address(lambda r: files(r, ".ocsp") if r.staple else "")}
tls_require_ciphers = {by_address(lambda r: r.priority)}
tls_dhparam = none
acl_smtp_rcpt = deny
begin acl
deny:
  deny
"""


# --- NSS ---

def nss_rows(lab):
    def numbers(values):
        return ",".join(map(str, values))

    out = ""
    for row in rows_of("nss"):
        suites = [tls_rows.SUITES[n].code for n in dict.fromkeys(
            sum(tls_rows.offers(row).values(), ()))]
        out += "\t".join((
            tls_rows.v4(row), tls_rows.host(row),
            *(hex(0x2FF + tls_rows.VERSIONS.index(row.versions[i]))
              for i in (0, -1)),
            numbers(suites),
            numbers(tls_rows.GROUPS[g] for g in row.groups),
            ",".join(f"{lab}/tls/{tls_certs.base(row, w)}"
                     for w in row.certs))) + "\n"
    return out


# --- start ---

def absences(lab, no_postfix, many_ids):
    """{server: why it cannot run here}."""
    out = {"postfix": no_postfix} if no_postfix else {}
    if not exim_program():
        out["exim"] = "Exim is not unpacked (make deps)"
    elif not many_ids:
        out["exim"] = "this user has no subordinate ids (/etc/subuid)"
    if not ((lab / "nss_server").exists() and nss_libraries()):
        out["nss"] = "a newer NSS or its headers are missing (make deps)"
    return out


def exim_program():
    folder = unpacked("exim4-daemon-light")
    return folder and folder / "usr/sbin/exim4"


def write_expected(run, absent):
    rows = [tls_rows.expected(r, absent.get(r.server, "")) for r in ROWS]
    (run / "tls-expected.json").write_text(json.dumps(rows, indent=1) + "\n")


def start_all(lab, run, absent):
    """Start what is there; {name: process}.  Postfix runs already."""
    log = run / "log"
    write_expected(run, absent)
    (run / "nginx-tls.conf").write_text(nginx_conf(lab, run))
    out = {
        "nginx-tls": servers.start(
            [servers.find("nginx"), "-e", log / "nginx-tls.log", "-c",
             run / "nginx-tls.conf"], log / "nginx-tls.log"),
        "tls-script": servers.start(
            [sys.executable, "-B", HERE / "tls_scripted.py", lab, log],
            log / "tls_scripted.log"),
    }
    if "exim" not in absent:
        exim_accounts(run)
        (run / "exim.conf").write_text(exim_conf(lab, run))
        (run / "exim").mkdir()
        out["exim"] = servers.start([exim_program(), "-C", run / "exim.conf",
                                     "-bdf"], log / "exim.log")
    if "nss" not in absent:
        (run / "nss.rows").write_text(nss_rows(lab))
        out["nss"] = servers.start(
            [lab / "nss_server", run / "nss.rows", log / "smtp"],
            log / "nss.log", env={"LD_LIBRARY_PATH": str(nss_libraries())})
    return out


def targets(absent):
    """(process, table, address, port) of all that shall listen."""
    process = {"nginx": "nginx-tls", "script": "tls-script"}
    for row in ROWS:
        if row.server in absent:
            continue
        for address in tls_rows.addresses(row):
            for port in row.ports:
                yield process.get(row.server, row.server), "tcp", address, port


def ipv6_addresses():
    return [tls_rows.v6(r) for r in ROWS if r.ipv6]

"""Makes a lab: keys, certificates, zones, policies, configuration.

A made lab is a folder.  It is made anew when the generator changed, or when it
is older than a day, because its dates are counted from its making.
"""
import contextlib
import csv
import fcntl
import hashlib
import os
import pathlib
import shutil
import time

import bulk
import certs
import plan
import policies
import servers
import tls_servers
import zones
from setups import ESTATE

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent
FRESH_S = 20 * 3600
SUFFIXES = ("// The lab's public suffixes.\ntest\ngov.test\ncom.test\n"
            "bulk.test\ntls.test\n")


def default_folder():
    named = os.environ.get("ASSAY_LAB_DIR")
    if named:
        return pathlib.Path(named).absolute()
    if os.access(PROJECT, os.W_OK):
        return PROJECT / "build" / "lab"
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(cache) / "assay" / "lab"


def fingerprint():
    h = hashlib.sha256()
    for path in sorted([*HERE.glob("*.py"), HERE / "estate.csv",
                        *HERE.glob("*.c"), HERE / "tls-suites.tsv"]):
        h.update(path.name.encode() + b"\0" + path.read_bytes())
    return h.hexdigest()


def check_estate():
    """The two tables must name the same domains."""
    with open(HERE / "estate.csv", newline="") as f:
        listed = [row["domain"] for row in csv.DictReader(f)]
    built = [s.domain for s in ESTATE]
    odd = set(listed) ^ set(built)
    if odd or len(set(listed)) != len(listed):
        raise RuntimeError(f"estate.csv and setups.py differ: {sorted(odd)}")


@contextlib.contextmanager
def locked(base):
    """One maker at a time."""
    base.mkdir(parents=True, exist_ok=True)
    with open(base / "lock", "w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield


def hold(folder):
    """Keep a made lab from being pruned until the result is closed."""
    f = open(folder / "in-use", "w")
    fcntl.flock(f, fcntl.LOCK_SH)
    return f


def is_fresh(folder, mark):
    stamp = folder / "stamp"
    try:
        if stamp.read_text() != mark:
            return False
    except OSError:
        return False
    return 0 <= time.time() - stamp.stat().st_mtime < FRESH_S


def prune(base, keep):
    """Remove labs that nobody runs any more, and halves of killed makers."""
    for folder in base.iterdir():
        if folder.name in (keep, "current") or not folder.is_dir():
            continue
        with open(folder / "in-use", "w") as f:
            try:
                fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(folder)


def scripted_zones(folder, keys, ca):
    """Plain zones for the name servers that misbehave."""
    folder.mkdir(exist_ok=True)
    mails = {m.name: m for m in plan.mail_hosts()}
    placed = {p.domain: p for p in plan.policy_hosts()}
    for s in ESTATE:
        if s.served in plan.NS_SCRIPTED:
            text = zones.apex(s.domain + ".", (f"ns-{s.served}.lab.test.",))
            text += zones.domain_records(s, "", keys, mails, placed, ca)
            (folder / f"{s.served}.zone").write_text(text)


def write_tables(folder):
    """Who stands where, for people and tests."""
    lines = ["name\taddress\tserver\tpersonality\tcertificate\n"]
    for m in plan.mail_hosts() + bulk.mail_hosts():
        lines += [f"{m.name}\t{a}\t{m.host.server}\t{m.host.kind}\t"
                  f"{m.host.cert}\n" for a in (m.v4, m.v6) if a]
    (folder / "hosts.tsv").write_text("".join(lines))
    lines = ["domain\taddress\tpersonality\n"]
    lines += [f"{p.domain}\t{p.v4}\t{p.kind}\n" for p in plan.policy_hosts()]
    (folder / "policies.tsv").write_text("".join(lines))
    (folder / "domains.txt").write_text(
        "".join(s.domain + "\n" for s in ESTATE))


def assay_conf(folder):
    return f"""; How assay finds its way in the lab.  Keys are the long options.
resolver-config = {folder}/resolver.conf
trust-anchor = {folder}/root.key
ca = {folder}/tls/ca.pem
psl = {folder}/psl.dat
allow-address = 127.0.0.0/8,fd00::/8
pause = 1
"""


def build(folder):
    check_estate()
    ca = certs.make_all(folder / "tls", plan.mail_hosts(),
                        plan.policy_hosts(),
                        sorted({m.name for m in bulk.mail_hosts()})
                        + bulk.policy_names())
    keys = certs.dkim_keys(folder / "dkim")
    (folder / "dkim" / "bulk.txt").write_text(zones.strings(keys["rsa2048-a"]))
    zones.make_all(folder, ca, keys, bulk.mail_hosts()
                   + tls_servers.reverse_mails(), bulk_text(folder, 0),
                   tls_servers.zone_text(None))
    scripted_zones(folder / "scripted", keys, ca)
    policies.write_all(folder / "www")
    write_tables(folder)
    (folder / "resolver.conf").write_text(servers.resolver_conf(folder))
    (folder / "resolv.conf").write_text(
        f"nameserver {plan.RESOLVER}\noptions edns0 trust-ad\n")
    (folder / "psl.dat").write_text(SUFFIXES)
    (folder / "assay.conf").write_text(assay_conf(folder))
    (folder / "run").mkdir(exist_ok=True)


def bulk_text(folder, count):
    dkim = (folder / "dkim" / "bulk.txt").read_text()
    return bulk.zone_text(zones.apex("bulk.test."), count, dkim)


def bulk_zone(folder, count):
    """The file with the first `count` bulk domains, made when missing."""
    path = folder / "zones" / ("bulk.test" + (f"-{count}" if count else ""))
    if not path.exists():
        half = path.with_suffix(".half")
        zones.Forge(folder).publish("bulk.test.", bulk_text(folder, count),
                                    out=half)
        half.rename(path)
    return path.name


def ensure(base, count=0, tls=False, say=print):
    """A fresh lab below `base`: (folder, what nsd shall serve, its hold)."""
    mark = fingerprint()
    with locked(base):
        current = base / "current"
        if not is_fresh(current, mark):
            make_new(base, mark, say)
        folder = base / os.readlink(current)
        held = hold(folder)
        bulk_file = bulk_zone(folder, count)
        if tls:
            tls_servers.ensure(folder, say)
    return folder, served_zones(folder, bulk_file), held


def make_new(base, mark, say):
    """Make a lab in a folder of its own; runs of an older one go on."""
    began = time.monotonic()
    folder = base / f"{mark[:8]}-{time.time_ns():x}"
    say(f"lab: making {folder}")
    folder.mkdir()
    build(folder)
    (folder / "stamp").write_text(mark)
    link = base / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.name)
    link.rename(base / "current")
    prune(base, folder.name)
    say(f"lab: made in {time.monotonic() - began:.1f} s")


def served_zones(folder, bulk_file):
    listed = servers.zones_listed(folder / "zones.tsv")
    return [(z, bulk_file if z == "bulk.test." else f) for z, f in listed]

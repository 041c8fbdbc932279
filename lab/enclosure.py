"""A world of its own for one command: namespaces, loopback, mounts.

Makes a network, mount and process namespace, and a user namespace when the
caller is not root.  The first process inside runs `inside()`; when it ends the
kernel ends every process in there, and when the caller is killed it is killed
too.  Needs neither root nor any tool; newuidmap (package uidmap) and lines in
/etc/subuid and /etc/subgid give an ordinary user the second user id that
Postfix insists on.
"""
import ctypes
import fcntl
import os
import pwd
import signal
import socket
import struct
import subprocess
import sys

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
PR_SET_PDEATHSIG = 1
SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK = 0x8914, 0x8916, 0x891C
IFF_UP, IFF_RUNNING = 1, 0x40

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def unshare(flags):
    check(libc.unshare(flags), "unshare")


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def mount(source, target, kind=None, flags=0, data=None):
    enc = [None if s is None else os.fsencode(s)
           for s in (source, target, kind, data)]
    check(libc.mount(enc[0], enc[1], enc[2], ctypes.c_ulong(flags), enc[3]),
          f"mount {target}")


def loopback_up(ipv6=()):
    """Raise lo (all of 127/8 comes with it) and give it IPv6 addresses.

    It gets one address outside 127/8 as well, for documentation only: without
    such a one getaddrinfo's AI_ADDRCONFIG takes the machine for one that has no
    IPv4.  Returns the IPv6 addresses that the kernel took.
    """
    def address(text):
        return struct.pack("HH4s8x", socket.AF_INET, 0,
                           socket.inet_aton(text))

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, SIOCSIFFLAGS,
                    struct.pack("16sh14x", b"lo", IFF_UP | IFF_RUNNING))
        for request, text in ((SIOCSIFADDR, "192.0.2.25"),
                              (SIOCSIFNETMASK, "255.255.255.255")):
            fcntl.ioctl(s, request, b"lo:1".ljust(16, b"\0") + address(text))
    taken = []
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
            index = socket.if_nametoindex("lo")
            for address in ipv6:
                packed = socket.inet_pton(socket.AF_INET6, address)
                fcntl.ioctl(s, SIOCSIFADDR,
                            struct.pack("16sIi", packed, 128, index))
                taken.append(address)
    except OSError:
        pass                    # a kernel without IPv6: the lab does without
    return taken


def subordinate_ids(path):
    """(first, count) of the caller's line in /etc/subuid or /etc/subgid."""
    uid = os.getuid()
    try:
        names = {str(uid), pwd.getpwuid(uid).pw_name}
    except KeyError:
        names = {str(uid)}
    try:
        with open(path) as f:
            for line in f:
                name, first, count = line.strip().split(":")
                if name in names and int(count) >= 65535:
                    return int(first), int(count)
    except (OSError, ValueError):
        pass
    return None


def map_many_ids(pid):
    """Give the namespace of `pid` 65536 ids, by newuidmap and newgidmap."""
    u, g = subordinate_ids("/etc/subuid"), subordinate_ids("/etc/subgid")
    if not u or not g:
        return False
    for tool, own, (first, _) in (("newuidmap", os.getuid(), u),
                                  ("newgidmap", os.getgid(), g)):
        try:
            r = subprocess.run([tool, str(pid), "0", str(own), "1", "1",
                                str(first), "65535"], capture_output=True)
        except FileNotFoundError:
            return False
        if r.returncode:
            return False
    return True


def map_one_id(pid):
    """Give the namespace of `pid` one id: its root is the caller."""
    uid, gid = os.getuid(), os.getgid()
    with open(f"/proc/{pid}/setgroups", "w") as f:
        f.write("deny")
    with open(f"/proc/{pid}/gid_map", "w") as f:
        f.write(f"0 {gid} 1")
    with open(f"/proc/{pid}/uid_map", "w") as f:
        f.write(f"0 {uid} 1")


def middle(to_outer, from_outer, inside):
    """Runs in the child: leaves the old namespaces, forks the first process."""
    flags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID
    own_users = os.geteuid() != 0
    if not own_users:
        try:
            unshare(flags)
        except PermissionError:  # root of a container without its powers
            own_users = True
    if own_users:
        unshare(flags | CLONE_NEWUSER)
    os.write(to_outer, b"U" if own_users else b"R")
    many = os.read(from_outer, 1) == b"M"
    die_with_parent()
    first = os.fork()
    if first == 0:
        die_with_parent()
        os.close(to_outer)
        os.close(from_outer)
        if own_users:
            os.setresgid(0, 0, 0)
            os.setresuid(0, 0, 0)
            die_with_parent()   # changing ids had cleared it
        os._exit(run_inside(inside, many))
    os.write(to_outer, struct.pack("i", first))
    _, status = os.waitpid(first, 0)
    return exit_status(status)


def run_inside(inside, many):
    try:
        mount(None, "/", None, MS_REC | MS_PRIVATE)
        try:
            mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
        except PermissionError:
            pass                # a container that masks parts of /proc
        return inside(many)
    except Exception as e:      # nothing above could report it
        print(f"lab: {e}", file=sys.stderr)
        return 70
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def exit_status(status):
    if os.WIFSIGNALED(status):
        return 128 + os.WTERMSIG(status)
    return os.WEXITSTATUS(status)


def run(inside):
    """Run inside(many_ids) as the first process of a new world.

    Returns its exit status.  SIGTERM and SIGHUP are handed on to it; SIGINT
    comes from a terminal, which sends it to the command inside as well.
    """
    in_r, in_w = os.pipe()
    out_r, out_w = os.pipe()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = os.fork()
    if child == 0:
        os.close(in_w)
        os.close(out_r)
        try:
            code = middle(out_w, in_r, inside)
        except OSError as e:
            print(f"lab: cannot make a namespace: {e}", file=sys.stderr)
            code = 71
        os._exit(code)
    os.close(in_r)
    os.close(out_w)
    kind = os.read(out_r, 1)
    if kind:
        many = kind == b"R" or map_many_ids(child)
        if not many:
            map_one_id(child)
        os.write(in_w, b"M" if many else b"1")
        word = os.read(out_r, 4)
        if len(word) == 4:
            first = struct.unpack("i", word)[0]
            for s in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(s, lambda n, _: os.kill(first, n))
    _, status = os.waitpid(child, 0)
    return exit_status(status)

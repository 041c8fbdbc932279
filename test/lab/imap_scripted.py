"""An IMAP server of our own, for what no real one does: it obeys until a fault
that the test names.  It notes each command, and shows what it moved and flagged.
"""
import base64
import os
import pathlib
import re
import socket
import ssl
import threading

NAME = "mx1.mail.com.test"
ADDRESS = "127.25.1.25"
TLS = pathlib.Path(os.environ.get("ASSAY_LAB", "."), "tls")


def crt(name):
    return str(TLS / f"mx-{name}.crt"), str(TLS / f"mx-{name}.key")


def uids_of(text):
    return [int(x) for x in text.split(",")]


class End(Exception):
    """The connection is to end."""


class Session:
    """One connection.  Commands are methods: do_uid_fetch(tag, rest)."""

    def __init__(self, server, sock):
        self.server, self.sock = server, sock
        self.file = sock.makefile("rb")

    def send(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode())

    def say(self, *lines):
        self.send("".join(f"{line}\r\n" for line in lines))

    def line(self):
        raw = self.file.readline(70000)
        if not raw:
            raise End
        return raw.decode().rstrip("\r\n")

    def run(self):
        self.say(self.server.greeting)
        while True:
            tag, _, rest = self.line().partition(" ")
            words = rest.split(" ")
            n = 2 if words[0] == "UID" else 1
            word = "_".join(words[:n]).lower()
            rest = " ".join(words[n:])
            self.server.commands.append((word, rest))
            fault = self.server.faults.get(word)
            if fault is not None and fault(self, tag, rest) is not False:
                continue
            getattr(self, f"do_{word}")(tag, rest)

    # --- commands ---

    def do_capability(self, tag, _):
        self.say(f"* CAPABILITY IMAP4rev1 {self.server.capability}",
                 f"{tag} OK done")

    def do_starttls(self, tag, _):
        self.say(f"{tag} OK go")
        self.sock = self.server.context.wrap_socket(self.sock, server_side=True)
        self.file = self.sock.makefile("rb")

    def do_authenticate(self, tag, rest):
        mechanism, _, response = rest.partition(" ")
        if not response:
            self.say("+ ")
            response = self.line()
        clear = base64.b64decode(response)
        self.server.logins.append((mechanism, clear))
        good = {"PLAIN": b"\0rua\0lab-password",
                "XOAUTH2": b"user=rua\1auth=Bearer token-1\1\1"}
        if clear == good.get(mechanism):
            self.say(f"{tag} OK welcome")
            return
        if mechanism == "XOAUTH2":  # says why first, and waits for a line
            self.say("+ " + base64.b64encode(b'{"status":"400"}').decode())
            self.line()
        self.say(f"{tag} NO [AUTHENTICATIONFAILED] wrong \x07 secret")

    def do_login(self, tag, rest):
        self.server.logins.append(("LOGIN", rest.encode()))
        self.say(f"{tag} OK welcome" if rest == '"rua" "lab-password"'
                 else f"{tag} NO no")

    def do_examine(self, tag, rest, ro="[READ-ONLY] "):
        if rest not in self.server.folders:
            self.say(f"{tag} NO [NONEXISTENT] no such folder")
            return
        self.say(f"* {len(self.server.mails)} EXISTS",
                 f"* OK [UIDVALIDITY {self.server.uid_validity}] valid",
                 f"{tag} OK {ro}done")

    def do_select(self, tag, rest):
        self.do_examine(tag, rest, "[READ-WRITE] ")

    def do_list(self, tag, _):
        self.say(*(f'* LIST () "/" {f}' for f in self.server.folders),
                 f"{tag} OK done")

    def do_create(self, tag, rest):
        self.server.folders.append(rest)
        self.say(f"{tag} OK made")

    def do_uid_search(self, tag, rest):
        low = int(re.fullmatch(r"UID (\d+):\* UNDELETED", rest)[1])
        found = [u for u in sorted(self.server.mails)
                 if u >= low and u not in self.server.deleted]
        # As servers do: "n:*" finds the last one whatever n is.
        found = found or sorted(self.server.mails)[-1:]
        self.say("* SEARCH " + " ".join(map(str, found)), f"{tag} OK done")

    def mail(self, uid, data):
        self.send(f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(data)}}}\r\n")
        self.send(data)
        self.send(")\r\n")

    def do_uid_fetch(self, tag, rest):
        m = re.fullmatch(r"([\d,]+) \(UID BODY\.PEEK\[\]<0\.(\d+)>\)", rest)
        for uid in uids_of(m[1]):
            if uid in self.server.mails:
                self.mail(uid, self.server.mails[uid][:int(m[2])])
        self.say(f"{tag} OK done")

    def do_uid_store(self, tag, rest):
        uids, _, flags = rest.partition(" ")
        self.server.on_tell(uids_of(uids))
        flag = re.fullmatch(r"\+FLAGS\.SILENT \((.*)\)", flags)[1]
        for uid in uids_of(uids):
            self.server.flags.setdefault(uid, set()).add(flag)
            if flag == "\\Deleted":
                self.server.deleted.add(uid)
        self.say(f"{tag} OK done")

    def do_uid_copy(self, tag, rest, move=False):
        uids, _, folder = rest.partition(" ")
        self.server.on_tell(uids_of(uids))
        if folder not in self.server.folders:
            self.say(f"{tag} NO [TRYCREATE] no such folder")
            return
        for uid in uids_of(uids):
            if uid in self.server.mails:
                self.server.copied.setdefault(folder, []).append(uid)
                if move:
                    del self.server.mails[uid]
        self.say(f"{tag} OK done")

    def do_uid_move(self, tag, rest):
        self.do_uid_copy(tag, rest, move=True)

    def do_uid_expunge(self, tag, rest):
        for uid in uids_of(rest):
            if uid in self.server.deleted:
                self.server.mails.pop(uid, None)
        self.say(f"{tag} OK done")

    def do_logout(self, tag, _):
        self.say("* BYE bye", f"{tag} OK done")
        raise End


class Server:
    """`with Server(mails, uid_fetch=fault) as s`: a fault is a function of
    session, tag and rest, in place of the command unless it returns False."""

    def __init__(self, mails=None, tls=True, cert=NAME, **faults):
        self.mails = dict(mails or {})
        self.tls, self.faults = tls, faults
        self.uid_validity = 7
        self.capability = "SASL-IR AUTH=PLAIN MOVE UIDPLUS" + (
            "" if tls else " STARTTLS")
        self.greeting = "* OK hello"
        self.folders = ["INBOX", '"INBOX"', '"a b"']
        self.commands, self.logins, self.sessions = [], [], 0
        self.flags, self.deleted, self.copied = {}, set(), {}
        self.on_tell = lambda uids: None
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*crt(cert))
        self.socket = socket.create_server((ADDRESS, 0))
        self.port = self.socket.getsockname()[1]
        self.errors = []

    @property
    def url(self):
        return f"imap{'s' if self.tls else ''}://rua@{NAME}:{self.port}/INBOX"

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.close()

    def accept(self):
        while True:
            try:
                sock, _ = self.socket.accept()
            except OSError:
                return
            self.sessions += 1
            threading.Thread(target=self.serve, args=(sock,),
                             daemon=True).start()

    def serve(self, sock):
        try:
            if self.tls:
                sock = self.context.wrap_socket(sock, server_side=True)
            Session(self, sock).run()
        except (End, OSError):
            pass
        except Exception as e:  # a command that the server does not know
            self.errors.append(repr(e))
        finally:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()

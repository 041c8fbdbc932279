"""An IMAP server: Dovecot, for a mailbox of reports.

It shares the name, address and certificate of a mail server that is as it should
be.  Any user may log in with PASSWORD, or with a token() of OAuth that names the
user; mails lie in memory, a Maildir each.
"""
import base64
import hashlib
import hmac
import json
import os
import shutil
import time

import plan
import servers

HOST = "mx1.mail.com.test"
PASSWORD = "lab-password"
PORTS = (143, 993)
KEY = b"the key that tokens of the lab are signed with"


def token(user, seconds=3600):
    """A signed token (RFC 7519), as Dovecot checks it by itself."""
    def text(octets):
        return base64.urlsafe_b64encode(octets).rstrip(b"=")

    now = int(time.time())
    parts = b".".join(text(json.dumps(x).encode()) for x in (
        {"alg": "HS256", "typ": "JWT"},
        {"sub": user, "iat": now - 60, "nbf": now - 60, "exp": now + seconds}))
    return (parts + b"." + text(hmac.digest(KEY, parts, hashlib.sha256))).decode()


def place():
    return next(m for m in plan.mail_hosts() if m.name == HOST)


def can_run(many_ids):
    """Dovecot wants users besides root; why not, or ""."""
    if not os.path.exists("/usr/lib/dovecot/imap"):
        return "Dovecot is not installed (dovecot-imapd)"
    return "" if many_ids else "this user has no subordinate ids (/etc/subuid)"


def conf(lab, run):
    import certs                                        # after openssl is there
    here = run / "imap"
    mail = here / "mail"
    mail.mkdir(parents=True)
    shutil.chown(mail, "nobody")
    keys = here / "keys" / "default" / "HS256"
    keys.mkdir(parents=True)
    (keys / "default").write_bytes(base64.b64encode(KEY))
    (here / "oauth2.conf").write_text(f"""introspection_mode = local
local_validation_key_dict = fs:posix:prefix={here}/keys/
username_attribute = sub
""")
    c = f"{lab}/tls/{certs.cert_file(place())}"
    text = f"""base_dir = {here}/run
state_dir = {here}/state
log_path = {run}/log/imap.log
protocols = imap
listen = {place().v4}
ssl = required
ssl_cert = <{c}.crt
ssl_key = <{c}.key
disable_plaintext_auth = yes
auth_mechanisms = plain xoauth2 oauthbearer
mail_location = maildir:{mail}/%u
namespace {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = static
  mechanisms = plain
  args = password={PASSWORD}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {here}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={mail}/%u
}}
service imap-login {{
  chroot =
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
    path = here / "dovecot.conf"
    path.write_text(text)
    return path


def start(lab, run):
    path = conf(lab, run)
    return servers.start([servers.find("dovecot"), "-F", "-c", path],
                         run / "log" / "imap.log",
                         env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})


def targets():
    return [("imap", "tcp", place().v4, port) for port in PORTS]

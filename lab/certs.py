"""Certificates and keys, made with the openssl command at make time.

One root, one issuing authority below it, and a leaf for each host whose faults
are chosen by the host's `cert` word.  Each leaf is NAME.crt (leaf first, then
the issuing certificate) and NAME.key.
"""
import base64
import datetime
import hashlib
import subprocess

CNF = """\
[ca]
default_ca = d
[d]
database = {dir}/index.txt
serial = {dir}/serial
new_certs_dir = {dir}
policy = p
copy_extensions = copy
unique_subject = no
x509_extensions = leaf
[p]
countryName = optional
organizationName = optional
commonName = supplied
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
[client]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
[must_staple]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
tlsfeature = status_request
[sct]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
1.3.6.1.4.1.11129.2.4.2 = DER:{scts}
[ca_ext]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
"""
KEYS = {"ec": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
        "ec384": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
        "rsa2048": ["-newkey", "rsa:2048"], "rsa1024": ["-newkey", "rsa:1024"]}


def openssl(*args, stdin=None):
    r = subprocess.run(["openssl", *args], input=stdin, capture_output=True)
    if r.returncode:
        raise RuntimeError(f"openssl {args[0]}: {r.stderr.decode()}")
    return r.stdout


def day(offset):
    t = datetime.datetime.now(datetime.timezone.utc)
    return (t + datetime.timedelta(days=offset)).strftime("%Y%m%d%H%M%SZ")


def sct_list(n):
    """The extension of RFC 6962 3.3, with timestamps that no log signed."""
    sct = (b"\0" + hashlib.sha256(b"lab log").digest() + bytes(8) + b"\0\0"
           + b"\4\3" + b"\0\4" + b"none")
    body = n * (len(sct).to_bytes(2, "big") + sct)
    body = len(body).to_bytes(2, "big") + body
    assert len(body) < 256
    size = (bytes([len(body)]) if len(body) < 128 else
            b"\x81" + bytes([len(body)]))
    return b"\4" + size + body


class Authority:
    def __init__(self, folder):
        self.dir = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.txt").write_text("")
        (folder / "serial").write_text("1000\n")
        (folder / "ca.cnf").write_text(CNF.format(
            dir=folder, scts=sct_list(2).hex()))
        openssl("req", "-x509", *KEYS["ec"], "-nodes", "-keyout",
                self.f("root.key"), "-out", self.f("root.crt"), "-days", "3650",
                "-subj", "/O=Assay lab/CN=Lab Root", "-addext",
                "basicConstraints=critical,CA:TRUE", "-addext",
                "keyUsage=critical,keyCertSign,cRLSign")
        self.issue("issuing", "ec", (), "root", -1, 1000, "ca_ext",
                   "Lab Issuing Authority")
        # One that data/caa-issuers.tsv takes for a public authority.
        self.issue("known", "ec", (), "root", -1, 1000, "ca_ext",
                   "Lab E1/O=Let's Encrypt")

    def f(self, name):
        return str(self.dir / name)

    def issue(self, name, key, names, by, start, end, extensions, subject,
              digest="sha256"):
        san = ["-addext", "subjectAltName=" + ",".join(
            f"DNS:{n}" for n in names)] if names else []
        openssl("req", "-new", *KEYS[key], "-nodes", "-keyout",
                self.f(name + ".key"), "-out", self.f(name + ".csr"),
                "-subj", f"/CN={subject}", *san)
        openssl("ca", "-batch", "-config", self.f("ca.cnf"), "-cert",
                self.f(by + ".crt"), "-keyfile", self.f(by + ".key"), "-in",
                self.f(name + ".csr"), "-out", self.f(name + ".crt"),
                "-extensions", extensions, "-notext", "-md", digest,
                "-startdate", day(start), "-enddate", day(end))

    def leaf(self, name, names, key="ec", start=-1, end=90, chain=True,
             digest="sha256", extensions="leaf", by="issuing"):
        self.issue(name, key, names, by, start, end, extensions,
                   names[0][:64], digest)
        if chain == "reversed":
            with open(self.f(name + ".crt"), "a") as f:
                f.write((self.dir / "root.crt").read_text())
        if chain:
            with open(self.f(name + ".crt"), "a") as f:
                f.write((self.dir / f"{by}.crt").read_text())

    def self_signed(self, name, names):
        openssl("req", "-x509", *KEYS["ec"], "-nodes", "-keyout",
                self.f(name + ".key"), "-out", self.f(name + ".crt"), "-days",
                "90", "-subj", f"/CN={names[0][:64]}", "-addext",
                f"subjectAltName=DNS:{names[0]}")

    # What a host's `cert` word means; behind a "+" that of NAME-2.
    def make(self, name, names, word):
        word, _, second = word.partition("+")
        if second:
            self.make(name + "-2", names, second)
        if word == "self-signed":
            return self.self_signed(name, names)
        how = {
            "good": {}, "expired": dict(start=-120, end=-30),
            "future": dict(start=30, end=120), "expiring": dict(start=-85, end=5),
            "rsa": dict(key="rsa2048"),
            "rsa-expired": dict(key="rsa2048", start=-120, end=-30),
            "known-issuer": dict(by="known"), "weak-key": dict(key="rsa1024"),
            "incomplete": dict(chain=False),
            "reversed": dict(chain="reversed"),
            "client": dict(extensions="client"),
            "must-staple": dict(extensions="must_staple"),
            "wrong-name": {},
            "sha1": dict(key="rsa2048", digest="sha1"), "domain-name": {},
        }[word]
        if word == "wrong-name":
            names = ("elsewhere.com.test",)
        if word == "domain-name":       # of the mail domain in place of the host
            names = (names[0].partition(".")[2],)
        return self.leaf(name, names, **how)

    def spki_digest(self, name, algorithm):
        pub = openssl("x509", "-in", self.f(name + ".crt"), "-pubkey", "-noout")
        der = openssl("pkey", "-pubin", "-outform", "DER", stdin=pub)
        return hashlib.new(algorithm, der).hexdigest()

    def spki_sha256(self, name):
        return self.spki_digest(name, "sha256")


def cert_file(mail):
    """The name under which a mail host's certificate lies."""
    return "mx-" + mail.name


def make_all(folder, mails, policies, bulk_hosts=()):
    """All certificates of the lab; returns the authority."""
    ca = Authority(folder)
    for m in mails:
        if m.host.kind != "plain" and m.host.server != "nothing":
            word = m.host.cert
            # kinds without (EC)DHE sign nothing: they need an RSA key
            if word == "good" and m.host.kind in ("no-fs", "tls10", "tls11"):
                word = "rsa"
            ca.make(cert_file(m), (m.name,), word)
    fine = [p.name for p in policies if p.kind not in ("wrong-cert",
                                                       "expired-cert")]
    for i in range(0, len(fine), 60):
        ca.leaf(f"web-{i // 60}", tuple(fine[i:i + 60]))
    for p in policies:
        if p.kind in ("wrong-cert", "expired-cert"):
            ca.make("web-" + p.kind, (p.name,),
                    {"wrong-cert": "wrong-name"}.get(p.kind, "expired"))
    if bulk_hosts:
        ca.leaf("bulk", tuple(bulk_hosts))
    ca.leaf("next", ("next.com.test",))     # a key that no host uses yet
    root = (folder / "root.crt").read_text()
    (folder / "ca.pem").write_text(root)
    return ca


def web_cert(policies, policy):
    if policy.kind in ("wrong-cert", "expired-cert"):
        return "web-" + policy.kind
    fine = [p.name for p in policies if p.kind not in ("wrong-cert",
                                                       "expired-cert")]
    return f"web-{fine.index(policy.name) // 60}"


def dkim_keys(folder):
    """Make the DKIM keys; returns {word: text of the TXT record}."""
    folder.mkdir(parents=True, exist_ok=True)

    def public(word, *how):
        path = str(folder / (word + ".key"))
        openssl("genpkey", *how, "-out", path)
        return openssl("pkey", "-in", path, "-pubout", "-outform", "DER")

    out = {}
    for word, bits in (("rsa2048-a", 2048), ("rsa2048-b", 2048),
                       ("rsa1024", 1024), ("rsa512", 512),
                       ("rsa4104", 4104)):
        der = public(word, "-algorithm", "RSA", "-pkeyopt",
                     f"rsa_keygen_bits:{bits}")
        out[word] = "v=DKIM1; k=rsa; p=" + base64.b64encode(der).decode()
    raw = public("ed25519", "-algorithm", "ED25519")[-32:]
    out["ed25519"] = "v=DKIM1; k=ed25519; p=" + base64.b64encode(raw).decode()
    out["revoked"] = "v=DKIM1; p="
    out["testing"] = out["rsa2048-a"].replace("k=rsa;", "k=rsa; t=y;")
    out["sha1"] = out["rsa2048-a"].replace("k=rsa;", "h=sha1; k=rsa;")
    out["strict"] = out["rsa2048-a"].replace("k=rsa;", "k=rsa; t=s;")
    out["tlsrpt"] = out["rsa2048-a"].replace("k=rsa;", "k=rsa; s=tlsrpt;")
    out["old-tag"] = out["rsa2048-a"].replace("k=rsa;", "g=; k=rsa;")
    out["cut"] = out["rsa2048-a"][:255]     # its second string is missing
    out["other"] = "not a key"
    out["bad"] = "v=DKIM1; k=rsa; p=this*is*no*base64"
    return out

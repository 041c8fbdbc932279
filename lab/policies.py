"""MTA-STS policy files and the nginx servers that hand them out.

    enforce testing none      right policies of that mode
    unused                    lists a host besides that nobody uses
    wildcard                  lists any host of the vendor's
    mx-mismatch               lists a host that is not an MX of the domain
    syntax                    lines that are no fields, and no mode
    short                     max_age of an hour
    404 redirect html         what the server answers instead
    too-large                 over 64 KiB, with a Content-Length
    too-large-chunked         the same without
    slow                      an octet at a time
    silent refused            nothing answers
    reset                     the connection is reset at the client's hello
    wrong-cert expired-cert   a certificate that must not be accepted
"""
import bulk
import certs
import plan
from setups import ESTATE

PATH = ".well-known/mta-sts.txt"


def text(policy, names):
    mode = policy.kind if policy.kind in ("testing", "none") else "enforce"
    if policy.kind == "syntax":
        return "version: STSv1\r\nmode enforce\r\nmx: \r\nmax_age: never\r\n"
    if policy.kind == "mx-mismatch":
        names = ["mx.elsewhere.com.test"]
    if policy.kind == "unused":
        names = [*names, "mx.old.com.test"]
    if policy.kind == "wildcard":
        names = ["*.mail.com.test"]
    age = 3600 if policy.kind == "short" else 1209600
    out = f"version: STSv1\r\nmode: {mode}\r\n"
    if mode != "none":
        out += "".join(f"mx: {n}\r\n" for n in names)
    out += f"max_age: {age}\r\n"
    if policy.kind.startswith("too-large"):
        out += "".join(f"mx: mx{i}.filler.com.test\r\n" for i in range(4000))
    if policy.kind == "slow":
        out += "".join(f"x-filler-{i}: slow\r\n" for i in range(200))
    return out


def write_all(folder):
    """The policy files, as FOLDER/DOMAIN/.well-known/mta-sts.txt."""
    setups = {s.domain: s for s in ESTATE}
    for p in plan.policy_hosts():
        put(folder / p.domain, text(p, plan.policy_mx(setups[p.domain])))
    put(folder / "bulk", bulk.POLICY)


def put(folder, body):
    path = folder / PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body.encode())


SPECIAL = {
    "404": "return 404;",
    "redirect": "return 302 https://mta-sts.good.gov.test/" + PATH + ";",
    "html": "default_type text/html;",
    "too-large-chunked": "ssi on; ssi_types *; default_type text/plain;",
    "slow": "limit_rate 20; default_type text/plain;",
}


def server(address, name, cert, root, tls, body):
    return (f"  server {{\n    listen {address}:443 ssl;\n"
            f"    server_name {name};\n"
            f"    ssl_certificate {tls}/{cert}.crt;\n"
            f"    ssl_certificate_key {tls}/{cert}.key;\n"
            f"    root {root};\n    location / {{ {body} }}\n  }}\n")


def nginx_servers(lab):
    """The server blocks of the HTTPS part of nginx.conf."""
    policies, out = plan.policy_hosts(), ""
    for p in policies:
        if p.kind in ("silent", "refused", "reset"):
            continue
        body = SPECIAL.get(p.kind, "default_type text/plain;")
        out += server(p.v4, p.name, certs.web_cert(policies, p),
                      lab / "www" / p.domain, lab / "tls", body)
    return out + server(plan.WEB, r"~^mta-sts\.bulk\d+\.bulk\.test$", "bulk",
                        lab / "www" / "bulk", lab / "tls",
                        "default_type text/plain;")

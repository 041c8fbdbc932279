"""The peer of tools/spf-diff: Debian's python3-spf, as it is and mended.

Each mend names one deviation of the peer from RFC 7208, and replaces a few
words of its source.  The source stays where the package put it.
"""
import collections
import importlib.util
import ipaddress
import itertools
import sys
import types

RECEIVER = 'receiver.example'
DEFAULT = 'SPF fail - not authorized'   # the peer's word for no explanation
MOST_TOGETHER = 3

# parts: pairs of what stands there (once) and what shall.
Mend = collections.namedtuple('Mend', 'name words parts')

MENDS = (
    Mend('redirect-counted-early', 'a redirect costs a lookup where it is '
         'reached, not where it is read (4.6.4)', (
             ("                self.check_lookups()\n                redirect =",
              "                redirect ="),
             ("            if redirect:\n                #Catch",
              "            if redirect:\n"
              "                self.check_lookups()\n                #Catch"))),
    Mend('include-of-itself', 'an include of the domain itself is no syntax '
         'error (5.2)', (
             ("                    if mech != 'include':\n"
              "                        raise PermError('include has trivial "
              "recursion', mech)\n                    raise",
              "                    if ':' not in mech:\n"
              "                        raise"),)),
    Mend('modifier-case', 'names of modifiers have no case (4.6.1)', (
        ("            mod,arg = m\n",
         "            mod,arg = m[0].lower(), m[1]\n"),)),
    Mend('modifier-twice', 'only redirect and exp may not stand twice (6)', (
        ("            modifiers.append(mod)",
         "            modifiers += [mod] * (mod in ('exp', 'redirect'))"),)),
    Mend('void-queries', 'terms that find nothing are counted, not queries, '
         'and those of %{p} never (4.6.4)', (
             ("        if not result and not ignore_void:\n",
              "        if not result and not ignore_void and not self.is_void:\n"
              "            self.is_void = True\n"),
             ("        self.void_lookups = 0\n        # strict can",
              "        self.void_lookups = 0\n        self.is_void = False\n"
              "        # strict can"),
             ("        self.lookups = self.lookups + 1\n",
              "        self.lookups = self.lookups + 1\n"
              "        self.is_void = False\n"),
             ("            p = self.validated_ptrs()\n",
              "            kept, self.is_void = self.is_void, True\n"
              "            p = self.validated_ptrs()\n"
              "            self.is_void = kept\n"))),
    Mend('ptr-error', 'an error of DNS is none of ptr (5.5)', (
        ("        return [p for p in self.dns_ptr(self.i)[:max]\n"
         "            if self.cidrmatch(self.dns_a(p,self.A),cidrlength)]",
         "        return [p for p in self.calm(self.dns_ptr, self.i)[:max]\n"
         "            if self.cidrmatch(self.calm(self.dns_a, p, self.A),"
         "cidrlength)]"),
        ("    def dns_ptr(self, i):",
         "    def calm(self, find, *args):\n"
         "        try:\n"
         "            return find(*args)\n"
         "        except TempError:\n"
         "            return []\n\n"
         "    def dns_ptr(self, i):"))),
    Mend('mx-in-turn', 'an exchange that matches ends the search (5.4)', (
        ("                if self.cidrmatch(self.dns_mx(arg), cidrlength):",
         "                if any(self.cidrmatch([a], cidrlength)\n"
         "                       for a in self.dns_mx(arg)):"),
        ("        return [a for mx in mxnames[:max] for a in self.dns_a(mx[1],"
         "self.A)]",
         "        return (a for mx in mxnames[:max] for a in self.dns_a(mx[1],"
         "self.A))"))),
    Mend('p-of-first-domain', 'the name that %{p} takes depends on <domain> '
         '(7.3)', (
             ("        if not self.p:\n", "        if True:\n"),)),
    Mend('p-is-free', 'the PTR query of %{p} counts as a lookup (4.6.4)', (
        ("        for mech, m, arg, cidrlength, result in mechs:\n",
         "        for mech, m, arg, cidrlength, result in mechs:\n"
         "            if m not in ('all', 'ip4', 'ip6') and uses_p(mech):\n"
         "                self.check_lookups()\n"),
        ("                redirect = self.expand_domain(arg)\n",
         "                redirect_p = uses_p(arg)\n"
         "                redirect = self.expand_domain(arg)\n"),
        ("                redirect_record =",
         "                if redirect_p:\n"
         "                    self.check_lookups()\n"
         "                redirect_record ="),
        ("def expand_one(expansion, str, joiner):",
         "def uses_p(spec):\n"
         "    return any(m.group().lower().startswith('%{p')\n"
         "               for m in RE_CHAR.finditer(spec))\n\n"
         "def expand_one(expansion, str, joiner):"))),
    Mend('joiner', 'parts are joined by dots, whatever parted them (7.3)', (
        ("JOINERS.get(letter))", "'.')"),)),
    Mend('macro-grammar', 'a macro is spelt as 7.1 says, and "%%" may stand at '
         'the end', (
             (r"re.compile(r'(?<!%)%[^{%_-]|%$')",
              r"re.compile(r'^(?!(?:[^%]|%[%_-]|%\{[slodipvhcrt](?!0+[^0-9])'"
              r"r'[0-9]*r?[.+,/_=-]*\})*\Z)', re.I)"),)),
    Mend('octets', 'a term is made of visible characters (7.1)', (
        ("        spf = [mech for mech in spf[1:] if mech]\n",
         "        spf = [mech for mech in spf[1:] if mech]\n"
         "        if not all('!' <= c <= '~' for term in spf for c in term):\n"
         "            raise PermError('not a visible character')\n"),)),
    Mend('explanation-octets', 'an explanation is made of visible characters '
         'and spaces (6.2)', (
             ("                if len(a) == 1:\n                    return str(",
              "                if len(a) == 1 and all(\n"
              "                        32 <= c < 127 for c in a[0]):\n"
              "                    return str("),)),
    Mend('explanation-cut', 'only a name is cut to 253 octets (7.3)', (
        ("        if result.count('.') != 0:",
         "        if stripdot and result.count('.') != 0:"),)),
    Mend('value-grammar', 'the value of an unknown modifier is a macro-string '
         '(6)', (
             ("                # default modifier is obsolete\n",
              "                self.expand(arg)\n"),
             ("                if not recursion:\n"
              "                    for v in arg.split",
              "                self.expand(arg)\n"
              "                if not recursion:\n"
              "                    for v in arg.split"))),
    Mend('no-local-part', 'without a local-part it is "postmaster", in %{s} '
         'too (4.3)', (
             ("        self.l, self.o = split_email(s, h)\n",
              "        self.l, self.o = split_email(s, h)\n"
              "        self.s = self.l + '@' + self.o\n"),)),
    Mend('cut-once', 'labels go until 253 octets are left, not only one (7.3)',
         (("            if len(result) > 253:",
           "            while len(result) > 253 and '.' in result:"),)),
)


def reverse_name(ip):
    return ipaddress.ip_address(ip).reverse_pointer


def source_read():
    spec = importlib.util.find_spec('spf')
    if spec is None:
        sys.exit('spf-diff: there is no python3-spf (make dev-deps)')
    with open(spec.origin, encoding='utf-8') as f:
        return f.read()


class Peers:
    """The peer with each set of mends that was asked for."""

    def __init__(self):
        self.source = source_read()
        self.modules = {}
        for m in MENDS:
            for old, _ in m.parts:
                if self.source.count(old) != 1:
                    sys.exit(f'spf-diff: another version of the peer: '
                             f'{m.name}: {old!r} {self.source.count(old)}')

    @staticmethod
    def sets():
        """Sets of mends to try, the least ones first."""
        names = [m.name for m in MENDS]
        for n in range(1, MOST_TOGETHER + 1):
            yield from itertools.combinations(names, n)
        yield tuple(names)

    def module(self, names):
        if names not in self.modules:
            text = self.source
            for m in MENDS:
                for old, new in m.parts if m.name in names else ():
                    text = text.replace(old, new)
            module = types.ModuleType('spf_peer_mended')
            exec(compile(text, 'spf.py', 'exec'), module.__dict__)
            self.modules[names] = module
        return self.modules[names]

    def check(self, names, world, case):
        """(result, explanation or None)"""
        module = self.module(names)
        module.DNSLookup = world.lookup(module.TempError)
        try:
            q = module.query(i=case.ip, s=case.sender, h=case.helo,
                             receiver=RECEIVER, querytime=0)
            q.t = '0'
            result, _, text = q.check()
        except Exception as e:  # the peer's own fault is a result, too
            return f'crash: {type(e).__name__}: {e}', None
        return result, text if result == 'fail' and text != DEFAULT else None

"""Writes small databases of addresses in the MaxMind DB format, version 2.0.

make({'192.0.2.0/24': {...}}) gives the octets.  Records are dicts, lists, texts,
booleans and ints (below 2^32: uint32, above: uint64).
"""
import ipaddress

MARKER = b'\xab\xcd\xefMaxMind.com'
TEXT, UINT16, UINT32, MAP, UINT64, ARRAY, BOOLEAN = 2, 5, 6, 7, 9, 11, 14


def control(kind, size):
    """Type and size: the type above 7 and the size above 28 in further octets."""
    first, more = (kind, b'') if kind < 8 else (0, bytes([kind - 7]))
    if size < 29:
        return bytes([first << 5 | size]) + more
    if size < 29 + 256:
        return bytes([first << 5 | 29]) + more + bytes([size - 29])
    assert size < 285 + 65536
    return bytes([first << 5 | 30]) + more + (size - 285).to_bytes(2, 'big')


def number(kind, n):
    octets = n.to_bytes((n.bit_length() + 7) // 8, 'big')
    return control(kind, len(octets)) + octets


def value(v):
    if isinstance(v, bool):
        return control(BOOLEAN, int(v))
    if isinstance(v, int):
        return number(UINT32 if v < 2**32 else UINT64, v)
    if isinstance(v, (str, bytes)):
        octets = v.encode('utf-8') if isinstance(v, str) else v
        return control(TEXT, len(octets)) + octets
    if isinstance(v, dict):
        return control(MAP, len(v)) + b''.join(
            value(k) + value(x) for k, x in v.items())
    return control(ARRAY, len(v)) + b''.join(value(x) for x in v)


def bits(prefix, version):
    """The path of a prefix; IPv4 lies in ::/96 of a tree of IPv6."""
    net = ipaddress.ip_network(prefix)
    length, n = net.max_prefixlen, int(net.network_address)
    path = [n >> (length - 1 - i) & 1 for i in range(net.prefixlen)]
    return [0] * 96 + path if version == 6 and net.version == 4 else path


def make(records, version=6, kind='Test-ASN', record_size=24):
    nodes, data, at = [[None, None]], b'', {}
    for prefix, record in records.items():
        octets = value(record)
        if octets not in at:
            at[octets] = len(data)
            data += octets
        node, path = 0, bits(prefix, version)
        for bit in path[:-1]:
            if not isinstance(nodes[node][bit], int):
                nodes.append([None, None])
                nodes[node][bit] = len(nodes) - 1
            node = nodes[node][bit]
        nodes[node][path[-1]] = ('data', at[octets])
    tree = b''
    for pair in nodes:
        for x in pair:
            n = len(nodes) if x is None else x if isinstance(x, int) \
                else len(nodes) + 16 + x[1]
            tree += n.to_bytes(record_size // 8, 'big')
    head = control(MAP, 9)
    for key, v in (('node_count', number(UINT32, len(nodes))),
                   ('record_size', number(UINT16, record_size)),
                   ('ip_version', number(UINT16, version)),
                   ('database_type', value(kind)),
                   ('languages', value(['en'])),
                   ('binary_format_major_version', number(UINT16, 2)),
                   ('binary_format_minor_version', number(UINT16, 0)),
                   ('build_epoch', number(UINT64, 1795600000)),
                   ('description', value({'en': 'made for a test'}))):
        head += value(key) + v
    return tree + bytes(16) + data + MARKER + head

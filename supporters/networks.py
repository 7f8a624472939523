"""The network of an IP address: the unit by which visitors are counted."""

import ipaddress

UNKNOWN = "unknown"
SITE_BITS = 48


def network_of(address: str, *, ipv4_bits: int = 24, ipv6_bits: int = 56) -> str:
    """Return the network of an address: a /24 of IPv4 or a /56 of IPv6, unless told otherwise.

    The address may be that of a network, with its length.

    A customer of a provider has a whole /64 or /56 of IPv6 addresses (RFC 6177). An IPv4 address
    written as IPv6 (RFC 4291 section 2.5.5.2) counts as IPv4.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("/")[0].strip())
    except ValueError:
        return UNKNOWN
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    length = ipv4_bits if parsed.version == 4 else ipv6_bits
    host_bits = parsed.max_prefixlen - length
    return f"{type(parsed)(int(parsed) >> host_bits << host_bits)}/{length}"


def site_of(network: str) -> str | None:
    """Return the /48 of an IPv6 network: the size that a site gets. IPv4 has no such thing."""
    if ":" not in network:
        return None
    parsed = ipaddress.IPv6Network(network)
    return str(parsed.supernet(new_prefix=SITE_BITS)) if parsed.prefixlen > SITE_BITS else network


def is_private(address: str) -> bool:
    """Tell whether an address is one that strangers can't reach: of this machine, or private."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return (parsed.is_private or parsed.is_loopback) and not parsed.is_unspecified

"""Tells public IP addresses from those of private networks and of this machine (REQ-129)."""

import ipaddress

PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")
# Python calls these global; what they lead to may be in a private network.
LEADS_ELSEWHERE = [
    *map(ipaddress.ip_network, ("192.88.99.0/24", "2002::/16", "2001::/23", "3fff::/20")),
]


def is_public(address: str) -> bool:
    """Tell whether an IP address is one that everybody can reach. False for anything else.

    An IPv4 address written as IPv6 is judged as IPv4.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if parsed.version == 6 and parsed not in PUBLIC_IPV6:
        return False
    is_special = parsed.is_multicast or parsed.is_reserved
    return parsed.is_global and not is_special and not any(parsed in net for net in LEADS_ELSEWHERE)

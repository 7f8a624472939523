"""Tells this machine from others by a host name or an IP address."""

import ipaddress


def is_this_machine(host: str) -> bool:
    """Tell whether a host name or address is the loopback of this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

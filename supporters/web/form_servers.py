"""The servers of the party that send the form for their visitors (SUPPORTERS_FORM_SERVERS).

Such a server names its visitor in a header, and the limits count the visitor's network. Anybody
else can write the header too, so it is read from these networks only.
"""

import ipaddress

from flask import Flask, abort, request

from supporters.extensions import current_settings
from supporters.networks import UNKNOWN, network_of
from supporters.web.program_answers import PROGRAMS

VISITOR = "Supporters-Visitor"  # an address or a network: 198.51.100.0/24


def is_sent_by_our_server() -> bool:
    """Tell whether a server of the party sends this request."""
    servers = current_settings().form_servers
    if not servers or not request.path.startswith(PROGRAMS):
        return False
    try:
        sender = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    sender = getattr(sender, "ipv4_mapped", None) or sender
    return any(sender in each for each in servers)


def find_visitor() -> str:
    """Return the visitor's address: that of the connection, or the address or network named."""
    named = request.headers.get(VISITOR, "")
    if named and is_sent_by_our_server():
        return named
    return request.remote_addr or ""


def init_app(app: Flask) -> None:
    """Refuse a header of our servers that can't be read: it would count all visitors as one."""

    @app.before_request
    def refuse_unreadable_visitor() -> None:
        if VISITOR in request.headers and network_of(find_visitor()) == UNKNOWN:
            abort(400)

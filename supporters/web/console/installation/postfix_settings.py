"""The settings of a Postfix relay for the large French providers: shown, and to download."""

from supporters.people.domain_groups import DOMAINS, DomainGroup

_MASTER = """# /etc/postfix/master.cf
slow      unix  -       -       n       -       -       smtp

# /etc/postfix/main.cf
transport_maps = hash:/etc/postfix/transport
slow_initial_destination_concurrency = 1
slow_destination_concurrency_limit = 2
slow_destination_recipient_limit = 20

# /etc/postfix/transport, then: postmap /etc/postfix/transport && postfix reload
"""
_SLOW = (DomainGroup.ORANGE, DomainGroup.SFR, DomainGroup.FREE, DomainGroup.LA_POSTE)
# The domains of a provider share its queue, and so its connections.
_TRANSPORT = "".join(
    f"{domain:<20} slow:{DOMAINS[group][0]}\n" for group in _SLOW for domain in DOMAINS[group]
)
POSTFIX_SETTINGS = _MASTER + _TRANSPORT

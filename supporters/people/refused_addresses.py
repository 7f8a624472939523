"""Tells which addresses get no email, although they are written correctly (REQ-116).

The page answers for them as for all others: a person who types one learns nothing of another.
"""

from disposable_email_domains import blocklist

from supporters.people.addresses import Address

# Addresses that run a mail system (RFC 2142) or that nobody reads. A shop's "contact" or a
# mayor's "info" has readers who may sign up.
ROLES = frozenset(
    (
        *("abuse", "postmaster", "hostmaster", "mailer-daemon", "noc", "security", "root"),
        *("usenet", "uucp", "listserv", "majordomo", "nobody", "devnull", "null", "spam"),
        *("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "do_not_reply"),
        *("ne-pas-repondre", "nepasrepondre", "bounce", "bounces", "daemon"),
    )
)


def is_of_a_role(address: Address) -> bool:
    """Tell whether an address belongs to a mail system, or to nobody."""
    return address.key.rpartition("@")[0].partition("+")[0] in ROLES


def is_disposable(address: Address) -> bool:
    """Tell whether the domain of an address, or one above it, gives addresses for minutes."""
    labels = address.key.rpartition("@")[2].split(".")
    return any(".".join(labels[start:]) in blocklist for start in range(len(labels) - 1))

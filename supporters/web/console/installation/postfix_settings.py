"""The settings of a Postfix relay for the large French providers: shown, and to download."""

# The providers of one line share their queue, and so their connections.
_PROVIDERS = (
    ("orange.fr", ("wanadoo.fr", "voila.fr")),
    ("sfr.fr", ("neuf.fr", "cegetel.net", "club-internet.fr", "numericable.fr")),
    ("free.fr", ("aliceadsl.fr", "libertysurf.fr", "online.fr")),
    ("laposte.net", ()),
)
_MASTER = """# /etc/postfix/master.cf
slow      unix  -       -       n       -       -       smtp

# /etc/postfix/main.cf
transport_maps = hash:/etc/postfix/transport
slow_initial_destination_concurrency = 1
slow_destination_concurrency_limit = 2
slow_destination_recipient_limit = 20

# /etc/postfix/transport, then: postmap /etc/postfix/transport && postfix reload
"""
_TRANSPORT = "".join(
    f"{domain:<20} slow:{first}\n" for first, others in _PROVIDERS for domain in (first, *others)
)
POSTFIX_SETTINGS = _MASTER + _TRANSPORT

"""The domains where anybody can have a mailbox: two addresses there are two people.

These are the most used ones in France, each with its other names. Every other domain counts as one
organisation: the disputes of its people count as one.
"""

MAILBOX_PROVIDERS = frozenset(
    (
        *("gmail.com", "googlemail.com"),
        *("outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr", "live.com", "live.fr"),
        *("msn.com", "windowslive.com"),
        *("yahoo.com", "yahoo.fr", "ymail.com", "aol.com", "aol.fr"),
        *("icloud.com", "me.com", "mac.com"),
        *("orange.fr", "wanadoo.fr", "voila.fr"),
        *("free.fr", "aliceadsl.fr", "libertysurf.fr", "online.fr"),
        *("sfr.fr", "neuf.fr", "cegetel.net", "club-internet.fr", "numericable.fr"),
        *("bbox.fr", "laposte.net", "gmx.fr", "gmx.com", "gmx.net", "gmx.de", "web.de"),
        *("protonmail.com", "proton.me", "pm.me", "tutanota.com", "mailo.com"),
        *("yahoo.co.uk", "hotmail.co.uk", "skynet.be", "bluewin.ch", "mail.com"),
    )
)

"""The domains where anybody can have a mailbox: two addresses there are two people.

These are the most used ones in France, each with its other names. Every other domain counts as one
organisation: the disputes of its people count as one.
"""

from typing import NamedTuple

from supporters.people.domain_groups import DOMAINS, DomainGroup, domain_of

# In the order of their use: of two that are as near to a mistyped domain, the first is suggested.
COMMON_PROVIDERS = (
    *("gmail.com", "orange.fr", "hotmail.fr", "hotmail.com", "yahoo.fr", "free.fr", "outlook.fr"),
    *("outlook.com", "wanadoo.fr", "laposte.net", "icloud.com", "sfr.fr", "live.fr", "yahoo.com"),
    *("live.com", "neuf.fr", "bbox.fr", "protonmail.com", "proton.me", "me.com", "mac.com"),
    *("msn.com", "gmx.fr", "gmx.com", "aol.com", "aol.fr", "googlemail.com", "windowslive.com"),
    *("ymail.com", "voila.fr", "aliceadsl.fr", "libertysurf.fr", "online.fr", "cegetel.net"),
    *("club-internet.fr", "numericable.fr", "gmx.net", "gmx.de", "web.de", "pm.me"),
    *("tutanota.com", "mailo.com", "yahoo.co.uk", "hotmail.co.uk", "skynet.be", "bluewin.ch"),
    "mail.com",
)
MAILBOX_PROVIDERS = frozenset(COMMON_PROVIDERS)
# Domains with mailboxes that look like a mistyped provider, and are none.
REAL_NEIGHBOURS = frozenset(
    (
        *("email.com", "rocketmail.com", "fastmail.com", "fastmail.fm", "hushmail.com"),
        *("mail.fr", "email.fr", "mail.ru", "mail.de", "mail.be", "inbox.com", "zmail.com"),
        *("gmx.at", "gmx.ch", "gmx.us", "gmx.eu", "tuta.com", "tuta.io", "tutamail.com"),
        *("protonmail.ch", "mailo.fr", "netc.fr", "live.be", "live.it", "live.nl", "live.ca"),
        *("line.fr", "orange.net", "freenet.de", "free.com", "firemail.de", "hey.com"),
        *("yahoo.de", "yahoo.es", "yahoo.it", "yahoo.ca", "yahoo.in", "yahoo.co.jp"),
        *("hotmail.be", "hotmail.ch", "hotmail.de", "hotmail.es", "hotmail.it", "hotmail.nl"),
        *("yopmail.com", "yopmail.fr", "mozmail.com", "dbmail.com", "wanadoo.es", "wanadoo.nl"),
        *("outlook.be", "outlook.de", "outlook.es", "outlook.it", "outlook.pt", "aol.de"),
    )
)


class Webmail(NamedTuple):
    """The web page where people of a domain read their emails."""

    name: str
    url: str


_WEBMAILS = {
    Webmail("Gmail", "https://mail.google.com/"): DOMAINS[DomainGroup.GOOGLE],
    Webmail("Orange", "https://messagerie.orange.fr/"): DOMAINS[DomainGroup.ORANGE],
    Webmail("Outlook", "https://outlook.live.com/mail/"): DOMAINS[DomainGroup.MICROSOFT],
    Webmail("Yahoo", "https://mail.yahoo.com/"): DOMAINS[DomainGroup.YAHOO],
    Webmail("Free", "https://webmail.free.fr/"): DOMAINS[DomainGroup.FREE],
    Webmail("SFR", "https://webmail.sfr.fr/"): DOMAINS[DomainGroup.SFR],
    Webmail("La Poste", "https://www.laposte.net/accueil"): DOMAINS[DomainGroup.LA_POSTE],
    Webmail("Bbox", "https://www.mail.bbox.fr/"): DOMAINS[DomainGroup.BOUYGUES],
    Webmail("iCloud", "https://www.icloud.com/mail"): DOMAINS[DomainGroup.APPLE],
    Webmail("Proton", "https://mail.proton.me/"): DOMAINS[DomainGroup.PROTON],
    Webmail("GMX", "https://www.gmx.fr/"): ("gmx.fr",),
    Webmail("GMX", "https://www.gmx.com/"): ("gmx.com", "gmx.us"),
    Webmail("GMX", "https://www.gmx.net/"): ("gmx.net", "gmx.de", "gmx.at", "gmx.ch"),
    # Behind Yahoo, which receives for them: the later entry counts.
    Webmail("AOL", "https://mail.aol.com/"): ("aol.com", "aol.fr", "aol.de"),
    Webmail("Zoho", "https://mail.zoho.com/"): ("zoho.com", "zohomail.com"),
    Webmail("Zoho", "https://mail.zoho.eu/"): ("zoho.eu", "zohomail.eu"),
    Webmail("Yandex", "https://mail.yandex.com/"): ("yandex.com", "yandex.ru"),
    Webmail("WEB.DE", "https://web.de/"): ("web.de",),
    Webmail("Libero", "https://mail.libero.it/"): DOMAINS[DomainGroup.LIBERO],
    Webmail("Fastmail", "https://app.fastmail.com/"): ("fastmail.com", "fastmail.fm"),
    Webmail("Mailo", "https://www.mailo.com/"): ("mailo.com", "mailo.fr", "netc.fr"),
    Webmail("Tuta", "https://app.tuta.com/"): (
        *("tuta.com", "tuta.io", "tutanota.com", "tutamail.com"),
    ),
    Webmail("mail.com", "https://www.mail.com/"): ("mail.com", "email.com"),
}
_WEBMAIL_OF = {domain: webmail for webmail, domains in _WEBMAILS.items() for domain in domains}


def find_webmail(address: str) -> Webmail | None:
    """Return the web page where an address reads its emails, if it is a well-known one."""
    return _WEBMAIL_OF.get(domain_of(address))

"""The groups of domains that one provider receives for: each has a pace of its own (REQ-83).

They are lists of domains. Nobody asks the DNS: an organisation whose mailboxes are at Google or
Microsoft under its own domain counts as none of them.
"""

from enum import StrEnum


class DomainGroup(StrEnum):
    """A provider that receives for some domains; EVERYBODY stands for all people together."""

    EVERYBODY = "everybody"
    ORANGE = "orange"
    FREE = "free"
    SFR = "sfr"
    LA_POSTE = "la_poste"
    BOUYGUES = "bouygues"
    GOOGLE = "google"
    MICROSOFT = "microsoft"
    YAHOO = "yahoo"
    APPLE = "apple"
    PROTON = "proton"
    GMX = "gmx"
    T_ONLINE = "t_online"
    LIBERO = "libero"


DOMAINS = {
    DomainGroup.ORANGE: ("orange.fr", "wanadoo.fr", "voila.fr"),
    DomainGroup.FREE: (
        *("free.fr", "aliceadsl.fr", "libertysurf.fr", "online.fr", "freesbee.fr"),
        *("infonie.fr", "worldonline.fr"),
    ),
    DomainGroup.SFR: (
        *("sfr.fr", "neuf.fr", "cegetel.net", "club-internet.fr", "numericable.fr"),
        "noos.fr",
    ),
    DomainGroup.LA_POSTE: ("laposte.net",),
    DomainGroup.BOUYGUES: ("bbox.fr",),
    DomainGroup.GOOGLE: ("gmail.com", "googlemail.com"),
    DomainGroup.MICROSOFT: (
        *("outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr", "live.com", "live.fr"),
        *("msn.com", "windowslive.com", "hotmail.co.uk", "hotmail.be", "hotmail.de", "hotmail.es"),
        *("hotmail.it", "hotmail.ch", "live.be", "live.it", "outlook.be", "outlook.de"),
        *("outlook.es", "outlook.it"),
    ),
    DomainGroup.YAHOO: (
        *("yahoo.com", "yahoo.fr", "yahoo.co.uk", "yahoo.de", "yahoo.es", "yahoo.it"),
        *("ymail.com", "rocketmail.com", "aol.com", "aol.fr", "aol.de"),
    ),
    DomainGroup.APPLE: ("icloud.com", "me.com", "mac.com"),
    DomainGroup.PROTON: ("proton.me", "protonmail.com", "protonmail.ch", "pm.me"),
    DomainGroup.GMX: (
        *("gmx.fr", "gmx.com", "gmx.net", "gmx.de", "gmx.at", "gmx.ch", "web.de"),
        *("mail.com", "email.com"),
    ),
    DomainGroup.T_ONLINE: ("t-online.de", "magenta.de"),
    DomainGroup.LIBERO: ("libero.it", "virgilio.it", "iol.it", "inwind.it"),
}
_GROUP_OF = {domain: group for group, domains in DOMAINS.items() for domain in domains}


def domain_of(address: str) -> str:
    """Return the domain of an address."""
    return address.rpartition("@")[2].lower()


def group_of(address: str) -> DomainGroup | None:
    """Return the group of an address or a domain; None for all other domains."""
    return _GROUP_OF.get(domain_of(address))

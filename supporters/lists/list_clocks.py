"""The clock by which the meetings of a list begin: the party's, or that of a place overseas."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from supporters.lists.models import MailingList
from supporters.text.time_zones import PARTY_ZONE

OF_DEPARTEMENTS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
OVERSEAS_CODE_LENGTH = 3


def zone_of(mailing_list: MailingList | None) -> ZoneInfo:
    """Return the time zone of a list's meetings."""
    return ZoneInfo((mailing_list.time_zone if mailing_list else "") or PARTY_ZONE)


def zone_to_name(mailing_list: MailingList | None) -> str:
    """Return the zone that an email must name because it isn't the party's; or nothing."""
    return (mailing_list.time_zone if mailing_list else "") or ""


def default_zone(places: Iterable[str]) -> str:
    """Return the zone of places by their codes or postcodes; nothing for the party's, or several.

    Those overseas begin with the code of their département.
    """
    zones = {OF_DEPARTEMENTS.get(place[:OVERSEAS_CODE_LENGTH], "") for place in places}
    return zones.pop() if len(zones) == 1 else ""

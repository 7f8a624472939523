"""Weighs a message as readers get it: Gmail shows only the first 102 kB of its HTML.

The part that is cut off has the footer in it, with the link to unsubscribe.
"""

from math import ceil

from supporters.campaigns.content_doubts import Doubt, DoubtKind, find_doubts
from supporters.campaigns.models import Campaign
from supporters.delivery.previews import preview_campaign

KILOBYTE = 1024
GMAIL_CUTS_AT = 102 * KILOBYTE
NEARLY = 90 * KILOBYTE


def weigh(campaign: Campaign) -> int:
    """Return the octets of the HTML of a draft, its frame included; 0 if it can't be rendered."""
    if campaign.document is None:
        return 0
    return len(preview_campaign(campaign).html.encode())


def list_doubts(campaign: Campaign, weight: int | None = None) -> list[Doubt]:
    """Return the doubts about a draft: of its content, then of its weight."""
    weight = weigh(campaign) if weight is None else weight
    found = [*find_doubts(campaign)]
    if weight > NEARLY:
        kind = DoubtKind.TOO_HEAVY if weight > GMAIL_CUTS_AT else DoubtKind.NEARLY_TOO_HEAVY
        found.append(Doubt(kind, str(ceil(weight / KILOBYTE))))
    return found

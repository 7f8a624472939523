"""Weighs a message as readers get it: Gmail shows only the first 102 kB of its HTML.

The part that is cut off has the footer in it, with the link to unsubscribe.
"""

from math import ceil

from supporters.campaigns.content_doubts import Doubt, DoubtKind, find_doubts
from supporters.campaigns.document.stored_document import content_of, read_stored
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.delivery.message.previews import preview_campaign

KILOBYTE = 1024
GMAIL_CUTS_AT = 102 * KILOBYTE
NEARLY = 90 * KILOBYTE


def weigh(campaign: Campaign) -> int:
    """Return the octets of the HTML of a draft, its frame included; 0 if it can't be rendered."""
    return 0 if campaign.document is None else _weigh(campaign)


def is_too_heavy(campaign: Campaign) -> bool:
    """Tell whether Gmail would cut off the end of a message without mistakes, in any language."""
    return any(_weigh(each) > GMAIL_CUTS_AT for each in list_in_languages(campaign))


def _weigh(campaign: Campaign) -> int:
    return len(preview_campaign(campaign).html.encode())


def list_doubts(campaign: Campaign, weight: int | None = None) -> list[Doubt]:
    """Return the doubts about a draft: of its content, then of its weight, at its longest block."""
    weight = weigh(campaign) if weight is None else weight
    found = [*find_doubts(campaign)]
    if weight > NEARLY:
        kind = DoubtKind.TOO_HEAVY if weight > GMAIL_CUTS_AT else DoubtKind.NEARLY_TOO_HEAVY
        found.append(Doubt(kind, str(ceil(weight / KILOBYTE)), _find_longest_block(campaign)))
    return found


def _find_longest_block(campaign: Campaign) -> str | None:
    if campaign.document is None:
        return None
    blocks = read_stored(campaign.document).content
    longest = max(blocks, key=lambda block: len(content_of(block)), default=None)
    return longest.attrs.id if longest is not None else None

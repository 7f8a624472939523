"""Finds tracking in a campaign: an image or link that is different for each reader.

It renders the email for two made-up readers. Two links must differ: unsubscribe, and "why did I get
this". Any other difference could only serve to track the reader.
"""

from dataclasses import dataclass
from html.parser import HTMLParser

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.delivery.frozen_versions import read_campaign
from supporters.delivery.message.frozen_campaign import FrozenCampaign
from supporters.delivery.message.rendered_campaign import PreviewReader
from supporters.mail.links import link_to

ANY = "-"


@dataclass(frozen=True, kw_only=True)
class TrackingScan:
    """The images from other sites, the links, and how many of each differ between readers.

    An image of ours that is the same for everybody tells nobody who opened the email: its address
    is in no log.
    """

    images: int
    own_images: int
    links: int
    own_links: int


def scan_for_tracking(campaign: Campaign) -> TrackingScan:
    """Return the figures of the emails of a campaign, as it was sent."""
    compiled = read_campaign(campaign)
    first, second = (_read(compiled, number) for number in (1, 2))
    ours = link_to("public.picture", filename=ANY).removesuffix(ANY)
    needed = _needed_links(campaign.language)
    own_links = [each for each in first.links - second.links if not each.startswith(needed)]
    return TrackingScan(
        images=sum(not each.startswith(ours) for each in first.images),
        own_images=len(first.images - second.images),
        links=len(first.links),
        own_links=len(own_links),
    )


def _needed_links(language: str) -> tuple[str, str]:
    """Return the prefixes of the two links that may differ: unsubscribe and why."""
    leave = link_to("public.leave", token=ANY)
    why = link_to("public.why", lang_code=language, token=ANY)
    return leave.removesuffix(ANY), why.removesuffix(ANY)


class _Addresses(HTMLParser):
    """Collects the addresses of images and links."""

    def __init__(self) -> None:
        super().__init__()
        self.images: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "href":
                self.links.add(value or "")
            elif name in {"src", "srcset", "background"}:
                self.images.add(value or "")


def _read(compiled: FrozenCampaign, number: int) -> _Addresses:
    reader = PreviewReader(
        subscriber_id=number, given_name=f"Reader{number}", subscribed_at=clock.now()
    )
    addresses = _Addresses()
    addresses.feed(compiled.render(reader).html)
    return addresses

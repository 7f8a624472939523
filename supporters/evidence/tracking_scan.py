"""Looks in a campaign's mail for what would tell us who read it: each reader's own image or link.

The mail is written for two made-up readers. What differs between them but the two links that a
reader needs, to leave and to ask why, could only be there to follow them.
"""

from dataclasses import dataclass
from html.parser import HTMLParser

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.delivery.message.rendered_campaign import CompiledCampaign, Reader
from supporters.lists.models import MailingList
from supporters.mail.links import link_to

ANY = "-"


@dataclass(frozen=True, kw_only=True)
class Traces:
    """What is in a mail: images and links, and how many of each are a reader's own."""

    images: int
    own_images: int
    links: int
    own_links: int


def look_for_traces(campaign: Campaign, mailing_list: MailingList) -> Traces:
    """Return what the mails of a campaign have in them."""
    compiled = CompiledCampaign(campaign, mailing_list)
    first, second = (_read(compiled, number) for number in (1, 2))
    needed = _needed_links(campaign.language)
    own_links = [each for each in first.links - second.links if not each.startswith(needed)]
    return Traces(
        images=len(first.images),
        own_images=len(first.images - second.images),
        links=len(first.links),
        own_links=len(own_links),
    )


def _needed_links(language: str) -> tuple[str, str]:
    """Return how the links begin that each reader has of their own: to leave, and to ask why."""
    leave = link_to("public.leave", token=ANY)
    why = link_to("public.why", lang_code=language, token=ANY)
    return leave.removesuffix(ANY), why.removesuffix(ANY)


class _Addresses(HTMLParser):
    """Collects where images come from and where links lead."""

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


def _read(compiled: CompiledCampaign, number: int) -> _Addresses:
    reader = Reader(subscriber_id=number, given_name=f"Reader{number}", subscribed_at=clock.now())
    addresses = _Addresses()
    addresses.feed(compiled.render(reader).html)
    return addresses

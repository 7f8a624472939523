"""The campaigns around one: what else the same people get, before and after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_timedelta

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import find_last_launched, find_next_planned
from supporters.delivery.message.frozen_campaign import FrozenCampaign
from supporters.web.console.campaigns.plans import name_hour
from supporters.web.console.visibility import current_scope

SOON_AFTER_ANOTHER = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class OtherCampaign:
    """A campaign to the same list, before or after this one, and how far from now it is.

    `title` is empty if it also goes to lists that this account may not see.
    """

    id: int
    title: str
    when: str
    is_near: bool


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """The campaign before or after this one, if any, and the lists that it is the one of.

    `lists` is empty if it is that of all lists.
    """

    campaign: OtherCampaign | None
    is_next: bool
    lists: str

    @property
    def is_near(self) -> bool:
        """Whether the same people get both within a day."""
        return self.campaign is not None and self.campaign.is_near


def list_neighbours(campaign: Campaign, frozen: FrozenCampaign) -> list[Neighbour]:
    """Return the campaigns before and after this one, each once for all lists that get it."""
    now = clock.now()
    names: dict[tuple[bool, OtherCampaign | None], list[str]] = {}
    for each in frozen.lists:
        last = find_last_launched([each.id], but=campaign.id)
        following = find_next_planned([each.id], but=campaign.id, after=now)
        before = _describe_last(last, now) if last else None
        after = _describe_next(following, now) if following else None
        for key in ((False, before), (True, after)):
            names.setdefault(key, []).append(each.name)
    return [
        Neighbour(
            campaign=other,
            is_next=is_next,
            lists="" if len(its) == len(frozen.lists) else ", ".join(its),
        )
        for (is_next, other), its in names.items()
    ]


def _describe_last(campaign: Campaign, now: datetime) -> OtherCampaign:
    since = now - (campaign.launched_at or now)
    words = format_timedelta(-since, add_direction=True)
    return _describe_other(campaign, words, is_near=since < SOON_AFTER_ANOTHER)


def _describe_next(campaign: Campaign, now: datetime) -> OtherCampaign:
    until = (campaign.send_at or now) - now
    return _describe_other(campaign, name_hour(campaign), is_near=until < SOON_AFTER_ANOTHER)


def _describe_other(campaign: Campaign, when: str, *, is_near: bool) -> OtherCampaign:
    is_shown = current_scope().covers_all(campaign.list_ids)
    title = campaign.title if is_shown else ""
    return OtherCampaign(id=campaign.id, title=title, when=when, is_near=is_near)

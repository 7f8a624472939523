"""Reads of campaigns, and of the templates and pieces that they begin with."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from supporters.accounts.models import Organiser
from supporters.campaigns.campaign_lists import CampaignList
from supporters.campaigns.models import Campaign, CampaignStatus, TeamText, TextKind
from supporters.campaigns.states import FROZEN, STATUSES_OF_GROUPS, CampaignGroup
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.sending_times.bulk_mail import Silence, find_silence
from supporters.team.list_scopes import EVERY_LIST, ListScope, is_within

MOST_FOUND = 12
PAGE_SIZE, LAST_PAGE = 50, 10_000


class CampaignRow(NamedTuple):
    """A campaign with its list, and the account that changed it last, if it is still there."""

    campaign: Campaign
    mailing_list: MailingList
    author: Organiser | None


@dataclass(frozen=True, kw_only=True)
class CampaignPage:
    """A page of campaigns."""

    items: Sequence[CampaignRow]
    number: int
    has_next: bool


def find_campaign(campaign_id: int, *, for_update: bool = False) -> Campaign | None:
    """Return the campaign with this id; a locked one with its texts of now."""
    campaign = db.session.get(Campaign, campaign_id, with_for_update=for_update or None)
    if campaign is not None and for_update:
        db.session.expire(campaign, ["other_texts"])
    return campaign


def get_campaign(campaign_id: int) -> Campaign:
    """Return the campaign with this id. Raises sqlalchemy.exc.NoResultFound."""
    return db.session.get_one(Campaign, campaign_id)


def find_titles_of(campaign_ids: Collection[int]) -> Mapping[int, str]:
    """Return the titles of campaigns, by their ids."""
    columns = select(Campaign.id, Campaign.internal_name, Campaign.subject)
    rows = db.session.execute(columns.where(Campaign.id.in_(campaign_ids)))
    return {campaign_id: name or subject for campaign_id, name, subject in rows}


def find_lists_of(campaign_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """Return the ids of the lists of each campaign, the first list first."""
    rows = db.session.execute(
        select(Campaign.id, Campaign.mailing_list_id, CampaignList.mailing_list_id)
        .outerjoin(CampaignList, CampaignList.campaign_id == Campaign.id)
        .where(Campaign.id.in_(campaign_ids))
        .order_by(CampaignList.position)
    )
    found: dict[int, list[int]] = {}
    for campaign_id, *lists in rows:  # the second one is None for a draft without a list
        known = found.setdefault(campaign_id, [])
        known.extend(each for each in lists if each and each not in known)
    return found


def find_silence_of(campaign_id: int, at: datetime) -> Silence | None:
    """Return the silence in which a campaign can neither begin nor go on at a moment; or None."""
    lists = find_lists_of([campaign_id])
    return find_silence(lists[campaign_id], at) if lists else None


def list_purposes_of_campaign(campaign_id: int) -> Sequence[int]:
    """Return the ids of the purposes that a campaign is sent for, in the order of its lists."""
    return db.session.scalars(
        select(CampaignList.purpose_id)
        .where(CampaignList.campaign_id == campaign_id)
        .order_by(CampaignList.position)
    ).all()


def is_campaign_within(scope: ListScope) -> ColumnElement[bool]:
    """Return the condition that a scope covers all lists of a campaign, and its sender's."""
    if scope.list_ids is None:
        return true()
    other = CampaignList.mailing_list_id.not_in(scope.list_ids)
    beyond = exists().where(CampaignList.campaign_id == Campaign.id, other)
    return and_(is_within(Campaign.mailing_list_id, scope), ~beyond)


def list_campaigns(scope: ListScope = EVERY_LIST) -> Sequence[tuple[Campaign, MailingList]]:
    """Return the campaigns of a scope with their lists, newest first, without the trash."""
    not_trashed = Campaign.status != CampaignStatus.TRASHED
    rows = db.session.execute(_with_lists(scope).where(not_trashed).order_by(Campaign.id.desc()))
    return [(campaign, mailing_list) for campaign, mailing_list in rows]


def list_campaigns_page(
    group: CampaignGroup, *, words: str, number: int, scope: ListScope
) -> CampaignPage:
    """Return a page of the campaigns of a group with these words; the first page is 1.

    The one that was changed or launched last comes first.
    """
    number = min(max(number, 1), LAST_PAGE)
    rows = db.session.execute(
        _select_group(group, scope)
        .where(_is_about(words))
        .limit(PAGE_SIZE + 1)
        .offset(PAGE_SIZE * (number - 1))
    )
    found = [CampaignRow(*row) for row in rows]
    return CampaignPage(items=found[:PAGE_SIZE], number=number, has_next=len(found) > PAGE_SIZE)


def list_newest(group: CampaignGroup, at_most: int, scope: ListScope) -> list[CampaignRow]:
    """Return the campaigns of a group that were changed or launched last."""
    return [
        CampaignRow(*row) for row in db.session.execute(_select_group(group, scope).limit(at_most))
    ]


def _select_group(
    group: CampaignGroup, scope: ListScope
) -> Select[Campaign, MailingList, Organiser]:
    changed_at = func.coalesce(Campaign.launched_at, Campaign.updated_at)
    return (
        select(Campaign, MailingList, Organiser)
        .options(selectinload(Campaign.lists))
        .join(MailingList, MailingList.id == Campaign.mailing_list_id)
        .outerjoin(Organiser, Organiser.id == Campaign.updated_by)
        .where(
            is_campaign_within(scope),
            Campaign.status.in_(STATUSES_OF_GROUPS[group]),
        )
        .order_by(changed_at.desc(), Campaign.id.desc())
    )


def count_campaigns(scope: ListScope) -> Mapping[CampaignGroup, int]:
    """Return how many campaigns of a scope each group has."""
    rows = db.session.execute(
        select(Campaign.status, func.count())
        .where(is_campaign_within(scope))
        .group_by(Campaign.status)
    )
    counts = {status: int(number) for status, number in rows}
    return {
        group: sum(counts.get(status, 0) for status in statuses)
        for group, statuses in STATUSES_OF_GROUPS.items()
    }


def list_trashed(scope: ListScope = EVERY_LIST) -> Sequence[tuple[Campaign, MailingList]]:
    """Return the drafts in the trash with their lists, the last one that was put there first."""
    rows = db.session.execute(
        _with_lists(scope)
        .where(Campaign.status == CampaignStatus.TRASHED)
        .order_by(Campaign.trashed_at.desc(), Campaign.id.desc())
    )
    return [(campaign, mailing_list) for campaign, mailing_list in rows]


def _with_lists(scope: ListScope) -> Select[Campaign, MailingList]:
    return (
        select(Campaign, MailingList)
        .options(selectinload(Campaign.lists))
        .join(MailingList, MailingList.id == Campaign.mailing_list_id)
        .where(is_campaign_within(scope))
    )


def list_frozen_campaigns() -> Sequence[Campaign]:
    """Return the campaigns that wait for approval or for their launch, oldest first."""
    return db.session.scalars(
        select(Campaign).where(Campaign.status.in_(FROZEN)).order_by(Campaign.id)
    ).all()


def list_planned_campaigns(scope: ListScope = EVERY_LIST) -> Sequence[Campaign]:
    """Return the campaigns of a scope that leave at an hour, the earliest first."""
    return db.session.scalars(
        select(Campaign)
        .where(Campaign.status == CampaignStatus.SCHEDULED, is_campaign_within(scope))
        .order_by(Campaign.send_at, Campaign.id)
    ).all()


def find_last_launched(list_ids: Sequence[int], *, but: int) -> Campaign | None:
    """Return the campaign to one of these lists that was launched last, except this one."""
    return db.session.scalar(
        select(Campaign)
        .where(
            Campaign.lists.any(CampaignList.mailing_list_id.in_(list_ids)),
            Campaign.launched_at.is_not(None),
            Campaign.id != but,
        )
        .order_by(Campaign.launched_at.desc())
        .limit(1)
    )


def find_next_planned(list_ids: Sequence[int], *, but: int, after: datetime) -> Campaign | None:
    """Return the campaign to one of these lists that leaves next at an hour, except this one."""
    return db.session.scalar(
        select(Campaign)
        .where(
            Campaign.lists.any(CampaignList.mailing_list_id.in_(list_ids)),
            Campaign.status == CampaignStatus.SCHEDULED,
            Campaign.send_at > after,
            Campaign.id != but,
        )
        .order_by(Campaign.send_at, Campaign.id)
        .limit(1)
    )


def list_paused_campaigns() -> Sequence[Campaign]:
    """Return the paused campaigns, oldest first."""
    return db.session.scalars(
        select(Campaign).where(Campaign.status == CampaignStatus.PAUSED).order_by(Campaign.id)
    ).all()


def list_running_campaigns(scope: ListScope = EVERY_LIST) -> Sequence[Campaign]:
    """Return the running campaigns of a scope, oldest first."""
    return db.session.scalars(
        select(Campaign)
        .where(Campaign.status == CampaignStatus.RUNNING, is_campaign_within(scope))
        .order_by(Campaign.id)
    ).all()


def find_team_text(text_id: int, *, for_update: bool = False) -> TeamText | None:
    """Return the template or the piece with this id."""
    return db.session.get(TeamText, text_id, with_for_update=for_update or None)


def list_team_texts(kind: TextKind) -> Sequence[TeamText]:
    """Return the templates or the pieces, by their names."""
    return db.session.scalars(
        select(TeamText).where(TeamText.kind == kind).order_by(TeamText.name)
    ).all()


def count_team_texts(kind: TextKind) -> int:
    """Return the number of templates or of pieces."""
    return (
        db.session.scalar(select(func.count()).select_from(TeamText).where(TeamText.kind == kind))
        or 0
    )


def has_name(kind: TextKind, name: str) -> bool:
    """Tell whether a template or a piece has this name."""
    named = exists().where(TeamText.kind == kind, TeamText.name == name)
    return bool(db.session.scalar(select(named)))


def list_campaigns_to_copy(words: str, scope: ListScope) -> Sequence[tuple[Campaign, MailingList]]:
    """Return the newest campaigns of a scope with these words in their subject, with their lists.

    The name for the team counts too, and drafts in the trash don't. SQLite ignores the
    case of letters without accents only.
    """
    rows = db.session.execute(
        select(Campaign, MailingList)
        .options(selectinload(Campaign.lists))
        .join(MailingList, MailingList.id == Campaign.mailing_list_id)
        .where(
            is_campaign_within(scope),
            Campaign.status != CampaignStatus.TRASHED,
            _is_about(words),
        )
        .order_by(Campaign.id.desc())
        .limit(MOST_FOUND)
    )
    return [(campaign, mailing_list) for campaign, mailing_list in rows]


def _is_about(words: str) -> ColumnElement[bool]:
    return or_(*(_has_words(each, words) for each in (Campaign.subject, Campaign.internal_name)))


def _has_words(column: InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    return func.lower(column).contains(words.lower(), autoescape=True)

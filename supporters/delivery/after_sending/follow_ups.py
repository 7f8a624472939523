"""Writes again to the people of a sent campaign: a correction, or to those its end left out.

Nobody is chosen by what they are: only by what became of an email that they were to get (ADR 102).
"""

from dataclasses import dataclass
from enum import Enum, auto

import structlog
from flask_babel import force_locale, gettext
from sqlalchemy import ColumnElement, false, func, or_, select

from supporters.audit_log.audit_events import record_team_act
from supporters.campaigns.campaign_texts import MAX_SUBJECT
from supporters.campaigns.document.stored_document import read_stored
from supporters.campaigns.drafts import CampaignDraft, create_campaign, text_values
from supporters.campaigns.history.saved_texts import keep_text
from supporters.campaigns.language_texts import put_text
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.campaigns.queries import find_campaign, get_campaign
from supporters.database import db, use_case
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.after_sending.models import FollowKind, FollowUp
from supporters.delivery.after_sending.queries import find_follow_up
from supporters.delivery.models import Delivery, DeliveryBatch, DeliveryErased
from supporters.delivery.progress import get_progress
from supporters.delivery.rules import BATCHES_PURGED_TOGETHER, DeliveryStatus, SkipReason
from supporters.lists.models import Subscription
from supporters.team.list_scopes import ListScope

log = structlog.get_logger(__name__)
MAY_HAVE_IT = (DeliveryStatus.ACCEPTED, DeliveryStatus.UNCERTAIN)
ENDED = (CampaignStatus.SENT, CampaignStatus.CANCELLED)


class FollowError(Enum):
    """Why no campaign can go to the people of another one."""

    UNKNOWN = auto()
    NOT_OVER = auto()
    NOBODY = auto()
    NO_LEDGER = auto()
    WRITTEN_ALREADY = auto()
    OTHER_LIST = auto()


@dataclass(frozen=True, kw_only=True)
class FollowedCampaign:
    """The campaign that another one follows, which of its people that is for, and a fault.

    `title` is empty if it also went to lists that the reader may not see.
    """

    id: int
    title: str
    kind: FollowKind
    fault: FollowError | None


@use_case
def begin_follow_up(
    followed_id: int, kind: FollowKind, author_id: int | None
) -> Campaign | FollowError:
    """Write a draft with all texts of a campaign, for those of its people of this kind."""
    followed = find_campaign(followed_id, for_update=True)
    if followed is None:
        return FollowError.UNKNOWN
    if fault := _find_fault(followed, kind):
        return fault
    if not count_followed(followed_id, kind):
        return FollowError.NOBODY
    first, *others = (_copy(each, kind) for each in list_in_languages(followed))
    draft = create_campaign(first, author_id)
    for each in others:
        keep_text(put_text(draft, each.language, text_values(each, None), by_id=author_id))
    db.session.add(FollowUp(campaign_id=draft.id, followed_id=followed_id, kind=kind))
    details = {"followed": followed_id, "kind": kind.value}
    record_team_act(DeliveryAct.FOLLOW_UP_BEGUN, draft.id, details)
    log.info("campaign.follow_up_begun", campaign=draft.id, followed=followed_id, kind=kind.value)
    return draft


def _copy(followed: Campaign, kind: FollowKind) -> CampaignDraft:
    document = None if followed.document is None else read_stored(followed.document)
    return CampaignDraft(
        mailing_list_id=followed.mailing_list_id,
        lists=followed.choices,
        language=followed.language,
        subject=followed.subject if kind is FollowKind.MISSED else _correct(followed),
        preheader=followed.preheader,
        body=followed.body,
        document=document,
        internal_name=followed.internal_name,
    )


def _correct(followed: Campaign) -> str:
    """Return the subject of a correction: it says so, once, in the language of the email."""
    with force_locale(followed.language):
        corrected = gettext("Correction: %(subject)s", subject=followed.subject)
        prefix = gettext("Correction: %(subject)s", subject="")
    is_one = followed.subject.startswith(prefix.strip())
    return followed.subject if is_one else corrected[:MAX_SUBJECT]


def find_followed(campaign: Campaign, scope: ListScope) -> FollowedCampaign | None:
    """Return the campaign that a draft or a launched campaign follows, as a reader may see it."""
    follow = find_follow_up(campaign)
    if follow is None:
        return None
    followed = get_campaign(follow.followed_id)
    return FollowedCampaign(
        id=followed.id,
        title=followed.title if scope.covers_all(followed.list_ids) else "",
        kind=follow.kind,
        fault=find_follow_fault(campaign),
    )


def find_follow_fault(campaign: Campaign) -> FollowError | None:
    """Return why a campaign can't go to the people of the one that it follows; None if it can."""
    follow = find_follow_up(campaign)
    if follow is None or campaign.launched_at is not None:
        return None
    followed = get_campaign(follow.followed_id)
    if campaign.list_ids != followed.list_ids:
        return FollowError.OTHER_LIST
    return _find_fault(followed, follow.kind)


def _find_fault(followed: Campaign, kind: FollowKind) -> FollowError | None:
    progress = get_progress(followed.id)
    if followed.status not in ENDED or progress.settled < progress.audience:
        return FollowError.NOT_OVER
    if kind is FollowKind.MISSED and _is_written_already(followed.id):
        return FollowError.WRITTEN_ALREADY
    return None if _has_whole_ledger(followed) else FollowError.NO_LEDGER


def _is_written_already(followed_id: int) -> bool:
    """Tell whether a campaign went to those whom a cancellation left out: nobody gets it twice."""
    launched = (
        select(FollowUp.campaign_id)
        .join(Campaign, Campaign.id == FollowUp.campaign_id)
        .where(
            FollowUp.followed_id == followed_id,
            FollowUp.kind == FollowKind.MISSED,
            Campaign.launched_at.is_not(None),
        )
    )
    return db.session.scalar(launched.limit(1)) is not None


def _has_whole_ledger(followed: Campaign) -> bool:
    """Tell whether no row of the ledger is past its retention time.

    The first batches tell it: the purge takes them first, all but the rows of restricted people. To
    count a million rows would take too long for a page.
    """
    size, rows, erased = (
        db.session.scalar(
            select(count).where(campaign_id == followed.id, batch <= BATCHES_PURGED_TOGETHER)
        )
        for count, campaign_id, batch in (
            (func.sum(DeliveryBatch.size), DeliveryBatch.campaign_id, DeliveryBatch.number),
            (func.count(Delivery.batch), Delivery.campaign_id, Delivery.batch),
            (func.sum(DeliveryErased.mails), DeliveryErased.campaign_id, DeliveryErased.batch),
        )
    )
    return (rows or 0) + (erased or 0) == (size or 0)


def count_followed(followed_id: int, kind: FollowKind) -> int:
    """Return how many people of a campaign are of this kind, whether they still consent or not."""
    progress = get_progress(followed_id)
    if kind is FollowKind.MISSED:
        return progress.cancelled
    return progress.accepted + progress.uncertain


def are_followed(campaign: Campaign) -> list[ColumnElement[bool]]:
    """Return the condition on the subscriptions of a campaign that follows another one, if any.

    With a fault it is for nobody. Launches run one after the other (`Lock.ERASURE`), so two of them
    can't both be the first to those whom a cancellation left out.
    """
    follow = find_follow_up(campaign)
    if follow is None:
        return []
    if find_follow_fault(campaign):
        return [false()]
    theirs = select(Delivery.subscriber_id).where(
        Delivery.campaign_id == follow.followed_id, _is_of_kind(follow.kind)
    )
    return [Subscription.subscriber_id.in_(theirs)]


def _is_of_kind(kind: FollowKind) -> ColumnElement[bool]:
    match kind:
        case FollowKind.SAME_PEOPLE:
            return or_(*(Delivery.status == each for each in MAY_HAVE_IT))
        case FollowKind.MISSED:
            is_skipped = Delivery.status == DeliveryStatus.SKIPPED
            return is_skipped & (Delivery.reply == SkipReason.CANCELLED.value)

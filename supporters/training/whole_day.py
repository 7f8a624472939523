"""The steps of the whole day, which tick themselves from what the visitors of a training did."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from flask_babel import LazyString, lazy_gettext as _
from sqlalchemy import func, select

from supporters.actors import ActorKind
from supporters.archive.models import ArchiveAct
from supporters.audit_log.audit_events import Act, AuditEvent
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.campaign_lists import CampaignList
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.database import db
from supporters.delivery.acts import DeliveryAct
from supporters.training.training_parts import NAMES, Part


class Done(NamedTuple):
    """The acts of the visitors: how often each happened to one campaign, at most.

    The sample party was made without an account, so its own acts don't count.
    """

    most: dict[str, int]
    has_several_lists: bool
    has_ended: bool

    def did(self, *acts: Act) -> bool:
        """Tell whether one of the acts was done."""
        return any(self.most.get(act.value) for act in acts)


class DayStep(NamedTuple):
    """A step of the day, the part that does it, and whether it is done."""

    words: LazyString
    part: LazyString
    is_done: bool


def _after(*acts: Act) -> Callable[[Done], bool]:
    return lambda done: done.did(*acts)


STEPS: tuple[tuple[LazyString, Part, Callable[[Done], bool]], ...] = (
    (
        _("Write a campaign in two languages"),
        Part.AUTHOR,
        _after(CampaignAct.LANGUAGE_ADDED),
    ),
    (_("Send it to two lists"), Part.AUTHOR, lambda done: done.has_several_lists),
    (_("Comment on the text"), Part.APPROVER, _after(CampaignAct.COMMENT_ADDED)),
    (_("Ask for the approval"), Part.AUTHOR, _after(CampaignAct.APPROVAL_ASKED)),
    (_("Change your part, read and approve"), Part.APPROVER, _after(CampaignAct.APPROVED)),
    (_("Plan the hour"), Part.AUTHOR, _after(CampaignAct.SCHEDULED)),
    (
        _("Move the hour"),
        Part.AUTHOR,
        lambda done: done.most.get(CampaignAct.SCHEDULED.value, 0) > 1,
    ),
    (_("Remove the hour"), Part.AUTHOR, _after(CampaignAct.UNSCHEDULED)),
    (
        _("Launch, stop within two minutes and correct; then have it approved again"),
        Part.AUTHOR,
        _after(CampaignAct.TAKEN_BACK),
    ),
    (_("Send a first wave, then continue"), Part.AUTHOR, _after(CampaignAct.CONTINUED)),
    (_("Stop all sending"), Part.AUTHOR, _after(DeliveryAct.SENDING_STOPPED)),
    (_("Let sending continue"), Part.OWNER, _after(DeliveryAct.SENDING_RESUMED)),
    (_("See what came of it"), Part.AUTHOR, lambda done: done.has_ended),
    (_("Put it into the archive"), Part.AUTHOR, _after(ArchiveAct.ISSUE_PUBLISHED)),
)


def list_day_steps() -> list[DayStep]:
    """Return the steps of the day in their order."""
    done = _find_done()
    return [DayStep(words, NAMES[part], is_done(done)) for words, part, is_done in STEPS]


def _find_done() -> Done:
    rows = db.session.execute(
        select(AuditEvent.act, AuditEvent.object_id, func.count())
        .where(AuditEvent.actor_kind == ActorKind.ACCOUNT)
        .group_by(AuditEvent.act, AuditEvent.object_id)
    ).all()
    most: Counter[str] = Counter()
    for act, _object, count in rows:
        most[act] = max(most[act], count)
    launched = [each for act, each, _count in rows if act == CampaignAct.LAUNCHED.value]
    return Done(most, _has_several_lists(), _has_ended(launched))


def _has_several_lists() -> bool:
    counted = select(CampaignList.campaign_id).group_by(CampaignList.campaign_id)
    lists = func.count(CampaignList.mailing_list_id.distinct())
    return db.session.scalar(counted.having(lists > 1).limit(1)) is not None


def _has_ended(campaign_ids: Sequence[int | None]) -> bool:
    ended = select(Campaign.id).where(
        Campaign.id.in_(campaign_ids), Campaign.status == CampaignStatus.SENT
    )
    return db.session.scalar(ended.limit(1)) is not None

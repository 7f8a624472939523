"""Creates the campaigns of a month: to several lists and languages, planned, sent, followed."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import case, func, literal, select, update

from benchmarks.parts.records.ledger import BODY
from benchmarks.parts.records.team import APPROVED, ASKED, DRAFT
from supporters.accounts.models import Organiser
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.database import db, transaction
from supporters.delivery.after_sending.follow_ups import begin_follow_up
from supporters.delivery.after_sending.models import FollowKind
from supporters.delivery.launch import launch_campaign
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.planned.campaign_schedule import schedule_campaign
from supporters.delivery.rules import DeliveryStatus
from supporters.lists.models import MailingList
from supporters.people.models import Subscriber
from tests.factories.approvals import make_approved, make_request
from tests.factories.drafts import make_campaign, make_campaign_to, write_in
from tests.factories.sending_day.planned import next_hour

LANGUAGES = ("en", "de", "es")
TO_SEVERAL, CORRECTION = " à plusieurs listes", " : rectification"
SENT, PLANNED_NAME = "Envoyé", "Prévu"
WIDE = ("national", "regional", "lyon")
PLANNED, PLANNED_TO_SEVERAL = 30, 10
DAY = timedelta(days=1)
Team = tuple[Organiser, Organiser]  # an author and an approver


def give_languages() -> None:
    """Let half of the people read one of three other languages, by turns."""
    count = func.row_number().over(order_by=Subscriber.id)
    people = select(Subscriber.id, count.label("number")).subquery()
    with transaction():
        for number, language in enumerate(LANGUAGES):
            some = select(people.c.id).where(people.c.number % (2 * len(LANGUAGES)) == number)
            change = update(Subscriber).where(Subscriber.id.in_(some)).values(language=language)
            db.session.execute(change.execution_options(synchronize_session=False))


def write_to_several(lists: Sequence[MailingList], subject: str) -> Campaign:
    """Return a draft in four languages to several lists."""
    campaign = make_campaign_to(*lists, body=BODY)
    with transaction():
        db.session.get_one(Campaign, campaign.id).subject = subject
    for language in LANGUAGES:
        write_in(campaign, language, f"{subject} ({language})", BODY)
    return db.session.get_one(Campaign, campaign.id)


def make_month(lists: Sequence[MailingList], everybody: int, team: Team) -> None:
    """Write, plan and send campaigns to several lists, and follow one that was sent."""
    author, _approver = team
    _send(write_to_several(lists, SENT), team)
    for subject in (DRAFT, ASKED, APPROVED):
        _bring_to(subject, write_to_several(lists, subject + TO_SEVERAL), team)
        followed = begin_follow_up(everybody, FollowKind.SAME_PEOPLE, author.id)
        assert isinstance(followed, Campaign), followed
        with transaction():
            db.session.get_one(Campaign, followed.id).subject = subject + CORRECTION
        _bring_to(subject, followed, team)
    for number in range(PLANNED):
        subject = f"{PLANNED_NAME} {number}"
        is_wide = number < PLANNED_TO_SEVERAL
        made = write_to_several(lists, subject) if is_wide else make_campaign(lists[1], subject)
        make_approved(made.id, *team)
        planned = schedule_campaign(made.id, next_hour() + number * DAY, by_id=author.id)
        assert isinstance(planned, Campaign), planned


def _bring_to(state: str, campaign: Campaign, team: Team) -> None:
    if state == ASKED:
        make_request(campaign.id, team[0])
    elif state == APPROVED:
        make_approved(campaign.id, *team)


def _send(campaign: Campaign, team: Team) -> None:
    """Launch a campaign, and let the relay have taken every email of it."""
    make_approved(campaign.id, *team)
    launched = launch_campaign(campaign.id)
    assert isinstance(launched, Campaign), launched
    language = select(Subscriber.language).where(Subscriber.id == Delivery.subscriber_id)
    other = language.where(Subscriber.language.in_(LANGUAGES)).scalar_subquery()
    accepted = literal(DeliveryStatus.ACCEPTED.value)
    with transaction():
        sent = db.session.get_one(Campaign, campaign.id)
        values = {
            "status": accepted,
            "attempts": 1,
            "settled_at": sent.launched_at,
            "reply": "250",
            "language": case((other.is_not(None), other)),
        }
        rows = update(Delivery).where(Delivery.campaign_id == campaign.id).values(values)
        db.session.execute(rows.execution_options(synchronize_session=False))
        batches = update(DeliveryBatch).where(DeliveryBatch.campaign_id == campaign.id)
        db.session.execute(batches.values(accepted=DeliveryBatch.size, due_at=None))
        assert sent.launched_at is not None
        sent.status, sent.finished_at = CampaignStatus.SENT, sent.launched_at + DAY / 24

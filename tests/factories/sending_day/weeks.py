"""Factories of a week with campaigns: planned, approved without an hour, held, sent."""

from datetime import date, datetime, time, timedelta

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.database import db, transaction
from supporters.delivery.planned.campaign_schedule import schedule_campaign
from supporters.lists.models import MailingList
from supporters.web.console.campaigns.week.week_grid import find_monday
from tests.factories.accounts import make_organiser
from tests.factories.approvals import make_approved, make_approver, make_ready
from tests.factories.drafts import make_campaign
from tests.factories.sending_day.sending_times import PARIS

A_DAY = timedelta(days=1)


def next_monday() -> date:
    """Return the first day of the coming week: each of its hours can be chosen."""
    return find_monday(clock.now().astimezone(PARIS).date()) + 7 * A_DAY


def at(day: int, hour: str, monday: date | None = None) -> datetime:
    """Return an hour of the coming week in Paris; its days are 0 to 6."""
    first = monday or next_monday()
    return datetime.combine(first + day * A_DAY, time.fromisoformat(hour), PARIS)


def plan_at(moment: datetime, mailing_list: MailingList, subject: str) -> Campaign:
    """Return a draft that one person planned."""
    campaign = make_campaign(mailing_list, subject)
    make_ready(campaign.id)
    planned = schedule_campaign(campaign.id, moment)
    assert isinstance(planned, Campaign), planned
    return planned


def approve(mailing_list: MailingList, subject: str) -> Campaign:
    """Return a campaign that a second person approved, without an hour."""
    campaign = make_campaign(mailing_list, subject)
    author = make_organiser(f"author{campaign.id}@parti.example")
    make_approved(campaign.id, author, make_approver(f"approver{campaign.id}@parti.example"))
    return campaign


def launch_on(campaign_id: int, moment: datetime) -> None:
    """Let a campaign have been launched at a moment."""
    with transaction():
        db.session.get_one(Campaign, campaign_id).launched_at = moment


def put_on_hour(campaign: Campaign, moment: datetime) -> None:
    """Let a draft leave at a moment, whatever it lacks."""
    with transaction():
        planned = db.session.get_one(Campaign, campaign.id)
        planned.status, planned.send_at = CampaignStatus.SCHEDULED, moment

"""Factories of planned campaigns, and of a time of grace."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask, current_app

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.campaigns.models import Campaign
from supporters.database import db, transaction
from supporters.delivery.database_clock import database_time
from supporters.delivery.planned.campaign_schedule import schedule_campaign
from supporters.delivery.planned.due_launches import launch_due_campaigns
from supporters.settings.language_settings import LanguageSettings
from supporters.text.time_zones import PARTY_ZONE
from tests.factories.approvals import make_approved
from tests.factories.campaigns import reload


def next_hour(hours: int = 3) -> datetime:
    """Return a full minute some hours from now."""
    return clock.now().replace(second=0, microsecond=0) + timedelta(hours=hours)


def plan(campaign_id: int, author: Organiser | None = None) -> datetime:
    """Plan a campaign that may be launched; return its hour."""
    hour = next_hour()
    planned = schedule_campaign(campaign_id, hour, by_id=author.id if author else None)
    assert isinstance(planned, Campaign), planned
    return hour


def put_hour_at(campaign_id: int, moment: datetime) -> None:
    """Let the hour of a planned campaign be another one, past the program."""
    with transaction():
        db.session.get_one(Campaign, campaign_id).send_at = moment


def plan_approved(campaign_id: int, author: Organiser, approver: Organiser) -> datetime:
    """Plan a draft that a second person approved; return its hour."""
    make_approved(campaign_id, author, approver)
    return plan(campaign_id, author)


def come_to(moment: datetime, campaign_id: int) -> Campaign:
    """Do what a worker does at a moment; return the campaign after it."""
    launch_due_campaigns(moment)
    return reload(campaign_id)


@contextmanager
def grace_of(seconds: int) -> Iterator[None]:
    """Give launches a time of grace; the other tests have none."""
    settings = current_app.extensions["settings"]
    current_app.extensions["settings"] = dataclasses.replace(settings, grace_seconds=seconds)
    try:
        yield
    finally:
        current_app.extensions["settings"] = settings


@contextmanager
def offering(app: Flask, *languages: str) -> Iterator[None]:
    """Let the party offer only these languages."""
    settings = app.extensions["settings"]
    offered = dataclasses.replace(settings, languages=LanguageSettings(languages))
    app.extensions["settings"] = offered
    try:
        yield
    finally:
        app.extensions["settings"] = settings


def put_on_plan(campaign_id: int) -> int:
    """Plan a campaign that may be launched; return its number."""
    plan(campaign_id)
    return campaign_id


def put_in_grace(campaign_id: int, seconds: int = 60) -> int:
    """Let the first email of a launched campaign leave in some seconds; return its number."""
    with transaction():
        begins_at = database_time() + timedelta(seconds=seconds)
        db.session.get_one(Campaign, campaign_id).begins_at = begins_at
    return campaign_id


def hour_to_type() -> str:
    """Return an hour of tomorrow on the clock of the party, as a command takes it."""
    return f"{next_hour(24).astimezone(ZoneInfo(PARTY_ZONE)):%Y-%m-%d %H:%M}"

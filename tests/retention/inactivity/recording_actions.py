"""The work of a worker in a minute and in a night, and its results."""

import dataclasses
from datetime import datetime, timedelta

import time_machine
from flask import Flask

from supporters import clock, tasks
from supporters.consent.models import ConsentEvent, EventKind
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.activity import record_activity
from supporters.people.models import Subscriber
from supporters.retention.retention_actions import get_retention_actions
from supporters.retention.retention_rounds import run_retention
from tests.factories.signups import make_subscriber
from tests.servers.ports import free_port

YEARS = 1095
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
MILLISECOND = timedelta(milliseconds=1)
NEAR_THE_END = datetime(2029, 10, 1, 12, tzinfo=clock.now().tzinfo)
JOINED = NEAR_THE_END - (YEARS - 35) * DAY
END = JOINED + YEARS * DAY


def joined(mailing_list: MailingList, *addresses: str, after: timedelta = timedelta()) -> list[int]:
    """Return the ids of people who confirmed one after the other, almost three years ago.

    They confirm a millisecond apart: ids of the same millisecond have no order, and many can
    collide.
    """
    found, first = [], JOINED + after - (len(addresses) - 1) * MILLISECOND
    with time_machine.travel(first, tick=False) as then:
        for address in addresses:
            found.append(make_subscriber(address, mailing_list).id)
            then.shift(MILLISECOND)
        send_due_emails()
    return found


def crowd(mailing_list: MailingList, count: int) -> list[int]:
    """Return the ids of many people who joined at one time."""
    return joined(mailing_list, *(f"p{number}@example.org" for number in range(count)))


def minute() -> None:
    """Do the work of a worker in one minute."""
    tasks.ask_again()
    send_due_emails()


def ask_and_send() -> None:
    """Ask everybody who is due, send the emails, and record that they left."""
    minute()
    tasks.ask_again()


def act(subscriber_id: int) -> None:
    """Record an act of a person."""
    with transaction():
        record_activity(db.session.get_one(Subscriber, subscriber_id), clock.now())


def nightly() -> None:
    """Run a round with the real actions."""
    run_retention(clock.now(), get_retention_actions())


def is_there(subscriber_id: int) -> bool:
    """Tell whether a person isn't erased."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(Subscriber, subscriber_id) is not None


def asked_at(subscriber_id: int) -> datetime | None:
    """Return the time when a person was asked."""
    return db.session.scalar(
        db.select(Subscriber.asked_again_at).where(Subscriber.id == subscriber_id)
    )


def events() -> list[int]:
    """Return the people who were asked, in that order."""
    db.session.rollback()
    query = db.select(ConsentEvent.subscriber_id).where(
        ConsentEvent.kind == EventKind.RECONFIRMATION_REQUESTED
    )
    return [*db.session.scalars(query.order_by(ConsentEvent.id))]


def check_thirty_days(subscriber_id: int, today: time_machine.Traveller) -> None:
    """Ask a person for the second time: they have thirty days to answer, and are erased then."""
    ask_and_send()
    today.shift(30 * DAY - MINUTE)
    nightly()
    assert (is_there(subscriber_id), events()) == (True, [subscriber_id, subscriber_id])
    today.shift(MINUTE)
    nightly()
    assert not is_there(subscriber_id)


def cut_off(app: Flask) -> None:
    """Make the relay unreachable."""
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, mail_port=free_port())

"""A campaign leaves by a real Postfix; what comes back stops emails to dead mailboxes only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import func, select

from supporters.bounce_classes.classes import BounceClass
from supporters.database import Model, db
from supporters.delivery.engine.sending_engine import send_here
from supporters.feedback.intake.apply_report import Effect
from supporters.feedback.models import FeedbackReport
from supporters.feedback.readers.bounded_parser import BoundedParser
from supporters.feedback.readers.feedback_listener import SOURCES, FeedbackListener
from supporters.feedback.readers.intake_probe import IntakeUnreachable, probe_intake
from supporters.feedback.readers.returned_emails import EmailIntake
from supporters.lists.models import Subscription
from supporters.mailbox_health.models import RecordedFailure
from supporters.people.models import Subscriber
from supporters.settings.feedback_settings import FeedbackSettings
from tests.factories.campaigns import launch_to_addresses
from tests.machinery.prepared_states import begins_with
from tests.servers.ports import free_port
from tests.servers.postfix import Postfix, mailboxes_at, running_postfix
from tests.servers.processes import wait_until
from tests.servers.relay import OK, Relay

REPLIES = {
    "ada@nobody.example": "550 5.1.1 No such user here",
    "ada@full.example": "552 5.2.2 Mailbox full",
    "ada@policy.example": "550 5.7.1 Rejected by our policy: spam content",
    "ada@grey.example": "450 4.2.0 Greylisted, try again later",
    "ada@unsigned.example": "554 5.7.515 Access denied, the domain doesn't pass authentication",
    "ada@behind.example": "550 5.1.1 No such user here",
    "moved@nobody.example": "550 5.1.1 No such user here",
}
CLASSES = {
    "ada@nobody.example": BounceClass.NO_MAILBOX,
    "ada@gone.example": BounceClass.NO_DOMAIN,
    "ada@behind.example": BounceClass.NO_MAILBOX,  # taken by its gateway, which then learns it
    "ada@full.example": BounceClass.FULL,
    "ada@policy.example": BounceClass.CONTENT,
    "ada@grey.example": BounceClass.TRANSIENT,
    "ada@unsigned.example": BounceClass.AUTHENTICATION,
    "ada@forward.example": BounceClass.UNKNOWN,  # reads it elsewhere; a further copy comes back
}
DEAD = {"ada@nobody.example", "ada@gone.example", "ada@behind.example"}
EVERYBODY = (*CLASSES, "ada@good.example")
COPIES = "inline:{{{{ada@forward.example = ada@good.example, moved@nobody.example}}}}"


def launched(_app: Flask) -> int:
    """Launch a campaign to everybody; return its id."""
    return launch_to_addresses(*EVERYBODY)


pytestmark = [pytest.mark.slow, begins_with(launched)]


@contextmanager
def two_postfixes(
    folder: Path, relay: Relay, lmtp: FeedbackSettings, owner: tuple[int, int]
) -> Iterator[Postfix]:
    """Run our relay, and the gateway of two domains; yield our relay."""
    relay.on_rcpt = lambda address: REPLIES.get(address, OK)
    ours, gateway, behind = free_port(), free_port(), f"smtp:[127.0.0.1]:{relay.port}"
    transports = {
        "*": behind,
        "gone.example": "smtp:[mx.gone.example]:25",
        "behind.example": f"smtp:[127.0.0.1]:{gateway}",
        "forward.example": f"smtp:[127.0.0.1]:{gateway}",
        "lmtp.example": f"lmtp:inet:127.0.0.1:{lmtp.port}",
        "box.example": "virtual:",
    }
    back = dict.fromkeys(("lmtp.example", "box.example"), f"smtp:[127.0.0.1]:{ours}")
    settings = {"maximal_queue_lifetime": "0", **mailboxes_at("box.example", folder, owner)}
    forwarding = {"virtual_alias_domains": "forward.example", "virtual_alias_maps": COPIES}
    with (
        running_postfix({ours: ()}, transports, settings=settings) as relaying,
        running_postfix({gateway: ()}, {"*": behind, **back}, settings=forwarding),
    ):
        yield relaying


@contextmanager
def listening(app: Flask, place: FeedbackSettings) -> Iterator[None]:
    """Read from a place in a thread, as the worker does."""
    ending, parser = Event(), BoundedParser()
    intake = EmailIntake(app, parser, SOURCES[place.scheme])
    listener = FeedbackListener(app, place, intake, ending=ending)
    listener.start()
    assert wait_until(lambda: is_reached(place), seconds=30)
    yield
    ending.set()
    assert listener.join(30)
    parser.close()


def is_reached(place: FeedbackSettings) -> bool:
    try:
        probe_intake(place)
    except IntakeUnreachable:
        return False
    return True


def count(table: type[Model]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.both_databases
@pytest.mark.parametrize("how", ["lmtp", "imap", "maildir"])
def test_dead_mailboxes_get_no_more_emails_and_everybody_stays_on_the_list(
    app: Flask,
    relay: Relay,
    folder: Path,
    owner: tuple[int, int],
    lmtp: FeedbackSettings,
    how: str,
    request: pytest.FixtureRequest,
) -> None:
    place: FeedbackSettings = request.getfixturevalue(how)
    back = "bounces@lmtp.example" if how == "lmtp" else "bounces@box.example"
    settings = app.extensions["settings"]
    with two_postfixes(folder, relay, lmtp, owner) as postfix, listening(app, place):
        app.extensions["settings"] = replace(settings, mail_port=postfix.port, bounce_address=back)
        send_here()
        assert wait_until(lambda: count(RecordedFailure) >= len(CLASSES), seconds=90), postfix.log
        assert wait_until(lambda: is_empty(folder))
    db.session.rollback()
    failures = db.session.execute(
        select(Subscriber.address, RecordedFailure.bounce_class).join(
            RecordedFailure, RecordedFailure.subscriber_id == Subscriber.id
        )
    )
    unreachable = select(Subscriber.address).where(Subscriber.unreachable_since.is_not(None))
    assert dict(failures.all()) == CLASSES
    assert {*db.session.scalars(unreachable)} == DEAD
    assert count(Subscription) == len(EVERYBODY)
    assert Effect.IGNORED_NO_TOKEN not in db.session.scalars(select(FeedbackReport.effect)).all()
    assert {mail.recipient for mail in relay.mails} == {"ada@good.example"}


def is_empty(folder: Path) -> bool:
    """Tell whether nothing is left in the Maildir."""
    return not any([*(folder / "box" / part).iterdir()] for part in ("new", "cur"))

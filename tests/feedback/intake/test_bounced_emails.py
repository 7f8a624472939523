"""Emails that came back: the sign-up that waits is told, and its mailbox gets no more."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import SIGNUP_MAIL
from supporters.database import db, transaction
from supporters.feedback.intake.apply_report import Effect, Source, apply_report
from supporters.feedback.intake.bounced_deliveries import TOKEN_COUNTS_FOR
from supporters.feedback.reports.report import Report, ReportKind
from supporters.imports.invitation_mails import send_next_invitations
from supporters.imports.models import ListImport
from supporters.lists.models import Subscription
from supporters.lists.queries import get_list
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox import EmailDraft, put_email
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.addresses import mailbox_mac
from supporters.people.models import Subscriber
from supporters.signup.models import SignupRequest
from supporters.signup.rules import NO_MAIL_TO_DEAD
from tests.factories.imports import csv_of, invitations, invited
from tests.factories.lists import make_list
from tests.factories.returned.feedback import report_on_email
from tests.factories.signups import make_subscriber, request_to_join
from tests.machinery.prepared_states import always_made_once
from tests.web.public.pages import join

CHECK, STATE = "/fr/join/national/check", "/fr/join/national/check/state?bounce=1"
ADDRESS = "camile@example.org"
LATER = 60  # seconds


@always_made_once
def a_list(app: Flask) -> None:
    """Create a list."""
    make_list(name="La Lettre")


def newest_email() -> OutboxEmail:
    """Return the newest email of the outbox."""
    db.session.rollback()
    found = db.session.scalar(select(OutboxEmail).order_by(OutboxEmail.id.desc()).limit(1))
    assert found is not None
    return found


def bounce(kind: BounceClass = BounceClass.NO_MAILBOX) -> Effect:
    """Let the newest email come back."""
    return apply_report(
        report_on_email(newest_email().id, bounce_class=kind), Source.LMTP, clock.now()
    )


def seen(client: FlaskClient) -> tuple[bool, bool]:
    """Return whether the waiting page and its script tell of a bounce, a minute later."""
    with time_machine.travel(clock.now().timestamp() + LATER, tick=False):
        page = "Notre e-mail est revenu" in client.get(CHECK).text
        return page, client.get(STATE).json["has_bounced"]


def test_only_the_browser_that_waits_learns_that_its_address_does_not_exist(
    app: Flask, client: FlaskClient
) -> None:
    join(client, ADDRESS)
    other = app.test_client()
    join(other, "somebody@example.org")
    assert bounce_of(ADDRESS) is Effect.SIGNUP_TOLD
    assert (seen(client), seen(other)) == ((True, True), (False, False))
    third = app.test_client()
    join(third, ADDRESS)
    assert seen(third) == (False, False)


def bounce_of(address: str) -> Effect:
    """Let the email of an address's request come back."""
    db.session.rollback()
    email_id = db.session.scalar(
        select(SignupRequest.email_id).where(SignupRequest.address == address)
    )
    assert email_id is not None
    return apply_report(report_on_email(email_id), Source.LMTP, clock.now())


def test_a_full_mailbox_is_told_in_other_words(client: FlaskClient) -> None:
    join(client, ADDRESS)
    bounce(BounceClass.FULL)
    with time_machine.travel(clock.now().timestamp() + LATER, tick=False):
        page = client.get(CHECK).text
    assert "n’accepte pas notre e-mail" in page
    assert "n’existe pas" not in page


@pytest.mark.both_databases
@pytest.mark.usefixtures("app")
def test_a_dead_mailbox_gets_no_email_for_a_while_and_then_one() -> None:
    request(ADDRESS)
    bounce()
    now = clock.now()
    assert asked_at(now) is EmailStatus.WITHHELD
    assert asked_at(now + NO_MAIL_TO_DEAD) is EmailStatus.QUEUED


def request(address: str) -> None:
    """Request the list for an address."""
    request_to_join(address, get_list(1))


def asked_at(moment: datetime) -> EmailStatus:
    """Ask for the list a while later; return what becomes of the email."""
    with time_machine.travel(moment.timestamp() + LATER, tick=False):
        request(ADDRESS)
    return newest_email().status


@pytest.mark.usefixtures("app")
def test_a_bounce_counts_for_two_weeks() -> None:
    request(ADDRESS)
    send_due_emails()
    report = report_on_email(newest_email().id)
    late = clock.now() + TOKEN_COUNTS_FOR + timedelta(minutes=1)
    assert apply_report(report, Source.LMTP, late) is Effect.IGNORED_TOO_OLD
    assert newest_email().bounced_at is None


@pytest.mark.usefixtures("app")
def test_what_is_about_us_blames_no_mailbox() -> None:
    request(ADDRESS)
    assert bounce(BounceClass.REPUTATION) is Effect.ABOUT_US
    assert newest_email().bounced_at is None


@pytest.mark.usefixtures("app")
def test_a_complaint_about_the_question_is_a_no() -> None:
    request(ADDRESS)
    asked = db.session.scalar(select(SignupRequest))
    assert asked is not None
    report = report_on_email(newest_email().id, ReportKind.COMPLAINT)
    assert apply_report(report, Source.SES, clock.now()) is Effect.LEFT
    db.session.expire_all()
    assert asked.refused_at is not None
    assert is_suppressed(asked.address_mac, [SIGNUP_MAIL], clock.now())
    assert db.session.scalar(select(Subscription)) is None


@pytest.mark.both_databases
@pytest.mark.usefixtures("app")
def test_an_invitation_that_came_back_counts_for_its_import() -> None:
    invited(csv_of("boris@example.org,Boris,fr"))
    send_next_invitations(clock.now())
    email_id = invitations()[0].email_id or 0
    assert apply_report(report_on_email(email_id), Source.IMAP, clock.now()) is Effect.COUNTED
    db.session.expire_all()
    assert not invitations()
    assert db.session.scalars(select(ListImport.refused_lately)).one() == 1


@pytest.mark.usefixtures("app")
def test_an_answer_is_passed_on_once_and_an_answer_to_that_is_not() -> None:
    request(ADDRESS)
    answer = Report(kind=ReportKind.ANSWER, tokens=report_on_email(newest_email().id).tokens)
    raw = b"From: Camille <camille@example.net>\r\nSubject: Re\r\n\r\nBonjour\xff.\r\n.\r\n"
    assert apply_report(answer, Source.PIPE, clock.now(), raw) is Effect.ANSWER_PASSED_ON
    passed_on = newest_email()
    assert passed_on.kind is EmailKind.ANSWER_PASSED_ON
    loop = Report(kind=ReportKind.ANSWER, tokens=report_on_email(passed_on.id).tokens)
    assert apply_report(loop, Source.PIPE, clock.now(), raw) is Effect.ANSWER_COUNTED
    assert apply_report(answer, Source.LMTP, clock.now(), raw) is Effect.REPEATED
    assert newest_email().id == passed_on.id


def welcome(address: str) -> Subscriber:
    """Confirm an address, and put a welcome email to it into the outbox; return its person."""
    person = make_subscriber(address, get_list(1))
    draft = EmailDraft(
        kind=EmailKind.WELCOME,
        recipient=address,
        language="fr",
        values={},
        useful_for=timedelta(days=2),
        rate_mac=mailbox_mac(address),
    )
    with transaction():
        put_email(draft, now=clock.now())
    return person


@pytest.mark.both_databases
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("named", "is_theirs"),
    [(ADDRESS, True), ("Camile@EXAMPLE.org", True), ("other@example.org", False), ("?", False)],
)
def test_any_email_finds_its_subscriber_by_the_address_that_a_report_names(
    named: str, is_theirs: bool
) -> None:
    other, person = make_subscriber("other@example.org", get_list(1)), welcome(ADDRESS)
    report = report_on_email(newest_email().id, recipient=named)
    effect = apply_report(report, Source.LMTP, clock.now())
    assert effect is (Effect.UNREACHABLE if is_theirs else Effect.COUNTED)
    db.session.expire_all()
    assert (person.unreachable_since is not None, other.unreachable_since) == (is_theirs, None)


@pytest.mark.both_databases
@pytest.mark.usefixtures("app")
def test_a_complaint_about_any_email_lets_its_subscriber_leave() -> None:
    welcome(ADDRESS)
    report = report_on_email(newest_email().id, ReportKind.COMPLAINT, recipient=ADDRESS)
    assert apply_report(report, Source.BREVO, clock.now()) is Effect.LEFT
    assert db.session.scalars(select(Subscription)).all() == []

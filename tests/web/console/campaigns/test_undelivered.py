"""Undelivered emails are shown to the accounts that must act."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.cases.case_service import (
    ExtendCaseResult,
    NewCaseEntry,
    add_entry,
    close_case,
    extend_case,
)
from supporters.cases.models import CaseAct, CaseKind
from supporters.database import db, transaction
from supporters.mail.models import LOST, EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox import EmailDraft, put_email
from supporters.mail.outbox_sender import send_due_emails
from supporters.team.team_invitations import invite_organiser
from supporters.web.labels.mail_labels import MUST_ARRIVE, TO_DO_WHEN_UNDELIVERED
from tests.factories.campaigns import ANNA
from tests.factories.cases import make_case
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.web.console.pages import speak_english

pytestmark = pytest.mark.either_database

DASHBOARD, TEAM = "/console/", "/console/organisers"
TOLD_ON_THE_DASHBOARD = "Tell these people in another way:"
UNTOLD = "doesn’t know yet that the answer takes longer"
NOBODY_GOT = "Undelivered emails"
NEW = "new@parti.example"
REFUSED = "554 5.6.0 line too long"


def extended_case() -> int:
    """Return the id of an extended case of a known person."""
    anna = make_subscriber(ANNA, make_list())
    case = make_case(clock.now(), CaseKind.COMPLAINT, anna.id)
    assert extend_case(case.id, "It is long.", by=None) is ExtendCaseResult.NOTIFIED
    return case.id


def give_up(kind: EmailKind, reply: str | None) -> None:
    """Add an undelivered email."""
    now = clock.now()
    draft = EmailDraft(
        kind=kind, recipient=ANNA, language="fr", values={}, useful_for=timedelta(days=1)
    )
    with transaction():
        email = put_email(draft, now=now)
        email.status, email.settled_at, email.last_reply = EmailStatus.GIVEN_UP, now, reply


def settle(kind: EmailKind, status: EmailStatus, reply: str | None) -> None:
    """Settle the emails of a kind."""
    with transaction():
        db.session.execute(
            db.update(OutboxEmail)
            .where(OutboxEmail.kind == kind)
            .values(
                status=status,
                last_reply=reply,
                times_lost=int(reply == LOST),
                settled_at=clock.now(),
            )
        )


@pytest.mark.both_databases
def test_a_case_says_how_the_notice_to_the_person_stands(officer_client: FlaskClient) -> None:
    speak_english(officer_client)
    path = f"/console/cases/{extended_case()}"
    assert "Email queued" in officer_client.get(path).text
    send_due_emails()
    html = officer_client.get(path).text
    assert "Email accepted by the mail server" in html
    assert UNTOLD not in html


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "settled",
    [
        lambda case_id: close_case(case_id, "Written by post.", by=None),
        lambda case_id: add_entry(
            case_id, NewCaseEntry(act=CaseAct.NOTED, at=clock.now(), text="Told by phone.")
        ),
    ],
    ids=["closed", "noted"],
)
def test_a_notice_that_nobody_got_is_to_be_told_in_another_way(
    officer_client: FlaskClient, settled: Callable[[int], object]
) -> None:
    speak_english(officer_client)
    case_id = extended_case()
    settle(EmailKind.CASE_EXTENDED, EmailStatus.GIVEN_UP, "550 5.1.1")
    html = officer_client.get(f"/console/cases/{case_id}").text
    assert UNTOLD in html
    assert "Email not delivered: the mail server rejected it (550 5.1.1)" in html
    assert TOLD_ON_THE_DASHBOARD in officer_client.get(DASHBOARD).text
    settled(case_id)
    assert UNTOLD not in officer_client.get(f"/console/cases/{case_id}").text
    assert TOLD_ON_THE_DASHBOARD not in officer_client.get(DASHBOARD).text


@pytest.mark.parametrize("kind", sorted(MUST_ARRIVE))
def test_the_dashboard_names_what_had_to_arrive_and_did_not(
    owner_client: FlaskClient, kind: EmailKind
) -> None:
    speak_english(owner_client)
    assert NOBODY_GOT not in owner_client.get(DASHBOARD).text
    for _ in range(2):
        give_up(kind, "550 5.7.1")
    html = owner_client.get(DASHBOARD).text
    assert NOBODY_GOT in html
    with force_locale("en"):
        assert all(str(table[kind]) in html for table in (MUST_ARRIVE, TO_DO_WHEN_UNDELIVERED))
    assert "(2 emails)" in html
    assert "the mail server rejected it (550 5.7.1)" in html
    assert ANNA not in html


def test_an_email_that_somebody_typed_an_address_for_is_not_on_the_dashboard(
    owner_client: FlaskClient,
) -> None:
    speak_english(owner_client)
    give_up(EmailKind.CONFIRM_SIGNUP, "550 5.1.1")
    assert NOBODY_GOT not in owner_client.get(DASHBOARD).text


def test_who_can_do_nothing_about_it_is_not_told(organiser_client: FlaskClient) -> None:
    speak_english(organiser_client)
    give_up(EmailKind.CHECKPOINT, None)
    html = organiser_client.get(DASHBOARD).text
    assert "Dashboard" in html
    assert NOBODY_GOT not in html


@pytest.mark.parametrize(
    ("status", "reply", "words"),
    [
        (EmailStatus.QUEUED, None, "Email queued"),
        (EmailStatus.SENT, "250", "Email accepted by the mail server"),
        (EmailStatus.GIVEN_UP, "550 5.1.1", "rejected it (550 5.1.1)"),
        (EmailStatus.GIVEN_UP, LOST, "so it may have arrived"),
        (EmailStatus.GIVEN_UP, None, "no mail server accepted it in time"),
    ],
)
def test_the_team_page_says_how_an_invitation_stands(
    owner_client: FlaskClient, status: EmailStatus, reply: str | None, words: str
) -> None:
    speak_english(owner_client)
    invite_organiser(NEW, RoleName.ORGANISER, "en", inviter="owner@parti.example")
    settle(EmailKind.TEAM_INVITATION, status, reply)
    html = owner_client.get(TEAM).text
    assert html.count(words) == 1  # and no line for the owner's invitation, which was accepted
    is_lost = status is EmailStatus.GIVEN_UP
    assert ("Check the address, and invite them again." in html) == is_lost

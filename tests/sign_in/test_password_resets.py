"""A new password by email: three links a day, the newest works, everybody concerned is told."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.database import db
from supporters.extensions import queue
from supporters.mail.models import EmailKind
from supporters.mail.outbox_sender import send_due_emails
from supporters.sign_in.password_changes import (
    ResetError,
    answer_waiting_resets,
    find_reset_account,
    purge_password_resets,
    request_password_reset,
    reset_password,
)
from supporters.sign_in.session_models import PasswordReset
from supporters.team.accounts import disable_organiser
from tests.factories.accounts import make_dpo, make_organiser, make_owner
from tests.factories.resets import request_reset_token
from tests.factories.signups import recipient_of, values_in
from tests.machinery.statements import statements
from tests.machinery.threads import at_once
from tests.web.console.pages import emails

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

EMAIL = "org@parti.example"
NEW = "un deux trois soleil"
HOUR = timedelta(hours=1)


def notices() -> list[tuple[str, str]]:
    """Return the subject and the recipient of each notice."""
    return sorted(
        (str(values_in(each)["notice"]), recipient_of(each))
        for each in emails(EmailKind.SECURITY_NOTICE)
    )


def test_only_the_newest_link_works(organiser: Organiser) -> None:
    first, second = request_reset_token(EMAIL), request_reset_token(EMAIL)
    assert find_reset_account(first) is None
    assert find_reset_account(second) == organiser


def test_an_account_gets_three_links_a_day_and_is_told_of_more(organiser: Organiser) -> None:
    for _ in range(6):
        request_reset_token(EMAIL)
    assert len(emails(EmailKind.RESET_PASSWORD)) == 3
    assert notices() == [("resets", EMAIL)]
    with time_machine.travel(clock.now() + 25 * HOUR):
        request_reset_token(EMAIL)
    assert len(emails(EmailKind.RESET_PASSWORD)) == 4


@pytest.mark.both_databases
def test_parallel_requests_get_no_fourth_link(app: Flask, organiser: Organiser) -> None:
    for _ in range(6):
        request_password_reset(EMAIL)
    at_once(app, answer_waiting_resets, workers=3)
    assert len(emails(EmailKind.RESET_PASSWORD)) == 3


@pytest.mark.both_databases
@pytest.mark.parametrize("email", ["nobody@parti.example", "gone@parti.example"])
def test_an_address_without_an_active_account_leaves_no_trace(email: str) -> None:
    make_owner()
    disable_organiser(make_organiser("gone@parti.example").id)
    request_password_reset(email)
    answer_waiting_resets()
    assert db.session.scalars(db.select(PasswordReset)).all() == []
    assert emails(EmailKind.RESET_PASSWORD) == []


def test_the_address_is_encrypted_until_the_answer(organiser: Organiser) -> None:
    request_password_reset(EMAIL)
    row = db.session.scalars(db.select(PasswordReset)).one()
    assert row.encrypted is not None
    assert EMAIL.encode() not in row.encrypted
    answer_waiting_resets()
    db.session.expire_all()
    assert row.encrypted is None


def test_a_request_takes_the_same_steps_for_every_address(organiser: Organiser) -> None:
    request_password_reset("first@parti.example")
    steps = []
    for email in (EMAIL, "nobody@parti.example"):
        with statements() as made:
            request_password_reset(email)
        steps.append(len(made))
    assert steps[0] == steps[1]


def test_a_worker_answers_a_request_at_once(organiser: Organiser) -> None:
    request_password_reset(EMAIL)
    queue.run_all()
    send_due_emails()
    assert len(emails(EmailKind.RESET_PASSWORD)) == 1


@pytest.mark.both_databases
def test_a_link_works_once(organiser: Organiser) -> None:
    token = request_reset_token(EMAIL)
    assert isinstance(reset_password(token, NEW, browser=""), Organiser)
    assert reset_password(token, NEW, browser="") is ResetError.LINK_INVALID


def test_a_disabled_account_can_use_no_link(organiser: Organiser) -> None:
    make_owner()
    token = request_reset_token(EMAIL)
    disable_organiser(organiser.id)
    assert reset_password(token, NEW, browser="") is ResetError.LINK_INVALID


@pytest.mark.both_databases
def test_a_new_password_is_told_to_the_account(organiser: Organiser) -> None:
    make_owner()
    reset_password(request_reset_token(EMAIL), NEW, browser="")
    assert notices() == [("password_changed", EMAIL)]


@pytest.mark.both_databases
def test_the_new_password_of_an_owner_is_told_to_the_others() -> None:
    make_owner()
    make_owner("second@parti.example")
    make_dpo()
    reset_password(request_reset_token("owner@parti.example"), NEW, browser="")
    told = {to for notice, to in notices() if notice == "owner_reset"}
    assert {"second@parti.example", "dpo@parti.example"} <= told
    assert "owner@parti.example" not in told


def test_requests_are_deleted_after_a_day(organiser: Organiser) -> None:
    request_reset_token(EMAIL)
    assert purge_password_resets(clock.now() + 23 * HOUR) == 0
    assert purge_password_resets(clock.now() + 24 * HOUR) == 1

"""A signup stores a request and an email in one transaction, for every kind of address."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from supporters import clock
from supporters.database import db
from supporters.lists.models import Subscription
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.people.models import Subscriber
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.signup.rejection import reject_signup
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import (
    ADDRESS,
    email_of_request,
    make_subscriber,
    not_me_token,
    request_to_join,
    values_in,
)

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_signup_stores_a_request_and_an_email_and_no_person() -> None:
    request_to_join(ADDRESS, make_list())
    assert [count_rows(each) for each in (SignupRequest, SignupChoice, OutboxEmail)] == [1, 1, 1]
    assert (count_rows(Subscriber), count_rows(Subscription)) == (0, 0)


@pytest.mark.both_databases
def test_only_the_ticked_lists_are_chosen() -> None:
    national, _unticked, lyon = make_list(), make_list("nord", "Nord"), make_list("lyon", "Lyon")
    request_to_join(ADDRESS, national, lyon)
    chosen = db.session.scalars(select(SignupChoice.mailing_list_id)).all()
    assert sorted(chosen) == [national.id, lyon.id]


@pytest.mark.both_databases
def test_the_database_holds_neither_token_nor_code() -> None:
    public_id = request_to_join(ADDRESS, make_list())
    values = values_in(email_of_request(public_id))
    secret = str(values["confirm_url"]).rpartition("/")[2]
    stored = repr(db.session.execute(db.text("SELECT * FROM signup_request")).all())
    stored += repr(db.session.execute(db.text("SELECT * FROM outbox_email")).all())
    assert secret not in stored
    assert str(values["code"]).replace(" ", "") not in stored


def test_the_outbox_does_not_show_the_recipient() -> None:
    request_to_join(ADDRESS, make_list())
    assert ADDRESS not in repr(db.session.execute(db.text("SELECT * FROM outbox_email")).all())


def test_a_second_request_within_a_day_gets_no_second_email() -> None:
    mailing_list = make_list()
    request_to_join(ADDRESS, mailing_list)
    email = email_of_request(request_to_join(ADDRESS, mailing_list))
    assert (email.status, email.encrypted) == (EmailStatus.WITHHELD, None)


@pytest.mark.parametrize(
    ("one", "others"),
    [
        (
            "camille.martin@example.org",
            ["camille.martin+x@example.org", "Camille.Martin@EXAMPLE.org"],
        ),
        ("ada.b@gmail.com", ["adab@gmail.com", "a.d.a.b+x@gmail.com", "ada.b@googlemail.com"]),
    ],
)
def test_spellings_of_one_mailbox_get_no_more_emails(one: str, others: list[str]) -> None:
    mailing_list = make_list()
    request_to_join(one, mailing_list)
    for other in others:
        assert email_of_request(request_to_join(other, mailing_list)).status is EmailStatus.WITHHELD


def test_an_address_with_another_dot_is_another_person() -> None:
    mailing_list = make_list()
    request_to_join("jean.dupont@orange.example.org", mailing_list)
    other = email_of_request(request_to_join("jeandupont@orange.example.org", mailing_list))
    assert other.status is EmailStatus.QUEUED


def test_a_flood_of_requests_leads_to_few_emails_at_growing_intervals() -> None:
    mailing_list = make_list()
    sent = []
    for hour in range(30 * 24):
        with time_machine.travel(NOW + timedelta(hours=hour), tick=False):
            if hour % 24 in {0, 1, 2}:
                email = email_of_request(request_to_join(ADDRESS, mailing_list))
                sent += [hour] if email.status is EmailStatus.QUEUED else []
    assert sent[:5] == [0, 1, 25, 73, 145]
    assert len(sent) <= 12


@pytest.mark.both_databases
def test_a_request_gets_a_valid_link_after_requests_by_strangers() -> None:
    mailing_list = make_list()
    for day in (0, 6, 12):
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            request_to_join(ADDRESS, mailing_list)
    for hours in (1, 30, 71, 72, 100, 300):
        with time_machine.travel(NOW + timedelta(days=12, hours=hours), tick=False):
            request_to_join(ADDRESS, mailing_list)
            assert has_valid_link()


def has_valid_link() -> bool:
    """Tell whether an email with a valid link was sent."""
    count = select(func.count()).select_from(OutboxEmail)
    live = count.where(
        OutboxEmail.status != EmailStatus.WITHHELD, OutboxEmail.expires_at > clock.now()
    )
    return bool(db.session.scalar(live))


def test_an_already_subscribed_email_delays_no_confirmation() -> None:
    national, lyon = make_list(), make_list("lyon", "Lyon")
    make_subscriber(ADDRESS, national)
    assert email_of_request(request_to_join(ADDRESS, national)).kind is EmailKind.ALREADY_SUBSCRIBED
    email = email_of_request(request_to_join(ADDRESS, lyon))
    assert (email.kind, email.status) == (EmailKind.CONFIRM_SIGNUP, EmailStatus.QUEUED)


def test_a_confirmed_address_is_told_how_to_manage_its_subscriptions() -> None:
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    email = email_of_request(request_to_join(ADDRESS, mailing_list))
    assert email.kind is EmailKind.ALREADY_SUBSCRIBED
    assert "manage_url" in values_in(email)


def test_another_request_changes_nothing_for_a_confirmed_address() -> None:
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, mailing_list, given_name="Camille")
    request_to_join(ADDRESS, mailing_list, given_name="Somebody else", language="en")
    db.session.refresh(person)
    assert (person.given_name, person.language) == ("Camille", "fr")
    assert count_rows(Subscription) == 1


def test_a_subscriber_confirms_another_list_the_same_day() -> None:
    national, lyon = make_list(), make_list("lyon", "Lyon")
    make_subscriber(ADDRESS, national)
    email = email_of_request(request_to_join(ADDRESS, lyon))
    assert (email.kind, email.status) == (EmailKind.CONFIRM_SIGNUP, EmailStatus.QUEUED)


def test_every_kind_of_address_leads_to_the_same_number_of_rows(app: Flask) -> None:
    mailing_list = make_list()
    make_subscriber("known@example.org", mailing_list)
    request_to_join("pending@example.org", mailing_list)
    for address in ("new@example.org", "known@example.org", "pending@example.org"):
        before = (count_rows(SignupRequest), count_rows(SignupChoice), count_rows(OutboxEmail))
        request_to_join(address, mailing_list)
        after = (count_rows(SignupRequest), count_rows(SignupChoice), count_rows(OutboxEmail))
        assert [now - then for then, now in zip(before, after, strict=True)] == [1, 1, 1]


@pytest.mark.both_databases
def test_eight_requests_at_the_same_moment_lead_to_one_email(app: Flask) -> None:
    mailing_list = make_list()
    barrier = Barrier(8)

    def ask_at_once(number: int) -> None:
        with app.app_context():
            barrier.wait()
            request_to_join(f"camille+{number}@example.org", mailing_list)

    with ThreadPoolExecutor(8) as pool:
        [*pool.map(ask_at_once, range(8))]
    db.session.rollback()
    statuses = Counter(db.session.scalars(select(OutboxEmail.status)))
    assert statuses == {EmailStatus.QUEUED: 1, EmailStatus.WITHHELD: 7}


@pytest.mark.both_databases
def test_the_names_of_one_mailbox_get_one_confirmation_email() -> None:
    mailing_list = make_list()
    for name in ("jean-luc@proton.me", "jeanluc@protonmail.com", "jean_luc+x@pm.me"):
        request_to_join(name, mailing_list)
    statuses = db.session.scalars(select(OutboxEmail.status).order_by(OutboxEmail.id)).all()
    assert statuses == [EmailStatus.QUEUED, EmailStatus.WITHHELD, EmailStatus.WITHHELD]


def test_it_was_not_me_of_one_name_of_a_mailbox_silences_no_other_name() -> None:
    mailing_list = make_list()
    reject_signup(not_me_token(request_to_join("jean-luc@proton.me", mailing_list)))
    with time_machine.travel(clock.now() + timedelta(days=2)):
        public_id = request_to_join("jeanluc@protonmail.com", mailing_list)
        assert email_of_request(public_id).status == EmailStatus.QUEUED


@pytest.mark.parametrize("address", ["postmaster@example.org", "No-Reply+x@example.org"])
def test_an_address_of_a_mail_system_gets_no_email_and_the_same_rows(address: str) -> None:
    mailing_list = make_list()
    request_to_join(ADDRESS, mailing_list)
    refused = email_of_request(request_to_join(address, mailing_list))
    assert refused.status is EmailStatus.WITHHELD
    assert (count_rows(SignupRequest), count_rows(OutboxEmail)) == (2, 2)


def test_an_operator_can_refuse_addresses_that_last_for_minutes(app: Flask) -> None:
    mailing_list = make_list()
    taken = email_of_request(request_to_join("ada@yopmail.com", mailing_list))
    settings = replace(app.extensions["settings"], refuses_disposable=True)
    app.extensions["settings"] = settings
    refused = email_of_request(request_to_join("bob@yopmail.com", mailing_list))
    kept = email_of_request(request_to_join("bob@example.org", mailing_list))
    queued, withheld = EmailStatus.QUEUED, EmailStatus.WITHHELD
    assert (taken.status, refused.status, kept.status) == (queued, withheld, queued)

"""A confirmation renews active consents and lifts a restriction; an old email changes none."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from supporters import clock
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.database import db
from supporters.lists.queries import list_subscriptions_of
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import restrict_person
from supporters.signup.code_confirmation import confirm_by_code
from supporters.signup.confirmation import ConfirmedSignup, confirm_by_link
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.lists import make_list
from tests.factories.signups import (
    ADDRESS,
    code_of,
    confirm_token,
    make_subscriber,
    request_to_join,
)

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def purposes_of(person: Subscriber) -> list[int]:
    db.session.rollback()
    return [each.purpose_id for each, _ in list_subscriptions_of(person.id)]


def test_an_email_from_before_a_change_restores_no_earlier_purpose() -> None:
    mailing_list = make_list()
    earlier = confirm_token(request_to_join(ADDRESS, mailing_list))
    purpose = change_meaning(mailing_list)
    with time_machine.travel(clock.now() + timedelta(hours=25)):  # one email a day
        person = make_subscriber(ADDRESS, mailing_list)
        assert isinstance(confirm_by_link(earlier), ConfirmedSignup)
    assert purposes_of(person) == [purpose.id]


def test_a_confirmation_of_a_changed_purpose_renews_the_consent() -> None:
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, mailing_list)
    purpose = change_meaning(mailing_list)
    make_subscriber(ADDRESS, mailing_list)
    kinds = db.session.scalars(select(ConsentEvent.kind).order_by(ConsentEvent.id)).all()
    assert (purposes_of(person), kinds[-1]) == ([purpose.id], EventKind.RENEWED)


def test_a_confirmation_lifts_a_restriction_and_records_the_method() -> None:
    person = make_subscriber(ADDRESS, make_list())
    restrict_person(person.id, Method.MY_DATA)
    public_id = request_to_join(ADDRESS, make_list("lyon", "Lyon"))
    confirm_by_code(public_id, code_of(public_id))
    db.session.refresh(person)
    released = db.session.scalar(
        select(ConsentEvent.method).where(ConsentEvent.kind == EventKind.RESTRICTION_LIFTED)
    )
    assert (person.restricted_at, released) == (None, Method.CODE)

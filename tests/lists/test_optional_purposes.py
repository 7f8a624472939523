"""Purposes without a list: created, shown as an optional box, and removed from the pages."""

import pytest

from supporters.consent.labels import purpose_kind_name
from supporters.consent.models import (
    Agreement,
    ConsentEvent,
    EventKind,
    Method,
    Purpose,
    PurposeKind,
    Suppression,
    Wording,
)
from supporters.consent.queries import find_optional_purpose
from supporters.consent.suppression import purpose_scope
from supporters.database import db
from supporters.languages import TEAM_LANGUAGES
from supporters.lists.models import MailingList
from supporters.lists.purpose_changes import (
    OPTIONAL_KINDS,
    OptionalPurposeError,
    create_optional_purpose,
    find_faults,
    remove_purpose_from_pages,
    show_purpose_on_pages,
    suggest_wording,
)
from supporters.lists.subscriptions import (
    unsubscribe_from_every_list,
    unsubscribe_from_list,
    withdraw_agreement,
)
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.people.profile import Profile
from supporters.signup.confirmation import ConfirmedSignup, confirm_by_link
from supporters.signup.new_requests import Signup
from supporters.signup.queries import list_signup_boxes
from supporters.signup.signup_requests import request_signup
from tests.factories.lists import SENTENCES, make_list
from tests.factories.signups import ADDRESS, PAGE, confirm_token, email_of_request, values_in

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def offered(kind: PurposeKind = PurposeKind.TARGETING) -> Purpose:
    """Return an optional purpose that the signup pages show."""
    purpose = create_optional_purpose(kind, SENTENCES)
    assert isinstance(purpose, Purpose)
    assert show_purpose_on_pages(purpose.id) is None
    return purpose


def optional_boxes(mailing_list: MailingList) -> list[Wording]:
    """Return the wordings of the boxes without a list on a signup page."""
    return [wording for each, wording in list_signup_boxes(mailing_list.slug, "fr") if each is None]


def tick_everything(mailing_list: MailingList) -> str:
    """Sign up with every box of a page ticked."""
    signup = Signup(
        address=parse_address(ADDRESS),
        profile=Profile(language="fr"),
        mailing_list_id=mailing_list.id,
        wording_ids=[wording.id for _, wording in list_signup_boxes(mailing_list.slug, "fr")],
        page_url=PAGE,
    )
    return request_signup(signup)


def make_subscriber_of_everything(mailing_list: MailingList) -> Subscriber:
    """Return a person who ticked every box and confirmed."""
    confirmed = confirm_by_link(confirm_token(tick_everything(mailing_list)))
    assert isinstance(confirmed, ConfirmedSignup)
    return db.session.get_one(Subscriber, confirmed.subscriber_id)


def agreements() -> list[int]:
    """Return the purposes of all agreements."""
    db.session.rollback()
    return [*db.session.scalars(db.select(Agreement.purpose_id))]


def kinds_of(purpose: Purpose) -> list[EventKind]:
    """Return the kinds of the events of a purpose, oldest first."""
    query = db.select(ConsentEvent.kind).where(ConsentEvent.purpose_id == purpose.id)
    return [*db.session.scalars(query.order_by(ConsentEvent.id))]


@pytest.mark.parametrize("kind", OPTIONAL_KINDS)
def test_the_suggested_wordings_have_no_faults(kind: PurposeKind) -> None:
    assert find_faults({code: suggest_wording(kind, code) for code in TEAM_LANGUAGES}) == {}


def test_a_new_purpose_is_not_shown_yet() -> None:
    create_optional_purpose(PurposeKind.MEASUREMENT, SENTENCES)
    assert optional_boxes(make_list()) == []


def test_each_kind_is_created_once() -> None:
    first = create_optional_purpose(PurposeKind.TARGETING, SENTENCES)
    again = create_optional_purpose(PurposeKind.TARGETING, SENTENCES)
    assert isinstance(first, Purpose)
    assert again is OptionalPurposeError.ALREADY_EXISTS
    found = find_optional_purpose(PurposeKind.TARGETING)
    assert found is not None
    assert found.id == first.id


def test_a_list_can_not_be_an_optional_box() -> None:
    mailing_list = make_list()
    assert show_purpose_on_pages(mailing_list.purpose_id) is OptionalPurposeError.NOT_OPTIONAL
    assert optional_boxes(mailing_list) == []


def test_a_box_is_removed_and_the_consents_stay() -> None:
    purpose = offered()
    mailing_list = make_list()
    make_subscriber_of_everything(mailing_list)
    remove_purpose_from_pages(purpose.id)
    remove_purpose_from_pages(purpose.id)
    assert optional_boxes(mailing_list) == []
    assert agreements() == [purpose.id]


def test_the_email_and_the_page_after_it_name_the_consents() -> None:
    offered()
    mailing_list = make_list()
    public_id = tick_everything(mailing_list)
    names = values_in(email_of_request(public_id))["list_names"]
    confirmed = confirm_by_link(confirm_token(public_id))
    assert isinstance(confirmed, ConfirmedSignup)
    both = [mailing_list.name, purpose_kind_name(PurposeKind.TARGETING)]
    assert names == both
    assert [each.list_name for each in confirmed.agreements] == both


def test_an_agreement_is_withdrawn_once_and_the_subscription_stays() -> None:
    purpose = offered()
    person = make_subscriber_of_everything(make_list())
    for _ in range(2):
        withdraw_agreement(person.id, purpose.id, Method.MY_DATA)
    assert agreements() == []
    assert kinds_of(purpose) == [EventKind.REQUESTED, EventKind.CONFIRMED, EventKind.WITHDRAWN]
    scopes = [*db.session.scalars(db.select(Suppression.scope))]
    assert scopes == [purpose_scope(purpose.id)]


@pytest.mark.both_databases
def test_only_unsubscribing_from_every_list_ends_agreements() -> None:
    purpose, mailing_list = offered(), make_list()
    person = make_subscriber_of_everything(mailing_list)
    unsubscribe_from_list(person.id, mailing_list.id, Method.PAGE)
    assert agreements() == [purpose.id]
    unsubscribe_from_every_list(person.id, Method.PAGE)
    assert agreements() == []
    assert kinds_of(purpose)[-1] is EventKind.WITHDRAWN

"""The database enforces the promises: raw SQL can't insert a row that breaks one."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.exc import IntegrityError

from supporters.consent.models import Method
from supporters.database import UtcDateTime, db, transaction
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.people.models import Subscriber
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@made_once
def person(mailing_list: MailingList) -> Subscriber:
    return make_subscriber("a@example.org", mailing_list)


def execute(statement: str, **values: object) -> None:
    """Run raw SQL in its own transaction."""
    given = {"now": NOW, **values} if ":now" in statement else values
    moments = [
        bindparam(name, value, UtcDateTime)
        for name, value in given.items()
        if isinstance(value, datetime)
    ]
    values = {name: value for name, value in values.items() if not isinstance(value, datetime)}
    with transaction():
        db.session.execute(text(statement).bindparams(*moments), values)


def insert_subscriber(event_id: int, kind: str = "confirmed") -> None:
    """Insert a person by SQL, with the event by which they joined."""
    execute(
        "INSERT INTO subscriber (id, address, address_key, address_mac, language, created_at,"
        " acted_at, log_salt, joined_event_id, joined_event_kind)"
        " VALUES (1, 'a@b.fr', 'a@b.fr', :mac, 'fr', :now, :now, :mac, :event, :kind)",
        mac=b"m",
        event=event_id,
        kind=kind,
    )


INSERT_EVENT = (
    "INSERT INTO consent_event (id, kind, subscriber_id, address_mac, purpose_id, wording_id,"
    " method, page_url, requested_at, occurred_at, evidence) VALUES (:id, :kind, :subscriber,"
    " 'mac', :purpose, :wording, :method, :page, :requested, :now, :evidence)"
)

INSERT_WITHDRAWAL = (
    "INSERT INTO consent_event (id, kind, subscriber_id, address_mac, purpose_id, method,"
    " occurred_at, controller_id, basis) VALUES (7, 'withdrawn', :subscriber, 'mac', :purpose,"
    " 'page', :now, :controller, :basis)"
)

INSERT_SUBSCRIPTION = (
    "INSERT INTO subscription (subscriber_id, mailing_list_id, purpose_id, consent_event_id,"
    " consent_kind, subscribed_at) VALUES (:subscriber, :list, :purpose, :event, :kind, :now)"
)

INSERT_DISCLOSURE = (
    "INSERT INTO disclosure (id, kind, subscriber_id, asked_by, reason, people, occurred_at)"
    " VALUES (7, :kind, :subscriber, 'a', 'b', 0, :now)"
)

INSERT_DELIVERY = (
    "INSERT INTO delivery (campaign_id, subscriber_id, batch, purpose_id, consent_event_id,"
    " consent_kind, status, attempts, next_attempt_at)"
    " VALUES (:campaign, :subscriber, 1, :purpose, :event, :kind, 'queued', 0, :now)"
)


def test_a_person_without_any_consent_event_is_refused() -> None:
    with pytest.raises(IntegrityError):
        insert_subscriber(event_id=404)


def test_a_person_who_joined_by_another_persons_event_is_refused() -> None:
    someone = make_subscriber("a@example.org", make_list())
    with pytest.raises(IntegrityError):
        insert_subscriber(event_id=someone.joined_event_id)


def test_a_person_who_joined_without_a_confirmation_is_refused() -> None:
    with pytest.raises(IntegrityError):
        insert_subscriber(event_id=1, kind="imported")


def insert_confirmation(mailing_list: MailingList, person: Subscriber, **values: object) -> None:
    """Insert a confirmation by SQL: with all its evidence, but for these values."""
    complete = {"method": "link", "wording": 1, "page": "x", "requested": NOW, "evidence": b"e"}
    who = {"id": 7, "subscriber": person.id, "purpose": mailing_list.purpose_id}
    execute(INSERT_EVENT, **{**who, **complete, **values})


@pytest.mark.parametrize("kind", ["confirmed", "renewed"])
@pytest.mark.parametrize("missing", ["wording", "page", "requested", "evidence"])
def test_a_confirmation_without_its_evidence_is_refused(
    missing: str, kind: str, mailing_list: MailingList, person: Subscriber
) -> None:
    with pytest.raises(IntegrityError):
        insert_confirmation(mailing_list, person, kind=kind, **{missing: None})


@pytest.mark.parametrize("kind", ["confirmed", "renewed"])
@pytest.mark.parametrize("method", ["organiser", "page", "one-click", "form", "letter"])
def test_a_confirmation_by_another_person_is_refused(
    method: str, kind: str, mailing_list: MailingList, person: Subscriber
) -> None:
    with pytest.raises(IntegrityError):
        insert_confirmation(mailing_list, person, kind=kind, method=method)


@pytest.mark.parametrize(
    ("controller", "basis"), [(1, None), (None, "9(2)(a)"), (404, "9(2)(a)"), (1, "9(2)(d)")]
)
def test_an_event_has_a_controller_and_a_known_ground_or_neither(
    controller: int | None, basis: str | None, mailing_list: MailingList, person: Subscriber
) -> None:
    known = db.session.scalar(text("SELECT id FROM controller"))
    with pytest.raises(IntegrityError):
        execute(
            INSERT_WITHDRAWAL,
            subscriber=person.id,
            purpose=mailing_list.purpose_id,
            controller=known if controller == 1 else controller,
            basis=basis,
        )


def subscribe(person: Subscriber, to: MailingList, event: int, kind: str = "confirmed") -> None:
    """Insert a subscription by SQL."""
    purpose = to.purpose_id
    values = {"subscriber": person.id, "list": to.id, "purpose": purpose, "event": event}
    execute(INSERT_SUBSCRIPTION, **values, kind=kind)


def test_a_subscription_without_consent_is_refused(person: Subscriber) -> None:
    other = make_list("lyon", "Lyon")
    with pytest.raises(IntegrityError):
        subscribe(person, other, 404)


def test_a_subscription_by_the_consent_to_another_list_is_refused(person: Subscriber) -> None:
    other = make_list("lyon", "Lyon")
    with pytest.raises(IntegrityError):
        subscribe(person, other, person.joined_event_id)


@pytest.fixture
def withdrawal(mailing_list: MailingList, person: Subscriber) -> int:
    """Let the person unsubscribe; return the id of the event."""
    unsubscribe_from_list(person.id, mailing_list.id, Method.PAGE)
    found = text("SELECT id FROM consent_event WHERE kind = 'withdrawn'")
    return int(db.session.scalars(found).one())


@pytest.mark.parametrize("kind", ["withdrawn", "confirmed"])
def test_a_subscription_by_a_withdrawal_is_refused(
    mailing_list: MailingList, person: Subscriber, withdrawal: int, kind: str
) -> None:
    with pytest.raises(IntegrityError):
        subscribe(person, mailing_list, withdrawal, kind)


def insert_delivery(person: Subscriber, event: int, purpose: int, kind: str = "confirmed") -> None:
    """Insert a ledger row by SQL."""
    execute(
        INSERT_DELIVERY, campaign=1, subscriber=person.id, purpose=purpose, event=event, kind=kind
    )


def test_a_delivery_to_a_person_without_consent_is_refused(
    mailing_list: MailingList, person: Subscriber
) -> None:
    make_campaign(mailing_list)
    with pytest.raises(IntegrityError):
        insert_delivery(person, 404, mailing_list.purpose_id)


def test_a_delivery_by_another_persons_consent_is_refused(
    mailing_list: MailingList, person: Subscriber
) -> None:
    other = make_subscriber("b@example.org", mailing_list)
    make_campaign(mailing_list)
    with pytest.raises(IntegrityError):
        insert_delivery(person, other.joined_event_id, mailing_list.purpose_id)


def test_a_delivery_for_another_purpose_than_the_campaigns_is_refused(
    mailing_list: MailingList, person: Subscriber
) -> None:
    other = make_list("lyon", "Lyon")
    make_campaign(other)
    for purpose in (mailing_list.purpose_id, other.purpose_id):
        with pytest.raises(IntegrityError):
            insert_delivery(person, person.joined_event_id, purpose)


@pytest.mark.parametrize("kind", ["withdrawn", "confirmed"])
def test_a_delivery_by_a_withdrawal_is_refused(
    mailing_list: MailingList, person: Subscriber, withdrawal: int, kind: str
) -> None:
    make_campaign(mailing_list)
    with pytest.raises(IntegrityError):
        insert_delivery(person, withdrawal, mailing_list.purpose_id, kind)


def test_a_second_delivery_of_a_campaign_to_a_person_is_refused(
    mailing_list: MailingList, person: Subscriber
) -> None:
    make_campaign(mailing_list)
    insert_delivery(person, person.joined_event_id, mailing_list.purpose_id)
    with pytest.raises(IntegrityError):
        insert_delivery(person, person.joined_event_id, mailing_list.purpose_id)


def test_the_consent_of_a_delivery_can_not_be_deleted(
    mailing_list: MailingList, person: Subscriber
) -> None:
    make_campaign(mailing_list)
    insert_delivery(person, person.joined_event_id, mailing_list.purpose_id)
    with pytest.raises(IntegrityError):
        execute("DELETE FROM consent_event WHERE id = :id", id=person.joined_event_id)


def test_only_evidence_can_be_requested_for_an_unknown_address() -> None:
    person = make_subscriber("a@example.org", make_list())
    for kind, subscriber in (("access", None), ("export", person.id)):
        with pytest.raises(IntegrityError):
            execute(INSERT_DISCLOSURE, kind=kind, subscriber=subscriber)
    execute(INSERT_DISCLOSURE, kind="evidence", subscriber=None)
    assert db.session.scalar(text("SELECT kind FROM disclosure")) == "evidence"

"""The database takes agreements and subscriptions only with a confirmed consent that lasts."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters.consent.models import Method
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_list
from supporters.people.models import Subscriber
from tests.factories.consent.tampering import put_back_on_list
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.storage.test_promises import INSERT_EVENT, NOW, execute

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
INSERT_AGREEMENT = (
    "INSERT INTO agreement (subscriber_id, purpose_id, consent_event_id, consent_kind)"
    " VALUES (:subscriber, :purpose, :event, :kind)"
)
AGREE = (
    "INSERT INTO agreement (subscriber_id, purpose_id, consent_event_id, consent_kind)"
    " SELECT subscriber_id, purpose_id, id, kind FROM consent_event WHERE id = :event"
)


def renew(person: Subscriber, purpose: int) -> int:
    """Insert another confirmation of a person by SQL; return its id."""
    values: dict[str, object] = {"page": "x", "requested": NOW, "evidence": b"e", "wording": 1}
    execute(
        INSERT_EVENT,
        **values,
        id=7,
        kind="renewed",
        subscriber=person.id,
        purpose=purpose,
        method="link",
    )
    return 7


@made_once
def person(mailing_list: MailingList) -> Subscriber:
    return make_subscriber("a@example.org", mailing_list)


def test_a_renewed_consent_is_for_its_own_purpose_only() -> None:
    mailing_list, other = make_list(), make_list("lyon", "Lyon")
    person = make_subscriber("a@example.org", mailing_list)
    event = renew(person, mailing_list.purpose_id)
    change = (
        "UPDATE subscription SET consent_event_id = :event, consent_kind = 'renewed',"
        " purpose_id = :purpose"
    )
    with pytest.raises(IntegrityError):
        execute(change, event=event, purpose=other.purpose_id)
    execute(change, event=event, purpose=mailing_list.purpose_id)
    assert db.session.scalar(text("SELECT consent_event_id FROM subscription")) == event


@pytest.mark.parametrize("kind", ["requested", "asked-again", "withdrawn", "imported"])
def test_a_subscription_by_anything_but_a_consent_is_refused(kind: str) -> None:
    mailing_list = make_list()
    make_subscriber("a@example.org", mailing_list)
    with pytest.raises(IntegrityError):
        execute("UPDATE subscription SET consent_kind = :kind", kind=kind)


def test_the_consent_of_a_subscription_can_not_be_changed() -> None:
    mailing_list = make_list()
    person = make_subscriber("a@example.org", mailing_list)
    for change in ("kind = 'withdrawn'", "purpose_id = NULL", "subscriber_id = 1"):
        with pytest.raises(IntegrityError):
            execute(f"UPDATE consent_event SET {change} WHERE id = :id", id=person.joined_event_id)


def test_an_agreement_without_consent_is_refused() -> None:
    person = make_subscriber("a@example.org", make_list())
    with pytest.raises(IntegrityError):
        execute(INSERT_AGREEMENT, subscriber=person.id, purpose=1, event=404, kind="confirmed")


def test_an_agreement_by_another_persons_consent_or_purpose_is_refused() -> None:
    mailing_list, other = make_list(), make_list("lyon", "Lyon")
    person = make_subscriber("a@example.org", mailing_list)
    second = make_subscriber("b@example.org", mailing_list)
    for event, purpose in (
        (second.joined_event_id, mailing_list.purpose_id),
        (person.joined_event_id, other.purpose_id),
    ):
        with pytest.raises(IntegrityError):
            execute(
                INSERT_AGREEMENT,
                subscriber=person.id,
                purpose=purpose,
                event=event,
                kind="confirmed",
            )


@pytest.mark.parametrize("kind", ["requested", "withdrawn", "confirmed"])
def test_an_agreement_by_an_event_without_consent_is_refused(kind: str) -> None:
    mailing_list = make_list()
    person = make_subscriber("a@example.org", mailing_list)
    unsubscribe_from_list(person.id, mailing_list.id, Method.PAGE)
    query = "SELECT id FROM consent_event WHERE kind IN ('requested', 'withdrawn') ORDER BY kind"
    for event in db.session.scalars(text(query)).all():
        with pytest.raises(IntegrityError):
            execute(
                INSERT_AGREEMENT,
                subscriber=person.id,
                purpose=mailing_list.purpose_id,
                event=event,
                kind=kind,
            )


@pytest.mark.parametrize("kind", ["withdrawn", "objected"])
def test_a_subscription_by_an_ended_consent_is_refused(
    kind: str, mailing_list: MailingList, person: Subscriber
) -> None:
    if kind == "withdrawn":
        unsubscribe_from_list(person.id, mailing_list.id, Method.ONE_CLICK)
    else:
        object_to_everything(person.id)
    with pytest.raises(IntegrityError, match="the consent has ended"):
        put_back_on_list(person, mailing_list)


def test_an_agreement_by_an_ended_consent_is_refused(
    mailing_list: MailingList, person: Subscriber
) -> None:
    unsubscribe_from_list(person.id, mailing_list.id, Method.ONE_CLICK)
    with pytest.raises(IntegrityError, match="the consent has ended"):
        execute(AGREE, event=person.joined_event_id)


def test_a_subscription_is_not_changed_to_an_ended_consent(
    mailing_list: MailingList, person: Subscriber
) -> None:
    unsubscribe_from_list(person.id, mailing_list.id, Method.ONE_CLICK)
    make_subscriber(person.address, mailing_list)
    with pytest.raises(IntegrityError, match="the consent has ended"):
        execute(
            "UPDATE subscription SET consent_event_id = :event WHERE subscriber_id = :person",
            event=person.joined_event_id,
            person=person.id,
        )

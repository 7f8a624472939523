"""A person renews a consent by their own act, once. Silence changes nothing; "no" withdraws."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.delivery.audience import count_audience
from supporters.extensions import current_tokens
from supporters.lists.models import MailingList, Subscription
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.people.models import Subscriber
from supporters.reconfirmation.reconfirmation_answers import (
    LONGEST_LIFETIME,
    AcceptedWording,
    ReconfirmationQuestion,
    ReconfirmError,
    accept_reconfirmation,
    decline_reconfirmation,
    find_reconfirmation_question,
)
from supporters.reconfirmation.reconfirmation_mails import (
    MAIL_USEFUL_FOR,
    ReconfirmationReason,
    send_reconfirmation,
)
from supporters.reconfirmation.rules import RECONFIRMATION_LIFETIME
from supporters.transparency_log.models import LogEntry
from tests.factories.consent.reconfirmation import (
    PAGE,
    accept,
    ask_one,
    change_meaning,
    reconfirmation_emails,
    token_in,
)
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber, values_in
from tests.machinery.prepared_states import made_once
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@made_once
def mailing_list(app: Flask) -> MailingList:
    return make_list()


@made_once
def person(mailing_list: MailingList) -> Subscriber:
    """Return a person who agreed to the earlier purpose of the list."""
    return make_subscriber(ADDRESS, mailing_list)


@pytest.fixture
def purpose_id(mailing_list: MailingList, person: Subscriber) -> int:
    """Return the id of the current purpose of the list."""
    return change_meaning(mailing_list).id


@pytest.fixture
def token(person: Subscriber, purpose_id: int) -> str:
    """Return the token of the link in the email."""
    return token_in(ask_one(person, purpose_id))


def renewals() -> list[ConsentEvent]:
    """Return the renewed consents, oldest first."""
    db.session.rollback()
    query = db.select(ConsentEvent).where(ConsentEvent.kind == EventKind.RENEWED)
    return [*db.session.scalars(query.order_by(ConsentEvent.id))]


def purpose_of(person: Subscriber) -> int | None:
    """Return the purpose of the only subscription of a person."""
    db.session.rollback()
    return db.session.scalar(
        db.select(Subscription.purpose_id).where(Subscription.subscriber_id == person.id)
    )


def test_a_yes_keeps_the_log_valid(purpose_id: int, token: str) -> None:
    accept(token, purpose_id)
    db.session.remove()
    seal()
    assert verify(clock.now()).faults == []


@pytest.mark.both_databases
def test_a_yes_is_a_new_consent_with_its_evidence(
    person: Subscriber, purpose_id: int, token: str
) -> None:
    assert isinstance(accept(token, purpose_id), ReconfirmationQuestion)
    (event,) = renewals()
    asked = db.session.get_one(ConsentEvent, event.request_id)
    assert (event.purpose_id, event.method, event.page_url) == (purpose_id, Method.LINK, PAGE)
    assert (asked.kind, event.requested_at) == (
        EventKind.RECONFIRMATION_REQUESTED,
        asked.occurred_at,
    )
    assert event.evidence is not None
    assert db.session.get(LogEntry, ("renewed", event.id)) is not None
    held = db.session.scalar(db.select(Subscription.consent_event_id))
    assert (purpose_of(person), held) == (purpose_id, event.id)


def test_campaigns_for_the_new_purpose_reach_only_people_who_agreed(
    mailing_list: MailingList, person: Subscriber
) -> None:
    make_subscriber("silent@example.org", mailing_list)
    earlier = make_campaign(mailing_list)
    purpose_id = change_meaning(mailing_list).id
    today = make_campaign(mailing_list)
    assert (count_audience(earlier), count_audience(today)) == (2, 0)
    accept(token_in(ask_one(person, purpose_id)), purpose_id)
    assert (count_audience(earlier), count_audience(today)) == (1, 1)


def test_without_an_answer_the_earlier_scope_stays(
    mailing_list: MailingList, person: Subscriber, token: str
) -> None:
    old_id = purpose_of(person)
    for _ in range(3):
        assert isinstance(find_reconfirmation_question(token, "fr"), ReconfirmationQuestion)
    assert (purpose_of(person), renewals()) == (old_id, [])
    assert count_audience(make_campaign(mailing_list)) == 0


def test_a_second_yes_changes_nothing(person: Subscriber, purpose_id: int, token: str) -> None:
    for _ in range(2):
        assert isinstance(accept(token, purpose_id), ReconfirmationQuestion)
    assert len(renewals()) == 1


@pytest.mark.both_databases
def test_two_requests_at_once_are_one_consent(app: Flask, purpose_id: int, token: str) -> None:
    at_once(app, lambda: accept(token, purpose_id), workers=3)
    assert len(renewals()) == 1


def test_an_outdated_wording_is_rejected(purpose_id: int, token: str) -> None:
    yes = AcceptedWording(language="fr", wording_id=1, page_url=PAGE, page_snapshot_id=None)
    assert accept_reconfirmation(token, yes) is ReconfirmError.TEXT_CHANGED
    assert renewals() == []


def test_no_unsubscribes_and_a_later_yes_changes_nothing(
    person: Subscriber, purpose_id: int, token: str
) -> None:
    assert isinstance(decline_reconfirmation(token, "fr"), ReconfirmationQuestion)
    assert purpose_of(person) is None
    assert decline_reconfirmation(token, "fr") is ReconfirmError.OVER
    assert accept(token, purpose_id) is ReconfirmError.OVER
    assert purpose_of(person) is None


def test_a_used_link_does_not_undo_an_unsubscription(
    mailing_list: MailingList, person: Subscriber, purpose_id: int, token: str
) -> None:
    accept(token, purpose_id)
    unsubscribe_from_list(person.id, mailing_list.id, Method.ONE_CLICK)
    assert accept(token, purpose_id) is ReconfirmError.OVER
    assert purpose_of(person) is None


def test_a_link_is_valid_for_thirty_days_after_its_email(token: str) -> None:
    left = clock.now() + MAIL_USEFUL_FOR
    with time_machine.travel(left + RECONFIRMATION_LIFETIME - timedelta(minutes=1), tick=False):
        assert isinstance(find_reconfirmation_question(token, "fr"), ReconfirmationQuestion)


def test_a_link_expires_after_that(purpose_id: int, token: str) -> None:
    over = clock.now() + LONGEST_LIFETIME + timedelta(minutes=1)
    with time_machine.travel(over, tick=False):
        assert find_reconfirmation_question(token, "fr") is ReconfirmError.EXPIRED
        assert accept(token, purpose_id) is ReconfirmError.EXPIRED
    assert renewals() == []


def test_a_link_is_invalid_after_a_change_of_address(person: Subscriber, token: str) -> None:
    with transaction():
        db.session.get_one(Subscriber, person.id).address_mac = b"another"
    assert find_reconfirmation_question(token, "fr") is ReconfirmError.UNKNOWN


@pytest.mark.parametrize("purpose", [TokenPurpose.UNSUBSCRIBE, TokenPurpose.RECONFIRMATION])
def test_tokens_of_other_links_and_events_are_rejected(
    person: Subscriber, purpose_id: int, purpose: TokenPurpose
) -> None:
    forged = current_tokens().sign(purpose, person.joined_event_id)
    assert find_reconfirmation_question(forged, "fr") is ReconfirmError.UNKNOWN
    assert find_reconfirmation_question("nonsense", "fr") is ReconfirmError.UNKNOWN


def test_the_email_shows_both_wordings_and_both_links(purpose_id: int, token: str) -> None:
    values = values_in(reconfirmation_emails()[-1])
    assert values["old_text"] != values["new_text"]
    assert values["reason"] == "changed"
    assert "/again/" in values["answer_url"]
    assert "/leave/" in values["leave_url"]


def test_a_reconfirmation_does_not_start_the_inactivity_time(
    person: Subscriber, purpose_id: int, token: str
) -> None:
    db.session.refresh(person)
    assert person.asked_again_at is None


def test_an_inactive_person_answers_whether_to_stay(
    mailing_list: MailingList, person: Subscriber
) -> None:
    later = clock.now() + timedelta(days=1000)
    with time_machine.travel(later, tick=False):
        email = ask_one(person, mailing_list.purpose_id, ReconfirmationReason.IDLE)
        db.session.refresh(person)
        assert (person.asked_again_at, person.inactivity_email_id) == (None, email.id)
        accept(token_in(email), mailing_list.purpose_id)
        db.session.refresh(person)
        assert (person.asked_again_at, person.acted_at) == (None, later)
    assert [each.purpose_id for each in renewals()] == [mailing_list.purpose_id]


def test_nobody_is_asked_about_a_purpose_without_a_consent(person: Subscriber) -> None:
    other = make_list("lyon", "Lyon")
    with transaction():
        known = db.session.get_one(Subscriber, person.id)
        asked = send_reconfirmation(
            known, other.purpose_id, reason=ReconfirmationReason.CHANGED, now=clock.now()
        )
    assert asked is None
    assert reconfirmation_emails() == []

"""Invited people join by their own acceptance only, or decline and get no more email."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from supporters import clock
from supporters.consent.models import ConsentEvent, EventKind, Method, Wording
from supporters.consent.queries import find_current_wording, is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.database import db
from supporters.imports.invitation_answers import (
    accept_invitation,
    decline_invitation,
    find_invitation,
)
from supporters.imports.invitation_mails import send_next_invitations
from supporters.imports.models import Invitation
from supporters.lists.mailing_lists import close_list
from supporters.lists.models import Subscription
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.people.addresses import address_mac
from supporters.people.models import Subscriber
from supporters.signup.confirmation import ConfirmedSignup, ConfirmError
from supporters.signup.form_counts import purge_expired_requests
from tests.factories.imports import csv_of, invitations, invited, national, reload
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import make_subscriber, values_in

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

ANNE = "anne@example.org"


def asked(row: str = f"{ANNE},Zoé,fr") -> tuple[int, str, str]:
    """Send one invitation; return the import and the tokens of the two links."""
    import_id = invited(csv_of(row))
    send_next_invitations(clock.now())
    email = db.session.scalar(select(OutboxEmail).where(OutboxEmail.kind == EmailKind.INVITATION))
    assert email is not None
    values = values_in(email)
    yes, never = (str(values[name]).rpartition("/")[2] for name in ("yes_url", "no_more_url"))
    return import_id, yes, never


def wording(language: str = "fr") -> Wording:
    """Return the wording that the page shows."""
    current = find_current_wording(national().purpose_id, language)
    assert current is not None
    return current


def test_opening_the_link_changes_nothing() -> None:
    _, yes, _ = asked()
    for _ in range(3):
        assert isinstance(find_invitation(yes), Invitation)
    assert (count_rows(Subscription), len(invitations())) == (0, 1)


def test_an_acceptance_records_the_consent() -> None:
    import_id, yes, _ = asked()
    confirmed = accept_invitation(yes, wording())
    assert isinstance(confirmed, ConfirmedSignup)
    person = db.session.get_one(Subscriber, confirmed.subscriber_id)
    assert (person.address, person.given_name, count_rows(Subscription)) == (ANNE, "Zoé", 1)
    event = db.session.scalar(select(ConsentEvent).where(ConsentEvent.kind == EventKind.CONFIRMED))
    assert event is not None
    assert (event.method, event.wording_id) == (Method.LINK, wording().id)
    assert event.page_url == "http://localhost/fr/invited/-"
    assert (reload(import_id).confirmed, invitations()) == (1, [])


def test_a_second_acceptance_shows_the_same_and_writes_nothing() -> None:
    import_id, yes, _ = asked()
    first, second = accept_invitation(yes, wording()), accept_invitation(yes, wording())
    assert isinstance(first, ConfirmedSignup)
    assert isinstance(second, ConfirmedSignup)
    assert (second.subscriber_id, count_rows(Subscription)) == (first.subscriber_id, 1)
    assert isinstance(find_invitation(yes), ConfirmedSignup)
    assert reload(import_id).confirmed == 1


def test_an_acceptance_of_another_purpose_is_rejected() -> None:
    _, yes, _ = asked()
    other = find_current_wording(make_list("lyon", "Lyon").purpose_id, "fr")
    assert other is not None
    assert accept_invitation(yes, other) is ConfirmError.EXPIRED
    assert count_rows(Subscription) == 0


def test_an_invited_person_who_joined_meanwhile_stays_the_same_person() -> None:
    _, yes, _ = asked()
    person = make_subscriber(ANNE, national())
    confirmed = accept_invitation(yes, wording())
    assert isinstance(confirmed, ConfirmedSignup)
    assert (confirmed.subscriber_id, count_rows(Subscription)) == (person.id, 1)


def test_an_invitation_expires_after_thirty_days() -> None:
    _, yes, _ = asked()
    with time_machine.travel(clock.now() + timedelta(days=30, seconds=1), tick=False):
        assert accept_invitation(yes, wording()) is ConfirmError.EXPIRED
    assert count_rows(Subscription) == 0


def test_an_invitation_to_a_closed_list_is_invalid() -> None:
    _, yes, _ = asked()
    close_list(national().id)
    assert accept_invitation(yes, wording()) is ConfirmError.EXPIRED


def test_each_link_of_an_invitation_has_one_use() -> None:
    _, yes, never = asked()
    for token in (never, "nonsense", yes[:-1]):
        assert find_invitation(token) is ConfirmError.UNKNOWN
    assert not decline_invitation(yes)
    assert len(invitations()) == 1


@pytest.mark.both_databases
def test_declining_is_permanent_and_works_twice() -> None:
    import_id, yes, never = asked()
    assert decline_invitation(never)
    assert not decline_invitation(never)
    assert find_invitation(yes) is ConfirmError.EXPIRED
    later = clock.now() + timedelta(days=3650)
    assert is_suppressed(address_mac(ANNE), [EVERYTHING], later)
    assert (reload(import_id).declined, invitations()) == (1, [])


def test_declining_after_an_acceptance_unsubscribes_the_person() -> None:
    _, yes, never = asked()
    accept_invitation(yes, wording())
    assert decline_invitation(never)
    assert count_rows(Subscription) == 0
    assert is_suppressed(address_mac(ANNE), [EVERYTHING], clock.now())


def test_declining_unsubscribes_a_person_from_every_list() -> None:
    make_subscriber(ANNE, make_list("lyon", "Lyon"))
    _, _, never = asked()
    assert decline_invitation(never)
    assert count_rows(Subscription) == 0


@pytest.mark.both_databases
def test_long_after_the_acceptance_the_link_is_invalid_and_the_person_stays() -> None:
    _, yes, _ = asked()
    accept_invitation(yes, wording())
    with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
        purge_expired_requests(clock.now())
        assert find_invitation(yes) is ConfirmError.EXPIRED
    assert count_rows(Subscription) == 1

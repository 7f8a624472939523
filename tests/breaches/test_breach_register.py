"""The register of breaches: nothing is overwritten, each step is recorded, people are deleted."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.audit_log.audit_events import AuditEvent
from supporters.breaches.breach_data import purge_affected
from supporters.breaches.breach_register import (
    AuthorityNotification,
    BreachError,
    close_breach,
    correct_breach,
    decide_about_people,
    dismiss_notification,
    note_breach,
    record_notification,
    reopen_breach,
)
from supporters.breaches.models import Breach, BreachAct, BreachFact, BreachStatus
from supporters.breaches.queries import count_affected, find_facts, list_breach_entries
from supporters.database import db, transaction
from supporters.retention.queries import get_days
from supporters.retention.rules import Category
from tests.factories.breaches import affect, make_breach, statement
from tests.factories.campaigns import ANNA
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def told(*, reason: str = "") -> AuthorityNotification:
    return AuthorityNotification(told_at=clock.now(), reference="CNIL-7", delay_reason=reason)


def texts_of(breach: Breach, act: BreachAct) -> list[str | None]:
    return [entry.text for entry, _ in list_breach_entries(breach.id) if entry.act is act]


def audited() -> list[str]:
    return [
        act
        for act in db.session.scalars(db.select(AuditEvent.act).order_by(AuditEvent.id))
        if act.startswith("breach.")
    ]


def make_affecting(*, is_closed: bool) -> Breach:
    make_subscriber(ANNA, make_list())
    breach = make_breach()
    affect(breach)
    if is_closed:
        dismiss_notification(breach.id, "Sans risque.")
        decide_about_people(breach.id, "Sans risque.", are_told=False)
        close_breach(breach.id)
    return breach


def test_a_correction_keeps_the_earlier_statement() -> None:
    breach = make_breach()
    correct_breach(breach.id, statement(breach.discovered_at, people_count="environ 40"))
    correct_breach(breach.id, statement(breach.discovered_at, people_count="52"))
    assert find_facts(breach.id)[BreachFact.PEOPLE_COUNT] == "52"
    assert "environ 40" in texts_of(breach, BreachAct.STATED)


def test_a_correction_without_a_change_adds_nothing() -> None:
    breach = make_breach()
    before = len(list_breach_entries(breach.id))
    assert correct_breach(breach.id, statement(breach.discovered_at)) is BreachError.SAME
    assert len(list_breach_entries(breach.id)) == before


@pytest.mark.both_databases
def test_a_corrected_discovery_moves_the_clock_and_stays_in_the_history() -> None:
    breach = make_breach()
    first = breach.discovered_at
    correct_breach(breach.id, statement(first - 5 * HOUR))
    assert breach.discovered_at == first - 5 * HOUR
    assert first.isoformat(timespec="minutes") in texts_of(breach, BreachAct.STATED)


@pytest.mark.both_databases
def test_the_database_deletes_no_breach() -> None:
    breach = make_breach()
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(delete(Breach).where(Breach.id == breach.id))


def test_a_notification_after_72_hours_needs_the_reasons_for_its_delay() -> None:
    breach = make_breach(clock.now() - 73 * HOUR)
    assert record_notification(breach.id, told()) is BreachError.DELAY_UNEXPLAINED
    record_notification(breach.id, told(reason="L’hébergeur a répondu tard."))
    assert breach.status is BreachStatus.NOTIFIED
    assert texts_of(breach, BreachAct.DELAY_EXPLAINED) == ["L’hébergeur a répondu tard."]


@pytest.mark.both_databases
def test_a_breach_is_closed_after_both_decisions_only() -> None:
    breach = make_breach()
    assert close_breach(breach.id) is BreachError.NOT_NOW
    dismiss_notification(breach.id, "Le fichier était chiffré.")
    assert close_breach(breach.id) is BreachError.PEOPLE_UNDECIDED
    decide_about_people(breach.id, "Aucun risque élevé.", are_told=False)
    close_breach(breach.id)
    assert breach.status is BreachStatus.CLOSED


def test_a_closed_breach_takes_notes_and_can_be_opened_again() -> None:
    breach = make_breach()
    dismiss_notification(breach.id, "Le fichier était chiffré.")
    decide_about_people(breach.id, "Aucun risque.", are_told=False)
    close_breach(breach.id)
    note_breach(breach.id, "La clé a été trouvée sur un forum.")
    reopen_breach(breach.id)
    record_notification(breach.id, told())
    assert breach.status is BreachStatus.NOTIFIED


@pytest.mark.both_databases
def test_each_step_is_in_the_audit_log_once() -> None:
    breach = make_breach()
    note_breach(breach.id, "Le relais confirme.")
    record_notification(breach.id, told())
    assert record_notification(breach.id, told()) is BreachError.NOT_NOW
    assert audited() == ["breach.opened", "breach.noted", "breach.notified"]


def test_the_database_knows_when_an_authority_was_notified(app: Flask) -> None:
    breach = make_breach()
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            db.update(Breach).where(Breach.id == breach.id).values(status=BreachStatus.NOTIFIED)
        )


def test_the_list_goes_when_its_time_is_over_and_the_register_stays(app: Flask) -> None:
    breach = make_affecting(is_closed=True)
    days = get_days(Category.BREACHES)
    assert purge_affected(days, clock.now() + (days - 1) * DAY) == 0
    assert purge_affected(days, clock.now() + (days + 1) * DAY) == 1
    assert count_affected(breach.id) == 0
    assert find_facts(breach.id)


def test_the_list_of_an_open_breach_stays(app: Flask) -> None:
    breach = make_affecting(is_closed=False)
    assert purge_affected(1, clock.now() + 4_000 * DAY) == 0
    assert count_affected(breach.id) == 1

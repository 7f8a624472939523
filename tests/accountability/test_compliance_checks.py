"""Each promise is checked against the present database, and the check fails when it is broken."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, update

from supporters import clock
from supporters.accountability.compliance_checks import CheckResult, ComplianceCheck, run_check
from supporters.audit_log.audit_events import AUDITED
from supporters.campaigns.models import CampaignVersion
from supporters.campaigns.pictures.email_pictures import as_markdown
from supporters.campaigns.queries import get_campaign
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind
from supporters.database import db, transaction
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.message.frozen_campaign import freeze_campaign
from supporters.lists.queries import get_list
from supporters.personal_data.person_lookups import open_person
from supporters.retention.retention_rounds import run_retention
from supporters.transparency_log.models import LogCheckpoint, LogEntry
from tests.factories.accounts import make_organiser
from tests.factories.campaigns import ANNA, BORIS, RecordingTransport, launch_to_addresses
from tests.factories.exports import export
from tests.factories.imports import csv_of, invited
from tests.factories.lists import make_list
from tests.factories.lookups import acting_account
from tests.factories.pictures import make_described_picture
from tests.factories.retention import RecordingActions
from tests.factories.signups import make_subscriber
from tests.transparency_log.tampered_logs import unguarded

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

LINKS = "[Site](https://parti.example/)"


def check(promise: ComplianceCheck) -> CheckResult:
    """Run a check with a fresh session."""
    db.session.rollback()
    return run_check(promise)


def test_an_empty_database_breaks_no_promise() -> None:
    assert [promise for promise in ComplianceCheck if not check(promise).holds] == []


def test_each_email_has_a_consent_of_its_reader() -> None:
    launch_to_addresses(ANNA, BORIS)
    send_here(RecordingTransport())
    found = check(ComplianceCheck.CONSENT_FIRST)
    assert (found.holds, found.figures) == (True, {"mails": 2, "with_consent": 2})


@pytest.mark.both_databases
def test_a_mail_with_the_consent_of_another_person_is_found() -> None:
    launch_to_addresses(ANNA, BORIS)
    with unguarded() as connection:
        yes = connection.scalar(
            db.select(ConsentEvent.id).where(ConsentEvent.kind == EventKind.CONFIRMED).limit(1)
        )
        connection.execute(
            update(ConsentEvent)
            .where(ConsentEvent.id == yes)
            .values(kind=EventKind.REQUESTED, email_status=None)
        )
        connection.commit()
    found = check(ComplianceCheck.CONSENT_FIRST)
    assert (found.holds, found.figures) == (False, {"mails": 2, "with_consent": 1})


def test_imports_are_shown_with_their_results() -> None:
    invited(csv_of("anne@example.org,,", "boris@example.org,,"))
    found = check(ComplianceCheck.NO_VENDOR_LISTS)
    assert (found.holds, found.figures) == (True, {"lists": 1, "asked": 0, "confirmed": 0})


def test_links_that_are_the_same_for_all_track_nobody() -> None:
    launch_to_addresses(ANNA, body=f"Bonjour {{{{ given_name | vous }}}}. {LINKS}")
    found = check(ComplianceCheck.NO_TRACKING)
    assert found.holds
    assert (found.figures["campaigns"], found.figures["images"]) == (1, 0)
    assert (found.figures["own_images"], found.figures["own_links"]) == (0, 0)


def test_a_picture_from_our_own_address_tracks_nobody() -> None:
    launch_to_addresses(ANNA, body=f"Bonjour. {as_markdown(make_described_picture())}")
    found = check(ComplianceCheck.NO_TRACKING)
    assert found.holds
    assert (found.figures["images"], found.figures["own_images"]) == (0, 0)


@pytest.mark.parametrize(
    ("body", "figure"),
    [
        ("![Photo](https://elsewhere.example/photo.png)", "images"),
        ("![Photo](https://parti.example/{{ given_name | x }}.png)", "own_images"),
        ("[Site](https://parti.example/?who={{ given_name | x }})", "own_links"),
    ],
)
def test_an_image_or_link_that_differs_between_readers_is_found(body: str, figure: str) -> None:
    campaign_id = launch_to_addresses(ANNA)
    with transaction():
        campaign = get_campaign(campaign_id)
        campaign.body, campaign.document = body, None
        other = freeze_campaign(campaign, get_list(campaign.mailing_list_id)).serialise()
        db.session.execute(update(CampaignVersion).values(content=other))
    found = check(ComplianceCheck.NO_TRACKING)
    assert (found.holds, found.figures[figure]) == (False, 1)


def test_the_checkpoint_is_shown_and_compared_with_the_external_one() -> None:
    make_subscriber(ANNA, make_list())
    seal()
    found = check(ComplianceCheck.LOG_UNALTERED)
    assert found.holds
    assert found.figures["compared_with_outside"] == "contained"


@pytest.mark.both_databases
def test_a_log_that_lost_its_newest_checkpoint_is_found() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    seal()
    before = db.session.scalars(db.select(LogEntry.record_id)).all()
    make_subscriber(BORIS, mailing_list)
    seal()
    with unguarded() as connection:
        connection.execute(delete(LogEntry).where(LogEntry.record_id.not_in(before)))
        connection.execute(delete(LogCheckpoint).where(LogCheckpoint.size > len(before)))
        connection.commit()
    assert not check(ComplianceCheck.LOG_UNALTERED).holds


def test_unsealed_consents_are_found() -> None:
    make_subscriber(ANNA, make_list())
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        assert not check(ComplianceCheck.LOG_UNALTERED).holds


def test_the_last_round_is_shown_and_a_late_one_is_found() -> None:
    run_retention(clock.now(), RecordingActions().means())
    found = check(ComplianceCheck.RETENTION_TIMES)
    assert (found.holds, found.figures["deleted"]) == (True, 0)
    with time_machine.travel(clock.now() + timedelta(hours=49)):
        assert not check(ComplianceCheck.RETENTION_TIMES).holds


def test_exports_are_shown_and_one_without_an_entry_is_found() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    export(mailing_list)
    found = check(ComplianceCheck.EXPORTS_LOGGED)
    assert (found.holds, found.figures["exports"], found.figures["in_the_log"]) == (True, 1, 1)
    with transaction():
        db.session.execute(delete(LogEntry).where(LogEntry.kind == "exported"))
    assert not check(ComplianceCheck.EXPORTS_LOGGED).holds


def test_looks_at_people_are_shown_and_one_without_an_entry_is_found() -> None:
    person, account = make_subscriber(ANNA, make_list()), make_organiser()
    with acting_account(account.id):
        open_person(person.id)
    found = check(ComplianceCheck.EXPORTS_LOGGED)
    assert (found.holds, found.figures["opened"], found.figures["opened_in_the_log"]) == (
        True,
        1,
        1,
    )
    with transaction():
        db.session.execute(delete(LogEntry).where(LogEntry.kind == AUDITED))
    assert not check(ComplianceCheck.EXPORTS_LOGGED).holds


def test_exports_of_years_ago_are_history() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    export(mailing_list)
    with time_machine.travel(clock.now() + timedelta(days=366)):
        assert check(ComplianceCheck.EXPORTS_LOGGED).figures["exports"] == 0

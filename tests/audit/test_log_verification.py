"""The verification passes a correct log, and finds false times and unconfirmed addresses."""

from datetime import timedelta

import pytest
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.receipts import Receipt, make_receipt, prove_event
from supporters.consent.record_forms import describe_restoration
from supporters.consent.record_models import Restoration
from supporters.database import db, transaction
from supporters.evidence.evidence_disclosure import disclose_evidence
from supporters.evidence.evidence_pack import gather_evidence
from supporters.ids import new_id
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_every_list
from supporters.people.models import Subscriber
from supporters.transparency_log.log_records import add_entry, restoration_key
from supporters.transparency_log.merkle_tree import is_consistent
from supporters.transparency_log.queries import find_latest_checkpoint
from tests.factories.campaigns import ANNA, BORIS, CHLOE
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join
from tests.machinery.prepared_states import made_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
MOVED = "anna@example.net"
HOUR = timedelta(hours=1)


def faults() -> list[str]:
    """Return the faults as text."""
    return [str(each) for each in verify(clock.now()).faults]


def report() -> tuple[list[str], list[str]]:
    """Return the faults and the notes of the verification."""
    found = verify(clock.now())
    return [str(each) for each in found.faults], [str(each) for each in found.notes]


def confirmation_of(person: Subscriber) -> ConsentEvent:
    """Return the event of a person's confirmation."""
    return db.session.scalars(
        db.select(ConsentEvent).where(
            ConsentEvent.subscriber_id == person.id, ConsentEvent.kind == EventKind.CONFIRMED
        )
    ).one()


def receipt_of(person: Subscriber) -> Receipt:
    """Return the receipt of a person's confirmation."""
    event = confirmation_of(person)
    receipt = make_receipt(event, log_salt=person.log_salt, name="La Lettre nationale")
    assert receipt is not None
    return receipt


def backdate(mailing_list: MailingList, ago: timedelta) -> Subscriber:
    """Return a person whose consent is written now, with an earlier time."""
    with clock.pretend(clock.now() - ago):
        return make_subscriber(BORIS, mailing_list)


@made_once
def mailing_list() -> MailingList:
    """Return a list with a subscriber, in a log that was sealed five hours ago and just now."""
    with clock.pretend(clock.now() - 5 * HOUR):
        made = make_list()
        make_subscriber(ANNA, made)
        seal()
    make_subscriber(CHLOE, made)
    seal()
    return made


def test_an_empty_log_has_no_faults() -> None:
    assert faults() == []


def test_events_have_no_faults_sealed_or_not() -> None:
    national, local = make_list(), make_list("local", "La Lettre locale")
    anna = make_subscriber("anna@example.org", national, local)
    boris = make_subscriber("boris@example.org", national)
    seal()
    unsubscribe_from_every_list(anna.id, Method.ONE_CLICK)
    seal()
    make_subscriber("anna@example.org", national)
    object_to_everything(boris.id)
    request_to_join("chloe@example.org", national)
    report = verify(clock.now())
    assert ([*map(str, report.faults)], report.people, report.checkpoints) == ([], 2, 2)
    assert (report.entries > 0, report.unsealed > 0) == (True, True)


def test_events_that_wait_for_sealing_are_faults_after_two_minutes() -> None:
    make_subscriber("anna@example.org", make_list())
    waits = "it has waited for sealing for more than two minutes"
    assert not [each for each in verify(clock.now()).faults if each.what == waits]
    late = verify(clock.now() + timedelta(minutes=3)).faults
    assert [each for each in late if each.what == waits and "confirmed" in each.row]


def test_a_record_that_was_sealed_soon_is_no_fault(mailing_list: MailingList) -> None:
    backdate(mailing_list, timedelta(minutes=50))
    seal()
    assert report() == ([], [])


def test_a_worker_that_did_not_run_is_a_note(mailing_list: MailingList) -> None:
    with clock.pretend(clock.now() + 3 * HOUR):
        make_subscriber(BORIS, mailing_list)
    with clock.pretend(clock.now() + 9 * HOUR):
        seal()
        faults, notes = report()
    assert faults == []
    assert any("confirmed" in each and "did not run" in each for each in notes)


def test_a_record_older_than_the_log_is_no_fault() -> None:
    with clock.pretend(clock.now() - timedelta(days=400)):
        make_subscriber(ANNA, make_list())
    seal()
    faults, notes = report()
    assert (faults, "older than the log" in notes[0], len(notes)) == ([], True, 1)


def test_a_withdrawal_that_is_repeated_after_a_restoration_is_a_note(
    mailing_list: MailingList,
) -> None:
    person = make_subscriber(BORIS, mailing_list)
    seal()
    with clock.pretend(clock.now() - 2 * HOUR):
        unsubscribe_from_every_list(person.id, Method.PAGE)
    add_restoration()
    seal()
    assert [each for each in report()[0] if "withdrawn" in each] == []


def add_restoration() -> None:
    """Record that a backup was restored."""
    checkpoint, now = find_latest_checkpoint(), clock.now()
    assert checkpoint is not None
    restoration = Restoration(
        id=new_id(now),
        lost_head=checkpoint.checkpoint,
        restored_size=0,
        replayed=1,
        occurred_at=now,
    )
    with transaction():
        db.session.add(restoration)
        add_entry(describe_restoration(restoration, key=restoration_key()))


def test_a_proof_leads_from_the_checkpoints_around_it_to_the_latest(
    mailing_list: MailingList,
) -> None:
    person = make_subscriber(BORIS, mailing_list)
    seal()
    unsubscribe_from_every_list(person.id, Method.PAGE)
    seal()
    newest = find_latest_checkpoint()
    proof = prove_event(confirmation_of(person), log_salt=person.log_salt, head=newest)
    assert newest is not None
    assert proof is not None
    span = proof.span
    assert span.after is not None
    assert span.after.size <= proof.position < span.by.size < newest.size
    for checkpoint, path in ((span.after, span.after_path), (span.by, span.by_path)):
        assert is_consistent((checkpoint.size, newest.size), (checkpoint.root, newest.root), path)


def test_a_receipt_of_a_late_consent_says_so_first(mailing_list: MailingList) -> None:
    person = backdate(mailing_list, 4 * HOUR)
    seal()
    receipt = receipt_of(person)
    assert (next(iter(receipt)), receipt["delay"]) == ("warning", "too-late")


def test_a_receipt_of_an_honest_consent_warns_of_nothing(mailing_list: MailingList) -> None:
    person = make_subscriber(BORIS, mailing_list)
    seal()
    receipt = receipt_of(person)
    assert ("warning" in receipt, receipt["delay"]) == (False, "none")


def test_the_evidence_names_records_that_were_sealed_late(mailing_list: MailingList) -> None:
    person = backdate(mailing_list, 4 * HOUR)
    disclose_evidence(person.id, asked_by="dpo@parti.example", reason="A complaint")
    seal()
    pack = gather_evidence(person, now=clock.now())
    delays = {event["kind"]: event["delay"] for event in pack["events"]}
    assert delays == {"requested": "none", "confirmed": "too-late"}


def test_the_command_names_records_that_were_sealed_late(
    mailing_list: MailingList, runner: FlaskCliRunner
) -> None:
    backdate(mailing_list, 4 * HOUR)
    seal()
    shown = runner.invoke(args=["consent", "proof", BORIS, "--reason", "A complaint"])
    assert "LATE" in shown.output, shown.output
    assert "written later than its time" in shown.output

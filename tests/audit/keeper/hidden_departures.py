"""Attacks that hide that somebody left, and put them or a stranger on the list; hidden exports."""

from datetime import timedelta

from sqlalchemy import delete, text

from supporters import clock
from supporters.consent.consent_events import ConfirmationEvidence, NewEvent, record_event
from supporters.consent.corrections import hash_for_correction
from supporters.consent.erasure_records import record_erasure
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.record_models import Disclosure, ErasureReason
from supporters.consent.withdrawal_journal import journal_path
from supporters.database import db, transaction
from supporters.lists.models import Subscription
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.transparency_log.models import LogEntry
from tests.audit.keeper.attack_table import Finder, Need, attack
from tests.audit.keeper.attacked_party import ANNA, BORIS, EMILE, Party, event_of, promise_to
from tests.audit.keeper.forged_rows import (
    delete_entries,
    delete_withdrawals,
    forge_erasure,
    forget_departure,
    run,
    subscribe_again,
)
from tests.factories.campaigns import subscriber_at
from tests.factories.consent.tampering import drop_triggers, invent_subscriber, put_back_on_list
from tests.factories.corrections import EVIDENCE
from tests.factories.exports import export
from tests.factories.signups import make_subscriber

MINUTE = timedelta(minutes=1)
SWALLOW = {
    "sqlite": (
        "CREATE TRIGGER swallow BEFORE DELETE ON subscription BEGIN SELECT RAISE(IGNORE); END"
    ),
    "postgresql": (
        "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN NULL; END $$;"
        " CREATE TRIGGER swallow BEFORE DELETE ON subscription FOR EACH ROW"
        " EXECUTE FUNCTION swallow()"
    ),
}
SKIP_THE_CHECK = {
    "sqlite": (
        "CREATE TRIGGER skip AFTER UPDATE OF launched_at ON campaign BEGIN UPDATE campaign"
        " SET audience_checked_at = launched_at WHERE id = NEW.id; END"
    ),
    "postgresql": (
        "CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.audience_checked_at = NEW.launched_at; RETURN NEW; END $$;"
        " CREATE TRIGGER skip BEFORE UPDATE OF launched_at ON campaign FOR EACH ROW"
        " EXECUTE FUNCTION skip()"
    ),
}


def leave(address: str, list_id: int, ago: timedelta = 10 * MINUTE) -> None:
    """Let a person leave by a page, some minutes ago."""
    person = subscriber_at(address).id
    with clock.pretend(clock.now() - ago):
        unsubscribe_from_list(person, list_id, Method.PAGE, evidence=EVIDENCE)


def leave_and_keep(party: Party, ago: timedelta = 10 * MINUTE) -> None:
    """Let Boris leave like this, and keep the promise."""
    leave(BORIS, party.list_id, ago)
    party.promises.append(promise_to(BORIS))


@attack(
    "3a",
    "The row of a withdrawal is gone, the person is on the list again",
    Need.SQL,
    found_by={Finder.VERIFY, Finder.CAMPAIGN},
)
def hide_withdrawal(_party: Party) -> None:
    person = subscriber_at(ANNA)
    with transaction():
        delete_withdrawals(person)
        subscribe_again(person)


@attack(
    "3b",
    "The same, and an erasure lists it with the records of an accomplice",
    *(Need.SQL, Need.KEYS),
    found_by={Finder.VERIFY, Finder.CAMPAIGN},
)
def hide_withdrawal_among_others(party: Party) -> None:
    accomplice = make_subscriber(EMILE, party.mailing_list)
    seal()
    person = subscriber_at(ANNA)
    with transaction():
        hidden = [("withdrawn", each) for each in delete_withdrawals(person)]
        subscribe_again(person)
        theirs = db.session.execute(
            db.select(ConsentEvent.kind, ConsentEvent.id).where(
                ConsentEvent.subscriber_id == accomplice.id
            )
        ).all()
        for table in (Subscription, ConsentEvent):
            db.session.execute(delete(table).where(table.subscriber_id == accomplice.id))
        run_inside("DELETE FROM search_word WHERE subscriber_id = :id", id=accomplice.id)
        run_inside("DELETE FROM subscriber WHERE id = :id", id=accomplice.id)
        listed = [*((kind.value, each) for kind, each in theirs), *hidden]
        record_erasure(listed, ErasureReason.ASKED, now=clock.now())


def run_inside(statement: str, **values: object) -> None:
    """Run a statement in the transaction that is open."""
    db.session.execute(text(statement), values)


@attack(
    "3c",
    "The same, and an erasure lists just the withdrawal",
    Need.SQL,
    found_by={Finder.VERIFY, Finder.CAMPAIGN, Finder.SEALER},
    says="row is missing",
)
def hide_withdrawal_by_erasure(_party: Party) -> None:
    person = subscriber_at(ANNA)
    with transaction():
        hidden = delete_withdrawals(person)
        subscribe_again(person)
    forge_erasure([("withdrawn", each) for each in hidden])


@attack(
    "3d",
    "Triggers swallow that somebody leaves",
    *(Need.SQL, Need.DDL),
    found_by={Finder.VERIFY, Finder.CAMPAIGN, Finder.DOCTOR, Finder.PROMISE},
    says="the journal of this machine says that they left",
)
def swallow_withdrawals(party: Party) -> None:
    run(SWALLOW[db.engine.dialect.name])
    leave_and_keep(party)
    run("DELETE FROM suppression")
    with transaction():
        delete_entries(delete_withdrawals(subscriber_at(BORIS)))


@attack(
    "3e",
    "An erasure lists an export of the whole list",
    Need.SQL,
    found_by={Finder.SEALER, Finder.VERIFY},
)
def hide_export(_party: Party) -> None:
    exported = db.session.scalars(
        db.select(LogEntry.record_id).where(LogEntry.kind == "exported")
    ).one()
    run("DELETE FROM disclosure WHERE id = :id", id=exported)
    forge_erasure([("exported", exported)])


@attack(
    "n1",
    "What leaving wrote is deleted before the next sealing",
    Need.SQL,
    found_by={Finder.VERIFY, Finder.CAMPAIGN, Finder.PROMISE},
    says="the journal of this machine says that they left",
)
def undo_before_sealing(party: Party) -> None:
    leave_and_keep(party)
    forget_departure(subscriber_at(BORIS))


@attack(
    "x3",
    "The same, and the last line of the journal of withdrawals is cut off",
    *(Need.SQL, Need.FOLDER),
    found_by={Finder.VERIFY, Finder.PROMISE},
)
def undo_before_sealing_with_journal(party: Party) -> None:
    before = journal_path().read_bytes()
    undo_before_sealing(party)
    journal_path().write_bytes(before)


@attack(
    "x4",
    "The same, and a trigger marks the audience of each campaign as verified",
    *(Need.SQL, Need.DDL),
    found_by={Finder.VERIFY, Finder.DOCTOR, Finder.PROMISE},
)
def skip_audience_check(party: Party) -> None:
    undo_before_sealing(party)
    run(SKIP_THE_CHECK[db.engine.dialect.name])


@attack(
    "x5",
    "An export is deleted with its entry before the next sealing",
    Need.SQL,
    found_by={Finder.VERIFY},
)
def undo_export_before_sealing(party: Party) -> None:
    export(party.mailing_list)
    with transaction():
        newest = db.session.scalar(db.select(db.func.max(Disclosure.id))) or 0
        delete_entries([newest])
        db.session.execute(delete(Disclosure).where(Disclosure.id == newest))


@attack(
    "n5",
    "One INSERT puts somebody who left on the list again",
    Need.SQL,
    found_by={Finder.DATABASE},
)
def put_back(party: Party) -> None:
    put_back_on_list(subscriber_at(ANNA), party.mailing_list)


@attack(
    "n5d",
    "The same, after its trigger is dropped",
    *(Need.SQL, Need.DDL),
    found_by={Finder.VERIFY, Finder.CAMPAIGN, Finder.DOCTOR},
)
def put_back_past_triggers(party: Party) -> None:
    drop_triggers()
    put_back_on_list(subscriber_at(ANNA), party.mailing_list)


@attack(
    "n6",
    "A script undoes a withdrawal with a correction that no browser made",
    Need.KEYS,
    found_by={Finder.CAMPAIGN, Finder.VERIFY},
)
def correct_without_browser(party: Party) -> None:
    leave_and_keep(party, ago=2 * MINUTE)
    seal()
    given, person = event_of(BORIS), subscriber_at(BORIS)
    evidence = ConfirmationEvidence(
        token_hash=hash_for_correction("of the keeper"),
        page_url=given.page_url or "",
        page_snapshot_id=given.page_snapshot_id or 0,
        requested_at=clock.now() - 2 * MINUTE,
    )
    act = NewEvent(
        kind=EventKind.CORRECTED,
        method=Method.PAGE,
        now=clock.now(),
        purpose_id=given.purpose_id,
        evidence=evidence,
    )
    with transaction():
        record_event(person, act)
        db.session.flush()
        subscribe_again(person)


@attack(
    "c5n",
    "A person who never signed up is on the list, with an invented consent",
    Need.SQL,
    found_by={Finder.VERIFY, Finder.CAMPAIGN, Finder.DOCTOR},
)
def invent_person(party: Party) -> None:
    invent_subscriber(EMILE, party.mailing_list)

"""Every downgrade that deletes data is refused while there is some, or is harmless for a reason."""

import pytest
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import inspect, text

from supporters.database import db
from supporters.migrations.losses import LOSSES, refuse_to_lose
from supporters.migrations.state import DatabaseProblem
from tests.factories.accounts import make_owner
from tests.factories.campaigns import ANNA, launch_to_addresses
from tests.storage.test_migrations import revisions

Columns = dict[str, set[str]]

# Tables and columns that a downgrade before a later migration deletes, and why that is harmless,
# for example "the program makes it again", or "it is of use for minutes or days".
HARMLESS = {
    **dict.fromkeys(
        (
            *("access_ticket.encrypted", "authenticator_app.encrypted", "data_key.encrypted"),
            *("outbox_email.encrypted", "password_reset.encrypted", "stored_form.encrypted"),
            *("stored_form.stored_at", "signup_request.codes_typed", "guess_count"),
        ),
        "renamed: the former name has the values",
    ),
    **dict.fromkeys(
        (
            *("campaign.send_at", "campaign.scheduled_at", "campaign.scheduled_by"),
            *("campaign.scheduled_purpose_id", "campaign.begins_at"),
        ),
        "planned campaigns are approved again, and the audit log has their hours",
    ),
    "list_import.encrypted": "its parts refuse the downgrade, and nothing else needs it",
    "sending_rule": "the audit log has the rule, and the default counts again",
    "ledger_tile": "its fact refuses the downgrade",
    "witness": "each witness says again what it signed last",
    "ballot_place": "its ballot refuses the downgrade",
    "sending_thresholds": "the former program has its own, and the audit log has these",
    **dict.fromkeys(
        (
            *("delivery_control.stopped_by_id", "delivery_control.stopped_because"),
            *("delivery_control.resumed_by_id", "delivery_control.resumed_because"),
            "delivery_control.resumed_at",
        ),
        "a stop stays one, and the audit log has its author",
    ),
    **dict.fromkeys(
        (
            *("campaign.longer_answers", "campaign.longer_refusals", "campaign.known_left"),
            *("campaign.wave_size", "campaign.wave_minutes", "campaign.wave_ended_at"),
        ),
        "of use while a wave is open, which refuses it, or counted again",
    ),
    **dict.fromkeys(("setup_finding", "loop_test"), "a check finds it again"),
    "setup_override": "the audit log has it, and the former program asks for none",
    "audience_count": "a worker counts again within a minute",
    "domain_ceiling": "the former program knows no ceilings, and the audit log has them",
    "domain_use": "of use beside ceilings only",
    "relay_lease": "workers take new ones",
    "delivery_batch.domain_group": "its people leave as those of any other batch",
    "campaign_test.spam_tenths": "a spam filter gives it again to the next test",
    "domain_count": "a worker counts again",
    "subscriber.failed_at": "of use beside the failures, which refuse it",
    "sending_thresholds.complained": "the audit log has it, and the default counts again",
    **dict.fromkeys(
        (
            *("feedback_report", "unreadable_mail", "outbox_email.bounced_at"),
            "outbox_email.is_dead",
        ),
        "of use for 31 days; what a report did stays done",
    ),
    **dict.fromkeys(
        (
            *("machine.host", "machine.version", "machine.clock_ahead_ms", "machine.lost_at"),
            *("machine.pages_seen_at", "machine.pages_keys", "machine.pages_version"),
            "machine.new_in_hold",
            "secret_key",
        ),
        "machines write them again, and the audit log has the losses and rotations",
    ),
    "consent_notice": "the audit log has it, and the former program sends none",
    **dict.fromkeys(
        ("outbox_email.message_sha256", "outbox_email.snapshot_sha256"),
        "the events of a confirmation have them, and refuse the downgrade",
    ),
    "pending_erasure.holder": "the person is erased all the same, and their promise can't be kept",
    "timestamp_authority": "it is asked again",
    "withdrawal_line": "the journals of the machines have the lines",
    **dict.fromkeys(
        (
            *("consent_event.holder", "consent_event.surface", "consent_event.origin"),
            *("consent_event.typed_at", "consent_event.form_id", "signup_request.surface"),
            *("signup_request.origin", "signup_request.typed_at"),
        ),
        "the form of the record refuses the downgrade",
    ),
    "campaign_test.language": "such a test is of a message that no earlier program makes",
}


def find_unsaid(revision: str, before: Columns, after: Columns) -> list[str]:
    """Return the tables and columns that a downgrade drops, and of which nobody said anything."""
    dropped = [table for table in before if table not in after]
    for table in before.keys() & after.keys():
        dropped += [f"{table}.{column}" for column in sorted(before[table] - after[table])]
    refused = [(table, rows) for number, table, rows, _ in LOSSES if number == revision]
    return [each for each in dropped if each not in HARMLESS and not _is_refused(each, refused)]


def _is_refused(thing: str, refused: list[tuple[str, str]]) -> bool:
    table, _, column = thing.partition(".")
    return any(each == table and (rows == "1 = 1" or column in rows) for each, rows in refused)


def columns_of_tables() -> Columns:
    """Return the columns of each table."""
    looked = inspect(db.engine)
    return {
        name: {each["name"] for each in looked.get_columns(name)}
        for name in looked.get_table_names()
    }


def test_every_loss_of_a_downgrade_is_refused_or_harmless(app: Flask) -> None:
    db.session.remove()
    unsaid, before = [], columns_of_tables()
    for revision in reversed(revisions()[1:]):  # the first one deletes everything
        downgrade(revision="-1")
        after = columns_of_tables()
        unsaid += find_unsaid(revision, before, after)
        before = after
        db.engine.dispose()
    message = "Say it in supporters/migrations/losses.py, or here why it is harmless."
    assert unsaid == [], message


def test_a_table_or_a_column_of_which_nobody_said_anything_is_named() -> None:
    before = {"note": {"id", "text"}, "delivery": {"id"}, "mailing_list": {"id", "colour"}}
    after = {"mailing_list": {"id"}}
    assert find_unsaid("0001", before, after) == ["note"]
    assert find_unsaid("0002", before, after) == ["note", "delivery", "mailing_list.colour"]


@pytest.mark.both_databases
def test_the_downgrade_before_the_first_migration_needs_an_empty_installation(app: Flask) -> None:
    with db.engine.connect() as connection:
        refuse_to_lose(connection, ["0001"])
    launch_to_addresses(ANNA)
    make_owner()
    db.session.remove()
    with db.engine.connect() as connection:
        for table in ("log_entry", "delivery", "organiser"):
            with pytest.raises(DatabaseProblem, match="Nothing was changed"):
                refuse_to_lose(connection, ["0001"])
            connection.execute(text(f"DELETE FROM {table}"))


def test_the_condition_of_each_loss_is_one_that_the_databases_understand(app: Flask) -> None:
    with db.engine.connect() as connection:
        for _, table, rows, _ in LOSSES:
            connection.execute(text(f"SELECT 1 FROM {table} WHERE {rows}"))

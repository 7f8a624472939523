"""Every downgrade that deletes data is refused while there is some, or is harmless for a reason."""

import pytest
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import inspect, text

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.log_sealing import seal
from supporters.database import db
from supporters.migrations.losses import ALSO_LOST, LOST_BEFORE, refuse_to_lose
from supporters.migrations.state import DatabaseProblem, check_database
from tests.factories.campaigns import ANNA, launch_to_addresses
from tests.storage.test_migrations import revisions

FOLLOWS = "its rows belong to those of another table that the same downgrade is refused for"
AGAIN = "the program makes it again"
SHORT = "it is of use for minutes or days"
CHOICE = "a setting that an owner can set again; nothing was sealed of it"
KEPT = "the downgrade keeps it, and the next upgrade puts it back"
HARMLESS = {
    "disk_cleanup": AGAIN,
    **dict.fromkeys(("pending_count", "people_count", "consent_count", "event_count"), AGAIN),
    **dict.fromkeys(("former_count", "search_word", "site_edition", "request_count"), AGAIN),
    **dict.fromkeys(("machine", "page_style", "delivery_interval", "delivery_control"), AGAIN),
    **dict.fromkeys(("signup_form_count", "signup_form_list", "signup_form_question"), FOLLOWS),
    **dict.fromkeys(("signup_form_text", "list_question", "question_text"), FOLLOWS),
    **dict.fromkeys(("signup_answer", "comment_mention", "team_text_picture"), FOLLOWS),
    **dict.fromkeys(("picture_use", "breach_entry", "breach_notice", "breach_person"), FOLLOWS),
    **dict.fromkeys(("signup_hold", "signup_request", "signup_choice", "campaign_presence"), SHORT),
    **dict.fromkeys(("asked_link", "attempt_count", "known_device", "password_reset"), SHORT),
    **dict.fromkeys(("refused_sign_in", "sign_in_session", "used_challenge", "letter"), SHORT),
    **dict.fromkeys(("journal_gap", "departure", "access_ticket", "address_change"), SHORT),
    **dict.fromkeys(("asking", "delivery_erased", "contested_stop", "pending_erasure"), SHORT),
    **dict.fromkeys(("retention_change", "retention_result", "retention_run"), FOLLOWS),
    **dict.fromkeys(("retention_rule", "mailing_list"), CHOICE),
    **dict.fromkeys(("controller", "log_rule"), KEPT),
    **dict.fromkeys(("organiser", "organiser_role", "role"), "accounts can be invited again"),
    **dict.fromkeys(("import_refusal", "import_seen", "invitation", "list_import"), FOLLOWS),
    **dict.fromkeys(("agreement", "disclosure", "erasure", "list_purpose", "offer"), FOLLOWS),
    **dict.fromkeys(
        ("log_head", "log_tile", "page_version", "campaign", "delivery_batch"), FOLLOWS
    ),
    **dict.fromkeys(("purpose", "subscriber", "subscription", "suppression", "wording"), FOLLOWS),
    "data_key": "there is no data left that it opens",
}


def dropped_by_downgrades() -> list[tuple[str, str]]:
    """Go down migration by migration; return what each drops: a table, or a column of one."""
    found = []
    held = tables()
    for revision in reversed(revisions()):
        db.engine.dispose()
        downgrade(revision="-1")
        left = tables()
        found += [(revision, table) for table in held if table not in left]
        found += [
            (revision, f"{table}.{column}")
            for table in held.keys() & left.keys()
            for column in sorted(held[table] - left[table])
        ]
        held = left
    return found


def tables() -> dict[str, set[str]]:
    """Return the columns of each table."""
    looked = inspect(db.engine)
    names = [each for each in looked.get_table_names() if each != "alembic_version"]
    return {name: {each["name"] for each in looked.get_columns(name)} for name in names}


AUDITED = "the audit log has it"
HARMLESS_COLUMNS = {
    **dict.fromkeys(("campaign.audience_checked_at", "campaign.audience_check_began_at"), AGAIN),
    **dict.fromkeys(("asking.text_hash", "signup_hold.causes", "access_ticket.sealed"), SHORT),
    "campaign.left_out": AUDITED,
    **dict.fromkeys(("signup_request", "list_import", "letter", "delivery_batch"), SHORT),
    **dict.fromkeys(("mailing_list",), CHOICE),
    **dict.fromkeys(("mail_face", "subscription", "purpose"), FOLLOWS),
    **dict.fromkeys(("organiser", "organiser_role"), "accounts can be invited again"),
    **dict.fromkeys(("campaign_test.sent_by", "campaign.updated_by"), AUDITED),
    **dict.fromkeys(("campaign.trashed_at", "campaign.trashed_by"), SHORT),
    **dict.fromkeys(("campaign.revision", "case_entry.letter_id", "signup_choice.event_id"), SHORT),
    **dict.fromkeys(("campaign.recent_answers", "campaign.recent_refusals"), SHORT),
    "campaign.recent_refusals_of_us": SHORT,
    **dict.fromkeys(("campaign.restored_at", "delivery_control"), "what is held is stopped"),
    **dict.fromkeys(("consent_event.basis", "consent_event.controller_id"), KEPT),
    "subscriber.asking_letter_id": SHORT,
    "disclosure.mailing_list_id": FOLLOWS,
    "delivery.left_by": AGAIN,
}
UNSEALED = {"0010", "0011"}  # they are refused once anything is sealed


def test_every_loss_of_a_downgrade_is_refused_or_harmless(app: Flask) -> None:
    db.session.remove()
    refused = {(revision, table) for revision, (table, *_) in LOST_BEFORE.items()}
    refused |= {(revision, table) for revision, table, *_ in ALSO_LOST}
    conditions = [(revision, f"{table} {rows}") for revision, table, rows, _ in ALSO_LOST]
    conditions += [(each, f"{loss[0]} {loss[1]}") for each, loss in LOST_BEFORE.items()]
    unsaid = []
    for revision, thing in dropped_by_downgrades():
        table, _, column = thing.partition(".")
        is_refused = (revision, table) in refused and not column
        if column:
            is_refused = any(
                each == revision
                and rows.startswith(f"{table} ")
                and (column in rows or "1 = 1" in rows)
                for each, rows in conditions
            )
        harmless = HARMLESS_COLUMNS if column else HARMLESS
        if not is_refused and revision not in UNSEALED and not {table, thing} & harmless.keys():
            unsaid.append((revision, thing))
    message = "Say it in supporters/migrations/losses.py, or here why it is harmless."
    assert unsaid == [], message


@pytest.mark.both_databases
def test_a_downgrade_past_the_audit_log_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    launch_to_addresses(ANNA)
    seal()
    db.session.remove()
    refused = app.test_cli_runner().invoke(args=["db", "downgrade", "0030"])
    assert (refused.exit_code, "would delete" in caplog.text) == (1, True)
    check_database()
    assert verify(clock.now()).faults == []
    with db.engine.connect() as connection, pytest.raises(DatabaseProblem, match="the audit log"):
        refuse_to_lose(connection, ["0036"])
    with db.engine.connect() as connection, pytest.raises(DatabaseProblem, match="approved"):
        refuse_to_lose(connection, ["0041"])


def test_the_condition_of_each_loss_is_one_that_the_databases_understand(app: Flask) -> None:
    with db.engine.connect() as connection:
        for _, table, rows, _ in ALSO_LOST:
            connection.execute(text(f"SELECT 1 FROM {table} WHERE {rows}"))

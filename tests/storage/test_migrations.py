"""All migrations run up and down on both databases, and the newest equals the models."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.campaigns.text_restore import name_text
from supporters.consent.log_sealing import seal
from supporters.consent.models import PageSnapshot
from supporters.consent.page_snapshots import hash_page, open_snapshot, store_page_snapshot
from supporters.database import db
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.models import DeliveryBatch
from supporters.migrations.losses import LOST_BEFORE, refuse_to_lose
from supporters.migrations.state import DatabaseProblem, check_revision
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.transport import RelayReply
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    CHLOE,
    DEFERRED,
    RecordingTransport,
    batches,
    launch_to_addresses,
)
from tests.factories.drafts import make_trashed
from tests.factories.lists import make_list
from tests.factories.signups import STYLE, make_subscriber
from tests.storage.record_sums import find_changed, recorded_sums, sums_of_files

pytestmark = pytest.mark.both_databases

VERSIONS = Path(__file__).parents[2] / "supporters" / "migrations"


def revisions() -> list[str]:
    """Return the numbers of the migrations, oldest first."""
    scripts = ScriptDirectory(str(VERSIONS)).walk_revisions()
    return sorted(script.revision for script in scripts)


def test_each_migration_goes_down_and_up_again(app: Flask) -> None:
    for revision in reversed(revisions()):
        downgrade(revision="-1")
        upgrade(revision=revision)
        downgrade(revision="-1")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    upgrade()
    assert "delivery" in inspect(db.engine).get_table_names()


def test_the_newest_migration_equals_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_migrations_are_numbered_without_a_gap() -> None:
    assert revisions() == [f"{number:04}" for number in range(1, len(revisions()) + 1)]


def test_no_migration_is_changed_that_databases_have_run() -> None:
    message = "{} was changed: make a further migration instead (tests/storage/record_sums.py)."
    assert find_changed() == [], message.format(find_changed())


def test_each_migration_has_its_sum() -> None:
    message = "Run: python -m tests.storage.record_sums"
    assert {*recorded_sums()} == {*sums_of_files()}, message


def test_an_earlier_program_finds_the_drafts_of_the_trash_among_the_others(app: Flask) -> None:
    trashed = make_trashed(make_list())
    db.session.remove()
    downgrade(revision="0047")
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT status FROM campaign")) == "draft"
    upgrade()
    name_text(trashed.id, None, "À garder")
    db.session.remove()
    with db.engine.connect() as connection, pytest.raises(DatabaseProblem, match="named texts"):
        refuse_to_lose(connection, ["0048"])


@pytest.mark.parametrize("revision", ["0009", "base"])
def test_a_downgrade_that_deletes_sealed_entries_is_refused(
    app: Flask, runner: FlaskCliRunner, revision: str
) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    db.session.remove()
    ran = runner.invoke(args=["db", "downgrade", revision])
    assert ran.exit_code == 1
    with db.engine.connect() as connection:
        check_revision(connection, is_upgrading=False)
    assert verify(clock.now()).faults == []


@pytest.mark.parametrize("table", ["consent_event", "delivery"])
def test_a_downgrade_that_deletes_consent_events_is_refused_before_the_sealing(
    app: Flask, table: str
) -> None:
    launch_to_addresses(ANNA)
    db.session.remove()
    with db.engine.connect() as connection:
        before = {each for each, (held, _, _) in LOST_BEFORE.items() if held == table}
        with pytest.raises(DatabaseProblem, match="Nothing was changed"):
            refuse_to_lose(connection, before)


def test_downgrade_and_upgrade_lose_no_sealed_entry(app: Flask) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    db.session.remove()
    downgrade(revision="0022")
    upgrade()
    assert verify(clock.now()).faults == []
    assert {*inspect(db.engine).get_table_names()} == {*db.metadata.tables, "alembic_version"}


def test_page_snapshots_from_before_migration_0035_stay_as_they_were_sealed(app: Flask) -> None:
    html = "<!DOCTYPE html><style>p { color: red }</style><p>Comme montrée</p>"
    page_id = store_page_snapshot(html, "fr").id
    seal()
    db.session.remove()
    downgrade(revision="0034")
    upgrade()
    page = db.session.get_one(PageSnapshot, page_id)
    assert (open_snapshot(page), page.content_hash, page.style_hash) == (
        html,
        hash_page(html),
        None,
    )
    assert verify(clock.now()).faults == []


def test_a_downgrade_that_deletes_sealed_styles_is_refused(
    app: Flask, runner: FlaskCliRunner, caplog: pytest.LogCaptureFixture
) -> None:
    store_page_snapshot("<p>Comme montrée</p>", "fr", style=STYLE)
    seal()
    db.session.remove()
    ran = runner.invoke(args=["db", "downgrade", "0034"])
    assert (ran.exit_code, "the style of page snapshots" in caplog.text) == (1, True)
    assert verify(clock.now()).faults == []


def test_earlier_campaigns_get_batches_with_their_counts(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS, CHLOE)
    replies = {ANNA: ACCEPTED, BORIS: DEFERRED, CHLOE: RelayReply(AttemptOutcome.UNCERTAIN, "250")}
    send_here(RecordingTransport(replies.__getitem__))
    before = [counts_of(batch) for batch in batches(campaign_id)]
    db.session.remove()
    downgrade(revision="0006", x_arg=["losses=accepted"])
    upgrade()
    assert [counts_of(batch) for batch in batches(campaign_id)] == before
    assert before == [(3, 1, 1, 0, 0, 1, True)]


def counts_of(batch: DeliveryBatch) -> tuple[int | bool, ...]:
    """Return the size of a batch, its counts, and whether a delivery in it is due."""
    counts = (batch.accepted, batch.deferred, batch.refused, batch.skipped, batch.uncertain)
    return (batch.size, *counts, batch.due_at is not None)

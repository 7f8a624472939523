"""Ledgers are sealed after a restore, and after an upgrade with a campaign in the middle."""

from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade

from supporters import clock
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.database import db
from supporters.delivery.log_watch import verify_all
from supporters.delivery.sealed_ledgers.ledger_sealing import seal_ended_ledgers
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.transparency_log.models import FactKind
from supporters.transparency_log.sealed_facts import list_facts, read_content
from tests.delivery.sealed_ledgers.test_sealed_ledgers import faults, run
from tests.factories.backups import Backup
from tests.factories.campaigns import ANNA, BORIS, launch_to_addresses, send, subscriber_at

pytestmark = pytest.mark.both_databases


def test_a_ledger_of_a_restored_backup_is_sealed_at_its_end(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    seal()
    backup = Backup(settings, tmp_path / "backup")
    backup.make()
    send()
    assert seal_ended_ledgers() == 1
    backup.restore()
    assert list_facts(FactKind.LEDGER) == []
    assert len(send()) == 2
    assert seal_ended_ledgers() == 1
    seal()
    assert [each.about_id for each in list_facts(FactKind.LEDGER)] == [campaign_id]
    assert faults() == []


def test_a_campaign_that_an_upgrade_meets_is_sealed_at_its_end(app: Flask) -> None:
    """Its launch, and a suppression of before, are noted and no fault."""
    launch_to_addresses(ANNA, BORIS)
    unsubscribe_from_every_list(subscriber_at(BORIS).id, Method.PAGE)
    run("DELETE FROM log_entry WHERE kind IN ('launched', 'suppressed')")
    run("DELETE FROM sealed_fact")
    run("UPDATE suppression SET record_id = NULL")
    db.engine.dispose()
    downgrade(revision="0023")
    upgrade()
    assert send() == [ANNA]
    assert seal_ended_ledgers() == 1
    seal()
    [fact] = list_facts(FactKind.LEDGER)
    assert (read_content(fact)["rows"], read_content(fact)["messages"]) == (2, None)
    db.session.remove()
    report = verify_all(clock.now())
    assert (report.faults, report.unsealed_suppressions) == ([], 1)
    notes = " ".join(map(str, report.notes))
    assert "1 campaigns were launched before the log had launches" in notes
    assert "1 suppressions are from before the log had them" in notes

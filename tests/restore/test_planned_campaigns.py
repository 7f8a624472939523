"""A planned campaign of a restored backup doesn't leave by itself: perhaps it left before."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.delivery.machines import register_machine
from supporters.delivery.restore_hold import find_hold, hold_sending, lift_hold, list_unread
from supporters.delivery.rules import HoldReason
from tests.factories.accounts import make_owner
from tests.factories.approvals import make_ready
from tests.factories.backups import Backup
from tests.factories.campaigns import ANNA, BORIS, make_draft_to_two, send
from tests.factories.sending_day.planned import come_to, plan, put_hour_at

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
REASON = "The officer's newest head agrees."


@pytest.fixture
def backup(settings: Settings, tmp_path: Path) -> Backup:
    """Return a backup that isn't made yet."""
    return Backup(settings, tmp_path / "backup")


@pytest.fixture
def draft(app: Flask) -> Campaign:
    """Return a draft to two people that may be launched."""
    draft = make_draft_to_two()
    make_ready(draft.id)
    seal()
    register_machine()
    return draft


def send_at(hour: datetime, campaign_id: int) -> list[str]:
    """Let the hour come; return who gets the campaign."""
    come_to(hour, campaign_id)
    return send()


def test_a_campaign_that_left_after_the_backup_does_not_leave_again_at_its_hour(
    draft: Campaign, backup: Backup, runner: FlaskCliRunner
) -> None:
    hour = plan(draft.id)
    backup.make()
    assert send_at(hour, draft.id) == [ANNA, BORIS]
    backup.restore()
    assert register_machine() is HoldReason.OLDER
    runner.invoke(args=["rights", "replay", "--without-journal"])
    lift_hold(make_owner().id, REASON)
    assert send_at(hour, draft.id) == []
    assert come_to(hour, draft.id).status is CampaignStatus.DRAFT


@pytest.mark.both_databases
def test_neither_does_one_of_a_backup_that_was_made_during_a_hold(
    draft: Campaign, backup: Backup
) -> None:
    owner_id = make_owner().id
    for minutes, because in enumerate((HoldReason.FAULTY, HoldReason.RESTORED)):
        make_ready(draft.id)
        hold_sending(because)
        hour = plan(draft.id) + timedelta(minutes=minutes)
        put_hour_at(draft.id, hour)
        backup.file.unlink(missing_ok=True)
        backup.make()
        lift_hold(owner_id, REASON, without_journals=True)
        assert send_at(hour, draft.id) == [ANNA, BORIS], because
        backup.restore()
        assert register_machine() is HoldReason.OLDER
        lift_hold(owner_id, REASON, without_journals=True)
        assert find_hold() is None
        assert send_at(hour, draft.id) == [], because


def test_a_hold_for_faults_becomes_one_for_a_backup_which_asks_for_its_journals() -> None:
    register_machine()
    seal()
    hold_sending(HoldReason.FAULTY)
    assert list_unread() == []
    assert hold_sending(HoldReason.OLDER)
    hold = find_hold()
    assert hold is not None
    assert (hold.because, len(list_unread())) == (HoldReason.OLDER, 1)
    assert not hold_sending(HoldReason.FAULTY)
    assert clock.now() - hold.since < timedelta(minutes=5)

"""A backup lacks the latest answers: after a restore everybody is asked again (REQ-28)."""

from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskCliRunner

from supporters import tasks
from supporters.config import Settings
from supporters.consent.models import Method
from supporters.delivery.restore_hold import lift_hold
from supporters.lists.models import MailingList
from supporters.mail.outbox_sender import send_due_emails
from supporters.personal_data.restriction import restrict_person
from tests.factories.accounts import make_owner
from tests.factories.backups import back_up, restore_backup
from tests.factories.consent.reconfirmation import accept, reconfirmation_emails, token_in
from tests.factories.signups import make_subscriber
from tests.restore.test_restore_replay import run_replay
from tests.retention.inactivity.recording_actions import END, check_thirty_days, is_there, nightly

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

OTHER = "other@example.org"


@pytest.mark.both_databases
def test_person_who_answered_after_the_backup_is_asked_again_and_has_thirty_days(
    anna: int,
    mailing_list: MailingList,
    settings: Settings,
    runner: FlaskCliRunner,
    today: time_machine.Traveller,
    tmp_path: Path,
) -> None:
    restrict_person(make_subscriber(OTHER, mailing_list).id, Method.MY_DATA)  # creates a journal
    tasks.ask_again()
    token = token_in(reconfirmation_emails()[0])
    send_due_emails()
    tasks.ask_again()
    back_up(settings, tmp_path / "backup")
    accept(token, mailing_list.purpose_id)
    restore_backup(settings, tmp_path / "backup")
    run_replay(runner)
    lift_hold(make_owner().id, "The backup is the right one.")
    today.move_to(END)
    nightly()
    assert is_there(anna)
    check_thirty_days(anna, today)

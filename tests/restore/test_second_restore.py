"""The same backup is restored a second time, by the journal of the machine of the first restore."""

import dataclasses
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from supporters import clock
from supporters.audit.restorations import list_unacknowledged
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.consent.withdrawal_journal import journal_path
from supporters.database import db
from supporters.delivery import machines
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.known_machines.journal_machines import (
    PagesThread,
    list_machines,
    names_in,
    register_pages,
)
from supporters.delivery.known_machines.machine_list import count_machines_at_work
from supporters.delivery.launch import launch_campaign
from supporters.delivery.machines import register_machine
from supporters.delivery.restore_hold import LiftHoldError, hold_sending, lift_hold, list_unread
from supporters.delivery.rules import HoldReason
from supporters.extensions import current_settings
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_list
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.restore.journal_rebuild import count_lost_lines
from tests.conftest import running_app
from tests.factories.accounts import make_organiser, make_owner
from tests.factories.approvals import make_approved, make_approver
from tests.factories.backups import Backup
from tests.factories.campaigns import RecordingTransport, subscriber_at
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.servers.processes import wait_until

pytestmark = pytest.mark.both_databases

STAYED, LEFT, OBJECTED, ERASED = (f"{each}@example.org" for each in ("in", "out", "no", "gone"))
OWNER = "owner@parti.example"


@dataclasses.dataclass
class Disaster:
    """A party whose machine is lost; its backup, and the folders of its machines."""

    settings: Settings
    backup: Backup

    @contextmanager
    def machine(self, name: str) -> Iterator[Flask]:
        """Work on a machine."""
        folder = self.folder(name)
        folder.mkdir(mode=0o700, exist_ok=True)
        with running_app(dataclasses.replace(self.settings, instance_dir=folder)) as app:
            yield app

    def restore(self) -> None:
        """Put the backup in the place of the database."""
        with self.machine("old"):
            self.backup.restore()

    def folder(self, name: str) -> Path:
        """Return the instance folder of a machine."""
        return self.backup.file.parent / name


@pytest.fixture
def disaster(settings: Settings, tmp_path: Path, app: Flask) -> Disaster:
    """Return a party that lost a machine with pages and a worker, and one with pages only."""
    lost = Disaster(settings, Backup(settings, tmp_path / "backup"))
    db.session.remove()
    db.engine.dispose()  # an open connection would keep the write-ahead log of the lost file
    with lost.machine("old"):
        mailing_list = make_list()
        list_id = mailing_list.id
        for address in (STAYED, LEFT, OBJECTED, ERASED):
            make_subscriber(address, mailing_list)
        make_owner(OWNER)
        seal()
        register_machine()
    with lost.machine("pages"):
        register_pages()
        lost.backup.make()
        unsubscribe_from_list(subscriber_at(LEFT).id, list_id, Method.ONE_CLICK)
        db.session.remove()
    with lost.machine("old"):
        object_to_everything(subscriber_at(OBJECTED).id, Method.MY_DATA)
        erase_person(subscriber_at(ERASED).id, ErasureOrder(reason=ErasureReason.ASKED))
    return lost


def replay(app: Flask, *more: str) -> dict[str, int]:
    """Replay the withdrawals as an operator does; return the figures."""
    db.session.remove()
    result = app.test_cli_runner().invoke(args=["rights", "replay", "--json", *more])
    assert result.exit_code == 0, result.output
    figures: dict[str, int] = json.loads(result.stdout)
    return figures


def refusal(app: Flask, *more: str) -> str:
    """Return the reason for which a replay is refused."""
    db.session.remove()
    result = app.test_cli_runner().invoke(args=["rights", "replay", *more])
    assert result.exit_code == 1, result.output
    return result.output


def reached() -> list[str]:
    """Lift the hold, send a new campaign to the list, and return its recipients."""
    owner_id = db.session.execute(db.text("SELECT id FROM organiser LIMIT 1")).scalar_one()
    restorations = [each.id for each in list_unacknowledged()]
    lifted = lift_hold(owner_id, "The right one.", acknowledged=restorations, without_journals=True)
    assert not isinstance(lifted, LiftHoldError), lifted
    mailing_list = db.session.scalars(db.select(MailingList)).one()
    campaign = make_campaign(mailing_list)
    make_approved(campaign.id, make_organiser(), make_approver())
    launch_campaign(campaign.id)
    transport = RecordingTransport()
    send_here(transport)
    return sorted(transport.recipients)


def test_nobody_who_left_is_written_to_after_a_second_restore(disaster: Disaster) -> None:
    disaster.restore()
    with disaster.machine("new") as app:
        folders = [str(disaster.folder(each)) for each in ("old", "pages")]
        figures = replay(app, "--from", folders[0], "--from", folders[1])
        assert [figures[each] for each in ("left", "objected", "erased")] == [1, 1, 1]
        assert count_lost_lines(clock.now()) == 0
        seal()
    disaster.restore()
    for name in ("old", "pages"):
        shutil.rmtree(disaster.folder(name))
    with disaster.machine("new") as app:
        assert find_subscriber_by_key(ERASED) is not None
        lost = [each.name for each in list_machines()]
        assert all(each in refusal(app) for each in lost)
        replay(app, *(word for each in lost for word in ("--without-machine", each)))
        assert find_subscriber_by_key(ERASED) is None
        assert reached() == [STAYED]


def test_each_machine_of_the_backup_is_asked_for_by_its_name(disaster: Disaster) -> None:
    names = [names_in(disaster.folder(each)).pop() for each in ("old", "pages")]
    disaster.restore()
    with disaster.machine("new") as app:
        old = ["--from", str(disaster.folder("old"))]
        said = refusal(app, *old)
        assert [each in said for each in names] == [False, True], said
        hold_sending(HoldReason.RESTORED)
        assert {each.name for each in list_unread()} == {*names}
        replay(app, *old, "--without-machine", names[1])
        assert not list_unread()
        assert not isinstance(lift(), LiftHoldError)


def lift() -> object:
    """Lift the hold as an owner who knows of the restoration, and of no lost journal."""
    owner_id = db.session.execute(db.text("SELECT id FROM organiser LIMIT 1")).scalar_one()
    known = [each.id for each in list_unacknowledged()]
    return lift_hold(owner_id, "It is.", acknowledged=known)


def write_a_line() -> None:
    """Put a line into the journal of this machine, as a copy of another machine's."""
    journal_path().parent.mkdir(mode=0o700, exist_ok=True)
    journal_path().write_bytes(b"a line\n")


def test_the_end_of_a_hold_asks_for_former_machines_and_for_no_new_one(
    disaster: Disaster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines, "OTHERS_SHOW_WITHIN_SECONDS", 1.0)
    disaster.restore()
    with disaster.machine("new") as app:
        folders = [f"--from={disaster.folder(each)}" for each in ("old", "pages")]
        replay(app, *folders)
    with disaster.machine("newer"):
        register_pages()  # the pages start before the worker
        write_a_line()
        register_machine()
        assert not list_unread()
    with disaster.machine("former"):
        write_a_line()
        register_pages()
        assert {each.name for each in list_unread()} == names_in(disaster.folder("former"))
        assert lift() is LiftHoldError.JOURNALS_NOT_READ


@pytest.mark.parametrize("is_missing", [True, False])
def test_an_empty_journal_of_a_known_machine_is_named(
    disaster: Disaster, *, is_missing: bool
) -> None:
    disaster.restore()
    journal = disaster.folder("pages") / "rights" / "journal.jsonl"
    journal.unlink()
    if not is_missing:
        journal.touch()
    with disaster.machine("new") as app:
        folders = [f"--from={disaster.folder(each)}" for each in ("old", "pages")]
        (disaster.folder("pages") / "consent-log").mkdir(exist_ok=True)
        shutil.copy(
            disaster.folder("old") / "consent-log" / "heads.jsonl",
            journal.parents[1] / "consent-log",
        )
        assert str(journal) in refusal(app, *folders)
        assert replay(app, *folders, "--without-journal")["left"] == 0


def test_the_doctor_compares_the_journal_with_the_database(disaster: Disaster) -> None:
    with disaster.machine("pages") as app:
        lines = journal_path().read_bytes()
        register_pages()
        db.session.execute(db.text("DELETE FROM machine WHERE name NOT LIKE 'web-%'"))
        db.session.commit()
        says = lambda: app.test_cli_runner().invoke(args=["doctor"]).output  # noqa: E731
        assert "BAD   lines of the journal of rights: It lacks 3" in says()
        db.session.remove()
        app.test_cli_runner().invoke(args=["rights", "journal", "rebuild"])
        assert "ok    lines of the journal of rights" in says()
        assert journal_path().read_bytes().startswith(lines)


def is_anything_listed() -> bool:
    """Tell whether a machine is listed, in a new transaction: SQLite's shows no later row."""
    db.session.rollback()
    return bool(list_machines())


def test_a_process_of_the_pages_signs_on_as_a_machine_without_workers(app: Flask) -> None:
    PagesThread(app).start()
    assert wait_until(is_anything_listed)
    names = {each.name for each in list_machines()}
    assert names == names_in(current_settings().instance_dir)
    assert count_machines_at_work() == 0

"""The drill: a backup in mid-campaign, the end of the machine, and a restore elsewhere.

The relay is a real Postfix, and a server behind it counts who got what.
"""

import dataclasses
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from flask import Flask

from supporters import clock
from supporters.audit.restorations import list_unacknowledged
from supporters.backup.backup_creation import create_backup
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.database import db
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.known_machines.journal_machines import names_in
from supporters.delivery.log_watch import verify_all
from supporters.delivery.machines import register_machine
from supporters.delivery.rules import HoldReason
from supporters.lists.models import MailingList
from supporters.lists.queries import list_subscriptions_of
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_list
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.smtp_relay.transport import DeliveryListener, OutgoingMessage, SmtpTransport
from tests.conftest import running_app
from tests.factories.accounts import make_owner
from tests.factories.backup_files import KeyPair, command, destroy_database, figures
from tests.factories.campaigns import launch, subscriber_at
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with
from tests.servers.ports import free_port
from tests.servers.postfix import Postfix, running_postfix
from tests.servers.processes import wait_until
from tests.servers.relay import Relay

OWNER = "owner@parti.example"
PEOPLE = [f"person{number:02}@example.org" for number in range(65)]  # three batches of 20, and 5
BACKED_UP_AFTER, KILLED_AFTER = 27, 22  # emails: the first batch is recorded, the second claimed


def make_people(_app: Flask) -> None:
    """Make a list, its subscribers, and an owner."""
    mailing_list = make_list()
    for address in PEOPLE:
        make_subscriber(address, mailing_list)
    make_owner(OWNER)


pytestmark = [pytest.mark.both_databases, begins_with(make_people)]


class Killed(Exception):
    """The worker's machine is gone."""


class WatchedTransport(SmtpTransport):
    """Hands messages to the relay until it is killed."""

    def __init__(self, killed_after: int) -> None:
        super().__init__()
        self._killed_after = killed_after
        self.begun: list[str] = []

    def deliver(self, messages: Iterator[OutgoingMessage], listener: DeliveryListener) -> None:
        """Deliver messages, and count them."""
        super().deliver(self._count_each(messages), listener)

    def _count_each(self, messages: Iterator[OutgoingMessage]) -> Iterator[OutgoingMessage]:
        for message in messages:
            if len(self.begun) == self._killed_after:
                raise Killed
            self.begun.append(message.recipient)
            yield message


def send_until_killed(emails: int) -> list[str]:
    """Send as a worker that is killed after so many emails; return their recipients."""
    transport = WatchedTransport(emails)
    with suppress(Killed):
        send_here(transport)
    return transport.begun


@dataclasses.dataclass
class Party:
    """A party, its backup, and its machines, each with an instance folder."""

    settings: Settings
    keys: KeyPair
    postfix: Postfix
    receiver: Relay
    folder: Path
    campaign_id: int = 0
    backup: Path = Path()
    objected: str = ""
    left: str = ""
    erased: str = ""

    @contextmanager
    def machine(self, name: str) -> Iterator[Flask]:
        """Work on a machine."""
        place = self.place(name)
        place.mkdir(mode=0o700, exist_ok=True)
        with running_app(dataclasses.replace(self.settings, instance_dir=place)) as app:
            yield app

    def place(self, name: str) -> Path:
        """Return the instance folder of a machine."""
        return self.folder / name

    def received(self) -> Counter[str]:
        """Return how often each person got the campaign, once the relay has delivered all."""
        assert wait_until(lambda: not any((self.postfix.folder / "queue" / "active").iterdir()))
        return Counter(each.recipient for each in self.receiver.mails if each.recipient in PEOPLE)


@pytest.fixture(scope="module")
def postfix(relay_server: Relay) -> Iterator[Postfix]:
    """Run Postfix in front of the receiving server."""
    behind = {"*": f"smtp:[127.0.0.1]:{relay_server.port}"}
    with running_postfix({free_port(): ()}, behind) as running:
        yield running


@pytest.fixture
def party(app: Flask, keys: KeyPair, postfix: Postfix, relay: Relay, tmp_path: Path) -> Party:
    """Return a party whose machine ended while it was sending a campaign, after a backup."""
    settings = dataclasses.replace(app.extensions["settings"], mail_port=postfix.port)
    db.session.remove()
    db.engine.dispose()
    party = Party(settings, keys, postfix, relay, tmp_path / "machines")
    party.folder.mkdir()
    with party.machine("old") as old:
        party.campaign_id = launch(db.session.scalars(db.select(MailingList)).one())
        seal()
        register_machine()
        begun = send_until_killed(BACKED_UP_AFTER)
        party.backup = create_backup(old.extensions["settings"], (), clock.now()).path
        begun += send_until_killed(KILLED_AFTER)
        party.objected = begun[3]
        party.left, party.erased = sorted({*PEOPLE} - {*begun})[:2]
        people_leave(party)
        seal()
    destroy_database(party.settings)
    return party


def people_leave(party: Party) -> None:
    """Let a person object who got the email, and two leave who didn't."""
    db.session.rollback()
    list_id = db.session.scalars(db.select(MailingList.id)).one()
    object_to_everything(subscriber_at(party.objected).id, Method.MY_DATA)
    unsubscribe_from_list(subscriber_at(party.left).id, list_id, Method.ONE_CLICK)
    erase_person(subscriber_at(party.erased).id, ErasureOrder(reason=ErasureReason.ASKED))


def restore(app: Flask, party: Party, *more: str) -> dict[str, int]:
    words = ["restore", str(party.backup), "--identity", str(party.keys.file), *more]
    return figures(app, *words)


def lift_hold(app: Flask, *more: str) -> None:
    """Lift the hold as an owner who knows of the restoration."""
    known = [f"--restoration={each.id}" for each in list_unacknowledged()]
    words = ["delivery", "lift-hold", "--by", OWNER, "--reason", "It is the right one.", *known]
    status, said = command(app, *words, *more)
    assert status == 0, said


def settle(app: Flask, party: Party, *more: str) -> dict[str, int]:
    """Settle the campaign. The relay has gone on with other emails."""
    party.postfix.send("a@parti.example", "b@example.org")
    log = str(party.postfix.folder / "log")
    return figures(app, "campaigns", "settle", str(party.campaign_id), "--from", log, *more)


def test_nobody_gets_it_twice_and_nobody_is_left_out(party: Party) -> None:
    reached = party.received()
    with party.machine("new") as app:
        done = restore(app, party, "--from", str(party.place("old")))
        assert [done[each] for each in ("left", "objected", "erased")] == [1, 1, 1]
        assert done["restoration_noted"]
        settled = settle(app, party)
        assert settled["accepted"] + settled["known_before"] == len(reached)
        assert settle(app, party)["accepted"] == 0
        lift_hold(app)
        again = ["campaigns", "resume", str(party.campaign_id), "--again-to"]
        assert command(app, *again, str(settled["unsent"] + 1))[0] == 1
        assert command(app, *again, str(settled["unsent"])) == (0, "Resumed.\n")
        send_here()
        assert party.received() == dict.fromkeys({*PEOPLE} - {party.left, party.erased}, 1)
        shown = figures(app, "campaigns", "status", str(party.campaign_id))
        assert (shown["status"], shown["queued"]) == ("sent", 0)
        seal()
        assert [*map(str, verify_all(clock.now()).faults)] == []
        heads = party.place("old") / "consent-log" / "heads.jsonl"
        status, said = command(app, "consent", "head", "--compare", str(heads))
        assert (status, said.count("is in the tree")) == (0, len(said.splitlines())), said


def test_a_former_machine_that_joins_hides_nothing_of_the_lost_time(party: Party) -> None:
    party.received()
    with party.machine("new") as app:
        restore(app, party, "--from", str(party.place("old")))
    with party.machine("old"):
        assert register_machine() is HoldReason.OLDER
    with party.machine("new") as app:
        assert settle(app, party)["accepted"] > 0


def test_a_second_restore_of_the_same_backup_is_right_as_well(party: Party) -> None:
    with party.machine("new") as app:
        restore(app, party, "--from", str(party.place("old")))
        seal()
    destroy_database(party.settings)
    lost = names_in(party.place("old")).pop()
    shutil.rmtree(party.place("old"))
    with party.machine("third") as app:
        restore(app, party, "--from", str(party.place("new")), "--without-machine", lost)
        assert find_subscriber_by_key(party.erased) is None
        assert list_subscriptions_of(subscriber_at(party.left).id) == []
        assert list_subscriptions_of(subscriber_at(party.objected).id) == []
        lift_hold(app, "--without-journals")
        assert [*map(str, verify_all(clock.now()).faults)] == []


def test_a_log_that_ends_too_early_settles_nothing(party: Party, tmp_path: Path) -> None:
    party.received()
    with party.machine("new") as app:
        restore(app, party, "--from", str(party.place("old")))
        short = tmp_path / "short.log"
        short.write_text("".join(party.postfix.log.splitlines(keepends=True)[:3]))
        words = ["campaigns", "settle", str(party.campaign_id), "--from", str(short)]
        later = ["--until", f"{clock.now().year + 1}-01-01 00:00"]
        status, said = command(app, *words, *later)
        assert (status, "Nothing was changed" in said) == (1, True), said
        half = tmp_path / "half.log"
        lines = party.postfix.log.splitlines(keepends=True)
        half.write_text("".join(each for each in lines if "message-id" not in each))
        words = ["campaigns", "settle", str(party.campaign_id), "--from", str(half)]
        assert " people got the campaign by the database" in command(app, *words)[1]
        tried = settle(app, party, "--dry-run")
        assert tried["accepted"] > 0
        assert settle(app, party)["accepted"] == tried["accepted"]


def test_a_campaign_that_no_restore_paused_is_not_settled(
    app: Flask, postfix: Postfix, relay: Relay
) -> None:
    mailing_list = db.session.scalars(db.select(MailingList)).one()
    words = ["--from", str(postfix.folder / "log")]
    campaign_id = str(launch(mailing_list))
    assert "isn't paused" in command(app, "campaigns", "settle", campaign_id, *words)[1]
    pause_campaign(int(campaign_id))
    assert "results are known" in command(app, "campaigns", "settle", campaign_id, *words)[1]
    assert "no campaign 99" in command(app, "campaigns", "settle", "99", *words)[1]


def test_the_journal_in_the_backup_counts_for_no_machine(party: Party) -> None:
    with party.machine("new") as app:
        words = ["restore", str(party.backup), "--identity", str(party.keys.file)]
        status, said = command(app, *words, "--without-heads", "--without-journal")
        assert (status, names_in(party.place("old")).pop() in said) == (1, True), said
        assert json.loads((party.place("new") / "restore-under-way.json").read_text())
        assert restore(app, party, "--from", str(party.place("old")))["erased"] == 1
        assert not (party.place("new") / "restore-under-way.json").exists()

"""A party on its sending day: people of two lists and two languages, its team, its processes."""

import dataclasses
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.config import load_settings
from supporters.database import db, transaction
from supporters.queue import IN_MEMORY
from tests.browser.conftest import is_answering
from tests.browser.sending_day.said_words import in_language
from tests.conftest import running_app
from tests.factories.accounts import make_account
from tests.factories.approvals import make_approver
from tests.factories.lists import make_list
from tests.faults.ledger import Ledger
from tests.faults.synthetic_people import add_people, join_list
from tests.faults.worker_process import start_worker
from tests.servers.ports import free_port
from tests.servers.processes import started_web, wait_until
from tests.servers.relay import OK, Received, Relay

AUTHOR, APPROVER, OWNER = (f"{who}@parti.example" for who in ("autrice", "approver", "owner"))
LANGUAGES = {AUTHOR: "fr", APPROVER: "en", OWNER: "fr"}  # of the emails to them
LETTER, ACT, YOUNG = "La Lettre", "Agir près de chez vous", "Les Jeunes"
WORKER_LOG = "worker.log"
A_MOMENT = timedelta(seconds=2)
GONE = "@disparu.example"  # a provider that has closed: its mailboxes exist no more
NO_MAILBOX = "550 5.1.1 no such mailbox"


def name_people(group: str, count: int, domain: str = "@example.org") -> list[str]:
    """Return the addresses of a group of people."""
    return [f"{group}{number}{domain}" for number in range(count)]


# The people of each list, by the languages that they read. Germans get the first text: French.
FRENCH = name_people("lettre", 80)
DEAD = name_people("ancien", 40, GONE)
BOTH_FRENCH, BOTH_ENGLISH = name_people("both-fr", 40), name_people("both-en", 30)
ENGLISH, GERMANS = name_people("act", 50), name_people("brief", 20)
ELSEWHERE = name_people("jeune", 10)
READERS_OF_FRENCH = {*FRENCH, *DEAD, *BOTH_FRENCH, *GERMANS}
READERS_OF_ENGLISH = {*BOTH_ENGLISH, *ENGLISH}
EVERYBODY = READERS_OF_FRENCH | READERS_OF_ENGLISH


class SendingParty:
    """The running party: its pages, its mail server, its ledger.

    `slowness`: how many seconds the mail server takes for a message.
    """

    def __init__(self, folder: Path, relay: Relay) -> None:
        self.folder, self.relay, self.slowness = folder, relay, 0.0
        self.refused: list[str] = []
        self._followed = Counter[tuple[str, str]]()  # emails of the team whose link was followed
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.variables = {
            "SUPPORTERS_ENV": "development",
            "SUPPORTERS_BASE_URL": self.url,
            "SUPPORTERS_INSTANCE_DIR": str(folder),
            "SUPPORTERS_MAIL_PORT": str(relay.port),
            "SUPPORTERS_LANGUAGES": "fr,en,de",
            "SUPPORTERS_SMTP_CONNECTIONS": "2",
        }
        self.settings = load_settings(self.variables)
        self.ledger = Ledger(self.settings.database_url, self._said)
        relay.on_rcpt, relay.on_body = self._answer_recipient, self._answer_body

    def _said(self) -> str:
        return (self.folder / WORKER_LOG).read_text()[-3000:]

    def _answer_recipient(self, recipient: str) -> str:
        if not recipient.endswith(GONE):
            return OK
        self.refused.append(recipient)
        return NO_MAILBOX

    def _answer_body(self, _mail: Received) -> str:
        time.sleep(self.slowness)
        return OK

    def sent(self, campaign: int) -> list[Received]:
        """Return the emails of a campaign that the mail server took."""
        own = f"<c{campaign}."
        return [each for each in self.relay.mails if own in str(each.message["Message-ID"])]

    def wait_for_answers(self, campaign: int, count: int) -> None:
        """Wait until the ledger has the mail server's answer for so many emails."""
        said = partial(self.ledger.count_settled, campaign)
        assert wait_until(lambda: said() >= count), f"{said()} of {count}: {self._said()}"

    def end_grace(self, campaign: int) -> None:
        """Let the grace of a launch be over."""
        self._put_back("begins_at", campaign)

    def let_hour_come(self, campaign: int) -> None:
        """Let the hour of a planned campaign be now, and wait until a worker launches it."""
        self._put_back("send_at", campaign)
        self._wait_for_status(campaign, "running")

    def send_without_grace(self, campaign: int) -> None:
        """Let the grace be over, and wait until everybody has it."""
        self.end_grace(campaign)
        self._wait_for_status(campaign, "sent")

    def _wait_for_status(self, campaign: int, status: str) -> None:
        is_so = wait_until(lambda: self.ledger.status(campaign) == status)
        assert is_so, f"{self.ledger.status(campaign)}: {self._said()}"

    def _put_back(self, column: str, campaign: int) -> None:
        moment = (clock.now() - A_MOMENT).replace(tzinfo=None).isoformat(" ")
        self.ledger.tell(
            f"UPDATE campaign SET {column} = :moment WHERE id = :id", moment=moment, id=campaign
        )

    def link_in_notice(self, address: str, subject: str) -> str:
        """Wait for a new email to somebody of the team with such a subject: return its link."""
        words = in_language(subject, LANGUAGES[address]).partition(":")[0].strip()

        def find() -> list[Received]:
            found = [
                each
                for each in self.relay.mails_to(address)
                if words in str(each.message["Subject"])
            ]
            return found[self._followed[address, words] :]

        assert wait_until(lambda: bool(find())), f"No email with {words!r} came to {address}."
        newest = find()[-1]
        self._followed[address, words] += len(find())
        return re.findall(rf"{self.url}/console/\S+", newest.part("plain"))[0]


@contextmanager
def running_party(folder: Path, migrated: Path, relay: Relay) -> Iterator[SendingParty]:
    """Run the pages and a worker of a party with its people, until the end of the block."""
    party = SendingParty(folder, relay)
    shutil.copy(migrated, folder / "supporters.db")
    with running_app(dataclasses.replace(party.settings, queue_url=IN_MEMORY)):
        _make_team()
        _make_people()
    variables = {**os.environ, **party.variables}
    with started_web(variables, party.port, log=folder / "web.log"):
        worker = start_worker(variables, 1, log=folder / WORKER_LOG)
        try:
            assert wait_until(lambda: is_answering(party.url))
            yield party
        finally:
            worker.end()
            party.ledger.close()


def _make_team() -> None:
    """Make the three accounts."""
    make_account(AUTHOR, RoleName.ORGANISER, LANGUAGES[AUTHOR])
    make_account(OWNER, RoleName.OWNER, LANGUAGES[OWNER])
    approver = make_approver(APPROVER)
    with transaction():
        db.session.get_one(Organiser, approver.id).language = LANGUAGES[APPROVER]


def _make_people() -> None:
    letter, act, young = (
        make_list("lettre", LETTER),
        make_list("agir", ACT),
        make_list("jeunes", YOUNG),
    )
    add_people(letter, [*FRENCH, *DEAD, *BOTH_FRENCH])
    add_people(letter, GERMANS, "de")
    add_people(letter, BOTH_ENGLISH, "en")
    join_list(act, [*BOTH_FRENCH, *BOTH_ENGLISH])
    add_people(act, ENGLISH, "en")
    add_people(young, ELSEWHERE)

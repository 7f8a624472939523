"""All that runs in the drill: machines, database, proxy, relay and visitors, on the loopback."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.drill.machine import Machine
from benchmarks.drill.party import OWNER, Party, make_party, party_settings, write_relay_log
from benchmarks.drill.proxy import Proxy
from benchmarks.drill.releases import make_both_releases
from benchmarks.drill.tally import Tally, add_missed, tally
from benchmarks.drill.visitors import SIGNUP, Asking, Visitors
from supporters.delivery.known_machines.machine_list import ALIVE
from tests.factories.backup_files import KeyPair, make_key_pair
from tests.faults.ledger import Ledger
from tests.faults.receiver.mail_server import Receiving
from tests.release.conftest import VERSION
from tests.servers.postgres import PostgresServer, temporary_folder
from tests.servers.processes import wait_until

FIRST, SECOND = "party", "elsewhere"  # the databases before and after the disaster
CONFIRMER = "confirmer@visitors.example"
LEAVE_AT_ONCE = 5
SENT_LATER_THAN_ALL = timedelta(seconds=1)


class House:
    """The machines by name, and everything that they share."""

    is_patient: bool

    def __init__(self, folder: Path, server: PostgresServer, receiving: Receiving) -> None:
        self.folder = folder
        self.server = server
        self.receiving = receiving
        self.machines: dict[str, Machine] = {}
        self.keys: KeyPair = make_key_pair(folder / "backup.key")
        self.left: dict[str, float] = {}
        self.party: Party
        self._ledger: Ledger | None = None
        self._releases = folder / "releases"
        self._started = datetime.now(UTC)
        self._began = self._started - timedelta(seconds=time.monotonic())
        (folder / "proxy").mkdir()
        make_both_releases(self._releases)
        self.proxy = Proxy(folder / "proxy", self._releases / VERSION)
        self.proxy.make_certificate()
        self.visitors = Visitors(self.proxy.port, pause=0.5)

    def add(self, name: str, like: Machine | None = None, rate: int = 0) -> Machine:
        """Add a machine with the settings of another one, or the first one of all."""
        settings = party_settings(self.receiving.port, rate) if like is None else like.settings
        made = Machine(self.folder / "machines" / name, self._releases, settings)
        made.run_script("use", like.release.name if like is not None else VERSION)
        self.machines[name] = made
        return made

    def begin(self, people: int, rate: int) -> None:
        """Install the first machine, with SQLite, its people and a campaign to them."""
        first = self.add("web1", rate=rate)
        first.configure(
            BACKUP_RECIPIENTS=self.keys.recipient, BACKUP_DIR=str(self.folder / "backups")
        )
        first.flask("--app", "app", "db", "upgrade")
        self.party = make_party(first.settings, people)
        self.use_database(f"sqlite:///{first.instance / 'supporters.db'}")
        first.start_web()
        first.wait_until_it_answers()

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Let the visitors ask through nginx until the end of the block."""
        self.proxy.lead_to([self.machines["web1"].port])
        with self.proxy.running():
            self.machines["web1"].start_worker()
            pages = {
                "page": Asking(SIGNUP),
                "leave": Asking(next(iter(self.party.ways_out.values()))),
                "console": Asking("/console/", cookie=self.party.cookie),
                "confirm": Asking(self._find_confirmation()),
            }
            with self.visitors.asking(pages):
                yield

    def _find_confirmation(self) -> str:
        """Sign a person up; return the path of the link in the email that they get."""
        assert wait_until(lambda: self.visitors.sign_up(CONFIRMER) == 303, every=1)
        assert wait_until(lambda: bool(self._links()), every=0.5)
        return "/" + self._links()[0].split("/", 3)[3]

    def _links(self) -> list[str]:
        return [
            each.link
            for each in self.receiving.arrivals()
            if each.recipient == CONFIRMER and each.link
        ]

    def use_database(self, url: str) -> None:
        """Look at another database from now on."""
        if self._ledger is not None:
            self._ledger.close()
        self._ledger = Ledger(url.replace("postgresql://", "postgresql+psycopg://"), self.said)

    @property
    def ledger(self) -> Ledger:
        """The ledger of the database that is in use."""
        assert self._ledger is not None
        return self._ledger

    def lead_to(self, *names: str) -> None:
        """Put these machines behind the proxy."""
        self.proxy.lead_to([self.machines[each].port for each in names])
        self.proxy.reload()

    @property
    def desk(self) -> Machine:
        """The newest machine with pages: there the operator types what concerns all."""
        return [each for each in self.machines.values() if each.has_pages][-1]

    def wait_for_more(self, people: int) -> None:
        """Wait until so many more people got the campaign: it is being sent."""
        campaign = self.party.campaign
        wanted = len(self.receiving.arrivals(campaign)) + people
        assert not self.ledger.has_ended(campaign), "It ended too early: choose a lower rate."
        assert wait_until(
            lambda: len(self.receiving.arrivals(campaign)) >= wanted, seconds=300, every=0.2
        ), self.said()

    def wait_until_silent(self, name: str) -> None:
        """Wait until a machine may be declared lost, or let it have been silent for long."""
        if self.is_patient:
            time.sleep(ALIVE.total_seconds())
            return
        moment = (datetime.now(UTC) - 2 * ALIVE).isoformat()
        self.ledger.tell(
            "UPDATE machine SET seen_at = :moment WHERE name = :name", moment=moment, name=name
        )

    def states(self) -> dict[str, str]:
        """Return the state of each email of the campaign, by address."""
        rows = self.ledger.ask(
            "SELECT subscriber_id, status FROM delivery WHERE campaign_id = :campaign",
            campaign=self.party.campaign,
        )
        addresses = {person: address for address, person in self.party.people.items()}
        return {addresses[person]: str(status) for person, status in rows}

    def list_baseless(self) -> list[int]:
        """Return the people who got the campaign without a confirmed consent of their own."""
        rows = self.ledger.ask(
            "SELECT subscriber_id FROM delivery WHERE campaign_id = :campaign"
            " AND status = 'accepted' AND NOT EXISTS (SELECT 1 FROM consent_event"
            " WHERE consent_event.subscriber_id = delivery.subscriber_id AND kind = 'confirmed')",
            campaign=self.party.campaign,
        )
        return [person for (person,) in rows]

    def tally(self) -> Tally:
        """Return what people got so far."""
        states = self.states()
        return tally(states, self.receiving.arrivals(self.party.campaign), self.left)

    def tally_in_the_end(self) -> Tally:
        """Return what people got, now that everybody should have."""
        arrivals = self.receiving.arrivals(self.party.campaign)
        found = tally(self.states(), arrivals, self.left)
        return add_missed(
            found, self.states(), arrivals, people={*self.party.people} - {*self.left}
        )

    def leave(self) -> None:
        """Let the next people leave by the link of an email: too few to pause the campaign."""
        count = LEAVE_AT_ONCE if self.is_patient else 1
        for each in [each for each in self.party.ways_out if each not in self.left][-count:]:
            self.left[each] = self.visitors.leave(self.party.ways_out[each])

    def write_relay_log(self) -> Path:
        """Return the log of the relay until now: each message that it accepted, and its last."""
        path = self.folder / "mail.log"
        arrived = [
            (self._began + timedelta(seconds=each.at), f"c{each.campaign}.{person}@relay.example")
            for each in self.receiving.arrivals()
            for person in [self.party.people.get(each.recipient, 0) if each.campaign else 0]
        ]
        first, last = self._started, datetime.now(UTC) + SENT_LATER_THAN_ALL
        others = [(each, "other@relay.example") for each in (first, last)]
        lines = (others[0], *arrived, others[1])
        write_relay_log(path, ((when.isoformat(), name) for when, name in lines))
        return path

    def lift_hold(self, machine: Machine) -> None:
        """Lift the hold as an owner who knows of the restoration, and which machines are lost."""
        known = self.ledger.ask("SELECT id FROM restoration")
        machine.flask(
            *("delivery", "lift-hold", "--by", OWNER, "--reason", "It is the right one."),
            "--without-journals",
            *(f"--restoration={each}" for (each,) in known),
        )

    def said(self) -> str:
        """Return the last lines of all logs."""
        return "\n".join(f"{name}: {each.said()}" for name, each in self.machines.items())

    def stop(self) -> None:
        """Stop all machines."""
        for each in self.machines.values():
            each.stop()
            each.close()
        if self._ledger is not None:
            self._ledger.close()


@contextmanager
def running_house(*, is_patient: bool) -> Iterator[House]:
    """Run everything until the end of the block. Without patience, nobody waits for silence."""
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder())
        (folder / "postgresql").mkdir()
        (folder / "relay").mkdir()
        server = stack.enter_context(PostgresServer(folder / "postgresql"))
        receiving = stack.enter_context(Receiving(folder / "relay"))
        house = House(folder, server, receiving)
        house.is_patient = is_patient
        stack.callback(house.stop)
        yield house


def journals_have(machines: Sequence[Machine], count: int) -> bool:
    """Tell whether the journals of these machines have so many withdrawals."""
    journals = [each.instance / "rights" / "journal.jsonl" for each in machines]
    return all(each.exists() and len(each.read_text().splitlines()) >= count for each in journals)

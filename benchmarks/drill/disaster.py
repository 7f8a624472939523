"""The worst day of the drill: the database and two machines are gone, a backup is restored."""

from collections.abc import Sequence

from benchmarks.drill.house import FIRST, SECOND, House, journals_have
from benchmarks.drill.machine import Machine
from supporters.delivery.known_machines.journal_machines import names_in
from tests.servers.processes import wait_until

SENT_SINCE_THE_BACKUP = 30


def restore(house: House) -> None:
    """The database and two machines are gone; a backup is restored beside the two others."""
    backup = house.machines["web1"].figures("backup", "create")["file"]
    kept = [house.machines[name] for name in ("web2", "worker2")]
    _go_on_for_a_while(house, kept)
    new, lost = house.add("web3", house.machines["web1"]), _destroy(house)
    for each in kept:
        each.stop()
    url = house.server.create_database(SECOND)
    house.use_database(url)
    worker = house.add("worker3", new)
    for each in (*kept, new, worker):
        each.configure(DATABASE_URL=url)
    places = [word for each in kept for word in ("--from", str(each.instance))]
    absent = [word for name in lost for word in ("--without-machine", name)]
    key = house.keys.file.read_text()
    new.flask("restore", backup, "--identity", "-", *places, *absent, given=key)
    for each in (new, kept[0]):
        each.start_web()
        each.wait_until_it_answers()
    house.lead_to("web2", "web3")
    for each in (kept[1], worker):
        each.start_worker()
    _let_it_go_on(house, new)


def _go_on_for_a_while(house: House, kept: Sequence[Machine]) -> None:
    """People leave after the backup, and more is sent; each journal gets the withdrawals of all."""
    before = len(house.receiving.arrivals())
    house.leave()
    assert wait_until(lambda: journals_have(kept, len(house.left)), every=1)
    house.receiving.wait_for(before + SENT_SINCE_THE_BACKUP)


def _destroy(house: House) -> list[str]:
    """Lose two machines and the database; return the names of the machines."""
    gone = [house.machines.pop(name) for name in ("web1", "worker1")]
    names = [name for each in gone for name in names_in(each.instance)]
    for each in gone:
        each.lose()
    house.server.end_sessions(FIRST)
    house.server.drop_database(FIRST)
    return names


def _let_it_go_on(house: House, machine: Machine) -> None:
    """Settle the campaign by the log of the relay, lift the hold, and resume it."""
    campaign, log = str(house.party.campaign), str(house.write_relay_log())
    settled = machine.figures("campaigns", "settle", campaign, "--from", log)
    house.lift_hold(machine)
    machine.flask("campaigns", "resume", campaign, "--again-to", str(settled["unsent"]))


def settle_unknown(house: House) -> None:
    """Let the log of the relay tell what became of the emails whose outcome is unknown."""
    desk, campaign = house.desk, str(house.party.campaign)
    if not house.tally().unknown:
        return
    desk.flask("campaigns", "pause", campaign)
    assert wait_until(lambda: not house.ledger.count_claims(house.party.campaign))
    desk.flask("campaigns", "settle", campaign, "--from", str(house.write_relay_log()))
    desk.flask("campaigns", "resume", campaign)

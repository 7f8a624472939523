"""The steps of the drill, each in the middle of the campaign, as the guide says."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from benchmarks.drill.disaster import restore, settle_unknown
from benchmarks.drill.house import FIRST, House
from benchmarks.drill.machine import Machine
from benchmarks.drill.services import services_of
from benchmarks.drill.tally import Tally
from supporters.delivery.known_machines.journal_machines import names_in
from tests.servers.processes import wait_until

OFF_SECONDS = 5  # as systemd waits before it starts a service again
LOOK_EVERY_SECONDS = 2.0
OF_THE_DNS = "delivery set-up"  # the loopback has none
Step = Callable[[House], None]


def move(house: House) -> None:
    """SQLite becomes PostgreSQL on one machine; the requests wait in its socket."""
    first = house.machines["web1"]
    url = house.server.create_database(FIRST)
    first.stop()
    first.flask("db", "move", "-", given=f"{url}\n")
    first.configure(DATABASE_URL=url)
    house.use_database(url)
    first.start_web()
    first.wait_until_it_answers()
    first.start_worker()


def grow(house: House) -> None:
    """Three machines join, and the first one keeps its pages only."""
    first = house.machines["web1"]
    for name in ("worker1", "worker2"):
        house.add(name, first).start_worker()
    first.stop_worker()
    second = house.add("web2", first)
    second.start_web()
    second.wait_until_it_answers()
    house.lead_to("web1", "web2")


def kill_pages(house: House) -> None:
    """A machine with pages loses its power, and comes back."""
    second = house.machines["web2"]
    second.kill()
    house.leave()
    time.sleep(OFF_SECONDS)
    second.start_web()
    second.wait_until_it_answers()


def kill_worker(house: House) -> None:
    """A machine with a worker loses its power, and comes back."""
    _kill(house.machines["worker1"])


def kill_workers(house: House) -> None:
    """Both workers lose their power at once."""
    _kill(house.machines["worker1"], house.machines["worker2"])


def _kill(*machines: Machine) -> None:
    for each in machines:
        each.kill()
    time.sleep(OFF_SECONDS)
    for each in machines:
        each.start_worker()


def rotate(house: House) -> None:
    """The secret keys are rotated, machine by machine, until the command says that it is done."""
    first = house.machines["web1"]
    old = first.settings["SUPPORTERS_SECRET_KEYS"]
    new = first.flask("keys", "rotate").split()[-1]
    for keys, follows in (
        (f"{old},{new}", {"move_in_front"}),
        (f"{new},{old}", {"encrypt_anew"}),
    ):
        for each in house.machines.values():
            each.configure(SECRET_KEYS=keys)
            each.restart()
        house.leave()
        _wait_for_step(first, follows)


def _wait_for_step(machine: Machine, steps: set[str]) -> None:
    assert wait_until(
        lambda: machine.figures("keys", "rotate")["step"] in steps,
        seconds=600,
        every=LOOK_EVERY_SECONDS,
    ), machine.flask("keys", "rotate")


def upgrade(house: House) -> None:
    """The next release takes the place of this one, machine by machine behind the proxy."""
    for each in house.machines.values():
        with services_of(each) as variables:
            each.run_script("upgrade", **variables)
    house.leave()


def lose_machine(house: House) -> None:
    """A machine with a worker is gone for good, with its disk; the other one goes on."""
    lost = house.machines.pop([each for each in house.machines if each.startswith("worker")][-1])
    (name,) = names_in(lost.instance)
    lost.lose()
    house.wait_until_silent(name)
    house.desk.flask("machines", "lost", name)
    settle_unknown(house)


STEPS: dict[str, Step] = {
    "Move from SQLite to PostgreSQL": move,
    "Three machines join": grow,
    "kill -9 of a web machine": kill_pages,
    "kill -9 of a worker": kill_worker,
    "kill -9 of both workers": kill_workers,
    "Rotation of the keys": rotate,
    "Restore elsewhere": restore,
    "Upgrade, machine by machine": upgrade,
    "A machine lost for good": lose_machine,
}


def finish(house: House) -> tuple[Tally, list[str]]:
    """Wait for the end of the campaign; return what people got, and all that is wrong."""
    settle_unknown(house)
    for name, each in house.machines.items():
        each.configure(SEND_RATE="0")
        if name.startswith("worker"):
            each.restart()
    house.ledger.wait_for_end(house.party.campaign, seconds=900)
    found = house.tally_in_the_end()
    faults = [] if found.is_right else [str(found)]
    with ThreadPoolExecutor() as pool:
        for found_there in pool.map(_list_faults, house.machines.values()):
            faults += found_there
    faults += [f"no consent of their own: {each}" for each in house.list_baseless()]
    return found, faults


def _list_faults(machine: Machine) -> list[str]:
    """Return what `consent verify` and the doctor find on a machine, but for the DNS."""
    verified = machine.command("consent", "verify")
    faults = [verified.stdout] if verified.returncode else []
    examined = json.loads(machine.command("doctor", "--all", "--json").stdout)
    return faults + [
        f"{each['about']}: {each['words']}"
        for each in examined["findings"]
        if each["state"] == "wrong" and each["about"] != OF_THE_DNS
    ]

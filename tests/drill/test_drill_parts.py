"""The parts of the drill of operations find what is wrong, and lead to every machine."""

import subprocess
from pathlib import Path

import pytest

from benchmarks.drill.proxy import Proxy
from benchmarks.drill.tally import Tally, add_missed, tally
from tests.faults.receiver.mail_server import Arrival

ALL = ["anna", "boris", "chloe"]
RIGHT = Tally(reached=3, lost=0, twice=0, unknown=0, after_leaving=0)
ACCEPTED = dict.fromkeys(ALL, "accepted")


def arrivals(*recipients: str) -> list[Arrival]:
    """Return an arrival for each recipient, a second apart."""
    return [
        Arrival(at=float(second), begun=0.0, recipient=each, campaign=1)
        for second, each in enumerate(recipients)
    ]


def tally_in_the_end(ledger: dict[str, str], came: list[Arrival], *left: str) -> Tally:
    """Return what people got in the end; some left before the first second."""
    found = tally(ledger, came, dict.fromkeys(left, 0.0))
    return add_missed(found, ledger, came, people={*ALL} - {*left})


def test_a_campaign_that_everybody_got_once_is_right() -> None:
    found = tally_in_the_end(ACCEPTED, arrivals(*ALL))
    assert (found, found.is_right) == (RIGHT, True)


def test_a_second_email_to_a_person_is_found() -> None:
    found = tally_in_the_end(ACCEPTED, arrivals(*ALL, "anna"))
    assert (found.twice, found.is_right) == (1, False)


@pytest.mark.parametrize("status", ["accepted", "uncertain", "queued", "skipped"])
def test_a_person_to_whom_nothing_came_is_lost_whatever_the_ledger_says(status: str) -> None:
    ledger = {**ACCEPTED, "boris": status}
    found = tally_in_the_end(ledger, arrivals("anna", "chloe"))
    assert (found.lost, found.is_right) == (1, False)


def test_a_person_who_got_it_and_of_whom_the_ledger_does_not_know_is_found() -> None:
    found = tally_in_the_end({**ACCEPTED, "boris": "queued"}, arrivals(*ALL))
    assert (found.lost, found.is_right) == (1, False)


def test_a_person_who_left_is_not_lost_but_may_get_nothing_afterwards() -> None:
    ledger = {**ACCEPTED, "chloe": "skipped"}
    assert tally_in_the_end(ledger, arrivals("anna", "boris"), "chloe").is_right
    late = [*arrivals("anna", "boris"), *arrivals("", "", "", "chloe")[3:]]
    assert tally_in_the_end(ledger, late, "chloe").after_leaving == 1


def test_what_the_ledger_calls_accepted_has_come_in_the_middle_too() -> None:
    found = tally({**ACCEPTED, "boris": "queued"}, arrivals("anna"), {})
    assert (found.lost, found.reached) == (1, 1)


def test_nginx_takes_the_file_of_operators_with_two_machines_behind_it(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path, tmp_path)
    proxy.make_certificate()
    proxy.lead_to([8001, 8002])
    said = subprocess.run([*proxy.words, "-t"], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    written = (tmp_path / "supporters.conf").read_text()
    assert ("server 127.0.0.1:8001;" in written, "127.0.0.1:8002;" in written) == (True, True)

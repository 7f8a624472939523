"""The simulation behind docs/scale.md: its arithmetic, and that it refuses to guess."""

import json
from pathlib import Path

import pytest
import simpy

from benchmarks import capacity
from benchmarks.parts.simulated.costs import FILE, Costs, read_costs
from benchmarks.parts.simulated.installation import Installation, Layout, Machine, Station

COSTS = Costs(
    signup_web=2.0,
    signup_worker=1.0,
    signup_database=1.0,
    signup_others=0.0,
    mail_worker=0.4,
    mail_database=0.1,
    mail_others=0.0,
    launch=0.02,
    check=0.08,
    row_bytes=200.0,
    person_bytes=2000.0,
    email_bytes=7000.0,
    signups_a_second=500.0,
    mails_a_second=4000.0,
)


def test_a_queue_at_random_waits_as_long_as_theory_says() -> None:
    """M/D/1 at 0.7 of its rate: Pollaczek and Khinchine say 0.7 / (2 · 0.3) of one service."""
    env = simpy.Environment()
    station, waits = Station(env, rate=100.0), []
    moments = Installation(COSTS, Layout(), seed=7)

    def arrive() -> simpy.events.ProcessGenerator:
        for _ in range(8_000):
            yield env.timeout(moments.draw_pause(70.0))
            env.process(visit())

    def visit() -> simpy.events.ProcessGenerator:
        began = env.now
        yield from station.serve(1)
        waits.append(env.now - began - 0.01)

    env.process(arrive())
    env.run()
    assert sum(waits) / len(waits) == pytest.approx(0.01 * 0.7 / 0.6, rel=0.15)


def test_two_cores_of_half_the_speed_do_as_much_as_one() -> None:
    env = simpy.Environment()
    machine = Machine(env, 2, speed=0.5)
    for _ in range(10):
        env.process(machine.work(0.3))
    env.run()
    assert env.now == pytest.approx(3.0)
    assert machine.busy == pytest.approx(6.0)


def test_every_email_is_sent_once_whatever_fails() -> None:
    evening = Installation(COSTS, Layout(workers=2, relay_rate=2_500))
    evening.sign_up(rate=50, seconds=20)
    evening.launch(20_300)
    evening.lose_worker(2)
    evening.slow_relay(5, 3, to=0.1)
    evening.restart_database(7, 3)
    evening.env.run()
    assert evening.outcome.mails == 20_300
    assert len(evening.outcome.waits) == evening.outcome.taken > 800
    assert max(evening.outcome.waits) > 15  # those that the dead worker had claimed
    assert evening.outcome.mails_ended_at > 20_300 / 2_500


def test_it_finds_the_rates_of_two_cores_and_says_when_it_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capacity, "CHECKED_SECONDS", 1.0)
    found = dict(capacity.check(COSTS))
    assert found["signups_to_measured"] == pytest.approx(1, abs=0.1)  # 2 cores for 4 ms each
    assert found["mails_to_measured"] == pytest.approx(1, abs=0.05)  # 2 cores for 0.5 ms each
    of_two_cores = {**vars(COSTS), "mails_a_second": 5200.0}
    bytes_of = {name: of_two_cores.pop(name) for name in ("row_bytes", "person_bytes")}
    stored = {
        "two_cores": of_two_cores,
        "ledger": {"whole_bytes_a_row": bytes_of["row_bytes"]},
        "sizes": {"1000": {"person_bytes": bytes_of["person_bytes"]}},
    }
    wrong = tmp_path / "costs.json"
    wrong.write_text(json.dumps(stored))
    monkeypatch.setattr("sys.argv", ["capacity.py", "--costs", str(wrong)])
    assert capacity.main() == 1
    said = capsys.readouterr()
    assert "mails_to_measured" in said.err
    assert not said.out


def test_what_is_left_least_ends_first() -> None:
    needs = capacity.find_needs(COSTS, 1_000_000, 10)
    assert needs["sending_cores"] == pytest.approx(10_000_000 / 43_200 * 0.0005)
    assert needs["launch_hours"] == pytest.approx(10_000_000 * 0.0001 / 3600)
    assert needs["disk_gb"] == pytest.approx(2 + 10_000_000 * 365 * 200 / 1e9)
    assert capacity.find_first_end(needs) == ("disk_gb", pytest.approx(0.732))


def test_the_stored_costs_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "CHECKED_SECONDS", 1.0)
    assert not capacity.find_doubts(dict(capacity.check(read_costs(FILE))))

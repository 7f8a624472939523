"""Row 17: the clock of one worker is wrong, or jumps while it sends."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from supporters import clock
from tests.factories.approvals import make_ready
from tests.factories.campaigns import reload
from tests.factories.drafts import make_campaign
from tests.factories.sending_day.planned import plan, put_hour_at
from tests.faults.form import size, some
from tests.faults.installation import BODY, Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report

LIBRARY = "faketime/libfaketimeMT.so.1"
SLEEPS = Path(__file__).parent / "wrong_clock"
TELL = (
    "import time; t = time.monotonic(); time.sleep(0.3); print(time.monotonic() - t, time.time())"
)
SECONDS_A_MAIL = size(100, 10) / 1000  # the library reads its file once a second
NOW = "+0"


def jumping(clock: Path) -> dict[str, str]:
    """Return the variables of a process whose clock has the offset in a file."""
    libraries = sorted(Path("/usr/lib").glob(f"*/{LIBRARY}"))
    assert libraries, "faketime is missing: tests/system-packages faketime"
    clock.write_text(NOW)
    return {
        "LD_PRELOAD": str(libraries[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": str(SLEEPS),
    }


@pytest.mark.parametrize(("jump", "seconds"), [("+1d", 86_400), ("-1h", -3_600), (NOW, 0)])
def test_process_with_a_wrong_clock_sleeps_as_long_as_it_says(
    jump: str, seconds: int, tmp_path: Path
) -> None:
    wrong = jumping(tmp_path / "clock")
    (tmp_path / "clock").write_text(jump)
    told = subprocess.check_output([sys.executable, "-c", TELL], env={**os.environ, **wrong})
    slept, now = map(float, told.split())
    assert 0.3 <= slept < 5
    assert now - clock.now().timestamp() == pytest.approx(seconds, abs=5)


@pytest.mark.parametrize("database", some("postgresql", long=("sqlite",)), indirect=True)
@pytest.mark.parametrize("jump", ["+1d", "-1h"])
def test_clock_of_one_worker_that_jumps_repeats_and_loses_nothing(
    jump: str, site: Installation, receiving: Receiving, report: Report, tmp_path: Path
) -> None:
    people = size(160, 5000)
    clock = tmp_path / "clock"
    greylisting = Fault(at="RCPT", reply="451 come back later", share=0.1)
    receiving.behave(Fault(at="BODY", seconds=SECONDS_A_MAIL), greylisting)
    campaign = site.launch(people)
    deferred = sum(map(greylisting.concerns, site.ledger.audience(campaign)))
    with site.worker(1), site.worker(1, variables=jumping(clock)) as jumps:
        receiving.wait_for(people // 4)
        clock.write_text(jump)
        receiving.wait_for(people // 2)
        clock.write_text(NOW)
        receiving.behave(greylisting)
        receiving.wait_for(people - deferred)
        receiving.behave()
        site.ledger.wait_for_end(campaign, hurried=True)
        assert jumps.process.poll() is None, site.said()
    findings = report.judge(f"17 clock jumps {jump}", site, receiving, campaign, cuts=2)
    assert findings.are_right(), findings


def test_worker_whose_clock_is_ahead_starts_nothing_early(
    site: Installation, receiving: Receiving, report: Report, tmp_path: Path
) -> None:
    ahead = jumping(tmp_path / "clock")
    (tmp_path / "clock").write_text("+1d")
    draft = make_campaign(site.make_list(10, "other"), body=BODY).id
    campaign = site.launch(size(80, 2000))
    with site.worker(1, variables=ahead) as worker:
        site.ledger.wait_for_end(campaign)
        assert worker.process.poll() is None, site.said()
    findings = report.judge("17 clock a day ahead", site, receiving, campaign)
    assert findings.are_right(), findings
    assert receiving.arrivals(draft) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_machines_whose_clocks_differ_launch_a_planned_campaign_once_and_at_its_hour(
    site: Installation, receiving: Receiving, report: Report, tmp_path: Path
) -> None:
    mailing_list = site.make_list(size(40, 400))
    due, later = (make_campaign(mailing_list, body=BODY).id for _ in range(2))
    for each in (due, later):
        make_ready(each)
        plan(each)
    put_hour_at(due, clock.now())
    ahead, behind = tmp_path / "ahead", tmp_path / "behind"
    variables = [jumping(ahead), jumping(behind)]
    ahead.write_text("+1d")
    behind.write_text("-1h")
    with site.worker(1, variables=variables[0]):
        site.ledger.wait_for_end(due)
        assert site.ledger.status(later) == "scheduled"
        put_hour_at(later, clock.now())
        with site.worker(1, variables=variables[1]):
            site.ledger.wait_for_end(later)
    findings = report.judge("17 clocks differ at the hour", site, receiving, due, later)
    assert findings.are_right(), findings
    for each in (due, later):
        launched_at = reload(each).launched_at
        assert launched_at is not None
        assert abs(clock.now() - launched_at) < timedelta(minutes=30)

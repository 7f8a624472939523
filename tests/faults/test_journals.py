"""The journals that survive a killed worker: torn in the middle of a record, or on a full disk."""

import time
from functools import partial
from pathlib import Path

import pytest

from tests.faults.disks import SmallDisk
from tests.faults.form import chances, size, some
from tests.faults.installation import CONNECTIONS, Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report
from tests.servers.processes import wait_until

PROCESSES = 2
SLOWLY = Fault(at="BODY", seconds=0.01)
SECONDS_WITHOUT_ROOM = size(2, 30)
JOURNAL_MEGABYTES = 1
LINES_FOR_EACH_SENDER = 1  # a minute
MANY = size(6400, 20_000)  # so that the journal of a batch needs more than one page of the disk


def tear(journal: Path, count: int) -> None:
    """Cut some bytes off the last record of a journal that has a batch."""
    content = journal.read_bytes()
    if len(content.splitlines()) > 1:
        journal.write_bytes(content[:-count])


@pytest.mark.parametrize("database", some("sqlite", long=("postgresql",)), indirect=True)
def test_journal_torn_in_the_middle_of_a_record_still_tells_what_was_sent(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people, times = size(200, 6000), size(1, 20)
    chance = chances("torn")
    receiving.behave(SLOWLY)
    campaign = site.launch(people)
    for each in range(1, times + 1):
        with site.worker(PROCESSES) as worker:
            receiving.wait_for(each * people // (times + 2))
            time.sleep(chance.uniform(0, 0.1))
            worker.kill_all()
        journals = sorted((site.folder / "instance" / "workers").glob("*.journal"))
        assert journals
        for journal in journals:
            tear(journal, chance.randint(1, 5))
        site.flask("delivery", "journal")
    receiving.behave()
    with site.worker():
        site.ledger.wait_for_end(campaign)
    findings = report.judge("1 kill -9, journals torn", site, receiving, campaign, cuts=times)
    assert findings.are_right(uncertain_at_most=CONNECTIONS * PROCESSES * times), findings


def says_that_the_journal_is_full(site: Installation, campaign: int) -> bool:
    """Tell whether a campaign's recorded problem is the journal."""
    (problem,) = site.ledger.ask("SELECT problem FROM campaign WHERE id = :id", id=campaign)[0]
    return "journal" in (problem or "")


def test_nothing_is_sent_while_the_journal_cannot_grow(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    campaign = site.launch(size(120, 5000))
    says_so = partial(says_that_the_journal_is_full, site, campaign)
    with SmallDisk(site.folder / "instance" / "workers", JOURNAL_MEGABYTES) as disk:
        disk.fill()
        with site.worker(PROCESSES):
            assert wait_until(says_so)
            time.sleep(SECONDS_WITHOUT_ROOM)
            assert not any(each.campaign for each in receiving.arrivals())
            lines = site.said().count("delivery.problem")
            assert lines <= LINES_FOR_EACH_SENDER * PROCESSES * CONNECTIONS, site.said()
            disk.free()
            site.ledger.wait_for_end(campaign)
    findings = report.judge("disk of the journals full at first", site, receiving, campaign)
    assert findings.are_right(), findings


def test_journal_whose_disk_fills_up_still_tells_what_was_sent(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.behave(SLOWLY)
    campaign = site.launch(MANY)
    says_so = partial(says_that_the_journal_is_full, site, campaign)
    with SmallDisk(site.folder / "instance" / "workers", JOURNAL_MEGABYTES) as disk:
        with site.worker(PROCESSES) as worker:
            receiving.wait_for(MANY // 100)
            disk.fill()
            assert wait_until(says_so)
            worker.kill_all()
        disk.free()
        receiving.behave()
        with site.worker():
            site.ledger.wait_for_end(campaign)
    fault = "disk of the journals fills up, kill -9"
    findings = report.judge(fault, site, receiving, campaign, cuts=1)
    assert findings.are_right(uncertain_at_most=CONNECTIONS * PROCESSES), findings

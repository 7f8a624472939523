"""Row 21: a long campaign takes no more memory than a short one."""

import re
from pathlib import Path

from tests.faults.form import size
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.report import Report

MOST_GROWTH_MB = 12


def memory_of(process_id: int) -> float:
    """Return the megabytes that a process holds in memory."""
    status = Path(f"/proc/{process_id}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def test_memory_of_a_worker_stays_flat(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people = size(4000, 300_000)
    campaign = site.launch(people)
    with site.worker() as worker:
        receiving.wait_for(people // 5, seconds=300)
        before = [memory_of(child) for child in worker.children()]
        site.ledger.wait_for_end(campaign, seconds=900)
        after = [memory_of(child) for child in worker.children()]
    findings = report.judge("21 a long campaign", site, receiving, campaign)
    assert findings.are_right(), findings
    assert max(after) - max(before) < MOST_GROWTH_MB, (before, after)

"""An email of a stranger takes little time and memory, whatever it is (REQ-106)."""

import os
import resource
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from supporters.feedback.readers.bounded_parser import (
    READ_OCTETS,
    BoundedParser,
    ParserGone,
    ParserLimits,
)
from supporters.feedback.reports.report import Report, ReportKind
from tests.feedback.readers.recorded_intake import make_bounce
from tests.feedback.reports.test_hostile_mails import HOSTILE
from tests.servers.processes import children_of, is_alive, wait_until

MEGABYTE = 1024 * 1024
LIMITS = ParserLimits(seconds=0.3, megabytes=32)


def parse_or_do(raw: bytes, sent_to: Sequence[str]) -> Report:
    """Do what the email says."""
    if raw == b"loop":
        while True:
            pass
    if raw == b"memory":
        bytearray(200 * MEGABYTE)
    if raw == b"die":
        os.kill(os.getpid(), signal.SIGKILL)
    return Report(kind=ReportKind.ANSWER, event_id=f"{len(raw)} {os.getpid()}")


@pytest.mark.parametrize("harm", [b"loop", b"memory", b"die"])
def test_email_that_takes_too_much_is_unreadable_and_the_next_one_is_read(harm: bytes) -> None:
    parser = BoundedParser(parse_or_do, LIMITS)
    kinds = [parser.read(each).kind for each in (b"a", harm, b"b", harm, b"c")]
    parser.close()
    good, bad = ReportKind.ANSWER, ReportKind.UNREADABLE
    assert kinds == [good, bad, good, bad, good]


def test_many_emails_share_a_process_which_takes_only_the_beginning_of_each() -> None:
    parser = BoundedParser(parse_or_do, LIMITS)
    first, second = (parser.read(each).event_id for each in (b"a", b"x" * 3 * MEGABYTE))
    parser.close()
    assert first is not None
    assert second == f"{READ_OCTETS} {first.split()[1]}"


def test_all_processes_end_with_the_one_that_made_them() -> None:
    parser = BoundedParser(parse_or_do, LIMITS)
    child = int((parser.read(b"a").event_id or "").split()[1])
    (keeper,) = [each for each in children_of(os.getpid()) if child in children_of(each)]
    parser.close()
    assert wait_until(lambda: not is_alive(child) and not is_alive(keeper))


def test_without_its_keeper_it_says_so() -> None:
    parser = BoundedParser(parse_or_do, LIMITS)
    child = int((parser.read(b"a").event_id or "").split()[1])
    (keeper,) = [each for each in children_of(os.getpid()) if child in children_of(each)]
    for each in (keeper, child):
        os.kill(each, signal.SIGKILL)
    with pytest.raises(ParserGone):
        parser.read(b"b")
    assert parser.is_gone
    parser.close()


def test_hostile_emails_take_less_than_two_seconds_and_little_memory() -> None:
    parser = BoundedParser()
    parser.read(make_bounce("a"))
    faults = []
    for what, raw in HOSTILE.items():
        used = children_cpu()
        parser.read(raw)
        if (seconds := children_cpu() - used) > 2:
            faults.append(f"{what}: {seconds:.1f} s")
    assert parser.read(make_bounce("a")).kind is ReportKind.BOUNCE
    parser.close()
    own = Path("/proc/self/status").read_text().partition("VmPeak:")[2].split()[0]
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert not faults
    assert most < int(own)


def children_cpu() -> float:
    """Return the seconds of the processor that this process's descendants took until now."""
    ticks = 0
    for keeper in children_of(os.getpid()):
        for each in (keeper, *children_of(keeper)):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])
    return ticks / os.sysconf("SC_CLK_TCK")

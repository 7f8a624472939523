"""Reads CPU time and memory of processes from /proc on Linux."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
USER_TIME = 11  # counted from the field behind the name (proc_pid_stat(5)); then system time,
CPU_FIELDS = slice(USER_TIME, USER_TIME + 4)  # and both of the children that have ended
IDLE, WAITING = 3, 4  # places of the first line of /proc/stat (proc_stat(5))
STOLEN = 7  # by other guests of the host; the places behind it are part of the others


class MachineTimes(NamedTuple):
    """CPU seconds of all cores since the start of the machine."""

    busy: float
    idle: float


def machine_times() -> MachineTimes:
    """Return how long all cores were busy, and how long they had nothing to do."""
    first = Path("/proc/stat").read_text().partition("\n")[0]
    ticks = [int(each) for each in first.split()[1:]][:STOLEN]
    busy = sum(ticks) - ticks[IDLE] - ticks[WAITING]
    return MachineTimes(busy / TICKS_PER_SECOND, ticks[IDLE] / TICKS_PER_SECOND)


def list_children(process: int) -> list[int]:
    """Return the ids of the children of a process."""
    return [
        int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()
    ]


def cpu_seconds(process: int | None) -> float:
    """Return the CPU time, user and system, of a process and its children, ended ones included."""
    if process is None:
        return 0.0
    ticks = sum(sum(_cpu_ticks(each)) for each in _family(process))
    return ticks / TICKS_PER_SECOND


def cpu_of_ended() -> float:
    """Return the CPU time of the programs that this process started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def pin_family(process: int, core: int) -> None:
    """Let a process and its children, with all their threads, run on one core only."""
    for each in _family(process):
        for thread in Path(f"/proc/{each}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {core})


def peak_megabytes(process: int) -> float:
    """Return the peak memory of the largest child of a process, in MB (VmHWM)."""
    return max(_kilobytes(str(child), "VmHWM") for child in list_children(process)) / 1024


def family_megabytes(process: int | None) -> float:
    """Return the memory of a process and its children, in MB; shared pages count once (Pss)."""
    if process is None:
        return 0.0
    return sum(map(_proportional_kilobytes, _family(process))) / 1024


def own_megabytes() -> float:
    """Return the memory of this process, in MB (VmRSS)."""
    return _kilobytes("self", "VmRSS") / 1024


def reset_own_peak() -> None:
    """Reset the peak memory of this process (proc_pid_clear_refs(5))."""
    Path("/proc/self/clear_refs").write_text("5")


def own_peak_megabytes() -> float:
    """Return the peak memory of this process since the reset, in MB (VmHWM)."""
    return _kilobytes("self", "VmHWM") / 1024


def _family(process: int) -> Iterator[int]:
    yield process
    try:
        children = list_children(process)
    except FileNotFoundError:  # it has ended
        return
    for child in children:
        yield from _family(child)


def _cpu_ticks(process: int) -> list[int]:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:  # the process has ended; its parent has its time
        return []
    return [int(field) for field in status.rpartition(")")[2].split()[CPU_FIELDS]]


def _proportional_kilobytes(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _kilobytes(process: str, name: str) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))

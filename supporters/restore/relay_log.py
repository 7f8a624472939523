"""Reads from the log of a mail server which emails of campaigns it accepted, and when.

A message of campaign 12 to person 345 has the Message-ID c12.345@…. Postfix writes it in a line of
cleanup, and a line of qmgr once the message is in the queue: only then the sender got a 250. Exim
writes one line for a message that it accepted. OpenSMTPD writes no Message-ID.
"""

import gzip
import io
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import chain
from operator import itemgetter
from typing import IO, cast

LONGEST_SILENCE = timedelta(minutes=10)
GOES_BACK_AT_MOST = timedelta(hours=2)  # clocks are put back by one
A_DAY = timedelta(days=1)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
OURS = r"c(?P<campaign>\d{1,10})\.(?P<person>[1-9]\d{0,18})@"
# The first bracket of a line is that of its program: later ones may quote a stranger.
BEGUN = re.compile(r"[^[]*/(?:smtpd|pickup)\[\d+\]: (?P<queue>\w+): (?:client|uid)=")
CLEANUP = re.compile(rf"[^[]*/cleanup\[\d+\]: (?P<queue>\w+): message-id=(?:<{OURS})?")
ON_HOLD = re.compile(r"[^[]*/cleanup\[\d+\]: (?P<queue>\w+): (?:milter-)?hold: ")
QUEUED = re.compile(r"[^[]*/[no]?qmgr\[\d+\]: (?P<queue>\w+): from=<")
EXIM = re.compile(rf" [\w-]{{16,23}} <= .* id={OURS}")
GZIP = b"\x1f\x8b"
LOST = re.compile(r"messages lost due to rate-limiting|\bSuppressed \d+ messages from ")


class LogUnreadable(Exception):
    """A log can't be used; the text says why."""


@dataclass
class RelayLog:
    """The people who got each campaign by a log, and the times of which it may not know.

    `silences` are longer times without any line, `losses` the times at which lines were dropped,
    because too many came at once. `has_all_relays` is false if the log of a relay is lost.
    """

    accepted: dict[int, dict[int, datetime]] = field(default_factory=lambda: defaultdict(dict))
    silences: list[tuple[datetime, datetime]] = field(default_factory=list)
    losses: list[datetime] = field(default_factory=list)
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    has_all_relays: bool = True

    def find_end_of_whole(self, since: datetime) -> datetime | None:
        """Return until when the log has everything since a moment; None if it lacks the first."""
        if self.begins_at is None or self.ends_at is None or self.begins_at > since:
            return None
        ends = [start for start, end in self.silences if end > since]
        ends += [each for each in self.losses if each > since]
        return min([self.ends_at, *ends]) if self.has_all_relays else None

    def count_others(self, campaign_id: int, since: datetime) -> Counter[int]:
        """Return how many people got each other campaign since a moment."""
        return Counter(
            {
                each: sum(moment >= since for moment in people.values())
                for each, people in self.accepted.items()
                if each != campaign_id
            }
        )


def read_logs(files: Iterable[IO[bytes]], now: datetime, zone: tzinfo | None) -> RelayLog:
    """Read logs, the oldest first; packed ones are unpacked. Raises LogUnreadable, OSError.

    `zone` is that of times without one.
    """
    times = _Times(now, zone)
    relays: list[_LogReader] = []
    try:
        begun = sorted((_begin(each, times) for each in files), key=itemgetter(0))
        for begins_at, lines in begun:
            reader = _find_former(relays, begins_at)
            if reader is None:
                relays.append(reader := _LogReader(times))
            for line in lines:
                reader.read(line)
    except (EOFError, zlib.error) as error:
        raise LogUnreadable("A packed log is damaged, or its end is missing.") from error
    logs = [each.log for each in relays if each.log.begins_at]
    if not logs:
        raise LogUnreadable("No line begins with a time. Is it the log of Postfix or Exim?")
    return _join(logs)


def _find_former(relays: Sequence["_LogReader"], begins_at: datetime) -> "_LogReader | None":
    """Return the relay whose log a file goes on with; None if all of them go on beside it."""
    ended = [
        (each.log.ends_at, number)
        for number, each in enumerate(relays)
        if each.log.ends_at and each.log.ends_at <= begins_at + GOES_BACK_AT_MOST
    ]
    return relays[max(ended)[1]] if ended else None


def _join(logs: Sequence[RelayLog]) -> RelayLog:
    """Return the log of all relays; it covers only what each of them covers."""
    joined = RelayLog(
        begins_at=max(each.begins_at for each in logs if each.begins_at),
        ends_at=min(each.ends_at for each in logs if each.ends_at),
    )
    for each in logs:
        joined.silences += each.silences
        joined.losses += each.losses
        for campaign, people in each.accepted.items():
            joined.accepted[campaign] |= people
    return joined


def _begin(file: IO[bytes], times: "_Times") -> tuple[datetime, Iterator[str]]:
    """Return the first time in a log, and all of its lines."""
    is_packed = cast(io.BufferedReader, file).peek(2)[:2] == GZIP
    raw = gzip.GzipFile(fileobj=file) if is_packed else file
    lines = (line.decode("utf-8", "replace") for line in raw)
    first = []
    for line in lines:
        first.append(line)
        if moment := times.find(line):
            return moment, chain(first, lines)
    return datetime.max.replace(tzinfo=UTC), iter(first)


class _LogReader:
    def __init__(self, times: "_Times") -> None:
        self.log = RelayLog()
        self._times = times
        self._waiting: dict[str, tuple[int, int]] = {}
        self._on_hold: set[str] = set()

    def read(self, line: str) -> None:
        """Read one line."""
        moment = self._times.find(line)
        if moment is None:
            return
        self._note(moment)
        if "/cleanup[" in line:
            self._read_cleanup(line, moment)
        elif "qmgr[" in line:
            found = QUEUED.match(line)
            if found and found["queue"] in self._waiting:
                self._accept(found["queue"], moment)
        elif "=" in line and (found := BEGUN.match(line)):
            self._forget(found["queue"])
        elif " <= " in line and (found := EXIM.search(line)):
            self._add((int(found["campaign"]), int(found["person"])), moment)
        elif "messages" in line and LOST.search(line):
            self.log.losses.append(moment)

    def _read_cleanup(self, line: str, moment: datetime) -> None:
        if found := CLEANUP.match(line):
            if found["person"] is None:
                self._forget(found["queue"])
                return
            self._waiting[found["queue"]] = int(found["campaign"]), int(found["person"])
            if found["queue"] in self._on_hold:
                self._accept(found["queue"], moment)
        elif found := ON_HOLD.match(line):
            self._on_hold.add(found["queue"])
            if found["queue"] in self._waiting:
                self._accept(found["queue"], moment)

    def _forget(self, queue: str) -> None:
        """Forget an email: another one has its number now."""
        self._waiting.pop(queue, None)
        self._on_hold.discard(queue)

    def _accept(self, queue: str, moment: datetime) -> None:
        self._on_hold.discard(queue)
        self._add(self._waiting.pop(queue), moment)

    def _add(self, email: tuple[int, int], moment: datetime) -> None:
        campaign, person = email
        self.log.accepted[campaign].setdefault(person, moment)

    def _note(self, moment: datetime) -> None:
        """Note how far the log reaches, and each long silence. Raises LogUnreadable."""
        last = self.log.ends_at
        if last is None:
            self.log.begins_at = self.log.ends_at = moment
        elif moment > last:
            if moment - last > LONGEST_SILENCE:
                self.log.silences.append((last, moment))
            self.log.ends_at = moment
        elif last - moment > GOES_BACK_AT_MOST:
            raise LogUnreadable(
                f"The log goes back from {last:%Y-%m-%d %H:%M} to {moment:%Y-%m-%d %H:%M} UTC. "
                "Give the oldest file first."
            )


class _Times:
    """Reads the time at the beginning of a line: of syslog, of RFC 3339, or of Exim."""

    def __init__(self, now: datetime, zone: tzinfo | None) -> None:
        self._now, self._zone = now, zone
        self._second = ""
        self._moment: datetime | None = None

    def find(self, line: str) -> datetime | None:
        """Return the moment of a line, to the second; None if it begins with none."""
        is_whole = line[4:5] == "-"
        second = line[:19] if is_whole else line[:15]
        if second != self._second:
            self._second = second
            self._moment = self._read(line[: line.find(" ", 11)] if is_whole else second)
        return self._moment

    def _read(self, text: str) -> datetime | None:
        try:
            if text[4:5] == "-":
                return self._place(datetime.fromisoformat(text))
            month = MONTHS.index(text[:3]) + 1
            clock = datetime.fromisoformat(f"2000-01-01 {text[7:]}")
            moment = clock.replace(year=self._now.year, month=month, day=int(text[4:6]))
        except ValueError:
            return None
        placed = self._place(moment)
        if placed - self._now > A_DAY:  # such a line has no year
            placed = self._place(moment.replace(year=moment.year - 1))
        return placed

    def _place(self, moment: datetime) -> datetime:
        if moment.tzinfo is None and self._zone is not None:
            moment = moment.replace(tzinfo=self._zone)
        return moment.astimezone(UTC)

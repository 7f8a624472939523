"""The logs of mail servers: which emails they accepted, in each form of lines and times."""

import gzip
import io
from datetime import UTC, datetime
from typing import IO, cast
from zoneinfo import ZoneInfo

import pytest

from supporters.restore.relay_log import LogUnreadable, RelayLog, read_logs

UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
AT = "Feb 28 23:59:58 mx1"
ID = "3766749098078991128"
ACCEPTED = f"""\
{AT} postfix/smtpd[101]: 4Y1abc: client=localhost[127.0.0.1]
{AT} postfix/cleanup[102]: 4Y1abc: message-id=<c12.{ID}@parti.example>
{AT} postfix/qmgr[103]: 4Y1abc: from=<b+x@parti.example>, size=1234, nrcpt=1 (queue active)
{AT} postfix/smtp[104]: 4Y1abc: to=<a@example.org>, relay=none, delay=1, status=deferred (later)
{AT} postfix/qmgr[103]: 4Y1abc: removed
"""
CUT_OFF = f"{AT} postfix/cleanup[102]: 4Y1abc: message-id=<c12.{ID}@parti.example>\n"
ON_HOLD = f"{CUT_OFF}{AT} postfix/cleanup[102]: 4Y1abc: milter-hold: END-OF-MESSAGE from x\n"
EXIM = (
    f"2026-02-28 23:59:58 1dJ08B-0003oP-5i <= b@parti.example H=x [127.0.0.1] P=esmtp S=1364 "
    f"id=c12.{ID}@parti.example\n"
)
EXIM_OF_2024 = EXIM.replace("1dJ08B-0003oP-5i", "1tHabc-00000000ABC-1x2Y [77]").replace(" [77]", "")


def read(*texts: str, zone: ZoneInfo = UTC_ZONE, now: datetime = NOW) -> RelayLog:
    """Read logs with these lines."""
    return read_logs([packed(each.encode()) for each in texts], now, zone)


def packed(content: bytes) -> IO[bytes]:
    return cast(IO[bytes], io.BufferedReader(cast(io.RawIOBase, io.BytesIO(content))))


@pytest.mark.parametrize(
    ("text", "is_accepted"),
    [
        *((ACCEPTED, True), (CUT_OFF, False), (ON_HOLD, True), (EXIM, True), (EXIM_OF_2024, True)),
        (ACCEPTED.replace(AT, "2026-02-28T23:59:58.123456+00:00 mx1"), True),
        (ACCEPTED.replace(AT, "2026-02-28T23:59:58+0000 mx1"), True),
        (ACCEPTED.replace("postfix/", "postfix-out/"), True),
        (ACCEPTED.replace("qmgr", "oqmgr"), True),
        (ACCEPTED.replace("c12.", "letter."), False),
        (f"{CUT_OFF}{ACCEPTED.replace('4Y1abc', '4Y1xyz').replace(ID, '5')}", False),
    ],
)
def test_an_email_counts_as_accepted_once_it_is_in_the_queue(text: str, is_accepted: bool) -> None:
    accepted = read(text).accepted.get(12, {})
    assert (int(ID) in accepted) is is_accepted


@pytest.mark.parametrize(
    ("beginning", "zone", "moment"),
    [
        ("Feb 28 23:59:58", "UTC", "2026-02-28T23:59:58+00:00"),
        ("Feb 28 23:59:58", "Europe/Paris", "2026-02-28T22:59:58+00:00"),
        ("Dec  9 08:00:00", "UTC", "2025-12-09T08:00:00+00:00"),
        ("Mar  1 12:00:30", "UTC", "2026-03-01T12:00:30+00:00"),
        ("2026-02-28T23:59:58.5+01:00", "UTC", "2026-02-28T22:59:58.500000+00:00"),
        ("2026-02-28 23:59:58", "Europe/Paris", "2026-02-28T22:59:58+00:00"),
    ],
)
def test_times_have_the_year_and_the_zone_of_the_log(
    beginning: str, zone: str, moment: str
) -> None:
    log = read(ACCEPTED.replace(AT[:15], beginning), zone=ZoneInfo(zone))
    assert log.begins_at == log.ends_at == datetime.fromisoformat(moment)


def test_a_line_may_be_of_the_29th_of_february() -> None:
    log = read(ACCEPTED.replace("Feb 28", "Feb 29"), now=datetime(2024, 3, 1, tzinfo=UTC))
    assert log.begins_at == datetime(2024, 2, 29, 23, 59, 58, tzinfo=UTC)


def test_packed_logs_are_read_in_the_order_of_time() -> None:
    older = gzip.compress(CUT_OFF.encode())
    newer = ACCEPTED.partition("\n")[2].partition("\n")[2].replace("23:59:58", "23:59:59")
    log = read_logs([packed(newer.encode()), packed(older)], NOW, ZoneInfo("UTC"))
    assert int(ID) in log.accepted[12]


def test_logs_of_two_relays_that_ran_at_the_same_time_are_read_together() -> None:
    first = ACCEPTED.replace("Feb 28 23", "Feb 28 08") + ACCEPTED
    second = ACCEPTED.replace("Feb 28 23", "Feb 28 09").replace(ID, "5") + ACCEPTED
    goes_on = ACCEPTED.replace("Feb 28 23:59:58", "Mar  1 00:00:09").replace(ID, "6")
    log = read(second, first, goes_on)
    assert log.accepted[12].keys() == {int(ID), 5, 6}
    assert len(log.silences) == 2
    assert (log.begins_at, log.ends_at) == (
        datetime(2026, 2, 28, 9, 59, 58, tzinfo=UTC),
        datetime(2026, 2, 28, 23, 59, 58, tzinfo=UTC),
    )


OTHER = f"{AT} postfix/cleanup[102]: 4Y1abc: message-id=<other@example.org>\n"
QUEUED = f"{AT} postfix/qmgr[103]: 4Y1abc: from=<c@example.org>, size=1, nrcpt=1 (queue active)\n"
BEGUN = f"{AT} postfix/smtpd[101]: 4Y1abc: client=localhost[127.0.0.1]\n"
HELD_OTHER = f"{AT} postfix/cleanup[102]: 4Y1abc: hold: header Subject: x\n{OTHER}"
TOLD = f"{AT} postfix/smtpd[1]: NOQUEUE: reject: RCPT from x[192.0.2.1]: 550; helo=<%s>\n"
FORGED = "".join(TOLD % each.partition(" mx1 ")[2].strip() for each in (CUT_OFF, QUEUED))


@pytest.mark.parametrize(
    "text",
    [
        CUT_OFF + OTHER + QUEUED,
        CUT_OFF + BEGUN + QUEUED,
        HELD_OTHER + BEGUN + CUT_OFF,
        FORGED.replace("helo=<postfix", "helo=</postfix"),
    ],
)
def test_a_number_of_the_queue_that_another_email_had_proves_nothing(text: str) -> None:
    assert 12 not in read(text).accepted


@pytest.mark.parametrize("bytes_of_the_end", [0, 40])
def test_a_damaged_packed_log_is_refused(bytes_of_the_end: int) -> None:
    whole = gzip.compress(ACCEPTED.encode())
    damaged = whole[: len(whole) // 2] + b"x" * bytes_of_the_end
    with pytest.raises(LogUnreadable, match="damaged"):
        read_logs([packed(damaged)], NOW, UTC_ZONE)


def test_silence_and_dropped_lines_are_gaps() -> None:
    later = ACCEPTED.replace("23:59:58", "22:00:00")
    dropped = f"{AT} rsyslogd: imjournal: 236 messages lost due to rate-limiting\n"
    dropped += f"{AT} systemd-journald[9]: Suppressed 917 messages from postfix@-.service\n"
    log = read(later + ACCEPTED + dropped)
    assert [(end - start).total_seconds() for start, end in log.silences] == [7198]
    assert len(log.losses) == 2


@pytest.mark.parametrize(
    "text", ["", "no log\n", ACCEPTED + ACCEPTED.replace("Feb 28 23", "Feb 28 20")]
)
def test_what_is_no_log_in_order_is_refused(text: str) -> None:
    with pytest.raises(LogUnreadable):
        read(text)

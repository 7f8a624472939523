"""The floor of a process: one look at all emails in some seconds, and narrow claims between."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from flask import Flask

from supporters import clock
from supporters.database import db, transaction
from supporters.mail.due_floor import LOOK_AT_ALL_EVERY_SECONDS, MARGIN, DueFloor
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.queries import EVER, find_oldest_queued
from tests.factories.lists import make_list
from tests.factories.signups import request_to_join

OLDEST = datetime(2026, 12, 1, 9, tzinfo=UTC)
EMAILS = 400


def test_all_emails_are_looked_at_once_in_some_seconds() -> None:
    found, uptimes = [OLDEST, None], [100.0, 101.0, 100 + LOOK_AT_ALL_EVERY_SECONDS]
    floor = DueFloor(lambda: found.pop(0), uptime=lambda: uptimes.pop(0))
    assert [floor.get(), floor.get()] == [OLDEST - MARGIN] * 2
    assert abs(floor.get() + MARGIN - clock.now()) < timedelta(minutes=1)


def test_emails_that_wait_for_another_try_later_hide_no_new_ones() -> None:
    floor = DueFloor(lambda: clock.now() + timedelta(hours=1))
    assert floor.get() <= clock.now() - MARGIN


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite keeps its log instead
def test_a_look_above_the_floor_reads_no_emails_that_were_sent_under_an_old_snapshot(
    app: Flask, database: str
) -> None:
    mailing_list = make_list()
    for number in range(EMAILS):
        request_to_join(f"person{number}@example.org", mailing_list)
    url = app.extensions["settings"].database_url.replace("+psycopg", "")
    with psycopg.connect(url) as old:
        old.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        old.execute("SELECT count(*) FROM outbox_email")
        with transaction():
            db.session.execute(db.update(OutboxEmail).values(status=EmailStatus.SENT))
        whole, narrow = (count_pages(since) for since in (EVER, clock.now() + timedelta(seconds=1)))
    assert narrow < whole / 4


def count_pages(since: datetime) -> int:
    """Return how many pages a look reads."""
    look = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {LOOK}"
    db.session.execute(db.text("SET LOCAL enable_seqscan = off"))
    [plan] = db.session.scalar(db.text(look), {"since": since})
    assert find_oldest_queued(since) is None
    return int(plan["Plan"]["Shared Hit Blocks"])


LOOK = (
    "SELECT next_attempt_at FROM outbox_email WHERE status = 'queued' "
    "AND next_attempt_at >= :since ORDER BY next_attempt_at LIMIT 1"
)

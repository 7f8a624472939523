"""Row 22: people sign up, confirm and leave while web, worker and database are killed at random."""

import time
from collections import Counter
from contextlib import ExitStack, closing
from functools import partial
from threading import Barrier, Thread

import pytest

from tests.faults.evening.evening_findings import examine_evening
from tests.faults.evening.evening_site import (
    EMAILS_BEING_SENT,
    LIST,
    PROCESSES,
    WorkerService,
    kill_something,
    pages_of,
)
from tests.faults.evening.evening_visitors import ASKED_TO_WAIT, NO_ANSWER, TAKEN, EveningVisitors
from tests.faults.form import chances, size
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.report import Report
from tests.servers.postgres import PostgresServer
from tests.servers.processes import wait_until
from tests.servers.reused_connection import ReusedConnection

PEOPLE, KILLS = size(400, 20_000), size(6, 60)
AT_ONCE = 24

pytestmark = pytest.mark.both_databases


def test_nothing_that_was_promised_is_lost_while_everything_is_killed(
    request: pytest.FixtureRequest, site: Installation, receiving: Receiving, report: Report
) -> None:
    chance, kinds = chances("evening"), ["web", "worker"]
    if not site.ledger.is_sqlite:
        kinds.append("database")
    kills = Counter[str]()
    list_id = site.make_list(0, LIST).id
    mails = Receiving(site.folder, receiving.port)
    with pages_of(site) as (web, port, form), ExitStack() as stack:
        service = WorkerService(site, stack)
        visitors = EveningVisitors(PEOPLE, port, form, mails, site.app, list_id)
        with visitors.at_work():
            for kill in range(1, KILLS + 1):
                wait_for_signups(visitors, kill * PEOPLE // (KILLS + 1))
                time.sleep(chance.uniform(0, 0.2))
                kind = kinds[kill % len(kinds)]
                kills[kind] += 1
                if kind == "database":
                    postgres: PostgresServer = request.getfixturevalue("postgres")
                    postgres.restart_at_once()
                    site.reconnect()
                else:
                    kill_something(kind, web, service, chance.randrange(PROCESSES))
            wait_for_signups(visitors, PEOPLE)

            def have_some_left() -> bool:
                service.attend()
                return len(visitors.left) >= PEOPLE // 80

            assert wait_until(have_some_left, seconds=120, every=0.5)
    findings = examine_evening(site, receiving, visitors)
    report.add_row("22 signups, all killed", site, len(visitors.taken), KILLS, findings.as_row())
    assert not findings.broken, findings
    assert {*visitors.answers.values()} <= {TAKEN, ASKED_TO_WAIT, NO_ANSWER}
    in_doubt = findings.repeated | findings.uncertain
    assert len(in_doubt) <= EMAILS_BEING_SENT * (kills["worker"] + kills["database"]), in_doubt


def wait_for_signups(visitors: EveningVisitors, count: int) -> None:
    """Wait until so many signups were taken."""
    came = wait_until(lambda: len(visitors.taken) >= count, seconds=size(120, 1200), every=0.1)
    assert came, Counter(visitors.answers.values())


def test_many_signups_of_one_address_at_once_send_one_email(
    site: Installation, receiving: Receiving
) -> None:
    site.make_list(0, LIST)
    start, answers = Barrier(AT_ONCE), list[int]()

    def sign_up(port: int, signup: bytes) -> None:
        with closing(ReusedConnection(port)) as connection:
            start.wait(timeout=60)
            while (status := connection.ask(signup).status) == ASKED_TO_WAIT:
                time.sleep(1)  # on a busy machine; the page sends the form again, too
            answers.append(status)

    with pages_of(site) as (_, port, form):
        signup = form.fill_in("one@example.org")
        threads = [Thread(target=partial(sign_up, port, signup)) for _ in range(AT_ONCE)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    with site.worker():
        receiving.wait_for(1)
        nothing_waits = "SELECT id FROM outbox_email WHERE status IN ('queued', 'sending')"
        assert wait_until(lambda: not site.ledger.ask(nothing_waits))
    assert Counter(answers) == {TAKEN: AT_ONCE}
    confirming = [each.recipient for each in receiving.arrivals() if each.link]
    assert confirming == ["one@example.org"]
    assert len(site.ledger.ask("SELECT id FROM signup_request")) == AT_ONCE

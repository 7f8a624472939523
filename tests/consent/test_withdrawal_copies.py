"""Each machine has the withdrawals of all: a lost disk loses none."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from supporters import clock
from supporters.config import Settings
from supporters.consent.models import Method
from supporters.consent.withdrawal_copies import copy_withdrawals, purge_journal, purge_stored_lines
from supporters.consent.withdrawal_journal import journal_path, read_withdrawals
from supporters.database import db, transaction
from supporters.delivery.known_machines.journal_machines import (
    PagesThread,
    copy_from_others,
    purge_own_journal,
)
from supporters.delivery.machines import register_machine
from supporters.delivery.models import Machine
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.my_data.link_unsubscription import unsubscribe_by_link
from supporters.people.models import Subscriber
from tests.conftest import running_app
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.either_database


@contextmanager
def machine(settings: Settings, name: str) -> Iterator[Flask]:
    """Work on a machine of its own."""
    folder = settings.instance_dir.parent / name
    folder.mkdir(mode=0o700, exist_ok=True)
    with running_app(dataclasses.replace(settings, instance_dir=folder)) as app:
        yield app


def lines() -> list[object]:
    path = journal_path()
    return read_withdrawals(path)[0] if path.exists() else []


def test_a_machine_copies_what_others_wrote_once(app: Flask, settings: Settings) -> None:
    with machine(settings, "one"):
        national = make_list()
        for address in ("anna@example.org", "boris@example.org"):
            make_subscriber(address, national)
        anna, boris = db.session.scalars(select(Subscriber.id).order_by(Subscriber.id))
        unsubscribe_from_every_list(anna, Method.PAGE)
        unsubscribe_by_link(boris, national.id, Method.ONE_CLICK)
        written = lines()
        assert len(written) == 2
        assert copy_withdrawals(clock.now()) == 0
        assert lines() == written
    with machine(settings, "other"):
        assert copy_withdrawals(clock.now()) == 2
        assert lines() == written
        assert copy_withdrawals(clock.now()) == 0


@pytest.mark.both_databases
def test_pages_copy_them_where_a_worker_ran_once_and_runs_no_more(
    app: Flask, settings: Settings
) -> None:
    with machine(settings, "one"):
        register_machine()
        person = make_subscriber("anna@example.org", make_list())
        unsubscribe_from_every_list(person.id, Method.PAGE)
        written = lines()
    with machine(settings, "other") as other:
        register_machine()  # a restore names its machine, too
        PagesThread(other).sign_on(turn=0)
        assert lines() == []  # its worker does it
        with transaction():
            db.session.execute(update(Machine).values(seen_at=clock.now() - timedelta(minutes=3)))
        PagesThread(other).sign_on(turn=1)
        assert lines() == written


def test_the_database_has_the_lines_of_a_month(app: Flask, settings: Settings) -> None:
    person = make_subscriber("anna@example.org", make_list())
    unsubscribe_from_every_list(person.id, Method.PAGE)
    assert purge_stored_lines(clock.now()) == 0
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert purge_stored_lines(clock.now()) == len(lines())


def test_a_line_of_a_clock_that_is_behind_is_copied_within_the_hour(
    app: Flask, settings: Settings
) -> None:
    person = make_subscriber("anna@example.org", make_list()).id
    now = clock.now()
    with machine(settings, "reader"):
        copy_withdrawals(now)
        with time_machine.travel(now - timedelta(minutes=30)), machine(settings, "writer"):
            unsubscribe_from_every_list(person, Method.PAGE)
            written = lines()
        copy_withdrawals(now)
        purge_journal(now)
        copy_withdrawals(now)
        assert lines() == written


def test_a_clock_that_is_years_ahead_deletes_and_misses_no_line(
    app: Flask, settings: Settings
) -> None:
    if settings.database_url.startswith("sqlite"):
        return  # there is no other clock
    person = make_subscriber("anna@example.org", make_list()).id
    with machine(settings, "writer"):
        unsubscribe_from_every_list(person, Method.PAGE)
        written = lines()
    with time_machine.travel(clock.now() + timedelta(days=800)), machine(settings, "reader"):
        copy_from_others()
        purge_own_journal()
        assert lines() == written

"""Whom people agree with is kept once for each identity, and looked for once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, select

from supporters import clock
from supporters.consent.controllers import current_controller
from supporters.consent.log.models import LogEntry
from supporters.consent.log.sealing import seal
from supporters.consent.log.verifying import verify
from supporters.consent.models import Controller
from supporters.database import db, transaction
from tests.builders import make_list, make_subscriber
from tests.lists.test_creating import rename_party
from tests.threads import at_once

pytestmark = pytest.mark.both_databases


def names() -> list[str]:
    """Return the names of all controllers, oldest first."""
    return [*db.session.scalars(select(Controller.name).order_by(Controller.id))]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that go to the database."""
    seen: list[str] = []

    def see(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", see)
    yield seen
    event.remove(db.engine, "before_cursor_execute", see)


def test_each_identity_is_kept_once_and_sealed(app: Flask) -> None:
    mailing_list = make_list()
    make_subscriber("ada@example.org", mailing_list)
    make_subscriber("boris@example.org", mailing_list)
    rename_party(app, "Le Nouveau Parti")
    make_subscriber("chloe@example.org", mailing_list)
    rename_party(app, "Parti de l’Exemple")
    make_subscriber("dora@example.org", mailing_list)
    seal()
    assert names() == ["Parti de l’Exemple", "Le Nouveau Parti"]
    entries = select(LogEntry.position).where(LogEntry.kind == "controller")
    assert None not in [*db.session.scalars(entries)]
    assert verify(clock.now()).faults == []


def test_a_signup_looks_for_none_once_it_is_known(app: Flask) -> None:
    mailing_list = make_list()
    make_subscriber("ada@example.org", mailing_list)
    with statements() as seen:
        make_subscriber("boris@example.org", mailing_list)
    assert [each for each in seen if "FROM controller" in each or "INTO controller" in each] == []


def keep_in_vain() -> None:
    """Name the controller twice in a transaction that comes to nothing."""
    with transaction():
        assert current_controller().id == current_controller().id
        raise ZeroDivisionError


def test_one_that_was_taken_back_is_not_remembered(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError):
        keep_in_vain()
    assert names() == []
    make_subscriber("ada@example.org", make_list())
    assert len(names()) == 1


def test_two_at_once_keep_one(app: Flask) -> None:
    def keep() -> int:
        with transaction():
            return current_controller().id

    assert len({*at_once(app, keep, workers=4)}) == 1
    assert len(names()) == 1

"""The verification finds no faults in a correct log, and reports entries that wait too long."""

import pytest

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_every_list
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def faults() -> list[str]:
    """Return the faults as text."""
    return [str(each) for each in verify(clock.now()).faults]


def test_an_empty_log_has_no_faults() -> None:
    assert faults() == []


def test_events_have_no_faults_sealed_or_not() -> None:
    national, local = make_list(), make_list("local", "La Lettre locale")
    anna = make_subscriber("anna@example.org", national, local)
    boris = make_subscriber("boris@example.org", national)
    seal()
    unsubscribe_from_every_list(anna.id, Method.ONE_CLICK)
    seal()
    make_subscriber("anna@example.org", national)
    object_to_everything(boris.id)
    request_to_join("chloe@example.org", national)
    report = verify(clock.now())
    assert ([*map(str, report.faults)], report.people, report.checkpoints) == ([], 2, 2)
    assert (report.entries > 0, report.unsealed > 0) == (True, True)

"""A link unsubscribes as every other way does, also while other things happen to the person."""

import os
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method, Suppression
from supporters.consent.record_models import ErasureReason
from supporters.consent.suppression import EVERYTHING, purpose_scope
from supporters.consent.withdrawal_journal import (
    WithdrawalKind,
    count_gaps,
    journal_path,
    read_withdrawals,
)
from supporters.database import db, transaction
from supporters.fast_path import site_edition
from supporters.fast_path.round_trips import calls_sent
from supporters.lists.models import MailingList, Subscription
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.my_data.link_unsubscription import unsubscribe_by_link
from supporters.people.models import Subscriber
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.restore.restore_replay import replay_withdrawals
from supporters.signup.confirmation import ConfirmSubmission, confirm_by_link
from tests.factories.consent.trigger_counts import wrong_counts
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, confirm_token, make_subscriber, request_to_join
from tests.lists.test_mailing_lists import rename_party
from tests.machinery.threads import at_once, in_threads

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
OTHER = "boris@example.org"
Row = dict[str, Any]


def withdrawals() -> list[ConsentEvent]:
    """Return the withdrawals, oldest first."""
    db.session.rollback()
    found = select(ConsentEvent).where(ConsentEvent.kind == EventKind.WITHDRAWN)
    return [*db.session.scalars(found.order_by(ConsentEvent.id))]


def lists_of(subscriber_id: int) -> list[int]:
    """Return the ids of the lists of a person."""
    db.session.rollback()
    return [
        *db.session.scalars(
            select(Subscription.mailing_list_id)
            .where(Subscription.subscriber_id == subscriber_id)
            .order_by(Subscription.mailing_list_id)
        )
    ]


def has_faults() -> bool:
    """Tell whether the log, the rows or the counts differ from each other."""
    seal()
    return bool(verify(clock.now()).faults) or wrong_counts() != {}


def values_of(row: ConsentEvent | Subscriber, *left_out: str) -> Row:
    """Return the columns of a row, without those that differ between two people."""
    names = {each.name for each in row.__table__.columns} - {*left_out}
    return {name: getattr(row, name) for name in names}


def test_it_writes_what_an_unsubscription_in_a_session_writes() -> None:
    national, lyon = make_list(), make_list("lyon", "Lyon")
    anna, boris = (make_subscriber(each, national, lyon) for each in (ADDRESS, OTHER))
    for person in (anna, boris):
        person.asked_again_at = person.created_at
    db.session.commit()
    departure = unsubscribe_by_link(anna.id, national.id, Method.ONE_CLICK)
    assert departure.left is not None
    assert ([each.id for each in departure.others], departure.is_new) == ([lyon.id], True)
    unsubscribe_from_list(boris.id, national.id, Method.ONE_CLICK)
    first, second = withdrawals()
    own = ("id", "subscriber_id", "address_mac", "holder", "occurred_at")
    assert values_of(first, *own) == values_of(second, *own)
    for person, event in ((anna, first), (boris, second)):
        db.session.refresh(person)
        assert (person.acted_at, person.asked_again_at) == (event.occurred_at, None)
        assert lists_of(person.id) == [lyon.id]
        scope = purpose_scope(national.purpose_id)
        suppression = db.session.get_one(Suppression, (person.address_mac, scope))
        assert (suppression.since, suppression.until) == (event.occurred_at, None)
    lines, _ = read_withdrawals(journal_path())
    assert [(each.person, each.at, each.kind, each.list_id) for each in lines] == [
        (each.address_mac, each.occurred_at, WithdrawalKind.UNSUBSCRIBED, national.id)
        for each in (first, second)
    ]
    assert not has_faults()


def test_it_never_shortens_a_suppression() -> None:
    national = make_list()
    person = make_subscriber(ADDRESS, national)
    scope, since = purpose_scope(national.purpose_id), person.created_at
    with transaction():
        db.session.add(
            Suppression(address_mac=person.address_mac, scope=scope, since=since, until=since)
        )
    unsubscribe_by_link(person.id, national.id, Method.ONE_CLICK)
    db.session.rollback()
    suppression = db.session.get_one(Suppression, (person.address_mac, scope))
    assert (suppression.since, suppression.until) == (since, None)


def test_an_unknown_person_or_list_changes_nothing() -> None:
    national = make_list()
    person = make_subscriber(ADDRESS, national)
    known = unsubscribe_by_link(404, national.id, Method.ONE_CLICK)
    assert known.left is not None
    assert (known.left.name, known.others, known.is_new) == (national.name, [], False)
    assert unsubscribe_by_link(person.id, 404, Method.ONE_CLICK).left is None
    assert (lists_of(person.id), withdrawals()) == ([national.id], [])
    assert not journal_path().exists()


def test_the_first_departure_after_a_change_of_the_controller_names_the_new_one(app: Flask) -> None:
    national = make_list()
    anna, boris = (make_subscriber(each, national) for each in (ADDRESS, OTHER))
    unsubscribe_by_link(anna.id, national.id, Method.ONE_CLICK)
    rename_party(app, "Le Nouveau Parti")
    site_edition.init_app(app)  # new settings come with a new process, which has kept nothing
    unsubscribe_by_link(boris.id, national.id, Method.ONE_CLICK)
    first, second = withdrawals()
    assert first.controller_id != second.controller_id
    assert not has_faults()


def test_it_works_when_the_journal_cannot_be_written() -> None:
    national = make_list()
    person = make_subscriber(ADDRESS, national)
    journal_path().parent.parent.joinpath("rights").write_text("in the way")
    unsubscribe_by_link(person.id, national.id, Method.ONE_CLICK)
    assert (lists_of(person.id), count_gaps()) == ([], 1)


def test_eight_presses_of_the_same_link_at_once_count_as_one(app: Flask) -> None:
    national = make_list()
    person_id, list_id = make_subscriber(ADDRESS, national).id, national.id
    at_once(app, lambda: unsubscribe_by_link(person_id, list_id, Method.ONE_CLICK), workers=8)
    assert (lists_of(person_id), len(withdrawals())) == ([], 1)
    assert len(read_withdrawals(journal_path())[0]) == 1
    assert not has_faults()


def test_people_who_leave_at_once_each_have_their_line(app: Flask) -> None:
    national = make_list()
    people = [make_subscriber(f"p{number}@example.org", national).id for number in range(8)]
    acts = [partial(unsubscribe_by_link, each, national.id, Method.ONE_CLICK) for each in people]
    in_threads(app, acts)
    assert (len(withdrawals()), wrong_counts()) == (8, {})
    lines, unreadable = read_withdrawals(journal_path())
    assert (len({each.person for each in lines}), unreadable) == (8, 0)


def test_leaving_while_confirming_again_ends_in_one_of_both_orders(app: Flask) -> None:
    national = make_list()
    person_id, list_id = make_subscriber(ADDRESS, national).id, national.id
    for _ in range(3):
        unsubscribe_by_link(person_id, list_id, Method.ONE_CLICK)
        token = confirm_token(request_to_join(ADDRESS, national))
        acts: list[Callable[[], object]] = [
            partial(confirm_by_link, token, ConfirmSubmission(given_name=None)),
            partial(unsubscribe_by_link, person_id, list_id, Method.ONE_CLICK),
        ]
        in_threads(app, acts)
        is_on_it = lists_of(person_id) == [list_id]
        is_suppressed = bool(db.session.scalars(select(Suppression.scope)).all())
        assert is_on_it is not is_suppressed
    assert not has_faults()


def test_leaving_while_erased_leaves_nothing_of_the_person(app: Flask) -> None:
    national = make_list()
    person_id, list_id = make_subscriber(ADDRESS, national).id, national.id
    order = ErasureOrder(reason=ErasureReason.ASKED)
    acts: list[Callable[[], object]] = [
        partial(unsubscribe_by_link, person_id, list_id, Method.ONE_CLICK),
        partial(erase_person, person_id, order),
    ]
    in_threads(app, acts)
    db.session.rollback()
    assert db.session.scalars(select(Subscriber.id)).all() == []
    assert withdrawals() == []
    assert EVERYTHING in db.session.scalars(select(Suppression.scope)).all()
    assert not has_faults()


def test_a_kill_between_the_line_and_the_commit_leaves_a_line_that_is_replayed(app: Flask) -> None:
    national = make_list()
    person_id, list_id = make_subscriber(ADDRESS, national).id, national.id
    db.session.remove()
    child = os.fork()
    if child == 0:
        _leave_and_die(app, person_id, list_id)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    [line], _ = read_withdrawals(journal_path())
    assert (lists_of(person_id), withdrawals()) == ([list_id], [])
    assert replay_withdrawals([line]) == {WithdrawalKind.UNSUBSCRIBED: 1}
    assert (lists_of(person_id), withdrawals()[0].occurred_at) == ([], line.at)
    unsubscribe_by_link(person_id, list_id, Method.ONE_CLICK)
    assert len(withdrawals()) == 1
    assert not has_faults()


def _leave_and_die(app: Flask, person_id: int, list_id: int) -> None:
    """Unsubscribe in this process; end it as soon as the writes are decided."""
    try:
        with app.app_context():
            db.engine.dispose(close=False)

            def die(_sender: object, calls: list[object]) -> None:
                if journal_path().exists():
                    os.kill(os.getpid(), signal.SIGKILL)

            with calls_sent.connected_to(die):
                unsubscribe_by_link(person_id, list_id, Method.ONE_CLICK)
    finally:
        os._exit(1)


def test_the_lists_name_is_the_present_one() -> None:
    national = make_list()
    person = make_subscriber(ADDRESS, national)
    unsubscribe_by_link(404, national.id, Method.ONE_CLICK)
    with transaction():
        db.session.get_one(MailingList, national.id).name = "La nouvelle lettre"
    left = unsubscribe_by_link(person.id, national.id, Method.ONE_CLICK).left
    assert left is not None
    assert left.name == "La nouvelle lettre"

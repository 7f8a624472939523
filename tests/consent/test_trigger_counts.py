"""The counts that the database keeps are those of its rows, whatever happens to the rows."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from supporters.config import Settings
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.consent.trigger_counts import (
    ConsentCount,
    EventCount,
    FormerCount,
    PeopleCount,
    count_former_by_list,
    count_people_by_purpose,
    count_people_known,
    count_people_on_a_list,
    sum_up_counts,
)
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import (
    object_to_everything,
    unsubscribe_from_every_list,
    unsubscribe_from_list,
)
from supporters.people.models import Subscriber
from supporters.personal_data.erasure import ErasureOrder, erase_person
from tests.factories.backups import back_up, restore_backup
from tests.factories.consent.reconfirmation import accept, ask_one, change_meaning, token_in
from tests.factories.consent.trigger_counts import wrong_counts
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with
from tests.machinery.threads import in_threads

ANNA, BORIS = "anna@example.org", "boris@example.org"


def two_on_two_lists(_app: Flask) -> tuple[int, int]:
    """Put Anna on two lists, and Boris on the first."""
    national, local = make_list(), make_list("local", "La Lettre de Brest")
    anna, boris = (make_subscriber(each, national) for each in (ANNA, BORIS))
    make_subscriber(ANNA, local)
    return anna.id, boris.id


pytestmark = [
    pytest.mark.either_database,
    pytest.mark.usefixtures("app"),
    begins_with(two_on_two_lists),
]


def leave_one(people: tuple[int, int]) -> None:
    """Anna leaves her second list."""
    unsubscribe_from_list(people[0], list_id("local"), Method.ONE_CLICK)
    assert count_former_by_list() == {list_id("local"): 1}


def leave_all_and_come_back(people: tuple[int, int]) -> None:
    """Anna leaves every list, and joins one again."""
    unsubscribe_from_every_list(people[0], Method.PAGE)
    make_subscriber(ANNA, db.session.get_one(MailingList, list_id("national")))


def agree_to_another_meaning(people: tuple[int, int]) -> None:
    """Boris agrees to the new text of his list; Anna stays with the earlier one."""
    national = db.session.get_one(MailingList, list_id("national"))
    purpose = change_meaning(national)
    email = ask_one(db.session.get_one(Subscriber, people[1]), purpose.id)
    accept(token_in(email), purpose.id)
    assert sorted(count_people_by_purpose().values()) == [1, 1, 1]


def erase_both(people: tuple[int, int]) -> None:
    """Both are erased, Anna after she left a list."""
    leave_one(people)
    for each in people:
        erase_person(each, ErasureOrder(reason=ErasureReason.ASKED))
    assert (count_people_known(), count_people_on_a_list()) == (0, 0)
    assert sum(count_former_by_list().values()) == 0


def list_id(slug: str) -> int:
    return db.session.scalars(select(MailingList.id).where(MailingList.slug == slug)).one()


@pytest.mark.parametrize(
    "happens",
    [
        leave_one,
        leave_all_and_come_back,
        agree_to_another_meaning,
        lambda people: object_to_everything(people[0]),
        erase_both,
    ],
    ids=["leaving", "coming back", "another meaning", "objection", "erasure"],
)
def test_kept_counts_are_those_of_the_rows(
    prepared: tuple[int, int], happens: Callable[[tuple[int, int]], None]
) -> None:
    assert wrong_counts() == {}
    assert (count_people_known(), count_people_on_a_list()) == (2, 2)
    happens(prepared)
    assert wrong_counts() == {}
    sum_up_counts()
    assert wrong_counts() == {}


def test_kept_counts_of_a_restored_backup_are_those_of_its_rows(
    prepared: tuple[int, int], settings: Settings, tmp_path: Path
) -> None:
    back_up(settings, tmp_path / "backup")
    erase_both(prepared)
    restore_backup(settings, tmp_path / "backup")
    assert wrong_counts() == {}
    assert (count_people_known(), count_people_on_a_list()) == (2, 2)
    leave_one(prepared)
    assert wrong_counts() == {}


def test_rows_written_by_sql_are_counted(prepared: tuple[int, int]) -> None:
    with transaction():
        db.session.execute(text("DELETE FROM subscription"))
    assert wrong_counts() == {}
    assert (count_people_known(), count_people_on_a_list()) == (2, 0)
    assert count_people_by_purpose() == {}


@pytest.mark.both_databases
@pytest.mark.parametrize("people_who_leave", [1, 2])
def test_rows_of_one_and_of_many_that_sql_deletes_are_counted(
    prepared: tuple[int, int], people_who_leave: int
) -> None:
    for each in prepared[:people_who_leave]:
        unsubscribe_from_every_list(each, Method.PAGE)
        make_subscriber(ANNA, db.session.get_one(MailingList, list_id("local")))
        unsubscribe_from_list(prepared[0], list_id("local"), Method.PAGE)
    assert wrong_counts() == {}
    for purposes in ("purpose_id = 1", "purpose_id = 2"):
        with transaction():
            gone = f"DELETE FROM consent_event WHERE kind = 'withdrawn' AND {purposes}"
            db.session.execute(text(gone))
        assert wrong_counts() == {}
    assert sum(count_former_by_list().values()) == 0


@pytest.mark.both_databases
def test_withdrawals_that_follow_the_subscription_are_counted_once(
    prepared: tuple[int, int],
) -> None:
    with transaction():
        db.session.execute(text("DELETE FROM subscription"))
    for number in (1, 2):
        with transaction():
            db.session.execute(
                text(
                    "INSERT INTO consent_event (id, kind, subscriber_id, address_mac, purpose_id,"
                    " method, occurred_at) SELECT id + :number, 'withdrawn', subscriber_id,"
                    " address_mac, purpose_id, 'page', occurred_at FROM consent_event"
                    " WHERE kind = 'confirmed' AND purpose_id = 1 AND subscriber_id = :boris"
                ),
                {"number": number, "boris": prepared[1]},
            )
        assert wrong_counts() == {}
        assert sum(count_former_by_list().values()) == 1


@pytest.mark.both_databases
def test_people_who_leave_at_once_are_all_counted(app: Flask, prepared: tuple[int, int]) -> None:
    def leave_or_sum_up(subscriber_id: int | None) -> None:
        if subscriber_id is None:
            sum_up_counts()
        else:
            unsubscribe_from_every_list(subscriber_id, Method.PAGE)

    in_threads(app, [partial(leave_or_sum_up, each) for each in (*prepared, None, None)])
    assert wrong_counts() == {}
    assert count_people_on_a_list() == 0


@pytest.mark.both_databases
def test_summed_up_counts_have_one_row_each(prepared: tuple[int, int]) -> None:
    leave_all_and_come_back(prepared)
    sum_up_counts()
    for table, keys in (
        (ConsentCount, [ConsentCount.wording_id]),
        (PeopleCount, [PeopleCount.counted]),
        (FormerCount, [FormerCount.mailing_list_id]),
        (EventCount, [EventCount.day, EventCount.purpose_id, EventCount.kind]),
    ):
        rows = count_rows(table)
        groups = select(*keys, *([EventCount.page_snapshot_id] if table is EventCount else []))
        assert rows == len(db.session.execute(groups.distinct()).all()), table
    assert wrong_counts() == {}

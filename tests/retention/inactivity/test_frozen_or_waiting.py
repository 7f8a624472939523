"""Frozen, or while they wait for an answer of ours, nobody's silence counts (REQ-30, REQ-36)."""

import pytest
import time_machine

from supporters import clock
from supporters.consent.models import Method
from supporters.people.addresses import parse_address
from supporters.personal_data.restriction import release_person, restrict_person
from supporters.privacy_requests.case_service import Request, close_case, receive
from supporters.privacy_requests.models import CaseKind, Channel
from supporters.privacy_requests.my_data_access import ask_for_access, open_my_data
from tests.factories.campaigns import ANNA
from tests.factories.cases import make_case
from tests.factories.my_data import letters_to, path_in
from tests.retention.inactivity.recording_actions import (
    DAY,
    END,
    MINUTE,
    YEARS,
    asked_at,
    events,
    is_there,
    let_the_question_leave,
    minute,
    nightly,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.mark.parametrize("method", [Method.MY_DATA, Method.ORGANISER])
@pytest.mark.parametrize("days", [20, 34, 38])
def test_who_was_frozen_has_thirty_days_to_answer_a_new_question(
    anna: int, today: time_machine.Traveller, method: Method, days: int
) -> None:
    let_the_question_leave()
    today.shift(MINUTE)
    restrict_person(anna, Method.ORGANISER)
    today.shift(days * DAY)
    release_person(anna, method)
    today.move_to(max(clock.now(), END))
    nightly()
    assert is_there(anna)


def test_who_is_let_go_by_an_organiser_is_asked_anew_and_then_erased(
    anna: int, today: time_machine.Traveller
) -> None:
    let_the_question_leave()
    restrict_person(anna, Method.ORGANISER)
    today.move_to(END + DAY)
    release_person(anna, Method.ORGANISER)
    let_the_question_leave()
    today.shift(30 * DAY - MINUTE)
    nightly()
    assert (is_there(anna), events()) == (True, [anna, anna])
    today.shift(MINUTE)
    nightly()
    assert not is_there(anna)


def test_letting_go_by_ones_own_hand_is_an_act(anna: int, today: time_machine.Traveller) -> None:
    restrict_person(anna, Method.ORGANISER)
    release_person(anna, Method.MY_DATA)
    today.move_to(END + 100 * DAY)
    let_the_question_leave()
    nightly()
    assert (is_there(anna), events()) == (True, [])


def test_opening_my_data_is_an_act_also_of_who_is_frozen(
    anna: int, today: time_machine.Traveller
) -> None:
    restrict_person(anna, Method.ORGANISER)
    ask_for_access(parse_address(ANNA), "fr")
    open_my_data(path_in(letters_to(ANNA)[-1], "open_url").rpartition("/")[2])
    release_person(anna, Method.ORGANISER)
    today.shift((YEARS - 36) * DAY)
    let_the_question_leave()
    assert events() == []


def test_question_that_left_before_a_freeze_does_not_count_however_late_it_is_learnt(
    anna: int, today: time_machine.Traveller
) -> None:
    minute()
    restrict_person(anna, Method.ORGANISER)
    today.shift(25 * DAY)
    release_person(anna, Method.ORGANISER)
    today.move_to(END)
    nightly()
    assert (is_there(anna), asked_at(anna)) == (True, None)


def test_who_had_an_open_case_has_thirty_days_to_answer_a_new_question(
    anna: int, today: time_machine.Traveller
) -> None:
    let_the_question_leave()
    today.shift(20 * DAY)
    case = make_case(clock.now(), CaseKind.ACCESS, anna)
    today.move_to(END + DAY)
    close_case(case.id, "answered", by=None)
    let_the_question_leave()
    today.shift(30 * DAY - MINUTE)
    nightly()
    assert (is_there(anna), events()) == (True, [anna, anna])
    today.shift(MINUTE)
    nightly()
    assert not is_there(anna)


def test_writing_to_us_is_an_act_of_the_day_on_which_it_came(
    anna: int, today: time_machine.Traveller
) -> None:
    came_on = clock.now().date()
    today.shift(20 * DAY)
    request = Request(
        kind=CaseKind.ACCESS,
        channel=Channel.MAIL,
        received_on=came_on,
        note="Oui, gardez-moi.",
        address=parse_address(ANNA),
    )
    close_case(receive(request).id, "answered", by=None)
    today.shift((YEARS - 20 - 36) * DAY)
    let_the_question_leave()
    assert events() == []
    today.shift(2 * DAY)
    let_the_question_leave()
    assert events() == [anna]

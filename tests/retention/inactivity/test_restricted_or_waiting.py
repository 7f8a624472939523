"""A restriction, an open case and a restore are no inactivity (REQ-28, REQ-30, REQ-36)."""

from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskCliRunner

from supporters import clock, tasks
from supporters.cases.case_fulfilment import ReceivedRequest, receive_request
from supporters.cases.case_service import close_case
from supporters.cases.models import CaseKind, Channel
from supporters.config import Settings
from supporters.consent.models import Method
from supporters.delivery.restore_hold import lift_hold
from supporters.lists.models import MailingList
from supporters.mail.outbox_sender import send_due_emails
from supporters.my_data.my_data_access import open_my_data
from supporters.people.addresses import parse_address
from supporters.personal_data.restriction import lift_restriction, restrict_person
from tests.factories.accounts import make_owner
from tests.factories.backups import back_up, restore_backup
from tests.factories.campaigns import ANNA
from tests.factories.cases import make_case
from tests.factories.consent.reconfirmation import accept, reconfirmation_emails, token_in
from tests.factories.my_data import emails_to, path_in, send_access_link
from tests.factories.signups import make_subscriber
from tests.restore.test_restore_replay import run_replay
from tests.retention.inactivity.recording_actions import (
    DAY,
    END,
    MINUTE,
    YEARS,
    ask_and_send,
    asked_at,
    check_thirty_days,
    events,
    is_there,
    minute,
    nightly,
)

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
OTHER = "other@example.org"


@pytest.mark.both_databases
@pytest.mark.parametrize("method", [Method.MY_DATA, Method.ORGANISER])
@pytest.mark.parametrize("days", [20, 34, 38])
def test_after_a_restriction_a_person_has_thirty_days_to_answer_again(
    anna: int, today: time_machine.Traveller, method: Method, days: int
) -> None:
    ask_and_send()
    today.shift(MINUTE)
    restrict_person(anna, Method.ORGANISER)
    today.shift(days * DAY)
    lift_restriction(anna, method)
    today.move_to(max(clock.now(), END))
    nightly()
    assert is_there(anna)


@pytest.mark.both_databases
def test_after_an_organiser_lifts_a_restriction_the_person_is_asked_again_and_erased(
    anna: int, today: time_machine.Traveller
) -> None:
    ask_and_send()
    restrict_person(anna, Method.ORGANISER)
    today.move_to(END + DAY)
    lift_restriction(anna, Method.ORGANISER)
    check_thirty_days(anna, today)


def test_lifting_ones_own_restriction_is_an_act(anna: int, today: time_machine.Traveller) -> None:
    restrict_person(anna, Method.ORGANISER)
    lift_restriction(anna, Method.MY_DATA)
    today.move_to(END + 100 * DAY)
    ask_and_send()
    nightly()
    assert (is_there(anna), events()) == (True, [])


def test_opening_my_data_is_an_act_also_under_a_restriction(
    anna: int, today: time_machine.Traveller
) -> None:
    restrict_person(anna, Method.ORGANISER)
    send_access_link(ANNA, "fr")
    open_my_data(path_in(emails_to(ANNA)[-1], "open_url").rpartition("/")[2])
    lift_restriction(anna, Method.ORGANISER)
    today.shift((YEARS - 36) * DAY)
    ask_and_send()
    assert events() == []


def test_email_that_left_before_a_restriction_does_not_count_even_if_recorded_late(
    anna: int, today: time_machine.Traveller
) -> None:
    minute()
    restrict_person(anna, Method.ORGANISER)
    today.shift(25 * DAY)
    lift_restriction(anna, Method.ORGANISER)
    today.move_to(END)
    nightly()
    assert (is_there(anna), asked_at(anna)) == (True, None)


def test_after_an_open_case_a_person_has_thirty_days_to_answer_again(
    anna: int, today: time_machine.Traveller
) -> None:
    ask_and_send()
    today.shift(20 * DAY)
    case = make_case(clock.now(), CaseKind.ACCESS, anna)
    today.move_to(END + DAY)
    close_case(case.id, "answered", by=None)
    check_thirty_days(anna, today)


def test_a_request_is_an_act_on_its_day_of_receipt(
    anna: int, today: time_machine.Traveller
) -> None:
    came_on = clock.now().date()
    today.shift(20 * DAY)
    request = ReceivedRequest(
        kind=CaseKind.ACCESS,
        channel=Channel.MAIL,
        received_on=came_on,
        note="Oui, gardez-moi.",
        address=parse_address(ANNA),
    )
    close_case(receive_request(request).id, "answered", by=None)
    today.shift((YEARS - 20 - 36) * DAY)
    ask_and_send()
    assert events() == []
    today.shift(2 * DAY)
    ask_and_send()
    assert events() == [anna]


@pytest.mark.both_databases
def test_person_who_answered_after_the_backup_is_asked_again_and_has_thirty_days(
    anna: int,
    mailing_list: MailingList,
    settings: Settings,
    runner: FlaskCliRunner,
    today: time_machine.Traveller,
    tmp_path: Path,
) -> None:
    restrict_person(make_subscriber(OTHER, mailing_list).id, Method.MY_DATA)  # creates a journal
    tasks.ask_again()
    token = token_in(reconfirmation_emails()[0])
    send_due_emails()
    tasks.ask_again()
    back_up(settings, tmp_path / "backup")
    accept(token, mailing_list.purpose_id)
    restore_backup(settings, tmp_path / "backup")
    run_replay(runner)
    lift_hold(make_owner().id, "The backup is the right one.")
    today.move_to(END)
    nightly()
    assert is_there(anna)
    check_thirty_days(anna, today)

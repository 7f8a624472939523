"""One person walks the whole day by its pages; the steps of the banner tick themselves."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.campaigns.models import CampaignStatus
from supporters.delivery.engine.sending_engine import send_here
from supporters.development.sample_party import APPROVER_EMAIL, AUTHOR_EMAIL, OWNER_EMAIL
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.accounts import make_organiser, make_owner
from tests.factories.approvals import make_approver
from tests.factories.campaigns import RecordingTransport, reload
from tests.factories.lists import make_list
from tests.factories.sending_day.planned import grace_of
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with
from tests.web.console.pages import decide, post
from tests.web.public.pages import press

WRITTEN = {"language": "fr", "subject": "Samedi", "body": "Bonjour à tous."}
PEOPLE = ("anna", "boris", "chloe", "david")
DONE = re.compile(r'class="training-tick"')
DAY = 14


def make_party(_app: Flask) -> list[str]:
    """Make the accounts of the parts and two lists; return the ids of the lists."""
    make_owner(OWNER_EMAIL)
    make_approver(APPROVER_EMAIL)
    make_organiser(AUTHOR_EMAIL)
    lists = [make_list(), make_list("lyon", "Lyon")]
    for number, name in enumerate(PEOPLE):
        make_subscriber(f"{name}@example.org", lists[number % 2])
    return [str(each.id) for each in lists]


pytestmark = begins_with(make_party)


def play(browser: FlaskClient, part: str) -> None:
    assert post(browser, f"/console/training/play/{part}").status_code == 303


def ticks(browser: FlaskClient) -> int:
    """Return how many steps are done."""
    return len(DONE.findall(browser.get("/console/").text))


def write(browser: FlaskClient, lists: list[str]) -> str:
    """Write in two languages to two lists; return the address of the campaign."""
    press(browser, "/console/campaigns/new", **WRITTEN, mailing_list_id=lists)  # type: ignore[arg-type]
    page = "/console/campaigns/1"
    post(browser, f"{page}/languages", language="en", is_copied="y")
    return page


def ask_and_approve(browser: FlaskClient, page: str) -> None:
    """Test and ask as the author, approve as the second person, and be the author again."""
    post(browser, f"{page}/test")
    decide(browser, page, "ask")
    play(browser, "approver")
    decide(browser, page, "approval", recipients="4")
    play(browser, "author")


def plan_move_and_take_back(browser: FlaskClient, page: str) -> None:
    first, second = (f"{clock.now() + timedelta(days=each):%Y-%m-%d}" for each in (2, 3))
    hour = {"when": "hour", "day": first, "hour": "09:00", "recipients": "4"}
    assert decide(browser, page, "launch", **hour).status_code == 303
    assert press(browser, f"{page}/hour", **{**hour, "day": second}).status_code == 303
    assert post(browser, f"{page}/unschedule").status_code == 303


def launch_and_correct(browser: FlaskClient, page: str) -> None:
    with grace_of(120):
        decide(browser, page, "launch", recipients="4")
        post(browser, f"{page}/take-back")
    assert reload(1).status is CampaignStatus.DRAFT


def send_a_wave_and_continue(browser: FlaskClient, page: str) -> RecordingTransport:
    transport = RecordingTransport()
    decide(browser, page, "launch", recipients="4", wave="number", wave_people="1")
    send_here(transport)
    assert len(transport.recipients) == 1
    post(browser, f"{page}/continue")
    return transport


def stop_and_go_on(browser: FlaskClient, transport: RecordingTransport) -> None:
    press(browser, "/console/sending/stop")
    send_here(transport)
    assert len(transport.recipients) == 1
    play(browser, "owner")
    press(browser, "/console/sending/resume", reason="Tout va bien.")
    send_here(transport)


def test_one_person_walks_the_whole_day(visitor: FlaskClient, prepared: list[str]) -> None:
    assert ticks(visitor) == 0
    page = write(visitor, prepared)
    assert ticks(visitor) == 2
    post(visitor, f"{page}/comments", comment="Quel samedi ?", page="campaign")
    ask_and_approve(visitor, page)
    assert ticks(visitor) == 5
    plan_move_and_take_back(visitor, page)
    assert ticks(visitor) == 8
    launch_and_correct(visitor, page)
    ask_and_approve(visitor, page)
    transport = send_a_wave_and_continue(visitor, page)
    stop_and_go_on(visitor, transport)
    assert sorted(each.partition("@")[0] for each in transport.recipients) == [*PEOPLE]
    assert ticks(visitor) == DAY - 1
    press(visitor, f"{page}/publish")
    send_due_emails()
    assert ticks(visitor) == DAY


def test_the_author_cant_approve_what_they_wrote(visitor: FlaskClient, prepared: list[str]) -> None:
    page = write(visitor, prepared)
    post(visitor, f"{page}/test")
    decide(visitor, page, "ask")
    decide(visitor, page, "approval", recipients="4")
    assert reload(1).status is CampaignStatus.AWAITING_APPROVAL

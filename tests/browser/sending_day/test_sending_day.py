"""A whole sending day at three browsers, by keyboard alone: from the first word to the archive.

At noon each changes the language and the kind of screen: one day covers both of both.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from supporters import clock
from supporters.text.time_zones import PARTY_ZONE
from tests.browser.conftest import WIDE
from tests.browser.sending_day.colleagues import TELEPHONE, Colleague, at_work
from tests.browser.sending_day.deciding_steps import (
    approve,
    ask,
    launch_in_waves,
    move,
    notices_approval,
    notices_launch,
    plan,
    take_back,
)
from tests.browser.sending_day.party_of_day import (
    APPROVER,
    AUTHOR,
    DEAD,
    EVERYBODY,
    OWNER,
    READERS_OF_ENGLISH,
    READERS_OF_FRENCH,
    SendingParty,
    running_party,
)
from tests.browser.sending_day.sending_steps import (
    TRIPPED,
    begin_correction,
    continue_after_wave,
    let_sending_continue,
    put_on_site,
    read_of_trip,
    read_result,
    set_threshold,
    stop_everything,
)
from tests.browser.sending_day.writing_steps import (
    ENGLISH_SUBJECT,
    FRENCH_SUBJECT,
    answer_comment,
    comment,
    correct_word,
    write_campaign,
)
from tests.servers.relay import Relay

FIRST = 20  # people of the first wave
SLOWLY = 0.25
MORE_THAN_THE_DEAD = 900  # of 1,000: 36 of the last 118 addresses may be dead
TAKES_EFFECT_WITHIN_SECONDS = 2
TOMORROW = clock.now().astimezone(ZoneInfo(PARTY_ZONE)).replace(minute=0) + timedelta(days=1)

pytestmark = pytest.mark.browser


@pytest.fixture
def party(tmp_path: Path, migrated_sqlite: Path, relay: Relay) -> Iterator[SendingParty]:
    """Run the party of the day."""
    with running_party(tmp_path, migrated_sqlite, relay) as party:
        yield party


@pytest.fixture
def author(browser: Browser, party: SendingParty) -> Iterator[Colleague]:
    """Return the author, who begins in French at a desk."""
    with at_work(browser, party, AUTHOR, "fr", WIDE) as someone:
        yield someone


@pytest.fixture
def approver(browser: Browser, party: SendingParty) -> Iterator[Colleague]:
    """Return the approver, who begins in English on a telephone."""
    with at_work(browser, party, APPROVER, "en", TELEPHONE) as someone:
        yield someone


@pytest.fixture
def owner(browser: Browser, party: SendingParty) -> Iterator[Colleague]:
    """Return the owner, who begins in French on a telephone."""
    with at_work(browser, party, OWNER, "fr", TELEPHONE) as someone:
        yield someone


def test_a_sending_day_goes_by_keyboard_alone_and_each_person_gets_one_email(
    party: SendingParty, author: Colleague, approver: Colleague, owner: Colleague
) -> None:
    set_threshold(owner, 40, "00-threshold")
    campaign = write_campaign(author)
    comment(approver, campaign)
    answer_comment(author)
    have_approved(author, approver, len(EVERYBODY), "10")
    plan(author, TOMORROW.replace(hour=9), len(EVERYBODY), "13")
    move(owner, FRENCH_SUBJECT, TOMORROW.replace(hour=10, minute=30), "14")
    launch_before_its_hour(author)
    take_back(author)
    for each in (author, approver, owner):
        each.change_place()
    correct_word(author)
    have_approved(author, approver, len(EVERYBODY), "18")
    launch_in_waves(author, FIRST, len(EVERYBODY), "20")
    party.end_grace(campaign)
    party.wait_for_answers(campaign, FIRST)
    continue_after_wave(author, FIRST)
    trip_and_go_on(party, author, owner)
    stop_and_go_on(party, campaign, approver, owner)
    assert read_result(author) == (len(EVERYBODY) - len(DEAD), len(DEAD))
    assert sorted(party.refused) == sorted(DEAD)
    check_mailbox(party, campaign, FRENCH_SUBJECT, ENGLISH_SUBJECT)
    correct_at_hour(party, author, approver)
    assert sorted(party.refused) == sorted(DEAD)
    put_on_site(author, campaign, FRENCH_SUBJECT)


def have_approved(author: Colleague, approver: Colleague, people: int, name: str) -> None:
    """Test and ask as the author, approve as the other; the author's page notices it."""
    ask(author, name)
    approve(approver, people, name)
    notices_approval(author)


def launch_before_its_hour(author: Colleague) -> None:
    """Launch a planned campaign now, to some people first."""
    author.page.reload()
    author.reads("10:30")
    author.press(author.say("Launch it now…"))
    author.page.wait_for_url("**/decision")
    author.choose("when", -1)
    launch_in_waves(author, FIRST, len(EVERYBODY), "15")


def trip_and_go_on(party: SendingParty, author: Colleague, owner: Colleague) -> None:
    """See the campaign pause itself, allow it as the owner, and resume it: now it is slow."""
    author.reads_that(TRIPPED)
    author.look("22-tripped")
    read_of_trip(owner)
    set_threshold(owner, MORE_THAN_THE_DEAD, "25-threshold")
    party.slowness = SLOWLY
    author.press(author.say("Resume"))
    author.reads_that("The campaign is no longer paused.")


def stop_and_go_on(
    party: SendingParty, campaign: int, approver: Colleague, owner: Colleague
) -> None:
    """Stop everything in the middle: nothing leaves, until the owner lets it go on."""
    stop_everything(approver, "The link is wrong.")
    party.slowness = 0
    time.sleep(TAKES_EFFECT_WITHIN_SECONDS)
    sent = len(party.sent(campaign))
    let_sending_continue(owner, "Le lien est juste.")
    assert sent < len(EVERYBODY) - len(DEAD)
    party.wait_for_answers(campaign, len(EVERYBODY))


def correct_at_hour(party: SendingParty, author: Colleague, approver: Colleague) -> None:
    """Write to the same people again, at an hour."""
    correction, people = begin_correction(author), len(EVERYBODY) - len(DEAD)
    have_approved(author, approver, people, "31")
    plan(author, TOMORROW.replace(hour=9), people, "33")
    party.let_hour_come(correction)
    notices_launch(author)
    party.send_without_grace(correction)
    again = (f"Correction\u202f: {FRENCH_SUBJECT}", f"Correction: {ENGLISH_SUBJECT}")
    check_mailbox(party, correction, *again)


def check_mailbox(party: SendingParty, campaign: int, french: str, english: str) -> None:
    """Each reader has one email of a campaign, in their language, and nobody else has any."""
    subjects = dict.fromkeys(READERS_OF_ENGLISH, english)
    subjects |= dict.fromkeys(READERS_OF_FRENCH - {*DEAD}, french)
    got = [(each.recipient, str(each.message["Subject"])) for each in party.sent(campaign)]
    assert sorted(got) == sorted(subjects.items())

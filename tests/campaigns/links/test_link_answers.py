"""A worker asks the links of drafts once they are quiet, politely, and remembers the answers."""

import dataclasses
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.campaigns.content_checks import find_campaign_faults
from supporters.campaigns.content_doubts import find_doubts
from supporters.campaigns.links.link_checks import (
    ASKED_OF_ONE_HOST,
    FRESH,
    FRESH_AFTER_FAILURE,
    QUIET,
    RECENT,
    RETAINED_FOR,
    ask_links,
    count_asked,
    list_waiting,
    purge_asked_links,
)
from supporters.campaigns.links.link_requests import LinkAnswer, LinkAsker, LinkTarget
from supporters.campaigns.links.models import AskedLink, LinkOutcome
from supporters.campaigns.models import Campaign
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.machinery.prepared_states import begins_with

GOOD, DEAD = "https://example.org/bien", "https://example.org/mort"
SOON = QUIET + timedelta(seconds=1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class FakeAsker(LinkAsker):
    """An asker without a network: the pages of `dead` are gone, the hosts of `down` are silent."""

    user_agent: str = ""
    dead: tuple[str, ...] = ("/mort",)
    down: tuple[str, ...] = ()
    asked: list[str] = dataclasses.field(default_factory=list)

    def ask(self, target: LinkTarget) -> LinkAnswer:
        self.asked.append(f"{target.host}{target.path}")
        if target.host in self.down:
            return LinkAnswer(LinkOutcome.UNREACHABLE)
        if target.path in self.dead:
            return LinkAnswer(LinkOutcome.GONE, 404)
        return LinkAnswer(LinkOutcome.ANSWERED, 200)


def make_it(_app: Flask) -> int:
    return make_list().id


pytestmark = begins_with(make_it)


@pytest.fixture(autouse=True)
def checking(app: Flask) -> None:
    """Let the worker ask links."""
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, checks_links=True)


def draft(list_id: int, *urls: str) -> Campaign:
    body = "\n\n".join(f"[Notre page {number}]({url})" for number, url in enumerate(urls))
    return make_campaign(MailingList(id=list_id), body=body)


def ask(after: timedelta = SOON, asker: FakeAsker | None = None) -> list[str]:
    """Let the worker look for links after this time; return what it asked."""
    asker = asker or FakeAsker()
    with time_machine.travel(clock.now() + after, tick=False):
        ask_links(clock.now(), asker, pause=lambda _seconds: None)
    return asker.asked


@pytest.mark.both_databases
def test_a_dead_link_is_told_at_its_block_and_prevents_nothing(prepared: int) -> None:
    campaign = draft(prepared, GOOD, DEAD)
    assert list_waiting(campaign) == [GOOD, DEAD]
    assert ask() == ["example.org/bien", "example.org/mort"]
    assert list_waiting(campaign) == []
    (found,) = find_doubts(campaign)
    assert (found.kind, found.words) == (LinkOutcome.GONE, DEAD)
    assert found.block_id is not None
    assert found.answer is not None
    assert found.answer.http_status == 404
    assert find_campaign_faults(campaign) == []
    assert count_asked(clock.now()) == (2, 2)


def test_only_links_of_quiet_and_recent_drafts_are_asked(prepared: int) -> None:
    draft(prepared, GOOD)
    assert ask(QUIET - timedelta(seconds=1)) == []
    assert ask(RECENT + timedelta(seconds=1)) == []
    assert ask() == ["example.org/bien"]


def test_links_of_a_text_that_is_no_document_are_asked_too(prepared: int) -> None:
    campaign = draft(prepared, GOOD)
    with transaction():
        campaign.document = None
    assert list_waiting(campaign) == [GOOD]
    assert ask() == ["example.org/bien"]


def test_our_own_links_and_those_that_differ_by_reader_are_never_asked(prepared: int) -> None:
    others = ["http://example.org/", "mailto:a@example.org", "https://example.org:444/"]
    draft(prepared, "https://localhost/fr", *others, "https://example.org/{{given_name|ami}}")
    assert ask() == []


def test_an_answer_is_kept_for_a_day_and_a_failure_for_a_quarter_of_an_hour(prepared: int) -> None:
    campaign = draft(prepared, GOOD, DEAD)
    ask()
    assert ask(SOON + FRESH_AFTER_FAILURE - timedelta(minutes=1)) == []
    healed = FakeAsker(dead=())
    assert ask(SOON + FRESH_AFTER_FAILURE + timedelta(minutes=1), healed) == ["example.org/mort"]
    assert [*find_doubts(campaign)] == []
    with time_machine.travel(clock.now() + FRESH, tick=False):
        make_campaign(MailingList(id=prepared), body=f"[Notre page]({GOOD})")
    assert ask(FRESH + 2 * SOON) == ["example.org/bien"]


def test_few_links_of_a_host_are_asked_at_once_and_the_others_later(prepared: int) -> None:
    many = [f"https://example.org/{number}" for number in range(ASKED_OF_ONE_HOST + 2)]
    draft(prepared, *many, "https://example.net/")
    first = ask()
    assert len(first) == ASKED_OF_ONE_HOST + 1
    assert len(ask(SOON + timedelta(minutes=1))) == 2


def test_a_silent_host_and_a_long_run_hold_up_nothing_and_are_tried_again(prepared: int) -> None:
    draft(prepared, GOOD, DEAD, "https://example.net/")
    silent = FakeAsker(down=("example.org",))
    assert sorted(ask(asker=silent)) == ["example.net/", "example.org/bien"]
    assert ask(SOON + timedelta(minutes=1)) == ["example.org/mort"]
    draft(prepared, "https://example.com/")
    with time_machine.travel(clock.now() + SOON, tick=False):
        assert ask_links(clock.now(), FakeAsker(), seconds=0) == 0
    assert "example.com/" in ask(SOON)


def test_the_former_answer_stays_if_the_worker_dies_while_it_asks_again(prepared: int) -> None:
    class Killed(FakeAsker):
        def ask(self, target: LinkTarget) -> LinkAnswer:
            raise ZeroDivisionError

    campaign = draft(prepared, DEAD)
    ask()
    with pytest.raises(ZeroDivisionError):
        ask(SOON + FRESH_AFTER_FAILURE, Killed())
    assert [each.kind for each in find_doubts(campaign)] == [LinkOutcome.GONE]


def test_the_switch_of_the_operator_ends_all_asking(app: Flask, prepared: int) -> None:
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, checks_links=False)
    campaign = draft(prepared, GOOD)
    assert (ask(), list_waiting(campaign)) == ([], [])


def test_answers_are_deleted_after_a_month_and_hold_no_address(prepared: int) -> None:
    draft(prepared, GOOD)
    ask()
    (row,) = db.session.scalars(db.select(AskedLink))
    assert GOOD not in repr(vars(row))
    assert purge_asked_links(clock.now() + RETAINED_FOR - timedelta(minutes=1)) == 0
    assert purge_asked_links(clock.now() + RETAINED_FOR + timedelta(minutes=1)) == 1

"""The beginnings of a new campaign: empty, a template, a template of the team, a copy."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.campaigns.models import Campaign
from supporters.database import db
from supporters.team.list_scopes import limit_organiser
from tests.factories.accounts import make_organiser, sign_in
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.team_texts import make_piece, make_template
from tests.web.console.pages import speak_english, ticked_lists
from tests.web.public.pages import press

START, NEW = "/console/campaigns/start", "/console/campaigns/new"
LOOK = f"{START}/look.html"
DATA = re.compile(r'<script type="application/json" id="composer-draft">(.*?)</script>')
MEETING = "/console/campaigns/start/look.html?ready=meeting&language=fr"


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Return the browser of an organiser who reads English."""
    make_list()
    signed_in = sign_in(app, make_organiser())
    speak_english(signed_in)
    return signed_in


def draft_on(page: str) -> dict[str, Any]:
    """Return the draft that a page gives to the editor."""
    found = DATA.search(page)
    assert found is not None
    draft: dict[str, Any] = json.loads(found[1])
    return draft


def count_campaigns() -> int:
    """Return how many campaigns are stored."""
    db.session.rollback()
    return count_rows(Campaign)


def test_the_first_page_offers_all_beginnings_in_a_language(browser: FlaskClient) -> None:
    saved = make_template("Réunion de section")
    make_piece("Signature")
    copied = make_campaign(make_list("copied"), "Le train du soir")
    page = browser.get(f"{START}?language=fr&list=1").text
    for link in (
        f"{NEW}?list=1",
        f"{NEW}?list=1&amp;ready=meeting&amp;language=fr",
        f"{NEW}?list=1&amp;saved={saved.id}",
        f"{NEW}?campaign={copied.id}&amp;list=1",
    ):
        assert f'href="{link}"' in page
    assert '<html lang="en"' in page  # the language of the message is not that of the page
    assert page.count("<iframe") == 6  # no piece is among the templates
    assert "No campaign has these words" in browser.get(f"{START}?q=avion").text
    assert "Le train du soir" in browser.get(f"{START}?q=TRAIN").text


def test_a_template_fills_the_form_and_stores_nothing(browser: FlaskClient) -> None:
    page = browser.get(f"{NEW}?ready=meeting&language=fr").text
    draft = draft_on(page)
    assert "[[Nom de la réunion]]" in page  # without a script too
    assert {each["kind"] for each in draft["faults"]} >= {"gap_left", "event_without_time"}
    ids = {block["attrs"]["id"] for block in draft["document"]["content"]}
    assert {each["block_id"] for each in draft["faults"] if each["field"] == "document"} <= ids
    assert count_campaigns() == 0
    fields = {"mailing_list_id": "1", "language": "fr", "subject": "Réunion", "body": "Venez."}
    press(browser, f"{NEW}?ready=meeting&language=fr", **fields)
    assert count_campaigns() == 1


def test_a_template_of_the_team_and_a_copy_begin_a_campaign(browser: FlaskClient) -> None:
    saved = make_template()
    copied = make_campaign(make_list("other", "Autre liste"), "Le train", "Il est *sauvé*.")
    assert "Réunion à [[commune]]" in browser.get(f"{NEW}?saved={saved.id}").text
    page = browser.get(f"{NEW}?campaign={copied.id}&list={copied.mailing_list_id}").text
    assert ticked_lists(page) == [str(copied.mailing_list_id)]
    assert "Il est" in json.dumps(draft_on(page)["document"])
    assert browser.get(f"{LOOK}?campaign={copied.id}").text.count("sauvé") == 1


def test_a_copy_of_a_text_that_no_document_holds_begins_as_markdown(browser: FlaskClient) -> None:
    deep = "\n".join(f"{'  ' * level}- niveau" for level in range(12))
    copied = make_campaign(make_list("deep"), "Profond", deep)
    page = browser.get(f"{NEW}?campaign={copied.id}").text
    assert "composer-draft" not in page
    assert "niveau" in page


def test_nothing_by_this_name_is_answered_by_404(browser: FlaskClient) -> None:
    cases = [
        *("ready=nothing&language=fr", "ready=vote&language=xx", "ready=vote", "saved=7"),
        *("saved=x", "campaign=99", "campaign=" + "9" * 30, "saved=" + "9" * 18),
    ]
    for asked in cases:
        for page in (NEW, LOOK):
            assert browser.get(f"{page}?{asked}").status_code == 404


def test_an_account_copies_only_what_it_may_see(app: Flask) -> None:
    ours, theirs = make_list("ours", "Notre liste"), make_list("theirs", "Autre liste")
    foreign = make_campaign(theirs, "Secret de l’autre section")
    organiser = make_organiser()
    limit_organiser(organiser.id, [ours.id])
    browser = sign_in(app, organiser)
    assert "Secret" not in browser.get(START).text
    for page in (NEW, LOOK):
        assert browser.get(f"{page}?campaign={foreign.id}").status_code == 404
    assert browser.get(f"/console/campaigns/{foreign.id}/template").status_code == 404


@pytest.mark.parametrize(("asked", "is_named"), [("&name=yes", True), ("", False)])
def test_a_template_is_shown_with_or_without_a_first_name(
    owner_client: FlaskClient, asked: str, is_named: bool
) -> None:
    assert ("Camille" in owner_client.get(f"{MEETING}{asked}").text) is is_named

"""The pages of a training: who sees them, the banner on each, the change of part, a new day."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.audit_log.audit_events import find_newest_act
from supporters.config import Settings
from supporters.development.sample_party import (
    APPROVER_EMAIL,
    AUTHOR_EMAIL,
    OWNER_EMAIL,
    OWNER_PASSWORD,
)
from supporters.sign_in.acts import SignInAct
from supporters.team.accounts import disable_organiser
from supporters.training.new_day import is_new_day_asked
from tests.factories.accounts import (
    csrf_token_on,
    forget_recent_passwords,
    make_organiser,
    make_owner,
)
from tests.factories.approvals import make_approver
from tests.factories.lists import make_list
from tests.machinery.prepared_states import begins_with
from tests.training.conftest import link_of
from tests.web.console.pages import post, speak_english
from tests.web.public.pages import press

BANNER = '<aside class="training"'
SENTENCE = "the people are made up, and no email leaves this site."
CURRENT = re.compile(r'<strong aria-current="true">(\w+)')


def make_parts(_app: Flask) -> int:
    """Make the accounts of the three parts, and a list; return the id of the author."""
    make_list()
    make_owner(OWNER_EMAIL)
    make_approver(APPROVER_EMAIL)
    return make_organiser(AUTHOR_EMAIL).id


pytestmark = begins_with(make_parts)


@pytest.fixture(name="english")
def read_english(visitor: FlaskClient) -> FlaskClient:
    speak_english(visitor)
    return visitor


def part_on(page: str) -> str:
    """Return the part that the banner names."""
    found = CURRENT.search(page)
    return found[1] if found else ""


def test_strangers_see_nothing_but_the_entrance(client: FlaskClient) -> None:
    paths = ("/fr/", "/fr/join/national", "/console/", "/console/sign-in", "/dev/inbox", "/nowhere")
    assert {client.get(path).location for path in paths} == {"/console/training/"}
    assert client.get("/livez").status_code == 200
    page = client.get("/console/training/")
    assert page.status_code == 200
    assert OWNER_EMAIL not in page.text
    assert "/console/training/play" not in page.text
    token = csrf_token_on(client, "/console/training/")
    play = client.post("/console/training/play/owner", data={"csrf_token": token})
    assert play.location == "/console/training/"
    assert client.get("/console/").location == "/console/training/"


def test_a_script_of_somebody_without_a_part_is_told_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/console/presence", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert json.loads(answer.text)["error"] == "signed_out"


def test_a_link_lets_in_by_a_press_and_once(client: FlaskClient) -> None:
    path = link_of(language="en")
    for _ in range(2):
        assert "Enter the training" in client.get(path).text
    assert press(client, path).location == "/console/"
    page = client.get("/console/").text
    assert "Claire, you play:" in page
    assert part_on(page) == "Author"
    again = client.application.test_client()
    assert press(again, path).status_code == 410
    assert again.get("/console/").location == "/console/training/"


def test_each_kind_of_page_has_the_banner(english: FlaskClient) -> None:
    pages = (
        *("/en/", "/en/join/national", "/en/privacy", "/en/stall/national", "/en/nowhere"),
        *("/console/", "/console/campaigns", "/console/account", "/console/nowhere"),
        *("/console/password", "/console/reset", "/console/training/", "/console/training/new-day"),
        *("/console/lists/1/poster", "/dev/inbox"),
    )
    without = [path for path in pages if BANNER not in english.get(path).text]
    assert without == []
    assert SENTENCE in english.get("/dev/inbox").text


def test_one_click_signs_in_as_another_part_and_shows_the_same_page(
    english: FlaskClient, prepared: int
) -> None:
    back = {"back": "/console/campaigns?q=a"}
    parts = []
    for part in ("approver", "owner", "author"):
        answer = post(english, f"/console/training/play/{part}", **back)
        assert answer.location == back["back"]
        parts.append(part_on(english.get(str(answer.location)).text))
    assert parts == ["Approver", "Owner", "Author"]
    signed_in = find_newest_act(SignInAct.SIGNED_IN, prepared)
    assert signed_in is not None
    assert json.loads(signed_in.details)["methods"] == "training"


def test_part_whose_account_was_disabled_is_neither_offered_nor_played(
    english: FlaskClient, prepared: int
) -> None:
    post(english, "/console/training/play/owner")
    disable_organiser(prepared)
    assert "/console/training/play/author" not in english.get("/console/").text
    assert post(english, "/console/training/play/author").status_code == 404


def test_a_page_that_the_new_part_may_not_open_becomes_the_dashboard(english: FlaskClient) -> None:
    for page in ("/console/organisers", "https://evil.example/", "/console/nowhere", ""):
        answer = post(english, "/console/training/play/author", back=page)
        assert answer.location == "/console/"


def test_a_part_is_changed_by_a_form_of_this_site_only(english: FlaskClient) -> None:
    assert english.get("/console/training/play/owner").status_code == 405
    assert english.post("/console/training/play/owner").status_code == 400
    assert part_on(english.get("/console/").text) == "Author"


def test_whoever_signs_out_stays_inside_and_chooses_a_part(english: FlaskClient) -> None:
    post(english, "/console/sign-out")
    assert english.get("/console/campaigns").location == "/console/training/"
    assert "Begin as the author" in english.get("/console/training/").text
    post(english, "/console/training/play/author")
    assert english.get("/console/campaigns").status_code == 200


def test_the_page_that_asks_for_the_password_says_it(english: FlaskClient) -> None:
    post(english, "/console/training/play/owner")
    forget_recent_passwords()
    asked = english.get("/console/organisers/invite")
    assert str(asked.location).startswith("/console/password")
    assert OWNER_PASSWORD in english.get(str(asked.location)).text


def test_a_new_day_is_asked_for_and_pages_wait_for_it(
    english: FlaskClient, settings: Settings
) -> None:
    assert "also what colleagues did" in english.get("/console/training/new-day").text
    assert not is_new_day_asked(settings)
    assert press(english, "/console/training/new-day").location == "/console/training/"
    assert is_new_day_asked(settings)
    waiting = english.get("/console/campaigns")
    assert (waiting.status_code, waiting.headers["Refresh"]) == (503, "3")
    assert BANNER in waiting.text
    assert english.post("/console/training/play/owner").status_code in {303, 400}

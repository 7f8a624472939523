"""Typed text survives the end of a session: it is encrypted, kept for its writer, and put back."""

import html
import io
import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import Organiser, StoredForm
from supporters.campaigns.queries import list_campaigns
from supporters.cases.case_fulfilment import ReceivedRequest, receive_request
from supporters.cases.models import CaseKind, Channel
from supporters.cases.queries import list_entries
from supporters.database import db
from supporters.sign_in.stored_forms import find_stored_form, purge_stored_forms
from tests.factories.accounts import PASSWORD, make_dpo, make_organiser, make_owner, sign_in
from tests.factories.campaigns import reload
from tests.factories.drafts import make_campaign
from tests.factories.lists import SENTENCES, make_list
from tests.factories.rows import count_rows
from tests.web.console.pages import SIGN_IN, post, sign_in_as
from tests.web.public.pages import hidden_values

pytestmark = pytest.mark.either_database

NEW = "/console/campaigns/new"
WORDS = "Cinq cents mots, écrits en une heure."
EMAIL = "org@parti.example"


def sign_out_elsewhere(app: Flask, organiser: Organiser) -> None:
    """End all sessions on another device."""
    post(sign_in(app, organiser), "/console/account/sessions/end-others")


def typed_on(client: FlaskClient, page: str, **fields: str) -> dict[str, str]:
    """Open a page and return the values of its form with these texts."""
    return {**hidden_values(client.get(page).text), **fields}


def sign_in_at(client: FlaskClient, page: str, email: str = EMAIL) -> str:
    """Sign in on the page of a redirect, and return the page behind it."""
    fields = hidden_values(client.get(page).text)
    form = {**fields, "email": email, "password": PASSWORD}
    return client.post(page, data=form, follow_redirects=True).text


@pytest.fixture
def writer(app: Flask) -> Organiser:
    """Return an account that writes."""
    return make_organiser(EMAIL)


@pytest.fixture
def browser(app: Flask, writer: Organiser) -> FlaskClient:
    return sign_in(app, writer)


@pytest.fixture
def draft(browser: FlaskClient) -> dict[str, str]:
    """Return the form values of a campaign."""
    list_id = str(make_list().id)
    more = {"mailing_list_id": list_id, "language": "en", "subject": "Samedi", "body": WORDS}
    return typed_on(browser, NEW, **more)


def test_a_text_sent_after_the_session_ended_is_in_its_form_again_after_the_sign_in(
    app: Flask, browser: FlaskClient, writer: Organiser, draft: dict[str, str]
) -> None:
    sign_out_elsewhere(app, writer)
    led = browser.post(NEW, data=draft)
    assert "gardé pendant une heure" in browser.get(str(led.location)).text
    page = sign_in_at(browser, str(led.location))
    assert (WORDS in page, "Samedi</textarea>" in page) == (True, True)
    assert '<option selected value="en">' in page
    assert "Votre session était terminée" in page
    assert [*list_campaigns()] == []


def test_what_is_put_back_can_be_saved(
    app: Flask, browser: FlaskClient, writer: Organiser, draft: dict[str, str]
) -> None:
    sign_out_elsewhere(app, writer)
    page = sign_in_at(browser, str(browser.post(NEW, data=draft).location))
    browser.post(NEW, data={**draft, **hidden_values(page)})
    assert [campaign.body for campaign, _ in list_campaigns()] == [WORDS]


@pytest.mark.parametrize("later", [timedelta(minutes=61), timedelta(days=6, hours=20)])
def test_a_text_outlives_many_idle_hours(
    browser: FlaskClient, draft: dict[str, str], later: timedelta
) -> None:
    with time_machine.travel(clock.now() + later):
        led = browser.post(NEW, data=draft)
        assert WORDS in sign_in_at(browser, str(led.location))


def test_a_text_outlives_a_lost_cookie(browser: FlaskClient, draft: dict[str, str]) -> None:
    browser.delete_cookie("session")
    led = browser.post(NEW, data=draft)
    assert str(led.location).startswith(SIGN_IN)
    assert WORDS in sign_in_at(browser, str(led.location))


def test_a_form_whose_token_is_over_is_shown_again_with_its_text(
    browser: FlaskClient, draft: dict[str, str]
) -> None:
    led = browser.post(NEW, data={**draft, "csrf_token": "over"})
    page = browser.get(str(led.location)).text
    assert (WORDS in page, "avait expiré" in page) == (True, True)
    assert [*list_campaigns()] == []


def test_changing_the_language_takes_the_text_along(
    browser: FlaskClient, draft: dict[str, str]
) -> None:
    page = browser.get(NEW).text
    action = re.search(r'form="writing"[^>]*formaction="([^"]+)"', page, re.DOTALL)
    assert action is not None
    led = browser.post(html.unescape(action[1]), data=draft)
    page = browser.get(str(led.location)).text
    assert (WORDS in page, "Write a campaign" in page) == (True, True)


def test_nobody_else_gets_the_text(
    app: Flask, browser: FlaskClient, writer: Organiser, draft: dict[str, str]
) -> None:
    make_owner("camille@parti.example")
    sign_out_elsewhere(app, writer)
    led = browser.post(NEW, data=draft)
    page = sign_in_at(browser, str(led.location), "camille@parti.example")
    assert WORDS not in page
    assert "n’est plus gardé" in page


@pytest.mark.parametrize("writer_field", ["", "forged", None])
def test_what_nobody_is_known_to_have_typed_is_not_kept(
    app: Flask,
    browser: FlaskClient,
    writer: Organiser,
    draft: dict[str, str],
    writer_field: str | None,
) -> None:
    sign_out_elsewhere(app, writer)
    fields = {name: text for name, text in draft.items() if name != "writer"}
    browser.post(NEW, data=fields if writer_field is None else {**fields, "writer": writer_field})
    assert count_rows(StoredForm) == 0


def test_a_stranger_can_keep_nothing(client: FlaskClient) -> None:
    page = client.get(SIGN_IN)
    token = hidden_values(page.text)["csrf_token"]
    client.post(NEW, data={"csrf_token": token, "body": WORDS})
    assert count_rows(StoredForm) == 0


@pytest.mark.both_databases
def test_the_text_is_sealed_and_deleted_after_an_hour(
    app: Flask, browser: FlaskClient, writer: Organiser, draft: dict[str, str]
) -> None:
    sign_out_elsewhere(app, writer)
    browser.post(NEW, data=draft)
    row = db.session.scalars(db.select(StoredForm)).one()
    assert WORDS.encode() not in row.encrypted
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert find_stored_form(row.id, writer.id, clock.now()) is None
        purge_stored_forms(clock.now())
    db.session.rollback()
    assert count_rows(StoredForm) == 0


@pytest.mark.both_databases
def test_an_edit_that_is_put_back_still_knows_what_it_was_written_on(
    app: Flask, browser: FlaskClient, writer: Organiser
) -> None:
    campaign = make_campaign(make_list())
    edit = f"/console/campaigns/{campaign.id}/edit"
    fields = {"mailing_list_id": str(campaign.mailing_list_id), "language": "fr"}
    mine = typed_on(browser, edit, **fields, subject="S", body=WORDS)
    theirs = sign_in(app, make_owner())
    theirs.post(edit, data=typed_on(theirs, edit, **fields, subject="S", body="Le sien."))
    sign_out_elsewhere(app, writer)
    page = sign_in_at(browser, str(browser.post(edit, data=mine).location))
    assert WORDS in page
    assert browser.post(edit, data={**mine, **hidden_values(page)}).status_code == 409
    assert reload(campaign.id).body == "Le sien."


def test_a_typed_number_of_people_is_typed_again(
    app: Flask, browser: FlaskClient, writer: Organiser
) -> None:
    campaign = make_campaign(make_list())
    page = f"/console/campaigns/{campaign.id}"
    fields = typed_on(browser, f"{page}/decision", recipients="1")
    sign_out_elsewhere(app, writer)
    led = browser.post(f"{page}/launch", data=fields)
    assert "stored" not in str(led.location)
    assert "rien n’a été modifié" in browser.get(str(led.location)).text


def test_a_new_list_and_a_new_sentence_outlive_the_session_too(app: Flask) -> None:
    owner = make_owner(EMAIL)
    browser, mailing_list = sign_in(app, owner), make_list()
    pages = {
        "/console/lists/new": {"name_fr": "Lyon", "description_fr": WORDS},
        f"/console/consents/{mailing_list.purpose_id}/text": {**SENTENCES, "fr": WORDS},
        "/console/retention/cases": {"days": "777"},
    }
    for page, fields in pages.items():
        typed = typed_on(browser, page, **fields)
        sign_out_elsewhere(app, owner)
        shown = html.unescape(sign_in_at(browser, str(browser.post(page, data=typed).location)))
        assert all(text in shown for text in fields.values()), page


@pytest.mark.parametrize(
    ("form", "field"), [("note", "note"), ("close", "outcome"), ("extend", "reason")]
)
def test_a_note_of_a_case_is_put_back_on_the_page_of_the_case(
    app: Flask, form: str, field: str
) -> None:
    officer = make_dpo(EMAIL)
    browser = sign_in(app, officer)
    case = receive_request(
        ReceivedRequest(
            kind=CaseKind.ACCESS,
            channel=Channel.POST,
            received_on=clock.now().date(),
            note="Elle demande.",
            address=None,
        )
    )
    page = f"/console/cases/{case.id}"
    typed = typed_on(browser, page, **{field: WORDS})
    sign_out_elsewhere(app, officer)
    shown = sign_in_at(browser, str(browser.post(f"{page}/{form}", data=typed).location))
    assert re.search(rf'<textarea[^>]*name="{field}"[^>]*>\s*{WORDS}', shown)
    assert all(WORDS not in (entry.text or "") for entry, _ in list_entries(case.id))


def test_a_form_that_was_never_kept_is_an_empty_one(browser: FlaskClient) -> None:
    make_list()
    for stored in ["0", "-1", "7", "9" * 30, "x", ""]:
        page = browser.get(NEW, query_string={"stored": stored})
        assert (page.status_code, 'data-unsaved="false"' in page.text) == (200, True)


def test_a_form_of_an_address_with_strange_signs_is_led_back_too(browser: FlaskClient) -> None:
    typed = typed_on(browser, "/console/people", fr=WORDS)
    led = browser.post("/console/consents/new/%0D%0AX:é", data={**typed, "csrf_token": "over"})
    assert (led.status_code, "\n" in str(led.location)) == (303, False)


def test_a_password_is_never_kept(app: Flask, browser: FlaskClient, draft: dict[str, str]) -> None:
    secret = {"password": WORDS, "password_confirm": WORDS, "writer": draft["writer"]}
    browser.post("/console/welcome/x", data=secret)
    sign_in_as(browser, EMAIL, WORDS)
    assert count_rows(StoredForm) == 0


def test_the_choices_beside_a_file_outlive_an_idle_hour(app: Flask) -> None:
    owner = make_owner(EMAIL)
    browser, mailing_list = sign_in(app, owner), make_list()
    page = "/console/imports/new"
    typed = typed_on(browser, page, mailing_list_id=str(mailing_list.id), language="en")
    file = (io.BytesIO(b"x" * 600), "members.csv")
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        led = browser.post(page, data={**typed, "file": file})
        shown = sign_in_at(browser, str(led.location))
    assert '<option selected value="en">' in shown
    assert "Votre session était terminée" in shown


@pytest.mark.both_databases
def test_the_profile_of_an_account_outlives_an_idle_hour(browser: FlaskClient) -> None:
    page = "/console/account"
    typed = typed_on(browser, page, name="Léa Démoulin", language="en")
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        shown = sign_in_at(browser, str(browser.post(page, data=typed).location))
    assert 'value="Léa Démoulin"' in shown


def test_the_passwords_of_a_change_are_never_kept(app: Flask, writer: Organiser) -> None:
    browser = sign_in(app, writer)
    page = "/console/account/password"
    typed = typed_on(browser, page, old_password=PASSWORD, password=WORDS, password_confirm=WORDS)
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        led = browser.post(page, data=typed)
    assert "stored" not in str(led.location)
    assert count_rows(StoredForm) == 0

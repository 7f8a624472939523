"""Consent texts in the console: texts, reconfirmation, optional purposes, page snapshots."""

import html as markup
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.consent.models import OptionalPurpose, PageSnapshot, Purpose, PurposeKind
from supporters.consent.queries import find_optional_purpose, list_wordings
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.lists.purpose_changes import create_optional_purpose
from supporters.reconfirmation.queries import find_reconfirmation
from supporters.reconfirmation.reconfirmation_rounds import send_next_reconfirmations
from supporters.signup.confirmation import confirm_by_link
from supporters.signup.models import SignupRequest
from tests.factories.consent.reconfirmation import change_meaning, reconfirmation_emails
from tests.factories.lists import SENTENCES, make_list
from tests.factories.signups import confirm_token, make_subscriber
from tests.lists.test_mailing_lists import rename_party
from tests.web.console.pages import followed, post, speak_english
from tests.web.public.pages import hidden_values, join, press

CONSENTS = "/console/consents"


def text_of(response_text: str) -> str:
    """Return the text of a page."""
    return " ".join(markup.unescape(re.sub(r"<[^>]+>", " ", response_text)).split())


def editor(mailing_list: MailingList) -> str:
    """Return the URL of the editor of a list's text."""
    return f"{CONSENTS}/{mailing_list.purpose_id}/text"


def test_every_purpose_stands_there_with_its_sentences_and_people(
    owner_client: FlaskClient,
) -> None:
    speak_english(owner_client)
    mailing_list = make_list()
    make_subscriber("a@example.org", mailing_list)
    change_meaning(mailing_list)
    page = text_of(owner_client.get(CONSENTS).text)
    assert all(text in page for text in SENTENCES.values())
    assert "0 people agreed to this." in page
    assert "1 person agreed to an earlier text" in page


def test_a_purpose_shows_each_version_and_how_many_stand_under_it(
    owner_client: FlaskClient,
) -> None:
    speak_english(owner_client)
    mailing_list = make_list()
    old_id = mailing_list.purpose_id
    make_subscriber("a@example.org", mailing_list)
    change_meaning(mailing_list)
    page = followed(owner_client, owner_client.get(f"{CONSENTS}/{old_id}"))
    shown = [*list_wordings(old_id), *list_wordings(mailing_list.purpose_id)]
    assert all(each.text_hash in page for each in shown)
    assert re.findall(r"(\d+) (?:person|people)</strong>", page) == ["0", "0", "1", "0"]


def test_the_officer_reads_and_can_not_change(officer_client: FlaskClient) -> None:
    mailing_list = make_list()
    purpose = f"{CONSENTS}/{mailing_list.purpose_id}"
    pages = [CONSENTS, purpose, f"{purpose}/pages"]
    assert [officer_client.get(page).status_code for page in pages] == [200] * 3
    assert officer_client.get(editor(mailing_list)).status_code == 403
    assert "/text" not in officer_client.get(purpose).text
    token = hidden_values(officer_client.get(CONSENTS).text)
    for act in ("ask", "ask/stop", "offer", "offer/end"):
        assert officer_client.post(f"{purpose}/{act}", data=token).status_code == 403


def test_the_editor_begins_with_todays_text(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    page = markup.unescape(owner_client.get(editor(mailing_list)).text)
    assert all(each.text in page for each in list_wordings(mailing_list.purpose_id))


def test_a_fault_is_told_at_its_field_and_nothing_is_published(owner_client: FlaskClient) -> None:
    cases = [
        ("fr", ""),
        ("fr", "Oui."),
        ("en", SENTENCES["en"].replace("Parti de l’Exemple", "Somebody")),
        ("en", SENTENCES["en"].replace("political", "nice")),
        ("fr", SENTENCES["fr"] + " x" * 300 + "."),
        ("fr", SENTENCES["fr"].replace("sur", "\nsur")),
        ("change", ""),
        ("change", "nothing"),
    ]
    mailing_list = make_list()
    for field, value in cases:
        fields = {**SENTENCES, "change": "same", "publish": "yes", field: value}
        response = press(owner_client, editor(mailing_list), **fields)
        assert response.status_code == 422
        assert f'href="#{field}"' in response.text
        assert len(list_wordings(mailing_list.purpose_id)) == 2


@pytest.mark.parametrize("change", ["same", "material"])
def test_the_preview_says_what_will_happen_and_does_nothing(
    owner_client: FlaskClient, change: str
) -> None:
    speak_english(owner_client)
    mailing_list = make_list()
    make_subscriber("a@example.org", mailing_list)
    response = press(owner_client, editor(mailing_list), **SENTENCES, change=change)
    words = text_of(response.text)
    assert response.status_code == 200
    assert all(text in words for text in SENTENCES.values())
    assert ("1 person" in words, "reach nobody at first" in words) == (True, change == "material")
    assert len(list_wordings(mailing_list.purpose_id)) == 2


def test_one_can_go_back_from_the_preview_without_losing_a_word(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    response = press(owner_client, editor(mailing_list), **SENTENCES, change="same", edit="yes")
    written = re.findall(r"<textarea[^>]*>([^<]*)</textarea>", response.text)
    assert response.status_code == 200
    assert {markup.unescape(each).strip() for each in written} == {*SENTENCES.values()}


def test_better_words_are_published(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    old_id = mailing_list.purpose_id
    fields = {**SENTENCES, "change": "same", "publish": "yes"}
    page = followed(owner_client, press(owner_client, editor(mailing_list), **fields))
    db.session.refresh(mailing_list)
    assert mailing_list.purpose_id == old_id
    assert SENTENCES["fr"] in markup.unescape(page)


def test_a_text_that_was_changed_meanwhile_leads_to_it(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    old = editor(mailing_list)
    change_meaning(mailing_list)
    assert "message-bad" in followed(owner_client, owner_client.get(old))


def test_an_owner_asks_again_stops_and_goes_on(owner_client: FlaskClient) -> None:
    speak_english(owner_client)
    mailing_list = make_list()
    make_subscriber("a@example.org", mailing_list)
    purpose = f"{CONSENTS}/{change_meaning(mailing_list).id}"
    assert "Ask this person again" in owner_client.get(purpose).text
    asked = post(owner_client, f"{purpose}/ask", people="1")
    assert "Stop asking" in followed(owner_client, asked)
    assert "Continue…" in followed(owner_client, post(owner_client, f"{purpose}/ask/stop"))
    assert (send_next_reconfirmations(clock.now()), reconfirmation_emails()) == (0, [])
    post(owner_client, f"{purpose}/ask", people="1")
    assert send_next_reconfirmations(clock.now()) == 1
    assert "Everybody was asked, once." in owner_client.get(purpose).text


def test_where_nothing_changed_nobody_is_asked(owner_client: FlaskClient) -> None:
    purpose_id = make_list().purpose_id
    page = followed(owner_client, post(owner_client, f"{CONSENTS}/{purpose_id}/ask"))
    assert "message-bad" in page
    assert find_reconfirmation(purpose_id) is None


def test_a_text_in_another_partys_name_is_told_loudly(
    app: Flask, owner_client: FlaskClient
) -> None:
    mailing_list = make_list()
    assert "message-bad" not in owner_client.get(CONSENTS).text
    rename_party(app, "Nouveau Parti")
    assert "message-bad" in owner_client.get(CONSENTS).text
    assert "message-bad" in owner_client.get(f"{CONSENTS}/{mailing_list.purpose_id}").text


def test_an_optional_purpose_is_written_offered_and_taken_back(owner_client: FlaskClient) -> None:
    speak_english(owner_client)
    make_list()
    press(owner_client, f"{CONSENTS}/new/targeting", **SENTENCES)
    purpose = find_optional_purpose(PurposeKind.TARGETING)
    assert purpose is not None
    assert db.session.scalar(db.select(OptionalPurpose)) is None
    page = f"{CONSENTS}/{purpose.id}"
    assert "Nothing in this program uses this consent today." in owner_client.get(page).text
    post(owner_client, f"{page}/offer")
    box = f'name="purpose_{purpose.id}"'
    assert box in owner_client.get("/fr/join/national").text
    post(owner_client, f"{page}/offer/end")
    assert box not in owner_client.get("/fr/join/national").text


def test_an_optional_purpose_has_one_text_and_two_kinds(owner_client: FlaskClient) -> None:
    assert isinstance(create_optional_purpose(PurposeKind.MEASUREMENT, SENTENCES), Purpose)
    response = press(owner_client, f"{CONSENTS}/new/measurement", **SENTENCES)
    assert "message-warn" in followed(owner_client, response)
    assert owner_client.get(f"{CONSENTS}/new/newsletter").status_code == 404
    assert len(db.session.scalars(db.select(Purpose)).all()) == 1


def test_a_kept_page_is_shown_again_in_a_frame_where_nothing_works(
    app: Flask, officer_client: FlaskClient
) -> None:
    mailing_list = make_list()
    join(app.test_client(), "camille@example.org")
    request = db.session.scalar(db.select(SignupRequest))
    assert request is not None
    confirm_by_link(confirm_token(request.public_id))
    page = f"{CONSENTS}/pages/{request.page_snapshot_id}"
    assert page in officer_client.get(f"{CONSENTS}/{mailing_list.purpose_id}/pages").text
    assert f'src="{page}/content"' in officer_client.get(page).text
    content = officer_client.get(f"{page}/content")
    assert "sandbox" in content.headers["Content-Security-Policy"]
    assert "Parti de l’Exemple" in content.text


def test_an_altered_page_is_told_loudly_and_not_shown(
    app: Flask, owner_client: FlaskClient
) -> None:
    make_list()
    join(app.test_client(), "camille@example.org")
    with transaction():
        db.session.get_one(PageSnapshot, 1).content = b"something else"
    response = owner_client.get(f"{CONSENTS}/pages/1")
    assert (response.status_code, "message-bad" in response.text) == (409, True)
    assert "<iframe" not in response.text
    assert owner_client.get(f"{CONSENTS}/pages/1/content").status_code == 404


def test_what_is_not_there_is_a_page_that_says_so(owner_client: FlaskClient) -> None:
    for path in ("404", "404/text", "404/pages", "pages/404", "pages/404/content"):
        assert owner_client.get(f"{CONSENTS}/{path}").status_code == 404, path

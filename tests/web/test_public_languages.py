"""The party offers languages to the public, of five; the team's console has two of them."""

import dataclasses
import re

import pytest
from flask import Flask, request, url_for
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select

from supporters.cases.departures import unsubscribe_from_all
from supporters.config import Settings
from supporters.consent.models import Method, Wording
from supporters.database import db
from supporters.languages import LANGUAGES, TEAM_LANGUAGES
from supporters.lists.mailing_lists import ListDraft, create_list
from supporters.lists.models import ListWords, MailingList
from supporters.lists.purpose_changes import current_texts, find_faults, list_untranslated
from supporters.lists.short_wordings import suggest_missing_texts
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.people.models import Subscriber
from supporters.reconfirmation.queries import get_current_purpose
from supporters.settings.language_settings import LanguageSettings
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.web.page_language import url_in
from tests.factories.accounts import make_owner, sign_in
from tests.factories.breaches import affect, make_breach
from tests.factories.lists import SENTENCES, make_list
from tests.factories.my_data import open_my_data
from tests.factories.signups import (
    confirm_token,
    make_subscriber,
    not_me_token,
    request_to_join,
    values_in,
)
from tests.web.console.pages import open_person
from tests.web.public.pages import inputs_of, join, press

HOME = "/de/"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return the settings of a party that offers all languages."""
    return dataclasses.replace(settings, languages=LanguageSettings(tuple(LANGUAGES)))


def offer(app: Flask, *languages: str) -> None:
    """Let the party offer only these languages."""
    known = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(known, languages=LanguageSettings(languages))


def make_list_without_german() -> int:
    """Create a list whose owner wrote its texts in French and English only; return its purpose."""
    created = create_list(ListDraft(slug="nord", name="Nord", description="x", sentences=SENTENCES))
    return created.purpose_id  # type: ignore[union-attr]


def test_the_home_page_is_in_each_language_and_links_to_the_others(client: FlaskClient) -> None:
    for language in LANGUAGES:
        page = client.get(f"/{language}/").text
        assert f'<html lang="{language}"' in page
        assert {*re.findall(r'hreflang="(\w+)"', page)} == {*LANGUAGES} - {language}


def test_the_browser_chooses_among_the_offered_languages(client: FlaskClient) -> None:
    wanted = {"de-AT,de;q=0.9": "/de/", "pt,it;q=0.5": "/it/", "ja": "/fr/"}
    found = {each: client.get("/", headers={"Accept-Language": each}).location for each in wanted}
    assert found == wanted


def test_a_language_that_is_not_offered_leads_to_the_first_one(
    app: Flask, client: FlaskClient
) -> None:
    offer(app, "en", "fr")
    response = client.get("/de/?source=flyer")
    assert (response.status_code, response.location) == (302, "/en/?source=flyer")
    assert client.get("/", headers={"Accept-Language": "de"}).location == "/en/"
    assert 'hreflang="de"' not in client.get("/en/").text


def test_a_new_list_gets_a_text_in_each_offered_language(app: Flask) -> None:
    texts = current_texts(make_list().purpose_id)
    assert {*texts} == {*LANGUAGES}
    assert find_faults(texts) == {}


def test_a_german_page_shows_the_french_text_until_there_is_a_german_one(
    app: Flask, client: FlaskClient
) -> None:
    make_list_without_german()
    page = client.get("/de/join/nord").text
    assert f'<span lang="fr">{SENTENCES["fr"]}</span>' in page


def test_a_consent_is_recorded_with_the_text_that_was_shown(client: FlaskClient) -> None:
    make_list_without_german()
    join(client, "ada@example.org", "/de/join/nord")
    asked = db.session.scalars(select(SignupRequest)).one()
    choice = db.session.scalars(select(SignupChoice)).one()
    assert asked.language == "de"
    assert db.session.get_one(Wording, choice.wording_id).text == SENTENCES["fr"]


def test_the_owner_sees_the_missing_texts_and_accepts_the_suggested_ones(
    app: Flask, client: FlaskClient
) -> None:
    purpose_id = make_list_without_german()
    owner = sign_in(app, make_owner())
    assert list_untranslated(purpose_id) == ["Deutsch", "Español", "Italiano"]
    assert "Deutsch, Español, Italiano" in owner.get(f"/console/consents/{purpose_id}").text
    suggested = suggest_missing_texts(get_current_purpose(purpose_id))
    texts = {**SENTENCES, **suggested, "it": "", "change": "same"}
    preview = press(owner, f"/console/consents/{purpose_id}/text", **texts).text
    assert ('id="preview-de"' in preview, 'id="preview-it"' in preview) == (True, False)
    assert inputs_of(preview)["it"]["value"] == ""
    press(owner, f"/console/consents/{purpose_id}/text", **texts, publish="yes")
    assert list_untranslated(purpose_id) == ["Italiano"]
    page = client.get("/de/join/nord").text
    assert suggested["de"].partition("\n")[0] in page
    assert "<strong>Nord</strong> – x" in page
    assert SENTENCES["fr"] not in page


def test_a_text_that_exists_can_not_be_taken_away(app: Flask) -> None:
    purpose_id = make_list().purpose_id
    owner = sign_in(app, make_owner())
    texts = {**current_texts(purpose_id), "de": "", "change": "same"}
    response = press(owner, f"/console/consents/{purpose_id}/text", **texts, publish="yes")
    assert response.status_code == 422
    assert 'href="#de"' in response.text


def test_a_person_chooses_among_the_offered_languages_in_my_data(client: FlaskClient) -> None:
    person = make_subscriber("ada@example.org", make_list())
    open_my_data(client, "ada@example.org")
    press(client, "/de/my-data/person", language="de", given_name="Ada")
    db.session.rollback()
    assert db.session.get_one(Subscriber, person.id).language == "de"


def test_the_language_of_a_person_is_named(app: Flask, client: FlaskClient) -> None:
    person = make_subscriber("ada@example.org", make_list(), language="de")
    open_my_data(client, "ada@example.org")
    overview = client.get("/fr/my-data/overview").text
    assert re.search(r"<dt>Langue</dt>\s+<dd>allemand</dd>", overview)
    owner = sign_in(app, make_owner())
    assert "<dd>allemand</dd>" in owner.get(open_person(owner, person.id)).text


def make_list_with_two_names() -> MailingList:
    """Return a list that has a name in French and one in English."""
    english = (ListWords("The Letter", "", "en"),)
    created = create_list(
        ListDraft(slug="a", name="La Lettre", description="", translations=english)
    )
    assert isinstance(created, MailingList)
    return created


def test_an_email_names_lists_in_the_language_of_its_reader(app: Flask) -> None:
    person = make_subscriber("ada@example.org", make_list_with_two_names(), language="fr")
    with force_locale("en"):  # of the page, which somebody else may have opened
        unsubscribe_from_all(person.id, Method.PAGE)
    notice = select(OutboxEmail).where(OutboxEmail.kind == EmailKind.UNSUBSCRIBED_FROM_ALL)
    assert values_in(db.session.scalars(notice).one())["names"] == ["La Lettre"]


def test_a_list_that_was_left_is_not_among_those_that_stay(client: FlaskClient) -> None:
    mailing_list = make_list_with_two_names()
    public_id = request_to_join("ada@example.org", mailing_list, language="en")
    press(client, f"/en/confirm/{confirm_token(public_id)}")
    page = press(client, f"/en/not-me/{not_me_token(public_id)}").text
    assert "The Letter" in page
    assert "La Lettre" not in page


def test_a_notice_of_a_breach_is_demanded_in_the_language_of_its_readers(app: Flask) -> None:
    make_subscriber("ada@example.org", make_list(), language="de")
    owner, breach = sign_in(app, make_owner()), make_breach()
    affect(breach)
    page = f"/console/breaches/{breach.id}/notice"
    french = {f"{name}_fr": "Texte." for name in ("subject", "nature", "consequences", "measures")}
    refused = press(owner, page, **french)
    assert re.findall(r'<a href="#(\w+)"', refused.text) == [
        *("subject_de", "nature_de", "consequences_de", "measures_de")
    ]
    german = {name.replace("_fr", "_de"): "Text." for name in french}
    assert press(owner, page, **french, **german).status_code == 303


def test_the_console_has_the_languages_of_the_team_only(app: Flask, client: FlaskClient) -> None:
    page = client.get("/console/sign-in", headers={"Accept-Language": "de,en;q=0.5"}).text
    assert '<html lang="en"' in page
    owner = sign_in(app, make_owner())
    codes = {*re.findall(r"/console/language/(\w+)", owner.get("/console/").text)}
    assert codes <= {*TEAM_LANGUAGES}
    assert owner.post("/console/language/de").status_code == 404


def test_the_address_in_another_language_is_that_of_the_router(app: Flask) -> None:
    cases = [
        "/fr/",
        "/fr/join/national",
        "/fr/confirm/a-b_c.d.e",
        "/fr/join/%C3%A9t%C3%A9",
        "/fr/why/a%20b",
    ]
    for path in cases:
        with app.test_request_context(path):
            app.preprocess_request()
            values = {**(request.view_args or {}), "lang_code": "de"}
            assert url_in("de") == url_for(str(request.endpoint), **values)

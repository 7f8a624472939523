"""The team makes sign-up forms in the console; what was typed is kept when something is wrong."""

import dataclasses

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.config import Settings
from supporters.lists.mailing_lists import close_list
from supporters.lists.models import MailingList
from supporters.signup.signup_sources import count_sources
from supporters.signup_forms.form_changes import draft_of
from supporters.signup_forms.models import FormStatus
from supporters.signup_forms.queries import find_signup_form_by_slug, list_signup_forms
from supporters.signup_forms.rules import FormWords
from supporters.team.list_scopes import limit_organiser
from tests.factories.accounts import make_organiser, sign_in
from tests.factories.forms import OURS, WORDS, make_form
from tests.factories.lists import make_closed_list, make_list
from tests.factories.pictures import make_picture
from tests.factories.questions import make_question
from tests.web.console.pages import followed, post, speak_english
from tests.web.public.pages import inputs_of, join, press

NEW = "/console/forms/new"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with another site of the party."""
    return dataclasses.replace(settings, form_origins=(OURS,))


def written(mailing_list: MailingList, **more: str) -> dict[str, str]:
    """Return the fields of a form."""
    return {
        "name": "Gare",
        "slug": "gare",
        "lists": str(mailing_list.id),
        "title_en": "Save  the station",
        "intro_en": "It closes in May.\r\n\r\n\r\n\r\nTell us.",
        **more,
    }


def test_there_is_a_next_step_when_there_is_no_form(organiser_client: FlaskClient) -> None:
    speak_english(organiser_client)
    page = organiser_client.get("/console/forms").text
    assert ("No form yet" in page, f'href="{NEW}"' in page) == (True, True)


def test_an_organiser_makes_a_form_looks_at_it_and_opens_it(
    organiser_client: FlaskClient, client: FlaskClient, mailing_list: MailingList
) -> None:
    speak_english(organiser_client)
    asked, picture = make_question(mailing_list), make_picture()
    more = {
        "questions": str(asked.id),
        "picture": str(picture.id),
        "picture_alt_en": "The station",
        "thanks_en": "Thank you.",
        "goes_to": f"{OURS}/thanks",
    }
    page = followed(organiser_client, press(organiser_client, NEW, **written(mailing_list, **more)))
    assert "This form is a draft" in page
    made = find_signup_form_by_slug("gare")
    words = {
        "en": FormWords(
            title="Save the station",
            intro="It closes in May.\n\nTell us.",
            thanks="Thank you.",
            picture_alt="The station",
        )
    }
    assert draft_of(made).words == words
    assert draft_of(made).question_ids == frozenset({asked.id})
    assert (made.picture_hash, made.goes_to) == (picture.hash, f"{OURS}/thanks")
    preview = organiser_client.get(f"/console/forms/{made.id}/preview/en").text
    assert all(each in preview for each in ("Save the station", "Tell us.", "a preview"))
    framed = organiser_client.get(f"/console/forms/{made.id}/preview/en?frame=yes")
    assert ("Tell us." in framed.text, "<style>" in framed.text) == (True, True)
    assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]
    assert client.get("/en/join/gare").status_code == 404
    page = followed(organiser_client, post(organiser_client, f"/console/forms/{made.id}/open"))
    assert "Share its address" in page
    assert "The station" in client.get("/en/join/gare").text


def test_a_faulty_form_is_explained_and_nothing_typed_is_lost(
    organiser_client: FlaskClient, mailing_list: MailingList
) -> None:
    cases = [
        ("name", "", "a name for the team", "name"),
        ("slug", "La Gare", "Use small letters", "slug"),
        ("slug", "national", "has this address", "slug"),
        ("slug", "console", "has this address", "slug"),
        ("slug", "healthz", "has this address", "slug"),
        ("title_en", "", "Write the title in this language", "title_en"),
        ("lists", "", "Tick at least one list", "lists"),
        ("goes_to", "https://evil.example", "isn’t one of the party’s sites", "goes_to"),
        ("goes_to", "www.parti.example", "Write the whole address", "goes_to"),
        ("intro_en", "x" * 2_001, "at most 2000", "intro_en"),
    ]
    speak_english(organiser_client)
    faultless = written(mailing_list, title_fr="La gare", thanks_en="Merci bien.")
    for field, value, says, at in cases:
        fields = {**faultless, field: value}
        if not fields["lists"]:
            del fields["lists"]
        answer = press(organiser_client, NEW, **fields)
        page = answer.text.replace("2,000", "2000")
        assert (answer.status_code, says in page, f'href="#{at}"' in page) == (422, True, True)
        assert f'id="{at}"' in page
        assert "Merci bien." in page
        assert list_signup_forms() == []


def test_a_form_is_changed_and_keeps_its_address(
    organiser_client: FlaskClient, mailing_list: MailingList
) -> None:
    speak_english(organiser_client)
    made = make_form(mailing_list)
    place = f"/console/forms/{made.id}/edit"
    shown = organiser_client.get(place).text
    assert ("a change is public at once" in shown, "slug" in inputs_of(shown)) == (True, False)
    values = {
        **{f"{part}_fr": getattr(WORDS["fr"], part) for part in ("title", "intro", "thanks")},
        "lists": str(mailing_list.id),
        "name": "Gare",
        "title_en": "Station",
    }
    page = followed(organiser_client, press(organiser_client, place, **values))
    assert "Saved." in page
    made = find_signup_form_by_slug("gare")
    assert draft_of(made).words["en"].title == "Station"
    assert draft_of(made).words["fr"] == WORDS["fr"]


def test_the_page_says_why_nobody_sees_an_open_form(
    organiser_client: FlaskClient, mailing_list: MailingList
) -> None:
    speak_english(organiser_client)
    made = make_form(mailing_list)
    assert "Nobody sees it" not in organiser_client.get("/console/forms").text
    close_list(mailing_list.id)
    assert "Nobody sees it" in organiser_client.get("/console/forms").text
    page = organiser_client.get(f"/console/forms/{made.id}").text
    assert ("None of its lists is open" in page, "has no box for it" in page) == (True, True)


def test_a_form_is_closed_ordered_copied_and_deleted(
    organiser_client: FlaskClient, mailing_list: MailingList
) -> None:
    speak_english(organiser_client)
    other = make_list("lyon", "Lyon")
    made = make_form(mailing_list, other)
    place = f"/console/forms/{made.id}"
    post(organiser_client, f"{place}/order", list=str(other.id))
    page = organiser_client.get(place).text
    assert page.index("/console/lists/2") < page.index("/console/lists/1")
    assert "close it first" in organiser_client.get(place).text
    assert "Close it first" in press(organiser_client, f"{place}/delete").text
    post(organiser_client, f"{place}/close")
    copied = press(organiser_client, f"{place}/duplicate", name="Copie", slug="copie")
    assert "Copie" in followed(organiser_client, copied)
    taken = press(organiser_client, f"{place}/duplicate", name="Copie", slug="copie")
    assert (taken.status_code, 'value="Copie"' in taken.text) == (422, True)
    assert press(organiser_client, f"{place}/delete").status_code == 303
    assert [(each.slug, each.status) for each in list_signup_forms()] == [
        ("copie", FormStatus.DRAFT)
    ]


def test_the_addresses_of_a_form_are_shared_like_those_of_a_list(
    organiser_client: FlaskClient, mailing_list: MailingList
) -> None:
    speak_english(organiser_client)
    place = f"/console/forms/{make_form(mailing_list).id}"
    page = organiser_client.get(f"{place}/share?from=leaflet").text
    assert all(
        each in page
        for each in ("/gare?from=leaflet", "/fr/embed/gare", "/fr/stall/gare", "/api/forms/gare")
    )
    poster = organiser_client.get(f"{place}/poster?language=fr").text
    assert all(each in poster for each in ("Sauvons la gare", "Elle ferme en mai.", "/gare"))
    assert organiser_client.get(f"{place}/qr-code.svg").mimetype == "image/svg+xml"


def test_the_places_of_a_form_are_counted_beside_its_addresses_and_those_of_a_list_apart(
    organiser_client: FlaskClient, client: FlaskClient, mailing_list: MailingList
) -> None:
    speak_english(organiser_client)
    place = f"/console/forms/{make_form(mailing_list, name='Station').id}/share"
    of_list = f"/console/lists/{mailing_list.id}/share"
    assert "Nothing is counted yet." in organiser_client.get(place).text
    join(client, "ada@example.org", "/fr/join/gare?from=leaflet-lyon")
    count_sources(clock.now())
    assert "leaflet-lyon" in organiser_client.get(place).text
    shown = organiser_client.get(of_list).text
    assert "Nothing is counted yet." in shown
    assert f'<a href="{place}#sources">Station</a>' in shown


def test_closed_lists_are_offered_only_if_the_form_has_them(
    organiser_client: FlaskClient, mailing_list: MailingList
) -> None:
    closed = make_closed_list()
    assert f'value="{closed.id}"' not in organiser_client.get(NEW).text
    made = make_form(mailing_list, closed)
    assert f'value="{closed.id}"' in organiser_client.get(f"/console/forms/{made.id}/edit").text


def test_a_limited_organiser_sees_and_makes_forms_of_their_lists_only(
    app: Flask, mailing_list: MailingList
) -> None:
    other = make_list("lyon", "Lyon")
    both, own = (
        make_form(mailing_list, other, name="Both"),
        make_form(other, slug="own", name="Own"),
    )
    organiser = make_organiser()
    limit_organiser(organiser.id, [other.id])
    browser = sign_in(app, organiser)
    page = browser.get("/console/forms").text
    assert (own.name in page, both.name in page) == (True, False)
    assert browser.get(f"/console/forms/{both.id}").status_code == 404
    answer = press(browser, NEW, **written(mailing_list))
    assert (answer.status_code, find_signup_form_by_slug("gare").id) == (422, both.id)

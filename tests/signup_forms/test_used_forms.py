"""The proof of a consent names the form that the person used, by its title at that time."""

import dataclasses
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from supporters import clock
from supporters.consent.models import ConsentEvent, EventKind, PageSnapshot
from supporters.consent.queries import list_events_of
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.evidence.evidence_disclosure import disclose_evidence, render_evidence
from supporters.evidence.evidence_pack import gather_evidence
from supporters.extensions import current_tokens
from supporters.lists.models import MailingList
from supporters.people.models import Subscriber
from supporters.personal_data.data_registry import export_everything
from supporters.personal_data.data_subjects import data_subject_of
from supporters.signup.models import SignupRequest
from supporters.signup_forms.form_changes import change_form
from supporters.signup_forms.models import SignupForm
from supporters.signup_forms.rules import FormWords
from supporters.signup_forms.used_forms import find_used_form
from supporters.team.list_scopes import limit_organiser
from tests.factories.accounts import make_organiser, sign_in
from tests.factories.campaigns import subscriber_at
from tests.factories.forms import ON_OUR_SITE, WORDS, form_draft, make_form
from tests.factories.lists import make_list
from tests.factories.my_data import open_my_data
from tests.factories.signups import ADDRESS, confirm_token
from tests.machinery.statements import statements
from tests.markup import Markup
from tests.web.console.pages import open_person, speak_english
from tests.web.public.pages import join, press

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

THEN = "Gare & “Rhône” <ouverte>"
NOW = FormWords(title="Le port")
EVENT = ConsentEvent.kind == EventKind.CONFIRMED


@pytest.fixture
def made(mailing_list: MailingList) -> SignupForm:
    """Return a form whose title has characters that HTML writes in another way."""
    words = {**WORDS, "fr": dataclasses.replace(WORDS["fr"], title=THEN)}
    return make_form(mailing_list, words=words, name="Campagne du printemps")


def confirm(client: FlaskClient, page: str = "/fr/join/gare") -> Subscriber:
    """Sign up by a page and confirm; return the person."""
    assert join(client, ADDRESS, page).status_code in {200, 303}
    request = db.session.scalars(select(SignupRequest)).one()
    press(client, f"/fr/confirm/{confirm_token(request.public_id)}")
    return subscriber_at(ADDRESS)


def rename(made: SignupForm, mailing_list: MailingList) -> None:
    """Give a form another title than the one that people read."""
    draft = form_draft([mailing_list], words={"fr": NOW}, name=made.name)
    assert change_form(made.id, draft, ON_OUR_SITE) is True


@pytest.fixture
def person(client: FlaskClient, made: SignupForm, mailing_list: MailingList) -> Subscriber:
    """Return a person who confirmed by the form, which has another title since."""
    person = confirm(client)
    rename(made, mailing_list)
    return person


def why_path(person: Subscriber, mailing_list: MailingList) -> str:
    """Return the link “Why did I get this?” of a person."""
    payload = [person.id, mailing_list.id, 1]
    return f"/en/why/{current_tokens().sign(TokenPurpose.WHY, payload)}"


@pytest.mark.parametrize("surface", ["join", "embed", "stall"])
def test_the_title_is_that_of_the_page_on_each_surface(
    client: FlaskClient, made: SignupForm, mailing_list: MailingList, surface: str
) -> None:
    confirm(client, f"/fr/{surface}/gare")
    rename(made, mailing_list)
    used = find_used_form(db.session.scalars(select(ConsentEvent).where(EVENT)).one())
    assert used is not None
    assert (used.form.id, used.title) == (made.id, THEN)


def test_a_program_shows_the_form_too(client: FlaskClient, made: SignupForm) -> None:
    page = "/api/forms/gare?language=en"
    form = client.get(page).get_json()
    box = form["boxes"][0]
    fields = {**form["send_back"], box["field"]: box["value"], "is_15": "y", "email": ADDRESS}
    assert client.post(page, json=fields).status_code == 202
    used = find_used_form(db.session.scalars(select(SignupRequest)).one())
    assert used is not None
    assert (used.form.id, used.title) == (made.id, "Save the station")


@pytest.mark.usefixtures("made")
def test_the_page_of_a_list_is_no_form(client: FlaskClient) -> None:
    person = confirm(client, "/fr/join/national")
    assert [find_used_form(each) for each, _ in list_events_of(person.id)] == [None, None]


def test_a_snapshot_that_was_altered_names_the_form_by_its_address(person: Subscriber) -> None:
    with transaction():
        db.session.execute(update(PageSnapshot).values(content=b"altered"))
    db.session.expire_all()
    used = find_used_form(list_events_of(person.id)[-1][0])
    assert (used.title if used else None) == "gare"


def test_the_evidence_names_the_form_in_its_data_and_in_its_page(
    person: Subscriber, made: SignupForm
) -> None:
    assert disclose_evidence(person.id, asked_by="dpo@parti.example", reason="plainte")
    pack = gather_evidence(person, now=clock.now())
    form = {"id": made.id, "slug": "gare", "title": THEN}
    assert [each["form"] for each in pack["events"]] == [form, form]
    shown = Markup(render_evidence(pack, "en")).words
    assert shown.count(f"By the form “{THEN}”") == 2  # the request, and the confirmation
    assert shown.count(f"· Form: “{THEN}”") == 1  # the page that both have


def test_my_data_name_the_form_of_the_request_and_of_the_consent(
    client: FlaskClient, person: Subscriber
) -> None:
    data = export_everything(data_subject_of(person))
    tables = ("signup_request", "consent_event")
    assert [row["form"] for name in tables for row in data[name]] == [THEN] * 3
    open_my_data(client, ADDRESS)
    words = " ".join(Markup(client.get("/fr/my-data/everything").text).words.split())
    assert words.count(f"Par le formulaire {THEN}") == 3


def test_the_page_with_the_reason_of_an_email_names_the_form_without_a_further_statement(
    client: FlaskClient, person: Subscriber, mailing_list: MailingList
) -> None:
    path = why_path(person, mailing_list)
    assert f"Form: “{THEN}”" in Markup(client.get(path).text).words
    with statements() as said:
        client.get(path)
    assert not [each for each in said if "FROM signup_form" in each or "FROM page_snapshot" in each]


@pytest.fixture
def page_of(app: Flask) -> Callable[[Subscriber, list[int] | None], str]:
    """Return the function that shows a person to an organiser of some lists, in English."""

    def show(person: Subscriber, list_ids: list[int] | None) -> str:
        organiser = make_organiser()
        if list_ids is not None:
            limit_organiser(organiser.id, list_ids)
        browser = sign_in(app, organiser)
        speak_english(browser)
        return browser.get(open_person(browser, person.id)).text

    return show


def test_the_page_of_a_person_leads_to_the_form(
    page_of: Callable[[Subscriber, list[int] | None], str], person: Subscriber, made: SignupForm
) -> None:
    html = page_of(person, None)
    assert f"By the form “{THEN}”" in Markup(html).words
    assert f'href="/console/forms/{made.id}"' in html


def test_a_form_with_lists_out_of_scope_is_named_without_a_link(
    client: FlaskClient,
    page_of: Callable[[Subscriber, list[int] | None], str],
    mailing_list: MailingList,
) -> None:
    made = make_form(mailing_list, make_list("lyon", "Lyon"))
    html = page_of(confirm(client), [mailing_list.id])
    assert "By the form “Sauvons la gare”" in Markup(html).words
    assert f"/console/forms/{made.id}" not in html

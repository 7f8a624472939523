"""The register of breaches in the console: from the record to the notice, and who may open it."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import get_role
from supporters.breaches.breach_notices import send_next_notices
from supporters.breaches.models import Breach, BreachNotice, BreachNoticeStatus, BreachStatus
from supporters.breaches.queries import find_facts
from supporters.cases.rules import PARIS
from supporters.consent.log_sealing import seal
from supporters.consent.record_models import Disclosure
from supporters.database import db, transaction
from tests.factories.accounts import forget_recent_passwords, make_dpo, make_owner, sign_in
from tests.factories.breaches import TITLE, affect, make_breach, write_notice
from tests.factories.campaigns import ANNA, BORIS
from tests.factories.exports import REASON, read_rows
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with
from tests.web.console.pages import followed, post, speak_english
from tests.web.public.pages import press

HOUR = timedelta(hours=1)
NOTICE = {
    "subject_fr": "Vos données",
    "nature_fr": "Un fichier est parti par erreur.",
    "consequences_fr": "Des messages non voulus.",
    "measures_fr": "Méfiez-vous.",
}


def make_people(app: Flask) -> tuple[int, int]:
    """Make two people, one of them English, an owner with all rights and an officer."""
    national = make_list()
    make_subscriber(ANNA, national)
    make_subscriber(BORIS, national, language="en")
    owner = make_owner()
    with transaction():
        held = db.session.get_one(Organiser, owner.id)
        held.roles = [*held.roles, get_role(RoleName.EXPORTER)]
    return owner.id, make_dpo().id


pytestmark = begins_with(make_people)


@pytest.fixture
def owner(app: Flask, prepared: tuple[int, int]) -> FlaskClient:
    """Return the browser of the owner, in English."""
    client = sign_in(app, db.session.get_one(Organiser, prepared[0]))
    speak_english(client)
    return client


@pytest.fixture
def officer(app: Flask, prepared: tuple[int, int]) -> FlaskClient:
    """Return the browser of the officer, in English."""
    client = sign_in(app, db.session.get_one(Organiser, prepared[1]))
    speak_english(client)
    return client


def page_of(breach: Breach, rest: str = "") -> str:
    return f"/console/breaches/{breach.id}{rest}"


def at(moment: datetime) -> dict[str, str]:
    """Return a moment as the fields of a form."""
    local = moment.astimezone(PARIS)
    return {"day": f"{local:%Y-%m-%d}", "hour": f"{local:%H:%M}"}


def known(breach: Breach) -> dict[str, str]:
    """Return the facts of a breach as its form has them."""
    return {
        **at(breach.discovered_at),
        "what_happened": "Un fichier est parti à la mauvaise adresse.",
    }


def again(breach: Breach) -> Breach:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Breach, breach.id)


def test_an_empty_register_says_what_belongs_into_it(owner: FlaskClient) -> None:
    page = owner.get("/console/breaches").text
    assert "Record every breach here, also a small one" in page


def test_a_breach_is_recorded_with_its_clock_and_in_the_audit_log(owner: FlaskClient) -> None:
    typed = {"title": TITLE, "what_happened": "Un e-mail.", **at(clock.now())}
    page = followed(owner, press(owner, "/console/breaches/new", **typed))
    assert "71 hours left to notify the authority" in page
    assert TITLE in owner.get("/console/breaches").text
    assert f"“{TITLE}”" in owner.get("/console/audit").text


def test_what_was_typed_stays_when_something_is_missing_or_in_the_future(
    owner: FlaskClient,
) -> None:
    answer = press(owner, "/console/breaches/new", title="", measures="Mot de passe changé.")
    assert answer.status_code == 422
    assert "Give the breach a short title." in answer.text
    assert "Mot de passe changé." in answer.text
    tomorrow = at(clock.now() + 24 * HOUR)
    answer = press(owner, "/console/breaches/new", title=TITLE, **tomorrow)
    assert "Enter a time until now." in answer.text


def test_the_clock_shows_the_delay(owner: FlaskClient) -> None:
    breach = make_breach(clock.now() - 75 * HOUR)
    page = owner.get(page_of(breach)).text
    assert "72 hours have passed since the discovery: 3 hours late." in page


def test_the_first_statements_stand_with_the_facts_until_a_correction_shows_both(
    owner: FlaskClient,
) -> None:
    breach = make_breach()
    page = owner.get(page_of(breach)).text
    assert page.count("Un fichier est parti à la mauvaise adresse.") == 1
    assert ">Statement<" not in page
    typed = {**known(breach), "what_happened": "Deux fichiers sont partis."}
    press(owner, page_of(breach, "/facts"), **typed)
    page = owner.get(page_of(breach)).text
    assert "The events: Un fichier est parti à la mauvaise adresse." in page
    assert "The events: Deux fichiers sont partis." in page


def test_the_same_facts_once_more_change_nothing(owner: FlaskClient) -> None:
    breach = make_breach()
    before = find_facts(breach.id)
    form = owner.get(page_of(breach, "/facts")).text
    assert all(text in form for text in known(breach).values())
    answer = press(owner, page_of(breach, "/facts"), **known(breach))
    assert "Nothing was changed." in followed(owner, answer)
    assert find_facts(breach.id) == before


def test_a_late_notification_asks_for_the_reasons(owner: FlaskClient) -> None:
    breach = make_breach(clock.now() - 80 * HOUR)
    typed = {**at(clock.now()), "reference": "CNIL-2027-1"}
    answer = press(owner, page_of(breach, "/notified"), **typed)
    assert "Write the reasons for the delay" in answer.text
    assert "CNIL-2027-1" in answer.text
    press(owner, page_of(breach, "/notified"), **typed, delay_reason="Relais.")
    assert again(breach).status is BreachStatus.NOTIFIED


def test_a_breach_goes_from_decision_to_decision_to_its_end(owner: FlaskClient) -> None:
    breach = make_breach()
    press(owner, page_of(breach, "/not-notified"), reason="Le fichier était chiffré.")
    answer = post(owner, page_of(breach, "/close"))
    assert "Decide about the affected people first" in followed(owner, answer)
    press(owner, page_of(breach, "/people/decision"), reason="Sans risque.", are_told="no")
    post(owner, page_of(breach, "/close"))
    assert again(breach).status is BreachStatus.CLOSED
    post(owner, page_of(breach, "/note"), note="Le fichier est revenu.")
    assert "Le fichier est revenu." in owner.get(page_of(breach)).text


def test_the_draft_for_the_authority_is_in_both_languages(owner: FlaskClient) -> None:
    breach = make_breach(clock.now() - 2 * HOUR)
    for code, words in (("fr", "Nature de la violation"), ("en", "Nature of the breach")):
        page = owner.get(page_of(breach, f"/notification?in={code}")).text
        text = page.partition("<pre")[2].partition("</pre>")[0]
        assert words in text
        assert "Un fichier est parti à la mauvaise adresse." in text
        assert "donnees@parti.example" in text


def test_people_are_chosen_by_a_list_and_shown_as_a_count(owner: FlaskClient) -> None:
    breach = make_breach()
    answer = press(owner, page_of(breach, "/people"), way="list", list_id="1", since="", until="")
    page = followed(owner, answer)
    assert "2 people are on the list." in page
    assert ANNA not in page


def test_a_wrong_address_and_an_unknown_list_are_named_and_the_others_stay_typed(
    owner: FlaskClient,
) -> None:
    breach = make_breach()
    typed = f"{ANNA}\nboris.example.org"
    answer = press(
        owner, page_of(breach, "/people"), way="addresses", addresses=typed, since="", until=""
    )
    assert "“boris.example.org” is no address." in answer.text
    assert ANNA in answer.text
    answer = press(owner, page_of(breach, "/people"), way="list", list_id="99", since="")
    assert "Choose a list, an import or an export that exists." in answer.text


def test_the_notice_needs_english_if_somebody_reads_it(owner: FlaskClient) -> None:
    breach = make_breach()
    affect(breach)
    answer = press(owner, page_of(breach, "/notice"), **NOTICE)
    assert (answer.status_code, answer.text.count("(English): write this part.")) == (422, 8)
    assert "Méfiez-vous." in answer.text


def test_the_officer_approves_what_the_owner_wrote_by_the_number(
    owner: FlaskClient, officer: FlaskClient, prepared: tuple[int, int]
) -> None:
    breach = make_breach()
    affect(breach)
    write_notice(breach, db.session.get_one(Organiser, prepared[0]))
    page = page_of(breach, "/notice/approve")
    assert "Type the number" not in owner.get(page).text
    assert "This reaches 2 people." in press(officer, page, people="3").text
    answer = press(officer, page, people="2")
    assert "Approved. The first emails leave within a minute." in followed(officer, answer)
    assert send_next_notices(clock.now()) == 2
    assert "Notice written to everybody" in officer.get(page_of(breach)).text


def test_an_approval_asks_for_a_fresh_password(
    officer: FlaskClient, prepared: tuple[int, int]
) -> None:
    breach = make_breach()
    affect(breach)
    write_notice(breach, db.session.get_one(Organiser, prepared[0]))
    forget_recent_passwords()
    answer = press(officer, page_of(breach, "/notice/approve"), people="2")
    assert "/console/password" in str(answer.location)
    db.session.rollback()
    notice = db.session.get_one(BreachNotice, breach.id)
    assert notice.status is BreachNoticeStatus.AWAITING_APPROVAL


def test_an_export_needs_the_right_and_a_reason_and_is_recorded(
    owner: FlaskClient, officer: FlaskClient
) -> None:
    breach = make_breach()
    affect(breach)
    page = page_of(breach, "/people/export")
    assert officer.get(page).status_code == 403
    made = press(owner, page, reason=REASON)
    assert [row["address"] for row in read_rows(made.data)] == [ANNA, BORIS]
    assert TITLE not in owner.get("/console/exports").text
    assert REASON in owner.get("/console/exports").text


def test_no_file_of_people_leaves_while_the_log_cannot_have_its_record(owner: FlaskClient) -> None:
    breach = make_breach()
    affect(breach)
    with clock.pretend(clock.now() + HOUR):
        seal()
    refused = press(owner, page_of(breach, "/people/export"), reason=REASON)
    assert refused.status_code == 422
    assert "No file was made: the consent log can’t be sealed" in refused.text
    assert (REASON in refused.text, ANNA in refused.text) == (True, False)
    assert count_rows(Disclosure) == 0


def test_the_menu_counts_the_breaches_to_decide(
    owner: FlaskClient, organiser_client: FlaskClient
) -> None:
    make_breach()
    page = owner.get("/console/").text
    assert re.search(r'href="/console/breaches"[^>]*>.*?\(1 to be answered soon\)', page, re.DOTALL)
    assert "/console/breaches" not in organiser_client.get("/console/").text


def test_the_facts_may_be_stated_bit_by_bit(owner: FlaskClient) -> None:
    breach = make_breach()
    assert owner.get(page_of(breach)).text.count("not stated yet") == 8
    typed = {**known(breach), "people_count": "40", "confidentiality": "y"}
    press(owner, page_of(breach, "/facts"), **typed)
    assert owner.get(page_of(breach)).text.count("not stated yet") == 6

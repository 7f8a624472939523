"""The forms that the team makes, on every surface: words, boxes, proof, closing, and thanks."""

import dataclasses

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters import create_app
from supporters.config import Settings
from supporters.consent.models import PageSnapshot
from supporters.consent.page_snapshots import read_snapshot
from supporters.database import db
from supporters.lists.mailing_lists import close_list, delete_list
from supporters.lists.models import MailingList
from supporters.questions.models import SignupAnswer
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.signup_forms.form_changes import FormSurroundings, change_form
from supporters.signup_forms.form_moves import close_form
from supporters.signup_forms.public_forms import FormPicture
from supporters.signup_forms.rules import FormWords
from tests.factories.forms import ON_OUR_SITE, OURS, WORDS, form_draft, make_form
from tests.factories.lists import make_list
from tests.factories.pictures import make_picture
from tests.factories.questions import VALUES, make_question
from tests.factories.signups import ADDRESS, confirm_token, make_subscriber
from tests.machinery.prepared_states import made_once
from tests.machinery.statements import statements
from tests.web.public.pages import box_values, hidden_values, press, ticked_values

PAGE, ENGLISH = "/fr/join/gare", "/en/join/gare"
SURFACES = [PAGE, "/fr/embed/gare", "/fr/stall/gare"]
Lists = tuple[MailingList, MailingList]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with another site of the party."""
    return dataclasses.replace(settings, form_origins=(OURS,))


@made_once
def lists(app: Flask) -> Lists:
    """Return two lists, which the form below has in the other order."""
    return make_list("lyon", "Liste de Lyon"), make_list("national", "La Lettre nationale")


def fill(html: str, *boxes: int, email: str = ADDRESS, **more: str) -> dict[str, str]:
    """Return the fields of a page with some of its boxes ticked, by their places."""
    values = [*box_values(html).items()]
    ticked = dict(values[each] for each in boxes)
    return {**hidden_values(html), **ticked, "is_15": "y", "email": email, **more}


def newest() -> SignupRequest:
    return db.session.scalars(select(SignupRequest).order_by(SignupRequest.id.desc())).first()


def shown_for(request: SignupRequest) -> str:
    """Return the page that is kept as the proof of a request."""
    return read_snapshot(db.session.get_one(PageSnapshot, request.page_snapshot_id))


@pytest.mark.parametrize("page", SURFACES)
def test_the_page_has_its_words_and_its_boxes_in_order_and_none_is_ticked(
    client: FlaskClient, lists: Lists, page: str
) -> None:
    make_form(lists[1], lists[0])
    shown = client.get(page).text
    assert all(each in shown for each in ("Sauvons la gare", "Elle ferme en mai.", "y tenez."))
    assert [*box_values(shown)] == [f"consent_{lists[1].id}", f"consent_{lists[0].id}"]
    assert ticked_values(shown) == {}


@pytest.mark.parametrize("page", SURFACES)
def test_a_signup_keeps_the_page_as_shown_and_the_form_it_came_from(
    client: FlaskClient, lists: Lists, page: str
) -> None:
    made = make_form(*lists)
    answer = client.post(page, data=fill(client.get(page).text, 1))
    assert answer.status_code in {200, 303}, answer.text
    request = newest()
    assert (request.form_id, request.mailing_list_id) == (made.id, lists[1].id)
    assert request.page_url.endswith(page)
    assert "Dites-nous que vous y tenez." in shown_for(request)
    assert [each.mailing_list_id for each in db.session.scalars(select(SignupChoice))] == [
        lists[1].id
    ]


@pytest.mark.parametrize("page", SURFACES)
def test_a_signup_without_a_list_is_explained_and_nothing_is_stored(
    client: FlaskClient, lists: Lists, page: str
) -> None:
    make_form(*lists)
    answer = client.post(page, data=fill(client.get(page).text))
    assert (answer.status_code, "Cochez au moins une liste" in answer.text) == (422, True)
    assert f'value="{ADDRESS}"' in answer.text
    assert newest() is None


def test_the_only_box_of_a_form_is_compulsory(client: FlaskClient, lists: Lists) -> None:
    make_form(lists[0])
    shown = client.get(PAGE).text
    assert "la case « Liste de Lyon »" in shown.replace("\u202f", " ").replace("\u00a0", " ")
    assert client.post(PAGE, data=fill(shown)).status_code == 422
    assert client.post(PAGE, data=fill(shown, 0)).status_code == 303


def test_known_and_unknown_addresses_get_the_same_answer(client: FlaskClient, lists: Lists) -> None:
    make_form(*lists)
    make_subscriber("known@example.org", lists[0])
    page = "/fr/embed/gare"
    answers = [
        client.post(page, data=fill(client.get(page).text, 0, email=each))
        for each in ("known@example.org", "unknown@example.org")
    ]
    assert answers[0].data == answers[1].data
    assert "/fr/embed/gare" in answers[0].text


def test_a_change_between_page_and_consent_is_read_again(client: FlaskClient, lists: Lists) -> None:
    made = make_form(*lists)
    fields = fill(client.get(PAGE).text, 0)
    words = {**WORDS, "fr": FormWords(title="Sauvons la gare", intro="Elle ferme en juin.")}
    assert change_form(made.id, form_draft(lists, words=words), ON_OUR_SITE) is True
    answer = client.post(PAGE, data=fields)
    assert (answer.status_code, "a changé" in answer.text) == (422, True)
    assert "Elle ferme en juin." in answer.text
    assert client.post(PAGE, data=fill(answer.text, 0)).status_code == 303
    assert "Elle ferme en juin." in shown_for(newest())


def test_another_process_sees_a_change_at_once(
    client: FlaskClient, lists: Lists, settings: Settings
) -> None:
    made = make_form(*lists)
    other = create_app(settings).test_client()
    assert "Elle ferme en mai." in other.get(PAGE).text
    words = {"fr": FormWords(title="La gare", intro="Elle ferme en juin.")}
    change_form(made.id, form_draft(lists[:1], words=words), ON_OUR_SITE)
    shown = other.get(PAGE).text
    assert ("Elle ferme en juin." in shown, len(box_values(shown))) == (True, 1)
    close_form(made.id)
    assert other.get(PAGE).status_code == 410


def test_the_picture_is_ours_and_its_hash_is_in_the_proof(
    client: FlaskClient, lists: Lists
) -> None:
    picture = make_picture()
    file = FormPicture(
        file=f"{picture.name}.{picture.format.value}",
        hash=picture.hash,
        width=picture.width,
        height=picture.height,
    )
    made = make_form(*lists)
    fields = fill(client.get(PAGE).text, 0)
    words = {"fr": dataclasses.replace(WORDS["fr"], picture_alt="La gare sous la neige")}
    around = FormSurroundings(origins=(OURS,), picture=file)
    draft = form_draft(lists, words=words, picture_id=picture.id)
    assert change_form(made.id, draft, around) is True
    assert client.post(PAGE, data=fields).status_code == 422
    shown = client.get(PAGE).text
    assert f'src="/i/{file.file}"' in shown
    assert 'alt="La gare sous la neige"' in shown
    client.post(PAGE, data=fill(shown, 0))
    assert picture.hash in shown_for(newest())


def test_the_form_asks_the_chosen_questions_and_drops_answers_to_unticked_lists(
    client: FlaskClient, lists: Lists
) -> None:
    questions = [make_question(each) for each in lists]
    unasked = make_question(lists[0])
    make_form(*lists, question_ids=frozenset(each.id for each in questions))
    shown = client.get(PAGE).text
    assert f"question_{unasked.id}" not in shown
    answers = {f"question_{each.id}": VALUES[each.kind] for each in questions}
    assert client.post(PAGE, data=fill(shown, 1, **answers)).status_code == 303
    stored = db.session.scalars(select(SignupAnswer.question_id)).all()
    assert stored == [questions[1].id]


def test_a_program_gets_the_words_and_sends_them_back(client: FlaskClient, lists: Lists) -> None:
    made = make_form(*lists)
    words = client.get("/api/forms/gare?language=en").json
    assert (words["title"], words["introduction"]) == ("Save the station", ["It closes in May."])
    assert [each["is_required"] for each in words["boxes"]] == [False, False]
    box = words["boxes"][1]
    sent = {**words["send_back"], box["field"]: box["value"], "is_15": "y", "email": ADDRESS}
    assert client.post("/api/forms/gare?language=en", json=sent).status_code == 202
    assert (newest().form_id, newest().mailing_list_id) == (made.id, lists[1].id)


def test_a_language_without_a_title_leads_to_one_that_has_it(
    client: FlaskClient, lists: Lists
) -> None:
    make_form(*lists, words={"fr": WORDS["fr"]})
    answer = client.get(f"{ENGLISH}?from=affiche")
    assert (answer.status_code, answer.location) == (302, f"{PAGE}?from=affiche")
    assert 'hreflang="en"' not in client.get(PAGE).text
    assert client.get("/api/forms/gare?language=en").json["language"] == "fr"


def test_the_short_address_leads_to_the_form(client: FlaskClient, lists: Lists) -> None:
    make_form(*lists)
    answer = client.get("/Gare?from=affiche", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.location) == (302, f"{ENGLISH}?from=affiche")


def test_a_draft_does_not_exist_for_the_public(client: FlaskClient, lists: Lists) -> None:
    make_form(*lists, is_open=False)
    assert {client.get(each).status_code for each in (*SURFACES, "/gare")} == {404}


def test_a_closed_form_says_so_and_leads_to_the_open_lists(
    client: FlaskClient, lists: Lists
) -> None:
    made = make_form(*lists)
    fields = fill(client.get(PAGE).text, 0)
    assert close_form(made.id) is True
    for answer in (client.get(PAGE), client.post(PAGE, data=fields)):
        assert (answer.status_code, "Ce formulaire est fermé" in answer.text) == (410, True)
        assert "/fr/join/lyon" in answer.text
    assert newest() is None


def test_a_list_that_closes_leaves_the_form_and_the_last_one_closes_it(
    client: FlaskClient, lists: Lists
) -> None:
    make_form(*lists)
    close_list(lists[0].id)
    assert [*box_values(client.get(PAGE).text)] == [f"consent_{lists[1].id}"]
    close_list(lists[1].id)
    assert client.get(PAGE).status_code == 410


def test_a_list_that_is_deleted_leaves_the_form(client: FlaskClient, lists: Lists) -> None:
    make_form(*lists)
    close_list(lists[0].id)
    assert isinstance(delete_list(lists[0].id), str)
    assert [*box_values(client.get(PAGE).text)] == [f"consent_{lists[1].id}"]


def test_the_thanks_follow_the_confirmation_with_the_way_to_our_site(
    client: FlaskClient, lists: Lists
) -> None:
    make_form(*lists, goes_to=f"{OURS}/merci?de=gare")
    client.post(PAGE, data=fill(client.get(PAGE).text, 0))
    page = f"/fr/confirm/{confirm_token(newest().public_id)}"
    press(client, page)
    shown = client.get(page).text
    assert "Merci pour la gare." in shown
    assert f'href="{OURS}/merci?de=gare"' in shown


def test_a_site_that_is_no_longer_ours_gets_no_link(
    client: FlaskClient, lists: Lists, settings: Settings
) -> None:
    make_form(*lists, goes_to=f"{OURS}/merci")
    client.post(PAGE, data=fill(client.get(PAGE).text, 0))
    page = f"/fr/confirm/{confirm_token(newest().public_id)}"
    press(client, page)
    elsewhere = dataclasses.replace(settings, form_origins=())
    shown = create_app(elsewhere).test_client().get(page).text
    assert ("Merci pour la gare." in shown, OURS in shown) == (True, False)


def test_a_form_that_was_sent_can_be_corrected(client: FlaskClient, lists: Lists) -> None:
    made = make_form(*lists)
    answer = client.post(PAGE, data=fill(client.get(PAGE).text, 1))
    assert answer.location.endswith("/fr/join/national/check")
    correcting = "/fr/join/national/correct"
    shown = client.get(correcting).text
    assert ("Sauvons la gare" in shown, len(ticked_values(shown))) == (True, 1)
    assert press(client, correcting, email="other@example.org", is_15="y").status_code == 303
    assert (newest().address, newest().form_id) == ("other@example.org", made.id)
    close_form(made.id)
    assert client.get(correcting).status_code == 410


def test_a_form_takes_no_more_statements_than_the_page_of_a_list(
    client: FlaskClient, lists: Lists
) -> None:
    make_form(*lists)
    said = []
    for page in ("/fr/join/national", PAGE):
        for email in ("first@example.org", "second@example.org"):
            fields = fill(client.get(page).text, 0, email=email)
            with statements() as found:
                assert client.post(page, data=fields).status_code == 303
        with statements() as looked:
            client.get(page)
        said.append((len(found), len(looked)))
    assert said[0] == said[1]

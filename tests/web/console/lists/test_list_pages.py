"""The lists: figures, URLs, consent texts word for word; owners create and close them."""

import html
import re

from flask.testing import FlaskClient

from supporters.consent.queries import find_current_wording, list_wordings
from supporters.database import db
from supporters.lists.mailing_lists import ListDraft, create_list
from supporters.lists.models import MailingList, list_words_of
from supporters.lists.queries import find_list_by_slug, get_list, list_lists
from supporters.lists.short_wordings import suggest_short_wordings
from supporters.web.console.lists.list_pages import TABS
from tests.factories.lists import SENTENCES, make_list
from tests.factories.signups import make_subscriber, request_to_join
from tests.web.console.pages import followed, post
from tests.web.public.pages import press

NEW = "/console/lists/new"
LYON = {"name_fr": "Lyon", "slug": "lyon-3", "description_fr": "Ce qui se passe à Lyon."}
WORDS = {"name_fr": "Nouvelles", "description_fr": "Chaque semaine."}


def test_an_owner_creates_a_list(owner_client: FlaskClient) -> None:
    page = followed(owner_client, press(owner_client, NEW, **LYON))
    created = find_list_by_slug("lyon-3")
    assert created is not None
    assert (created.name, created.is_open) == ("Lyon", True)
    assert "http://localhost/fr/join/lyon-3" in page
    assert "http://localhost/en/join/lyon-3" in page


def test_each_tab_leads_to_the_people_and_the_officer_to_those_of_the_list(
    organiser_client: FlaskClient, officer_client: FlaskClient
) -> None:
    page = f"/console/lists/{make_list().id}"
    for tab in TABS:
        found = organiser_client.get(f"{page}?tab={tab}").text
        assert '<a class="button" href="/console/people">Chercher un abonné…</a>' in found
    assert "/console/people?list=1" not in found
    assert 'href="/console/people?list=1">Personnes de cette liste</a>' in re.sub(
        r"\s+", " ", officer_client.get(page).text
    )


def test_bad_input_is_explained_and_nothing_typed_is_lost(owner_client: FlaskClient) -> None:
    cases = [
        ("name_fr", ""),
        ("name_fr", " "),
        ("name_fr", "a\0b"),
        ("name_fr", "x" * 500),
        ("slug", ""),
        ("slug", "Lyon 3"),
        ("slug", "-lyon"),
        ("slug", "../lyon"),
        ("slug", "l" * 500),
        ("description_fr", ""),
        ("description_fr", "x" * 5000),
    ]
    for field, value in cases:
        response = press(owner_client, NEW, **{**LYON, field: value})
        assert response.status_code == 422
        assert f'href="#{field}"' in response.text
        kept = {each for name, each in LYON.items() if name != field}
        assert all(each in response.text for each in kept)
        assert list_lists() == []


def test_a_word_that_another_list_has_is_refused(owner_client: FlaskClient) -> None:
    make_list("lyon-3", "La première")
    response = press(owner_client, NEW, **LYON)
    assert response.status_code == 422
    assert 'href="#slug"' in response.text
    assert [each.name for each in list_lists()] == ["La première"]


def test_an_owner_may_write_the_sentences_themselves(owner_client: FlaskClient) -> None:
    own = {f"sentence_{code}": text for code, text in SENTENCES.items()}
    press(owner_client, NEW, **LYON, **own)
    created = find_list_by_slug("lyon-3")
    assert created is not None
    assert {each.text for each in list_wordings(created.purpose_id)} == {*SENTENCES.values()}


def test_a_sentence_in_one_language_only_is_refused_at_the_other(owner_client: FlaskClient) -> None:
    response = press(owner_client, NEW, **LYON, sentence_fr=SENTENCES["fr"])
    assert response.status_code == 422
    assert 'href="#sentence_en"' in response.text
    assert list_lists() == []


def test_a_list_shows_every_wording_with_its_hash(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    page = owner_client.get(f"/console/lists/{mailing_list.id}?tab=consent").text
    wordings = list_wordings(mailing_list.purpose_id)
    assert {each.language for each in wordings} == {"fr", "en"}
    assert all(each.text_hash in page and each.text in page for each in wordings)


def test_a_closed_list_takes_nobody_until_it_is_opened_again(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    page = f"/console/lists/{mailing_list.id}"
    post(owner_client, f"{page}/close")
    assert not find_list_by_slug("national").is_open  # type: ignore[union-attr]
    assert owner_client.get("/fr/join/national").status_code != 200
    post(owner_client, f"{page}/open")
    assert owner_client.get("/fr/join/national").status_code == 200


def test_only_owners_see_how_to_change_a_list(organiser_client: FlaskClient) -> None:
    page = organiser_client.get(f"/console/lists/{make_list().id}").text
    assert "/close" not in page
    assert NEW not in organiser_client.get("/console/lists").text


def test_a_name_with_markup_is_shown_as_it_was_typed(owner_client: FlaskClient) -> None:
    mailing_list = make_list("x", "<b onclick=alert(1)>A & B</b>")
    for page in ("/console/lists", f"/console/lists/{mailing_list.id}"):
        shown = owner_client.get(page).text
        assert "<b onclick" not in shown
        assert "&lt;b onclick=alert(1)&gt;A &amp; B&lt;/b&gt;" in shown


def figures(html: str) -> list[int]:
    """Return the three figures at the top of a list: subscribers, pending, unsubscribed."""
    top = html.partition('<dl class="figures">')[2].partition("</dl>")[0]
    return [int(each) for each in re.findall(r'<strong class="numeric">(\d+)</strong>', top)]


def test_the_figures_of_a_list_are_those_of_its_people(owner_client: FlaskClient) -> None:
    mailing_list, other = make_list(), make_list("other", "Autre")
    make_subscriber("a@example.org", mailing_list)
    make_subscriber("b@example.org", mailing_list, other)
    request_to_join("c@example.org", other)

    assert figures(owner_client.get(f"/console/lists/{mailing_list.id}").text) == [2, 0, 0]
    assert figures(owner_client.get(f"/console/lists/{other.id}").text) == [1, 1, 0]


def test_a_list_in_both_languages_is_created_at_once(owner_client: FlaskClient) -> None:
    english = {"name_en": "Lyon area", "description_en": "News of Lyon."}
    press(owner_client, NEW, **LYON, **english)
    created = find_list_by_slug("lyon-3")
    assert created is not None
    assert list_words_of(created, "en").name == "Lyon area"
    texts = {each.language: each.text for each in list_wordings(created.purpose_id)}
    assert texts["en"].endswith("\nLyon area – News of Lyon.")


def test_half_of_the_words_of_a_language_are_refused(owner_client: FlaskClient) -> None:
    answer = press(owner_client, NEW, **LYON, description_en="News of Lyon.")
    assert answer.status_code == 422
    assert 'href="#name_en"' in answer.text
    assert "News of Lyon." in answer.text
    assert list_lists() == []


def test_a_draft_is_previewed_by_the_team_and_seen_by_nobody_else(
    owner_client: FlaskClient, organiser_client: FlaskClient, client: FlaskClient
) -> None:
    press(owner_client, NEW, **LYON, draft="yes")
    page = owner_client.get("/console/lists/1").text
    assert "Brouillon" in page
    assert client.get("/fr/join/lyon-3").status_code == 404
    preview = organiser_client.get("/console/lists/1/preview/fr").text
    assert "Ce qui se passe à Lyon." in preview
    assert 'type="submit"' not in preview
    post(owner_client, "/console/lists/1/open")
    assert client.get("/fr/join/lyon-3").status_code == 200


def test_new_words_are_saved_and_the_consent_text_is_offered_with_them(
    owner_client: FlaskClient,
) -> None:
    mailing_list = make_list()
    page, words = f"/console/lists/{mailing_list.id}", {"name_en": "News", "description_en": "Hi."}
    shown = followed(owner_client, press(owner_client, f"{page}/words", **WORDS, **words))
    assert "a encore les mots d’avant" in shown
    assert f"/console/consents/{mailing_list.purpose_id}/text?suggest=short" in shown
    db.session.rollback()
    changed = get_list(mailing_list.id)
    assert (changed.name, list_words_of(changed, "en").name) == ("Nouvelles", "News")
    assert [each.version for each in list_wordings(mailing_list.purpose_id)] == [1, 1]


def test_a_list_without_a_name_is_refused_and_keeps_its_own(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    page = f"/console/lists/{mailing_list.id}/words"
    answer = press(owner_client, page, name_fr="", description_fr="", name_en="")
    assert answer.status_code == 422
    assert 'href="#name_fr"' in answer.text
    assert get_list(mailing_list.id).name == "La Lettre nationale"


def test_an_earlier_sentence_is_shortened_in_the_editor_of_texts(owner_client: FlaskClient) -> None:
    draft = ListDraft(slug="nord", name="Nord", description="Le nord.", sentences=SENTENCES)
    created = create_list(draft)
    assert isinstance(created, MailingList)
    page = owner_client.get(f"/console/lists/{created.id}?tab=consent").text
    assert "Raccourcir" in page
    editor = f"/console/consents/{created.purpose_id}/text?suggest=short"
    shown = html.unescape(owner_client.get(editor).text)
    text = suggest_short_wordings(created)["fr"]
    assert text in shown
    fields = {**suggest_short_wordings(created), "change": "same", "publish": "yes"}
    press(owner_client, editor, **{key: text.replace("\n", "\r\n") for key, text in fields.items()})
    newest = find_current_wording(created.purpose_id, "fr")
    assert newest is not None
    assert (newest.version, newest.text) == (2, text)
    assert "Raccourcir" not in owner_client.get(f"/console/lists/{created.id}").text


def test_lists_are_moved_without_a_script(owner_client: FlaskClient) -> None:
    make_list("a", "A")
    second = make_list("b", "B")
    assert "Monter « B »" in owner_client.get("/console/lists").text.replace("\u202f", " ")
    post(owner_client, f"/console/lists/{second.id}/place", where="up")
    db.session.rollback()
    assert [each.slug for each in list_lists()] == ["b", "a"]
    post(owner_client, f"/console/lists/{second.id}/place", where="sideways")
    db.session.rollback()
    assert [each.slug for each in list_lists()] == ["b", "a"]


def test_a_list_is_taken_off_the_other_pages(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    post(owner_client, f"/console/lists/{mailing_list.id}/offer", offer="no")
    db.session.rollback()
    assert not get_list(mailing_list.id).is_offered_elsewhere


def test_an_unused_list_is_deleted_and_the_audit_log_says_so(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    page = f"/console/lists/{mailing_list.id}"
    assert f"{page}/delete" in owner_client.get(page).text
    shown = followed(owner_client, press(owner_client, f"{page}/delete"))
    assert "national" in shown
    assert list_lists() == []
    assert "a supprimé la liste" in owner_client.get("/console/audit").text


def test_a_list_with_people_can_only_be_closed(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    make_subscriber("a@example.org", mailing_list)
    page = f"/console/lists/{mailing_list.id}"
    assert f"{page}/delete" not in owner_client.get(page).text
    assert owner_client.get(f"{page}/delete").status_code == 404
    assert list_lists() != []


def test_each_tab_of_a_list_opens_and_names_itself(owner_client: FlaskClient) -> None:
    page = f"/console/lists/{make_list().id}"
    names = {tab: open_tab(owner_client, f"{page}?tab={tab}") for tab in (*TABS, "nonsense")}
    assert len({*names.values()}) == len(TABS)
    assert names["nonsense"] == open_tab(owner_client, page)


def open_tab(client: FlaskClient, page: str) -> str:
    """Return the name of the tab that is open."""
    (name,) = re.findall(r'aria-current="page">([^<]+)<', client.get(page).text)
    return str(name)

"""The pages of a draft in several languages: written side by side, tested, asked for as one."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.campaigns.history.queries import find_newest_text
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.database import transaction
from tests.factories.campaigns import reload, subscriber_at
from tests.factories.drafts import make_campaign, write_in
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with
from tests.web.public.pages import hidden_values

READERS = ("fr", "en", "it")


def write_in_two_languages(_app: Flask) -> int:
    """Make a draft in French and English to people of three languages; return its id."""
    mailing_list = make_list()
    for each in READERS:
        make_subscriber(f"{each}@example.org", mailing_list)
    with transaction():
        for each in READERS:
            subscriber_at(f"{each}@example.org").language = each
    draft = make_campaign(mailing_list, "Samedi, au marché", "Nous serons tous au marché.")
    write_in(draft, "en", "Saturday, at the market", "We will all be at the market.")
    return draft.id


pytestmark = begins_with(write_in_two_languages)


@pytest.fixture
def draft(app: Flask, prepared: int) -> str:
    """Return the address of the draft."""
    app.config["WTF_CSRF_ENABLED"] = False
    return f"/console/campaigns/{prepared}"


def texts(campaign_id: int) -> list[tuple[str, str]]:
    """Return the languages and subjects of a draft."""
    return [(each.language, each.subject) for each in list_in_languages(reload(campaign_id))]


def test_a_language_begins_with_a_copy_and_opens(
    organiser_client: FlaskClient, draft: str, prepared: int
) -> None:
    removed = organiser_client.post(f"{draft}/languages/en/remove")
    added = organiser_client.post(f"{draft}/languages", data={"language": "en", "is_copied": "y"})

    assert removed.location == f"{draft}/history?language=en"
    assert added.location == f"{draft}/edit?language=en"
    assert texts(prepared) == [("fr", "Samedi, au marché"), ("en", "Samedi, au marché")]


def test_the_first_text_stands_beside_the_other_one(
    organiser_client: FlaskClient, draft: str
) -> None:
    first = organiser_client.get(f"{draft}/edit").text
    other = organiser_client.get(f"{draft}/edit?language=en").text

    assert 'href="/console/campaigns/1/edit?language=en"' in first
    assert "original-title" not in first
    assert "Nous serons tous au marché." in other
    assert "Saturday, at the market</textarea>" in other
    assert hidden_values(other)["language"] == "en"


def test_a_save_changes_the_text_of_its_address_alone(
    organiser_client: FlaskClient, draft: str, prepared: int
) -> None:
    read = organiser_client.get(f"{draft}/document?language=en")
    body = {"document": read.json["document"], "subject": "Sunday"}  # type: ignore[index]
    saved, late = (
        organiser_client.put(
            f"{draft}/document?language=en",
            data=json.dumps({**body, "subject": subject}),
            headers={"If-Match": read.headers["ETag"], "Content-Type": "application/json"},
        )
        for subject in ("Sunday", "Monday")
    )

    assert (saved.status_code, late.status_code) == (200, 412)
    assert texts(prepared) == [("fr", "Samedi, au marché"), ("en", "Sunday")]


def test_words_that_a_browser_stored_go_into_the_history_of_their_language(
    organiser_client: FlaskClient, draft: str, prepared: int
) -> None:
    document = organiser_client.get(f"{draft}/document?language=en").json["document"]  # type: ignore[index]
    words = {"document": document, "subject": "Sunday", "at": 1_700_000_000_000}
    for _press in range(2):
        answer = organiser_client.post(f"{draft}/rescued?language=en", json=words)
        assert answer.status_code == 201
    listed = organiser_client.get(f"{draft}/history?language=en").text

    assert listed.count("Gardé par un navigateur") == 1
    assert "Gardé par un navigateur" not in organiser_client.get(f"{draft}/history").text
    assert texts(prepared)[1] == ("en", "Saturday, at the market")


def test_without_script_the_form_changes_its_own_text(
    organiser_client: FlaskClient, draft: str, prepared: int
) -> None:
    page = f"{draft}/edit?language=en"
    typed = {**hidden_values(organiser_client.get(page).text), "subject": "Sunday", "body": "Yes."}
    organiser_client.post(page, data=typed)

    assert texts(prepared) == [("fr", "Samedi, au marché"), ("en", "Sunday")]


def test_words_survive_that_their_language_was_removed_meanwhile(
    organiser_client: FlaskClient, draft: str
) -> None:
    page = f"{draft}/edit?language=en"
    typed = {**hidden_values(organiser_client.get(page).text), "subject": "Kept", "body": "Words."}
    organiser_client.post(f"{draft}/languages/en/remove")

    answer = organiser_client.post(page, data=typed)

    assert (answer.status_code, "Words." in answer.text) == (409, True)
    assert organiser_client.get(page).status_code == 404


def test_mistakes_name_their_language(organiser_client: FlaskClient, draft: str) -> None:
    organiser_client.post(f"{draft}/languages/en/remove")
    organiser_client.post(f"{draft}/languages", data={"language": "en"})

    page = organiser_client.get(draft).text

    assert "English : " in page.replace("\u202f", " ")
    assert organiser_client.get(f"{draft}/decision").location == f"{draft}/edit?language=en"


def test_numbers_say_who_gets_which_text_before_anybody_asks(
    organiser_client: FlaskClient, draft: str
) -> None:
    page = organiser_client.get(f"{draft}/decision").text

    for words in (
        "Français\u202f: 1 personne",
        "English\u202f: 1 personne",
        "reçoit le premier texte",
    ):
        assert words in page
    for language, address in (("fr", "preview.html"), ("en", "preview.html?language=en")):
        page = organiser_client.get(f"{draft}/decision?language={language}").text
        assert f'src="{draft}/{address}"' in page


def test_each_language_needs_its_test(organiser_client: FlaskClient, draft: str) -> None:
    form = {**hidden_values(organiser_client.get(f"{draft}/decision").text)}
    me = organiser_client.get(f"{draft}/decision").text.partition('name="to"')[2]
    account = me.partition('value="')[2].partition('"')[0]
    organiser_client.post(f"{draft}/tests", data={**form, "to": account, "languages": "fr"})
    half = organiser_client.get(f"{draft}/decision").text
    organiser_client.post(f"{draft}/tests", data={**form, "to": account, "languages": "en"})
    whole = organiser_client.get(f"{draft}/decision").text

    assert "dans ces langues\u202f: English" in half
    assert "dans ces langues" not in whole


def test_previews_show_the_text_of_their_address(organiser_client: FlaskClient, draft: str) -> None:
    for language, words in ((None, "Nous serons"), ("en", "We will all be"), ("it", None)):
        query = {} if language is None else {"language": language}
        for page in ("preview", "preview.html"):
            answer = organiser_client.get(f"{draft}/{page}", query_string=query)
            shown = answer.text if answer.status_code == 200 else None
            assert shown is None if words is None else shown and words in shown


def test_a_removed_language_comes_back_from_its_history(
    organiser_client: FlaskClient, draft: str, prepared: int
) -> None:
    saved = find_newest_text(prepared, "en")
    assert saved is not None
    organiser_client.post(f"{draft}/languages/en/remove")
    listed = organiser_client.get(f"{draft}/history?language=en").text
    page = f"{draft}/history/{saved.number}"

    organiser_client.post(f"{page}/restore", data=hidden_values(organiser_client.get(page).text))

    assert "(retiré)" in listed
    assert texts(prepared) == [("fr", "Samedi, au marché"), ("en", "Saturday, at the market")]

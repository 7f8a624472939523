"""The people: search, the page with their consents, and objections."""

import html as markup
import re

import pytest
from flask.testing import FlaskClient

from supporters.consent.models import Method
from supporters.consent.queries import list_events_of
from supporters.lists.queries import list_lists, list_subscriptions_of
from supporters.lists.subscriptions import unsubscribe_from_every_list
from tests.factories.campaigns import launch
from tests.factories.lists import make_list
from tests.factories.reconfirmation import change_meaning
from tests.factories.signups import make_subscriber, request_to_join
from tests.web.console.pages import followed, search
from tests.web.public.pages import press

PAGE = "/console/people"


def found(client: FlaskClient, words: str) -> set[str]:
    """Return the people that a search finds."""
    html = search(client, words).replace("<wbr>", "")
    people = ("anna@example.org", "boris_50%@example.org", "zoe@example.org")
    return {address for address in people if f">{address}<" in html}


@pytest.fixture(autouse=True)
def anna(owner_client: FlaskClient) -> int:
    """Add three people to a list; return the id of the first."""
    mailing_list = make_list()
    anna = make_subscriber("anna@example.org", mailing_list, given_name="Anna")
    make_subscriber("boris_50%@example.org", mailing_list)
    make_subscriber("zoe@example.org", mailing_list, given_name="Éloïse")
    return anna.id


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("anna", {"anna@example.org"}),
        ("ANNA@EX", {"anna@example.org"}),
        ("éloïse", {"zoe@example.org"}),
        (" anna ", {"anna@example.org"}),
        ("%", {"boris_50%@example.org"}),
        ("_", {"boris_50%@example.org"}),
        ("an_a", set()),
        ("\\", set()),
        ("an\0na", {"anna@example.org"}),
        ("' OR 1=1 --", set()),
        ("x" * 5000, set()),
    ],
)
def test_a_search_takes_every_sign_as_itself(
    owner_client: FlaskClient, words: str, expected: set[str]
) -> None:
    assert found(owner_client, words) == expected


def test_a_search_with_markup_is_shown_as_it_was_typed(owner_client: FlaskClient) -> None:
    html = search(owner_client, '"><script>alert(1)</script>')
    assert "<script>alert" not in html


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "two", ""])
def test_a_page_that_is_not_there_is_calm(owner_client: FlaskClient, number: str) -> None:
    assert owner_client.get(f"{PAGE}?page={number}").status_code == 200


def test_an_unconfirmed_address_is_shown_nowhere(owner_client: FlaskClient) -> None:
    request_to_join("pending@example.org", make_list("other", "Autre"))
    assert "pending@" not in search(owner_client, "pending")
    pages = [PAGE, "/console/", "/console/lists", "/console/lists/2"]
    html = "".join(owner_client.get(page).text for page in pages)
    assert "pending@example.org" not in html.replace("<wbr>", "")


def test_a_name_typed_again_by_a_stranger_changes_nothing(owner_client: FlaskClient) -> None:
    request_to_join("anna@example.org", make_list("other", "Autre"), given_name="Mallory")
    assert "Mallory" not in search(owner_client, "anna")


def test_the_history_shows_what_was_agreed_to_word_for_word(
    owner_client: FlaskClient, anna: int
) -> None:
    html = owner_client.get(f"{PAGE}/{anna}").text
    _, wording = list_events_of(anna)[0]
    assert wording is not None
    assert wording.text in html
    assert wording.text_hash in html
    assert f"{wording.version}" in html


def test_the_history_names_the_list_also_after_its_meaning_changed(
    owner_client: FlaskClient, anna: int
) -> None:
    mailing_list = list_subscriptions_of(anna)[0][1]
    change_meaning(mailing_list)
    html = owner_client.get(f"{PAGE}/{anna}").text
    assert html.count(f"<strong>{mailing_list.name}</strong>") == len(list_events_of(anna)) == 2


def test_a_person_is_shown_with_the_mails_they_got(owner_client: FlaskClient, anna: int) -> None:
    mailing_list = list_subscriptions_of(anna)[0][1]
    launch(mailing_list, "Samedi <matin>")
    assert "Samedi &lt;matin&gt;" in owner_client.get(f"{PAGE}/{anna}").text


def test_asking_to_stop_writing_changes_nothing_yet(owner_client: FlaskClient, anna: int) -> None:
    assert owner_client.get(f"{PAGE}/{anna}/stop").status_code == 200
    assert owner_client.post(f"{PAGE}/{anna}/stop").status_code == 400
    assert len(list_subscriptions_of(anna)) == 1


def test_an_objection_takes_a_person_off_every_list_and_into_the_archive(
    owner_client: FlaskClient, anna: int
) -> None:
    html = followed(owner_client, press(owner_client, f"{PAGE}/{anna}/stop"))
    assert list_subscriptions_of(anna) == []
    assert "message-good" in html
    assert owner_client.get(f"{PAGE}/{anna}").status_code == 404
    assert found(owner_client, "") == {"boris_50%@example.org", "zoe@example.org"}
    assert [event.kind for event, _ in list_events_of(anna)] == [
        "requested",
        "confirmed",
        "objected",
    ]


def test_an_objection_recorded_twice_is_one(officer_client: FlaskClient, anna: int) -> None:
    for _ in range(2):
        assert press(officer_client, f"{PAGE}/{anna}/stop").status_code == 303
    assert len(list_events_of(anna)) == 3


def test_the_archive_is_for_the_officer_alone(
    owner_client: FlaskClient, organiser_client: FlaskClient, officer_client: FlaskClient, anna: int
) -> None:
    unsubscribe_from_every_list(anna, Method.PAGE)
    html = search(officer_client, "anna", f"{PAGE}/archive")
    assert f'href="{PAGE}/{anna}"' in html
    assert "zoe@" not in html
    pages = (f"{PAGE}/archive", f"{PAGE}/{anna}", f"{PAGE}/{anna}/evidence")
    expected = {
        officer_client: [200, 200, 200],
        owner_client: [403, 404, 404],
        organiser_client: [403, 404, 403],
    }
    for client, statuses in expected.items():
        assert [client.get(page).status_code for page in pages] == statuses


def test_who_objected_is_not_offered_to_be_stopped_again(
    officer_client: FlaskClient, anna: int
) -> None:
    assert f'{PAGE}/{anna}/stop"' in officer_client.get(f"{PAGE}/{anna}").text
    press(officer_client, f"{PAGE}/{anna}/stop")
    assert f'{PAGE}/{anna}/stop"' not in officer_client.get(f"{PAGE}/{anna}").text


def test_who_had_left_already_can_object_too(officer_client: FlaskClient, anna: int) -> None:
    unsubscribe_from_every_list(anna, Method.PAGE)
    assert f'{PAGE}/{anna}/stop"' in officer_client.get(f"{PAGE}/{anna}").text
    press(officer_client, f"{PAGE}/{anna}/stop")
    assert f'{PAGE}/{anna}/stop"' not in officer_client.get(f"{PAGE}/{anna}").text


def test_who_signs_up_again_after_an_objection_is_back(
    owner_client: FlaskClient, anna: int
) -> None:
    press(owner_client, f"{PAGE}/{anna}/stop")
    make_subscriber("anna@example.org", list_lists()[0])
    assert f'{PAGE}/{anna}/stop"' in owner_client.get(f"{PAGE}/{anna}").text


@pytest.mark.parametrize("path", ["9", "9/stop", "0", f"{2**63}", "x"])
def test_an_unknown_person_is_a_page_that_says_so(owner_client: FlaskClient, path: str) -> None:
    assert owner_client.get(f"{PAGE}/{path}").status_code == 404


def test_no_address_stands_in_a_link_of_a_search(owner_client: FlaskClient) -> None:
    assert 'method="get"' not in owner_client.get(PAGE).text
    led = str(press(owner_client, PAGE, q="anna@example.org").location)
    assert "anna" not in led
    html = owner_client.get(led).text
    assert 'value="anna@example.org"' in html
    assert "boris" not in html
    links = re.findall(r'(?:href|action)="([^"]*)"', html)
    assert [each for each in links if "anna" in each] == []


def test_the_pages_of_a_search_go_on_with_it(owner_client: FlaskClient) -> None:
    national = list_lists()[0]
    for number in range(60):
        make_subscriber(f"camille{number}@example.org", national)
    first = search(owner_client, "camille")
    following = re.search(r'rel="next"\s+href="([^"]+)"', first)
    assert following is not None
    second = owner_client.get(markup.unescape(following[1])).text
    assert ("camille" in second, "boris" in second, "zoe" in second) == (True, False, False)


@pytest.mark.parametrize("token", ["", "x", "gAAAAA", "é", "' OR 1=1"])
def test_a_search_that_is_not_ours_shows_everyone(owner_client: FlaskClient, token: str) -> None:
    html = owner_client.get(PAGE, query_string={"search": token, "q": "anna"}).text
    assert "boris" in html

"""The search for people: masked, recorded, limited; only the officer goes through everybody."""

import html as markup
import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters import clock
from supporters.accounts.models import Organiser, organiser_list
from supporters.accounts.queries import find_organiser_by_email
from supporters.audit_log.audit_events import Act, AuditEvent
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.mail.models import EmailKind
from supporters.personal_data.acts import PersonAct
from supporters.personal_data.rules import PEOPLE_A_DAY
from tests.factories.accounts import PASSWORD
from tests.factories.lists import make_list
from tests.factories.lookups import use_up_people, use_up_searches
from tests.factories.signups import make_subscriber, request_to_join
from tests.machinery.prepared_states import always_made_once
from tests.web.console.pages import emails, followed, open_person, search, speak_english
from tests.web.public.pages import press

PAGE = "/console/people"
ADDRESSES = ("anna@example.org", "boris_50%@example.org", "zoe@example.org")


@always_made_once
def anna(app: Flask) -> int:
    """Add three people to a list; return the id of the first."""
    mailing_list = make_list()
    anna = make_subscriber(ADDRESSES[0], mailing_list, given_name="Anna")
    make_subscriber(ADDRESSES[1], mailing_list)
    make_subscriber(ADDRESSES[2], mailing_list, given_name="Éloïse")
    return anna.id


def masked_in(html: str) -> list[str]:
    """Return the first characters of the masked addresses in a page."""
    return re.findall(r"(\w)…<wbr>@example\.org", html)


def account(email: str) -> Organiser:
    found = find_organiser_by_email(email)
    assert found is not None
    return found


def count_acts(act: Act) -> int:
    """Return how many acts of a kind are recorded."""
    db.session.rollback()
    return len(db.session.scalars(select(AuditEvent).where(AuditEvent.act == act.value)).all())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("anna", ["a"]),
        (" ANNA@ex ", ["a"]),
        ("éloïse", ["z"]),
        ("boris 50", ["b"]),
        ("an\0na", ["a"]),
        ("x" * 5000, []),
    ],
)
def test_a_search_shows_masked_people(
    organiser_client: FlaskClient, words: str, expected: list[str]
) -> None:
    html = search(organiser_client, words)
    assert masked_in(html) == expected
    assert [each for each in ADDRESSES if each != words and each in html] == []


def test_a_search_with_markup_is_shown_as_it_was_typed(owner_client: FlaskClient) -> None:
    html = search(owner_client, '"><script>alert(1)</script>')
    assert "<script>alert" not in html


def test_a_short_search_says_what_to_type(owner_client: FlaskClient) -> None:
    for words in ["an", "é", "%", "\\"]:
        answer = press(owner_client, PAGE, q=words)
        assert (answer.status_code, masked_in(answer.text)) == (422, [])
        assert 'id="q-error"' in answer.text
        assert count_acts(PersonAct.PEOPLE_SEARCHED) == 0


def test_an_empty_search_leads_back_to_the_page(owner_client: FlaskClient) -> None:
    assert press(owner_client, PAGE, q=" ").location == PAGE


def test_organisers_and_owners_see_nobody_without_a_search(
    owner_client: FlaskClient, organiser_client: FlaskClient, officer_client: FlaskClient
) -> None:
    pages = (PAGE, f"{PAGE}?older_than={2**62}", f"{PAGE}?page=2&language=fr", f"{PAGE}?search=x")
    for client in (owner_client, organiser_client):
        assert [masked_in(client.get(page).text) for page in pages] == [[], [], [], []]
    assert masked_in(officer_client.get(PAGE).text) == ["z", "b", "a"]


def test_the_whole_list_does_not_walk_out(organiser_client: FlaskClient) -> None:
    national = make_list("big", "Grande")
    for number in range(60):
        make_subscriber(f"camille{number}@example.org", national)
    for words in ("camille", "camille1", "example"):
        search(organiser_client, words)
    ids = re.findall(rf"{PAGE}/(\d+)/open", search(organiser_client, "camille"))
    assert len(ids) == 10
    use_up_people(account("org@parti.example").id)
    for person_id in ids:
        led = press(organiser_client, f"{PAGE}/{person_id}/open").location
        assert led == f"{PAGE}/more"
        assert organiser_client.get(f"{PAGE}/{person_id}").location == f"{PAGE}/{person_id}/open"


def test_each_search_is_recorded_and_their_number_is_limited(organiser_client: FlaskClient) -> None:
    search(organiser_client, "anna")
    assert count_acts(PersonAct.PEOPLE_SEARCHED) == 1
    use_up_searches(account("org@parti.example").id)
    assert press(organiser_client, PAGE, q="anna").location == f"{PAGE}/more"


def test_reloading_a_result_is_no_other_search(organiser_client: FlaskClient) -> None:
    page = str(press(organiser_client, PAGE, q="anna").location)
    assert [masked_in(organiser_client.get(page).text) for _ in range(3)] == [["a"]] * 3
    assert count_acts(PersonAct.PEOPLE_SEARCHED) == 1


def test_a_result_stays_in_the_other_language(organiser_client: FlaskClient) -> None:
    page = str(press(organiser_client, PAGE, q="anna").location)
    html = organiser_client.get(page).text
    back = re.search(r'name="back" value="([^"]+)"', html)
    assert back is not None
    assert markup.unescape(back[1]) == page
    speak_english(organiser_client)
    assert "Result of the search" in organiser_client.get(page).text


def test_a_result_is_of_its_account_and_of_an_hour(
    organiser_client: FlaskClient, owner_client: FlaskClient
) -> None:
    page = str(press(organiser_client, PAGE, q="anna").location)
    assert masked_in(owner_client.get(page).text) == []
    with time_machine.travel(clock.now() + timedelta(minutes=40)):
        assert masked_in(organiser_client.get(page).text) == ["a"]
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        html = organiser_client.get(page).text
    assert (masked_in(html), "terminée" in html) == ([], True)


def test_a_search_that_is_not_ours_shows_nobody(owner_client: FlaskClient) -> None:
    for token in ["", "x", "gAAAAA", "é", "' OR 1=1"]:
        answer = owner_client.get(PAGE, query_string={"search": token, "q": "anna"})
        assert (answer.status_code, masked_in(answer.text)) == (200, [])


def test_an_unconfirmed_address_is_shown_nowhere(
    owner_client: FlaskClient, officer_client: FlaskClient
) -> None:
    request_to_join("pending@example.org", make_list("other", "Autre"))
    assert masked_in(search(owner_client, "pending")) == []
    html = "".join(officer_client.get(page).text for page in (PAGE, "/console/"))
    assert "p…@" not in html.replace("<wbr>", "")


def test_a_name_typed_again_by_a_stranger_changes_nothing(owner_client: FlaskClient) -> None:
    request_to_join("anna@example.org", make_list("other", "Autre"), given_name="Mallory")
    assert "Mallory" not in search(owner_client, "anna")


def test_a_limited_account_finds_only_people_of_its_lists(organiser_client: FlaskClient) -> None:
    lyon = make_list("lyon", "Lyon")
    make_subscriber("annabelle@example.org", lyon)
    organiser = account("org@parti.example")
    with transaction():
        db.session.get_one(Organiser, organiser.id).is_limited = True
        db.session.execute(
            organiser_list.insert().values(organiser_id=organiser.id, mailing_list_id=lyon.id)
        )
    html = search(organiser_client, "anna")
    assert len(masked_in(html)) == 1
    assert ("Lyon" in html, "La Lettre nationale" in html) == (True, False)


def test_the_officer_filters_and_goes_on_by_key(officer_client: FlaskClient) -> None:
    lyon = make_list("lyon", "Lyon")
    for number in range(51):
        make_subscriber(f"camille{number}@example.org", lyon, language="en")
    first = officer_client.get(f"{PAGE}?list={lyon.id}&language=en&since=2020-01-01").text
    following = re.search(r'rel="next"\s+href="([^"]+)"', first)
    assert following is not None
    second = officer_client.get(markup.unescape(following[1])).text
    assert (len(masked_in(first)), len(masked_in(second))) == (50, 1)
    assert officer_client.get(f"{PAGE}?since=9999-99-99&list=x&older_than=y").status_code == 200


def test_the_archive_is_for_the_officer_alone(
    owner_client: FlaskClient, organiser_client: FlaskClient, officer_client: FlaskClient, anna: int
) -> None:
    unsubscribe_from_every_list(anna, Method.PAGE)
    assert masked_in(search(officer_client, "anna", f"{PAGE}/archive")) == ["a"]
    assert masked_in(officer_client.get(f"{PAGE}/archive").text) == ["a"]
    pages = (f"{PAGE}/archive", f"{PAGE}/{anna}/open", f"{PAGE}/{anna}", f"{PAGE}/{anna}/evidence")
    expected = {
        officer_client: [200, 200, 303, 200],
        owner_client: [403, 404, 404, 404],
        organiser_client: [403, 404, 404, 403],
    }
    for client, statuses in expected.items():
        assert [client.get(page).status_code for page in pages] == statuses


def test_a_reason_lets_an_account_go_on_and_the_officer_is_told(
    organiser_client: FlaskClient, anna: int
) -> None:
    use_up_people(account("org@parti.example").id)
    answer = press(organiser_client, f"{PAGE}/more", reason="other")
    assert (answer.status_code, count_acts(PersonAct.LOOKUPS_EXTENDED)) == (422, 0)
    answer = press(organiser_client, f"{PAGE}/more", reason="other", note="Congrès")
    assert "message-good" in followed(organiser_client, answer)
    assert open_person(organiser_client, anna)
    assert len(emails(EmailKind.SECURITY_NOTICE)) >= 1
    assert organiser_client.get(f"{PAGE}/more").location == PAGE


def test_going_on_asks_for_a_recent_password(organiser_client: FlaskClient) -> None:
    use_up_people(account("org@parti.example").id)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        led = str(organiser_client.get(f"{PAGE}/more").location)
        assert led == f"/console/password?next={PAGE}/more"
        press(organiser_client, led, password=PASSWORD)
        assert organiser_client.get(f"{PAGE}/more").status_code == 200


def test_the_page_tells_how_many_people_are_left(organiser_client: FlaskClient, anna: int) -> None:
    speak_english(organiser_client)
    assert f"You can open {PEOPLE_A_DAY} more people" in organiser_client.get(PAGE).text
    open_person(organiser_client, anna)
    assert f"You can open {PEOPLE_A_DAY - 1} more people" in organiser_client.get(PAGE).text

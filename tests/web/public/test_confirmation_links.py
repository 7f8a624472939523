"""The links of a confirmation email say what is so, and confirm what their holder leaves ticked."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters import clock
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.database import db
from supporters.lists.leaving import leave_list
from supporters.lists.models import MailingList, Subscription
from supporters.mail.models import LetterKind, LetterStatus
from supporters.people.models import Subscriber
from supporters.signup.purging import purge_expired_requests
from tests.builders import ADDRESS, make_list, make_subscriber, values_in
from tests.opening import letters_to
from tests.web.public.pages import box_values, hidden_values, inputs_of, join, press

pytestmark = pytest.mark.both_databases

HOURS_73 = timedelta(hours=73)
LISTS = ("national", "lyon", "jeunes")


@pytest.fixture(autouse=True)
def lists(app: Flask) -> dict[str, MailingList]:
    """Make three lists."""
    return {slug: make_list(slug, f"Liste {slug}") for slug in LISTS}


def sign_up(client: FlaskClient, *slugs: str, given_name: str = "", to: str = ADDRESS) -> str:
    """Sign up for lists on the page of the first; return the page that waits."""
    page = f"/fr/join/{slugs[0]}"
    ids = {
        db.session.scalar(select(MailingList.id).where(MailingList.slug == each)) for each in slugs
    }
    offered = box_values(client.get(page).text)
    ticked = {name: value for name, value in offered.items() if int(name.split("_")[1]) in ids}
    answer = join(client, to, page, given_name=given_name, **ticked)
    assert answer.status_code == 303, answer.text
    return answer.location


def emails(address: str = ADDRESS) -> list[dict[str, str]]:
    """Return what the confirmation emails of a mailbox say, oldest first."""
    letters = letters_to(address, LetterKind.CONFIRM_SIGNUP)
    return [values_in(each) for each in letters if each.status is not LetterStatus.WITHHELD]


def link(name: str = "confirm_url", number: int = -1) -> str:
    """Return the path of a link of one of the confirmation emails."""
    return emails()[number][name].removeprefix("http://localhost")


def slugs_of(address: str = ADDRESS) -> set[str]:
    """Return the lists that an address is on."""
    db.session.rollback()
    rows = db.session.scalars(
        select(MailingList.slug)
        .join(Subscription, Subscription.mailing_list_id == MailingList.id)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .where(Subscriber.address_key == address)
    )
    return set(rows)


def events(kind: EventKind) -> list[ConsentEvent]:
    """Return the events of a kind, oldest first."""
    db.session.rollback()
    found = select(ConsentEvent).where(ConsentEvent.kind == kind).order_by(ConsentEvent.id)
    return [*db.session.scalars(found)]


def type_code(client: FlaskClient, page: str, code: str) -> str:
    """Type a code on a page that waits; return the page that comes."""
    fields = hidden_values(client.get(page).text)
    return client.post(page, data={**fields, "code": code}).text


def person() -> Subscriber:
    """Return the only person."""
    db.session.rollback()
    return db.session.scalars(select(Subscriber)).one()


# A code confirms the request of its page, and no other.


def test_a_stranger_who_came_first_gets_nothing_confirmed_by_the_code(app: Flask) -> None:
    stranger, marie = app.test_client(), app.test_client()
    sign_up(stranger, *LISTS, given_name="Sale traître")
    page = sign_up(marie, "national", given_name="Marie")
    code = emails()[0]["code"]
    assert "Liste national" in type_code(marie, page, code)
    assert slugs_of() == {"national"}
    assert person().given_name == "Marie"
    asked, confirmed = events(EventKind.REQUESTED)[0], events(EventKind.CONFIRMED)[0]
    assert (confirmed.request_id, confirmed.requested_at) == (asked.id, asked.occurred_at)
    assert confirmed.method is Method.CODE


def test_the_page_of_a_second_list_confirms_it_by_the_only_code(client: FlaskClient) -> None:
    sign_up(client, "national")
    second = sign_up(client, "lyon")
    html = type_code(client, second, emails()[0]["code"])
    assert "Liste lyon" in html
    assert slugs_of() == {"lyon"}


def test_the_same_code_confirms_each_page_it_is_typed_on(app: Flask) -> None:
    first, second = app.test_client(), app.test_client()
    pages = sign_up(first, "national"), sign_up(second, "lyon")
    code = emails()[0]["code"]
    type_code(second, pages[1], code)
    type_code(first, pages[0], code)
    assert slugs_of() == {"national", "lyon"}


def test_a_used_code_brings_nobody_back_who_left(
    client: FlaskClient, lists: dict[str, MailingList]
) -> None:
    page = sign_up(client, "national")
    code = emails()[0]["code"]
    type_code(client, page, code)
    leave_list(person().id, lists["national"].id, Method.PAGE)
    again = sign_up(client, "national")
    type_code(client, again, code)
    assert slugs_of() == set()
    type_code(client, again, emails()[1]["code"])
    assert slugs_of() == {"national"}


def test_a_code_after_its_time_is_told_so(client: FlaskClient) -> None:
    page = sign_up(client, "national")
    code = emails()[0]["code"]
    with time_machine.travel(clock.now() + HOURS_73, tick=False):
        for purge in (False, True):
            if purge:
                purge_expired_requests(clock.now())
            assert "expiré" in type_code(client, page, code)


# The button confirms all that is open, as far as it is left ticked.


def test_the_button_shows_and_confirms_every_open_request(client: FlaskClient) -> None:
    sign_up(client, "national")
    sign_up(client, "lyon")
    html = client.get(link()).text
    assert "Liste national" in html
    assert "Liste lyon" in html
    press(client, link())
    assert slugs_of() == {"national", "lyon"}
    asked = {each.id: each.occurred_at for each in events(EventKind.REQUESTED)}
    confirmed = events(EventKind.CONFIRMED)
    assert {each.request_id for each in confirmed} == {*asked}
    assert {each.requested_at for each in confirmed} == {*asked.values()}
    assert len({each.page_version_id for each in confirmed}) == 2


def test_a_box_that_was_forgotten_is_not_lost_when_the_form_is_sent_again(
    client: FlaskClient,
) -> None:
    sign_up(client, "national")
    sign_up(client, "national", "lyon")
    press(client, link())
    assert slugs_of() == {"national", "lyon"}


def test_what_is_unticked_is_not_confirmed(app: Flask) -> None:
    stranger, marie = app.test_client(), app.test_client()
    sign_up(stranger, *LISTS, given_name="Sale traître")
    html = marie.get(link()).text
    assert "traître" not in html
    boxes = [name for name, each in inputs_of(html).items() if each.get("type") == "checkbox"]
    assert len(boxes) == 3
    fields = {**hidden_values(html), boxes[0]: "y", "given_name": "Marie"}
    assert "Liste national" in marie.post(link(), data=fields).text
    assert slugs_of() == {"national"}
    assert person().given_name == "Marie"
    assert len(events(EventKind.CONFIRMED)) == 1
    assert marie.get(link()).text.count("checkbox") == 0


def test_nothing_ticked_confirms_nothing_and_says_so(client: FlaskClient) -> None:
    sign_up(client, "national")
    answer = client.post(link(), data=hidden_values(client.get(link()).text))
    assert answer.status_code == 422
    assert "Rien n’est coché" in answer.text
    assert slugs_of() == set()
    press(client, link())
    assert slugs_of() == {"national"}


def test_a_first_name_is_shown_to_the_browser_that_typed_it_only(app: Flask) -> None:
    desktop, telephone = app.test_client(), app.test_client()
    sign_up(desktop, "national", given_name="Camille")
    assert inputs_of(desktop.get(link()).text)["given_name"]["value"] == "Camille"
    assert not inputs_of(telephone.get(link()).text)["given_name"].get("value")
    press(telephone, link())
    assert person().given_name is None


def test_a_name_that_is_no_name_is_refused_and_nothing_is_lost(client: FlaskClient) -> None:
    sign_up(client, "national")
    assert press(client, link(), given_name="http://spam.example").status_code == 422
    assert slugs_of() == set()


def test_confirming_needs_no_cookie(app: Flask, client: FlaskClient) -> None:
    sign_up(client, "national")
    telephone = app.test_client(use_cookies=False)
    assert press(telephone, link()).status_code == 200
    assert slugs_of() == {"national"}


def test_a_list_asked_for_after_being_told_of_another_gets_its_email(client: FlaskClient) -> None:
    sign_up(client, "national")
    press(client, link())
    sign_up(client, "national")
    sign_up(client, "lyon")
    press(client, link())
    assert slugs_of() == {"national", "lyon"}


def test_what_was_asked_for_while_the_page_was_open_is_not_lost(client: FlaskClient) -> None:
    sign_up(client, "national")
    html = client.get(link()).text
    boxes = {name: "y" for name, each in inputs_of(html).items() if each.get("type") == "checkbox"}
    sign_up(client, "lyon")
    answer = client.post(link(), data={**hidden_values(html), **boxes})
    assert slugs_of() == {"national"}
    assert answer.location == link()
    assert "Liste lyon" in press(client, link()).text
    assert slugs_of() == {"national", "lyon"}


# Each link says what is so.


def test_after_confirming_the_link_and_the_waiting_page_say_so(client: FlaskClient) -> None:
    page = sign_up(client, "national")
    press(client, link())
    for each in (link(), link().replace("/fr/", "/en/"), page):
        html = client.get(each).text
        assert "Liste national" in html
        assert 'type="checkbox"' not in html
        assert "subscriptions" in html


def test_the_browser_that_asked_is_not_told_that_another_confirmed(app: Flask) -> None:
    stranger, marie = app.test_client(), app.test_client()
    page = sign_up(stranger, "national")
    before = text_of(stranger, page)
    press(marie, link())
    assert text_of(stranger, page) == before


def text_of(client: FlaskClient, page: str) -> str:
    """Return a page without what is different each time."""
    html = client.get(page).text
    return html.replace(hidden_values(html)["csrf_token"], "")


def test_who_left_is_told_so_by_the_link_and_by_its_button(
    client: FlaskClient, lists: dict[str, MailingList]
) -> None:
    page = sign_up(client, "national")
    press(client, link())
    leave_list(person().id, lists["national"].id, Method.PAGE)
    for answer in (client.get(link()), client.post(link()), client.get(page)):
        assert "pas sur cette liste" in answer.text
        assert "expiré" not in answer.text
    assert slugs_of() == set()


def test_a_link_after_its_time_says_whether_its_holder_is_on_a_list(
    client: FlaskClient, lists: dict[str, MailingList]
) -> None:
    sign_up(client, "national")
    late = clock.now() + HOURS_73
    with time_machine.travel(late, tick=False):
        purge_expired_requests(clock.now())
        assert "sur aucune de nos listes" in client.get(link()).text
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=False):
        make_subscriber(ADDRESS, lists["lyon"])
    with time_machine.travel(late, tick=False):
        purge_expired_requests(clock.now())
        html = client.get(link(number=0)).text
        assert "Liste lyon" in html
        assert "aucune" not in html


# "It wasn't me" does what it says.


def test_not_me_after_confirming_takes_off_what_was_confirmed(client: FlaskClient) -> None:
    sign_up(client, "national", "lyon")
    press(client, link())
    page = client.get(link("not_me_url")).text
    assert "aucune" not in page
    assert "Liste lyon" in page
    done = press(client, link("not_me_url")).text
    assert slugs_of() == set()
    assert "Liste lyon" in done
    withdrawn = events(EventKind.WITHDRAWN)
    assert [each.method for each in withdrawn] == [Method.PAGE] * 2


def test_not_me_leaves_what_another_email_confirmed_and_says_so(
    client: FlaskClient, lists: dict[str, MailingList]
) -> None:
    make_subscriber(ADDRESS, lists["jeunes"])
    sign_up(client, "national")
    press(client, link())
    done = press(client, link("not_me_url")).text
    assert slugs_of() == {"jeunes"}
    assert "Liste jeunes" in done
    assert "aucune de nos listes" not in done


def test_not_me_of_an_old_email_leaves_what_was_joined_anew(
    client: FlaskClient, lists: dict[str, MailingList]
) -> None:
    sign_up(client, "national")
    press(client, link())
    leave_list(person().id, lists["national"].id, Method.PAGE)
    sign_up(client, "national")
    press(client, link())
    press(client, link("not_me_url", number=0))
    assert slugs_of() == {"national"}


def test_not_me_works_for_months_confirmed_or_not(client: FlaskClient) -> None:
    sign_up(client, "national")
    press(client, link())
    for days in (100, 101):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            purge_expired_requests(clock.now())
            assert press(client, link("not_me_url")).status_code == 200
            assert slugs_of() == set()
            sign_up(client, "national")
            assert len(emails()) == 1


def test_every_page_after_not_me_says_so_and_leads_back(client: FlaskClient) -> None:
    sign_up(client, "national")
    confirm, not_me = link(), link("not_me_url")
    press(client, not_me)
    for answer in (client.get(confirm), client.post(confirm), client.get(not_me)):
        assert answer.status_code == 200
        assert "ce n’était pas vous" in answer.text
        assert 'name="undo"' in answer.text
    assert slugs_of() == set()
    assert client.post(confirm, data={"undo": "1"}).location == confirm
    assert slugs_of() == set()
    press(client, confirm)
    assert slugs_of() == {"national"}
    assert events(EventKind.CONFIRMED)[0].evidence is not None


def test_who_takes_not_me_back_after_having_confirmed_signs_up_anew(client: FlaskClient) -> None:
    sign_up(client, "national")
    confirm, not_me = link(), link("not_me_url")
    press(client, confirm)
    press(client, not_me)
    client.post(confirm, data={"undo": "1"})
    press(client, confirm)
    assert slugs_of() == set()
    sign_up(client, "national")
    assert len(emails()) == 2
    press(client, link())
    assert slugs_of() == {"national"}


def test_what_a_stranger_asks_after_not_me_is_not_shown_by_the_old_link(app: Flask) -> None:
    stranger, marie = app.test_client(), app.test_client()
    sign_up(stranger, "national")
    press(marie, link("not_me_url"))
    sign_up(stranger, "lyon")
    assert "Liste lyon" not in marie.get(link()).text
    press(marie, link())
    assert slugs_of() == set()


def test_the_other_person_at_a_dotted_neighbours_address_gets_their_email(
    client: FlaskClient,
) -> None:
    dotted, plain = "jean.dupont@orange.example.org", "jeandupont@orange.example.org"
    sign_up(client, "national", to=dotted)
    press(client, emails(dotted)[0]["not_me_url"].removeprefix("http://localhost"))
    sign_up(client, "national", to=plain)
    last = letters_to(plain, LetterKind.CONFIRM_SIGNUP)[-1]
    assert last.status is not LetterStatus.WITHHELD

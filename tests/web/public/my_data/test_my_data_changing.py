"""My data: all values in words, their changes, and a file that other programs read."""

import csv
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.cases.models import Case, CaseKind
from supporters.cases.rules import UNTIL_RESUMED
from supporters.consent.models import ConsentEvent, EventKind, Method, PageSnapshot
from supporters.consent.page_snapshots import open_snapshot
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING, INVITATIONS, suppress
from supporters.database import db, transaction
from supporters.imports.models import RejectionReason
from supporters.lists.mailing_lists import ListDraft, create_list
from supporters.lists.models import ListWords, MailingList
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.people.addresses import address_mac
from supporters.people.models import Subscriber
from tests.factories.imports import csv_of, invitations, invited, refusals
from tests.factories.lists import make_list
from tests.factories.my_data import MY_DATA, OVERVIEW, open_my_data, send
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import made_once
from tests.web.public.my_data_state import count_rows, lists_of, load_person
from tests.web.public.pages import hidden_values, inputs_of, press

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
ALL = f"{MY_DATA}/everything"
FILE = f"{MY_DATA}/subscriptions.csv"


@made_once
def camille(app: Flask) -> Subscriber:
    return make_subscriber(ADDRESS, make_list(), given_name="Camille")


@pytest.fixture
def opened(camille: Subscriber, client: FlaskClient) -> FlaskClient:
    """Return the browser of a person who opened their data."""
    open_my_data(client, ADDRESS)
    return client


def facts(html: str, label: str) -> list[str]:
    """Return the values under a label of a page."""
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>\s*(.*?)\s*</dd>", html, re.DOTALL)
    return [value for name, value in pairs if name == label]


@pytest.fixture
def opened_by_two(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return the browser of a person who unsubscribed from one of two lists and opened My data."""
    mailing_list, paris = make_list(), make_list("paris", "Paris")
    make_subscriber(ADDRESS, mailing_list)
    make_subscriber(ADDRESS, paris)
    unsubscribe_from_list(load_person().id, paris.id, Method.PAGE)
    open_my_data(client, ADDRESS)
    return client


def test_correcting_the_name_and_the_language(opened: FlaskClient) -> None:
    press(opened, f"{MY_DATA}/person", given_name=" Camille-Zoé ", language="en")
    assert (load_person().given_name, load_person().language) == ("Camille-Zoé", "en")
    press(opened, f"{MY_DATA}/person", given_name="", language="en")
    assert load_person().given_name is None


def test_a_faulty_correction_changes_nothing(opened: FlaskClient) -> None:
    names = [("x" * 81, "fr"), ("www.example.org", "fr"), ("a\0b", "fr")]
    for given_name, language in [*names, ("Zoé", "de"), ("Zoé", "")]:
        answer = press(opened, f"{MY_DATA}/person", given_name=given_name, language=language)
        assert (answer.status_code, load_person().given_name) == (422, "Camille")


@pytest.mark.both_databases
def test_joining_another_list_by_its_box_is_a_confirmed_consent(opened: FlaskClient) -> None:
    other = make_list("paris", "Paris")
    page = f"{MY_DATA}/join"
    box = inputs_of(opened.get(page).text)[f"consent_{other.id}"]
    assert "checked" not in box
    press(opened, page, **{f"consent_{other.id}": str(box["value"])})
    event = db.session.scalars(
        db.select(ConsentEvent).where(ConsentEvent.method == Method.MY_DATA)
    ).one()
    assert (event.kind, event.purpose_id) == (EventKind.CONFIRMED, other.purpose_id)
    assert event.evidence is not None
    kept = open_snapshot(db.session.get_one(PageSnapshot, event.page_snapshot_id))
    assert str(box["value"]) in kept
    assert not any(each in kept for each in (ADDRESS, "Camille", "csrf_token"))
    assert lists_of(ADDRESS) == ["La Lettre nationale", "Paris"]


def test_joining_unsubscribing_and_joining_again_in_one_session(opened: FlaskClient) -> None:
    other = make_list("paris", "Paris")
    page = f"{MY_DATA}/join"
    for _ in range(2):
        box = inputs_of(opened.get(page).text)[f"consent_{other.id}"]
        press(opened, page, **{f"consent_{other.id}": str(box["value"])})
        assert "Paris" in lists_of(ADDRESS)
        send(opened, f"{MY_DATA}/leave", leave=f"list:{other.id}")
        assert "Paris" not in lists_of(ADDRESS)


@pytest.mark.both_databases
def test_joining_with_no_box_or_an_outdated_one_writes_nothing(opened: FlaskClient) -> None:
    other = make_list("paris", "Paris")
    before = count_rows()
    page = f"{MY_DATA}/join"
    assert press(opened, page).status_code == 422
    assert press(opened, page, **{f"consent_{other.id}": "999999"}).status_code == 422
    html = opened.get(page).text
    box = str(inputs_of(html)[f"consent_{other.id}"]["value"])
    stale = {**hidden_values(html), f"consent_{other.id}": box, "page": "0" * 64}
    assert opened.post(page, data=stale).status_code == 422
    assert count_rows() == before


def test_an_invalid_unsubscribe_request_is_refused_or_changes_nothing(opened: FlaskClient) -> None:
    for chosen in ["list:x", "list:", "", "purpose:-1", "list:99999999999", "²:²"]:
        assert send(opened, f"{MY_DATA}/leave", leave=chosen).status_code == 400
        assert lists_of(ADDRESS) == ["La Lettre nationale"]


@pytest.mark.both_databases
def test_pausing_and_resuming(opened: FlaskClient) -> None:
    send(opened, f"{MY_DATA}/pause", pause="3")
    paused = load_person().paused_until
    assert paused is not None
    assert timedelta(days=88) < paused - clock.now() < timedelta(days=93)
    send(opened, f"{MY_DATA}/pause", pause="resume")
    assert load_person().paused_until is None
    send(opened, f"{MY_DATA}/pause", pause="open")
    assert load_person().paused_until == UNTIL_RESUMED
    assert send(opened, f"{MY_DATA}/pause", pause="12").status_code == 400
    assert lists_of(ADDRESS) == ["La Lettre nationale"]


def test_a_restricted_person_changes_nothing_but_can_unsubscribe(opened: FlaskClient) -> None:
    other = make_list("paris", "Paris")
    press(opened, f"{MY_DATA}/restrict")
    assert load_person().restricted_at is not None
    press(opened, f"{MY_DATA}/person", given_name="Zoé", language="en")
    send(opened, f"{MY_DATA}/pause", pause="1")
    send(opened, f"{MY_DATA}/join", **{f"consent_{other.id}": "1"})
    press(opened, f"{MY_DATA}/address", email="new@example.org")
    assert (load_person().given_name, load_person().paused_until) == ("Camille", None)
    assert count_rows()["address_change"] == 0
    send(opened, f"{MY_DATA}/leave", leave="all")
    assert lists_of(ADDRESS) == []
    press(opened, f"{MY_DATA}/restrict")
    assert load_person().restricted_at is None


@pytest.mark.both_databases
def test_objecting_ends_everything_and_leaves_a_closed_case(opened: FlaskClient) -> None:
    press(opened, f"{MY_DATA}/object")
    assert lists_of(ADDRESS) == []
    assert is_suppressed(load_person().address_mac, [EVERYTHING], clock.now())
    case = db.session.scalars(db.select(Case)).one()
    assert (case.kind, case.closed_at is not None) == (CaseKind.OBJECTION, True)
    press(opened, f"{MY_DATA}/object")
    kinds = db.session.scalars(db.select(ConsentEvent.kind)).all()
    assert kinds.count(EventKind.OBJECTED) == 1


def test_erasing_needs_its_box_and_ends_the_session(opened: FlaskClient) -> None:
    page = f"{MY_DATA}/erase"
    assert press(opened, page).status_code == 422
    assert load_person().address == ADDRESS
    assert press(opened, page, is_sure="y").location == f"{MY_DATA}/erased"
    assert opened.get(OVERVIEW).location == MY_DATA
    assert (count_rows()["subscriber"], count_rows()["access_ticket"]) == (0, 0)
    case = db.session.scalars(db.select(Case)).one()
    assert (case.kind, case.subscriber_id) == (CaseKind.ERASURE, None)


def test_a_suppression_after_unsubscribing_is_shown_in_words(opened_by_two: FlaskClient) -> None:
    html = opened_by_two.get(ALL).text
    assert facts(html, "Messages non envoyés") == ["les messages d’une liste que vous avez quittée"]
    assert "purpose:" not in html


def test_a_suppression_of_invitations_is_shown_in_words(opened_by_two: FlaskClient) -> None:
    with transaction():
        suppress(address_mac(ADDRESS), INVITATIONS, now=clock.now(), until=None)
    words = facts(opened_by_two.get(ALL).text, "Messages non envoyés")
    assert "une autre invitation venant d’une ancienne liste" in words


def test_the_origin_of_an_address_is_shown_in_words(app: Flask, client: FlaskClient) -> None:
    invited(csv_of(f"{ADDRESS},Camille,fr"))
    make_subscriber(ADDRESS, make_list("paris", "Paris"))
    open_my_data(client, ADDRESS)
    html = client.get(ALL).text
    words = facts(html, "Comment votre adresse a été recueillie")
    assert words == ["sur un formulaire papier, à un stand ou à une réunion"]


def test_a_list_has_its_name_in_the_language_of_the_page(app: Flask, client: FlaskClient) -> None:
    english = ListWords("The Letter", "Once a month.", "en")
    french = {"slug": "lettre", "name": "La Lettre", "description": "Une fois par mois."}
    mailing_list = create_list(ListDraft(**french, translations=(english,)))
    assert isinstance(mailing_list, MailingList)
    make_subscriber(ADDRESS, mailing_list)
    open_my_data(client, ADDRESS)
    pages = [client.get(f"/{language}/my-data/overview").text for language in ("fr", "en")]
    named = re.compile(r'<h3 class="small-title">(La Lettre|The Letter)</h3>')
    assert [named.findall(each) for each in pages] == [["La Lettre"], ["The Letter"]]
    assert "The Letter" in facts(client.get("/en/my-data/everything").text, "List")


def test_a_page_without_a_box_for_the_postcode_names_none(opened: FlaskClient) -> None:
    html = opened.get(f"{MY_DATA}/person").text
    assert "Votre code postal" in html
    assert "cochez" not in html


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("Zoe.Martin@example.org", "Zoé"),
        ("+zoe@example.org", "=1+1"),
        ("o'brien@example.org", "d’Arc; Jeanne, “Zoé”"),
        ("zoe@example.org", None),
    ],
)
def test_an_import_of_the_file_invites_the_same_person(
    client: FlaskClient, address: str, name: str | None
) -> None:
    make_subscriber(address, make_list("paris", "Paris"), given_name=name or "")
    open_my_data(client, address)
    answer = client.get(FILE)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-subscriptions.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    invited(answer.data)
    (invitation,) = invitations()
    assert (invitation.address, invitation.given_name, invitation.language) == (address, name, "fr")


def test_a_row_for_each_list_and_one_invitation_for_two_lists(client: FlaskClient) -> None:
    make_subscriber("zoe@example.org", make_list("paris", "Paris"), make_list("lyon", "Lyon"))
    open_my_data(client, "zoe@example.org")
    content = client.get(FILE).data
    rows = [*csv.DictReader(content.decode("utf-8-sig").splitlines())]
    assert [row["list"] for row in rows] == ["Lyon", "Paris"]
    assert refusals(invited(content)) == {3: RejectionReason.TWICE}
    assert len(invitations()) == 1


def test_nobody_gets_it_without_the_one_time_link(app: Flask) -> None:
    assert "csv" not in (app.test_client().get(FILE).mimetype or "")

"""Privacy requests on a person's page: explained first, with a reason and a recent password."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import unquote

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.cases.models import Case, CaseKind, Channel
from supporters.consent.models import Method
from supporters.database import db
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import restrict_person
from tests.factories.accounts import PASSWORD, make_dpo, make_owner, sign_in
from tests.factories.campaigns import ANNA, BORIS, claim, launch_to_addresses, subscriber_at
from tests.factories.cases import again, make_case
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import always_made_once
from tests.web.console.pages import followed, open_person, post, sign_in_as, speak_english
from tests.web.public.pages import hidden_values, press

PEOPLE = "/console/people"
REASON = "Elle le demande par lettre."
WRITTEN = {"reason": REASON, "channel": "post", "is_sure": "y"}
CHOSEN = {**WRITTEN, "reason": "asked"}
ELEVEN_MINUTES = timedelta(minutes=11)


@always_made_once
def page(app: Flask) -> str:
    """Add a subscriber; return the URL of their page."""
    return f"{PEOPLE}/{make_subscriber(ADDRESS, make_list('lyon', 'Lyon')).id}"


@pytest.fixture(params=["owner", "dpo"])
def guardian(request: pytest.FixtureRequest, app: Flask) -> FlaskClient:
    """Return the browser of an account that may answer privacy requests."""
    account = {"owner": make_owner, "dpo": make_dpo}[request.param]()
    client = sign_in(app, account)
    open_person(client, id_in(request.getfixturevalue("page")))
    return client


@pytest.fixture
def officer_client(officer_client: FlaskClient, page: str) -> FlaskClient:
    """Return the browser, after it opened the person."""
    open_person(officer_client, id_in(page))
    return officer_client


@pytest.fixture
def organiser_client(organiser_client: FlaskClient, page: str) -> FlaskClient:
    """Return the browser, after it opened the person."""
    open_person(organiser_client, id_in(page))
    return organiser_client


def id_in(page: str) -> int:
    """Return the id in the URL of a person's page."""
    return int(page.rpartition("/")[2])


def camille() -> Subscriber | None:
    """Return the person, or None after an erasure."""
    return db.session.scalar(db.select(Subscriber).where(Subscriber.address == ADDRESS))


def cases() -> Sequence[Case]:
    """Return all cases, oldest first."""
    return db.session.scalars(db.select(Case).order_by(Case.id)).all()


def restrict(subscriber_path: str) -> None:
    """Restrict somebody as "My data" does."""
    restrict_person(int(subscriber_path.rpartition("/")[2]), Method.MY_DATA)


def test_an_erasure_is_done_and_told_and_leaves_nobody(guardian: FlaskClient, page: str) -> None:
    speak_english(guardian)
    html = followed(guardian, press(guardian, f"{page}/erase", **CHOSEN))
    assert "message-good" in html
    assert camille() is None
    [case] = cases()
    assert (case.kind, case.channel, case.subscriber_id) == (CaseKind.ERASURE, Channel.POST, None)
    assert case.outcome == "asked"


def test_why_somebody_was_erased_is_read_in_the_language_of_the_reader(
    officer_client: FlaskClient, page: str
) -> None:
    press(officer_client, f"{page}/erase", **CHOSEN)
    path = f"/console/cases/{cases()[0].id}"
    assert officer_client.get(path).text.count("La personne l’a demandé.") == 2
    speak_english(officer_client)
    assert officer_client.get(path).text.count("They asked for it.") == 2


@pytest.mark.parametrize("name", ["erase", "restrict", "lift-restriction"])
@pytest.mark.parametrize(
    ("field", "value"), [("reason", ""), ("is_sure", None), ("channel", "dream")]
)
def test_without_a_reason_and_the_box_nothing_happens(
    officer_client: FlaskClient, page: str, name: str, field: str, value: str | None
) -> None:
    if name == "lift-restriction":
        restrict(page)
    before = camille()
    assert before is not None
    filled = {**(CHOSEN if name == "erase" else WRITTEN), field: value}
    sent = {key: each for key, each in filled.items() if each is not None}
    answer = press(officer_client, f"{page}/{name}", **sent)
    after = camille()
    assert (answer.status_code, f'href="#{field}"' in answer.text) == (422, True)
    assert after is not None
    assert (after.restricted_at is None, cases()) == (name != "lift-restriction", [])


def test_the_reason_of_an_erasure_can_not_be_written(
    officer_client: FlaskClient, page: str
) -> None:
    answer = press(officer_client, f"{page}/erase", **WRITTEN)
    assert (answer.status_code, camille() is None) == (422, False)


def test_restricting_and_lifting_the_restriction_work(guardian: FlaskClient, page: str) -> None:
    assert "message-good" in followed(guardian, press(guardian, f"{page}/restrict", **WRITTEN))
    assert f'href="{page}/restrict"' not in guardian.get(page).text
    restricted = camille()
    assert restricted is not None
    assert restricted.restricted_at is not None
    assert "message-good" in followed(
        guardian, press(guardian, f"{page}/lift-restriction", **WRITTEN)
    )
    assert f'href="{page}/lift-restriction"' not in guardian.get(page).text
    assert [(case.kind, case.outcome) for case in cases()] == [(CaseKind.RESTRICTION, REASON)] * 2


def test_what_is_so_already_is_said_and_not_done_again(
    officer_client: FlaskClient, page: str
) -> None:
    assert "<form method" not in officer_client.get(f"{page}/lift-restriction").text
    html = followed(officer_client, post(officer_client, f"{page}/lift-restriction", **WRITTEN))
    assert ("message-bad" in html, cases()) == (True, [])
    restrict(page)
    assert "<form method" not in officer_client.get(f"{page}/restrict").text
    html = followed(officer_client, post(officer_client, f"{page}/restrict", **WRITTEN))
    assert ("message-bad" in html, cases()) == (True, [])


def test_open_dispute_keeps_the_restriction_even_from_an_older_page(
    officer_client: FlaskClient, page: str
) -> None:
    restrict(page)
    form = hidden_values(officer_client.get(f"{page}/lift-restriction").text)
    dispute = make_case(clock.now(), CaseKind.DISPUTE, int(page.rpartition("/")[2]))
    html = officer_client.get(f"{page}/lift-restriction").text
    assert (f'href="/console/cases/{dispute.id}"' in html, "<form method" in html) == (True, False)
    answer = officer_client.post(f"{page}/lift-restriction", data={**form, **WRITTEN})
    assert "message-bad" in followed(officer_client, answer)
    person = camille()
    assert person is not None
    assert person.restricted_at is not None


def test_restricted_person_can_be_erased(officer_client: FlaskClient, page: str) -> None:
    restrict(page)
    assert f'href="{page}/erase"' in officer_client.get(page).text
    press(officer_client, f"{page}/erase", **CHOSEN)
    assert camille() is None


def test_a_case_that_asked_for_it_is_closed_by_it(officer_client: FlaskClient, page: str) -> None:
    asked = make_case(clock.now(), CaseKind.RESTRICTION, int(page.rpartition("/")[2]))
    html = officer_client.get(f"{page}/restrict").text
    assert f'href="/console/cases/{asked.id}"' in html
    assert 'name="channel"' not in html
    press(officer_client, f"{page}/restrict", reason=REASON, is_sure="y")
    assert (again(asked).outcome, len(cases())) == (REASON, 1)


def test_new_request_of_a_restricted_person_is_answered_in_its_case(
    officer_client: FlaskClient, page: str
) -> None:
    restrict(page)
    asked = make_case(clock.now(), CaseKind.RESTRICTION, int(page.rpartition("/")[2]))
    for name in ("restrict", "lift-restriction"):
        assert f'href="/console/cases/{asked.id}"' in officer_client.get(f"{page}/{name}").text
    html = followed(officer_client, press(officer_client, f"{page}/lift-restriction", **WRITTEN))
    assert "message-good" in html
    assert [case.outcome for case in cases()] == [None, REASON]
    assert (cases()[1].channel, again(asked).closed_at) == (Channel.POST, None)


def test_an_erasure_that_waits_for_a_message_says_so(officer_client: FlaskClient) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    assert claim(campaign_id) is not None
    boris = open_person(officer_client, subscriber_at(BORIS).id)
    speak_english(officer_client)
    html = followed(officer_client, press(officer_client, f"{boris}/erase", **CHOSEN))
    assert "deleted within a minute" in html
    for path in (boris, f"{boris}/erase", f"{boris}/lift-restriction"):
        assert "The erasure is under way" in officer_client.get(path).text
    assert "<form method" not in officer_client.get(f"{boris}/erase").text
    html = followed(officer_client, post(officer_client, f"{boris}/erase", **CHOSEN))
    assert ("deleted within a minute" in html, len(cases())) == (True, 1)


@pytest.mark.parametrize("name", ["erase", "restrict", "lift-restriction"])
def test_the_archive_is_for_the_officer_alone(
    owner_client: FlaskClient, officer_client: FlaskClient, page: str, name: str
) -> None:
    subscriber_id = int(page.rpartition("/")[2])
    unsubscribe_from_every_list(subscriber_id, Method.PAGE)
    make_case(clock.now(), CaseKind.DISPUTE, subscriber_id)
    assert owner_client.get(f"{page}/{name}").status_code == 404
    assert post(owner_client, f"{page}/{name}", **CHOSEN).status_code == 404
    assert officer_client.get(f"{page}/{name}").status_code == 200


def test_organisers_are_shown_no_rights(organiser_client: FlaskClient, page: str) -> None:
    html = organiser_client.get(page).text
    assert (f"{page}/erase" in html, f"{page}/restrict" in html) == (False, False)


@pytest.mark.parametrize("name", ["erase", "restrict", "lift-restriction"])
def test_a_post_without_our_token_does_nothing(
    officer_client: FlaskClient, page: str, name: str
) -> None:
    assert officer_client.post(f"{page}/{name}", data=CHOSEN).status_code == 400
    assert (camille() is None, cases()) == (False, [])


def test_what_was_typed_comes_back_on_its_own_page_alone(
    officer_client: FlaskClient, page: str
) -> None:
    zoe = make_subscriber("zoe@example.org", make_list("b", "B"))
    other = open_person(officer_client, zoe.id)
    form = hidden_values(officer_client.get(page).text)
    with time_machine.travel(clock.now() + ELEVEN_MINUTES, tick=False):
        asked = officer_client.post(f"{page}/restrict", data={**form, **WRITTEN})
        verified = press(officer_client, str(asked.location), password=PASSWORD)
        assert REASON in followed(officer_client, verified)
    with time_machine.travel(clock.now() + 2 * ELEVEN_MINUTES, tick=False):
        asked = officer_client.post(f"{page}/restrict", data={**form, **WRITTEN})
        verified = press(officer_client, str(asked.location), password=PASSWORD)
        kept = str(verified.location).partition("?")[2]
        assert REASON not in officer_client.get(f"{other}/restrict?{kept}").text


def test_what_was_typed_does_not_come_back_to_another_account(app: Flask, page: str) -> None:
    browser, owner = sign_in(app, make_dpo()), make_owner()
    open_person(browser, id_in(page))
    open_person(sign_in(app, owner), id_in(page))
    form = hidden_values(browser.get(page).text)
    with time_machine.travel(clock.now() + ELEVEN_MINUTES, tick=False):
        asked = browser.post(f"{page}/restrict", data={**form, **WRITTEN})
        browser.post("/console/sign-out", data=form)
        sign_in_as(browser, owner.email)
        answer = browser.get(unquote(str(asked.location).partition("next=")[2]))
    assert (answer.status_code, REASON in answer.text) == (200, False)

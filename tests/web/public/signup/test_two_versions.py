"""Two versions of the program behind a balancer take each other's forms (ADR 088)."""

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BaseLoader, Environment
from werkzeug.test import TestResponse

from supporters import clock, create_app
from supporters.config import Settings
from supporters.consent.models import PageSnapshot
from supporters.consent.page_snapshots import open_snapshot
from supporters.consent.rules import WordingChange
from supporters.database import db, transaction
from supporters.delivery.known_machines.machine_list import note_other_versions
from supporters.delivery.models import Machine
from supporters.lists.models import MailingList
from supporters.lists.purpose_changes import change_wording
from supporters.signup.models import SignupRequest
from tests.factories.accounts import make_owner, sign_in
from tests.factories.lists import SENTENCES, make_list
from tests.web.public.pages import box_values, hidden_values, join

PAGE = "/fr/join/national"
NEWER_WORDS = "Une phrase de la version suivante."

pytestmark = pytest.mark.both_databases


class _NextTemplates(BaseLoader):
    """The templates of the next version: each page has one more sentence."""

    def __init__(self, present: BaseLoader) -> None:
        self._present = present

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return a template with the sentence."""
        source, name, is_current = self._present.get_source(environment, template)
        return source.replace("</main>", f"<p>{NEWER_WORDS}</p></main>"), name, is_current


@pytest.fixture
def newer(app: Flask, settings: Settings, client: FlaskClient) -> Iterator[FlaskClient]:
    """Return the same browser at a machine with the next version, beside one with this one."""
    later = create_app(settings)
    loader = later.jinja_env.loader
    assert loader is not None
    later.jinja_env.loader = _NextTemplates(loader)
    browser = later.test_client()
    make_list()
    client.get(PAGE)
    cookie = client.get_cookie("session")
    assert cookie is not None
    browser.set_cookie("session", cookie.value)
    yield browser
    with later.app_context():
        db.session.remove()
        db.engine.dispose()


def form_of(opened_at: FlaskClient) -> dict[str, str]:
    """Return the fields of the form as a person fills it in."""
    html = opened_at.get(PAGE).text
    boxes = dict([*box_values(html).items()][:1])
    return {**hidden_values(html), **boxes, "is_15": "y", "email": "camille@example.org"}


def send(sent_to: FlaskClient, form: dict[str, str]) -> TestResponse:
    """Send a form to a machine."""
    return sent_to.post(PAGE, data=form)


def shown_pages() -> list[bool]:
    """Tell for each request, oldest first, whether its evidence is the newer version's page."""
    db.session.rollback()
    asked = db.session.scalars(db.select(SignupRequest).order_by(SignupRequest.id))
    ids = [each.page_snapshot_id for each in asked]
    return [NEWER_WORDS in open_snapshot(db.session.get_one(PageSnapshot, each)) for each in ids]


@pytest.mark.parametrize("is_back", [False, True])
def test_a_form_that_crosses_versions_is_taken_with_the_page_that_was_shown(
    client: FlaskClient, newer: FlaskClient, *, is_back: bool
) -> None:
    opened_at, sent_to = (newer, client) if is_back else (client, newer)
    join(opened_at, "first@example.org")
    assert send(sent_to, form_of(opened_at)).status_code == 303
    assert shown_pages() == [is_back, is_back]


@pytest.mark.parametrize("is_back", [False, True])
def test_a_page_that_nobody_signed_up_on_yet_is_taken_by_the_other_version(
    app: Flask, client: FlaskClient, newer: FlaskClient, *, is_back: bool
) -> None:
    opened_at, sent_to = (newer, client) if is_back else (client, newer)
    with transaction():
        moment = clock.now()
        db.session.add(
            Machine(name="a", seen_at=moment, keys="", pages_seen_at=moment, pages_version="2.0")
        )
    with opened_at.application.app_context():
        note_other_versions()
    assert send(sent_to, form_of(opened_at)).status_code == 303
    assert shown_pages() == [is_back]


def test_without_another_version_no_page_is_stored_before_its_first_signup(
    client: FlaskClient, newer: FlaskClient
) -> None:
    with newer.application.app_context():
        note_other_versions()
    join(client, "first@example.org")
    refused = send(client, form_of(newer))
    assert refused.status_code == 422
    again = {**form_of(client), **hidden_values(refused.text)}
    assert send(newer, again).status_code == 303
    assert shown_pages() == [False, False]


def test_a_form_of_the_console_is_taken_by_the_other_version(
    app: Flask, newer: FlaskClient
) -> None:
    organiser = sign_in(app, make_owner())
    mailing_list = db.session.scalars(db.select(MailingList)).one()
    page = f"/console/lists/{mailing_list.id}/words"
    form = {**hidden_values(organiser.get(page).text), "name_fr": "Autre nom"}
    cookie = organiser.get_cookie("session")
    assert cookie is not None
    newer.set_cookie("session", cookie.value)
    assert newer.post(page, data=form).location == f"/console/lists/{mailing_list.id}?tab=consent"
    db.session.rollback()
    db.session.refresh(mailing_list)
    assert mailing_list.name == "Autre nom"


def test_a_page_with_earlier_words_of_the_team_is_refused_by_both_versions(
    client: FlaskClient, newer: FlaskClient
) -> None:
    join(client, "first@example.org")
    form = form_of(client)
    with transaction():
        db.session.scalars(db.select(MailingList)).one().description = "Autre chose."
    assert [send(each, form).status_code for each in (client, newer)] == [422, 422]
    assert shown_pages() == [False]


def test_a_page_with_an_earlier_consent_text_is_refused_by_both_versions(
    client: FlaskClient, newer: FlaskClient
) -> None:
    join(client, "first@example.org")
    form = form_of(client)
    mailing_list = db.session.scalars(db.select(MailingList)).one()
    change_wording(mailing_list.purpose_id, SENTENCES, WordingChange.SAME_MEANING)
    assert [send(each, form).status_code for each in (client, newer)] == [422, 422]


def test_a_fingerprint_that_we_did_not_sign_is_refused(
    client: FlaskClient, newer: FlaskClient
) -> None:
    join(client, "first@example.org")
    join(newer, "second@example.org")
    form = form_of(newer)
    page, _, rest = form["page"].partition(".")
    theirs, _, ours = form_of(client)["page"].partition(".")
    forged = [f"{theirs}.{rest}", f"{page}.{ours}", page, f"{page}.", ".", f"{form['page']}x"]
    codes = [send(client, {**form, "page": each}).status_code for each in forged]
    assert codes == [422] * len(forged)


def test_a_form_crosses_machines_in_the_middle_of_a_rotation_of_keys(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    make_list()
    form = form_of(client)
    keys = ("n" * 48, *settings.secret_keys)
    rotated = create_app(dataclasses.replace(settings, secret_keys=keys))
    browser = rotated.test_client()
    fresh = form_of(browser)
    assert fresh["page"] != form["page"]
    fresh["page"] = form["page"]
    assert send(browser, fresh).status_code == 303
    with rotated.app_context():
        db.engine.dispose()

"""A web process keeps its pages, and never accepts one that another process has changed."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask, flash
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.engine import make_url

from supporters.config import Settings
from supporters.consent.models import PageSnapshot, Wording
from supporters.consent.rules import WordingChange
from supporters.database import db
from supporters.lists.mailing_lists import close_list, open_list
from supporters.lists.purpose_changes import change_wording
from supporters.signup.models import SignupChoice, SignupRequest
from tests.factories.lists import SENTENCES, make_list
from tests.factories.rows import count_rows
from tests.factories.signups import confirm_token, request_to_join
from tests.web.public.pages import box_values, hidden_values, join, ticked_values

pytestmark = pytest.mark.either_database

PAGE = "/fr/join/national"


@contextmanager
def working_in(process: Flask) -> Iterator[None]:
    """Run the use cases of the block in a process."""
    with process.app_context():
        yield


def send(client: FlaskClient, html: str, email: str = "camille@example.org") -> int:
    """Send the form of a page with its first box ticked; return the status."""
    first_box = dict([*box_values(html).items()][:1])
    fields = {**hidden_values(html), **first_box, "is_15": "y", "email": email}
    return client.post(PAGE, data=fields).status_code


def count_requests() -> int:
    """Return how many requests are stored."""
    db.session.rollback()
    return count_rows(SignupRequest)


def find_agreed_text() -> str:
    """Return the wording of the only stored box."""
    db.session.rollback()
    return db.session.scalars(
        select(Wording.text).join(SignupChoice, SignupChoice.wording_id == Wording.id)
    ).one()


def test_a_wording_that_another_process_changed_is_never_agreed_to_unseen(
    client: FlaskClient, elsewhere: Flask
) -> None:
    mailing_list = make_list()
    for name in ("first", "second"):  # the second finds all that the first one stored
        join(client, f"{name}@example.org")
    html = client.get(PAGE).text
    with working_in(elsewhere):
        change_wording(mailing_list.purpose_id, SENTENCES, WordingChange.SAME_MEANING)
    assert (send(client, html), count_requests()) == (422, 2)
    assert (send(client, client.get(PAGE).text), count_requests()) == (303, 3)


def test_a_page_that_is_out_of_date_is_not_stored(client: FlaskClient, elsewhere: Flask) -> None:
    mailing_list = make_list()
    html = client.get(PAGE).text
    with working_in(elsewhere):
        change_wording(mailing_list.purpose_id, SENTENCES, WordingChange.SAME_MEANING)
    assert send(client, html) == 422
    assert count_rows(PageSnapshot) == 0


@pytest.mark.both_databases
def test_a_page_that_a_newer_process_served_is_accepted_by_an_older_one(
    client: FlaskClient, elsewhere: Flask
) -> None:
    mailing_list = make_list()
    client.get(PAGE)
    with working_in(elsewhere):
        change_wording(mailing_list.purpose_id, SENTENCES, WordingChange.SAME_MEANING)
    newer = elsewhere.test_client()
    html = newer.get(PAGE).text
    cookie = newer.get_cookie("session")
    assert cookie is not None
    client.set_cookie("session", cookie.value)
    assert send(client, html) == 303
    assert find_agreed_text() == SENTENCES["fr"]


def test_a_list_that_another_process_closed_takes_nobody(
    client: FlaskClient, elsewhere: Flask
) -> None:
    mailing_list = make_list()
    join(client, "first@example.org")
    html = client.get(PAGE).text
    with working_in(elsewhere):
        close_list(mailing_list.id)
    assert (send(client, html), count_requests()) == (410, 1)
    assert client.get(PAGE).status_code == 410
    with working_in(elsewhere):
        open_list(mailing_list.id)
    assert (send(client, html), count_requests()) == (303, 2)


def test_a_restored_database_is_noticed_while_the_process_lives(
    app: Flask, client: FlaskClient, settings: Settings, tmp_path: Path
) -> None:
    if not settings.database_url.startswith("sqlite"):
        return  # another file takes the place of the database; on PostgreSQL, other rows do
    file, backup = make_url(settings.database_url).database or "", tmp_path / "backup.db"
    make_list()
    db.session.remove()
    db.engine.dispose()
    shutil.copy(file, backup)
    join(client, "lost@example.org")  # it stores the page and the controller
    html = client.get(PAGE).text
    db.session.remove()
    db.engine.dispose()
    for ending in ("-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
    shutil.copy(backup, file)
    assert (send(client, html), count_requests()) == (303, 1)


def test_the_tokens_and_messages_of_a_visitor_are_in_no_other_page(
    app: Flask, client: FlaskClient
) -> None:
    make_list()

    @app.get("/flash")
    def leave_a_message() -> str:
        flash("Only for Ada")
        return ""

    client.get("/flash")
    page_of_ada = client.get(PAGE).text
    assert "Only for Ada" in page_of_ada
    other = app.test_client()
    pages = [other.get(PAGE).text, app.test_client().get(PAGE).text, page_of_ada]
    assert "Only for Ada" not in pages[0] + pages[1]
    assert len({hidden_values(each)["csrf_token"] for each in pages}) == 3
    assert pages[0].count(hidden_values(pages[0])["csrf_token"]) == 1


def test_each_language_and_list_has_a_page_of_its_own(client: FlaskClient) -> None:
    make_list()
    make_list("lyon", "Lyon en commun")
    for path in (PAGE, "/en/join/national", "/fr/join/lyon", PAGE):
        html = client.get(path).text
        assert f'lang="{path[1:3]}"' in html
        assert ("<h1>Lyon en commun" in html) is ("lyon" in path)


def look(client: FlaskClient, path: str) -> str:
    """Return the page behind a link, without the tokens: they hold the second of their signing."""
    return re.sub(r"/(receipt|subscriptions)/[^\"]+", r"/\1/", client.get(path).text)


def test_a_confirmation_page_holds_nothing_of_the_visitors_before(
    client: FlaskClient, elsewhere: Flask
) -> None:
    lists = [make_list(), make_list("lyon", 'Lyon & "Grand Lyon" <69>')]
    asked = {
        "only@example.org": (lists[:1], "Only"),
        "both@example.org": (lists, "Both"),
        "other@example.org": (lists, "Other"),
    }
    paths = [
        f"/fr/confirm/{confirm_token(request_to_join(address, *on, given_name=name))}"
        for address, (on, name) in asked.items()
    ]
    open_pages = [look(client, path) for path in paths]
    assert open_pages == [look(elsewhere.test_client(), path) for path in paths]
    for path, html in zip(paths, open_pages, strict=True):
        boxes = ticked_values(html)
        client.post(path, data={**hidden_values(html), **boxes, "given_name": "Camille"})
    confirmed_pages = [look(client, path) for path in paths]
    assert confirmed_pages == [look(elsewhere.test_client(), path) for path in paths]
    assert "Lyon &amp; &#34;Grand Lyon&#34; &lt;69&gt;" in confirmed_pages[1]
    assert [html.count("mark-") for html in (*open_pages, *confirmed_pages)] == [0] * 6

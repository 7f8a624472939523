"""Each sign-up has a complete page snapshot; the form of a stale page is refused."""

import base64
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import create_app
from supporters.config import Settings
from supporters.consent.models import ConsentEvent, PageSnapshot, PageStyle
from supporters.consent.page_snapshots import (
    SnapshotAltered,
    hash_page,
    open_snapshot,
    read_snapshot,
)
from supporters.consent.rules import WordingChange
from supporters.database import db, transaction
from supporters.lists.purpose_changes import change_wording
from supporters.signup.confirmation import ConfirmedSignup, confirm_by_link
from supporters.signup.models import SignupRequest
from tests.factories.lists import SENTENCES, make_list
from tests.factories.signups import confirm_token
from tests.markup import Markup
from tests.web.public.pages import box_values, hidden_values, inputs_of, join

PAGE = "/fr/join/national"


def pages() -> list[PageSnapshot]:
    """Return the page snapshots, oldest first."""
    db.session.rollback()
    return [*db.session.scalars(db.select(PageSnapshot).order_by(PageSnapshot.id))]


def requests() -> list[SignupRequest]:
    """Return the requests, oldest first."""
    db.session.rollback()
    return [*db.session.scalars(db.select(SignupRequest).order_by(SignupRequest.id))]


@pytest.mark.both_databases
def test_the_evidence_of_an_old_text_shows_the_old_page(app: Flask, client: FlaskClient) -> None:
    mailing_list = make_list()
    join(client, "camille@example.org")
    confirmed = confirm_by_link(confirm_token(requests()[0].public_id))
    assert isinstance(confirmed, ConfirmedSignup)
    change_wording(mailing_list.purpose_id, SENTENCES, WordingChange.SAME_MEANING)
    join(client, "other@example.org")
    db.session.rollback()
    event = db.session.scalar(db.select(ConsentEvent).where(ConsentEvent.evidence.is_not(None)))
    assert event is not None
    page = db.session.get_one(PageSnapshot, event.page_snapshot_id)
    html = open_snapshot(page)
    assert hash_page(read_snapshot(page)) == page.content_hash
    assert "les messages politiques par e-mail (Parti de l’Exemple)" in html
    assert SENTENCES["fr"].replace("'", "&#39;") not in html
    assert len(pages()) == 2


def test_a_get_stores_no_snapshot(app: Flask, client: FlaskClient) -> None:
    make_list()
    assert client.get(PAGE).status_code == 200
    assert pages() == []


def test_many_sign_ups_share_one_snapshot(app: Flask, client: FlaskClient) -> None:
    make_list()
    for name in ("a", "b"):
        join(client, f"{name}@example.org", given_name=name)
    (page,) = pages()
    assert {request.page_snapshot_id for request in requests()} == {page.id}


def test_a_snapshot_has_no_visitor_data_and_is_complete(app: Flask, client: FlaskClient) -> None:
    make_list()
    join(client, "camille@example.org", given_name="Camille")
    html = open_snapshot(pages()[0])
    markup = Markup(html)
    assert "amille" not in html
    assert "csrf_token" not in html
    assert "script" not in markup.tags
    assert all(source.startswith("data:") for source in markup.sources)
    assert "stylesheet" not in dict(markup.attributes).values()
    assert "--brand:" in html
    assert 'url("../' not in html
    inputs = inputs_of(html)
    assert (inputs["page"]["value"], inputs["opened"]["value"]) == ("", "")


def test_a_changed_page_is_shown_again_with_the_typed_values(client: FlaskClient) -> None:
    mailing_list = make_list()
    html = client.get(PAGE).text
    with transaction():
        db.session.merge(mailing_list).description = "Autre chose."
    fields = {**hidden_values(html), **box_values(html), "is_15": "y"}
    typed = {"email": "camille@example.org", "given_name": "Camille"}
    response = client.post(PAGE, data={**fields, **typed})
    assert response.status_code == 422
    assert 'value="Camille"' in response.text
    assert "Autre chose." in response.text
    assert (requests(), pages()) == ([], [])
    again = {**hidden_values(response.text), **box_values(response.text), "is_15": "y"}
    assert client.post(PAGE, data={**again, **typed}).status_code == 303


@pytest.mark.parametrize("page", ["", "x", "0" * 64])
def test_a_form_without_the_page_fingerprint_is_refused(client: FlaskClient, page: str) -> None:
    make_list()
    html = client.get(PAGE).text
    fields = {**hidden_values(html), **box_values(html), "is_15": "y", "page": page}
    response = client.post(PAGE, data={**fields, "email": "boris@example.org"})
    assert (response.status_code, len(requests())) == (422, 0)


@pytest.fixture
def later(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[FlaskClient]:
    """Return a browser of the next version of the program, which has another style."""
    later = create_app(settings)
    files = later.extensions["static_files"]
    shutil.copytree(files.folder, tmp_path / "static")
    files.folder = tmp_path / "static"
    for name in ("css/tokens.css", "img/mark.svg"):
        with (tmp_path / "static" / name).open("a") as file:
            file.write("a { --bolder: 1 }" if name.endswith(".css") else "<!-- bolder -->")
    with later.app_context():
        yield later.test_client()
        db.session.remove()
        db.engine.dispose()


def move_to(later: FlaskClient, client: FlaskClient) -> None:
    """Move the cookies of a browser to the next version."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    later.set_cookie("session", cookie.value)


def test_a_form_opened_before_a_style_change_is_accepted(
    app: Flask, client: FlaskClient, later: FlaskClient
) -> None:
    make_list()
    html = client.get(PAGE).text
    move_to(later, client)
    fields = {**hidden_values(html), **box_values(html), "is_15": "y"}
    response = later.post(PAGE, data={**fields, "email": "camille@example.org"})
    assert (response.status_code, len(requests())) == (303, 1)


@pytest.mark.both_databases
def test_another_style_makes_no_new_snapshot(client: FlaskClient, later: FlaskClient) -> None:
    make_list()
    join(client, "a@example.org")
    assert join(later, "b@example.org").status_code == 303
    (page,) = pages()
    assert {request.page_snapshot_id for request in requests()} == {page.id}
    assert "--bolder:1" not in open_snapshot(page)


def test_pages_share_their_style(app: Flask, client: FlaskClient) -> None:
    make_list()
    join(client, "a@example.org")
    join(client, "b@example.org", page="/en/join/national")
    (style,) = db.session.scalars(db.select(PageStyle))
    assert {page.style_hash for page in pages()} == {style.content_hash}


def test_a_later_snapshot_has_its_own_style(
    app: Flask, client: FlaskClient, later: FlaskClient, tmp_path: Path
) -> None:
    make_list()
    join(client, "a@example.org")
    join(later, "b@example.org", page="/en/join/national")
    assert ["--bolder:1" in open_snapshot(page) for page in pages()] == [False, True]
    drawing = base64.b64encode((tmp_path / "static" / "img" / "mark.svg").read_bytes()).decode()
    assert [drawing in open_snapshot(page) for page in pages()] == [False, True]


def test_each_language_has_its_own_snapshot(app: Flask, client: FlaskClient) -> None:
    make_list()
    join(client, "a@example.org")
    join(client, "b@example.org", page="/en/join/national")
    assert [page.language for page in pages()] == ["fr", "en"]


@pytest.mark.both_databases
def test_an_altered_page_is_noticed(app: Flask, client: FlaskClient) -> None:
    make_list()
    join(client, "a@example.org")
    with transaction():
        page = db.session.get_one(PageSnapshot, 1)
        page.content = bytes([page.content[0] ^ 1]) + page.content[1:]
    with pytest.raises(SnapshotAltered):
        open_snapshot(pages()[0])


@pytest.mark.parametrize("content", [b"{}", zlib.compress(b"{}")])
def test_an_altered_style_is_noticed(app: Flask, client: FlaskClient, content: bytes) -> None:
    make_list()
    join(client, "a@example.org")
    with transaction():
        db.session.scalars(db.select(PageStyle)).one().content = content
    with pytest.raises(SnapshotAltered):
        open_snapshot(pages()[0])

"""Imports in the console: an owner imports, another owner approves; other roles see nothing."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supporters.extensions import queue
from supporters.imports.import_approval import approve_import
from supporters.imports.models import ImportStatus
from supporters.imports.queries import list_imports
from supporters.imports.rules import RefusedOrigin
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.accounts import sign_in
from tests.factories.imports import (
    APPROVER,
    IMPORTER,
    checked,
    csv_of,
    draft,
    held,
    invitations,
    invited,
    owner,
    process_file,
    reload,
    waiting,
)
from tests.factories.lists import make_list
from tests.web.console.pages import followed, post
from tests.web.public.pages import hidden_values, press

FILE = csv_of("anne@example.org,Zoé,en", "info@example.org,,", "nobody,,")
PAGES = ["", "/new", "/1", "/1/columns", "/1/provenance", "/1/approve", "/1/cancel", "/1/progress"]


@pytest.fixture
def importer(app: Flask) -> FlaskClient:
    """Return the browser of the owner who imports."""
    return sign_in(app, owner(IMPORTER))


@pytest.fixture
def approver(app: Flask) -> FlaskClient:
    """Return the browser of another owner."""
    return sign_in(app, owner(APPROVER))


def send(client: FlaskClient, page: str, **fields: object) -> TestResponse:
    """Fill in a form with files."""
    hidden = hidden_values(client.get(page).text)
    return client.post(page, data={**hidden, **fields}, content_type="multipart/form-data")


def send_file(client: FlaskClient, content: bytes) -> TestResponse:
    """Upload a file for the list."""
    return send(
        client,
        "/console/imports/new",
        file=(io.BytesIO(content), "C:/lists/former.csv"),
        mailing_list_id=str(make_list().id),
        language="fr",
    )


def state(client: FlaskClient, import_id: int, way: str = "paper") -> TestResponse:
    """Fill in the origin of a list."""
    return send(
        client,
        f"/console/imports/{import_id}/provenance",
        way=way,
        collected_by="la section de Brest",
        collected_from="2015",
        collected_until="2019",
        statement="Sur des fiches.",
        evidence=(io.BytesIO(b"%PDF"), "fiche.pdf"),
    )


def test_without_any_import_the_page_says_what_it_is_for(importer: FlaskClient) -> None:
    assert "/console/imports/new" in importer.get("/console/imports").text


def test_a_list_goes_from_the_file_to_the_emails(
    importer: FlaskClient, approver: FlaskClient
) -> None:
    columns = followed(importer, send_file(importer, FILE))
    assert "anne@example.org" in columns
    [(found, _)] = list_imports()
    page = f"/console/imports/{found.id}"
    press(importer, f"{page}/columns", address="0", given_name="1", language="-1")
    assert 'data-active="true"' in followed(importer, state(importer, found.id))
    queue.run_all()
    send_due_emails()
    post(importer, f"{page}/hand-over")
    approval = approver.get(f"{page}/approve").text
    assert "la section de Brest" in approval
    assert "2015" in approval
    press(approver, f"{page}/approve")
    queue.run_all()
    send_due_emails()
    assert [(each.address, each.language) for each in invitations()] == [("anne@example.org", "fr")]
    assert found.file_name == "former.csv"


def test_the_importer_has_no_button_to_approve_and_is_refused_without_one(
    importer: FlaskClient,
) -> None:
    import_id = waiting(FILE)
    page = f"/console/imports/{import_id}/approve"
    assert 'form method="post" class="cluster' not in importer.get(page).text
    post(importer, page)
    assert reload(import_id).status is ImportStatus.WAITING


@pytest.mark.parametrize("way", [*RefusedOrigin])
def test_a_vendors_list_is_refused_with_the_reason(
    importer: FlaskClient, way: RefusedOrigin
) -> None:
    import_id = draft(FILE)
    answer = state(importer, import_id, way.value)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert reload(import_id).status is ImportStatus.DRAFT


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"%PDF-1", b"anne@example.org,Anne\n", b"a\xc3\xa9\n\xff\n"]
)
def test_a_file_that_can_not_be_read_is_explained_at_its_field(
    importer: FlaskClient, content: bytes
) -> None:
    answer = send_file(importer, content)
    assert answer.status_code == 422
    assert 'href="#file"' in answer.text
    assert list_imports() == []


def test_columns_of_one_name_are_told_apart_by_their_numbers(importer: FlaskClient) -> None:
    import_id = draft(csv_of("a@x.fr,b@x.fr", header="email,email"))
    html = importer.get(f"/console/imports/{import_id}/columns").text
    assert "email (1)" in html
    assert "email (2)" in html
    chosen = press(
        importer,
        f"/console/imports/{import_id}/columns",
        address="-1",
        given_name="-1",
        language="-1",
    )
    assert chosen.status_code == 422


def test_the_report_has_lines_and_reasons_and_no_address(importer: FlaskClient) -> None:
    import_id = checked(FILE)
    answer = importer.get(f"/console/imports/{import_id}/report.csv")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["3", "role"], ["4", "malformed"]]
    assert "@" not in answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_evidence_is_given_as_a_file_and_never_shown(importer: FlaskClient) -> None:
    answer = importer.get(f"/console/imports/{checked(FILE)}/evidence")
    assert (answer.data, answer.mimetype) == (b"%PDF", "application/octet-stream")


def test_no_page_of_an_import_shows_who_is_in_it(importer: FlaskClient) -> None:
    import_id = invited(FILE)
    for page in (f"/{import_id}", f"/{import_id}/progress", ""):
        assert not re.search(r"\banne\b", importer.get(f"/console/imports{page}").text)


def test_progress_renews_itself_only_while_something_changes(importer: FlaskClient) -> None:
    quiet = importer.get(f"/console/imports/{checked(FILE)}").text
    busy = importer.get(f"/console/imports/{invited(csv_of('b@x.fr,,'))}").text
    assert ("js/progress." in quiet, "js/progress." in busy) == (False, True)


def test_a_cancelled_import_says_so(importer: FlaskClient) -> None:
    import_id = waiting(FILE)
    press(importer, f"/console/imports/{import_id}/cancel")
    assert reload(import_id).status is ImportStatus.CANCELLED
    assert followed(importer, importer.get(f"/console/imports/{import_id}/cancel"))


def test_only_owners_may_send_large_files(app: Flask, importer: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 2000
    large = csv_of(*(f"person{number}@example.org,Camille,fr" for number in range(300)))
    assert send_file(importer, large).status_code == 303
    files = {"file": (io.BytesIO(large), "x.csv")}
    assert app.test_client().post("/console/imports/new", data=files).status_code == 413


def test_an_unknown_import_is_a_page_that_is_not_there(importer: FlaskClient) -> None:
    for page in ("/404", "/404/approve", "/404/columns", "/404/report.csv", "/404/evidence"):
        assert importer.get(f"/console/imports{page}").status_code == 404


def test_pages_have_no_script_or_style_of_their_own(importer: FlaskClient) -> None:
    import_id = waiting(FILE)
    for page in PAGES:
        html = importer.get(f"/console/imports{page}".replace("/1", f"/{import_id}")).text
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=", html)


def test_the_approver_sees_the_whole_invitation_in_each_of_its_languages(
    approver: FlaskClient,
) -> None:
    import_id = waiting(FILE)
    page = approver.get(f"/console/imports/{import_id}/approve").text
    for code, words in (("fr", "nous tenons votre adresse"), ("en", "Where we got your")):
        frame = f"/console/imports/{import_id}/invitation-{code}.html"
        assert frame in page
        mail = approver.get(frame)
        assert (words in mail.text, "la section de Brest" in mail.text) == (True, True)
        assert "sandbox" in mail.headers["Content-Security-Policy"]
    assert "48" in page


def test_a_file_in_one_language_shows_one_invitation(approver: FlaskClient) -> None:
    import_id = waiting(csv_of("anne@example.org", header="email"))
    page = approver.get(f"/console/imports/{import_id}/approve").text
    assert ("invitation-fr.html" in page, "invitation-en.html" in page) == (True, False)


def test_the_dashboard_of_owners_names_what_waits_and_what_stopped(
    importer: FlaskClient, approver: FlaskClient
) -> None:
    import_id = waiting(FILE)
    page = f'href="/console/imports/{import_id}"'
    assert page in approver.get("/console/").text
    assert page in importer.get("/console/").text
    press(approver, f"/console/imports/{import_id}/approve")
    assert page in importer.get("/console/").text
    press(importer, f"/console/imports/{import_id}/cancel")
    assert page not in approver.get("/console/").text
    stopped = held(FILE)
    assert f'href="/console/imports/{stopped}"' in approver.get("/console/").text


def test_the_dashboard_of_an_organiser_names_no_import(organiser_client: FlaskClient) -> None:
    import_id = waiting(FILE)
    assert f"/console/imports/{import_id}" not in organiser_client.get("/console/").text


def test_the_page_says_until_when_the_import_can_be_stopped(importer: FlaskClient) -> None:
    import_id = waiting(FILE)
    approve_import(import_id, owner(APPROVER).id)
    process_file(import_id)
    found = reload(import_id)
    assert found.asking_since is not None
    page = importer.get(f"/console/imports/{import_id}").text
    assert (f"{found.asking_since:%Y}" in page, "message-warn" in page) == (True, True)


def test_an_import_over_the_limit_says_how_many_are_left_out(approver: FlaskClient) -> None:
    many = csv_of(*(f"p{number}@example.org" for number in range(503)), header="email")
    page = approver.get(f"/console/imports/{waiting(many)}/approve").text
    assert re.search(r"500 .*3 ", page, re.DOTALL)

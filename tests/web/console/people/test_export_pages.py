"""Export in the console: its own right, a recent password, a reason, a record."""

from datetime import timedelta
from urllib.parse import urljoin

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.consent.log_sealing import seal
from supporters.consent.record_models import Disclosure
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.mail.models import EmailKind
from supporters.team.accounts import grant_right, revoke_right
from tests.factories.accounts import PASSWORD, make_account, make_organiser, make_owner, sign_in
from tests.factories.campaigns import ANNA
from tests.factories.exports import REASON, read_rows
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.web.console.pages import emails, followed, post
from tests.web.public.pages import hidden_values, press

EXPORTER = "org@parti.example"
VERIFY = "/console/password"
ELEVEN_MINUTES = timedelta(minutes=11)


@made_once
def page(app: Flask) -> str:
    """Return the URL of the export of a list with a subscriber."""
    mailing_list: MailingList = make_list()
    make_subscriber(ANNA, mailing_list)
    return f"/console/lists/{mailing_list.id}/export"


@pytest.fixture
def exporter(app: Flask) -> FlaskClient:
    """Return the browser of an organiser with a recent password and the right to export."""
    organiser = make_organiser(EXPORTER)
    grant_right(organiser.id, RoleName.EXPORTER)
    return sign_in(app, organiser)


def test_an_exporter_gets_the_file(exporter: FlaskClient, page: str) -> None:
    response = press(exporter, page, reason=REASON)
    assert response.status_code == 200
    assert [row["address"] for row in read_rows(response.data)] == [ANNA]
    assert response.content_type == "text/csv; charset=utf-8; header=present"
    assert response.headers["Content-Disposition"].startswith("attachment; filename=national-")
    assert response.headers["Cache-Control"] == "no-store"


def test_the_mark_of_excel_is_a_choice(exporter: FlaskClient, page: str) -> None:
    with_mark = press(exporter, page, reason=REASON, has_mark="y")
    assert with_mark.data.startswith(b"\xef\xbb\xbf")


def test_it_is_on_the_record_and_told_at_once(exporter: FlaskClient, page: str) -> None:
    make_owner()
    press(exporter, page, reason=f"  {REASON}\r\n ")
    row = db.session.scalars(db.select(Disclosure)).one()
    assert (row.asked_by, row.reason, row.people) == (EXPORTER, REASON, 1)
    assert len(emails(EmailKind.EXPORT_MADE)) == 2


def test_the_page_says_before_the_button_who_is_told(exporter: FlaskClient, page: str) -> None:
    make_owner()
    before, _, after = exporter.get(page).text.partition("button-danger")
    assert "owner@parti.example" in before
    assert "donnees@parti.example" in before
    assert after
    assert count_rows(Disclosure) == 0


def test_without_a_reason_nothing_is_handed_out(exporter: FlaskClient, page: str) -> None:
    for reason in ["", "short", "a b c d e", " " * 20, "x" * 501, "a\0b c d e f g"]:
        response = press(exporter, page, reason=reason)
        assert response.status_code == 422
        assert 'href="#reason"' in response.text
        assert (count_rows(Disclosure), ANNA in response.text) == (0, False)


def test_no_file_leaves_while_the_log_cannot_have_its_record(
    exporter: FlaskClient, page: str
) -> None:
    with clock.pretend(clock.now() + timedelta(hours=1)):
        seal()
    response = press(exporter, page, reason=REASON)
    assert response.status_code == 422
    assert "le registre des consentements ne peut pas être scellé" in response.text
    assert (REASON in response.text, ANNA in response.text) == (True, False)


def test_a_fourth_one_within_a_day_is_refused(exporter: FlaskClient, page: str) -> None:
    form = hidden_values(exporter.get(page).text)
    statuses = [exporter.post(page, data={**form, "reason": REASON}).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 422]
    assert count_rows(Disclosure) == 3
    assert "button-danger" not in exporter.get(page).text


@pytest.mark.parametrize("role", [RoleName.OWNER, RoleName.ORGANISER, RoleName.DPO])
def test_no_role_may_export_by_itself(app: Flask, page: str, role: RoleName) -> None:
    browser = sign_in(app, make_account("a@parti.example", role))
    assert browser.get(page).status_code == 403
    assert post(browser, page, reason=REASON).status_code == 403
    assert f'href="{page}"' not in browser.get(page.removesuffix("/export")).text
    assert count_rows(Disclosure) == 0


def test_who_lost_the_right_is_refused_at_the_next_request(app: Flask, page: str) -> None:
    organiser = make_organiser(EXPORTER)
    grant_right(organiser.id, RoleName.EXPORTER)
    browser = sign_in(app, organiser)
    form = hidden_values(browser.get(page).text)
    revoke_right(organiser.id, RoleName.EXPORTER)
    assert browser.post(page, data={**form, "reason": REASON}).status_code == 403
    assert count_rows(Disclosure) == 0


def test_after_ten_minutes_the_password_is_asked_for_again(
    exporter: FlaskClient, page: str
) -> None:
    with time_machine.travel(clock.now() + ELEVEN_MINUTES, tick=False):
        asked = exporter.get(page)
        assert (asked.status_code, asked.location) == (303, f"{VERIFY}?next={page}")
        assert exporter.get("/console/people").status_code == 200
        answered = press(exporter, str(asked.location), password=PASSWORD)
        assert answered.location == page
        assert press(exporter, page, reason=REASON).status_code == 200


def test_a_form_that_was_open_too_long_keeps_what_was_typed(
    exporter: FlaskClient, page: str
) -> None:
    form = hidden_values(exporter.get(page).text)
    with time_machine.travel(clock.now() + ELEVEN_MINUTES, tick=False):
        asked = exporter.post(page, data={**form, "reason": REASON})
        assert asked.status_code == 303
        assert str(asked.location).startswith(f"{VERIFY}?next={page}?stored%3D")
        assert count_rows(Disclosure) == 0
        verified = press(exporter, str(asked.location), password=PASSWORD)
        assert REASON in followed(exporter, verified)
        assert REASON not in exporter.get(page).text


def test_freshness_does_not_grow_by_use(exporter: FlaskClient, page: str) -> None:
    start = clock.now()
    with time_machine.travel(start + timedelta(minutes=9), tick=False):
        assert exporter.get(page).status_code == 200
    with time_machine.travel(start + timedelta(minutes=12), tick=False):
        assert exporter.get(page).status_code == 303


def test_a_wrong_password_opens_nothing(exporter: FlaskClient, page: str) -> None:
    with time_machine.travel(clock.now() + ELEVEN_MINUTES, tick=False):
        refused = press(exporter, f"{VERIFY}?next={page}", password="another long password")
        assert refused.status_code == 200
        assert "error-summary" in refused.text
        assert exporter.get(page).status_code == 303


def test_guessing_the_password_there_is_slowed_down(exporter: FlaskClient) -> None:
    tries = [press(exporter, VERIFY, password=f"guess number {n}") for n in range(11)]
    assert [each.status_code for each in tries][-1] == 429


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_the_password_page_never_leads_to_another_site(exporter: FlaskClient, target: str) -> None:
    response = press(exporter, VERIFY, password=PASSWORD, next=target)
    here = f"http://localhost{VERIFY}"
    assert urljoin(here, str(response.location)).startswith("http://localhost/")


def test_an_unknown_list_is_a_page_that_says_so(exporter: FlaskClient, page: str) -> None:
    assert exporter.get("/console/lists/99/export").status_code == 404
    assert post(exporter, "/console/lists/99/export", reason=REASON).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [(RoleName.OWNER, 200), (RoleName.DPO, 200), (RoleName.ORGANISER, 403)]
)
def test_owners_and_the_officer_see_what_was_exported(
    app: Flask, exporter: FlaskClient, page: str, role: RoleName, status: int
) -> None:
    press(exporter, page, reason="Because of <b> & the congress")
    response = sign_in(app, make_account("a@parti.example", role)).get("/console/exports")
    assert response.status_code == status
    assert ("Because of &lt;b&gt; &amp; the congress" in response.text) is (status == 200)
    assert (EXPORTER in response.text.replace("<wbr>", "")) is (status == 200)


def test_a_page_of_exports_that_is_not_there_is_calm(owner_client: FlaskClient) -> None:
    for number in ("0", "-1", "9" * 30, "two", ""):
        assert owner_client.get(f"/console/exports?page={number}").status_code == 200, number

"""The pages of receipts, and the times in the privacy notice."""

import json
import re
import subprocess
import sys
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.consent.promised.receipt_links import sign_receipt_link
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.extensions import current_settings, current_tokens
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.people.models import Subscriber
from supporters.retention.models import RetentionRule
from supporters.retention.rules import Category
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, confirm_token, make_subscriber, request_to_join
from tests.lists.test_mailing_lists import rename_party
from tests.machinery.prepared_states import made_once
from tests.markup import Markup
from tests.web.public.pages import hidden_values, press

JOIN = "/en/join/national"


@made_once
def anna(app: Flask) -> Subscriber:
    """Return a person who confirmed."""
    return make_subscriber(ADDRESS, make_list(), given_name="Camille")


def keep_people_for(days: int) -> None:
    """Set another retention time for people on a list."""
    with transaction():
        db.session.get_one(RetentionRule, Category.PEOPLE.value).days = days


def test_the_page_after_confirming_offers_a_receipt(client: FlaskClient, app: Flask) -> None:
    token = confirm_token(request_to_join(ADDRESS, make_list()))
    html = press(client, f"/fr/confirm/{token}").text
    (link,) = {each for each in Markup(html).links if "/receipt/" in each}
    assert client.get(link).status_code == 200


def test_a_receipt_waits_until_it_is_sealed(client: FlaskClient, anna: Subscriber) -> None:
    page = f"/fr/receipt/{sign_receipt_link(anna.joined_event_id)}"
    assert "receipt.json" not in client.get(page).text
    early = client.get(f"{page}/receipt.json")
    assert (early.status_code, early.headers["Retry-After"]) == (202, "10")
    seal()
    assert "receipt.json" in client.get(page).text


def test_the_file_is_found_genuine_by_the_script_of_the_site(
    client: FlaskClient, anna: Subscriber, tmp_path: Path
) -> None:
    seal()
    answer = client.get(f"/fr/receipt/{sign_receipt_link(anna.joined_event_id)}/receipt.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    (tmp_path / "receipt.json").write_bytes(answer.data)
    (tmp_path / "verify.py").write_bytes(client.get("/consent-log/verify_receipt.py").data)
    key = client.get("/consent-log/heads.json").json["verifier_key"]
    command = [sys.executable, "-I", "verify.py", "receipt.json", key]
    assert subprocess.run(command, check=False, cwd=tmp_path).returncode == 0


def test_the_receipt_names_the_earlier_and_the_current_controller(
    app: Flask, client: FlaskClient, anna: Subscriber
) -> None:
    seal()
    page = f"/en/receipt/{sign_receipt_link(anna.joined_event_id)}"
    then = current_settings().party_name
    assert "Today" not in Markup(client.get(page).text).words
    rename_party(app, "Le Nouveau Parti")
    facts = client.get(page).text.partition('<dl class="facts">')[2].partition("</dl>")[0]
    assert f"<strong>{then}</strong>" in facts
    assert "<dt>Today</dt>" in facts
    assert "<strong>Le Nouveau Parti</strong>" in facts


def test_neither_form_of_a_receipt_names_its_person(client: FlaskClient, anna: Subscriber) -> None:
    seal()
    page = f"/en/receipt/{sign_receipt_link(anna.joined_event_id)}"
    for each in (page, f"{page}/receipt.json"):
        assert "camille" not in client.get(each).text.lower()


def test_a_receipt_exists_after_unsubscribing_too(client: FlaskClient, anna: Subscriber) -> None:
    seal()
    unsubscribe_from_every_list(anna.id, Method.PAGE)
    page = f"/fr/receipt/{sign_receipt_link(anna.joined_event_id)}/receipt.json"
    assert json.loads(client.get(page).text)["consent"]["confirmed_at"]


def test_the_receipt_of_an_erased_person_is_a_plain_page(client: FlaskClient, app: Flask) -> None:
    page = f"/fr/receipt/{sign_receipt_link(404)}"
    assert client.get(page).status_code == 200
    assert client.get(f"{page}/receipt.json").status_code == 404
    assert client.get("/fr/receipt/nonsense").status_code == 404
    forged = current_tokens().sign(TokenPurpose.WHY, 404)
    assert client.get(f"/fr/receipt/{forged}").status_code == 404


def test_the_notice_says_what_the_table_says(app: Flask, client: FlaskClient) -> None:
    make_list()
    before = client.get(JOIN).text
    keep_people_for(2 * 365)
    told = [
        re.search(r"no act of yours for ([^,]+),", page).group(1)  # type: ignore[union-attr]
        for page in (before, client.get(JOIN).text, client.get("/en/privacy").text)
    ]
    assert told == ["3 years", "2 years", "2 years"]


def test_another_time_makes_another_snapshot(app: Flask, client: FlaskClient) -> None:
    make_list()
    before = hidden_values(client.get(JOIN).text)["page"]
    keep_people_for(2 * 365)
    assert hidden_values(client.get(JOIN).text)["page"] != before

"""The pages of the links of an invitation."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters import clock
from supporters.consent.models import ConsentEvent, PageSnapshot
from supporters.consent.page_snapshots import open_snapshot
from supporters.database import db
from supporters.imports.invitation_mails import send_next_invitations
from supporters.lists.models import Subscription
from supporters.mail.models import EmailKind, OutboxEmail
from tests.factories.imports import csv_of, invitations, invited
from tests.factories.rows import count_rows
from tests.factories.signups import values_in
from tests.web.public.pages import hidden_values, inputs_of


@pytest.fixture
def links(client: FlaskClient) -> dict[str, str]:
    """Return the paths of the two links of an invitation."""
    invited(csv_of("anne@example.org,Zoé,fr"))
    send_next_invitations(clock.now())
    email = db.session.scalar(select(OutboxEmail).where(OutboxEmail.kind == EmailKind.INVITATION))
    assert email is not None
    values = values_in(email)
    return {
        name: str(values[f"{name}_url"]).removeprefix("http://localhost")
        for name in ("yes", "no_more")
    }


def subscriptions() -> int:
    db.session.rollback()
    return count_rows(Subscription)


def test_opening_the_links_changes_nothing(client: FlaskClient, links: dict[str, str]) -> None:
    for path in links.values():
        for _ in range(3):
            assert client.get(path).status_code == 200
        client.head(path)
    assert (subscriptions(), len(invitations())) == (0, 1)


def test_the_page_shows_the_origin_of_the_address_and_unticked_boxes(
    client: FlaskClient, links: dict[str, str]
) -> None:
    html = client.get(links["yes"]).text
    boxes = [each for each in inputs_of(html).values() if each.get("type") == "checkbox"]
    assert len(boxes) == 2
    assert not any("checked" in each for each in boxes)
    assert "la section de Brest" in html
    assert "les messages politiques par e-mail (Parti de l’Exemple)" in html
    assert html.count('type="submit"') == 1


@pytest.mark.parametrize("left_out", ["consent", "is_15"])
def test_without_both_boxes_there_is_no_consent(
    client: FlaskClient, links: dict[str, str], left_out: str
) -> None:
    html = client.get(links["yes"]).text
    fields = {**hidden_values(html), "consent": str(inputs_of(html)["consent"]["value"])}
    fields["is_15"] = "y"
    del fields[left_out]
    answer = client.post(links["yes"], data=fields)
    assert (answer.status_code, subscriptions()) == (422, 0)
    assert f'href="#{left_out}"' in answer.text


def test_a_box_of_an_older_text_is_no_consent(client: FlaskClient, links: dict[str, str]) -> None:
    fields = {**hidden_values(client.get(links["yes"]).text), "consent": "9999", "is_15": "y"}
    assert client.post(links["yes"], data=fields).status_code == 422
    assert subscriptions() == 0


def test_both_boxes_and_the_button_are_a_consent_and_twice_shows_the_same(
    client: FlaskClient, links: dict[str, str]
) -> None:
    html = client.get(links["yes"]).text
    consent = str(inputs_of(html)["consent"]["value"])
    fields = {**hidden_values(html), "consent": consent, "is_15": "y"}
    answers = [client.post(links["yes"], data=fields) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 200]
    assert all("/fr/subscriptions/" in each.text for each in answers)
    assert subscriptions() == 1


def test_the_page_snapshot_has_no_token(client: FlaskClient, links: dict[str, str]) -> None:
    html = client.get(links["yes"]).text
    assert db.session.scalar(select(PageSnapshot)) is None
    consent = str(inputs_of(html)["consent"]["value"])
    client.post(links["yes"], data={**hidden_values(html), "consent": consent, "is_15": "y"})
    event = db.session.scalars(select(ConsentEvent).where(ConsentEvent.evidence.is_not(None))).one()
    kept = open_snapshot(db.session.get_one(PageSnapshot, event.page_snapshot_id))
    assert "la section de Brest" in kept
    assert not any(each in kept for each in ("anne@", "Zoé", links["yes"].rpartition("/")[2]))
    assert "csrf_token" not in kept


def test_a_page_that_changed_meanwhile_is_no_consent(
    client: FlaskClient, links: dict[str, str]
) -> None:
    html = client.get(links["yes"]).text
    consent = str(inputs_of(html)["consent"]["value"])
    fields = {"csrf_token": hidden_values(html)["csrf_token"], "consent": consent, "is_15": "y"}
    assert client.post(links["yes"], data={**fields, "page": "0" * 64}).status_code == 422
    assert (subscriptions(), db.session.scalar(select(PageSnapshot))) == (0, None)


def test_declining_works_for_a_mail_program_without_a_cookie(
    client: FlaskClient, links: dict[str, str]
) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    body = {"List-Unsubscribe": "One-Click"}
    assert client.post(links["no_more"], data=body, headers=headers).status_code == 200
    assert invitations() == []
    assert client.get(links["yes"]).status_code == 410
    assert client.get(links["no_more"]).status_code == 410


def test_a_mail_program_may_decline_twice(client: FlaskClient, links: dict[str, str]) -> None:
    body = {"List-Unsubscribe": "One-Click"}
    answers = [client.post(links["no_more"], data=body) for _ in range(3)]
    assert [each.status_code for each in answers] == [200] * 3
    assert "Cet e-mail n’est plus valable" in answers[-1].text
    start, end = links["no_more"][:-5], links["no_more"][-4:]  # the last one has spare bits
    altered = start + ("A" if links["no_more"][-5] != "A" else "B") + end
    assert client.post(altered, data=body).status_code == 404


def test_a_consent_needs_our_own_page(client: FlaskClient, links: dict[str, str]) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = True
    fields = {"consent": "1", "is_15": "y"}
    assert client.post(links["yes"], data=fields).status_code == 400
    assert subscriptions() == 0


def test_a_forged_link_is_a_page_that_says_what_to_do(client: FlaskClient) -> None:
    for page in ("invited", "no-more"):
        answer = client.get(f"/fr/{page}/nonsense")
        assert answer.status_code == 404
        assert "/fr/" in answer.text
        assert client.post(f"/fr/{page}/nonsense").status_code in {400, 404}


def test_pages_with_a_token_are_not_cached_and_send_no_referrer(
    client: FlaskClient, links: dict[str, str]
) -> None:
    for path in links.values():
        headers = client.get(path).headers
        assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")

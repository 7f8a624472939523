"""The sign-up form elsewhere: in a frame, from a form of another site, for programs, at a stall."""

import dataclasses
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from supporters.config import Settings
from supporters.consent.models import PageSnapshot
from supporters.consent.page_snapshots import read_snapshot
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.signup.models import SignupRequest
from tests.factories.signups import ADDRESS, make_subscriber
from tests.web.public.pages import box_values, hidden_values, inputs_of

pytestmark = pytest.mark.usefixtures("mailing_list")

OURS = "https://www.parti.example"
THEIRS = "https://evil.example"
FRAME, STALL, PROGRAM = "/fr/embed/national", "/fr/stall/national", "/api/forms/national"
FROM_SITE = "/fr/join/national/from-site"
NO_COOKIE = "Set-Cookie"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with another site of the party."""
    return dataclasses.replace(settings, form_origins=(OURS,))


def fill(html: str, email: str = ADDRESS) -> dict[str, str]:
    """Return the fields of a page with the boxes of its list and the age ticked."""
    return {**hidden_values(html), **box_values(html), "is_15": "y", "email": email}


def requests() -> list[SignupRequest]:
    """Return the stored requests."""
    return [*db.session.scalars(select(SignupRequest).order_by(SignupRequest.id))]


def page_of(request: SignupRequest) -> str:
    """Return the page that is kept as the proof of a request."""
    snapshot = db.session.get_one(PageSnapshot, request.page_snapshot_id)
    return read_snapshot(snapshot)


def from_another(site: str, **more: str) -> dict[str, str]:
    """Return the headers that a browser sends from a page of another site."""
    return {"Origin": site, "Sec-Fetch-Site": "cross-site", **more}


class TestFrame:
    """The form in a frame of the party's other sites."""

    def test_only_our_sites_may_show_it(self, client: FlaskClient) -> None:
        policy = client.get(FRAME).headers["Content-Security-Policy"]
        assert f"frame-ancestors 'self' {OURS}" in policy
        elsewhere = client.get("/fr/join/national").headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in elsewhere

    def test_it_takes_a_sign_up_without_a_cookie_and_keeps_the_page_as_shown(
        self, client: FlaskClient
    ) -> None:
        shown = client.get(FRAME)
        client.delete_cookie("session")
        answer = client.post(FRAME, data=fill(shown.text))
        assert (answer.status_code, NO_COOKIE in answer.headers) == (303, False)
        assert "e-mail" in client.get(answer.location).text
        (request,) = requests()
        assert request.page_url == f"http://localhost{FRAME}"
        assert 'class="embedded"' in page_of(request)

    def test_the_answer_is_the_same_for_known_and_unknown_addresses(
        self, client: FlaskClient, mailing_list: MailingList
    ) -> None:
        make_subscriber("known@example.org", mailing_list)
        html = client.get(FRAME).text
        known, unknown = (
            client.post(FRAME, data=fill(html, each))
            for each in ("known@example.org", "nobody@example.org")
        )
        assert (known.text, known.status_code) == (unknown.text, unknown.status_code)

    def test_a_fault_comes_back_with_what_was_typed(self, client: FlaskClient) -> None:
        fields = fill(client.get(FRAME).text)
        answer = client.post(FRAME, data={**fields, "is_15": "", "given_name": "Zoé"})
        assert answer.status_code == 422
        assert inputs_of(answer.text)["given_name"]["value"] == "Zoé"
        assert requests() == []

    def test_no_other_site_can_send_it(self, client: FlaskClient) -> None:
        fields = fill(client.get(FRAME).text)
        for site in (OURS, THEIRS):
            answer = client.post(FRAME, data=fields, headers=from_another(site))
            assert answer.status_code == 403
        assert requests() == []

    def test_the_script_for_other_sites_may_be_loaded_there(self, client: FlaskClient) -> None:
        answer = client.get("/embed.js")
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
        assert (answer.mimetype, "supportersHeight" in answer.text) == ("text/javascript", True)


class TestFormOfAnotherSite:
    """A plain form of the party's site leads to our page."""

    def test_our_page_has_the_address_and_no_ticked_box(self, client: FlaskClient) -> None:
        sent = {"email": ADDRESS, "given_name": "Zoé", "consent_1": "1", "is_15": "y"}
        answer = client.post(FROM_SITE, data=sent, headers=from_another(OURS))
        inputs = inputs_of(answer.text)
        assert (inputs["email"]["value"], inputs["given_name"]["value"]) == (ADDRESS, "Zoé")
        assert [name for name, each in inputs.items() if "checked" in each] == []
        assert requests() == []

    def test_it_can_be_sent_from_there_without_typing_again(self, client: FlaskClient) -> None:
        shown = client.post(FROM_SITE, data={"email": ADDRESS}, headers=from_another(OURS))
        (action,) = re.findall(r'<form method="post" action="([^"]+)"', shown.text)
        answer = client.post(action, data=fill(shown.text, ADDRESS))
        assert (answer.status_code, len(requests())) == (303, 1)

    @pytest.mark.parametrize("site", [THEIRS, "null", "https://www.parti.example.evil.example"])
    def test_another_site_is_refused(self, client: FlaskClient, site: str) -> None:
        answer = client.post(FROM_SITE, data={"email": ADDRESS}, headers=from_another(site))
        assert answer.status_code == 403

    @pytest.mark.parametrize("path", [FROM_SITE, "/fr/join/national"])
    def test_a_site_that_is_not_named_is_led_to_our_page(
        self, client: FlaskClient, path: str
    ) -> None:
        answer = client.post(path, data={"email": ADDRESS}, headers=from_another(THEIRS))
        assert answer.status_code == 403
        assert "compte" not in answer.text
        assert 'href="/fr/join/national"' in answer.text

    def test_the_operator_is_told_which_setting_it_needs(
        self, client: FlaskClient, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for path in (FROM_SITE, PROGRAM):
            for _ in range(3):
                client.post(path, data={"email": ADDRESS}, headers=from_another(THEIRS))
        logged = capsys.readouterr().err
        assert logged.count("origin_refused") == 1
        assert (THEIRS in logged, "SUPPORTERS_FORM_ORIGINS" in logged) == (True, True)
        assert ADDRESS not in logged

    def test_a_page_that_is_no_form_has_no_account_either(self, client: FlaskClient) -> None:
        answer = client.post("/fr/my-data", headers=from_another(THEIRS))
        assert (answer.status_code, "compte" in answer.text) == (403, False)
        assert 'href="/fr/"' in answer.text

    def test_an_address_in_the_link_is_filled_in(self, client: FlaskClient) -> None:
        html = client.get(f"/fr/join/national?email={ADDRESS}").text
        assert inputs_of(html)["email"]["value"] == ADDRESS
        assert f"email={ADDRESS}" not in html

    def test_an_address_in_the_link_is_in_no_page_of_another_visitor(
        self, client: FlaskClient
    ) -> None:
        client.get(f"/fr/join/national?email={ADDRESS}")
        assert ADDRESS not in client.get("/fr/join/national").text


class TestProgram:
    """The form as JSON."""

    def send(self, client: FlaskClient, **more: str) -> TestResponse:
        """Fill in the form from its description, and send it as JSON."""
        form = client.get(PROGRAM).get_json()
        boxes = {each["field"]: each["value"] for each in form["boxes"]}
        age = {form["age_box"]["field"]: form["age_box"]["value"]}
        fields = {**form["send_back"], **boxes, **age, form["address_field"]: ADDRESS}
        return client.post(PROGRAM, json={**fields, **more})

    def test_it_has_the_exact_words_of_each_box(
        self, client: FlaskClient, mailing_list: MailingList
    ) -> None:
        form = client.get(f"{PROGRAM}?language=en").get_json()
        (box,) = form["boxes"]
        assert (form["language"], box["list"], box["is_required"]) == ("en", "national", True)
        assert "political" in box["words"]
        assert form["privacy_notice"] == "http://localhost/en/privacy"

    def test_it_takes_a_sign_up_and_keeps_the_words_that_it_handed_out(
        self, client: FlaskClient
    ) -> None:
        answer = self.send(client)
        assert (answer.status_code, [*answer.get_json()]) == (202, ["message"])
        (request,) = requests()
        assert request.page_url == f"http://localhost{PROGRAM}?language=fr"
        assert "in its own form" in page_of(request) or "propre formulaire" in page_of(request)

    def test_faults_are_named_by_field(self, client: FlaskClient) -> None:
        answer = self.send(client, email="ada at home", is_15="")
        faults = answer.get_json()["faults"]
        assert (answer.status_code, [each["field"] for each in faults]) == (422, ["email", "is_15"])
        assert requests() == []

    def test_an_old_page_is_refused(self, client: FlaskClient) -> None:
        answer = self.send(client, page="0" * 64)
        assert answer.status_code == 422
        assert [each["field"] for each in answer.get_json()["faults"]] == ["page"]

    @pytest.mark.parametrize("body", ["[]", "{", '"x"', "1"])
    def test_what_is_no_object_is_refused(self, client: FlaskClient, body: str) -> None:
        answer = client.post(PROGRAM, data=body, content_type="application/json")
        assert answer.status_code == 400

    @pytest.mark.parametrize(("site", "allowed"), [(OURS, OURS), (THEIRS, None), ("null", None)])
    def test_only_pages_of_our_sites_may_read_it(
        self, client: FlaskClient, site: str, allowed: str | None
    ) -> None:
        for answer in (
            client.get(PROGRAM, headers={"Origin": site}),
            client.options(PROGRAM, headers={"Origin": site}),
        ):
            assert answer.headers.get("Access-Control-Allow-Origin") == allowed
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert "Origin" in answer.headers["Vary"]

    def test_only_our_sites_may_send_it(self, client: FlaskClient) -> None:
        statuses = {
            site: client.post(PROGRAM, json={}, headers=from_another(site)).status_code
            for site in (OURS, THEIRS)
        }
        assert statuses == {OURS: 422, THEIRS: 403}

    def test_it_sets_and_reads_no_cookie(self, client: FlaskClient) -> None:
        client.get("/fr/join/national")
        answer = self.send(client)
        assert NO_COOKIE not in answer.headers


@pytest.mark.parametrize("path", [FRAME, STALL, PROGRAM, FROM_SITE])
def test_an_unknown_list_has_no_form(client: FlaskClient, path: str) -> None:
    unknown = path.replace("national", "nothing")
    sent = {"email": ADDRESS}
    assert client.post(unknown, data=sent, headers={"Origin": "null"}).status_code == 404

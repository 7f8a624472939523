"""The sign-up form on a tablet at a stall, and the sign-ups that it kept."""

from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from supporters import clock
from supporters.config import Settings
from supporters.database import db
from supporters.lists.mailing_lists import close_list
from supporters.lists.models import MailingList
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.people.rules import mask_address
from supporters.signup.encrypted_signups import StallKeys
from tests.factories.signups import ADDRESS
from tests.signup.test_encrypted_signups import encrypt
from tests.web.public.signup.test_elsewhere import STALL, fill, page_of, requests

pytestmark = pytest.mark.usefixtures("mailing_list")


class TestStall:
    """The form on a tablet."""

    def store(self, client: FlaskClient, settings: Settings, **more: object) -> TestResponse:
        """Send a sign-up that the tablet encrypted."""
        return client.post(f"{STALL}/kept", data={"sealed": self.encrypt_one(client, **more)})

    def encrypt_one(self, client: FlaskClient, **more: object) -> str:
        """Return a sign-up that the tablet encrypted."""
        key = client.get("/stall-key").get_json()["key"]
        typed_at = int(clock.now().timestamp() * 1000)
        return encrypt({**fill(client.get(STALL).text), "typed_at": typed_at, **more}, key)

    def test_without_a_script_the_empty_form_comes_back_with_thanks(
        self, client: FlaskClient
    ) -> None:
        answer = client.post(STALL, data=fill(client.get(STALL).text))
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{STALL}?thanks=1")
        html = client.get(answer.headers["Location"]).text
        assert ADDRESS not in html
        (request,) = requests()
        assert 'class="stall"' in page_of(request)

    def test_its_script_gets_the_faults_by_field(self, client: FlaskClient) -> None:
        fields = {**fill(client.get(STALL).text), "email": "x"}
        answer = client.post(STALL, data=fields, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.get_json()["faults"][0]["field"]) == (422, "email")

    def test_a_kept_sign_up_is_stored_as_any_other(
        self, client: FlaskClient, settings: Settings
    ) -> None:
        answer = self.store(client, settings)
        assert answer.status_code == 202
        assert [each.address for each in requests()] == [ADDRESS]
        statuses = db.session.scalars(select(OutboxEmail.status)).all()
        assert statuses == [EmailStatus.QUEUED]

    @pytest.mark.parametrize("hours", [73, -2])
    def test_one_of_another_week_or_of_the_future_is_refused(
        self, client: FlaskClient, settings: Settings, hours: int
    ) -> None:
        then = int((clock.now().timestamp() - hours * 3600) * 1000)
        answer = self.store(client, settings, typed_at=then, given_name="Zoé")
        told = answer.get_json()
        code = "too_old" if hours > 0 else "wrong_clock"
        assert (answer.status_code, told["code"], requests()) == (410, code, [])
        assert (told["who"], "fields" in told) == (f"Zoé {mask_address(ADDRESS)}", False)

    def test_one_of_an_older_page_is_refused(self, client: FlaskClient, settings: Settings) -> None:
        answer = self.store(client, settings, page="0" * 64)
        told = answer.get_json()
        assert (answer.status_code, told["code"], requests()) == (422, "page_changed", [])
        assert told["fields"] == {"email": ADDRESS}

    def test_a_faulty_one_comes_back_with_its_boxes_to_be_corrected(
        self, client: FlaskClient, settings: Settings
    ) -> None:
        told = self.store(client, settings, email="x@example").get_json()
        assert [each["field"] for each in told["faults"]] == ["email"]
        assert told["fields"]["email"] == "x@example"
        assert [each for each in told["fields"] if each.startswith("consent_")] != []

    @pytest.mark.parametrize(
        ("faulty", "words"),
        [
            ({"email": "x@example"}, "Something in the form is missing or wrong."),
            ({"page": "0" * 64}, "The text of the page has changed"),
            ({"typed_at": 0}, "It was stored for more than 72 hours."),
        ],
    )
    def test_a_reason_is_in_the_language_of_its_reader(
        self, client: FlaskClient, faulty: Mapping[str, object], words: str
    ) -> None:
        encrypted = self.encrypt_one(client, **faulty)
        for reader, is_english in (("en", True), ("fr", False), ("xx", False), ("", False)):
            told = client.post(f"{STALL}/kept", data={"sealed": encrypted, "reader": reader})
            assert (words in told.get_json()["message"]) is is_english

    def test_a_french_sign_up_is_taken_as_french_whoever_reads(self, client: FlaskClient) -> None:
        client.post(f"{STALL}/kept", data={"sealed": self.encrypt_one(client), "reader": "en"})
        assert [each.language for each in requests()] == ["fr"]

    def test_one_that_is_taken_tells_nothing_of_the_person(
        self, client: FlaskClient, settings: Settings
    ) -> None:
        assert [*self.store(client, settings).get_json()] == ["message"]

    def test_one_of_a_form_that_is_gone_says_so(
        self, client: FlaskClient, settings: Settings, mailing_list: MailingList
    ) -> None:
        headers = {"Accept": "application/json"}
        encrypted = {"sealed": self.encrypt_one(client)}
        close_list(mailing_list.id)
        answer = client.post(f"{STALL}/kept", data=encrypted, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (410, "form_closed")

    @pytest.mark.parametrize("fields", [{}, {"sealed": "x"}, {"sealed": "A" * 400}])
    def test_nonsense_is_refused(self, client: FlaskClient, fields: Mapping[str, str]) -> None:
        assert client.post(f"{STALL}/kept", data=fields).status_code == 410

    def test_the_key_is_that_of_the_installation(
        self, client: FlaskClient, settings: Settings
    ) -> None:
        key = StallKeys(settings.secret_keys).public_key
        assert client.get("/stall-key").get_json() == {"key": key}


def test_the_worker_of_a_stall_is_a_script_at_the_root(client: FlaskClient) -> None:
    answer = client.get("/stall-worker.js")
    assert (answer.mimetype, "respondWith" in answer.text) == ("text/javascript", True)

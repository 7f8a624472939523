"""Owners switch the email that tells people what was recorded."""

from flask.testing import FlaskClient

from supporters.lists.consent_notice import find_notice_since
from tests.web.console.pages import followed, post, speak_english

PAGE = "/console/consents/notice"


def test_an_owner_switches_the_notice_on_and_off(owner_client: FlaskClient) -> None:
    speak_english(owner_client)
    assert PAGE in owner_client.get("/console/consents").text
    assert "somebody else gave in a person’s name" in owner_client.get(PAGE).text
    on = followed(owner_client, post(owner_client, PAGE, is_on="y"))
    assert "Changed. It counts for people who confirm from now on." in on
    assert find_notice_since() is not None
    assert "Switched on" in on
    followed(owner_client, post(owner_client, PAGE))
    assert find_notice_since() is None


def test_sending_the_form_without_a_change_changes_nothing(owner_client: FlaskClient) -> None:
    followed(owner_client, post(owner_client, PAGE))
    assert find_notice_since() is None

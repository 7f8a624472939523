"""An owner sees when unreadable emails came, downloads one as a file, and deletes it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.cli.data_findings import look_at_unreadable
from supporters.feedback.intake.unreadable_mails import LONGEST, MOST_STORED, count_unreadable
from tests.factories.accounts import make_owner, sign_in
from tests.factories.returned.feedback import make_unreadable
from tests.web.console.pages import speak_english
from tests.web.public.pages import press

RAW = b"\0\r<script>alert(1)</script>" * 3
PAGE = "/console/unreadable"


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Return the browser of an owner who reads English."""
    signed_in = sign_in(app, make_owner())
    speak_english(signed_in)
    return signed_in


@pytest.mark.either_database
def test_one_is_downloaded_as_a_file_and_deleted(browser: FlaskClient) -> None:
    assert "None. Every email" in browser.get(PAGE).text
    mail_id = make_unreadable(RAW)
    assert "alert" not in browser.get(PAGE).text
    answer = browser.get(f"{PAGE}/{mail_id}.eml")
    assert answer.data == RAW
    assert answer.mimetype == "application/octet-stream"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert look_at_unreadable().state == "look"
    press(browser, f"{PAGE}/{mail_id}/discard")
    assert browser.get(f"{PAGE}/{mail_id}.eml").status_code == 404
    assert look_at_unreadable().state == "right"


@pytest.mark.usefixtures("app")
def test_a_flood_fills_nothing() -> None:
    for number in range(MOST_STORED + 3):
        make_unreadable(b"\0%d" % number)
    assert count_unreadable() == MOST_STORED


def test_a_large_one_is_cut(browser: FlaskClient) -> None:
    mail_id = make_unreadable(b"x" * (LONGEST + 1))
    assert len(browser.get(f"{PAGE}/{mail_id}.eml").data) == LONGEST

"""The page of the words after a confirmation."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.audit_log.audit_events import find_newest_act
from supporters.lists.acts import ListAct
from supporters.lists.list_thanks import ThanksText, find_thanks
from tests.factories.accounts import make_owner, sign_in
from tests.factories.lists import make_list
from tests.web.console.pages import followed, speak_english
from tests.web.public.pages import press


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Return the browser of an owner who reads English."""
    signed_in = sign_in(app, make_owner())
    speak_english(signed_in)
    return signed_in


def test_an_owner_writes_the_words_and_switches_the_welcome_on(browser: FlaskClient) -> None:
    mailing_list = make_list()
    page = f"/console/lists/{mailing_list.id}/thanks"
    typed = {
        "next_email_fr": "En  décembre.",
        "welcome_fr": "Un.\r\n\r\n\r\nDeux.",
        "sends_welcome_fr": "y",
    }
    answer = press(browser, page, **typed)
    assert "People who confirm from now on see these words." in followed(browser, answer)
    assert find_thanks(mailing_list.id)["fr"] == ThanksText(
        next_email="En décembre.", welcome="Un.\n\nDeux.", sends_welcome=True
    )
    assert find_newest_act(ListAct.THANKS_CHANGED, mailing_list.id) is not None
    assert "Nothing was changed." in followed(browser, press(browser, page, **typed))


def test_a_welcome_without_words_says_what_to_do_and_keeps_what_was_typed(
    browser: FlaskClient,
) -> None:
    mailing_list = make_list()
    answer = press(
        browser,
        f"/console/lists/{mailing_list.id}/thanks",
        next_email_fr="En décembre.",
        sends_welcome_fr="y",
    )
    assert answer.status_code == 422
    assert "Write the welcome email, or untick" in answer.text
    assert "En décembre." in answer.text
    assert find_thanks(mailing_list.id) == {}

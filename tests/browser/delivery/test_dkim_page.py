"""The page of the DKIM keys: readable on a telephone, and its records can be copied."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from supporters import clock
from supporters.mail_signing.key_rotation import check_records
from tests.browser.conftest import WIDE, look_at
from tests.browser.pages_of_app import open_pages
from tests.factories.returned.dkim_keys import (
    ABSENT,
    always,
    make_active_key,
    make_waiting_key,
    published,
)

pytestmark = pytest.mark.browser
PAGE = "/console/settings/dkim"


def test_the_page_holds_in_each_state(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        page.goto(PAGE)
        look_at(page, "dkim-none")
        make_active_key(clock.now() - timedelta(days=3))
        active = make_active_key()
        key = make_waiting_key()
        check_records(clock.now(), look_up=always(ABSENT))
        page.goto(PAGE)
        look_at(page, "dkim-keys")
        assert page.input_value(f"#dkim-{key.id}-value") == published(key).value
        page.goto(f"{PAGE}/{active.id}/retire")
        look_at(page, "dkim-retire")

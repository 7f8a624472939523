"""Somebody who never read an RFC brings a bare domain to green with the console alone."""

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Locator, Page, expect

from supporters.config import Settings
from supporters.delivery_setup.setup_checks import check_setup
from supporters.mail.dkim.models import KeyStatus
from supporters.mail.dkim.signing_keys import list_keys
from tests.browser.conftest import WIDE, look_at
from tests.browser.pages_of_app import open_pages
from tests.conftest import running_app
from tests.delivery_setup.right_set_up import SENDER, production_settings
from tests.factories.accounts import make_owner, sign_in
from tests.servers.dns_server import DnsServer
from tests.web.console.pages import prove_two_factors, speak_english

pytestmark = pytest.mark.browser
PAGE = "/console/settings/delivery"
MOST_ACTS = 12


@pytest.fixture
def dns_server() -> Iterator[DnsServer]:
    """Run a DNS server that knows nothing of the domain but the host of this site."""
    with DnsServer() as server:
        server.publish("localhost", "A", SENDER)
        yield server


@pytest.fixture
def app(settings: Settings, dns_server: DnsServer) -> Iterator[Flask]:
    """Return an application of a party with a bare domain."""
    settings = production_settings(settings, dns_server)
    setup = dataclasses.replace(settings.setup, dkim_selectors=())
    with running_app(dataclasses.replace(settings, setup=setup)) as app:
        yield app


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    """Return the browser of an owner who reads English."""
    client = sign_in(app, make_owner())
    prove_two_factors(client)
    speak_english(client)
    return client


class Reader:
    """Somebody with the page, and the form of a DNS company. A press or an entry is an act."""

    def __init__(self, page: Page, server: DnsServer) -> None:
        self._page, self._server, self.acts = page, server, 0

    def press(self, name: str) -> None:
        """Press a button of the page."""
        self.acts += 1
        self._page.get_by_role("button", name=name).click()
        self._page.wait_for_load_state()

    def publish_all(self) -> None:
        """Enter each record of the page into the form, exactly as it is shown."""
        records = self._page.locator("section", has_text="Publish this record").all()
        entries = dict.fromkeys(self._read(each) for each in records)
        for name, kind, value in entries:
            self.acts += 1
            self._server.publish(name, kind, value)

    @staticmethod
    def _read(record: Locator) -> tuple[str, str, str]:
        (kind,) = record.get_by_text("Type: ").all_inner_texts()
        return (
            record.get_by_label("Name of the record").input_value(),
            kind.removeprefix("Type: "),
            record.get_by_label("Value, on one line").input_value(),
        )


def test_bare_domain_comes_to_green_in_twelve_acts(
    browser: Browser, app: Flask, owner: FlaskClient, dns_server: DnsServer
) -> None:
    with open_pages(browser, app, owner, viewport=WIDE) as page:
        page.goto(PAGE)
        look_at(page, "set-up-not-checked")
        reader = Reader(page, dns_server)
        reader.press("Check now")
        reader.press("Make a key")
        look_at(page, "set-up-bare")
        while page.get_by_text("To correct").count() and reader.acts < MOST_ACTS:
            reader.publish_all()
            reader.press("Check again")
        assert reader.acts <= MOST_ACTS
        assert page.get_by_role("heading", level=2).all_inner_texts() == [
            "Do our emails arrive?",
            "In order",
            "Loop test",
        ]
        assert [key.status for key in list_keys()] == [KeyStatus.ACTIVE]
        look_at(page, "set-up-green")


def test_pages_of_the_permission_are_readable(
    browser: Browser, app: Flask, owner: FlaskClient
) -> None:
    check_setup()
    with open_pages(browser, app, owner, viewport=WIDE) as page:
        page.goto("/console/")
        look_at(page, "dashboard-refused")
        page.goto(PAGE)
        page.get_by_role("link", name="Launch all the same").click()
        look_at(page, "set-up-override")
        page.get_by_label("Reason").fill("The meeting is tomorrow.")
        page.get_by_role("button", name="Allow it for seven days").click()
        look_at(page, "set-up-allowed")
        page.get_by_role("button", name="End this permission").click()
        expect(page.get_by_text("No campaign is launched before")).to_be_visible()

"""The page of the delivery set-up: a bare domain is brought to green by what the page says."""

import dataclasses
import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.audit_log.audit_events import AuditEvent
from supporters.config import Settings
from supporters.database import db
from supporters.delivery_setup import setup_sources
from supporters.delivery_setup.acts import SetupAct
from supporters.delivery_setup.dkim_check import PublishedKey
from supporters.delivery_setup.launch_permission import list_obstacles
from supporters.delivery_setup.setup_checks import check_setup
from supporters.sign_in.second_factors import HAS_SECOND_FACTOR
from tests.conftest import running_app
from tests.delivery_setup.right_set_up import dkim_record, production_settings, publish_all
from tests.factories.accounts import make_owner, sign_in
from tests.factories.campaigns import make_draft_to_two
from tests.servers.dns_server import DnsServer
from tests.web.console.pages import followed, post, speak_english
from tests.web.public.pages import press

PAGE = "/console/settings/delivery"
FIELD = re.compile(r'<textarea[^>]* id="record-(\w+)-(name|value)"[^>]*>([^<]*)</textarea>')
TYPE = re.compile(r"Type: (\w+)")
REASON = "The meeting is tomorrow."
MOST_ACTS = 12


@pytest.fixture
def dns_server() -> Iterator[DnsServer]:
    """Run a DNS server that knows no record."""
    with DnsServer() as server:
        yield server


@pytest.fixture
def app(settings: Settings, dns_server: DnsServer) -> Iterator[Flask]:
    """Return an application of a party with a bare domain, which signs and reads bounces."""
    key = PublishedKey("parti.example", "k1", record=dkim_record())
    sources = setup_sources.SetupSources(list_own_keys=lambda: [key], has_intake=lambda: True)
    settings = production_settings(settings, dns_server)
    setup = dataclasses.replace(settings.setup, dkim_selectors=())
    with running_app(dataclasses.replace(settings, setup=setup)) as app:
        setup_sources.init_app(app, sources)
        yield app


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    """Return the browser of an owner who has proved two factors."""
    client = sign_in(app, make_owner())
    with client.session_transaction() as cookie:
        cookie[HAS_SECOND_FACTOR] = True
    speak_english(client)
    return client


class Reader:
    """Somebody who knows only the console page and the form of their DNS company."""

    def __init__(self, browser: FlaskClient, server: DnsServer) -> None:
        self._browser, self._server, self.acts = browser, server, 0

    def check(self) -> str:
        """Press the button, and return the page."""
        self.acts += 1
        return followed(self._browser, post(self._browser, f"{PAGE}/check"))

    def publish_what(self, page: str) -> None:
        """Copy each record of the page into the form of the DNS company, and the site's host."""
        records: dict[str, dict[str, str]] = {}
        for line, part, text in FIELD.findall(page):
            records.setdefault(line, {})[part] = unescape(text)
        kinds = TYPE.findall(page)
        published = set()
        for record, kind in zip(records.values(), kinds, strict=True):
            if (entry := (record["name"], kind, record["value"])) not in published:
                published.add(entry)
                self.acts += 1
                self._server.publish(*entry)


def test_bare_domain_comes_to_green_in_twelve_acts(
    owner: FlaskClient, dns_server: DnsServer
) -> None:
    """Read the record, publish it, check again: nothing else is needed."""
    dns_server.publish("localhost", "A", "203.0.113.7")  # the host of the site exists already
    reader = Reader(owner, dns_server)
    page = reader.check()
    assert "Needed" in page
    while "To correct" in page and reader.acts < MOST_ACTS:
        reader.publish_what(page)
        page = reader.check()
    assert not list_obstacles()
    assert "To correct" not in page
    assert "Not known" not in page
    assert reader.acts <= MOST_ACTS


def test_page_before_the_first_check_offers_it(owner: FlaskClient) -> None:
    """Nothing is known, and nothing is claimed."""
    page = owner.get(PAGE).get_data(as_text=True)
    assert "Never checked yet." in page
    assert "Check now" in page


def test_record_is_escaped_and_selectable(owner: FlaskClient, dns_server: DnsServer) -> None:
    """The records of strangers are shown as text."""
    publish_all(dns_server)
    dns_server.publish("_dmarc.parti.example", "TXT", "v=DMARC1; p=<script>x</script>")
    page = followed(owner, post(owner, f"{PAGE}/check"))
    assert "<script>x" not in page
    assert '<textarea class="input" id="record-dmarc-value" rows="1" readonly' in page
    assert "v=DMARC1; p=none" in page


def test_owner_writes_a_reason_to_launch_all_the_same(
    owner: FlaskClient, dns_server: DnsServer
) -> None:
    """A short one is refused, and the sheet of a campaign shows the other."""
    check_setup()
    refused = press(owner, f"{PAGE}/override", reason="short")
    assert "Write from 10 to 500 characters." in refused.get_data(as_text=True)
    press(owner, f"{PAGE}/override", reason=REASON)
    assert SetupAct.OVERRIDDEN.value in {*db.session.scalars(db.select(AuditEvent.act))}
    assert REASON in owner.get(PAGE).get_data(as_text=True)
    draft = make_draft_to_two()
    sheet = owner.get(f"/console/campaigns/{draft.id}/decision").get_data(as_text=True)
    assert REASON in sheet


def test_sheet_says_what_keeps_a_campaign(owner: FlaskClient, dns_server: DnsServer) -> None:
    """The approver reads it before the launch is refused."""
    check_setup()
    draft = make_draft_to_two()
    sheet = owner.get(f"/console/campaigns/{draft.id}/decision").get_data(as_text=True)
    assert "No campaign is launched before." in sheet
    assert "has no DMARC record" in sheet

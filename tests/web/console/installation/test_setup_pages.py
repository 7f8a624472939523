"""The page of the delivery set-up: what is wrong, and an owner's word to launch all the same."""

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.audit_log.audit_events import AuditEvent
from supporters.config import Settings
from supporters.database import db
from supporters.delivery_setup.acts import SetupAct
from supporters.delivery_setup.setup_checks import check_setup
from supporters.delivery_setup.setup_override import find_override
from tests.conftest import running_app
from tests.delivery_setup.right_set_up import INTAKE, production_settings, publish_all
from tests.factories.accounts import make_organiser, make_owner, sign_in
from tests.factories.campaigns import make_draft_to_two
from tests.factories.returned.dkim_keys import make_active_key
from tests.servers.dns_server import DnsServer
from tests.web.console.pages import followed, post, prove_two_factors, speak_english
from tests.web.public.pages import press

PAGE = "/console/settings/delivery"
REASON = "The meeting is tomorrow."


@pytest.fixture
def dns_server() -> Iterator[DnsServer]:
    """Run a DNS server that knows no record."""
    with DnsServer() as server:
        yield server


@pytest.fixture
def app(settings: Settings, dns_server: DnsServer) -> Iterator[Flask]:
    """Return an application of a party with a bare domain, which signs and reads bounces."""
    settings = production_settings(settings, dns_server)
    setup = dataclasses.replace(settings.setup, dkim_selectors=())
    with running_app(dataclasses.replace(settings, setup=setup, feedback=INTAKE)) as app:
        make_active_key()
        yield app


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    """Return the browser of an owner who has proved two factors."""
    client = sign_in(app, make_owner())
    prove_two_factors(client)
    speak_english(client)
    return client


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
    assert 'id="record-dmarc-value" rows="1" readonly' in page
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


def test_dashboards_say_that_no_campaign_can_leave(
    app: Flask, owner: FlaskClient, dns_server: DnsServer
) -> None:
    """An owner finds the page; the others learn whom to ask."""
    first_step = "Set up the delivery, so that emails arrive</a>"
    assert first_step in owner.get("/console/").text
    check_setup()
    assert f'No campaign can leave: <a href="{PAGE}">' in owner.get("/console/").text
    writer = sign_in(app, make_organiser())
    prove_two_factors(writer)
    speak_english(writer)
    assert "Ask an owner to correct it." in writer.get("/console/").text
    press(owner, f"{PAGE}/override", reason=REASON)
    assert "No campaign can leave" not in owner.get("/console/").text


def test_owner_takes_the_permission_back(owner: FlaskClient) -> None:
    """The campaigns wait again."""
    check_setup()
    press(owner, f"{PAGE}/override", reason=REASON)
    page = followed(owner, post(owner, f"{PAGE}/override/end"))
    assert "No campaign leaves any more before the faults are corrected." in page
    assert REASON not in page
    assert find_override(clock.now()) is None


def test_sheet_says_what_keeps_a_campaign(owner: FlaskClient, dns_server: DnsServer) -> None:
    """The approver reads it before the launch is refused."""
    check_setup()
    draft = make_draft_to_two()
    sheet = owner.get(f"/console/campaigns/{draft.id}/decision").get_data(as_text=True)
    assert "No campaign is launched before." in sheet
    assert "has no DMARC record" in sheet

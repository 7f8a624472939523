"""Nothing is launched while a required line is red, unless an owner says why (REQ-73)."""

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.models import CampaignStatus
from supporters.config import Settings
from supporters.database import db
from supporters.delivery.launch import LaunchError
from supporters.delivery.planned.campaign_schedule import schedule_campaign
from supporters.delivery.planned.due_launches import DueCampaign, launch_due
from supporters.delivery.planned.schedule_holds import find_hold_of
from supporters.delivery_setup.acts import SetupAct
from supporters.delivery_setup.findings import FindingState
from supporters.delivery_setup.launch_permission import find_permission_of, list_obstacles
from supporters.delivery_setup.setup_checks import (
    check_if_due,
    check_setup,
    find_last_check,
    list_findings,
)
from supporters.delivery_setup.setup_override import find_override, override_setup
from supporters.extensions import current_settings
from supporters.mail.models import EmailKind, OutboxEmail
from tests.conftest import running_app
from tests.delivery_setup.right_set_up import DMARC, INTAKE, REVERSE, production_settings
from tests.factories.accounts import make_owner
from tests.factories.approvals import launch_ready, make_ready
from tests.factories.campaigns import make_draft_to_two, reload
from tests.factories.returned.dkim_keys import make_active_key, published
from tests.servers.dns_server import DnsServer

pytestmark = pytest.mark.both_databases
DMARC_NAME = "_dmarc.parti.example"
REASON = "La réunion est demain, et le DNS suit."


@pytest.fixture
def app(settings: Settings, dns_server: DnsServer) -> Iterator[Flask]:
    """Return an application of a party with DNS, and without the mailbox of a development."""
    with running_app(production_settings(settings, dns_server)) as app:
        yield app


@pytest.fixture
def red(app: Flask, dns_server: DnsServer) -> None:
    """Let the last check find no DMARC record."""
    dns_server.remove(DMARC_NAME, "TXT")
    check_setup()


def count_notices() -> int:
    kinds = db.select(OutboxEmail.kind).where(OutboxEmail.kind == EmailKind.SECURITY_NOTICE)
    return len(db.session.scalars(kinds).all())


def test_green_set_up_lets_campaigns_leave(app: Flask) -> None:
    check_setup()
    assert {each.state for each in list_findings()} == {FindingState.GREEN}
    assert launch_ready(make_draft_to_two().id).status is CampaignStatus.RUNNING


def test_unchecked_set_up_stops_nothing(app: Flask) -> None:
    assert launch_ready(make_draft_to_two().id).status is CampaignStatus.RUNNING


def test_red_line_refuses_launches_and_hours(red: None) -> None:
    draft = make_draft_to_two()
    assert launch_ready(draft.id) is LaunchError.SETUP_FAULTY
    later = clock.now() + timedelta(hours=5)
    assert schedule_campaign(draft.id, later) is LaunchError.SETUP_FAULTY
    assert reload(draft.id).status is CampaignStatus.DRAFT


def test_mended_record_lets_them_leave(red: None, dns_server: DnsServer) -> None:
    dns_server.publish(DMARC_NAME, "TXT", DMARC)
    check_setup()
    assert launch_ready(make_draft_to_two().id).status is CampaignStatus.RUNNING


def test_development_is_exempt(settings: Settings, red: None, app: Flask) -> None:
    app.extensions["settings"] = settings
    assert not list_obstacles()


def test_owner_overrides_in_writing_for_a_week(red: None, app: Flask) -> None:
    owner = make_owner()
    assert override_setup(owner.id, "  short   ") is None
    assert override_setup(owner.id, REASON) is not None
    draft = make_draft_to_two()
    assert launch_ready(draft.id).status is CampaignStatus.RUNNING
    assert find_permission_of(draft.id) == REASON
    assert find_override(clock.now() + timedelta(days=7)) is None
    acts = {*db.session.scalars(db.select(AuditEvent.act))}
    assert {SetupAct.OVERRIDDEN.value, SetupAct.ALLOWED_IN_SPITE.value} <= acts


def test_override_ends_once_all_is_in_order(red: None, dns_server: DnsServer) -> None:
    override_setup(make_owner().id, REASON)
    dns_server.publish(DMARC_NAME, "TXT", DMARC)
    check_setup()
    assert find_override(clock.now()) is None


def test_override_covers_only_the_faults_that_its_owner_saw(
    red: None, dns_server: DnsServer
) -> None:
    """Silence of DNS in between ends nothing; another fault does, also of the same line."""
    owner = make_owner()
    override_setup(owner.id, REASON)
    dns_server.failing.add(DMARC_NAME)
    check_setup()
    dns_server.failing.clear()
    check_setup()
    assert find_override(clock.now()) is not None
    dns_server.publish(DMARC_NAME, "TXT", DMARC, "v=DMARC1; p=none")
    check_setup()
    assert find_override(clock.now()) is None
    override_setup(owner.id, REASON)
    dns_server.remove(REVERSE, "PTR")
    check_setup()
    assert find_override(clock.now()) is None
    assert launch_ready(make_draft_to_two().id) is LaunchError.SETUP_FAULTY


def test_planned_campaign_is_held_at_its_hour(app: Flask, dns_server: DnsServer) -> None:
    make_owner()
    draft = make_draft_to_two()
    make_ready(draft.id)
    hour = clock.now() + timedelta(hours=2)
    schedule_campaign(draft.id, hour)
    dns_server.remove(DMARC_NAME, "TXT")
    check_if_due(hour - timedelta(minutes=10))
    launch_due(DueCampaign(draft.id, hour), hour)
    held = reload(draft.id)
    assert held.status is CampaignStatus.SCHEDULED
    hold = find_hold_of(held)
    assert hold is not None
    assert hold.name == "SETUP_FAULTY"


def test_two_checks_at_once_store_their_findings(app: Flask, dns_server: DnsServer) -> None:
    """Two owners press the button of an installation that was never checked."""

    def press() -> None:
        with app.app_context():
            check_setup()

    with ThreadPoolExecutor(4) as pool:
        assert [each.result() for each in [pool.submit(press) for _ in range(4)]] == [None] * 4
    assert {each.state for each in list_findings()} == {FindingState.GREEN}


def test_owners_are_told_once_when_a_line_turns_red(app: Flask, dns_server: DnsServer) -> None:
    make_owner()
    check_setup()
    dns_server.remove(DMARC_NAME, "TXT")
    check_setup()
    dns_server.failing.add(DMARC_NAME)
    check_setup()
    dns_server.failing.clear()
    check_setup()
    assert count_notices() == 1


def test_worker_checks_daily_and_each_hour_while_red(app: Flask, dns_server: DnsServer) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as time:
        check_if_due(clock.now())
        time.shift(timedelta(hours=23))
        check_if_due(clock.now())
        assert find_last_check() == start
        dns_server.remove(DMARC_NAME, "TXT")
        time.shift(timedelta(hours=1))
        check_if_due(clock.now())
        assert list_obstacles()
        dns_server.publish(DMARC_NAME, "TXT", DMARC)
        time.shift(timedelta(hours=1))
        check_if_due(clock.now())
        assert not list_obstacles()


def test_bounces_are_required_only_where_they_are_read(app: Flask, dns_server: DnsServer) -> None:
    dns_server.publish("retours.parti.example", "MX")
    check_setup()
    assert not list_obstacles()
    app.extensions["settings"] = dataclasses.replace(current_settings(), feedback=INTAKE)
    check_setup()
    assert [each.line.value for each in list_obstacles()] == ["bounces"]


def test_own_keys_are_checked(app: Flask, dns_server: DnsServer) -> None:
    key = make_active_key()
    check_setup()
    found = next(each for each in list_findings() if each.line.value == "dkim")
    assert found.record_to_publish is not None
    assert found.record_to_publish.value == published(key).value

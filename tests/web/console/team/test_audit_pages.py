"""The audit log on its page: sentences, filters, pages and its CSV file."""

import csv
import io
import time
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import Act, AuditEvent, declared_acts, record_act
from supporters.audit_log.audit_log import PAGE_SIZE
from supporters.campaigns.acts import CampaignAct
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.pace.ceilings import Warmth, lower_ceiling, start_warm_up
from supporters.delivery.pace.models import LoweringReason
from supporters.delivery.pace.warm_up_plans import WarmUpPlan
from supporters.delivery_setup.acts import SetupAct
from supporters.lists.acts import ListAct
from supporters.people.domain_groups import DomainGroup
from supporters.web.labels.audit_labels import ACT_GROUPS
from tests.factories.accounts import csrf_token_on, make_organiser, make_owner, sign_in
from tests.factories.campaigns import ANNA, BORIS, launch_to_addresses
from tests.factories.lists import make_list

PLACE = "/console/audit"
TICK = 0.002  # ids are in order to the millisecond


@pytest.fixture
def owner(app: Flask) -> Organiser:
    return make_owner()


@pytest.fixture
def client(app: Flask, owner: Organiser) -> FlaskClient:
    signed_in = sign_in(app, owner)
    signed_in.post("/console/language/en", data={"csrf_token": csrf_token_on(signed_in, PLACE)})
    return signed_in


def act_as(organiser: Organiser, act: Act, object_id: int | None = None, **details: int) -> None:
    actor = Actor(ActorKind.ACCOUNT, account_id=organiser.id, address="203.0.113.0/24")
    with acting_as(actor), transaction():
        record_act(act, object_id, details)
    time.sleep(TICK)


def test_an_act_is_told_in_a_sentence_with_a_link_to_its_object(
    client: FlaskClient, owner: Organiser
) -> None:
    mailing_list = make_list()
    act_as(owner, ListAct.CLOSED, mailing_list.id)
    page = client.get(PLACE).text
    link = f'<a href="/console/lists/{mailing_list.id}">“{mailing_list.name}”</a>'
    assert f"{owner.email} closed the signup page of the list {link}." in page


def test_it_is_told_in_french_too(client: FlaskClient, owner: Organiser) -> None:
    act_as(owner, DeliveryAct.SENDING_STOPPED)
    client.post("/console/language/fr", data={"csrf_token": csrf_token_on(client, PLACE)})
    assert f"{owner.email} a arrêté tous les envois." in client.get(PLACE).text


def test_a_provider_and_a_reason_have_their_names(client: FlaskClient) -> None:
    lower_ceiling(DomainGroup.LA_POSTE, LoweringReason.COMPLAINTS, clock.now())
    start = Warmth(plan=WarmUpPlan.FAST, began_on=clock.now().date())
    start_warm_up(DomainGroup.MICROSOFT, start, clock.now().date())
    page = client.get(PLACE).text
    assert "The ceilings of La Poste were halved for a day: too many people complain." in page
    assert "set a warm-up for Outlook and Hotmail: Fast: 14 days." in page


def test_a_launch_tells_how_many_people_it_reaches(client: FlaskClient) -> None:
    launch_to_addresses(ANNA, BORIS)
    assert "People: 2." in client.get(PLACE).text


def test_an_object_that_is_gone_has_its_number_and_no_link(
    client: FlaskClient, owner: Organiser
) -> None:
    act_as(owner, CampaignAct.DELETED, 77)
    page = client.get(PLACE).text
    assert "campaign 77, deleted since" in page
    assert "/console/campaigns/77" not in page


def test_a_name_with_markup_is_shown_as_text(client: FlaskClient, owner: Organiser) -> None:
    mailing_list = make_list(name="<script>alert(1)</script>")
    act_as(owner, ListAct.CLOSED, mailing_list.id)
    page = client.get(PLACE).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


def test_acts_of_one_network_have_one_code(client: FlaskClient, owner: Organiser) -> None:
    act_as(owner, DeliveryAct.SENDING_STOPPED)
    act_as(owner, DeliveryAct.SENDING_RESUMED)
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert event.network_mac is not None
    assert client.get(PLACE).text.count(f"<code>{event.network_mac.hex()[:4]}</code>") == 2


def test_details_have_their_names_for_people(client: FlaskClient) -> None:
    first_day = date(2026, 12, 3)
    plan = Warmth(plan=WarmUpPlan.CAREFUL, began_on=first_day)
    start_warm_up(DomainGroup.LA_POSTE, plan, first_day)
    lower_ceiling(DomainGroup.FREE, LoweringReason.RATE_LIMIT, clock.now())
    with transaction():
        lines = {"lines": "dmarc, ptr", "reason": "The meeting"}
        record_act(SetupAct.ALLOWED_IN_SPITE, 5, lines)
    page = unescape(client.get(PLACE).text)
    for words in (
        "a warm-up for La Poste: Careful: 30 days. First day: 3 December 2026.",
        "halved for a day: the provider asks us to slow down.",
        "(Rule for forged emails (DMARC), Name of the sending address (PTR)): The meeting",
    ):
        assert words in page


def test_filters_choose_the_acts(client: FlaskClient, owner: Organiser) -> None:
    cases = [
        ("who={other}", True),
        ("who={owner}", False),
        ("who=command", False),
        ("group=campaign", True),
        ("group=campaign&number=5", True),
        ("group=campaign&number=6", False),
        ("group=list", False),
        ("since=2000-01-01", True),
        ("since=2999-01-01", False),
        ("until=2000-01-01", False),
        ("until=nonsense&who=nonsense&group=nonsense", True),
    ]
    other = make_organiser()
    act_as(other, CampaignAct.PAUSED, 5)
    for query, is_shown in cases:
        place = f"{PLACE}?{query.format(owner=owner.id, other=other.id)}"
        assert (f"{other.email} paused" in client.get(place).text) is is_shown


def test_no_act_found_leads_back_to_all_acts(client: FlaskClient) -> None:
    page = client.get(f"{PLACE}?group=case").text
    assert "No act found" in page
    assert f'href="{PLACE}"' in page


def test_pages_go_to_the_oldest_act_and_back(client: FlaskClient, owner: Organiser) -> None:
    for number in range(1, PAGE_SIZE + 2):
        act_as(owner, CampaignAct.EDITED, number)
    first = client.get(f"{PLACE}?group=campaign").text
    older = next(link for link in first.split('"') if "before=" in link).replace("&amp;", "&")
    second = client.get(older).text
    newer = next(link for link in second.split('"') if "after=" in link).replace("&amp;", "&")
    assert "campaign 1," not in first
    assert "campaign 1," in second
    assert f"campaign {PAGE_SIZE + 1}," in client.get(newer).text


def test_the_file_has_the_chosen_acts_and_runs_no_formula(
    client: FlaskClient, owner: Organiser
) -> None:
    act_as(owner, ListAct.CLOSED, make_list(name="=1+1").id)
    act_as(owner, DeliveryAct.SENDING_STOPPED)
    with acting_as(Actor(ActorKind.COMMAND, name="=cmd")), transaction():
        record_act(ListAct.OPENED, 999)
    token = csrf_token_on(client, PLACE)
    answer = client.post(f"{PLACE}/file", data={"csrf_token": token, "group": "list"})
    rows = [*csv.DictReader(io.StringIO(answer.text))]
    assert [row["act"] for row in rows] == ["list.opened", "list.closed"]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    assert rows[1]["sentence"].startswith(f"{owner.email} closed the signup page of the list")


def test_the_download_is_an_act_itself(client: FlaskClient, owner: Organiser) -> None:
    client.post(f"{PLACE}/file", data={"csrf_token": csrf_token_on(client, PLACE)})
    assert f"{owner.email} downloaded the audit log." in client.get(PLACE).text


def test_the_group_of_each_act_has_a_name(app: Flask) -> None:
    faults = [act for act in declared_acts() if act.partition(".")[0] not in ACT_GROUPS]
    assert not faults

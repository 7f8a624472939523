"""The page of the pace: owners set ceilings, a warm-up and connections, and undo a change."""

import json
from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient, FlaskCliRunner

from supporters import clock
from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.models import Campaign
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.pace.ceilings import lower_ceiling, set_ceiling
from supporters.delivery.pace.connection_leases import find_connections
from supporters.delivery.pace.models import LoweringReason
from supporters.delivery.pace.pace_rules import Ceiling, day_of, start_of_hour
from supporters.delivery.pace.use_counts import add_use
from supporters.delivery.pace.warm_up_plans import WarmUpPlan
from supporters.delivery.planned.pace_forecast import ProviderPace, list_paces
from supporters.people.domain_groups import DomainGroup
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import send
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.sending_day.sending_times import in_paris, open_in_daytime
from tests.factories.sending_day.weeks import put_on_hour
from tests.factories.signups import make_subscriber
from tests.web.console.pages import followed
from tests.web.public.pages import hidden_values, press

PAGE = "/console/settings/pace"
ORANGE = f"{PAGE}/orange"


def orange() -> ProviderPace:
    """Return the pace of Orange."""
    db.session.rollback()
    return next(each for each in list_paces(clock.now()) if each.group is DomainGroup.ORANGE)


def acts(kind: DeliveryAct) -> list[dict[str, object]]:
    """Return the details of the acts of a kind."""
    found = db.session.scalars(db.select(AuditEvent).where(AuditEvent.act == kind)).all()
    return [json.loads(each.details) for each in found]


def press_button(client: FlaskClient, address: str) -> None:
    """Press a button of the page that leads to an address."""
    client.post(address, data=hidden_values(client.get(PAGE).text))


def test_without_ceilings_the_page_says_so(owner_client: FlaskClient) -> None:
    page = owner_client.get(PAGE).text
    assert "Aucun plafond" in page
    assert "orange.fr, wanadoo.fr" in page
    assert "slow_destination_concurrency_limit = 2" in page


def test_owner_sets_a_ceiling_sees_its_use_and_undoes_it(owner_client: FlaskClient) -> None:
    answer = press(owner_client, ORANGE, an_hour="2000", a_day="20000", plan="none")
    assert orange().chosen == Ceiling(an_hour=2000, a_day=20000)
    with transaction():
        add_use(start_of_hour(clock.now()), {DomainGroup.ORANGE: 1340})
    page = followed(owner_client, answer)
    assert "2\u202f000 par heure au plus, aujourd’hui 1\u202f340 sur 20\u202f000" in page
    assert acts(DeliveryAct.CEILING_CHANGED)[0]["day_after"] == 20_000
    press_button(owner_client, f"{ORANGE}/undo")
    assert orange().chosen == Ceiling()


def test_owner_starts_and_stops_a_warm_up(owner_client: FlaskClient) -> None:
    today = day_of(clock.now()).isoformat()
    answer = press(owner_client, f"{PAGE}/everybody", plan="careful", began_on=today)
    page = followed(owner_client, answer)
    assert "jour 1 sur 30" in page
    assert "aujourd’hui 0 sur 50" in page
    assert page.count("<svg") >= 1
    assert "175\u202f000" in page  # the last row of the table beside the curve
    assert acts(DeliveryAct.WARM_UP_STARTED)[0]["plan"] == WarmUpPlan.CAREFUL
    press(owner_client, f"{PAGE}/everybody", plan="none")
    assert "jour 1 sur" not in owner_client.get(PAGE).text
    assert len(acts(DeliveryAct.WARM_UP_STOPPED)) == 1


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"an_hour": "0", "plan": "none"}, "Saisissez un nombre entier"),
        ({"an_hour": "many", "plan": "none"}, "error-summary"),
        ({"an_hour": "10", "a_day": "9", "plan": "none"}, "dépasse celui d’un jour"),
        ({"plan": "careful", "began_on": ""}, "Saisissez le premier jour"),
        ({"plan": "careful", "began_on": "2026-10-10"}, "serait déjà finie"),
        ({"plan": "careful", "began_on": "2031-10-10"}, "moins de deux mois"),
    ],
)
def test_impossible_paces_are_refused(
    typed: dict[str, str], why: str, owner_client: FlaskClient
) -> None:
    answer = press(owner_client, ORANGE, **typed)
    assert (answer.status_code, why in answer.text) == (422, True)
    assert orange() == ProviderPace(group=DomainGroup.ORANGE)


def test_a_lowered_ceiling_is_told_and_ended(owner_client: FlaskClient) -> None:
    set_ceiling(DomainGroup.ORANGE, Ceiling(an_hour=2000))
    lower_ceiling(DomainGroup.ORANGE, LoweringReason.RATE_LIMIT, clock.now())
    page = owner_client.get(PAGE).text
    assert "1\u202f000 par heure au plus" in page
    assert "le fournisseur demande de ralentir" in page
    press_button(owner_client, f"{ORANGE}/full")
    assert orange().now == Ceiling(an_hour=2000)
    assert len(acts(DeliveryAct.LOWERING_LIFTED)) == 1


def test_owner_limits_the_connections(owner_client: FlaskClient) -> None:
    answer = press(owner_client, f"{PAGE}/connections", most="8")
    assert "au plus 8 connexions" in followed(owner_client, answer)
    found = find_connections(clock.now())
    assert found is not None
    assert found.most == 8
    press(owner_client, f"{PAGE}/connections", most="")
    assert find_connections(clock.now()) is None


@pytest.fixture
def tuesday_noon() -> Iterator[None]:
    with time_machine.travel(in_paris("2026-12-01 12:00")):
        yield


def five_at_orange() -> int:
    """Make a draft for five people at Orange and one elsewhere; return its id."""
    mailing_list = make_list("pace", "Pace")
    for number in range(5):
        make_subscriber(f"o{number}@wanadoo.fr", mailing_list)
    make_subscriber("a@parti.example", mailing_list)
    return make_campaign(mailing_list, "Samedi", "Bonjour.").id


@pytest.mark.usefixtures("tuesday_noon")
def test_the_sheet_says_how_many_leave_on_the_first_day(owner_client: FlaskClient) -> None:
    page = f"/console/campaigns/{five_at_orange()}/decision"
    assert "partent le premier jour" not in owner_client.get(page).text
    set_ceiling(DomainGroup.ORANGE, Ceiling(a_day=2))
    html = owner_client.get(page).text
    assert "Au plus 3 sur 6 partent le premier jour." in html
    assert "les derniers partent le jeudi 3 décembre" in html


@pytest.mark.usefixtures("tuesday_noon")
def test_the_progress_and_the_week_say_when_the_last_ones_leave(owner_client: FlaskClient) -> None:
    set_ceiling(DomainGroup.ORANGE, Ceiling(a_day=2))
    campaign = launch_ready(five_at_orange())
    send()
    for page in (f"/console/campaigns/{campaign.id}", "/console/campaigns/week"):
        assert "les derniers partent le jeudi 3 décembre" in owner_client.get(page).text
    set_ceiling(DomainGroup.ORANGE, Ceiling())
    assert "les derniers partent" not in owner_client.get("/console/campaigns/week").text


@pytest.mark.usefixtures("tuesday_noon")
def test_the_week_says_when_a_planned_campaign_ends(owner_client: FlaskClient) -> None:
    open_in_daytime()
    draft = db.session.get_one(Campaign, five_at_orange())
    put_on_hour(draft, in_paris("2026-12-03 20:30"))
    assert "les derniers partent" not in owner_client.get("/console/campaigns/week").text
    set_ceiling(DomainGroup.EVERYBODY, Ceiling(an_hour=1))
    page = owner_client.get("/console/campaigns/week").text
    assert "les derniers partent le vendredi 4 décembre" in page


def test_the_command_shows_the_pace(runner: FlaskCliRunner) -> None:
    assert "No ceiling is set" in runner.invoke(args=["delivery", "pace"]).output
    set_ceiling(DomainGroup.ORANGE, Ceiling(an_hour=2000))
    set_ceiling(DomainGroup.MICROSOFT, Ceiling(an_hour=2000))
    assert "Outlook and Hotmail" in runner.invoke(args=["delivery", "pace"]).output
    figures = json.loads(runner.invoke(args=["delivery", "pace", "--json"]).output)
    ours = next(each for each in figures["providers"] if each["provider"] == "orange")
    assert (ours["an_hour"], ours["a_day"], ours["today"]) == (2000, None, 0)
    assert figures["connections"] is None

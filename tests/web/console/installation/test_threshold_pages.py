"""The page of the thresholds: owners change them, and the audit log has the former ones."""

import json

import pytest
from flask.testing import FlaskClient

from supporters import clock
from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.models import CampaignStatus
from supporters.campaigns.queries import get_campaign
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.thresholds.threshold_rules import Thresholds
from supporters.delivery.thresholds.threshold_settings import find_thresholds
from tests.factories.campaigns import ANNA, launch_to_addresses
from tests.web.console.pages import followed
from tests.web.public.pages import press

PAGE = "/console/settings/thresholds"


def test_owner_changes_the_thresholds_and_the_audit_log_has_both(
    owner_client: FlaskClient,
) -> None:
    answer = press(owner_client, PAGE, refused="40", departed="8", disputed="2", complained="2")
    assert "owner@parti.example" in followed(owner_client, answer)
    assert find_thresholds() == Thresholds(refused=40, departed=8, disputed=2, complained=2)
    acts = db.session.scalars(
        db.select(AuditEvent).where(AuditEvent.act == DeliveryAct.THRESHOLDS_CHANGED)
    ).all()
    assert len(acts) == 1
    details = json.loads(acts[0].details)
    assert (details["refused_before"], details["refused_after"]) == (50, 40)


def test_same_thresholds_again_record_nothing(owner_client: FlaskClient) -> None:
    press(owner_client, PAGE, refused="50", departed="10", disputed="3", complained="3")
    found = db.select(AuditEvent).where(AuditEvent.act == DeliveryAct.THRESHOLDS_CHANGED)
    assert db.session.scalars(found).all() == []


def test_impossible_shares_are_refused(owner_client: FlaskClient) -> None:
    faults = []
    for typed in ("", "0", "1001", "many"):
        answer = press(
            owner_client, PAGE, refused=typed, departed="10", disputed="3", complained="3"
        )
        if (answer.status_code, "error-summary" in answer.text) != (422, True):
            faults.append(typed)
    assert not faults
    assert find_thresholds() == Thresholds()


@pytest.mark.parametrize(
    ("problem", "words"),
    [("complaints: 3/900/3", "signalée comme spam"), ("returned: 50/900/50", "sont revenus")],
)
def test_a_campaign_paused_by_what_came_back_says_why(
    owner_client: FlaskClient, problem: str, words: str
) -> None:
    campaign_id = launch_to_addresses(ANNA)
    with transaction():
        campaign = get_campaign(campaign_id)
        campaign.status, campaign.problem, campaign.problem_at = (
            CampaignStatus.PAUSED,
            problem,
            clock.now(),
        )
    assert words in owner_client.get(f"/console/campaigns/{campaign_id}").text

"""The hold in the console: all accounts see it, an owner lifts it, campaigns resume by a number."""

import pytest
from flask.testing import FlaskClient

from supporters import clock
from supporters.audit.restorations import list_unacknowledged, record_restoration
from supporters.audit.verification_report import VerificationReport
from supporters.audit.verification_results import find_open_faults, record_result
from supporters.campaigns.models import CampaignStatus
from supporters.consent.log_sealing import seal
from supporters.database import transaction
from supporters.delivery.restore_hold import find_hold, hold_sending
from supporters.delivery.rules import HoldReason
from supporters.transparency_log.checkpoint_store import find_external_checkpoint
from tests.factories.accounts import forget_recent_passwords
from tests.factories.campaigns import ANNA, BORIS, launch_to_addresses, reload, send
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.web.console.pages import followed, post, speak_english
from tests.web.public.pages import press

pytestmark = pytest.mark.either_database

LIFT = "/console/sending/hold"
REASON = "The officer's newest head agrees."


@pytest.mark.both_databases
def test_owner_lifts_it_in_the_console(owner_client: FlaskClient) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS, subject="Samedi")
    hold_sending(HoldReason.RESTORED)
    speak_english(owner_client)
    for page in ("/console/", "/console/campaigns", f"/console/campaigns/{campaign_id}"):
        assert "All sending is on hold" in owner_client.get(page).text, page
    asked = owner_client.get(LIFT).text
    assert "Samedi" in asked
    assert find_hold() is not None
    assert press(owner_client, LIFT).status_code == 422
    assert press(owner_client, LIFT, reason=REASON, head="no checkpoint").status_code == 422
    assert find_hold() is not None
    page = followed(owner_client, press(owner_client, LIFT, reason=REASON))
    assert "All sending is on hold" not in page
    assert find_hold() is None
    assert reload(campaign_id).status is CampaignStatus.PAUSED


@pytest.mark.both_databases
def test_owner_ticks_each_restoration_of_the_log(owner_client: FlaskClient) -> None:
    make_subscriber(ANNA, make_list())
    seal()
    lost = find_external_checkpoint()
    assert lost is not None
    with transaction():
        restoration = record_restoration(lost.text, 0, clock.now(), restored_size=lost.size - 1)
    hold_sending(HoldReason.RESTORED)
    speak_english(owner_client)
    assert "I know that a backup with" in owner_client.get(LIFT).text
    refused = press(owner_client, LIFT, reason=REASON)
    assert (refused.status_code, "Tick each restore" in refused.text) == (422, True)
    press(owner_client, LIFT, reason=REASON, restorations=str(restoration.id))
    assert (find_hold(), list_unacknowledged()) == (None, [])


def test_owner_sees_the_faults_that_they_would_accept(owner_client: FlaskClient) -> None:
    report = VerificationReport()
    report.fault("subscription", "subscriber_id=7", "the consent was withdrawn since")
    record_result(report, "web1")
    hold_sending(HoldReason.FAULTY)
    speak_english(owner_client)
    assert "subscriber_id=7: the consent was withdrawn since" in owner_client.get(LIFT).text
    press(owner_client, LIFT, reason=REASON)
    assert (find_hold(), find_open_faults(clock.now())) == (None, None)


def test_organiser_sees_the_hold_and_cannot_lift_it(organiser_client: FlaskClient) -> None:
    hold_sending(HoldReason.RESTORED)
    speak_english(organiser_client)
    assert "An owner can lift the hold" in organiser_client.get("/console/").text
    assert organiser_client.get(LIFT).status_code == 403
    assert post(organiser_client, LIFT, reason=REASON).status_code == 403
    assert find_hold() is not None


@pytest.mark.both_databases
def test_restored_campaign_goes_on_once_its_number_is_typed(owner_client: FlaskClient) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    hold_sending(HoldReason.RESTORED)
    press(owner_client, LIFT, reason=REASON)
    speak_english(owner_client)
    path = f"/console/campaigns/{campaign_id}"
    page = owner_client.get(path).text
    assert "these figures don’t include the messages" in page
    assert f"flask campaigns settle {campaign_id}" in page
    asked = post(owner_client, f"{path}/resume")
    assert str(asked.location).endswith(f"{path}/resume-restored")
    assert f"flask campaigns settle {campaign_id}" in owner_client.get(asked.location).text
    wrong = press(owner_client, f"{path}/resume-restored", recipients="1")
    assert (wrong.status_code, send()) == (422, [])
    press(owner_client, f"{path}/resume-restored", recipients="2")
    assert send() == [ANNA, BORIS]
    assert reload(campaign_id).restored_at is None


@pytest.mark.both_databases
def test_lifting_needs_a_password_typed_lately(owner_client: FlaskClient) -> None:
    hold_sending(HoldReason.RESTORED)
    forget_recent_passwords()
    assert "/console/password" in str(owner_client.get(LIFT).location)

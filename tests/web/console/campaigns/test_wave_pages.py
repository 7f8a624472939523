"""The first wave on the pages: its choice at the launch, its figures, and the way on."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.consent.models import Method
from supporters.database import transaction
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.first_wave.wave_control import find_stage
from supporters.delivery.first_wave.wave_rules import Wave, WaveStage
from supporters.delivery.progress import record_attempts
from supporters.delivery.rules import DeliveryStatus
from supporters.my_data.link_unsubscription import unsubscribe_by_link
from tests.factories.approvals import launch_ready, make_ready
from tests.factories.campaigns import RecordingTransport, reload, subscriber_at
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with
from tests.web.console.pages import decide, followed, post

PEOPLE = 12


def twelve(_app: Flask) -> int:
    """Make a draft to twelve people, ready to launch; return its id."""
    mailing_list = make_list()
    for each in range(PEOPLE):
        make_subscriber(f"p{each:02}@example.org", mailing_list)
    draft = make_campaign(mailing_list, subject="Samedi")
    make_ready(draft.id)
    return draft.id


pytestmark = begins_with(twelve)


def page_of(campaign_id: int) -> str:
    """Return the address of the page of a campaign."""
    return f"/console/campaigns/{campaign_id}"


def launch(client: FlaskClient, campaign_id: int, **fields: str) -> int:
    """Launch the campaign on its page; return the status of the answer."""
    page = page_of(campaign_id)
    return decide(client, page, "launch", recipients=str(PEOPLE), **fields).status_code


def test_launch_without_a_choice_has_no_wave(organiser_client: FlaskClient, prepared: int) -> None:
    assert launch(organiser_client, prepared) == 303
    assert find_stage(reload(prepared)) is WaveStage.ABSENT


def test_choices_of_the_launch_page_are_stored(
    organiser_client: FlaskClient, prepared: int
) -> None:
    fields = {"wave": "number", "wave_people": "5", "wave_wait": "120"}
    assert launch(organiser_client, prepared, **fields) == 303
    campaign = reload(prepared)
    assert (campaign.wave_size, campaign.wave_minutes, campaign.wave_batches) == (5, 120, 1)


def test_another_length_than_the_offered_ones_is_shown_and_stays(
    organiser_client: FlaskClient, prepared: int
) -> None:
    with transaction():
        campaign = reload(prepared)
        campaign.wave_size, campaign.wave_minutes = 5, 45
    page = organiser_client.get(f"{page_of(prepared)}/decision").text
    assert '<option selected value="45">' in page
    fields = {"wave": "number", "wave_people": "5", "wave_wait": "45"}
    assert launch(organiser_client, prepared, **fields) == 303
    assert reload(prepared).wave_minutes == 45


def test_one_per_cent_of_few_people_is_one_person(
    organiser_client: FlaskClient, prepared: int
) -> None:
    page = organiser_client.get(f"{page_of(prepared)}/decision").text
    assert "1 % d’abord : 1 personne, tirée au sort" in page.replace("\u202f", " ")
    launch(organiser_client, prepared, wave="share")
    assert reload(prepared).wave_size == 1


def test_sizes_that_leave_nobody_or_are_none_say_what_to_do(
    organiser_client: FlaskClient, prepared: int
) -> None:
    faults = []
    for size in ("", "0", "12", "13", "many", "-5", "²", "9999999999"):
        typed = {"recipients": str(PEOPLE), "wave": "number", "wave_people": size}
        answer = decide(organiser_client, page_of(prepared), "launch", **typed)
        if (answer.status_code, "error-summary" in answer.text) != (422, True):
            faults.append(size)
    assert not faults
    assert reload(prepared).status is CampaignStatus.DRAFT


def test_page_shows_figures_beside_thresholds_and_continues(
    organiser_client: FlaskClient, prepared: int
) -> None:
    assert isinstance(launch_ready(prepared, wave=Wave(size=5)), Campaign)
    transport = RecordingTransport()
    send_here(transport)
    with transaction():
        record_attempts(prepared, {DeliveryStatus.ACCEPTED: 600}, clock.now())
    page = organiser_client.get(page_of(prepared)).text
    assert "Première vague" in page
    assert "par seconde" in page
    assert "fin prévue" not in page  # the others wait for a person
    assert "seuil atteint" not in page
    reader = subscriber_at(transport.recipients[0]).id
    unsubscribe_by_link(reader, 1, Method.ONE_CLICK, campaign_id=prepared)
    assert "seuil atteint" in organiser_client.get(f"{page_of(prepared)}/progress").text
    answer = post(organiser_client, f"{page_of(prepared)}/continue")
    assert "Première vague" not in followed(organiser_client, answer)
    send_here(transport)
    assert len({*transport.recipients}) == PEOPLE


def test_page_says_at_once_that_the_wave_has_left(
    organiser_client: FlaskClient, prepared: int
) -> None:
    launch_ready(prepared, wave=Wave(size=5, minutes=30))
    before = organiser_client.get(page_of(prepared)).text
    send_here(RecordingTransport())
    after = organiser_client.get(f"{page_of(prepared)}/progress").text
    leaves, left = "Elle part d’abord vers 5 personnes", "Elle est partie vers 5 personnes. Les"
    assert [(leaves in each, left in each) for each in (before, after)] == [
        (True, False),
        (False, True),
    ]
    assert "La campagne continue d’elle-même le" in after
    pause_campaign(prepared)
    paused = organiser_client.get(page_of(prepared)).text
    assert "La campagne continue d’elle-même le" not in paused


def test_officer_reads_the_wave_and_does_not_continue_it(
    officer_client: FlaskClient, prepared: int
) -> None:
    launch_ready(prepared, wave=Wave(size=5))
    page = officer_client.get(page_of(prepared)).text
    assert "Première vague" in page
    assert "/continue" not in page
    assert post(officer_client, f"{page_of(prepared)}/continue").status_code == 403


@pytest.mark.parametrize("problem", ["dead addresses: 12/120/50", "departures: 6/120/10"])
def test_page_says_which_threshold_paused_it(
    organiser_client: FlaskClient, prepared: int, problem: str
) -> None:
    launch_ready(prepared)
    with transaction():
        campaign = reload(prepared)
        campaign.problem, campaign.problem_at = problem, campaign.launched_at
    page = organiser_client.get(page_of(prepared)).text
    assert "Votre seuil est de" in page.partition('class="ledger"')[0]  # before the figures
    assert "120" in page

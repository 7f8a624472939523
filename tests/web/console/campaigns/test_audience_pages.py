"""The lists of a campaign in the console: none is ticked, and the numbers of people are said."""

import pytest
from flask.testing import FlaskClient

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import list_campaigns
from supporters.delivery.audience import count_groups
from supporters.delivery.stored_audiences.audience_counts import store_counts
from supporters.lists.models import MailingList
from tests.factories.approvals import make_ready
from tests.factories.campaigns import ANNA, BORIS, CHLOE, ledger, reload
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.drafts import make_campaign_to
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.web.console.pages import decide, followed, post, speak_english, ticked_lists
from tests.web.public.pages import press

NEW = "/console/campaigns/new"
WRITTEN = {"language": "fr", "subject": "Samedi", "body": "Bonjour à tous."}
Lists = tuple[MailingList, MailingList]
pytestmark = pytest.mark.usefixtures("app")


@made_once
def lists() -> Lists:
    """Make two lists: Anna is on both, Boris on the first, Chloé on the second."""
    national, lyon = make_list(), make_list("lyon", "Lyon")
    make_subscriber(ANNA, national, lyon)
    make_subscriber(BORIS, national)
    make_subscriber(CHLOE, lyon)
    return national, lyon


def test_no_list_is_ticked_and_each_says_how_many_people_it_has(
    organiser_client: FlaskClient, lists: Lists
) -> None:
    speak_english(organiser_client)
    page = organiser_client.get(NEW).text
    assert ticked_lists(page) == []
    assert all(f"{each.name} · 2 people" in page for each in lists)
    assert "No list is chosen yet: nobody gets it." in page


def test_a_draft_without_a_list_is_saved_and_can_be_neither_asked_for_nor_launched(
    organiser_client: FlaskClient, lists: Lists
) -> None:
    assert press(organiser_client, NEW, **WRITTEN).status_code == 303
    ((campaign, first),) = list_campaigns()
    assert (campaign.lists, first.id) == ([], lists[0].id)
    make_ready(campaign.id)
    answer = organiser_client.get(f"/console/campaigns/{campaign.id}/decision")
    assert answer.location == f"/console/campaigns/{campaign.id}/edit"
    assert "cochez au moins une liste" in followed(organiser_client, answer)


def test_ticked_lists_are_kept_and_people_are_counted_once(
    organiser_client: FlaskClient, lists: Lists
) -> None:
    speak_english(organiser_client)
    ids = [str(each.id) for each in lists]
    press(organiser_client, NEW, **WRITTEN, mailing_list_id=ids)
    ((campaign, _),) = list_campaigns()
    page = organiser_client.get(f"/console/campaigns/{campaign.id}/edit").text
    assert ticked_lists(page) == ids
    assert "Each person once: 4 subscriptions, 3 people." in page
    campaigns = organiser_client.get("/console/campaigns").text
    assert f"{lists[0].name} and 1 more" in campaigns
    head = organiser_client.get(f"/console/campaigns/{campaign.id}").text
    assert f"To {lists[0].name} and 1 more – last changed" in head


def test_the_page_counts_the_ticked_lists_at_once(
    organiser_client: FlaskClient, lists: Lists
) -> None:
    speak_english(organiser_client)
    national, lyon = lists
    old = national.purpose_id
    change_meaning(national)
    chosen = {
        f"list={lyon.id}": "It reaches 2 people.",
        f"list={national.id}-{old}&list={lyon.id}": "Each person once: 4 subscriptions, 3 people.",
        "list=99": None,
        "": "No list is chosen yet: nobody gets it.",
    }
    for query, words in chosen.items():
        answer = organiser_client.get(f"/console/campaigns/audience?{query}")
        assert (answer.json["words"] if answer.json else None) == words or answer.status_code == 404


def test_the_sheet_and_the_launch_say_each_list_with_its_people(
    organiser_client: FlaskClient, lists: Lists
) -> None:
    speak_english(organiser_client)
    campaign = make_campaign_to(*lists)
    make_ready(campaign.id)
    path = f"/console/campaigns/{campaign.id}"
    page = " ".join(organiser_client.get(f"{path}/decision").text.split())
    for words in (
        f"{lists[0].name}: 2 subscribers",
        "Lyon: 1 subscriber",
        "1 more gets it by a list above",
        "Each person once: 4 subscriptions, 3 people.",
    ):
        assert words in page, words
    decide(organiser_client, path, "launch", recipients="3")
    assert [*ledger(campaign.id)] == [ANNA, BORIS, CHLOE]
    assert reload(campaign.id).audience == 3


def test_lists_without_people_have_nobody_to_write_to(organiser_client: FlaskClient) -> None:
    empty = make_campaign_to(make_list("one", "Un"), make_list("two", "Deux"))
    path = f"/console/campaigns/{empty.id}"
    assert 'name="recipients"' not in organiser_client.get(f"{path}/decision").text
    assert post(organiser_client, f"{path}/launch", recipients="0").status_code == 409
    assert isinstance(reload(empty.id), Campaign)


def test_a_number_of_a_worker_is_shown_with_its_moment(
    organiser_client: FlaskClient, lists: Lists
) -> None:
    draft = make_campaign_to(*lists)
    make_ready(draft.id)
    store_counts(clock.now(), count_groups, fewest=1)
    make_subscriber("denis@example.org", *lists)
    speak_english(organiser_client)

    path = f"/console/campaigns/{draft.id}"
    for name in ("edit", "decision"):
        said = " ".join(organiser_client.get(f"{path}/{name}").text.split())
        assert "Each person once: 4 subscriptions, 3 people. Counted at " in said

    refused = decide(organiser_client, path, "launch", recipients="3")
    assert (refused.status_code, reload(draft.id).launched_at) == (422, None)
    assert "The list has 4 people now. Nothing was sent." in refused.text

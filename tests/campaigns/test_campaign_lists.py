"""The lists of a campaign: the accounts that see it, and what they keep."""

import pytest

from supporters.accounts.second_person import SecondPersonFault
from supporters.campaigns.queries import list_campaigns
from supporters.delivery.approval import find_approver_fault
from supporters.lists.mailing_lists import DeleteListError, delete_list
from supporters.team.list_scopes import EVERY_LIST, ListScope, limit_organiser, list_team_of
from tests.factories.accounts import make_organiser
from tests.factories.approvals import make_approver, make_request
from tests.factories.campaigns import ANNA, reload
from tests.factories.drafts import make_campaign_to
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.usefixtures("app")


def test_only_those_who_may_see_all_lists_see_a_campaign() -> None:
    national, lyon = make_list(), make_list("lyon", "Lyon")
    make_subscriber(ANNA, national)
    campaign = make_campaign_to(national, lyon)
    one, both = (ListScope(frozenset(ids)) for ids in ({lyon.id}, {national.id, lyon.id}))
    assert [len(list_campaigns(scope)) for scope in (one, both, EVERY_LIST)] == [0, 1, 1]
    author, approver = make_organiser(), make_approver()
    version = make_request(campaign.id, author)
    found = {}
    for ids in ({lyon.id}, {national.id, lyon.id}):
        limit_organiser(approver.id, ids)
        campaign = reload(campaign.id)
        fault = find_approver_fault(campaign, version, approver.id, audience=3)
        team = {each.id for each in list_team_of(campaign.list_ids)}
        found[len(ids)] = (fault, approver.id in team)
    assert found == {1: (SecondPersonFault.NO_RIGHT, False), 2: (None, True)}


def test_a_list_of_a_campaign_is_not_deleted() -> None:
    national, empty = make_list(), make_list("empty", "Vide")
    make_campaign_to(national, empty)
    assert delete_list(empty.id) is DeleteListError.HAS_CAMPAIGNS

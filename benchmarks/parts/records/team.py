"""Creates the team of a party, with a record for each kind of page that it works on."""

from collections.abc import Sequence

from supporters.accounts.models import Organiser, RightRequest, RoleName
from supporters.accounts.queries import get_role
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.database import db, transaction
from supporters.delivery.approval import approve_campaign, ask_approval
from supporters.lists.models import MailingList
from supporters.team.list_scopes import limit_organiser
from supporters.team.right_requests import request_right
from supporters.team.team_invitations import TeamInvitation, invite_organiser
from tests.factories.accounts import make_account
from tests.factories.approvals import make_approver, record_test
from tests.factories.drafts import make_campaign
from tests.factories.signups import make_subscriber

OWNER, OFFICER = "owner@parti.example", "officer@parti.example"
LIMITED, COLLEAGUE = "local@parti.example", "colleague@parti.example"
NEWCOMER = "newcomer@parti.example"
KNOWN = "known@example.org"
DRAFT, ASKED, APPROVED = "Brouillon", "À relire", "Relu"


def make_team(local: Sequence[MailingList], everybody: MailingList) -> tuple[Organiser, Organiser]:
    """Add accounts, a person with the whole evidence, and campaigns that wait for a step.

    Return an author and an approver.
    """
    owner = make_account(OWNER, RoleName.OWNER)
    _give(owner, RoleName.EXPORTER, RoleName.APPROVER)
    make_account(OFFICER, RoleName.DPO)
    limited = make_account(LIMITED, RoleName.ORGANISER)
    limit_organiser(limited.id, [each.id for each in local])
    colleague = make_account(COLLEAGUE, RoleName.ORGANISER)
    assert isinstance(request_right(colleague.id, RoleName.APPROVER, owner.id), RightRequest)
    invited = invite_organiser(NEWCOMER, RoleName.ORGANISER, "fr", inviter=OWNER)
    assert isinstance(invited, TeamInvitation)
    make_subscriber(KNOWN, everybody)
    approver = make_approver("second@parti.example")
    _make_waiting_campaigns(everybody, colleague, approver)
    return colleague, approver


def _give(account: Organiser, *rights: RoleName) -> None:
    with transaction():
        found = db.session.get_one(Organiser, account.id)
        found.roles.extend(get_role(right) for right in rights)


def _make_waiting_campaigns(
    mailing_list: MailingList, author: Organiser, approver: Organiser
) -> None:
    for subject in (DRAFT, ASKED, APPROVED):
        campaign: Campaign = make_campaign(mailing_list, subject)
        record_test(campaign.id)
        if subject != DRAFT:
            assert isinstance(ask_approval(campaign.id, author.id), CampaignVersion)
        if subject == APPROVED:
            assert isinstance(approve_campaign(campaign.id, approver.id), CampaignVersion)

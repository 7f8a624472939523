"""Tells by email that an approval is wanted, given, refused, or void."""

from collections.abc import Sequence
from datetime import datetime

from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import find_organiser, list_active_organisers
from supporters.accounts.second_person import find_second_person_fault
from supporters.campaigns.acts import CampaignNotice
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.campaigns.void_plans import find_plan_of
from supporters.database import in_transaction
from supporters.mail.links import link_to
from supporters.notices.security_notices import Notice, name_of_actor, only, put_notice
from supporters.team.list_scopes import scope_of


def list_possible_approvers(
    list_ids: Sequence[int], initiator_id: int | None, now: datetime
) -> Sequence[Organiser]:
    """Return the accounts that could approve a campaign to lists which this account asks for."""
    return [
        account
        for account in list_active_organisers(RoleName.APPROVER)
        if scope_of(account).covers_all(list_ids)
        and find_second_person_fault(account, initiator_id, now) is None
    ]


@in_transaction
def announce_request(campaign: Campaign, version: CampaignVersion) -> None:
    """Ask those who can approve."""
    approvers = list_possible_approvers(campaign.list_ids, version.asked_by, version.asked_at)
    _put(CampaignNotice.APPROVAL_WANTED, campaign, approvers, page="console.decision")


@in_transaction
def announce_approval(campaign: Campaign, version: CampaignVersion) -> None:
    """Tell the account that asked for it."""
    asker = _find(version.asked_by)
    _put(CampaignNotice.APPROVED, campaign, asker, page="console.show_campaign")


@in_transaction
def announce_rejection(campaign: Campaign, version: CampaignVersion) -> None:
    """Tell the account that asked, with the remarks."""
    _put(
        CampaignNotice.REJECTED,
        campaign,
        _find(version.asked_by),
        page="console.show_campaign",
        remarks=version.remarks or "",
    )


@in_transaction
def announce_end(campaign: Campaign, version: CampaignVersion) -> None:
    """Tell that the version can't be launched any more.

    The account that asked, the approver, and the one that chose an hour get an email.
    """
    ids, plan = {version.asked_by, version.approved_by}, find_plan_of(version)
    if plan:
        ids.add(plan.account_id)
    concerned = [account for each in ids - {version.ended_by} for account in _find(each)]
    _put(CampaignNotice.APPROVAL_VOID, campaign, concerned, page="console.show_campaign")


def _find(organiser_id: int | None) -> list[Organiser]:
    account = None if organiser_id is None else find_organiser(organiser_id)
    return [account] if account and account.active else []


def _put(
    notice: Notice,
    campaign: Campaign,
    accounts: Sequence[Organiser],
    *,
    page: str,
    **more: str,
) -> None:
    values = {"subject": campaign.title, "actor": name_of_actor(), **more}
    put_notice(notice, only(accounts), values, url=link_to(page, campaign_id=campaign.id))

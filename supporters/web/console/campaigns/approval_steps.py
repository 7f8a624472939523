"""The steps of a campaign from a draft to its launch, and the tests that the team got."""

from dataclasses import dataclass
from datetime import datetime

from flask_login import current_user

from supporters.accounts.models import RoleName
from supporters.campaigns.models import Campaign, CampaignStatus, CampaignTest, CampaignVersion
from supporters.campaigns.queries import list_frozen_campaigns
from supporters.campaigns.versions import (
    find_current_version,
    find_newest_version,
    get_current_version,
    is_tested,
    list_all_tests,
)
from supporters.delivery.approval import find_approver_fault
from supporters.delivery.message.frozen_versions import find_fingerprint
from supporters.languages import LANGUAGES
from supporters.lists.queries import get_list
from supporters.web.console.campaigns.plans import ShownVoidPlan, describe_void_plan
from supporters.web.console.console_blueprint import name_of_author
from supporters.web.console.visibility import current_scope


@dataclass(frozen=True)
class ShownTest:
    """The test that an account got: of exactly this message, or of an earlier text.

    `sender` is the colleague who sent it; it is None for one's own test. `language` is the name of
    another language than the first.
    """

    sent_at: datetime
    recipient: str
    sender: str | None
    is_current: bool
    language: str = ""


def list_shown_tests(campaign_id: int, fingerprint: str) -> list[ShownTest]:
    """Return one test of each account and language: of this message, or else its newest one."""
    found: dict[tuple[int | None, str | None], CampaignTest] = {}
    for test in list_all_tests(campaign_id):
        key = test.organiser_id, test.language
        known = found.setdefault(key, test)
        if test.hash == fingerprint and known.hash != fingerprint:
            found[key] = test
    return [
        ShownTest(
            test.sent_at,
            name_of_author(test.organiser_id),
            None if test.sent_by in {None, test.organiser_id} else name_of_author(test.sent_by),
            test.hash == fingerprint,
            LANGUAGES[test.language] if test.language else "",
        )
        for test in sorted(found.values(), key=lambda each: each.id, reverse=True)
    ]


@dataclass(frozen=True, kw_only=True)
class ApprovalSteps:
    """How far a campaign is that isn't launched: its frozen version, and who asked and approved.

    `refused` is the version that was not approved, with remarks, while nobody asked again.
    `void_plan` is what became of the hour at which it was planned, in the same time.
    `may_decide` tells whether this account can approve what somebody else asks for.
    """

    version: CampaignVersion | None
    asker: str
    approver: str
    refused: CampaignVersion | None
    refused_by: str
    void_plan: ShownVoidPlan | None
    may_decide: bool


@dataclass(frozen=True, kw_only=True)
class FrozenCampaignRow:
    """A campaign on the dashboard that waits for this account."""

    campaign: Campaign
    asker: str
    is_mine: bool
    is_approved: bool
    may_decide: bool


def describe_steps(campaign: Campaign) -> ApprovalSteps:
    """Return how far a campaign is."""
    version = find_current_version(campaign)
    newest = find_newest_version(campaign.id) if version is None else None
    refused = newest if newest and newest.remarks else None
    return ApprovalSteps(
        version=version,
        asker=name_of_author(version.asked_by) if version else "",
        approver=name_of_author(version.approved_by) if version and version.approved_at else "",
        refused=refused,
        refused_by=name_of_author(refused.ended_by) if refused else "",
        void_plan=describe_void_plan(newest) if newest else None,
        may_decide=version is not None
        and campaign.status is CampaignStatus.AWAITING_APPROVAL
        and version.asked_by != current_user.id
        and find_approver_fault(campaign, version, current_user.id, audience=0) is None,
    )


def is_tested_now(campaign: Campaign) -> bool:
    """Tell whether somebody got a test of a campaign as it is now, in each of its languages."""
    fingerprint = find_fingerprint(campaign, get_list(campaign.mailing_list_id))
    return fingerprint is not None and is_tested(campaign.id, fingerprint)


def list_frozen_for_account() -> list[FrozenCampaignRow]:
    """Return the campaigns that this account can approve, and its own that wait or may leave."""
    rows = []
    for campaign in list_frozen_campaigns():
        is_planned = campaign.status is CampaignStatus.SCHEDULED
        if is_planned or not current_scope().covers_all(campaign.list_ids):
            continue
        version = get_current_version(campaign)
        is_approved = campaign.status is CampaignStatus.APPROVED
        may_decide = (
            not is_approved
            and current_user.has_role(RoleName.APPROVER.value)
            and find_approver_fault(campaign, version, current_user.id, audience=0) is None
        )
        is_mine = version.asked_by == current_user.id
        if may_decide or is_mine:
            rows.append(
                FrozenCampaignRow(
                    campaign=campaign,
                    asker=name_of_author(version.asked_by),
                    is_mine=is_mine,
                    is_approved=is_approved,
                    may_decide=may_decide,
                )
            )
    return rows

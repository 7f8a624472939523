"""The steps of a campaign from a draft to its launch, and the tests that the team got."""

from dataclasses import dataclass
from datetime import datetime

from flask_login import current_user

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.campaigns.approval_notices import list_possible_approvers
from supporters.campaigns.approval_rule import AloneLimit, find_alone_limit
from supporters.campaigns.models import Campaign, CampaignStatus, CampaignTest, CampaignVersion
from supporters.campaigns.queries import list_frozen_campaigns
from supporters.campaigns.states import is_frozen
from supporters.campaigns.versions import (
    find_newest_version,
    get_current_version,
    is_tested,
    list_all_tests,
    list_tests,
)
from supporters.delivery.approval import find_approver_fault
from supporters.delivery.audience import count_audience_up_to
from supporters.delivery.message.frozen_versions import find_fingerprint
from supporters.languages import LANGUAGES
from supporters.lists.queries import get_list
from supporters.web.console.console_blueprint import name_of_author
from supporters.web.console.visibility import current_scope


@dataclass(frozen=True)
class LastTest:
    """The newest test of exactly this message."""

    sent_at: datetime
    recipient: str


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
    """The state of a campaign that isn't launched: its test, its version, and the next person.

    `audience` is counted up to one more than the limit, so that it is known at once. `refused` is
    the version that was not approved, with remarks, while nobody asked again.
    """

    audience: int
    limit: AloneLimit
    test: LastTest | None
    version: CampaignVersion | None
    asker: str
    approver: str
    approvers: list[str]
    refused: CampaignVersion | None
    refused_by: str
    may_decide: bool

    @property
    def may_be_alone(self) -> bool:
        """Whether one person may launch it."""
        return self.limit.allows(self.audience)


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
    is_waiting = is_frozen(campaign.status)
    version = get_current_version(campaign) if is_waiting else None
    limit = find_alone_limit()
    audience = count_audience_up_to(campaign, limit.people)
    newest = None if is_waiting else find_newest_version(campaign.id)
    refused = newest if newest and newest.remarks else None
    return ApprovalSteps(
        audience=audience,
        limit=limit,
        test=find_last_test(campaign),
        version=version,
        asker=name_of_author(version.asked_by if version else None),
        approver=name_of_author(version.approved_by if version else None),
        approvers=_name_approvers(campaign, version),
        refused=refused,
        refused_by=name_of_author(refused.ended_by if refused else None),
        may_decide=version is not None
        and campaign.status is CampaignStatus.AWAITING_APPROVAL
        and find_approver_fault(campaign, version, current_user.id, audience=audience) is None,
    )


def find_last_test(campaign: Campaign) -> LastTest | None:
    """Return the newest test of a campaign as it is now, if all its languages were tested."""
    fingerprint = find_fingerprint(campaign, get_list(campaign.mailing_list_id))
    is_complete = fingerprint is not None and is_tested(campaign.id, fingerprint)
    tests = list_tests(campaign.id, fingerprint) if fingerprint and is_complete else []
    return LastTest(tests[0].sent_at, name_of_author(tests[0].organiser_id)) if tests else None


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


def _name_approvers(campaign: Campaign, version: CampaignVersion | None) -> list[str]:
    initiator = current_user.id if version is None else version.asked_by
    found = list_possible_approvers(campaign.list_ids, initiator, clock.now())
    return [account.name_and_address for account in found]

"""Factories of campaigns that may be launched: by one person, or approved by a second one."""

import json

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import get_role
from supporters.audit_log.audit_events import record_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.approval_rule import find_alone_limit
from supporters.campaigns.models import ApprovalRule, CampaignTest, CampaignVersion
from supporters.campaigns.other_languages.queries import list_other_texts
from supporters.campaigns.queries import find_campaign
from supporters.database import db, transaction
from supporters.delivery.approval import ReadVersion, approve_campaign, ask_approval
from supporters.delivery.first_wave.wave_rules import Wave
from supporters.delivery.launch import LaunchResult, launch_campaign
from supporters.delivery.message.frozen_versions import find_fingerprint
from supporters.extensions import current_encryptor
from supporters.ids import new_id
from supporters.lists.queries import get_list
from supporters.mail.models import EmailKind
from tests.factories.accounts import hold_since, make_organiser
from tests.web.console.pages import emails

EVERYBODY = 10_000_000


def make_approver(email: str = "approver@parti.example") -> Organiser:
    """Return an organiser who has had the right to approve for a month."""
    account = make_organiser(email)
    with transaction():
        db.session.get_one(Organiser, account.id).roles.append(get_role(RoleName.APPROVER))
    hold_since(account, account.welcomed_at or clock.now())
    return account


def allow_alone(people: int = EVERYBODY) -> None:
    """Let one person launch campaigns to at most this many people; nobody is told."""
    if find_alone_limit().people == people:
        return
    with transaction():
        record_act(CampaignAct.APPROVAL_RULE_CHANGED, None, {"before": 0, "after": people})
        db.session.merge(ApprovalRule(id=1, alone_up_to=people, changed_at=clock.now()))


def record_test(campaign_id: int, spam_tenths: int | None = None) -> str:
    """Record a test of a campaign as it is now, in each language; return its hash, if it exists.

    A worker scores it, unless it has a score: SpamAssassin takes a second.
    """
    with transaction():
        campaign = find_campaign(campaign_id)
        if campaign is None:
            return ""
        shown = find_fingerprint(campaign, get_list(campaign.mailing_list_id)) or ""
        now = clock.now()
        for language in (None, *(each.language for each in list_other_texts(campaign_id))):
            test = {"campaign_id": campaign_id, "hash": shown, "language": language}
            test["spam_tenths"] = spam_tenths
            db.session.add(CampaignTest(id=new_id(now), sent_at=now, **test))
    return shown


def make_ready(campaign_id: int) -> None:
    """Let one person launch a draft: it was tested, and the rule allows it."""
    allow_alone()
    record_test(campaign_id, spam_tenths=0)


def launch_ready(
    campaign_id: int,
    *,
    expected_audience: int | None = None,
    read_fingerprint: str | None = None,
    wave: Wave | None = None,
) -> LaunchResult:
    """Launch a draft as one person, where the rule allows it."""
    make_ready(campaign_id)
    return launch_campaign(
        campaign_id,
        read=ReadVersion(fingerprint=read_fingerprint, audience=expected_audience),
        wave=wave,
    )


def make_request(campaign_id: int, author: Organiser) -> CampaignVersion:
    """Return the version for which an account asked approval, after a test."""
    record_test(campaign_id)
    version = ask_approval(campaign_id, author.id)
    assert isinstance(version, CampaignVersion), version
    return version


def make_approved(campaign_id: int, author: Organiser, approver: Organiser) -> CampaignVersion:
    """Return the approved version of a draft."""
    make_request(campaign_id, author)
    version = approve_campaign(campaign_id, approver.id)
    assert isinstance(version, CampaignVersion), version
    return version


def notices() -> list[tuple[str, object]]:
    """Return the address and the kind of each notice."""
    opened = [
        json.loads(current_encryptor().decrypt(email.encrypted or b""))
        for email in emails(EmailKind.SECURITY_NOTICE)
    ]
    return [(str(each["recipient"]), each["values"]["notice"]) for each in opened]

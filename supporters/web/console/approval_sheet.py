"""The sheet of facts before an approval or a launch: who gets the message, and what is in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from supporters import clock
from supporters.campaigns.link_checks import CheckedLink, LinkDoubt, check_links
from supporters.campaigns.markdown import list_images
from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import find_last_launched
from supporters.campaigns.versions import list_tests
from supporters.delivery.audience import AudienceFigures
from supporters.delivery.frozen_versions import read_campaign
from supporters.delivery.message.frozen_campaign import MailSender
from supporters.delivery.message_weight import list_doubts
from supporters.delivery.previews import preview_campaign
from supporters.web.console.account_names import name_of_author
from supporters.web.console.error_messages import explain_doubts

SHOWN_ON_A_PHONE = 50
SOON_AFTER_ANOTHER = timedelta(days=1)


@dataclass(frozen=True)
class LastTest:
    """The newest test of exactly this message."""

    sent_at: datetime
    recipient: str


@dataclass(frozen=True, kw_only=True)
class ApprovalSheet:
    """The facts of a message, as it is frozen or would be frozen now."""

    list_name: str
    audience: AudienceFigures
    sender: MailSender
    subject: str
    preheader: str
    is_subject_long: bool
    links: list[CheckedLink]
    doubts: list[str]
    images: int
    test: LastTest | None
    last: Campaign | None
    is_soon: bool


def make_sheet(campaign: Campaign, fingerprint: str, figures: AudienceFigures) -> ApprovalSheet:
    """Return the sheet of a campaign without faults, and of the people that it reaches now."""
    frozen = read_campaign(campaign)
    subject = preview_campaign(campaign).subject
    tests = list_tests(campaign.id, fingerprint)
    last = find_last_launched(campaign.mailing_list_id, but=campaign.id)
    last_at = last.launched_at if last else None
    return ApprovalSheet(
        list_name=frozen.list_name,
        audience=figures,
        sender=frozen.sender,
        subject=subject,
        preheader=frozen.source.preheader,
        is_subject_long=len(subject) > SHOWN_ON_A_PHONE,
        links=check_links(frozen.source.body, frozen.source.document),
        doubts=explain_doubts(
            each for each in list_doubts(campaign) if not isinstance(each.kind, LinkDoubt)
        ),
        images=len(list_images(frozen.source.body)),
        test=LastTest(tests[0].sent_at, name_of_author(tests[0].organiser_id)) if tests else None,
        last=last,
        is_soon=last_at is not None and clock.now() - last_at < SOON_AFTER_ANOTHER,
    )

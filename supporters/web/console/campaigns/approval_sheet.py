"""The sheet of facts before an approval or a launch: who gets the message, and what is in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from supporters import clock
from supporters.campaigns.link_checks import CheckedLink, LinkDoubt, check_links
from supporters.campaigns.markdown import list_images
from supporters.campaigns.models import Campaign, CampaignTest
from supporters.campaigns.queries import find_last_launched
from supporters.campaigns.versions import list_all_tests
from supporters.delivery.audience import AudienceFigures
from supporters.delivery.message.frozen_campaign import MailSender
from supporters.delivery.message.frozen_versions import read_campaign
from supporters.delivery.message.message_weight import list_doubts
from supporters.delivery.message.previews import preview_campaign
from supporters.web.console.console_blueprint import name_of_author
from supporters.web.console.error_messages import explain_doubts

SHOWN_ON_A_PHONE = 50
SOON_AFTER_ANOTHER = timedelta(days=1)


@dataclass(frozen=True)
class LastTest:
    """The newest test of exactly this message."""

    sent_at: datetime
    recipient: str


@dataclass(frozen=True)
class ShownTest:
    """The test that an account got: of exactly this message, or of an earlier text.

    `sender` is the colleague who sent it; it is None for one's own test.
    """

    sent_at: datetime
    recipient: str
    sender: str | None
    is_current: bool


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
    tests: list[ShownTest]
    last: Campaign | None
    is_soon: bool

    @property
    def is_tested(self) -> bool:
        """Whether anybody got a test of exactly this message."""
        return any(test.is_current for test in self.tests)


def make_sheet(campaign: Campaign, fingerprint: str, figures: AudienceFigures) -> ApprovalSheet:
    """Return the sheet of a campaign without faults, and of the people that it reaches now."""
    frozen = read_campaign(campaign)
    subject = preview_campaign(campaign).subject
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
        tests=list_shown_tests(campaign.id, fingerprint),
        last=last,
        is_soon=last_at is not None and clock.now() - last_at < SOON_AFTER_ANOTHER,
    )


def list_shown_tests(campaign_id: int, fingerprint: str) -> list[ShownTest]:
    """Return one test of each account, newest first: of this message, or else its newest one."""
    found: dict[int | None, CampaignTest] = {}
    for test in list_all_tests(campaign_id):
        known = found.setdefault(test.organiser_id, test)
        if test.hash == fingerprint and known.hash != fingerprint:
            found[test.organiser_id] = test
    return [
        ShownTest(
            test.sent_at,
            name_of_author(test.organiser_id),
            None if test.sent_by in {None, test.organiser_id} else name_of_author(test.sent_by),
            test.hash == fingerprint,
        )
        for test in sorted(found.values(), key=lambda each: each.id, reverse=True)
    ]

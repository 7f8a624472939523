"""Shows a campaign before it is sent: a preview, and a test email to the organiser."""

from datetime import date, timedelta
from enum import Enum, auto

from supporters import clock
from supporters.campaigns.content_checks import find_faults
from supporters.campaigns.models import Campaign
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.database import db, transaction
from supporters.delivery.message.rendered_campaign import (
    NOBODY,
    OF_A_CAMPAIGN,
    OF_A_TEST,
    CompiledCampaign,
    PreviewReader,
    RenderedEmail,
)
from supporters.lists.queries import get_list
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, TemplateValues, announce, put_email
from supporters.organisers.acts import Act
from supporters.organisers.audit_events import record_team_act
from supporters.organisers.models import Organiser
from supporters.people.address_hashes import address_mac
from supporters.people.addresses import key_of

TEST_IS_USEFUL_FOR = timedelta(hours=1)
TESTS_A_DAY = 20  # correcting a text takes up to ten; more is misuse


class SendTestError(Enum):
    """Why no test email was sent."""

    CONTENT_FAULTY = auto()
    ADDRESS_UNCONFIRMED = auto()
    OBJECTED = auto()
    TOO_MANY = auto()


def preview_campaign(campaign: Campaign, given_name: str | None = None) -> RenderedEmail:
    """Return the email as a reader of this name would get it; its links lead to nobody."""
    return _render(campaign, given_name, frame=OF_A_CAMPAIGN)


def send_test(campaign: Campaign, organiser_id: int) -> SendTestError | None:
    """Put a test email into the outbox for an organiser; a few a day are allowed.

    Its footer says that it is a test. It goes only to an address that the organiser has proved, and
    never to an address that objected.
    """
    if find_faults(campaign.subject, campaign.body):
        return SendTestError.CONTENT_FAULTY
    content = _render(campaign, None, frame=OF_A_TEST)
    now = clock.now()
    with transaction():
        organiser = db.session.get_one(Organiser, organiser_id, with_for_update=True)
        if refusal := _judge(organiser, now.date()):
            return refusal
        organiser.tests = _tests_on(organiser, now.date()) + 1
        organiser.tested_on = now.date()
        draft = EmailDraft(
            kind=EmailKind.CAMPAIGN_TEST,
            recipient=organiser.email,
            language=campaign.language,
            values={"subject": content.subject, "text": content.text, "html": content.html},
            useful_for=TEST_IS_USEFUL_FOR,
        )
        email = put_email(draft, now=now)
        record_team_act(Act.CAMPAIGN_TESTED, campaign.id)
    announce(email)
    return None


def is_test_wanted(_email: OutboxEmail, recipient: str, _values: TemplateValues) -> bool:
    """Tell whether the organiser may still get a test email: they may have objected since."""
    return not _has_objected(recipient)


def _judge(organiser: Organiser, today: date) -> SendTestError | None:
    if organiser.is_address_unproved:
        return SendTestError.ADDRESS_UNCONFIRMED
    if _has_objected(organiser.email):
        return SendTestError.OBJECTED
    return SendTestError.TOO_MANY if _tests_on(organiser, today) >= TESTS_A_DAY else None


def _tests_on(organiser: Organiser, day: date) -> int:
    return organiser.tests if organiser.tested_on == day else 0


def _has_objected(address: str) -> bool:
    return is_suppressed(address_mac(key_of(address)), [EVERYTHING], clock.now())


def _render(campaign: Campaign, given_name: str | None, *, frame: str) -> RenderedEmail:
    compiled = CompiledCampaign(campaign, get_list(campaign.mailing_list_id), frame=frame)
    reader = PreviewReader(subscriber_id=NOBODY, given_name=given_name, subscribed_at=clock.now())
    return compiled.render(reader)

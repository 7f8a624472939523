"""Shows a campaign before it is sent: a preview, and a test mail to the organiser themself."""

from datetime import timedelta

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.database import transaction
from supporters.delivery.message.rendering import NOBODY, CompiledCampaign, Reader, Rendered
from supporters.lists.queries import get_list
from supporters.mail.models import LetterKind
from supporters.mail.outbox import Draft, announce, put_letter

TEST_IS_USEFUL_FOR = timedelta(hours=1)


def preview_campaign(campaign: Campaign, given_name: str | None = None) -> Rendered:
    """Return the mail as a reader of this name would get it; its links lead to nobody."""
    compiled = CompiledCampaign(campaign, get_list(campaign.mailing_list_id))
    reader = Reader(subscriber_id=NOBODY, given_name=given_name, subscribed_at=clock.now())
    return compiled.render(reader)


def send_test(campaign: Campaign, address: str) -> None:
    """Put the mail into the outbox, for the address of a signed-in organiser."""
    content = preview_campaign(campaign)
    draft = Draft(
        kind=LetterKind.CAMPAIGN_TEST,
        recipient=address,
        language=campaign.language,
        values={"subject": content.subject, "text": content.text, "html": content.html},
        useful_for=TEST_IS_USEFUL_FOR,
    )
    with transaction():
        letter = put_letter(draft, now=clock.now())
    announce(letter)

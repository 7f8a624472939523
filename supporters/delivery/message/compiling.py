"""Compiles a campaign into a message that is written for each recipient by one join."""

from datetime import datetime
from typing import Protocol

from supporters.campaigns.models import Campaign
from supporters.delivery.message.mime import MailIdentity, Stencil
from supporters.delivery.message.rendering import CompiledCampaign, Described
from supporters.delivery.relay.transport import Outgoing
from supporters.extensions import current_settings
from supporters.lists.models import MailingList
from supporters.mail.message.envelopes import EnvelopeWriter


class Addressed(Described, Protocol):
    """A reader that a mail can be sent to."""

    @property
    def address(self) -> str: ...


class CompiledMessage:
    """The message of a campaign; threads may share it, and need no application to write it."""

    def __init__(self, campaign: Campaign, mailing_list: MailingList) -> None:
        """Render and encode everything that is the same for all. Raises HeaderUnsafe."""
        settings = current_settings()
        identity = MailIdentity(
            campaign_id=campaign.id, list_slug=mailing_list.slug, list_name=mailing_list.name
        )
        self._campaign = CompiledCampaign(campaign, mailing_list)
        self._stencil = Stencil(settings, identity, self._campaign.content)
        self._envelopes = EnvelopeWriter(settings, campaign.id)

    def write(self, reader: Addressed, *, sent_at: datetime) -> Outgoing:
        """Return the mail of one reader. Raises HeaderUnsafe."""
        content = self._stencil.fill(
            reader.address,
            reader.subscriber_id,
            values=self._campaign.values_for(reader),
            sent_at=sent_at,
        )
        return Outgoing(self._envelopes.write(reader.subscriber_id), reader.address, content)

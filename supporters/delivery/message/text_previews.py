"""Shows a text that is no campaign yet as an email: a template, a piece, a copy."""

from flask_babel import force_locale, gettext

from supporters import clock
from supporters.campaigns.beginnings.starting_texts import StartingText
from supporters.delivery.message.rendered_campaign import (
    NOBODY,
    CompiledCampaign,
    PreviewReader,
    RenderedEmail,
)
from supporters.lists.models import MailingList
from supporters.mail.mail_theme import Theme


def preview_text(
    text: StartingText, theme: Theme | None = None, *, given_name: str | None = None
) -> RenderedEmail:
    """Return the email of a text, in the party's or another theme; its links lead to nobody."""
    with force_locale(text.language):
        sample = MailingList(id=NOBODY, slug="", name=gettext("Name of the list"))
    compiled = CompiledCampaign(text.as_campaign(), sample, theme=theme)
    reader = PreviewReader(subscriber_id=NOBODY, given_name=given_name, subscribed_at=clock.now())
    return compiled.render(reader)

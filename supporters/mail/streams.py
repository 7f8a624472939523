"""The two streams of emails: transactional ones may have their own sender and relay (ADR 115).

An email about a list, which has List-Unsubscribe, leaves with the campaigns, and so do their tests.
"""

from collections.abc import Collection, Sequence

from supporters.config import Settings
from supporters.extensions import current_settings
from supporters.mail.models import EmailKind

# The link of an email that unsubscribes with one press in the mail program (RFC 8058).
ONE_CLICK = {
    EmailKind.INVITATION: "no_more_url",
    EmailKind.RECONFIRMATION: "leave_url",
    EmailKind.WELCOME: "leave_url",
}
WITH_CAMPAIGNS = frozenset({*ONE_CLICK, EmailKind.CAMPAIGN_TEST})
TRANSACTIONAL = frozenset(EmailKind) - WITH_CAMPAIGNS


def settings_of(kinds: Collection[EmailKind]) -> Settings:
    """Return the settings of the stream that emails of these kinds leave by."""
    settings = current_settings()
    return settings if WITH_CAMPAIGNS.issuperset(kinds) else settings.for_transactional


def list_stream_settings() -> Sequence[Settings]:
    """Return the settings of campaigns, then those of transactional emails if they differ."""
    settings = current_settings()
    return (settings,) if settings.transactional is None else (settings, settings.for_transactional)


def list_streams() -> Sequence[frozenset[EmailKind]]:
    """Return the kinds of each stream of the outbox: all in one, unless there are two relays."""
    has_two = current_settings().transactional is not None
    return (TRANSACTIONAL, WITH_CAMPAIGNS) if has_two else (frozenset(EmailKind),)

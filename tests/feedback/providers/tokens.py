"""The signed token of an email, as a provider returns it, and the settings that it is read with."""

from base64 import b64encode

from supporters.mail.message.envelope_senders import EnvelopeWriter, read_envelope_sender
from supporters.settings.provider_settings import ProviderSettings
from tests.delivery.message.test_message_headers import SETTINGS

CAMPAIGN, PERSON = 7, 12345
TOKEN = EnvelopeWriter(SETTINGS, CAMPAIGN).sign(PERSON)
PASSWORD, BEARER = "mYw2-Qe7vTz0_pLk9RbXc4Nd", "a" * 32
BREVO = ProviderSettings(name="brevo", user="hook", passwords=(PASSWORD,), tokens=(BEARER,))
MAILJET = ProviderSettings(name="mailjet", user="hook", passwords=(PASSWORD,))


def basic(user: str = "hook", password: str = PASSWORD) -> dict[str, str]:
    """Return the header of a sign-in by name and password."""
    both = b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {both}"}


def ids_in(tokens: tuple[str, ...]) -> list[tuple[int, int] | None]:
    """Return what the tokens of a report name."""
    return [read_envelope_sender(SETTINGS.secret_keys, each) for each in tokens]

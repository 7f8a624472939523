"""The email provider behind the relay: SUPPORTERS_MAIL_PROVIDER, and what its webhooks need.

A webhook is open only with its secrets: Brevo and Mailjet sign nothing, so they sign in (REQ-110);
Amazon SES signs, and anybody has a topic there, so ours are listed (REQ-107). While a secret is
changed, the old one counts beside the new one: Brevo discards the events that we refuse.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network

from supporters.settings.variables import VariableReader

NO_PROVIDER = "none"
BREVO, MAILJET, SES = "brevo", "mailjet", "ses"
SECRET = re.compile(r"[A-Za-z0-9_.~-]{24,}", re.ASCII)  # it stands in the address at the provider
TOPIC = re.compile(r"arn:aws:sns:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:[A-Za-z0-9_-]{1,256}", re.ASCII)
CONFIGURATION_SET = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
HOW = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'."


@dataclass(frozen=True, kw_only=True)
class RelayPreset:
    """A provider's relay, as far as we know it; port 587 with STARTTLS is the default of all.

    `id_header` begins the header that each of its events returns; the signed token of an email
    follows. `headers` switch its tracking off for one email. `may_track`: only its own settings do.
    """

    server: str = ""
    id_header: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    may_track: bool = False


PRESETS: Mapping[str, RelayPreset] = {
    NO_PROVIDER: RelayPreset(),
    BREVO: RelayPreset(
        server="smtp-relay.brevo.com", id_header="X-Mailin-custom: ", may_track=True
    ),
    MAILJET: RelayPreset(
        server="in-v3.mailjet.com",
        id_header="X-MJ-CustomID: ",
        headers=(("X-Mailjet-TrackOpen", "0"), ("X-Mailjet-TrackClick", "0")),
    ),
    SES: RelayPreset(
        id_header="X-SES-MESSAGE-TAGS: supporters=", may_track=True
    ),  # its server has a region
    "scaleway": RelayPreset(server="smtp.tem.scaleway.com"),
    "infomaniak": RelayPreset(server="mail.infomaniak.com"),
}


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """A provider, and the secrets of its webhook."""

    name: str = NO_PROVIDER
    user: str = ""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    tokens: tuple[str, ...] = field(default=(), repr=False)
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    topics: tuple[str, ...] = ()
    configuration_set: str = ""

    @property
    def preset(self) -> RelayPreset:
        """Its relay, as far as we know it."""
        return PRESETS[self.name]

    @property
    def may_track(self) -> bool:
        """Whether it adds pictures or rewrites links unless its own settings say otherwise."""
        return self.preset.may_track and not self.configuration_set

    @property
    def has_webhook(self) -> bool:
        """Whether it may tell us what became of an email."""
        return bool(self.passwords or self.tokens or self.topics)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that each email gets for this provider."""
        if not self.configuration_set:
            return self.preset.headers
        return (*self.preset.headers, ("X-SES-CONFIGURATION-SET", self.configuration_set))


NO_SETTINGS = ProviderSettings()


def read_provider(reader: VariableReader, *, has_mailbox: bool = False) -> ProviderSettings:
    """Return the provider, or the one that is none. Its relay is the default of a production."""
    name = reader.text("MAIL_PROVIDER", NO_PROVIDER).lower()
    if name not in PRESETS:
        reader.fault("MAIL_PROVIDER", f"is {name!r}. Give one of: {', '.join(PRESETS)}.")
        name = NO_PROVIDER
    topics = reader.text("SNS_TOPICS").replace(",", " ").split()
    provider = ProviderSettings(
        name=name,
        user=reader.text("WEBHOOK_USER"),
        passwords=_read_secrets(reader, "WEBHOOK_PASSWORD"),
        tokens=_read_secrets(reader, "WEBHOOK_TOKEN"),
        networks=tuple(_read_networks(reader)),
        topics=tuple(topics),
        configuration_set=reader.text("SES_CONFIGURATION_SET"),
    )
    _check(reader, provider)
    if provider.preset.server and not has_mailbox:
        reader.preset("MAIL_SERVER", provider.preset.server)
    return provider


def _read_secrets(reader: VariableReader, name: str) -> tuple[str, ...]:
    values = tuple(reader.text(name).replace(",", " ").split())
    if not all(map(SECRET.fullmatch, values)):
        reader.fault(name, f"has under 24 characters, or some beyond A-Z, a-z, 0-9 and _.~-. {HOW}")
    return values


def _read_networks(reader: VariableReader) -> list[IPv4Network | IPv6Network]:
    found = []
    for each in reader.text("WEBHOOK_NETWORKS").replace(",", " ").split():
        try:
            found.append(ip_network(each))
        except ValueError:
            reader.fault("WEBHOOK_NETWORKS", f"has {each!r}. Give networks, as in 192.0.2.0/24.")
    return found


def _check(reader: VariableReader, provider: ProviderSettings) -> None:
    """Find the secrets that have no use, or lack their other half."""
    is_ses = provider.name == SES
    signs_in = provider.name in {BREVO, MAILJET}
    if bool(provider.user) is not bool(provider.passwords):
        missing = "WEBHOOK_USER" if provider.passwords else "WEBHOOK_PASSWORD"
        reader.fault(missing, f"is missing: the webhook needs a name and a password. {HOW}")
    if (provider.user or provider.passwords) and not signs_in:
        reader.fault("WEBHOOK_USER", "needs SUPPORTERS_MAIL_PROVIDER=brevo or mailjet.")
    if provider.tokens and provider.name != BREVO:
        reader.fault("WEBHOOK_TOKEN", "is for SUPPORTERS_MAIL_PROVIDER=brevo only.")
    if (provider.topics or provider.configuration_set) and not is_ses:
        name = "SNS_TOPICS" if provider.topics else "SES_CONFIGURATION_SET"
        reader.fault(name, "is for SUPPORTERS_MAIL_PROVIDER=ses only.")
    for topic in provider.topics:
        if not TOPIC.fullmatch(topic):
            how = "Give it as in arn:aws:sns:eu-west-3:123456789012:name."
            reader.fault("SNS_TOPICS", f"has {topic!r}. {how}")
    if provider.configuration_set and not CONFIGURATION_SET.fullmatch(provider.configuration_set):
        reader.fault("SES_CONFIGURATION_SET", "has other characters than letters, digits, _ and -.")

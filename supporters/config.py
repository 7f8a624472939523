"""Every setting of the application, typed, read from SUPPORTERS_* variables.

A start with bad or missing settings stops and names all faults at once. It is a production unless
SUPPORTERS_ENV says development, which needs no other setting (ADR 116).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from urllib.parse import urlsplit

from supporters.settings.backup_settings import BackupSettings, read_backup
from supporters.settings.database_settings import read_database_url, read_queue_url
from supporters.settings.environments import check_environment, read_environment
from supporters.settings.feedback_settings import FeedbackSettings, read_feedback
from supporters.settings.language_settings import LanguageSettings, read_languages
from supporters.settings.monitoring_settings import UNWATCHED, MonitoringSettings, read_monitoring
from supporters.settings.openid_settings import OpenIdSettings, read_openid
from supporters.settings.provider_settings import NO_SETTINGS, ProviderSettings, read_provider
from supporters.settings.relay_settings import (
    Relay,
    read_address,
    read_relay,
    read_transactional_relay,
)
from supporters.settings.setting_sources import collect_variables
from supporters.settings.setting_strength import find_key_weakness
from supporters.settings.setup_settings import NO_FACTS, SetupSettings, read_setup
from supporters.settings.site_settings import (
    read_base_url,
    read_form_origins,
    read_form_servers,
    read_former_hosts,
    read_mail_country,
    read_source_url,
)
from supporters.settings.timestamp_settings import TimestampAuthority, read_timestamp_authority
from supporters.settings.training_settings import (
    NO_TRAINING,
    TrainingSettings,
    read_instance_dir,
    read_training,
)
from supporters.settings.variables import EffectiveSetting, VariableReader as _Reader
from supporters.settings.witness_policy import NO_WITNESSES, WitnessPolicy, read_witnesses
from supporters.text.countries import UNION

DEVELOPMENT_SECRET = "development-secret-of-no-worth-at-all"
DEVELOPMENT_PARTY = "Parti de l’Exemple"
MIN_SECRET_LENGTH = 32


class SettingsError(Exception):
    """Settings that the application can't start with; `faults` has a line for each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        lines = "\n".join(f"  - {fault}" for fault in faults)
        super().__init__(f"Supporters can't start with these settings:\n{lines}")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one installation; `doubts` has a line for each strange but valid one."""

    database_url: str
    queue_url: str
    secret_keys: tuple[str, ...]
    base_url: str
    instance_dir: Path
    party_name: str
    party_address: str
    party_contact: str
    dpo_contact: str
    mail_server: str
    mail_port: int
    mail_username: str | None
    mail_password: str | None
    mail_tls: str
    mail_from: str
    mail_country: str
    transfer_ground: str
    bounce_address: str
    transactional: Relay | None
    send_rate: int
    grace_seconds: int
    smtp_connections: int
    outbox_connections: int
    signup_rate: int
    proxies: int
    is_development: bool
    hosting: str
    publication_director: str
    source_url: str
    languages: LanguageSettings
    backup: BackupSettings
    form_origins: tuple[str, ...] = ()
    form_servers: tuple[IPv4Network | IPv6Network, ...] = ()
    checks_links: bool = False
    refuses_disposable: bool = False
    openid: OpenIdSettings | None = None
    provider: ProviderSettings = NO_SETTINGS
    feedback: FeedbackSettings | None = None
    training: TrainingSettings = NO_TRAINING
    setup: SetupSettings = NO_FACTS
    former_hosts: tuple[str, ...] = ()
    monitoring: MonitoringSettings = UNWATCHED
    witnesses: WitnessPolicy = NO_WITNESSES
    timestamps: TimestampAuthority | None = None
    doubts: tuple[str, ...] = ()
    overview: tuple[EffectiveSetting, ...] = ()

    @property
    def host(self) -> str:
        """The host that requests must name, with its port if that isn't the scheme's own."""
        return urlsplit(self.base_url).netloc

    @property
    def is_https(self) -> bool:
        """Whether visitors reach us over TLS."""
        return self.base_url.startswith("https://")

    @property
    def is_training(self) -> bool:
        """Whether this is a training: its people are made up, and no email leaves it (ADR 107)."""
        return self.training.is_here

    @property
    def has_mailbox(self) -> bool:
        """Whether all emails go to a mailbox of this site, which its pages show."""
        return self.is_development or self.is_training

    @property
    def requires_second_factor(self) -> bool:
        """Whether the console opens with two factors only. A sample party has passwords alone."""
        return not self.has_mailbox

    @property
    def missing_legal_notice(self) -> list[str]:
        """The settings that the legal notice lacks; without them no signup page opens (ADR 053)."""
        given = {"PUBLICATION_DIRECTOR": self.publication_director, "HOSTING": self.hosting}
        missing = [] if self.has_mailbox else [name for name, text in given.items() if not text]
        return [f"SUPPORTERS_{name}" for name in missing]

    @property
    def leaves_the_union(self) -> bool:
        """Whether the relay is in a country outside the GDPR."""
        return self.mail_country not in UNION

    @property
    def mail_domain(self) -> str:
        """The domain of the sender address: Message-IDs and List-Ids use it."""
        return self.mail_from.rpartition("@")[2]

    @cached_property
    def for_transactional(self) -> "Settings":
        """The settings of transactional emails: these, unless they have a stream of their own."""
        other = self.transactional
        if other is None:
            return self
        return replace(
            self,
            mail_server=other.server,
            mail_port=other.port,
            mail_username=other.username,
            mail_password=other.password,
            mail_tls=other.tls,
            mail_from=other.sender,
            bounce_address=other.bounce_address,
            transactional=None,
        )


def load_settings(variables: Mapping[str, str] | None = None) -> Settings:
    """Return the settings: these, or those of the environment, of credentials and of a file.

    Raises SettingsError with every fault.
    """
    reader = _Reader(*collect_variables()) if variables is None else _Reader(variables)
    monitoring, witnesses = read_monitoring(reader), read_witnesses(reader)
    settings = replace(
        _read(reader),
        monitoring=monitoring,
        witnesses=witnesses,
        timestamps=read_timestamp_authority(reader),
    )
    check_environment(reader, settings.base_url, training=settings.training)
    doubts = reader.finish(is_development=settings.is_development)
    if reader.faults:
        raise SettingsError(reader.faults)
    return replace(settings, doubts=doubts, overview=reader.overview())


def _read(reader: _Reader) -> Settings:
    is_development = read_environment(reader)
    base_url = read_base_url(reader, is_development=is_development)
    training = read_training(reader, base_url, is_development=is_development)
    provider = read_provider(reader, has_mailbox=is_development or training.is_here)
    relay = read_relay(reader, is_development=is_development, training=training)
    return Settings(
        instance_dir=(instance_dir := read_instance_dir(reader, training)),
        database_url=(database_url := read_database_url(reader, instance_dir)),
        queue_url=read_queue_url(reader, database_url),
        secret_keys=_read_secret_keys(reader, is_development=is_development),
        base_url=base_url,
        party_name=reader.text("PARTY_NAME", DEVELOPMENT_PARTY),
        party_address=reader.text("PARTY_ADDRESS", "1 rue de l’Exemple, 75000 Paris"),
        party_contact=read_address(reader, "PARTY_CONTACT", "bonjour@parti.example"),
        dpo_contact=read_address(reader, "DPO_CONTACT", "donnees@parti.example"),
        mail_server=relay.server,
        mail_port=relay.port,
        mail_username=relay.username,
        mail_password=relay.password,
        mail_tls=relay.tls,
        mail_from=relay.sender,
        bounce_address=relay.bounce_address,
        mail_country=read_mail_country(reader),
        transfer_ground=reader.text("TRANSFER_GROUND"),
        transactional=read_transactional_relay(reader, relay),
        send_rate=reader.number("SEND_RATE", 0, highest=1_000_000),
        grace_seconds=reader.number("GRACE_SECONDS", 120, highest=3600),
        smtp_connections=reader.number("SMTP_CONNECTIONS", 4, lowest=1, highest=100),
        outbox_connections=reader.number("OUTBOX_CONNECTIONS", 2, lowest=1, highest=100),
        signup_rate=reader.number("SIGNUP_RATE", 30, highest=1_000_000),
        proxies=reader.number("PROXIES", 0 if is_development else 1, highest=5),
        is_development=is_development,
        hosting=reader.text("HOSTING"),
        publication_director=reader.text("PUBLICATION_DIRECTOR"),
        source_url=read_source_url(reader),
        languages=read_languages(reader),
        backup=read_backup(reader, instance_dir),
        form_origins=read_form_origins(reader, is_development=is_development),
        form_servers=read_form_servers(reader),
        checks_links=reader.switch("LINK_CHECK", default=not (is_development or training.is_here)),
        refuses_disposable=reader.switch("REFUSE_DISPOSABLE", default=False),
        openid=read_openid(reader, is_development=is_development),
        provider=provider,
        feedback=read_feedback(reader, training),
        training=training,
        setup=read_setup(reader),
        former_hosts=read_former_hosts(reader, base_url),
    )


def _read_secret_keys(reader: _Reader, *, is_development: bool) -> tuple[str, ...]:
    keys = tuple(key for key in reader.text("SECRET_KEYS").replace(",", " ").split() if key)
    if is_development:
        return keys or (DEVELOPMENT_SECRET,)
    how = (
        "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))', and keep "
        "the older ones behind it, separated by commas."
    )
    if not keys:
        reader.fault("SECRET_KEYS", f"is missing. {how}")
    elif DEVELOPMENT_SECRET in keys:
        reader.fault("SECRET_KEYS", f"contains the development secret. {how}")
    elif any(len(key) < MIN_SECRET_LENGTH for key in keys):
        reader.fault("SECRET_KEYS", f"has a key of under {MIN_SECRET_LENGTH} characters. {how}")
    elif weakness := find_key_weakness(keys[0]):
        reader.fault("SECRET_KEYS", f"begins with a key that {weakness}. {how}")
    return keys or (DEVELOPMENT_SECRET,)

"""Development or production: stated, and the settings that each of them refuses (ADR 116).

Development has a secret key that everybody knows, accounts with a known password, and a page with
all emails. So nothing else makes a development than the word itself, on a machine of its own.
"""

from urllib.parse import urlsplit

from supporters.loopback import is_this_machine
from supporters.settings.relay_settings import refuse_development_mailbox
from supporters.settings.setting_strength import is_unverified
from supporters.settings.training_settings import TrainingSettings
from supporters.settings.variables import VariableReader

PRODUCTION, DEVELOPMENT = "production", "development"
REQUIRED_OF_THE_PARTY = {
    "PARTY_NAME": "the party's legal name, as people know it",
    "PARTY_ADDRESS": "the party's postal address; every email names it",
    "PARTY_CONTACT": "an address whose mailbox a person reads",
    "DPO_CONTACT": "the address of the data protection officer (GDPR article 13)",
    "MAIL_SERVER": "the relay that sends our email; the development mailbox is refused",
    "MAIL_FROM": "the sender address of our email",
}


def read_environment(reader: VariableReader) -> bool:
    """Return whether this is a development. Without a word it is a production."""
    value = reader.text("ENV", PRODUCTION)
    if value not in {PRODUCTION, DEVELOPMENT}:
        reader.fault("ENV", f"is {value!r}. Give {PRODUCTION} or {DEVELOPMENT}.")
    return value == DEVELOPMENT


def check_environment(reader: VariableReader, base_url: str, *, training: TrainingSettings) -> None:
    """Refuse settings that belong to the other environment, and missing ones."""
    if reader.text("ENV") == DEVELOPMENT:
        _check_development(reader, base_url)
        return
    _check_production(reader)
    if not training.is_here:
        _check_party(reader)


def _check_development(reader: VariableReader, base_url: str) -> None:
    """Refuse what would let strangers in, or write to people."""
    if not is_this_machine(urlsplit(base_url).hostname or ""):
        reader.fault(
            "ENV",
            f"is {DEVELOPMENT}, and SUPPORTERS_BASE_URL names another machine. Everybody knows "
            "the passwords of a development: leave SUPPORTERS_ENV out, or name this machine.",
        )
    for name in ("MAIL_SERVER", "TRANSACTIONAL_MAIL_SERVER"):
        if (server := reader.text(name)) and not is_this_machine(server):
            reader.fault(
                name,
                "names another machine. All emails of a development go to its own mailbox: leave "
                f"it out, or SUPPORTERS_ENV={DEVELOPMENT}.",
            )


def _check_production(reader: VariableReader) -> None:
    """Refuse settings that only a development may have."""
    if not (base_url := reader.text("BASE_URL")):
        reader.fault(
            "BASE_URL",
            "is missing. Give the public address: https://host. To try the program on a machine "
            f"of your own, set SUPPORTERS_ENV={DEVELOPMENT} instead (`make run` does).",
        )
    elif not base_url.lower().startswith("https://"):
        reader.fault("BASE_URL", f"must begin with https:// unless SUPPORTERS_ENV={DEVELOPMENT}.")
    for name in ("DATABASE_URL", "QUEUE_URL"):
        if (value := reader.text(name)).startswith("postgres") and is_unverified(value):
            reader.fault(
                name,
                "names another machine, or a service, without sslmode=verify-full, so names and "
                "addresses could be read on the way. Add ?sslmode=verify-full, and sslrootcert= "
                "with the file of the certificate authority (or sslrootcert=system).",
            )


def _check_party(reader: VariableReader) -> None:
    """Require the party's identity, and a relay."""
    for name, what in REQUIRED_OF_THE_PARTY.items():
        if not reader.text(name):
            reader.fault(name, f"is missing. Give {what}.")
    refuse_development_mailbox(reader)

"""The settings of a training, and those that lead from the party's console to it (ADR 107).

A training is an installation of its own. It has no setting for a database or a relay: its database
is a file in a folder of its own, and its relay the mailbox that `flask training` starts.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from supporters.loopback import is_this_machine
from supporters.settings.variables import VariableReader, normalise_base_url

FOLDER = "training"
SHORTEST_KEY = 32
NOT_FOR_A_TRAINING = (
    *("DATABASE_URL", "QUEUE_URL", "MAIL_SERVER", "MAIL_PORT", "MAIL_USERNAME", "MAIL_PASSWORD"),
    *("MAIL_TLS", "LINK_CHECK", "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"),
    *("TRANSACTIONAL_MAIL_SERVER", "TRANSACTIONAL_MAIL_PORT", "TRANSACTIONAL_MAIL_USERNAME"),
    *("TRANSACTIONAL_MAIL_PASSWORD", "TRANSACTIONAL_MAIL_TLS"),
    *("FORM_ORIGINS", "FORM_SERVERS", "TRAINING_URL"),
)


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """The training that this installation is, or that its console leads to, at `url`.

    `key` signs the links from the party's console to its training; both installations have it.
    """

    is_here: bool = False
    url: str = ""
    key: str = ""


NO_TRAINING = TrainingSettings()


def read_training(
    reader: VariableReader, base_url: str, *, is_development: bool
) -> TrainingSettings:
    """Return the settings of this training, or of the one that the console leads to."""
    key = reader.text("TRAINING_KEY")
    if key and (len(key) < SHORTEST_KEY or key in reader.text("SECRET_KEYS")):
        reader.fault(
            "TRAINING_KEY",
            f"must be a secret of {SHORTEST_KEY} characters or more that is in no other setting: "
            "the party's console and its training have the same one.",
        )
    if reader.switch("TRAINING", default=False):
        _check_training(reader, key, is_development=is_development)
        return TrainingSettings(is_here=True, key=key)
    return TrainingSettings(url=_read_url(reader, base_url, key), key=key)


def read_instance_dir(reader: VariableReader, training: TrainingSettings) -> Path:
    """Return the folder of all files of this installation. A training has one within it."""
    folder = Path(reader.text("INSTANCE_DIR", "instance")).absolute()
    return folder / FOLDER if training.is_here else folder


def _check_training(reader: VariableReader, key: str, *, is_development: bool) -> None:
    for name in NOT_FOR_A_TRAINING:
        if reader.text(name):
            reader.fault(
                name,
                "belongs to the party's own installation. Give the training an environment of its "
                "own, without it: it has its own database, and its own mailbox as its relay.",
            )
    if not key and not is_development:
        reader.fault(
            "TRAINING_KEY",
            "is missing. Without it nobody could enter. Give the party's own installation the "
            "same one, with SUPPORTERS_TRAINING_URL.",
        )


def _read_url(reader: VariableReader, base_url: str, key: str) -> str:
    value = reader.text("TRAINING_URL")
    url = normalise_base_url(value) if value else ""
    if url is None or (url and url == base_url):
        reader.fault(
            "TRAINING_URL",
            f"is {value!r}. Give the address of the training, an installation of its own, as "
            "https://host, without a path.",
        )
        return ""
    if url.startswith("http:") and not is_this_machine(urlsplit(url).hostname or ""):
        reader.fault("TRAINING_URL", "must begin with https:// unless it names this machine.")
    if url and not key:
        reader.fault("TRAINING_KEY", "is missing. Give the secret that the training has as well.")
    return url

"""The links by which a member of the team enters the party's training: signed, for one use.

The party's console makes them, and its training reads them. Both have the same key. A link names
nobody but a name for the greeting, and a language.
"""

import secrets
from datetime import timedelta
from typing import NamedTuple

from supporters import clock
from supporters.crypto.tokens import TokenError, TokenPurpose, TokenSigner
from supporters.limits.count_store import take_once
from supporters.settings.training_settings import TrainingSettings

LINK_LIFETIME = timedelta(minutes=5)
PATH = "/console/training/enter/"
USE = "training link"


class TrainingVisitor(NamedTuple):
    """The member of the team that a link was made for."""

    name: str
    language: str
    nonce: str


def make_training_link(training: TrainingSettings, name: str, language: str) -> str:
    """Return a link into the training of this installation."""
    payload: list[str | int] = [name, language, secrets.token_urlsafe(12)]
    token = TokenSigner([training.key]).sign(TokenPurpose.TRAINING, payload)
    return f"{training.url}{PATH}{token}"


def read_training_link(training: TrainingSettings, token: str) -> TrainingVisitor | None:
    """Return the visitor that a link names; None if it is forged, or older than five minutes."""
    if not training.key:
        return None
    try:
        payload = TokenSigner([training.key]).read(
            TokenPurpose.TRAINING, token, max_age=LINK_LIFETIME
        )
    except TokenError:
        return None
    match payload:
        case [str(name), str(language), str(nonce)]:
            return TrainingVisitor(name, language, nonce)
        case _:
            return None


def use_training_link(training: TrainingSettings, token: str) -> TrainingVisitor | None:
    """Return the visitor that a link names, and use it up; None if it was used before."""
    visitor = read_training_link(training, token)
    until = clock.now() + 2 * LINK_LIFETIME
    if visitor is None or not take_once(USE, visitor.nonce, until=until):
        return None
    return visitor

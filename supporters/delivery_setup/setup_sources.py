"""The knowledge of other features about the set-up: our own keys, and whether bounces are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from supporters.delivery_setup.dkim_check import PublishedKey
from supporters.mail.dkim.models import KeyStatus
from supporters.mail.dkim.rules import record_of
from supporters.mail.dkim.signing_keys import list_keys

NAME = "setup_sources"


@dataclass(frozen=True)
class SetupSources:
    """The keys that we made, and whether somebody reads what comes back."""

    list_own_keys: Callable[[], Sequence[PublishedKey]] = tuple
    has_intake: Callable[[], bool] = bool


def list_published_keys() -> list[PublishedKey]:
    """Return all keys of ours: the records of those that sign must stand in the DNS.

    The first key of all signs once its record does.
    """
    keys = list_keys()
    has_active = any(each.status is KeyStatus.ACTIVE for each in keys)
    signing = KeyStatus.ACTIVE if has_active else KeyStatus.WAITING
    return [
        PublishedKey(
            key.domain,
            key.selector,
            record_of(key.domain, key.selector, key.public_key).value,
            signs=key.status is signing,
        )
        for key in keys
    ]


def init_app(app: Flask, sources: SetupSources) -> None:
    """Give the application its sources."""
    app.extensions[NAME] = sources


def current_sources() -> SetupSources:
    """Return the sources of the application."""
    sources: SetupSources = current_app.extensions[NAME]
    return sources

"""The knowledge of other features about the set-up: our own keys, and whether bounces are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from supporters.delivery_setup.dkim_check import SigningKey

NAME = "setup_sources"


@dataclass(frozen=True)
class SetupSources:
    """The keys that we sign with, and whether somebody reads what comes back."""

    list_own_keys: Callable[[], Sequence[SigningKey]] = tuple
    has_intake: Callable[[], bool] = bool


def init_app(app: Flask, sources: SetupSources) -> None:
    """Give the application its sources."""
    app.extensions[NAME] = sources


def current_sources() -> SetupSources:
    """Return the sources of the application."""
    sources: SetupSources = current_app.extensions[NAME]
    return sources

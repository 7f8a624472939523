"""The organisers' console."""

from supporters.web.console import (
    campaigns,
    dashboard,
    lists,
    organisers,
    people,
    sending,
    welcome,
)
from supporters.web.console.blueprint import console

__all__ = [
    "campaigns",
    "console",
    "dashboard",
    "lists",
    "organisers",
    "people",
    "sending",
    "welcome",
]

"""The organisers' console."""

from supporters.web.console import (
    campaigns,
    case,
    cases,
    dashboard,
    drafts,
    lists,
    organisers,
    people,
    previewing,
    processing,
    retention,
    sending,
    stopping,
    welcome,
)
from supporters.web.console.blueprint import console

__all__ = [
    "campaigns",
    "case",
    "cases",
    "console",
    "dashboard",
    "drafts",
    "lists",
    "organisers",
    "people",
    "previewing",
    "processing",
    "retention",
    "sending",
    "stopping",
    "welcome",
]

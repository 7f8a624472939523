"""The organisers' console."""

from supporters.web.console import (
    asking,
    campaigns,
    consents,
    dashboard,
    drafts,
    kept_pages,
    lists,
    organisers,
    people,
    previewing,
    rewording,
    sending,
    stopping,
    welcome,
)
from supporters.web.console.blueprint import console

__all__ = [
    "asking",
    "campaigns",
    "consents",
    "console",
    "dashboard",
    "drafts",
    "kept_pages",
    "lists",
    "organisers",
    "people",
    "previewing",
    "rewording",
    "sending",
    "stopping",
    "welcome",
]

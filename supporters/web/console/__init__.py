"""The organisers' console."""

from supporters.web.console import (
    campaigns,
    dashboard,
    drafts,
    evidence,
    exporting,
    imports,
    imports_decide,
    imports_files,
    imports_new,
    lists,
    organisers,
    people,
    previewing,
    sending,
    stopping,
    welcome,
)
from supporters.web.console.blueprint import console

__all__ = [
    "campaigns",
    "console",
    "dashboard",
    "drafts",
    "evidence",
    "exporting",
    "imports",
    "imports_decide",
    "imports_files",
    "imports_new",
    "lists",
    "organisers",
    "people",
    "previewing",
    "sending",
    "stopping",
    "welcome",
]

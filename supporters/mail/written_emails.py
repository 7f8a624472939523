"""Emails whose links can confirm: the hash of each, and its text without the values of a person.

The hash is of the bytes that we write, from the first letter of “From:” to the last line end: a
signature (DKIM) and the lines of the servers on the way stand above them.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, cast

from flask import Flask, current_app

from supporters.mail.mail_templates import render_content, settings_for
from supporters.mail.mail_theme import Theme
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import TemplateValues

CONFIRMING = frozenset(
    {
        *(EmailKind.CONFIRM_SIGNUP, EmailKind.NEW_ADDRESS),
        *(EmailKind.INVITATION, EmailKind.RECONFIRMATION),
    }
)
# These values are the party's own, or choose between texts. Numbers are days and hours.
OF_NOBODY = frozenset({"reason", "way", "reply_to", "sender_name"})
MOST_TEXTS = 200
KEEPER = "keep_email_texts"


@dataclass(frozen=True, kw_only=True)
class EmailText:
    """The text of an email, with names in braces in the places of a person's values."""

    kind: EmailKind
    language: str
    content: str

    @cached_property
    def sha256(self) -> bytes:
        """The hash of its content."""
        return hashlib.sha256(self.content.encode()).digest()


class WrittenEmail(NamedTuple):
    """The facts on an email that was written: the hash of its bytes, and its text."""

    sha256: bytes
    text: EmailText


KeepTexts = Callable[[Collection[EmailText]], None]


def init_app(app: Flask, keep: KeepTexts) -> None:
    """Give the application the function that stores the texts which it doesn't have yet."""
    app.extensions[KEEPER] = keep


def keep_texts(texts: Collection[EmailText]) -> None:
    """Store the texts that are new, in the transaction of the caller."""
    cast(KeepTexts, current_app.extensions[KEEPER])(texts)


class EmailTexts:
    """The texts under one theme and one set of settings, each rendered once."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._found: dict[str, EmailText] = {}

    def find(self, email: OutboxEmail, values: TemplateValues) -> EmailText:
        """Return the text of an email with these values."""
        open_values = {name: _name_place(name, value) for name, value in values.items()}
        key = json.dumps([email.kind, email.language, open_values])
        if key not in self._found:
            if len(self._found) >= MOST_TEXTS:
                self._found.clear()
            self._found[key] = _render(email.kind, email.language, open_values, theme=self._theme)
        return self._found[key]


def _name_place(name: str, value: str | int | list[str]) -> str | int | list[str]:
    """Return a name in braces for a value of a person, and for each of several.

    So the number of texts doesn't grow with the lists that people choose, but with their count.
    """
    if name.endswith("_id"):
        return f"{{{name}}}"
    if name in OF_NOBODY or isinstance(value, int) or not value:
        return value
    if isinstance(value, str):
        return f"{{{name}}}"
    return [f"{{{name}_{number}}}" for number, _ in enumerate(value, 1)]


def _render(
    kind: EmailKind, language: str, values: Mapping[str, str | int | list[str]], *, theme: Theme
) -> EmailText:
    settings = settings_for(kind, values)
    content = {
        "from": f"{settings.party_name} <{settings.mail_from}>",
        "reply_to": settings.party_contact,
        **render_content(kind, language, values, theme=theme)._asdict(),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return EmailText(kind=kind, language=language, content=text)

"""The kinds of arguments and options. Each one reports a fault in one line."""

import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

import click

from supporters.accounts.models import MAX_EMAIL
from supporters.lists.models import MAX_SLUG
from supporters.lists.rules import is_slug
from supporters.people.addresses import Address, AddressInvalid, parse_address
from supporters.settings.variables import hide_secret
from supporters.transparency_log.checkpoints import Checkpoint, extract_checkpoints
from supporters.transparency_log.log_records import signing_key

HIGHEST_ID = 2**31 - 1  # the largest integer of PostgreSQL
DAYS = re.compile(r"(?P<first>[1-7])(-(?P<last>[1-7]))?")
HOUR = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")
UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
row_id = click.IntRange(1, HIGHEST_ID)


class Line(click.ParamType[str]):
    """A text on one line."""

    name = "text"

    def __init__(self, longest: int, *, may_be_empty: bool = False) -> None:
        self._longest = longest
        self._may_be_empty = may_be_empty

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text without the spaces around it."""
        text = str(value).strip()
        if any(unicodedata.category(character) in UNPRINTABLE for character in text):
            self.fail("It contains a control character. Write it on one line.", param, ctx)
        if len(text) > self._longest:
            self.fail(f"It has {len(text)} characters. The limit is {self._longest}.", param, ctx)
        if not text and not self._may_be_empty:
            self.fail("It is empty.", param, ctx)
        return text


class DatabaseUrl(click.ParamType[str]):
    """The URL of a database; with a password it comes from a file or from standard input."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the URL."""
        if value == "-":
            return sys.stdin.readline().strip()
        try:
            return read_answer("DATABASE_URL", str(value))
        except SecretShown as shown:
            self.fail(f"{shown} Give @FILE, with the file that has it; - is standard input.")


class SecretShown(Exception):
    """A secret on a command line, where each user of the machine sees it; or an unreadable file."""


def read_answer(name: str, value: str) -> str:
    """Return the value of a setting, of the file in @FILE if it may be secret.

    Raises SecretShown.
    """
    if value.startswith("@") and (name.endswith("_URL") or hide_secret(name, value) != value):
        try:
            return Path(value[1:]).read_text("utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise SecretShown(f"{value[1:]} can't be read.") from error
    if hide_secret(name, value) != value:
        raise SecretShown("A password on a command line is shown to each user of the machine.")
    return value


class Slug(click.ParamType[str]):
    """The name of a list in the address of its page."""

    name = "slug"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the slug."""
        if len(str(value)) > MAX_SLUG or not is_slug(str(value)):
            self.fail(
                f"Use up to {MAX_SLUG} small letters, digits and single hyphens: lettre-paris.",
                param,
                ctx,
            )
        return str(value)


class WeekDays(click.ParamType[frozenset[int]]):
    """Days of the week by their numbers, as in 1-5 or 1,3,7; 0 is Monday in the result."""

    name = "days"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> frozenset[int]:
        """Return the days."""
        found = set()
        for part in str(value).split(","):
            match = DAYS.fullmatch(part.strip())
            first, last = (match["first"], match["last"] or match["first"]) if match else "10"
            if first > last:
                self.fail("Use numbers from 1 for Monday to 7, as in 1-5 or 1,3,7.", param, ctx)
            found |= {*range(int(first) - 1, int(last))}
        return frozenset(found)


class HourOfDay(click.ParamType[int]):
    """A time of day in hours and minutes; the result is in minutes."""

    name = "hh:mm"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the minute of the day."""
        if not HOUR.fullmatch(str(value)):
            self.fail("Use hours and minutes from 00:00 to 23:59, as in 08:00.", param, ctx)
        hours, minutes = str(value).split(":")
        return int(hours) * 60 + int(minutes)


class EmailParameter(click.ParamType[Address]):
    """An email address. The error does not repeat the address."""

    name = "email"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Address:
        """Return the address."""
        try:
            return read_address(str(value))
        except AddressInvalid:
            self.fail("That isn't a valid email address.", param, ctx)


def read_address(typed: str) -> Address:
    """Return the address in a text. Raises AddressInvalid."""
    address = parse_address(typed)
    if len(address.text) > MAX_EMAIL:
        raise AddressInvalid
    return address


def read_checkpoints(raw: bytes) -> list[Checkpoint]:
    """Return the checkpoints of our log in a file. Raises click.ClickException without any."""
    found = extract_checkpoints(raw, signing_key().public_key())
    checkpoints = [each for each in found if isinstance(each, Checkpoint)]
    if not checkpoints:
        message = "The file has no checkpoint of this log. A checkpoint begins with the log's name."
        raise click.ClickException(message)
    return checkpoints

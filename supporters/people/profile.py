"""The profile of a person: what they say of themselves beside their address (ADR 043).

A new field is declared here: its value, its column, its words. Forms, the confirmation, "My data",
files, evidence packs and the privacy notice take the fields from here.
"""

from dataclasses import dataclass, fields

from flask_babel import LazyString, get_locale, lazy_gettext as _
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

MAX_GIVEN_NAME = 80
MAX_POSTCODE = 5


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The values that a person fills in.

    Files have the fields as columns in this order: a new one goes to the end, with None as default.
    """

    given_name: str | None = None
    language: str
    postcode: str | None = None


class ProfileColumns:
    """The columns of these values, in subscriber and in signup_request."""

    given_name: Mapped[str | None] = mapped_column(String(MAX_GIVEN_NAME))
    language: Mapped[str] = mapped_column(String(5))
    postcode: Mapped[str | None] = mapped_column(String(MAX_POSTCODE))


@dataclass(frozen=True, kw_only=True)
class FieldWords:
    """The words of a field: its name, the label of its input, and what we use it for.

    `offer` unfolds the input on the sign-up form. A field without one has its own place there.
    """

    name: LazyString
    asked: LazyString
    purpose: LazyString
    offer: LazyString | None = None


PROFILE_WORDS: dict[str, FieldWords] = {
    "given_name": FieldWords(
        name=_("First name"),
        asked=_("Your first name"),
        purpose=_("Only to greet you."),
        offer=_("Add my first name"),
    ),
    "language": FieldWords(
        name=_("Language"),
        asked=_("Language of our messages"),
        purpose=_("We write to you in it."),
    ),
    "postcode": FieldWords(
        name=_("Postcode"),
        asked=_("Your postcode"),
        purpose=_("It finds a list near you. We keep it only if you want us to."),
    ),
}
PROFILE_FIELDS = tuple(field.name for field in fields(Profile))
CAPITALS = "de"  # a language whose nouns keep their capital inside a sentence


def profile_of(row: object) -> Profile:
    """Return the profile in a row of subscriber or signup_request, or in a query of its columns."""
    return Profile(**{name: getattr(row, name) for name in PROFILE_FIELDS})


def list_cells(profile: Profile) -> list[str]:
    """Return the values as cells of a file, in the order of PROFILE_FIELDS."""
    return [value or "" for value in vars(profile).values()]


def name_fields() -> str:
    """Return the names of all fields as they stand inside a sentence: first name, language, …"""
    names = [str(PROFILE_WORDS[name].name) for name in PROFILE_FIELDS]
    if str(get_locale()) == CAPITALS:
        return ", ".join(names)
    return ", ".join(name[:1].lower() + name[1:] for name in names)

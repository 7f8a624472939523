"""The labels of all enums: one table for each enum and use, keyed by the member.

A member without a label raises KeyError, so a page never shows its key. The modules of this folder
declare the tables, each with an annotation of `word_tables`; this one finds them.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeAlias, get_args, get_type_hints

from flask import Flask
from flask_babel import LazyString

from supporters.cases.models import StoredText
from supporters.delivery.rules import DeliveryStatus, SkipReason
from supporters.web.labels.person_labels import LANGUAGE_NAMES
from supporters.web.labels.word_tables import Tone, Use

__all__ = ["TABLES", "Use", "delivery_label", "init_app", "label", "stored_label"]

Words: TypeAlias = LazyString | str
Table = Mapping[Any, Words]


def _find_tables() -> Iterator[tuple[Any, Any, Mapping[Any, Any]]]:
    """Yield the use of each table, the type of its keys, and the table."""
    for found in iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        for name, hint in get_type_hints(module, include_extras=True).items():
            for use in getattr(hint, "__metadata__", ()):
                yield use, get_args(hint.__origin__)[0], getattr(module, name)


FOUND = [*_find_tables()]
TABLES: Mapping[Use, Mapping[type[Enum], Table]] = {
    each: {keys: table for use, keys, table in FOUND if use is each} for each in Use
}
TONES: Mapping[type[Enum], Mapping[Any, Tone]] = {
    keys: table for use, keys, table in FOUND if use is Tone
}
OF_JSON: Mapping[str, type[Enum]] = {
    enum.__name__: enum for tables in TABLES.values() for enum in tables
}


def label(item: Enum, use: str = Use.NAME) -> str:
    """Return the label of a member in the current language. Raises KeyError if there is none."""
    return str(TABLES[Use(use)][type(item)][item])


def tone(state: Enum) -> Tone:
    """Return the tone of the badge of a state. Raises KeyError if there is none."""
    return TONES[type(state)][state]


def member(key: str, enum: str) -> Enum:
    """Return the member of a key: the values of an email and of an evidence pack are JSON.

    Raises ValueError for an unknown key.
    """
    return OF_JSON[enum](key)


def delivery_label(status: DeliveryStatus, reply: str | None, use: str = Use.NAME) -> str:
    """Return the label of a delivery. For a skipped one, `reply` holds the cause."""
    if status is DeliveryStatus.SKIPPED and reply in [*SkipReason]:
        return label(SkipReason(reply or ""), use)
    return label(status, use)


def stored_label(text: str, use: str = Use.NAME) -> str:
    """Return the label of a stored key, or the typed text."""
    return label(StoredText(text), use) if text in [*StoredText] else text


def language_name(code: str) -> str:
    """Return the name of a language of the public in the current language."""
    return str(LANGUAGE_NAMES[code])


def init_app(app: Flask) -> None:
    """Register the filters."""
    app.add_template_filter(language_name)
    app.add_template_filter(label)
    app.add_template_filter(tone)
    app.add_template_filter(delivery_label)
    app.add_template_filter(stored_label)
    app.add_template_filter(member)

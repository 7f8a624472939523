"""Turns what we hold into what a page shows: names, words, and the numbers behind a fold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from supporters.delivery.rules import DeliveryStatus
from supporters.rights.holdings.holders import Item, Value
from supporters.web.labels import Use, delivery_label, label, stored_label
from supporters.web.labels.person_labels import FIELDS, LANGUAGE_NAMES, TABLES

LANGUAGES_OF = {"language", "wording_language"}
TYPED_OR_OURS = {"asked_by", "reason", "extension_reason", "outcome", "text"}
BEHIND_A_FOLD = {
    *("id", "campaign_id", "consent_event_id", "joined_event_id", "event_id", "mailing_list_id"),
    *("page_version_id", "purpose_id", "request_id", "signup_request_id", "wording_id", "evidence"),
    *("wording_sha256", "wording_version", "wording_language", "batch", "attempts", "consent_kind"),
    *("code_attempts", "code_guesses", "page_url", "people", "controller", "basis"),
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A field of an item, in words."""

    key: str
    label: str
    value: Value


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An item: what a person wants to know of it, and the rest."""

    facts: Sequence[Fact]
    details: Sequence[Fact]


@dataclass(frozen=True, kw_only=True)
class Section:
    """What one table holds on a person."""

    table: str
    title: str
    entries: Sequence[Entry]


def describe(held: Mapping[str, Sequence[Item]]) -> list[Section]:
    """Return the sections of the page; what there is none of comes last."""
    sections = [
        Section(
            table=table,
            title=str(TABLES[table]),
            entries=[_describe_item(item) for item in items],
        )
        for table, items in held.items()
    ]
    return sorted(sections, key=lambda section: not section.entries)


def _describe_item(item: Item) -> Entry:
    known = _with_cause({key: value for key, value in item.items() if value is not None})
    return Entry(
        facts=[_fact(key, known[key]) for key in known if key not in BEHIND_A_FOLD],
        details=[_fact(key, known[key]) for key in known if key in BEHIND_A_FOLD],
    )


def _with_cause(known: dict[str, Value]) -> dict[str, Value]:
    """Return a mail that wasn't sent with the cause in its state: it is no mail server's answer."""
    status, reply = known.get("status"), known.get("reply")
    if status is not DeliveryStatus.SKIPPED or not isinstance(reply, str):
        return known
    others = {key: value for key, value in known.items() if key != "reply"}
    return {**others, "status": delivery_label(DeliveryStatus.SKIPPED, reply, Use.MY_DATA)}


def _fact(key: str, value: Value) -> Fact:
    return Fact(key=key, label=str(FIELDS[key]), value=_in_words(key, value))


def _in_words(key: str, value: Value) -> Value:
    """Return a value as a person reads it: the words of a member, or what it is."""
    if isinstance(value, StrEnum):
        return label(value, Use.MY_DATA)
    if key in LANGUAGES_OF:
        return str(LANGUAGE_NAMES.get(str(value), value))
    if key in TYPED_OR_OURS:
        return stored_label(str(value), Use.MY_DATA)
    return value

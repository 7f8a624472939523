"""Turns what we hold into what a page shows: names, words, and the numbers behind a fold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from supporters.rights.holdings.holders import Item, Value
from supporters.web.public.my_data.words import LABELS, TITLES, VALUES

IN_WORDS = {
    *("kind", "method", "status", "channel", "outcome", "asked_by", "reason", "scope"),
    *("consent_kind", "language", "wording_language"),
}
BEHIND_A_FOLD = {
    *("id", "campaign_id", "consent_event_id", "joined_event_id", "event_id", "mailing_list_id"),
    *("page_version_id", "purpose_id", "request_id", "signup_request_id", "wording_id", "evidence"),
    *("wording_sha256", "wording_version", "wording_language", "batch", "attempts", "consent_kind"),
    *("code_attempts", "code_guesses", "page_url", "people", "controller", "basis"),
}
SKIPPED = "skipped"


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
            title=str(TITLES.get(table, table)),
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
    if known.get("status") != SKIPPED or "reply" not in known:
        return known
    others = {key: value for key, value in known.items() if key != "reply"}
    return {**others, "status": f"{SKIPPED}: {known['reply']}"}


def _fact(key: str, value: Value) -> Fact:
    in_words = VALUES.get(value) if key in IN_WORDS and isinstance(value, str) else None
    return Fact(
        key=key,
        label=str(LABELS.get(key, key)),
        value=value if in_words is None else str(in_words),
    )

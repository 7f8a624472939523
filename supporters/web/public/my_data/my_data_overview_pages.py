"""The overview of My data, and all data of a person: as a page and as files."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from supporters import clock
from supporters.cases.rules import PAUSES, UNTIL_RESUMED
from supporters.consent.committed_acts import EVENTS_OF_PEOPLE
from supporters.consent.consent_events import current_identity
from supporters.consent.promised.receipt_links import sign_own_receipt_link
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.delivery.rules import DeliveryStatus
from supporters.extensions import current_settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.my_data.my_data_access import find_closing_time
from supporters.my_data.my_data_service import write_own_file
from supporters.people.models import Subscriber
from supporters.personal_data.data_registry import export_everything
from supporters.personal_data.data_subjects import ExportedRow, ExportedValue, data_subject_of
from supporters.questions.subscriber_answers import list_answerable
from supporters.retention.labels import time_of, with_name_of
from supporters.retention.queries import list_rules
from supporters.retention.rules import Category
from supporters.text.countries import name_of_country
from supporters.web.labels import Use, delivery_label, label, stored_label
from supporters.web.labels.person_labels import FIELDS, LANGUAGE_NAMES, TABLES
from supporters.web.public.my_data import my_data_sessions
from supporters.web.public.notices.retention_notice import retention_times
from supporters.web.public.public_blueprint import LANGUAGE, public


def list_recipients() -> list[str]:
    """Return the recipients of the data (GDPR article 15(1)(c))."""
    return [
        str(gettext("The team of the party that writes these messages.")),
        str(gettext("The mail service that delivers them on its behalf.")),
        *_outside_the_union(),
    ]


def _outside_the_union() -> list[str]:
    """Return the country of the mail service if it is outside the Union (article 15(2))."""
    settings = current_settings()
    if not settings.leaves_the_union:
        return []
    place = name_of_country(settings.mail_country, str(get_locale() or DEFAULT_LANGUAGE))
    words = gettext(
        "It is in %(country)s, outside the European Union. The legal ground: %(ground)s",
        country=place,
        ground=settings.transfer_ground,
    )
    return [str(words)]


def list_retention_times() -> list[str]:
    """Return the current retention times (GDPR article 15(1)(d))."""
    rules = [rule for rule in list_rules() if Category(rule.category) is not Category.ACCOUNTS]
    return [
        *(f"{with_name_of(Category(rule.category), time_of(rule.days))}." for rule in rules),
        str(
            gettext(
                "After an erasure: a fingerprint of your address, so that we do not write to you "
                "again, and sealed numbers in the log that nobody can read any more."
            )
        ),
    ]


LANGUAGE_FIELDS = {"language", "wording_language"}
TEXT_OR_KEY_FIELDS = {"asked_by", "reason", "extension_reason", "outcome", "text"}
DETAIL_FIELDS = {
    *("id", "campaign_id", "consent_event_id", "joined_event_id", "event_id", "mailing_list_id"),
    *(
        "page_snapshot_id",
        "purpose_id",
        "request_id",
        "signup_request_id",
        "wording_id",
        "evidence",
    ),
    *("wording_sha256", "wording_version", "wording_language", "batch", "attempts", "consent_kind"),
    *("codes_typed", "code_guesses", "page_url", "people", "controller", "basis"),
    *("question_id", "value", "days", "email_sha256", "email_snapshot_sha256"),
}
SCHEMA = "supporters.my-data/1"


@dataclass(frozen=True, kw_only=True)
class DataField:
    """A field of an item: its label and its value in words."""

    key: str
    label: str
    value: ExportedValue


@dataclass(frozen=True, kw_only=True)
class DataEntry:
    """An item: its main facts, its technical details, and the token of its proof if it has one."""

    facts: Sequence[DataField]
    details: Sequence[DataField]
    proof: str


@dataclass(frozen=True, kw_only=True)
class DataSection:
    """The items of one table about a person."""

    table: str
    title: str
    entries: Sequence[DataEntry]


def describe_sections(held: Mapping[str, Sequence[ExportedRow]]) -> list[DataSection]:
    """Return the sections of the page; empty ones come last."""
    sections = [
        DataSection(
            table=table,
            title=str(TABLES[table]),
            entries=[_describe_item(item) for item in items],
        )
        for table, items in held.items()
    ]
    return sorted(sections, key=lambda section: not section.entries)


def _describe_item(item: ExportedRow) -> DataEntry:
    known = _with_cause({key: value for key, value in item.items() if value is not None})
    return DataEntry(
        facts=[_fact(key, known[key]) for key in known if key not in DETAIL_FIELDS],
        details=[_fact(key, known[key]) for key in known if key in DETAIL_FIELDS],
        proof=_sign_proof(item),
    )


def _sign_proof(item: ExportedRow) -> str:
    """Return the token of the proof of an act of the person; an empty text for other items."""
    is_act = item.get("kind") in EVENTS_OF_PEOPLE and "requested_at" in item
    return sign_own_receipt_link(int(str(item["id"]))) if is_act else ""


def _with_cause(known: dict[str, ExportedValue]) -> dict[str, ExportedValue]:
    """Return a skipped delivery with its cause as the status: no mail server gave this reply."""
    status, reply = known.get("status"), known.get("reply")
    if status is not DeliveryStatus.SKIPPED or not isinstance(reply, str):
        return known
    others = {key: value for key, value in known.items() if key != "reply"}
    return {**others, "status": delivery_label(DeliveryStatus.SKIPPED, reply, Use.MY_DATA)}


def _fact(key: str, value: ExportedValue) -> DataField:
    return DataField(key=key, label=str(FIELDS[key]), value=_in_words(key, value))


def _in_words(key: str, value: ExportedValue) -> ExportedValue:
    """Return a value for the page: the label of an enum member, or the value itself."""
    if isinstance(value, StrEnum):
        return label(value, Use.MY_DATA)
    if key in LANGUAGE_FIELDS:
        return str(LANGUAGE_NAMES.get(str(value), value))
    if key in TEXT_OR_KEY_FIELDS:
        return stored_label(str(value), Use.MY_DATA)
    return value


@public.get(f"/{LANGUAGE}/my-data/overview")
@my_data_sessions.requires_my_data
def my_data_overview(person: Subscriber) -> ResponseReturnValue:
    """Show the subscriptions, and a button for each right."""
    held, now = export_everything(data_subject_of(person)), clock.now()
    return render_template(
        "public/my_data/overview.html",
        person=person,
        subscriptions=_add_receipts(held["subscription"]),
        agreements=_add_receipts(held["agreement"]),
        answers=held["list_answer"],
        has_questions=bool(list_answerable(person.id)),
        closes_at=find_closing_time(my_data_sessions.current_session()),
        is_paused=person.paused_until is not None and person.paused_until > now,
        until_resumed=person.paused_until == UNTIL_RESUMED,
        pauses=PAUSES,
        has_objected=is_suppressed(person.address_mac, [EVERYTHING], now),
    )


def _add_receipts(consents: Sequence[ExportedRow]) -> list[ExportedRow]:
    """Return consents, each with the token of its receipt for the person alone."""
    return [
        {**each, "receipt": sign_own_receipt_link(int(str(each["consent_event_id"])))}
        for each in consents
    ]


@public.get(f"/{LANGUAGE}/my-data/everything")
@my_data_sessions.requires_my_data
def my_data_everything(person: Subscriber) -> ResponseReturnValue:
    """Show all data of the person, table by table."""
    sections = describe_sections(export_everything(data_subject_of(person)))
    return render_template(
        "public/my_data/everything.html", sections=sections, times=retention_times()
    )


@public.get(f"/{LANGUAGE}/my-data/everything.json")
@my_data_sessions.requires_my_data
def my_data_file(person: Subscriber) -> ResponseReturnValue:
    """Return the same data as JSON (GDPR article 15)."""
    content = {
        "schema": SCHEMA,
        "made_at": clock.now(),
        "controller": current_identity(),
        "recipients": list_recipients(),
        "retention": list_retention_times(),
        "data": export_everything(data_subject_of(person)),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, default=_as_text)
    return _attach(f"{text}\n", "application/json", "my-data.json")


@public.get(f"/{LANGUAGE}/my-data/subscriptions.csv")
@my_data_sessions.requires_my_data
def my_data_subscriptions(person: Subscriber) -> ResponseReturnValue:
    """Return the data that the person gave us as CSV (GDPR article 20)."""
    return _attach(write_own_file(person), "text/csv", "my-subscriptions.csv")


def _attach(content: str | bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)

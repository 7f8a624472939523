"""The audit log, for owners and the data protection officer: filters, acts, a CSV file."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple

from flask import Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, format_decimal, get_locale, gettext
from markupsafe import Markup

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.accounts.queries import list_organisers
from supporters.actors import ActorKind
from supporters.audit_log.audit_events import AuditEvent, declared_acts, record_audit_download
from supporters.audit_log.audit_log import AuditFilter, iterate_audit_events, list_audit_page
from supporters.cases.rules import PARIS
from supporters.delivery.pace.models import LoweringReason
from supporters.delivery.pace.warm_up_plans import WarmUpPlan
from supporters.delivery_setup.findings import SetupLine
from supporters.evidence.acted_objects import ObjectKey, find_objects, group_of
from supporters.people.domain_groups import DomainGroup
from supporters.retention.rules import Category
from supporters.text.local_dates import format_date
from supporters.text.spreadsheets import neutralise
from supporters.transparency_log.models import WitnessFailure
from supporters.web.console.console_blueprint import for_owners_and_dpo, may_open
from supporters.web.labels import label
from supporters.web.labels.audit_labels import ACT_GROUPS, ACTORS, OBJECTS, OTHER_ACT

CSV_COLUMNS = (
    *("id", "occurred_at", "actor_kind", "actor", "network"),
    *("act", "object", "details", "sentence"),
)
ROWS_AT_ONCE = 200
PAGES: dict[str, tuple[str, str]] = {
    "list": ("console.show_list", "list_id"),
    "form": ("console.show_signup_form", "form_id"),
    "campaign": ("console.show_campaign", "campaign_id"),
    "picture": ("console.show_picture", "picture_id"),
    "template": ("console.show_team_text", "text_id"),
    "piece": ("console.show_team_text", "text_id"),
    "purpose": ("console.show_purpose", "purpose_id"),
    "import": ("console.show_import", "import_id"),
    "person": ("console.person", "subscriber_id"),
    "case": ("console.show_case", "case_id"),
    "breach": ("console.show_breach", "breach_id"),
}
LABELLED: dict[str, type[StrEnum]] = {
    "role": RoleName,
    "right": RoleName,
    "before": RoleName,
    "after": RoleName,
    "category": Category,
    "provider": DomainGroup,
    "because": LoweringReason,
    "plan": WarmUpPlan,
    "lines": SetupLine,
    "witness_failure": WitnessFailure,
}
CODE_DIGITS = 4
TITLED = {"list", "question", "form", "campaign", "breach", "template", "piece"}


class AuditRow(NamedTuple):
    """A row of the page."""

    event: AuditEvent
    sentence: Markup
    network: str
    all_about: str | None


class _Values(dict[str, Any]):
    """The values of a sentence; a detail that an event lacks is a dash."""

    def __missing__(self, name: str) -> str:
        return "–"


class ActedSentence:
    """The sentence of an event. `known` has the objects that still exist, with their names."""

    def __init__(self, event: AuditEvent, known: Mapping[ObjectKey, str]) -> None:
        self._event = event
        self._known = known
        self.group = group_of(event.act)
        act = declared_acts().get(event.act)
        self._sentence = str(OTHER_ACT if act is None else act.sentence)

    @property
    def actor(self) -> str:
        """The name of the actor: an address, the user of a shell, or a network."""
        event = self._event
        match event.actor_kind:
            case ActorKind.ACCOUNT if event.account_id is not None:
                number = event.account_id
                return self._known.get(("account", number)) or _name_by("account", number)
            case ActorKind.COMMAND:
                return str(gettext("The shell user %(name)s", name=event.actor_name or "–"))
            case ActorKind.VISITOR:
                return str(gettext("A visitor"))
            case _:
                return str(gettext("The worker"))

    def as_text(self) -> str:
        """Return the sentence as text."""
        return self._sentence % self._values(self._object)

    def as_html(self) -> Markup:
        """Return the sentence with a link to its object, if this account may open it."""
        values = self._values(self._link() or Markup("<strong>%s</strong>") % self._object)
        return Markup(self._sentence) % values  # noqa: S704 - a text of ours; values are escaped

    def _values(self, named: str) -> _Values:
        details: dict[str, Any] = json.loads(self._event.details)
        values = {name: _word(name, value) for name, value in details.items()}
        return _Values({**values, "actor": self.actor, "object": named, "act": self._event.act})

    @property
    def _object(self) -> str:
        """The name of the object; its number if it has no name or was deleted."""
        number = self._event.object_id
        if number is None:
            return ""
        key = (self.group, number)
        if name := self._known.get(key):
            is_title = self.group in TITLED
            return str(gettext("“%(name)s”", name=name)) if is_title else name
        named = _name_by(self.group, number)
        if key in self._known or self.group not in OBJECTS:
            return named
        return str(gettext("%(name)s, deleted since", name=named))

    def _link(self) -> Markup | None:
        endpoint, argument = PAGES.get(self.group, ("", ""))
        key = (self.group, self._event.object_id)
        if key not in self._known or not may_open(endpoint):
            return None
        place: dict[str, Any] = {argument: self._event.object_id}
        url = url_for(endpoint, **place)
        return Markup('<a href="%s">%s</a>') % (url, self._object)


def network_code(network_mac: bytes | None) -> str:
    """Return a short code of a network: events with the same code are from the same network."""
    return "" if network_mac is None else network_mac.hex()[:CODE_DIGITS]


def _name_by(group: str, number: int) -> str:
    words = OBJECTS.get(group)
    return str(words) % {"number": number} if words is not None else str(number)


def _word(name: str, value: object) -> str:
    """Return a detail in the language of the page. It may be several values of an enum."""
    enum, words = LABELLED.get(name), str(value).split(", ")
    if enum is not None and {*words} <= {*enum}:
        return ", ".join(label(enum(each)) for each in words)
    if name == "first_day":
        return format_date(date.fromisoformat(str(value)))
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(format_decimal(value)) if is_number else str(value)


@for_owners_and_dpo.get("/audit")
def audit() -> str:
    """Show the acts, newest first."""
    typed = _read_typed()
    chosen = _filter_of(typed)
    before, after = (request.args.get(name, type=int) for name in ("before", "after"))
    page = list_audit_page(chosen, before=before, after=after)
    return render_template(
        "console/team/audit.html",
        rows=_describe_events(page.items),
        page=page,
        typed=typed,
        is_filtered=not chosen.is_empty,
        accounts=list_organisers(),
        actors=ACTORS,
        groups=ACT_GROUPS,
    )


@for_owners_and_dpo.post("/audit/file")
def audit_file() -> ResponseReturnValue:
    """Send the chosen acts as a CSV file. The download is an act itself."""
    chosen, language = _filter_of(_read_typed()), str(get_locale())  # the account is gone later
    record_audit_download(is_filtered=not chosen.is_empty)
    response = Response(
        stream_with_context(_write(chosen, language)),
        content_type="text/csv; charset=utf-8; header=present",
    )
    name = f"audit-{clock.now().astimezone(PARIS):%Y-%m-%d}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _read_typed() -> dict[str, str]:
    """Return the filters that were chosen, without empty ones."""
    names = ("who", "group", "number", "since", "until")
    values = ((name, request.values.get(name, "").strip()) for name in names)
    return {name: value for name, value in values if value}


def _filter_of(typed: Mapping[str, str]) -> AuditFilter:
    who, group = typed.get("who", ""), typed.get("group", "")
    until = _start_of(typed.get("until"))
    return AuditFilter(
        account_id=_number(who),
        actor_kind=ActorKind(who) if who in ACTORS else None,
        group=group if group in ACT_GROUPS else None,
        object_id=_number(typed.get("number", "")),
        since=_start_of(typed.get("since")),
        until=until and until + timedelta(days=1),
    )


def _number(text: str) -> int | None:
    is_id = text.isascii() and text.isdigit() and len(text) < len(str(2**63))
    return int(text) if is_id else None


def _start_of(day: str | None) -> datetime | None:
    try:
        return None if day is None else datetime.combine(date.fromisoformat(day), time(), PARIS)
    except ValueError:
        return None


def _describe_events(events: Sequence[AuditEvent]) -> list[AuditRow]:
    known = find_objects(events)
    return [_describe(event, ActedSentence(event, known)) for event in events]


def _describe(event: AuditEvent, acted: ActedSentence) -> AuditRow:
    group = acted.group if acted.group in ACT_GROUPS else None
    all_about = None
    if group and event.object_id is not None:
        all_about = url_for("console.audit", group=group, number=event.object_id)
    return AuditRow(event, acted.as_html(), network_code(event.network_mac), all_about)


def _write(chosen: AuditFilter, language: str) -> Iterator[str]:
    """Yield the lines of the file, some rows at a time."""
    yield _lines([(*CSV_COLUMNS,)])
    events = iterate_audit_events(chosen)
    with force_locale(language):
        while batch := [*islice(events, ROWS_AT_ONCE)]:
            known = find_objects(batch)
            yield _lines(_cells(event, ActedSentence(event, known)) for event in batch)


def _cells(event: AuditEvent, acted: ActedSentence) -> tuple[str, ...]:
    return (
        str(event.id),
        event.occurred_at.isoformat(timespec="seconds"),
        event.actor_kind.value,
        acted.actor,
        network_code(event.network_mac),
        event.act,
        "" if event.object_id is None else str(event.object_id),
        event.details,
        acted.as_text(),
    )


def _lines(rows: Iterable[Iterable[str]]) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerows([neutralise(cell) for cell in row] for row in rows)
    return lines.getvalue()

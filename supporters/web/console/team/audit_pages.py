"""The audit log, for owners and the data protection officer: filters, acts, a CSV file."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple

from flask import Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from markupsafe import Markup

from supporters import clock
from supporters.accounts.queries import list_organisers
from supporters.actors import ActorKind
from supporters.audit_log.audit_events import AuditEvent, record_audit_download
from supporters.audit_log.audit_log import AuditFilter, iterate_audit_events, list_audit_page
from supporters.cases.rules import PARIS
from supporters.evidence.acted_objects import find_objects
from supporters.text.spreadsheets import neutralise
from supporters.web.console.console_blueprint import console, owners_and_dpo_only
from supporters.web.console.team.acted_sentences import ActedSentence, network_code
from supporters.web.labels.audit_labels import ACT_GROUPS, ACTORS

CSV_COLUMNS = (
    *("id", "occurred_at", "actor_kind", "actor", "network"),
    *("act", "object", "details", "sentence"),
)
ROWS_AT_ONCE = 200


class AuditRow(NamedTuple):
    """A row of the page."""

    event: AuditEvent
    sentence: Markup
    network: str
    all_about: str | None


@console.get("/audit")
@owners_and_dpo_only
def audit() -> str:
    """Show the acts, newest first."""
    typed = _read_typed()
    chosen = _filter_of(typed)
    page = list_audit_page(
        chosen,
        before=request.args.get("before", type=int),
        after=request.args.get("after", type=int),
    )
    known = find_objects(page.items)
    return render_template(
        "console/team/audit.html",
        rows=[_describe(event, ActedSentence(event, known)) for event in page.items],
        page=page,
        typed=typed,
        is_filtered=not chosen.is_empty,
        accounts=list_organisers(),
        actors=ACTORS,
        groups=ACT_GROUPS,
    )


@console.post("/audit/file")
@owners_and_dpo_only
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

"""`flask people import`: takes a former list, checks it, and leaves it for another owner."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from supporters.cli.import_commands import figures_of
from supporters.cli.output import as_json, print_figures, print_json, refuse
from supporters.cli.parameters import Line, Mailbox, Slug
from supporters.cli.people_commands import group
from supporters.imports.encodings import BrokenText
from supporters.imports.file_formats import Columns
from supporters.imports.file_upload import (
    MAX_EVIDENCE_BYTES,
    Declared,
    Described,
    Evidence,
    Provenance,
    Refusal,
    Upload,
    declare_provenance,
    describe_columns,
    take_file,
)
from supporters.imports.import_approval import Approved, ask_for_approval, cancel_import
from supporters.imports.import_jobs import FileMissing, columns_of, work_on
from supporters.imports.models import MAX_COLLECTOR, MAX_STATEMENT, ImportStatus, ListImport, Way
from supporters.imports.queries import find_import
from supporters.imports.rules import RefusedWay
from supporters.languages import DEFAULT_LANGUAGE, LANGUAGES
from supporters.lists.queries import find_list_by_slug
from supporters.organisers.queries import find_organiser_by_email
from supporters.people.addresses import Address
from supporters.web.labels import Use, label

TRIES = 10


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was typed."""

    file: Path
    slug: str
    by: Address
    way: str
    collected_by: str
    collected_from: int
    collected_until: int
    statement: str
    evidence: Path
    address_column: int | None
    name_column: int | None
    language_column: int | None
    language: str
    is_dry_run: bool
    is_json: bool


_existing = click.Path(exists=True, dir_okay=False, path_type=Path)
_column = click.IntRange(1, 200)


@group.command("import")
@click.argument("file", type=_existing)
@click.option("--list", "slug", type=Slug(), required=True, help="The list that people may join.")
@click.option("--by", type=Mailbox(), required=True, help="The owner who answers for this import.")
@click.option(
    "--way",
    type=click.Choice([way.value for way in (*Way, *RefusedWay)]),
    required=True,
    help="How the addresses were collected. The ways of vendors are refused.",
)
@click.option("--collected-by", type=Line(MAX_COLLECTOR), required=True, help="Who collected.")
@click.option("--collected-from", type=int, required=True, metavar="YEAR")
@click.option("--collected-until", type=int, required=True, metavar="YEAR")
@click.option(
    "--statement", type=Line(MAX_STATEMENT), required=True, help="How it was, in your own words."
)
@click.option("--evidence", type=_existing, required=True, help="The form, or a picture; to 5 MB.")
@click.option("--address-column", type=_column, help="Counted from 1, if the names don't tell.")
@click.option("--name-column", type=_column, help="Of the first names, counted from 1.")
@click.option("--language-column", type=_column, help="Counted from 1.")
@click.option(
    "--language",
    type=click.Choice([*LANGUAGES]),
    default=DEFAULT_LANGUAGE,
    show_default=True,
    help="Of the people whose language the file doesn't tell.",
)
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Check everything, keep nothing.")
@as_json
def import_people(**typed: Any) -> None:
    """Check FILE, a CSV of the party's own former list, and ask another owner to approve it.

    Nobody in it becomes mailable. Once approved, each gets one letter that asks, and joins only by
    their own yes. Interrupted, run it again: it goes on where it was.
    """
    order = Order(**typed)
    if order.way in [*RefusedWay]:
        refuse(refused_way(RefusedWay(order.way)))
    list_import = _take(order)
    if list_import.status is ImportStatus.DRAFT:
        _describe(list_import, order)
        _declare(list_import, order)
    _check(list_import.id, is_silent=order.is_json)
    _hand_over(list_import.id, order)


def _take(order: Order) -> ListImport:
    mailing_list = find_list_by_slug(order.slug)
    if mailing_list is None:
        refuse(f"There is no list with the address {order.slug}. See: flask lists show")
    organiser = find_organiser_by_email(order.by.text.lower())
    with order.file.open("rb") as file:
        taken = take_file(
            Upload(
                file=file,
                name=order.file.name,
                mailing_list_id=mailing_list.id,
                language=order.language,
                imported_by_id=organiser.id if organiser else 0,
            )
        )
    if not isinstance(taken, ListImport):
        refuse(refused_file(taken))
    return taken


def _describe(list_import: ListImport, order: Order) -> None:
    """Say what the columns hold: as the names tell, unless it was typed."""
    known = columns_of(list_import)
    columns = Columns(
        address=_choose(order.address_column, known.address),
        given_name=_choose(order.name_column, known.given_name),
        language=_choose(order.language_column, known.language),
    )
    match describe_columns(list_import.id, columns):
        case Described.NO_ADDRESS:
            cancel_import(list_import.id)
            refuse(f"{label(Declared.NO_ADDRESS_COLUMN, Use.SHELL)}. {_list_columns(list_import)}")
        case Described.SAME_COLUMN_TWICE:
            cancel_import(list_import.id)
            refuse("Each column holds one thing, and must be in the file.")
    if not order.is_json:
        click.echo(_say_what_is_dropped(list_import.header, columns), err=True)


def _choose(typed: int | None, known: int | None) -> int | None:
    return known if typed is None else typed - 1


def _list_columns(list_import: ListImport) -> str:
    names = enumerate(list_import.header, start=1)
    return f"The file has: {', '.join(f'{number} {name}' for number, name in names)}"


def _say_what_is_dropped(header: Sequence[str], columns: Columns) -> str:
    kept = {columns.address, columns.given_name, columns.language}
    dropped = [name or "(no name)" for index, name in enumerate(header) if index not in kept]
    return f"Dropped: {', '.join(dropped)}." if dropped else "No column is dropped."


def _declare(list_import: ListImport, order: Order) -> None:
    with order.evidence.open("rb") as file:
        content = file.read(MAX_EVIDENCE_BYTES + 1)
    declared = declare_provenance(
        list_import.id,
        Provenance(
            way=Way(order.way),
            collected_by=order.collected_by,
            collected_from=order.collected_from,
            collected_until=order.collected_until,
            statement=order.statement,
            evidence=Evidence(name=order.evidence.name, content=content),
        ),
    )
    if declared is not Declared.DONE:
        cancel_import(list_import.id)
        refuse(label(declared, Use.SHELL))


def _check(import_id: int, *, is_silent: bool) -> None:
    """Go through the file, with a bar for whoever looks at it."""
    with _bar(is_silent=is_silent) as bar:
        for _ in range(TRIES):  # a worker may have taken it up meanwhile
            try:
                for moved in work_on(import_id):
                    bar.update(int(100 * moved.offset / max(1, moved.file_bytes)) - bar.pos)
            except FileMissing:
                refuse("The file that was kept for this import is gone. Cancel it, and begin anew.")
            found = find_import(import_id)
            if found is None or found.status is not ImportStatus.CHECKING:
                bar.update(100 - bar.pos)
                return
    refuse("A worker goes through this file. See: flask people imports show")


@contextmanager
def _bar(*, is_silent: bool) -> Iterator[Any]:
    with click.progressbar(
        length=100, label="Checking", file=sys.stderr, hidden=is_silent, show_pos=False
    ) as bar:
        yield bar


def _hand_over(import_id: int, order: Order) -> None:
    """Let another owner decide; a dry run leaves nothing behind."""
    checked = find_import(import_id)
    asked = Approved.NOT_NOW if order.is_dry_run else ask_for_approval(import_id)
    figures = figures_of(import_id)
    if order.is_dry_run and checked and checked.status is ImportStatus.CHECKED:
        cancel_import(import_id)
    if order.is_json:
        print_json(figures)
    else:
        print_figures({name: value for name, value in figures.items() if value is not None})
    if asked is Approved.NOBODY:
        refuse(label(asked, Use.SHELL))
    if not order.is_json:
        click.echo(_say_what_comes_next(import_id, is_dry_run=order.is_dry_run))


def _say_what_comes_next(import_id: int, *, is_dry_run: bool) -> str:
    if is_dry_run:
        return "It was a dry run: nothing is kept. Leave --dry-run out to go on."
    return (
        "Nobody was written to. Another owner decides, in the console or with: "
        f"flask people imports approve {import_id} --by EMAIL"
    )


def refused_way(way: RefusedWay) -> str:
    """Return why a list that came in such a way has no way in."""
    return (
        f"A list that was {label(way, Use.SHELL)} can't be imported: nobody in it gave their "
        "address to this party. Nothing was kept. There is no way round it."
    )


def refused_file(refusal: Refusal) -> str:
    """Return why a file wasn't taken, and what to do."""
    if isinstance(refusal, BrokenText):
        return (
            f"Line {refusal.line} has bytes that are no characters. Export the file once more, as "
            "UTF-8. Nothing was kept."
        )
    return label(refusal, Use.SHELL)

"""`flask people import`: reads and checks a former list, then asks another owner to approve it."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from supporters.accounts.queries import find_organiser_by_email
from supporters.cli.import_commands import figures_of
from supporters.cli.offered_language import offered_language
from supporters.cli.output import as_json, print_figures, print_json, refuse
from supporters.cli.parameters import EmailParameter, Line, Slug
from supporters.cli.people_commands import group
from supporters.imports.encodings import UndecodableText
from supporters.imports.file_formats import Columns
from supporters.imports.file_upload import (
    MAX_EVIDENCE_BYTES,
    DeclareResult,
    DescribeResult,
    Provenance,
    ProvenanceDocument,
    Upload,
    UploadFailure,
    declare_provenance,
    describe_columns,
    upload_file,
)
from supporters.imports.import_approval import ApproveResult, cancel_import, request_approval
from supporters.imports.import_files import FileMissing
from supporters.imports.import_jobs import columns_of, process_import
from supporters.imports.models import (
    MAX_COLLECTOR,
    MAX_STATEMENT,
    CollectionMethod,
    ImportStatus,
    ListImport,
)
from supporters.imports.queries import find_import
from supporters.imports.rules import RefusedOrigin
from supporters.languages import LANGUAGES
from supporters.lists.queries import find_list_by_slug
from supporters.people.addresses import Address
from supporters.web.labels import Use, label

TRIES = 10


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """The arguments and options of `flask people import`."""

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
    language: str | None
    is_dry_run: bool
    is_json: bool


_existing = click.Path(exists=True, dir_okay=False, path_type=Path)
_column = click.IntRange(1, 200)


@group.command("import")
@click.argument("file", type=_existing)
@click.option("--list", "slug", type=Slug(), required=True, help="The list to invite people to.")
@click.option(
    "--by", type=EmailParameter(), required=True, help="The owner who answers for this import."
)
@click.option(
    "--way",
    type=click.Choice([way.value for way in (*CollectionMethod, *RefusedOrigin)]),
    required=True,
    help="How the addresses were collected. Lists of vendors are refused.",
)
@click.option("--collected-by", type=Line(MAX_COLLECTOR), required=True, help="The collector.")
@click.option("--collected-from", type=int, required=True, metavar="YEAR")
@click.option("--collected-until", type=int, required=True, metavar="YEAR")
@click.option(
    "--statement", type=Line(MAX_STATEMENT), required=True, help="The origin in your own words."
)
@click.option("--evidence", type=_existing, required=True, help="The form or a photo, up to 5 MB.")
@click.option("--address-column", type=_column, help="Number of the address column, from 1.")
@click.option("--name-column", type=_column, help="Number of the first name column, from 1.")
@click.option("--language-column", type=_column, help="Number of the language column, from 1.")
@click.option(
    "--language",
    type=click.Choice([*LANGUAGES]),
    help="The language of people without one in the file. [default: the first of the site]",
)
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Check everything, store nothing.")
@as_json
def import_people(**typed: Any) -> None:
    """Check a former list and ask for its approval.

    FILE is a CSV of a former list of the party. Another owner must approve the import. Then each
    person gets one invitation, and is subscribed only by accepting it. If the command is
    interrupted, run it again: it continues where it stopped.
    """
    options = ImportOptions(**typed)
    if options.way in [*RefusedOrigin]:
        refuse(refused_way(RefusedOrigin(options.way)))
    list_import = _take(options)
    if list_import.status is ImportStatus.DRAFT:
        _describe(list_import, options)
        _declare(list_import, options)
    _check(list_import.id, is_silent=options.is_json)
    _hand_over(list_import.id, options)


def _take(options: ImportOptions) -> ListImport:
    mailing_list = find_list_by_slug(options.slug)
    if mailing_list is None:
        refuse(f"There is no list with the address {options.slug}. See: flask lists show")
    organiser = find_organiser_by_email(options.by.text.lower())
    with options.file.open("rb") as file:
        taken = upload_file(
            Upload(
                file=file,
                name=options.file.name,
                mailing_list_id=mailing_list.id,
                language=offered_language(options.language),
                imported_by_id=organiser.id if organiser else 0,
            )
        )
    if not isinstance(taken, ListImport):
        refuse(refused_file(taken))
    return taken


def _describe(list_import: ListImport, options: ImportOptions) -> None:
    """Store the meaning of the columns: from the options, or else from the header."""
    known = columns_of(list_import)
    columns = Columns(
        address=_choose(options.address_column, known.address),
        given_name=_choose(options.name_column, known.given_name),
        language=_choose(options.language_column, known.language),
    )
    match describe_columns(list_import.id, columns):
        case DescribeResult.NO_ADDRESS:
            cancel_import(list_import.id)
            refuse(
                f"{label(DeclareResult.NO_ADDRESS_COLUMN, Use.SHELL)}. {_list_columns(list_import)}"
            )
        case DescribeResult.SAME_COLUMN_TWICE:
            cancel_import(list_import.id)
            refuse("The column numbers must be different, and the file must have these columns.")
    if not options.is_json:
        click.echo(_describe_dropped_columns(list_import.header, columns), err=True)


def _choose(typed: int | None, known: int | None) -> int | None:
    return known if typed is None else typed - 1


def _list_columns(list_import: ListImport) -> str:
    names = enumerate(list_import.header, start=1)
    return f"The file has: {', '.join(f'{number} {name}' for number, name in names)}"


def _describe_dropped_columns(header: Sequence[str], columns: Columns) -> str:
    chosen = {columns.address, columns.given_name, columns.language}
    dropped = [name or "(no name)" for index, name in enumerate(header) if index not in chosen]
    return f"Dropped: {', '.join(dropped)}." if dropped else "No column is dropped."


def _declare(list_import: ListImport, options: ImportOptions) -> None:
    with options.evidence.open("rb") as file:
        content = file.read(MAX_EVIDENCE_BYTES + 1)
    declared = declare_provenance(
        list_import.id,
        Provenance(
            way=CollectionMethod(options.way),
            collected_by=options.collected_by,
            collected_from=options.collected_from,
            collected_until=options.collected_until,
            statement=options.statement,
            evidence=ProvenanceDocument(name=options.evidence.name, content=content),
        ),
    )
    if declared is not DeclareResult.DONE:
        cancel_import(list_import.id)
        refuse(label(declared, Use.SHELL))


def _check(import_id: int, *, is_silent: bool) -> None:
    """Check the file, with a progress bar on a terminal."""
    with _bar(is_silent=is_silent) as bar:
        for _ in range(TRIES):  # a worker may check the same file meanwhile
            try:
                for moved in process_import(import_id):
                    bar.update(int(100 * moved.offset / max(1, moved.file_bytes)) - bar.pos)
            except FileMissing:
                refuse("The stored file of this import is missing. Cancel the import, start again.")
            found = find_import(import_id)
            if found is None or found.status is not ImportStatus.CHECKING:
                bar.update(100 - bar.pos)
                return
    refuse("A worker checks this file. See: flask people imports show")


@contextmanager
def _bar(*, is_silent: bool) -> Iterator[Any]:
    with click.progressbar(
        length=100, label="Checking", file=sys.stderr, hidden=is_silent, show_pos=False
    ) as bar:
        yield bar


def _hand_over(import_id: int, options: ImportOptions) -> None:
    """Ask another owner for approval; a dry run cancels the import instead."""
    checked = find_import(import_id)
    asked = ApproveResult.NOT_NOW if options.is_dry_run else request_approval(import_id)
    figures = figures_of(import_id)
    if options.is_dry_run and checked and checked.status is ImportStatus.CHECKED:
        cancel_import(import_id)
    if options.is_json:
        print_json(figures)
    else:
        print_figures({name: value for name, value in figures.items() if value is not None})
    if asked is ApproveResult.NOBODY:
        refuse(label(asked, Use.SHELL))
    if not options.is_json:
        click.echo(_describe_next_step(import_id, is_dry_run=options.is_dry_run))


def _describe_next_step(import_id: int, *, is_dry_run: bool) -> str:
    if is_dry_run:
        return "This was a dry run: nothing is stored. To continue, leave out: --dry-run"
    return (
        "No email was sent. Another owner decides, in the console or with: "
        f"flask people imports approve {import_id} --by EMAIL"
    )


def refused_way(way: RefusedOrigin) -> str:
    """Return why a list with this origin can't be imported."""
    return (
        f"A list that was {label(way, Use.SHELL)} can't be imported: nobody in it gave their "
        "address to this party. Nothing was stored. There is no exception."
    )


def refused_file(refusal: UploadFailure) -> str:
    """Return why a file was rejected, and what to do."""
    if isinstance(refusal, UndecodableText):
        return (
            f"Line {refusal.line} has bytes that are no characters. Export the file again, as "
            "UTF-8. Nothing was stored."
        )
    return label(refusal, Use.SHELL)

"""`flask people`: objections and exports. Imports are in people_import_commands.py."""

import os
import pwd
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from supporters.cli.output import Group, refuse
from supporters.cli.parameters import Slug, read_address
from supporters.lists.queries import find_list_by_slug
from supporters.lists.subscriptions import object_by_address
from supporters.people.addresses import Address, AddressInvalid, address_mac
from supporters.personal_data.list_exports import Export, disclose_list, write_file
from supporters.personal_data.rules import ExportError
from supporters.web.labels import Use, label

group = Group("people", help="Import, export and suppress people.")
ONLY_FOR_ME = 0o600


@group.command("object")
@click.argument("address", default="-")
def object_to_mail(address: str) -> None:
    """Never write to an address again.

    It may be unknown here. Without ADDRESS it is read from standard input, and leaves no trace in
    the history of the shell. Only a new confirmation by this person ends the suppression.
    """
    object_by_address(address_mac(read_typed_address(address).key))
    click.echo("Nothing will be sent to this address any more.")


def read_typed_address(address: str) -> Address:
    """Return the address in an argument; `-` reads it from standard input."""
    try:
        return read_address(ask_for_address() if address == "-" else address)
    except AddressInvalid:
        refuse("That isn't a valid email address. Nothing was changed.")


def ask_for_address() -> str:
    """Return the typed address, or the first line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt("Address"))
    return sys.stdin.buffer.readline(1000).decode("utf-8", "replace")


@group.command("export")
@click.argument("slug", metavar="LIST", type=Slug())
@click.option("--reason", required=True, help="Why. It is recorded, and others read it.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="A new file, readable by you only. The default is standard output.",
)
@click.option(
    "--excel", "has_mark", is_flag=True, help="Begin with the byte order mark that Excel needs."
)
def export_people(slug: str, reason: str, *, output: Path | None, has_mark: bool) -> None:
    """Write the subscribers of a list as CSV.

    The data protection officer and the owners are notified at once, with your name and the reason.
    """
    mailing_list = find_list_by_slug(slug)
    if mailing_list is None:
        refuse(label(ExportError.UNKNOWN_LIST, Use.SHELL))
    with _target(output) as file:
        export = disclose_list(mailing_list.id, asked_by=f"shell:{_user()}", reason=reason)
        if isinstance(export, ExportError):
            refuse(label(export, Use.SHELL))
        for piece in write_file(export, has_mark=has_mark):
            file.write(piece)
    _say(export)


@contextmanager
def _target(output: Path | None) -> Iterator[IO[bytes]]:
    """Open the file before the export is recorded. Delete the file if it isn't complete."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_FOR_ME)
    except FileExistsError:
        refuse(f"The file {output} exists already and was not changed. Name a new one.")
    except OSError as error:
        refuse(f"{output} can't be written: {error.strerror}. Nothing was exported.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except OSError as error:
        output.unlink(missing_ok=True)
        refuse(f"{output} can't be written: {error.strerror}. The incomplete file was deleted.")
    except BaseException:
        output.unlink(missing_ok=True)
        raise


def _user() -> str:
    """Return the name of the user by the system: anybody can set an environment variable."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _say(export: Export) -> None:
    click.echo(
        f"Exported {export.people} people of “{export.list_name}”. It is recorded, and"
        f" {export.emails} others are notified.",
        err=True,
    )

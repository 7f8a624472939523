"""`flask people`: what is done for one person; former lists are in people_import_commands.py."""

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
from supporters.people.address_hashes import address_mac
from supporters.people.addresses import Address, AddressInvalid
from supporters.personal_data.list_exports import Export, disclose_list, write_file
from supporters.personal_data.rules import ExportRefused
from supporters.web.labels import Use, label

group = Group("people", help="People: what is done for one, and former lists.")
ONLY_FOR_ME = 0o600


@group.command("object")
@click.argument("address", default="-")
def object_to_mail(address: str) -> None:
    """Never write to an address again, whether we know it or not.

    Without ADDRESS it is read from standard input, and leaves no trace in the shell's history.
    Only the holder's own new confirmation lifts this.
    """
    object_by_address(address_mac(read_typed_address(address).key))
    click.echo("Nothing will be sent to this address any more.")


def read_typed_address(address: str) -> Address:
    """Return the address of an argument; `-` is read from standard input."""
    try:
        return read_address(ask_for_address() if address == "-" else address)
    except AddressInvalid:
        refuse("That isn't an address that mail can be sent to. Nothing was changed.")


def ask_for_address() -> str:
    """Return what is typed, or what standard input begins with."""
    if sys.stdin.isatty():
        return str(click.prompt("Address"))
    return sys.stdin.buffer.readline(1000).decode("utf-8", "replace")


@group.command("export")
@click.argument("slug", metavar="LIST", type=Slug())
@click.option("--reason", required=True, help="What for. It is recorded, and others read it.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="A new file, readable by you alone; without it, standard output.",
)
@click.option("--excel", "has_mark", is_flag=True, help="Begin with the mark that Excel needs.")
def export_people(slug: str, reason: str, *, output: Path | None, has_mark: bool) -> None:
    """Write the confirmed people of a list as CSV.

    The data protection officer and the owners are told at once, with your name and the reason.
    """
    mailing_list = find_list_by_slug(slug)
    if mailing_list is None:
        refuse(label(ExportRefused.UNKNOWN_LIST, Use.SHELL))
    with _target(output) as file:
        export = disclose_list(mailing_list.id, asked_by=f"shell:{_user()}", reason=reason)
        if isinstance(export, ExportRefused):
            refuse(label(export, Use.SHELL))
        for piece in write_file(export, has_mark=has_mark):
            file.write(piece)
    _say(export)


@contextmanager
def _target(output: Path | None) -> Iterator[IO[bytes]]:
    """Open the file before anything is recorded; take it away again if it isn't whole."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_FOR_ME)
    except FileExistsError:
        refuse(f"There is a file {output} already, and it stays. Name a new one.")
    except OSError as error:
        refuse(f"{output} can't be written: {error.strerror}. Nothing was exported.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except OSError as error:
        output.unlink(missing_ok=True)
        refuse(f"{output} can't be written: {error.strerror}. What was written is gone again.")
    except BaseException:
        output.unlink(missing_ok=True)
        raise


def _user() -> str:
    """Return who is logged in, by the system and not by a variable that anybody can set."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _say(export: Export) -> None:
    click.echo(
        f"Exported {export.people} people of “{export.list_name}”. It is on the record, and"
        f" {export.letters} others are told.",
        err=True,
    )

"""`flask people`: what is done for one person; former lists are in people_import.py."""

import sys

import click

from supporters.cli.reading import read_address
from supporters.cli.speaking import Group, refuse
from supporters.lists.leaving import object_by_address
from supporters.people.addresses import Address, AddressInvalid
from supporters.people.keys import address_mac

group = Group("people", help="People: what is done for one, and former lists.")


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

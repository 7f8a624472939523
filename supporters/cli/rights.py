"""`flask rights`: what people ask of us by post or telephone, and what a restore must repeat."""

from collections.abc import Callable
from pathlib import Path

import click

from supporters.cli.cases import cases, record
from supporters.cli.journal import journal
from supporters.cli.people import read_typed_address
from supporters.cli.speaking import Figure, Group, as_json, print_figures, print_json, refuse
from supporters.consent.journal import Taken, journal_path, read_takings
from supporters.consent.log.models import ErasureReason
from supporters.consent.models import Method
from supporters.people.queries import find_subscriber_by_key
from supporters.rights.erasing import Erased, erase_address
from supporters.rights.replaying import note_restoration, replay
from supporters.rights.restricting import release_person, restrict_person
from supporters.signup.importing.steering import hold_asking

group = Group("rights", help="What people may ask of us, by their address.")
for command in (cases, record, journal):
    group.add_command(command)

ERASED = {
    Erased.DONE: "Erased. Only a keyed hash is left, so that nothing is sent to it any more.",
    Erased.UNDER_WAY: (
        "Erased, but for the mark of a mail that is leaving right now: it goes within a minute."
    ),
    Erased.UNKNOWN: "We knew nobody with this address. Nothing will be sent to it any more.",
}
ADDRESS_HELP = "Without ADDRESS it is read from standard input, and leaves no trace in the shell."


@group.command("erase", epilog=ADDRESS_HELP)
@click.argument("address", default="-")
def erase(address: str) -> None:
    """Erase a person at their request. It can't be undone."""
    erased = erase_address(read_typed_address(address), ErasureReason.ASKED, Method.ORGANISER)
    click.echo(ERASED[erased])


@group.command("restrict", epilog=ADDRESS_HELP)
@click.argument("address", default="-")
def restrict(address: str) -> None:
    """Freeze a person: no mail, no change, no deletion, until they are released."""
    _change(address, restrict_person)
    click.echo("Frozen. They get no mail, and nothing of theirs is changed or deleted.")


@group.command("release", epilog=ADDRESS_HELP)
@click.argument("address", default="-")
def release(address: str) -> None:
    """Let go of a frozen person."""
    _change(address, release_person)
    click.echo("No longer frozen.")


def _change(address: str, change: Callable[[int, Method], bool]) -> None:
    person = find_subscriber_by_key(read_typed_address(address).key)
    if person is None or not change(person.id, Method.ORGANISER):
        refuse("We know nobody with this address. Nothing was changed.")


@group.command("replay")
@click.argument(
    "files", nargs=-1, type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
@as_json
def replay_journals(files: tuple[Path, ...], is_json: bool) -> None:
    """Take back again what a restored database forgot. Run it before the worker starts.

    It reads the journal of this machine (rights/journal.jsonl in the instance folder), and FILES:
    those of other machines. It can be run again: what the database knows is left as it is. Former
    lists whose people are being asked are held: an owner decides whether they go on.
    """
    own = journal_path()
    paths = {path.resolve() for path in (*files, *([own] if own.exists() else []))}
    if not paths:
        refuse(f"There is no journal here ({own}). Name the file of each machine that ran.")
    read = [read_takings(path) for path in sorted(paths)]
    takings = [taking for some, _ in read for taking in some]
    unreadable = sum(number for _, number in read)
    done = replay(takings)
    figures: dict[str, Figure] = {
        "files": len(paths),
        "lines": len(takings),
        "unreadable": unreadable,
        **{kind.value: done[kind] for kind in Taken},
        "restoration_noted": note_restoration(done.total()),
        "imports_held": hold_asking(),
    }
    if is_json:
        print_json(figures)
    else:
        print_figures(figures)

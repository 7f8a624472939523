"""`flask rights`: what people ask of us by post or telephone, and what a restore must repeat."""

from collections.abc import Callable
from pathlib import Path

import click

from supporters.cli.cases import cases, record
from supporters.cli.journal import journal
from supporters.cli.people import read_typed_address
from supporters.cli.remains import find_what_is_left
from supporters.cli.speaking import Figure, Group, as_json, print_figures, print_json, refuse
from supporters.cli.troubles import describe_hold
from supporters.consent.journal import Taken
from supporters.consent.log.models import ErasureReason
from supporters.consent.log.queries import find_head
from supporters.consent.models import Method
from supporters.delivery.engine.watching import database_time
from supporters.delivery.hold import hold_sending
from supporters.delivery.journal.recovering import revoke_all_claims
from supporters.delivery.machines import accept_database
from supporters.delivery.rules import HoldReason
from supporters.people.queries import find_subscriber_by_key
from supporters.rights.erasing import erase_address
from supporters.rights.replaying import note_restoration, replay
from supporters.rights.restricting import release_person, restrict_person
from supporters.signup.importing.steering import hold_asking
from supporters.web.labels import Use, label

group = Group("rights", help="What people may ask of us, by their address.")
for command in (cases, record, journal):
    group.add_command(command)

A_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
ADDRESS_HELP = "Without ADDRESS it is read from standard input, and leaves no trace in the shell."


@group.command("erase", epilog=ADDRESS_HELP)
@click.argument("address", default="-")
def erase(address: str) -> None:
    """Erase a person at their request. It can't be undone."""
    erased = erase_address(read_typed_address(address), ErasureReason.ASKED, Method.ORGANISER)
    click.echo(label(erased, Use.SHELL))


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
@click.argument("files", nargs=-1, type=A_FILE)
@click.option(
    "--from",
    "places",
    multiple=True,
    type=click.Path(exists=True, readable=True, path_type=Path),
    help="The whole instance folder of another machine, or a saved mail with a head. Repeat it.",
)
@click.option("--without-heads", is_flag=True, help="No head is left anywhere but in the database.")
@click.option("--without-journal", is_flag=True, help="No journal of any machine is left.")
@as_json
def replay_journals(
    *,
    files: tuple[Path, ...],
    places: tuple[Path, ...],
    without_heads: bool,
    without_journal: bool,
    is_json: bool,
) -> None:
    """Take back again what a restored database forgot. Run it before the worker starts.

    It reads journals (rights/journal.jsonl) and heads (consent-log/heads.jsonl): those of this
    machine, of the instance folders after --from, and FILES, journals of other machines. It can be
    run again: what the database knows is left as it is. All sending is held, campaigns are paused
    and former lists are held, until an owner decides that they go on.
    """
    left = find_what_is_left(files, places)
    if not left.journals and not without_journal:
        refuse(
            "There is no journal here, so whoever left since the backup would get mail again. Name "
            "the instance folder of each machine that ran: --from DIR. If none is left anywhere: "
            "--without-journal"
        )
    if not left.heads and find_head() is not None and not without_heads:
        refuse(
            "No head is known here, so nothing tells what the backup lacks, and the log won't say "
            "that one was put back. Name an old instance folder, or the newest mail that the data "
            "protection officer got with a head: --from FILE. If none is left: --without-heads"
        )
    hold_sending(HoldReason.RESTORED)
    revoke_all_claims(database_time())  # whoever had mails in hand in the backup is gone
    done = replay(left.takings)
    figures: dict[str, Figure] = {
        "files": len(left.journals),
        "lines": len(left.takings),
        "unreadable": left.unreadable,
        **{kind.value: done[kind] for kind in Taken},
        "heads": len(left.heads),
        "restoration_noted": note_restoration(left.heads, done.total()),
        "imports_held": hold_asking(),
    }
    accept_database()
    if is_json:
        print_json(figures)
    else:
        print_figures(figures)
        click.echo(f"\n{describe_hold()}")

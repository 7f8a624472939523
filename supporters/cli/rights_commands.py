"""`flask rights`: what people ask of us by post or telephone, and what a restore must repeat."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import click
from flask_babel import force_locale

from supporters import clock
from supporters.cli.command_texts import describe_hold
from supporters.cli.output import (
    Command,
    Figure,
    Group,
    as_json,
    print_figures,
    print_json,
    print_table,
    refuse,
)
from supporters.cli.parameters import read_heads
from supporters.cli.people_commands import read_typed_address
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.consent.withdrawal_journal import Taken, Taking, journal_path, read_takings
from supporters.delivery.database_clock import database_time
from supporters.delivery.machines import accept_database
from supporters.delivery.restore_hold import hold_sending
from supporters.delivery.rules import HoldReason
from supporters.delivery.send_journal.claim_recovery import revoke_all_claims
from supporters.evidence.processing_record import describe_processing
from supporters.extensions import current_settings
from supporters.imports.import_approval import hold_asking
from supporters.languages import LANGUAGES
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data.erasure import ErasureOrder, erase_address
from supporters.personal_data.restriction import release_person, restrict_person
from supporters.privacy_requests.queries import CaseState, list_cases
from supporters.privacy_requests.rules import last_day, urgency_of
from supporters.restore.journal_rebuild import rebuild_journal
from supporters.restore.restore_replay import note_restoration, replay
from supporters.transparency_log.checkpoint_store import find_last_head, heads_file
from supporters.transparency_log.checkpoints import Checkpoint, CheckpointInvalid, find_newest
from supporters.transparency_log.queries import find_head
from supporters.web.labels import Use, label

journal = Group("journal", help="The journal of rights of this machine.")
group = Group("rights", help="What people may ask of us, by their address.")


@click.command("cases", cls=Command)
@as_json
@click.option("--all", "is_all", is_flag=True, help="Closed ones too.")
def cases(*, is_json: bool, is_all: bool) -> None:
    """List the open cases by their last day. No address is shown."""
    now = clock.now()
    rows: list[dict[str, Figure]] = [
        {
            "id": case.id,
            "kind": case.kind.value,
            "channel": case.channel.value,
            "is_known": case.subscriber_id is not None,
            "received_at": case.received_at.isoformat(timespec="seconds"),
            "last_day": last_day(case.due_at).isoformat(),
            "urgency": "closed" if case.closed_at else urgency_of(case.due_at, now).value,
            "is_extended": case.extended_at is not None,
        }
        for case in list_cases(CaseState.ALL if is_all else CaseState.OPEN)
    ]
    if is_json:
        print_json({"cases": rows})
    else:
        print_table(rows, if_none="No case is open.")


@click.command("record", cls=Command)
@as_json
@click.option("--language", type=click.Choice([*LANGUAGES]), default="en", show_default=True)
def record(*, is_json: bool, language: str) -> None:
    """Print the record of processing (GDPR article 30), made from what is set at this moment."""
    with force_locale(language):
        described = describe_processing(clock.now())
    if is_json:
        print_json(described.as_json())
        return
    for section in described.sections:
        click.echo(f"{section.title}\n{'-' * len(section.title)}")
        for line in section.lines:
            click.echo(f"- {line}")
        click.echo("")


@journal.command("rebuild")
@as_json
def rebuild(is_json: bool) -> None:
    """Add the lines that the journal lacks, from the database, and close its gaps.

    For when its disk was full, or its file was lost. It can be run again, and while everything
    runs. With several machines it writes the lines of all of them; that does no harm.
    """
    try:
        added = rebuild_journal(clock.now())
    except OSError as error:
        refuse(f"{journal_path()} can't be written ({error.strerror}). The gaps stay.")
    if is_json:
        print_json({"added": added})
    else:
        print_figures({"added": added})


@dataclass
class Remains:
    """The content of journals and heads, and how many lines of the journals can't be read."""

    journals: list[Path] = field(default_factory=list)
    takings: list[Taking] = field(default_factory=list)
    unreadable: int = 0
    heads: list[Checkpoint] = field(default_factory=list)


def find_what_is_left(files: Iterable[Path], places: Iterable[Path]) -> Remains:
    """Return what this machine has, what further journals say, and what lies in other places.

    A place is the instance folder of another machine, or a file with heads.
    """
    own = current_settings().instance_dir
    folders = {own.resolve(), *(each.resolve() for each in places if each.is_dir())}
    journals = {each.resolve() for each in files}
    heads = [find_newest(read_heads(each.read_bytes())) for each in places if not each.is_dir()]
    for folder in folders:
        journal = folder / journal_path().relative_to(own)
        kept = folder / heads_file().relative_to(own)
        if folder != own.resolve() and not journal.exists() and not kept.exists():
            refuse(f"{folder} isn't an instance folder: it has neither {journal} nor {kept}.")
        journals |= {each for each in [journal] if each.exists()}
        heads.append(_find_last_head(kept))
    remains = Remains(journals=sorted(journals), heads=[each for each in heads if each])
    for path in remains.journals:
        takings, unreadable = read_takings(path)
        remains.takings += takings
        remains.unreadable += unreadable
    return remains


def _find_last_head(path: Path) -> Checkpoint | None:
    try:
        return find_last_head(path)
    except CheckpointInvalid:
        refuse(f"The last head in {path} was signed by another key than this database's.")


for command in (cases, record, journal):
    group.add_command(command)
A_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
ADDRESS_HELP = "Without ADDRESS it is read from standard input, and leaves no trace in the shell."


@group.command("erase", epilog=ADDRESS_HELP)
@click.argument("address", default="-")
def erase(address: str) -> None:
    """Erase a person at their request. It can't be undone."""
    erased = erase_address(
        read_typed_address(address),
        ErasureOrder(reason=ErasureReason.ASKED, method=Method.ORGANISER),
    )
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

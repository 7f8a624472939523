"""`flask feedback`: reads the emails that come back, alone or from a pipe, and shows what waits."""

import os
import sys
from datetime import datetime

import click
from flask import current_app

from supporters.cli.output import Cell, Group, as_json, print_figures, print_json, refuse
from supporters.cli.processes import StopRequest
from supporters.extensions import current_settings
from supporters.feedback.intake.apply_report import Source
from supporters.feedback.readers.bounded_parser import READ_OCTETS, BoundedParser
from supporters.feedback.readers.feedback_listener import listen
from supporters.feedback.readers.intake_probe import IntakeUnreachable, probe_intake
from supporters.feedback.readers.reading_state import load_state
from supporters.feedback.readers.reading_turn import is_anybody_reading
from supporters.feedback.readers.returned_emails import EmailIntake, ReturnedEmail
from supporters.migrations.state import check_schema
from supporters.settings.feedback_settings import FeedbackSettings

DISCARDED_AT_ONCE = 64 * 1024

group = Group("feedback", help="The emails that come back: bounces, complaints, answers.")


@group.command("read")
@click.option(
    "--to",
    "sent_to",
    multiple=True,
    envvar="ORIGINAL_RECIPIENT",
    help="The recipient in the envelope; several times for several.",
)
def read(sent_to: tuple[str, ...]) -> None:
    """Read one email from standard input.

    For a pipe of a mail server. Ends with 0 once the effect is stored, otherwise with 75: the
    server tries again.
    """
    try:
        is_stored = _read_stdin(sent_to)
    except Exception as error:  # any other end would refuse the email for good
        click.echo(f"Not stored ({type(error).__name__}). Try again later.", err=True)
        sys.exit(os.EX_TEMPFAIL)
    if not is_stored:
        click.echo("Not stored, by a fault of this program. Try again later.", err=True)
        sys.exit(os.EX_TEMPFAIL)


def _read_stdin(sent_to: tuple[str, ...]) -> bool:
    """Take the email of standard input; tell whether what it did is stored."""
    parser, stdin = BoundedParser(), sys.stdin.buffer
    raw = stdin.read(READ_OCTETS)
    while stdin.read(DISCARDED_AT_ONCE):  # a server may take a closed pipe for a failure
        pass
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        check_schema()
        (outcome,) = EmailIntake(app, parser, Source.PIPE).take([ReturnedEmail(raw, sent_to)])
    finally:
        parser.close()
    return outcome.effect is not None


@group.command("listen")
def listen_here() -> None:
    """Read what comes back until SIGTERM or Ctrl-C.

    A worker does the same.
    """
    place, stop = _get_place(), StopRequest()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if not listen(app, place, lambda: stop.is_requested):
        refuse("The process that parses emails was killed. Start this command again.")


@group.command("status")
@as_json
def status(is_json: bool) -> None:
    """Show what was read, and what waits."""
    place, state = _get_place(), load_state()
    figures: dict[str, Cell] = {
        "source": place.scheme,
        "looked_at": _write_time(state.looked_at),
        "read_at": _write_time(state.read_at),
        "read": state.read,
        "left": state.left,
        "is_read": is_anybody_reading(),
        "problem": state.problem or None,
    }
    try:
        backlog = probe_intake(place)
        figures |= {"waiting": backlog.waiting}
        figures |= {"is_read": figures["is_read"] or place.scheme == "lmtp"}
        figures |= {"oldest": _write_time(backlog.oldest)}
    except IntakeUnreachable as error:
        figures |= {"waiting": None, "oldest": None, "problem": str(error)}
    (print_json if is_json else print_figures)(figures)


def _write_time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _get_place() -> FeedbackSettings:
    place = current_settings().feedback
    if place is None:
        refuse("SUPPORTERS_FEEDBACK_URL is missing: nothing says where emails come back.")
    return place

"""`flask delivery check`, `loop-test` and `override`: the set-up of delivery from a shell."""

from collections.abc import Mapping, Sequence

import click
from flask_babel import force_locale

from supporters import clock
from supporters.cli.delivery_commands import find_owner, group
from supporters.cli.output import as_json, print_json, refuse
from supporters.cli.parameters import EmailParameter, Line
from supporters.delivery_setup.findings import Finding, stopping
from supporters.delivery_setup.loop_test import list_loop_results, send_loop_test
from supporters.delivery_setup.models import MAX_REASON, MIN_REASON
from supporters.delivery_setup.setup_checks import check_setup, is_exempt
from supporters.delivery_setup.setup_override import override_setup
from supporters.delivery_setup.trial_emails import send_trial_emails
from supporters.people.addresses import Address
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.web.labels import label
from supporters.web.setup_words import describe_finding, describe_loop

MARKS = {"green": "ok  ", "unknown": "?   ", "red": "BAD "}


@group.command("check")
@as_json
def check(is_json: bool) -> None:
    """Check DNS, TLS and clock as receivers do.

    Ends with 1 if no campaign may leave because of it.
    """
    if is_exempt():
        refuse("This installation is for trying things out: there is nothing to check.")
    findings = check_setup()
    with force_locale("en"):
        if is_json:
            print_json({"findings": [_row(each) for each in findings]})
        else:
            _print(findings)
    if stopping(findings):
        refuse("No campaign is launched before this is corrected, or allowed: see --help.")


@group.command("loop-test")
@click.option("--show", is_flag=True, help="Show the last one, and send none.")
@click.option(
    "--to", type=EmailParameter(), help="Send them to this mailbox, for a person to read."
)
def loop_test(*, show: bool, to: Address | None) -> None:
    """Send two messages to the mailbox of bounces.

    They go through the relay, and are compared once they arrive.
    """
    if to is not None:
        _send_to(to)
        return
    if not show:
        send_loop_test()
    with force_locale("en"):
        for result in list_loop_results(clock.now()):
            words = describe_loop(result) or ["It arrived as we sent it."]
            click.echo(f"{label(result.shape)}: {' '.join(words)}")


@group.command("override")
@click.option("--by", "email", required=True, metavar="OWNER", help="The owner who decided it.")
@click.option("--reason", type=Line(MAX_REASON), required=True, help="Why, in 10 characters.")
def override(email: str, reason: str) -> None:
    """Allow campaigns although the set-up is red."""
    if override_setup(find_owner(email).id, reason) is None:
        refuse(f"Give a reason of at least {MIN_REASON} characters.")
    click.echo("Allowed for seven days, until all is in order, or until the next fault.")


def _send_to(to: Address) -> None:
    """Send a message of each stream to a person's mailbox."""
    for settings, reply in send_trial_emails(to.text):
        relay = f"{settings.mail_server}:{settings.mail_port}"
        if reply.outcome is not AttemptOutcome.ACCEPTED:
            refuse(f"{relay} doesn't take our emails ({reply}). Check SUPPORTERS_MAIL_*.")
        click.echo(f"{relay} took an email from {settings.mail_from}.")


def _print(findings: Sequence[Finding]) -> None:
    for each in findings:
        click.echo(f"{MARKS[each.state]}  {label(each.line)}: {describe_finding(each)}")
        if record := each.record_to_publish:
            click.echo(f"      Publish: {record.name} {record.type} {record.value or '…'}")


def _row(finding: Finding) -> Mapping[str, object]:
    record = finding.record_to_publish
    return {
        "line": finding.line.value,
        "state": finding.state.value,
        "required": finding.is_required,
        "fault": finding.fault and finding.fault.value,
        "words": describe_finding(finding),
        "found": finding.found,
        "publish": record and {"name": record.name, "type": record.type, "value": record.value},
    }

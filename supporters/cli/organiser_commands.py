"""`flask organisers`: manages the accounts of the console."""

from collections.abc import Callable

import click

from supporters.cli.output import Cell, Group, as_json, print_json, print_table, refuse
from supporters.cli.parameters import EmailParameter
from supporters.languages import DEFAULT_LANGUAGE, LANGUAGES
from supporters.organisers.accounts import (
    AccountResult,
    ExportRightResult,
    disable_organiser,
    enable_organiser,
    grant_export,
    revoke_export,
)
from supporters.organisers.factor_reset import FactorResetResult, reset_factors
from supporters.organisers.models import RoleName
from supporters.organisers.queries import (
    count_accepted,
    count_active_owners,
    find_organiser_by_email,
    list_organisers,
)
from supporters.organisers.team_invitations import (
    MOST_INVITATIONS,
    NEXT_INVITATION,
    TeamInvitation,
    TeamInvitationError,
    invite_organiser,
    printed_link_of,
)
from supporters.people.addresses import Address

NO_ACCOUNT = "No account has this address. See: flask organisers list"
group = Group("organisers", help="Manage the accounts of the console.")
ROLES = [RoleName.OWNER, RoleName.ORGANISER, RoleName.DPO]
email = click.argument("email", type=EmailParameter())
right = click.argument("right", type=click.Choice(["export"]), expose_value=False)


@group.command("invite")
@email
@click.option(
    "--role",
    type=click.Choice(ROLES, case_sensitive=False),
    default=RoleName.ORGANISER,
    show_default=True,
    help="An owner also invites, disables and creates lists. A dpo (data protection officer) reads "
    "records and handles cases, and can't send. The first account must be an owner.",
)
@click.option(
    "--language", type=click.Choice([*LANGUAGES]), default=DEFAULT_LANGUAGE, show_default=True
)
@click.option(
    "--print-link",
    "is_printed",
    is_flag=True,
    help="Print the link too. Only for the first owner of an installation: its email may not work "
    "yet.",
)
def invite(*, email: Address, role: RoleName, language: str, is_printed: bool) -> None:
    """Send a team invitation.

    Its link is valid for seven days and works once.
    """
    if role is not RoleName.OWNER and count_active_owners() == 0:
        refuse("There is no owner yet, and the first account must be one. Add: --role owner")
    if is_printed and count_accepted():
        refuse(
            "Only the link of the first owner is printed. Other people get their link by email, "
            "which shows that the mailbox is theirs. Leave out: --print-link"
        )
    match invite_organiser(_key(email), role, language, inviter=""):
        case TeamInvitationError.TOO_OFTEN:
            refuse(
                f"This address was invited {MOST_INVITATIONS} times without an answer. It can be "
                f"invited once more {NEXT_INVITATION.days} days after the last invitation."
            )
        case TeamInvitationError():
            refuse("This address has an account already. See: flask organisers list")
        case TeamInvitation() as invitation:
            click.echo(
                printed_link_of(invitation) if is_printed else "The invitation is being sent."
            )


@group.command("list")
@as_json
def list_all(is_json: bool) -> None:
    """List all accounts."""
    rows: list[dict[str, Cell]] = [
        {
            "email": organiser.email,
            "role": ", ".join(role.name for role in organiser.roles),
            "is_active": organiser.active,
            "has_password": organiser.welcomed_at is not None,
            "invited_at": organiser.invited_at.isoformat(timespec="seconds"),
        }
        for organiser in list_organisers()
    ]
    if is_json:
        print_json({"organisers": rows})
    else:
        print_table(
            rows,
            if_none="There is no account yet. Start with: flask organisers invite --role owner",
        )


@group.command("disable")
@email
def disable(email: Address) -> None:
    """Disable an account. All its sessions end at once."""
    _change(email, disable_organiser, "Disabled.")


@group.command("enable")
@email
def enable(email: Address) -> None:
    """Enable an account again."""
    _change(email, enable_organiser, "Enabled.")


@group.command("recover")
@email
def recover(email: Address) -> None:
    """Reset the ways to sign in to an account.

    For an account that lost its password, passkeys, app and recovery codes, when no other owner can
    reset it in the console. It gets a link by email. Owners and the officer are notified.
    """
    organiser = find_organiser_by_email(_key(email))
    match FactorResetResult.UNKNOWN if organiser is None else reset_factors(organiser.id):
        case FactorResetResult.DONE:
            click.echo("Reset. The account gets an email with a link; it is valid for seven days.")
        case FactorResetResult.DISABLED:
            refuse("This account is disabled. Enable it first: flask organisers enable")
        case FactorResetResult.NOT_ACCEPTED:
            refuse("This account was not opened yet. Invite it again: flask organisers invite")
        case _:
            refuse(NO_ACCOUNT)


@group.command("grant")
@email
@right
def grant(email: Address) -> None:
    """Grant an account the right to export people.

    Each export needs a reason and is recorded. The other owners are notified.
    """
    _decide(email, grant_export, "Granted.")


@group.command("revoke")
@email
@right
def revoke(email: Address) -> None:
    """Revoke the right to export people, from the next request on."""
    _decide(email, revoke_export, "Revoked.")


def _decide(email: Address, change: Callable[[int], ExportRightResult], done: str) -> None:
    organiser = find_organiser_by_email(_key(email))
    if organiser is None or change(organiser.id) is ExportRightResult.UNKNOWN:
        refuse(NO_ACCOUNT)
    click.echo(done)


def _key(email: Address) -> str:
    """Return the address in lower case, as accounts store it."""
    return email.text.lower()


def _change(email: Address, change: Callable[[int], AccountResult], done: str) -> None:
    organiser = find_organiser_by_email(_key(email))
    match AccountResult.UNKNOWN if organiser is None else change(organiser.id):
        case AccountResult.DONE:
            click.echo(done)
        case AccountResult.UNKNOWN:
            refuse(NO_ACCOUNT)
        case AccountResult.LAST_OWNER:
            refuse("This is the last owner. Only an owner can invite: invite another owner first.")

"""`flask organisers`: who may work in the console."""

from collections.abc import Callable

import click

from supporters.cli.output import Figure, Group, as_json, print_json, print_table, refuse
from supporters.cli.parameters import Mailbox
from supporters.languages import DEFAULT_LANGUAGE, LANGUAGES
from supporters.organisers.accounts import (
    Disabled,
    Granted,
    disable_organiser,
    enable_organiser,
    grant_export,
    revoke_export,
)
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
    InvitationRefused,
    Invited,
    invite_organiser,
    link_to_print,
)
from supporters.people.addresses import Address

NO_ACCOUNT = "No account has this address. See: flask organisers list"
group = Group("organisers", help="Who may work in the console.")
ROLES = [RoleName.OWNER, RoleName.ORGANISER, RoleName.DPO]
email = click.argument("email", type=Mailbox())
right = click.argument("right", type=click.Choice(["export"]), expose_value=False)


@group.command("invite")
@email
@click.option(
    "--role",
    type=click.Choice(ROLES, case_sensitive=False),
    default=RoleName.ORGANISER,
    show_default=True,
    help="An owner also invites, disables and makes lists. A dpo (data protection officer) reads "
    "records and looks after cases, and can't send. The first account must be an owner.",
)
@click.option(
    "--language", type=click.Choice([*LANGUAGES]), default=DEFAULT_LANGUAGE, show_default=True
)
@click.option(
    "--print-link",
    "is_printed",
    is_flag=True,
    help="Print the link too. Only for the first owner of an installation, whose mail may not "
    "work yet.",
)
def invite(*, email: Address, role: RoleName, language: str, is_printed: bool) -> None:
    """Send an invitation. Its link is valid for seven days and works once."""
    if role is not RoleName.OWNER and count_active_owners() == 0:
        refuse("There is no owner yet, and the first account must be one. Add: --role owner")
    if is_printed and count_accepted():
        refuse(
            "Only the link of the first owner is printed. Everybody else gets theirs by mail, "
            "which shows that the mailbox is theirs. Leave out: --print-link"
        )
    match invite_organiser(_key(email), role, language, inviter=""):
        case InvitationRefused.TOO_OFTEN:
            refuse(
                f"This address was invited {MOST_INVITATIONS} times and nobody came. It can be "
                f"invited once more {NEXT_INVITATION.days} days after the last time."
            )
        case InvitationRefused():
            refuse("This address has an account already. See: flask organisers list")
        case Invited(organiser):
            click.echo(link_to_print(organiser) if is_printed else "The invitation is on its way.")


@group.command("list")
@as_json
def list_all(is_json: bool) -> None:
    """List every account."""
    rows: list[dict[str, Figure]] = [
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
        print_table(rows, if_none="Nobody yet. Begin with: flask organisers invite --role owner")


@group.command("disable")
@email
def disable(email: Address) -> None:
    """Lock an account out; every session of it ends at once."""
    _change(email, disable_organiser, "Disabled.")


@group.command("enable")
@email
def enable(email: Address) -> None:
    """Let an account in again."""
    _change(email, enable_organiser, "Enabled.")


@group.command("grant")
@email
@right
def grant(email: Address) -> None:
    """Let an account export people; it needs a reason, is recorded, and the others are told."""
    _decide(email, grant_export, "Granted.")


@group.command("revoke")
@email
@right
def revoke(email: Address) -> None:
    """Take the right to export people away, from the next request on."""
    _decide(email, revoke_export, "Revoked.")


def _decide(email: Address, change: Callable[[int], Granted], done: str) -> None:
    organiser = find_organiser_by_email(_key(email))
    if organiser is None or change(organiser.id) is Granted.UNKNOWN:
        refuse(NO_ACCOUNT)
    click.echo(done)


def _key(email: Address) -> str:
    """Return the address as accounts are kept: in lower case."""
    return email.text.lower()


def _change(email: Address, change: Callable[[int], Disabled], done: str) -> None:
    organiser = find_organiser_by_email(_key(email))
    match Disabled.UNKNOWN if organiser is None else change(organiser.id):
        case Disabled.DONE:
            click.echo(done)
        case Disabled.UNKNOWN:
            refuse(NO_ACCOUNT)
        case Disabled.LAST_OWNER:
            refuse("This is the last owner, and without one nobody can invite. Make another first.")

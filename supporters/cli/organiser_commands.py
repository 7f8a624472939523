"""`flask organisers`: manages the accounts of the console."""

from collections.abc import Callable
from functools import partial

import click

from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import (
    count_accepted,
    count_active_owners,
    find_organiser_by_email,
    list_organisers,
)
from supporters.accounts.second_person import counts_from
from supporters.cli.output import Cell, Group, as_json, print_json, print_table, refuse
from supporters.cli.parameters import EmailParameter
from supporters.languages import DEFAULT_LANGUAGE, TEAM_LANGUAGES
from supporters.lists.queries import find_list_by_slug, list_lists
from supporters.people.addresses import Address
from supporters.team.accounts import (
    AccountResult,
    change_role,
    disable_organiser,
    enable_organiser,
    grant_right,
    revoke_right,
)
from supporters.team.list_scopes import LimitResult, limit_organiser, scope_of
from supporters.team.team_invitations import (
    MOST_INVITATIONS,
    NEXT_INVITATION,
    FactorResetResult,
    TeamInvitation,
    TeamInvitationError,
    invite_at_once,
    printed_link_of,
    reset_factors,
)

NO_ACCOUNT = "No account has this address. See: flask organisers list"
SENDING_NEEDS_TWO = (
    "A second person must approve each campaign, and counts 72 hours after they got that right: "
    "invite them today, and give it to them (Team, or: flask organisers grant EMAIL approve)."
)
group = Group("organisers", help="Manage the accounts of the console.")
ROLES = [RoleName.OWNER, RoleName.ORGANISER, RoleName.DPO]
email = click.argument("email", type=EmailParameter())
RIGHTS = {"approve": RoleName.APPROVER, "export": RoleName.EXPORTER}
right = click.argument("right", type=click.Choice([*RIGHTS]))


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
    "--language", type=click.Choice([*TEAM_LANGUAGES]), default=DEFAULT_LANGUAGE, show_default=True
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
    match invite_at_once(_key(email), role, language, inviter=""):
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
            if is_printed:
                click.echo(SENDING_NEEDS_TWO, err=True)


@group.command("list")
@as_json
def list_all(is_json: bool) -> None:
    """List all accounts."""
    slugs = {each.id: each.slug for each in list_lists()}
    rows: list[dict[str, Cell]] = [
        {
            "email": organiser.email,
            "role": ", ".join(role.name for role in organiser.roles),
            "lists": _name_lists(organiser, slugs),
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


@group.command("role")
@email
@click.argument("role", type=click.Choice(ROLES, case_sensitive=False))
def role(email: Address, role: RoleName) -> None:
    """Change the role of an account at once.

    All owners and the data protection officer are notified. One owner always stays.
    """
    _change(email, partial(change_role, role=RoleName(role)), "Changed.")


@group.command("limit")
@email
@click.option("--list", "slugs", multiple=True, help="The slug of a list; repeat it for more.")
@click.option("--all", "is_all", is_flag=True, help="End the limit: every list.")
def limit(email: Address, slugs: tuple[str, ...], *, is_all: bool) -> None:
    """Limit an organiser to some lists. Everything else looks as if it did not exist.

    All owners and the data protection officer are notified.
    """
    if bool(slugs) is is_all:
        refuse("Name the lists with --list, or end the limit with --all.")
    list_ids = None if is_all else [_get_list_id(slug) for slug in slugs]
    match limit_organiser(_get(email).id, list_ids):
        case LimitResult.DONE:
            click.echo("Every list." if is_all else "Limited.")
        case LimitResult.UNKNOWN:
            refuse(NO_ACCOUNT)
        case LimitResult.NOT_AN_ORGANISER:
            refuse("Only an organiser can be limited: owners and officers answer for all lists.")


@group.command("grant")
@email
@right
def grant(email: Address, right: str) -> None:
    """Grant the right to approve campaigns, or to export people.

    It is granted at once, and counts after 72 hours where a second person must agree. All owners
    and the data protection officer are notified. Each export needs a reason and is recorded.
    """
    organiser = _get(email)
    grant_right(organiser.id, RIGHTS[right])
    since = counts_from(organiser, RIGHTS[right])
    if since is None:
        when = "counts 72 hours after the account is opened with its link"
    else:
        when = f"counts from {since:%Y-%m-%d %H:%M} UTC"
    click.echo(f"Granted. Where a second person must agree, it {when}.")


@group.command("revoke")
@email
@right
def revoke(email: Address, right: str) -> None:
    """Revoke the right to approve campaigns, or to export people.

    It counts from the next request on."""
    revoke_right(_get(email).id, RIGHTS[right])
    click.echo("Revoked.")


def _get(email: Address) -> Organiser:
    organiser = find_organiser_by_email(_key(email))
    if organiser is None:
        refuse(NO_ACCOUNT)
    return organiser


def _get_list_id(slug: str) -> int:
    found = find_list_by_slug(slug)
    if found is None:
        refuse(f"There is no list {slug}. See: flask lists show")
    return found.id


def _name_lists(organiser: Organiser, slugs: dict[int, str]) -> str:
    scope = scope_of(organiser)
    if scope.list_ids is None:
        return "all"
    return ", ".join(sorted(slugs[each] for each in scope.list_ids))


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

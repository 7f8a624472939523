"""`flask campaigns ask`, `test`, `approve` and `withdraw`: the way of a draft to its approval."""

import click

from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser_by_email
from supporters.accounts.second_person import SecondPersonFault
from supporters.campaigns.approval_notices import list_possible_approvers
from supporters.campaigns.models import CampaignVersion
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import is_trashed
from supporters.cli.campaigns.campaign_commands import campaign_id, group
from supporters.cli.output import refuse
from supporters.cli.parameters import EmailParameter
from supporters.delivery.approval import (
    ApprovalError,
    AudienceChanged,
    MessageChanged,
    ReadVersion,
    approve_campaign,
    ask_approval,
    withdraw_request,
)
from supporters.delivery.message.previews import send_test
from supporters.people.addresses import Address
from supporters.web.labels import Use, label


@group.command("ask")
@campaign_id
@click.option(
    "--by", type=EmailParameter(), help="The account that asks. It can't approve the campaign then."
)
def ask(campaign_id: int, by: Address | None) -> None:
    """Freeze a draft, and ask for its approval. Prints its fingerprint and who can approve it."""
    asker = None if by is None else _get_account(by)
    asked = ask_approval(campaign_id, None if asker is None else asker.id)
    match asked:
        case CampaignVersion():
            _print_request(asked)
        case MessageChanged():
            refuse(label(ApprovalError.NOT_NOW, Use.SHELL))
        case ApprovalError():
            refuse(f"Not asked. {label(asked, Use.SHELL)}")


def _print_request(version: CampaignVersion) -> None:
    campaign = find_campaign(version.campaign_id)
    lists = campaign.list_ids if campaign else []
    found = list_possible_approvers(lists, version.asked_by, version.asked_at)
    click.echo(f"Fingerprint: {version.hash}")
    names = ", ".join(account.email for account in found)
    click.echo(f"Can approve it: {names or 'nobody. Give a colleague the right to approve.'}")


@group.command("test")
@campaign_id
@click.option("--to", type=EmailParameter(), required=True, help="The account that gets the test.")
def test(campaign_id: int, to: Address) -> None:
    """Send a campaign as a test to an account. One is needed before the approval and the launch."""
    campaign = find_campaign(campaign_id)
    if campaign is None:
        refuse(label(ApprovalError.UNKNOWN, Use.SHELL))
    if is_trashed(campaign.status):
        refuse(f"Not sent: campaign {campaign_id} is in the trash. Restore it in the console.")
    account = _get_account(to)
    if refused := send_test(campaign, account.id):
        refuse(f"Not sent. {label(refused, Use.SHELL)}")
    click.echo(f"A test is on its way to {account.email}.")


@group.command("approve")
@campaign_id
@click.option("--by", type=EmailParameter(), required=True, help="The account that approves it.")
@click.option(
    "--expect",
    type=click.IntRange(1),
    required=True,
    help="Approve only if the list has this many recipients.",
)
@click.option(
    "--fingerprint",
    metavar="HEX",
    help="Approve only the message with this fingerprint. See: flask campaigns status",
)
def approve(*, campaign_id: int, by: Address, expect: int, fingerprint: str | None) -> None:
    """Approve a frozen campaign for an account that read it."""
    read = ReadVersion(fingerprint=fingerprint, audience=expect)
    approved = approve_campaign(campaign_id, _get_account(by).id, read)
    match approved:
        case CampaignVersion():
            click.echo(f"Approved for {approved.approved_audience} recipients.")
            click.echo(f"Fingerprint: {approved.hash}")
        case AudienceChanged():
            refuse(
                f"Not approved: the list has {approved.audience} recipients now, not {expect}. "
                f"Approve with --expect {approved.audience} if that is right."
            )
        case MessageChanged():
            refuse("Not approved: this isn't the message with that fingerprint. Read it again.")
        case ApprovalError() | SecondPersonFault():
            refuse(f"Not approved. {label(approved, Use.SHELL)}")


@group.command("withdraw")
@campaign_id
def withdraw(campaign_id: int) -> None:
    """Withdraw an approval, or the request for it.

    The campaign is a draft again.
    """
    taken_back = withdraw_request(campaign_id, None)
    if isinstance(taken_back, ApprovalError):
        refuse(f"Not withdrawn. {label(taken_back, Use.SHELL)}")
    click.echo("It is a draft again. Nothing was sent.")


def _get_account(address: Address) -> Organiser:
    found = find_organiser_by_email(address.text.lower())
    if found is None:
        refuse("There is no account with this address. See: flask organisers list")
    return found

"""Notifies an account by email about its ways to sign in."""

from collections.abc import Mapping

from supporters.accounts.queries import find_organiser
from supporters.database import in_transaction
from supporters.mail.links import link_to
from supporters.notices.security_notices import Notice, only, owners_and_officer, put_notice


@in_transaction
def notify_account(
    organiser_id: int,
    notice: Notice,
    values: Mapping[str, str | int] | None = None,
    *,
    is_for_all: bool = False,
) -> None:
    """Put a notice for an account into the outbox; `is_for_all` adds the owners and the officer."""
    organiser = find_organiser(organiser_id)
    if organiser is None:
        return
    recipients = owners_and_officer(organiser) if is_for_all else only([organiser])
    put_notice(
        notice,
        recipients,
        {"account": organiser.email, **(values or {})},
        url=link_to("console.factors"),
    )

"""Imports a former list of one person, and invites them."""

from supporters import clock
from supporters.imports.invitation_mails import send_next_invitations
from supporters.mail.models import EmailKind
from tests.factories.imports import approve, checked, csv_of, reload
from tests.factories.my_data import emails_to
from tests.factories.signups import values_in
from tests.properties.consents import Invited


def invite(address: str, *, number: int) -> Invited | None:
    """Import a new file; return None if its person may not be invited."""
    import_id = checked(csv_of(f"{address},Nr{number},"))
    if not reload(import_id).fitting:
        return None
    approve(import_id)
    send_next_invitations(clock.now())
    emails = emails_to(address, EmailKind.INVITATION)
    if not emails or emails[-1].encrypted is None:
        return None
    values = values_in(emails[-1])
    return Invited(address.lower(), str(values["yes_url"]), str(values["no_more_url"]))

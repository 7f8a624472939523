"""Tells a person by email what the team did for them at a request by phone, post or in person.

Nobody can see that the person asked, so the mailbox learns of it and knows where to write if it
was somebody else (ADR 053). The stop of all emails has its own notice, with a link that undoes it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from flask_babel import force_locale

from supporters.audit_log.audit_events import Act
from supporters.cases.models import Channel
from supporters.database import in_transaction
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, put_email
from supporters.people.address_hashes import mailbox_mac
from supporters.people.models import Subscriber
from supporters.personal_data.acts import PersonAct
from supporters.text.local_dates import format_date

USEFUL_FOR = timedelta(days=3)


def draft_report(person: Subscriber, act: Act, channel: Channel, *, now: datetime) -> EmailDraft:
    """Return the email about an act for a person, while we still know their address.

    The one about an erasure has no key of the mailbox: nothing but its sealed content names the
    person, and that is deleted when it is sent, or after three days.
    """
    with force_locale(person.language):
        when = format_date(now)
    draft = EmailDraft(
        kind=EmailKind.DONE_ON_BEHALF,
        recipient=person.address,
        language=person.language,
        values={"act": act.value, "when": when, "channel": channel.value},
        useful_for=USEFUL_FOR,
        rate_mac=mailbox_mac(person.address),
    )
    return replace(draft, rate_mac=None) if act is PersonAct.ERASED else draft


@in_transaction
def put_report(draft: EmailDraft, *, now: datetime) -> None:
    """Put the email into the outbox; a worker gets it at the commit."""
    put_email(draft, now=now)

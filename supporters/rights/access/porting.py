"""Hands a person what they gave us, as a file that another sender can take in (GDPR article 20)."""

from sqlalchemy import select

from supporters.consent.models import ConsentEvent, Wording
from supporters.database import db
from supporters.lists.models import MailingList, Subscription
from supporters.people.models import Subscriber
from supporters.rights.exporting.writing import write_rows


def write_own_file(person: Subscriber) -> bytes:
    """Return a CSV file: a row for each list that they are on, or one without a list.

    It is laid out as an export is (`exporting.writing`), so our own importer can read it.
    """
    joined = db.session.execute(
        select(
            MailingList.name,
            Subscription.subscribed_at,
            Wording.version,
            Subscription.consent_event_id,
        )
        .join(Subscription, Subscription.mailing_list_id == MailingList.id)
        .join(ConsentEvent, ConsentEvent.id == Subscription.consent_event_id)
        .join(Wording, Wording.id == ConsentEvent.wording_id)
        .where(Subscription.subscriber_id == person.id)
        .order_by(MailingList.name)
    ).all()
    lists = [
        (row.name, row.subscribed_at.isoformat(timespec="seconds"), str(row.version), str(row[-1]))
        for row in joined
    ]
    given = person.address, person.given_name or "", person.language
    rows = ((*given, *each) for each in lists or [("", "", "", "")])
    return b"".join(write_rows(rows, has_mark=True))

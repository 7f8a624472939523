"""Tells the owners and the officer by email about a consent change."""

from supporters.database import in_transaction
from supporters.imports.import_notices import HOUR_SECONDS
from supporters.imports.rules import WAITING_TIME
from supporters.lists.consent_notices import show_texts
from supporters.lists.labels import name_of_purpose
from supporters.mail.links import link_to
from supporters.organisers.notice_kinds import Notice
from supporters.organisers.right_requests import VALID_FOR
from supporters.organisers.security_notices import name_of_actor, owners_and_officer, put_notice
from supporters.reconfirmation.models import ConsentChange


@in_transaction
def notify_about_change(notice: Notice, change: ConsentChange) -> None:
    """Put a notice about a consent change into the outbox, for all owners and the officer."""
    values: dict[str, str | int] = {
        "actor": name_of_actor(),
        "name": name_of_purpose(change.purpose_id),
        "texts": show_texts(change.texts),
        "hours": int(WAITING_TIME.total_seconds()) // HOUR_SECONDS,
        "days": VALID_FOR.days,
    }
    url = link_to("console.show_consent_change", change_id=change.id)
    put_notice(notice, owners_and_officer(), values, url=url)

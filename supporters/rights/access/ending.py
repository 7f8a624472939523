"""Ends it from "My data": objecting to everything, and being erased. Each leaves a closed case."""

from supporters import clock
from supporters.consent.log.models import ErasureReason
from supporters.consent.models import Method
from supporters.database import transaction
from supporters.lists.leaving import end_everything
from supporters.people.queries import lock_subscriber
from supporters.rights.erasing import Erased, erase_known
from supporters.rights.models import CaseKind
from supporters.rights.settling import note_settled


def object_from_my_data(subscriber_id: int) -> None:
    """Take a person off everything, for good; a repetition changes nothing."""
    now = clock.now()
    with transaction():
        person = lock_subscriber(subscriber_id)
        if person is not None:
            end_everything(person, Method.MY_DATA, now=now)
            note_settled(CaseKind.OBJECTION, now=now, subscriber_id=subscriber_id)


def erase_from_my_data(subscriber_id: int) -> Erased:
    """Erase a person; what is left of their case is that there was one."""
    now = clock.now()
    return erase_known(
        subscriber_id,
        ErasureReason.ASKED,
        method=Method.MY_DATA,
        now=now,
        also=lambda: note_settled(CaseKind.ERASURE, now=now),
    )

"""Ends it from "My data": objecting to everything, and being erased. Each leaves a closed case."""

from supporters import clock
from supporters.consent.log.models import ErasureReason
from supporters.consent.models import Method
from supporters.database import use_case
from supporters.lists.leaving import object_to_everything
from supporters.people.queries import lock_subscriber
from supporters.rights.erasing import Erased, ErasureOrder, erase_person
from supporters.rights.models import CaseKind
from supporters.rights.settling import note_settled


@use_case
def object_from_my_data(subscriber_id: int) -> None:
    """Take a person off everything, for good; a repetition changes nothing."""
    now = clock.now()
    if lock_subscriber(subscriber_id) is not None:
        object_to_everything(subscriber_id, Method.MY_DATA, now=now)
        note_settled(CaseKind.OBJECTION, now=now, subscriber_id=subscriber_id)


def erase_from_my_data(subscriber_id: int) -> Erased:
    """Erase a person; what is left of their case is that there was one."""
    now = clock.now()
    order = ErasureOrder(
        reason=ErasureReason.ASKED, now=now, also=lambda: note_settled(CaseKind.ERASURE, now=now)
    )
    return erase_person(subscriber_id, order)

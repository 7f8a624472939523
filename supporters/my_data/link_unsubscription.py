"""Unsubscribes a person from one list by a link, in two trips to the database (ADR 061).

`unsubscribe_from_list` does the same within the transaction of another use case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from supporters import clock
from supporters.consent.models import Method
from supporters.fast_path.locked_changes import change_in_trips
from supporters.lists.models import MailingList
from supporters.lists.subscription_writes import WithdrawalAct, calls_for_facts, decide_to_end
from supporters.signup.shared_rows import find_shared_list
from supporters.transparency_log.log_records import load_people_key


@dataclass(frozen=True, kw_only=True)
class LinkDeparture:
    """The list that a person left, unless it is gone; and the lists that they stay on.

    `is_new` is False for a repetition, and for an unknown person.
    """

    left: MailingList | None
    others: Sequence[MailingList]
    is_new: bool


def unsubscribe_by_link(
    subscriber_id: int, list_id: int, method: Method, *, evidence: bytes | None = None
) -> LinkDeparture:
    """Unsubscribe a person from one list. With `evidence`, the same browser can undo it.

    A repetition and an unknown person change nothing. An unknown person is on no other list.
    """
    act = WithdrawalAct(method=method, now=clock.now(), evidence=evidence)
    load_people_key()
    decide = partial(decide_to_end, lambda facts: facts.find_on(list_id), act)
    outcome = change_in_trips(None, calls_for_facts(subscriber_id), decide)
    others = [find_shared_list(each) for each in outcome.list_other_lists(list_id)]
    return LinkDeparture(
        left=find_shared_list(list_id),
        others=[each for each in others if each is not None],
        is_new=bool(outcome.ended),
    )

"""Unsubscribes a person from one list by a link, in two trips to the database (ADR 061).

`unsubscribe_from_list` does the same within the transaction of another use case.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from supporters import clock
from supporters.consent.committed_acts import PromisedAct, describe_act
from supporters.consent.models import Method
from supporters.consent.promised.promises import tell_nothing
from supporters.delivery.after_sending.departure_counts import NO_CAMPAIGN, count_departure_row
from supporters.fast_path.locked_changes import Decision, Read, change_in_trips
from supporters.fast_path.prepared_statements import together
from supporters.lists.models import MailingList
from supporters.lists.subscription_writes import (
    WithdrawalAct,
    WithdrawalOutcome,
    calls_for_facts,
    decide_to_end,
)
from supporters.metering.metrics import CountedAct, count_act
from supporters.signup.shared_rows import find_shared_list
from supporters.transparency_log.log_records import load_people_key


@dataclass(frozen=True, kw_only=True)
class LinkDeparture:
    """The list that a person left, unless it is gone; and the lists that they stay on.

    `is_new` is False for a repetition, and for an unknown person. `act` is what the log gets of it:
    then nothing.
    """

    left: MailingList | None
    others: Sequence[MailingList]
    is_new: bool
    act: PromisedAct


def unsubscribe_by_link(
    subscriber_id: int,
    list_id: int,
    method: Method,
    *,
    evidence: bytes | None = None,
    campaign_id: int = NO_CAMPAIGN,
) -> LinkDeparture:
    """Unsubscribe a person from one list. With `evidence`, the same browser can undo it.

    `campaign_id` is the campaign whose email had the link: it counts the departure. A repetition
    and an unknown person change nothing. An unknown person is on no other list.
    """
    act = WithdrawalAct(method=method, now=clock.now(), evidence=evidence)
    load_people_key()
    end = partial(decide_to_end, lambda facts: facts.find_on(list_id), act)

    def decide(rows: Read) -> Decision[WithdrawalOutcome]:
        decision = end(rows)
        return _with_count(decision, campaign_id, act) if campaign_id else decision

    outcome = change_in_trips(None, calls_for_facts(subscriber_id), decide)
    count_act(CountedAct.LEAVING, len(outcome.ended))
    others = [find_shared_list(each) for each in outcome.list_other_lists(list_id)]
    return LinkDeparture(
        left=find_shared_list(list_id),
        others=[each for each in others if each is not None],
        is_new=bool(outcome.ended),
        act=describe_act(outcome.records[0]) if outcome.records else tell_nothing(act.now),
    )


def _with_count(
    decision: Decision[WithdrawalOutcome], campaign_id: int, act: WithdrawalAct
) -> Decision[WithdrawalOutcome]:
    """Return a decision that counts the departure as well, if it ends a consent."""
    if not decision.writes:
        return decision
    first, *rest = decision.writes
    counted = together(count_departure_row(campaign_id, act.now), first)
    return replace(decision, writes=[counted, *rest])

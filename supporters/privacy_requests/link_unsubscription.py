"""Unsubscribes a person from one list by a link, in two trips to the database (ADR 065).

`unsubscribe_from_list` does the same within the transaction of another use case.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from supporters import clock
from supporters.consent.models import Controller, Method
from supporters.consent.withdrawal_journal import append_before_commit
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list, list_subscriptions_of
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.lists.withdrawal_plan import WithdrawalAct, plan_ends
from supporters.lists.withdrawal_writes import calls_for_facts, list_end_writes, make_facts
from supporters.people.address_hashes import data_key
from supporters.prepared_statements import Call
from supporters.round_trips import Rows, exchange
from supporters.signup.shared_rows import find_shared_list, get_shared_controller
from supporters.site_edition import EditionChanged, editions_to_try
from supporters.transparency_log.log_keys import PEOPLE


@dataclass(frozen=True, kw_only=True)
class _Departure:
    """A press of the button, with everything that is known before its transaction."""

    subscriber_id: int
    list_id: int
    act: WithdrawalAct
    edition: str
    controller: Controller


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
    data_key(PEOPLE)  # nothing may be read later, between the two trips
    for edition in editions_to_try():
        mailing_list = find_shared_list(edition, list_id)
        departure = _Departure(
            subscriber_id=subscriber_id,
            list_id=list_id,
            act=act,
            edition=edition,
            controller=get_shared_controller(edition),
        )
        with suppress(EditionChanged):
            is_new, ids = _unsubscribe(departure)
            found = [find_shared_list(edition, each) for each in ids]
            others = [each for each in found if each is not None]
            return LinkDeparture(left=mailing_list, others=others, is_new=is_new)
    return _unsubscribe_in_session(subscriber_id, list_id, act)


def _unsubscribe_in_session(subscriber_id: int, list_id: int, act: WithdrawalAct) -> LinkDeparture:
    """Unsubscribe a person while the site changes all the time."""
    before = {each.id for _, each in list_subscriptions_of(subscriber_id)}
    unsubscribe_from_list(subscriber_id, list_id, act.method, now=act.now, evidence=act.evidence)
    others = [each for _, each in list_subscriptions_of(subscriber_id)]
    return LinkDeparture(left=find_list(list_id), others=others, is_new=list_id in before)


def _unsubscribe(departure: _Departure) -> tuple[bool, list[int]]:
    """Lock and read the person, then write the end of the subscription, if there is one.

    Return whether there was one, and the ids of their other lists.
    """

    def decide(rows: Sequence[Rows]) -> tuple[list[Call], tuple[bool, list[int]]]:
        facts, edition = make_facts(rows)
        if edition != departure.edition:
            raise EditionChanged
        ended = facts.find_on(departure.list_id)
        ends = [*plan_ends(facts, ended, departure.act)]
        writes = append_before_commit([each.line for each in ends]) if ends else []
        writes += list_end_writes(ends, departure.controller)
        others = [each for each in facts.list_ids if each != departure.list_id]
        return writes, (bool(ends), others)

    return exchange(None, calls_for_facts(departure.subscriber_id), decide)

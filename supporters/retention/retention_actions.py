"""The actions of a round on a person: ask them to reconfirm, or erase them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.database import transaction
from supporters.lists.queries import list_subscriptions_of
from supporters.people.queries import lock_subscriber
from supporters.personal_data.erasure import EraseResult, ErasureOrder, erase_person
from supporters.reconfirmation.reconfirmation_mails import (
    ReconfirmationReason,
    send_reconfirmation as ask_about,
)

StillApplies = Callable[[], bool]
RetentionAction = Callable[[int, StillApplies, datetime], bool]


class NoWordingToAskWith(Exception):
    """A person can't be asked: their consent has no wording in their language."""


@dataclass(frozen=True, kw_only=True)
class RetentionActions:
    """The actions, each by the id of a person, in one transaction; both can be called twice.

    A round decides on data that it read earlier. So each action checks the decision again under the
    lock of the person. It tells whether it was done. Tests pass other actions.
    """

    erase: RetentionAction
    ask_to_reconfirm: RetentionAction


def get_retention_actions() -> RetentionActions:
    """Return the real actions."""
    return RetentionActions(erase=_erase, ask_to_reconfirm=_ask_to_reconfirm)


def _erase(subscriber_id: int, is_over: StillApplies, now: datetime) -> bool:
    if not is_over():
        return False
    order = ErasureOrder(reason=ErasureReason.EXPIRED, method=Method.EMAIL, now=now, is_due=is_over)
    return erase_person(subscriber_id, order) is not EraseResult.UNKNOWN


def _ask_to_reconfirm(subscriber_id: int, still_inactive: StillApplies, now: datetime) -> bool:
    """Ask about the person's first list: one email for all lists."""
    with transaction():
        subscriber = lock_subscriber(subscriber_id)
        if subscriber is None or not still_inactive():
            return False
        purpose_id = list_subscriptions_of(subscriber_id)[0][0].purpose_id
        if ask_about(subscriber, purpose_id, reason=ReconfirmationReason.IDLE, now=now) is None:
            raise NoWordingToAskWith
    return True

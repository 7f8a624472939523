"""What a round does to people: asking again by letter, and erasing. Tests hand it other means."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.database import transaction
from supporters.lists.queries import list_subscriptions_of
from supporters.people.queries import lock_subscriber
from supporters.personal_data.erasure import Erased, ErasureOrder, erase_person
from supporters.reconfirmation.reconfirmation_mails import Reason
from supporters.reconfirmation.reconfirmation_mails import ask_again as ask_about

StillSo = Callable[[], bool]
Mean = Callable[[int, StillSo, datetime], bool]


class NotAsked(Exception):
    """Somebody can't be asked again: what they agreed to has no sentence in their language."""


@dataclass(frozen=True, kw_only=True)
class Means:
    """Each is one transaction, by the id of the person; both may be told twice.

    What was decided on is of a while ago: whether it is still so is asked again under their lock.
    Each tells whether it was done.
    """

    erase: Mean
    ask_again: Mean


def current_means() -> Means:
    """Return what is done in earnest."""
    return Means(erase=_erase, ask_again=_ask_again)


def _erase(subscriber_id: int, is_over: StillSo, now: datetime) -> bool:
    if not is_over():
        return False
    order = ErasureOrder(
        reason=ErasureReason.EXPIRED, method=Method.LETTER, now=now, is_due=is_over
    )
    return erase_person(subscriber_id, order) is not Erased.UNKNOWN


def _ask_again(subscriber_id: int, is_to_be_asked: StillSo, now: datetime) -> bool:
    """Ask about the list that somebody is on, or the first of them: one letter for all."""
    with transaction():
        subscriber = lock_subscriber(subscriber_id)
        if subscriber is None or not is_to_be_asked():
            return False
        purpose_id = list_subscriptions_of(subscriber_id)[0][0].purpose_id
        if ask_about(subscriber, purpose_id, reason=Reason.IDLE, now=now) is None:
            raise NotAsked
    return True

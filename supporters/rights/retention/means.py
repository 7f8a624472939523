"""What a round does to people: asking again by letter, and erasing. Tests hand it other means."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from supporters.consent.log.models import ErasureReason
from supporters.consent.models import Method
from supporters.database import transaction
from supporters.lists.queries import list_subscriptions_of
from supporters.people.queries import lock_subscriber
from supporters.rights.erasing import erase_person
from supporters.signup.renewing.asking import Reason
from supporters.signup.renewing.asking import ask_again as ask_about


class NotAsked(Exception):
    """Somebody can't be asked again: what they agreed to has no sentence in their language."""


@dataclass(frozen=True, kw_only=True)
class Means:
    """Each is one transaction, by the id of the person; both may be told twice."""

    erase: Callable[[int, datetime], None]
    ask_again: Callable[[int, datetime], None]


def current_means() -> Means:
    """Return what is done in earnest."""
    return Means(erase=_erase, ask_again=_ask_again)


def _erase(subscriber_id: int, now: datetime) -> None:
    erase_person(subscriber_id, ErasureReason.EXPIRED, method=Method.LETTER, now=now)


def _ask_again(subscriber_id: int, now: datetime) -> None:
    """Ask about the list that somebody is on, or the first of them: one letter for all."""
    with transaction():
        subscriber = lock_subscriber(subscriber_id)
        standing = list_subscriptions_of(subscriber_id)
        if subscriber is None or subscriber.asking_letter_id is not None or not standing:
            return
        purpose_id = standing[0][0].purpose_id
        if ask_about(subscriber, purpose_id, reason=Reason.IDLE, now=now) is None:
            raise NotAsked

"""Asks those who were silent for long whether they want to stay, some each minute (REQ-36).

At the pace at which people are asked after a change, and together with these no faster; a stop or
hold of all sending holds it. The letters have no job of their own: they leave behind confirmations.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, and_, func, or_, select

from supporters.database import db
from supporters.delivery.stopping import may_send
from supporters.lists.directory import is_on_a_list
from supporters.people.models import Subscriber
from supporters.rights.retention.means import Means
from supporters.rights.retention.purging import Tally
from supporters.rights.retention.rules import asked_by, forgotten_by
from supporters.rights.retention.visiting import find_person, may_be_touched, try_on
from supporters.signup.renewing.queries import count_questions_on_their_way
from supporters.signup.rules import MOST_A_MINUTE, people_a_minute

MOST_ON_THEIR_WAY = 1_000  # letters in the outbox: while the mail server takes none, none are added
ENOUGH_FAILED = 100


def ask_the_silent(
    days: int, now: datetime, means: Means, *, asked_already: int = 0, failed_already: int = 0
) -> Tally:
    """Ask the next few of those who may stay for so many days after their last act.

    `asked_already` is how many others were asked in this minute; `failed_already` how many could
    not be asked today: they still come first, and are passed over.
    """
    tally = Tally()
    room = min(MOST_A_MINUTE - asked_already, MOST_ON_THEIR_WAY - count_questions_on_their_way())
    if room <= 0 or not may_send():
        return tally
    to_ask = _is_to_be_asked(days, now)
    waiting = _count(to_ask)
    if not waiting:
        return tally
    room = min(room, people_a_minute(waiting))
    for subscriber_id in _list_next(to_ask, after=failed_already, limit=room + ENOUGH_FAILED):
        if tally.asked >= room or tally.errors >= ENOUGH_FAILED:
            break
        still_so = partial(_is_still, to_ask, subscriber_id)
        ask_again = partial(means.ask_again, subscriber_id, still_so, now)
        tally.asked += try_on(subscriber_id, ask_again, tally)
    return tally


def _is_to_be_asked(days: int, now: datetime) -> ColumnElement[bool]:
    """Return the condition that `judge_silence` says to ask, and that no question is on its way."""
    asked_at = Subscriber.asked_again_at
    return and_(
        is_on_a_list(),
        Subscriber.acted_at <= asked_by(days, now),
        or_(asked_at.is_(None), asked_at < Subscriber.acted_at, asked_at <= forgotten_by(now)),
        Subscriber.asking_letter_id.is_(None),
    )


def _is_still(condition: ColumnElement[bool], subscriber_id: int) -> bool:
    return find_person(subscriber_id, condition) is not None


def _count(condition: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(Subscriber).where(condition, may_be_touched())
    return db.session.scalar(counted) or 0


def _list_next(condition: ColumnElement[bool], *, after: int, limit: int) -> Sequence[int]:
    """Return the next few, those first whose last act is the longest ago."""
    return db.session.scalars(
        select(Subscriber.id)
        .where(condition, may_be_touched())
        .order_by(Subscriber.acted_at, Subscriber.id)
        .offset(after)
        .limit(limit)
    ).all()

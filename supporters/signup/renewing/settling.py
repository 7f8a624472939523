"""Learns which questions to the silent have left: from then on their silence is an answer (REQ-36).

A question that never left is no question: it is forgotten once it could be of no use any more,
and the person is asked anew. So is one whose letter was deleted before anybody looked.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import and_, or_, select

from supporters.database import db, transaction
from supporters.mail.models import Letter, LetterStatus
from supporters.mail.rules import LATER_RETRIES, is_worth_retrying
from supporters.people.models import Subscriber

log = structlog.get_logger(__name__)

SETTLED_AT_ONCE = 2_000
REFUSED_FOR_GOOD = "5"  # the first digit of the reply (RFC 5321 section 4.2.1)


def settle_questions(now: datetime) -> int:
    """Note what became of the questions on their way; return how many were settled."""
    with transaction():
        found = _list_settled(now)
        for subscriber, letter in found:
            if letter.status is LetterStatus.SENT or _was_refused_for_good(letter):
                subscriber.asked_again_at = letter.settled_at
                subscriber.asking_letter_id = None
            elif letter.expires_at <= now:
                subscriber.asking_letter_id = None
                log.warning("question.never_left", subscriber=subscriber.id, letter=letter.id)
    return len(found)


def _list_settled(now: datetime) -> Sequence[tuple[Subscriber, Letter]]:
    is_refused = Letter.last_reply.startswith(REFUSED_FOR_GOOD)
    rows = db.session.execute(
        select(Subscriber, Letter)
        .join(Letter, Letter.id == Subscriber.asking_letter_id)
        .where(
            or_(
                Letter.status == LetterStatus.SENT,
                and_(
                    Letter.status == LetterStatus.GIVEN_UP,
                    or_(is_refused, Letter.expires_at <= now),
                ),
            )
        )
        .order_by(Subscriber.id)
        .limit(SETTLED_AT_ONCE)
        .with_for_update(of=Subscriber)
    )
    return [(subscriber, letter) for subscriber, letter in rows]


def _was_refused_for_good(letter: Letter) -> bool:
    """Tell whether a letter was given up for its mailbox, and not since its time ran out.

    The reply alone doesn't tell: a mail server that won't have us answers with such numbers too.
    """
    if letter.settled_at is None or not (letter.last_reply or "").startswith(REFUSED_FOR_GOOD):
        return False
    return is_worth_retrying(letter.settled_at + LATER_RETRIES, letter.expires_at)

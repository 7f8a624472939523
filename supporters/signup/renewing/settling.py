"""Learns which questions to the silent have left: from then on their silence is an answer (REQ-36).

A question that never left is no question: it is forgotten once it could be of no use any more,
and the person is asked anew. So is one whose letter was deleted before anybody looked.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import and_, or_, select, update

from supporters.database import db, in_transaction, use_case
from supporters.mail.models import Letter, LetterKind, LetterStatus
from supporters.people.acting import forget_question
from supporters.people.models import Subscriber
from supporters.signup.renewing.rules import is_mailbox_gone

log = structlog.get_logger(__name__)

SETTLED_AT_ONCE = 2_000
APART = timedelta(days=2)


@use_case
def settle_questions(now: datetime) -> int:
    """Note what became of the questions on their way; return how many were settled."""
    found = _list_settled(now)
    for subscriber, letter in found:
        forget_question(subscriber)
        if letter.status is LetterStatus.SENT or _is_gone_for_good(letter):
            subscriber.asked_again_at = letter.settled_at
        else:
            log.warning("question.never_left", subscriber=subscriber.id, letter=letter.id)
    return len(found)


@in_transaction
def forget_questions() -> None:
    """Let nobody's silence count who was asked before now.

    It is done when a database was put back: that doesn't know who has answered since the backup.
    """
    db.session.execute(
        update(Subscriber)
        .where(
            or_(Subscriber.asked_again_at.is_not(None), Subscriber.asking_letter_id.is_not(None))
        )
        .values(asked_again_at=None, asking_letter_id=None)
        .execution_options(synchronize_session=False)
    )


def _list_settled(now: datetime) -> Sequence[tuple[Subscriber, Letter]]:
    rows = db.session.execute(
        select(Subscriber, Letter)
        .join(Letter, Letter.id == Subscriber.asking_letter_id)
        .where(
            Subscriber.asking_letter_id.is_not(None),  # else PostgreSQL passes the index over
            or_(
                Letter.status == LetterStatus.SENT,
                and_(Letter.status == LetterStatus.GIVEN_UP, Letter.expires_at <= now),
            ),
        )
        .order_by(Subscriber.id)
        .limit(SETTLED_AT_ONCE)
        .with_for_update(of=Subscriber)
    )
    return [(subscriber, letter) for subscriber, letter in rows]


def _is_gone_for_good(letter: Letter) -> bool:
    """Tell whether the mail server said twice, days apart, that there is no such mailbox.

    Then there is nobody left to ask. Once may be a fault of the mail server's.
    """
    return is_mailbox_gone(letter.last_reply) and any(
        is_mailbox_gone(reply)
        for reply in db.session.scalars(
            select(Letter.last_reply).where(
                Letter.rate_mac == letter.rate_mac,
                Letter.created_at <= letter.created_at - APART,
                Letter.kind == LetterKind.ASK_AGAIN,
                Letter.status == LetterStatus.GIVEN_UP,
            )
        )
    )

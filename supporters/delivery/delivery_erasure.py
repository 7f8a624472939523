"""Removes the deliveries of an erased person from the ledger, so that it still adds up.

The batches keep their counts, which name nobody; the removed rows are counted beside them. An
email that a sender has claimed stays until the sender has recorded it.
"""

from collections.abc import Set
from datetime import datetime

from sqlalchemy import Select, delete, exists, select

from supporters.database import db, in_transaction
from supporters.delivery.batches import lock_batch, skip_unsettled
from supporters.delivery.models import Delivery, DeliveryErased
from supporters.delivery.rules import UNSETTLED, SkipReason
from supporters.delivery.sealed_ledgers.ledger_sealing import OF_LEDGERS
from supporters.delivery.sealed_ledgers.row_leaves import row_key, token_of
from supporters.people.models import Subscriber
from supporters.transparency_log.log_records import person_key
from supporters.transparency_log.models import FactKind
from supporters.transparency_log.sealed_facts import list_newest_facts, seal_fact


@in_transaction
def erase_deliveries(subscriber_id: int, now: datetime) -> bool:
    """Remove all deliveries to a person that no sender holds; tell whether those were all.

    The transaction has `Lock.ERASURE`.
    """
    is_in_hand = False
    unsettled = db.session.execute(_unsettled(subscriber_id).order_by(Delivery.campaign_id)).all()
    for campaign_id, batch in unsettled:
        if lock_batch(campaign_id, batch) is None:
            theirs = Delivery.subscriber_id == subscriber_id
            skip_unsettled(campaign_id, batch, theirs, reason=SkipReason.ERASED, now=now)
        else:
            is_in_hand = True
    # A claim may have moved a row into another batch meanwhile (ADR 115).
    is_in_hand = is_in_hand or bool(db.session.scalar(select(exists(_unsettled(subscriber_id)))))
    _remove_settled(subscriber_id, now)
    return not is_in_hand


def _unsettled(subscriber_id: int) -> Select[int, int]:
    return select(Delivery.campaign_id, Delivery.batch).where(
        Delivery.subscriber_id == subscriber_id, Delivery.status.in_(UNSETTLED)
    )


def _remove_settled(subscriber_id: int, now: datetime) -> None:
    gone = db.session.execute(
        delete(Delivery)
        .where(Delivery.subscriber_id == subscriber_id, Delivery.status.not_in(UNSETTLED))
        .returning(Delivery.campaign_id, Delivery.batch, Delivery.status)
        .execution_options(synchronize_session=False)
    ).all()
    _seal_removal(subscriber_id, {campaign_id for campaign_id, _, _ in gone}, now)
    for campaign_id, batch, status in gone:
        erased = db.session.get(DeliveryErased, (campaign_id, batch, status))
        if erased is None:
            erased = DeliveryErased(campaign_id=campaign_id, batch=batch, status=status, mails=0)
            db.session.add(erased)
        erased.mails += 1


def _seal_removal(subscriber_id: int, campaigns: Set[int], now: datetime) -> None:
    """Seal which leaves of sealed ledgers have no row any more; soon they lead to nobody."""
    if not campaigns:
        return
    sealed = list_newest_facts(*OF_LEDGERS)
    person = db.session.get_one(Subscriber, subscriber_id)
    tokens = [
        token_of(row_key(person_key(person.log_salt), each)).hex()
        for each in campaigns
        if each in sealed and sealed[each].kind is FactKind.LEDGER
    ]
    if tokens:
        seal_fact(FactKind.ROWS_ERASED, {"tokens": sorted(tokens)}, now)

"""The statements that begin and end consents: subscriptions and agreements (ADR 061)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert
from sqlalchemy.dialects import postgresql

from supporters.consent.models import Agreement
from supporters.fast_path.prepared_statements import Call, RowsInsert, Statement
from supporters.lists.models import Subscription

_RENEWED = ("purpose_id", "consent_event_id", "consent_kind", "subscribed_at")
_ORDER = postgresql.insert(Subscription)  # SQLite has the same ON CONFLICT
_PUT_SUBSCRIPTIONS = RowsInsert(
    _ORDER.on_conflict_do_update(
        index_elements=["subscriber_id", "mailing_list_id"],
        set_={name: _ORDER.excluded[name] for name in _RENEWED},
    ),
    ("subscriber_id", "mailing_list_id", *_RENEWED),
)
_ADD_AGREEMENTS = RowsInsert(
    insert(Agreement), ("subscriber_id", "purpose_id", "consent_event_id", "consent_kind")
)
_END_SUBSCRIPTION = Statement(
    delete(Subscription).where(
        Subscription.subscriber_id == bindparam("ended_of"),
        Subscription.mailing_list_id == bindparam("ended_list"),
    )
)
_END_AGREEMENT = Statement(
    delete(Agreement).where(
        Agreement.subscriber_id == bindparam("ended_of"),
        Agreement.purpose_id == bindparam("ended_purpose"),
    )
)


def put_subscription_rows(rows: Sequence[Mapping[str, Any]]) -> Call:
    """Return the call that adds subscriptions, or renews them."""
    return _PUT_SUBSCRIPTIONS(rows)


def add_agreement_rows(rows: Sequence[Mapping[str, Any]]) -> Call:
    """Return the call that adds agreements."""
    return _ADD_AGREEMENTS(rows)


def end_subscription_row(subscriber_id: int, list_id: int) -> Call:
    """Return the call that ends a subscription."""
    return _END_SUBSCRIPTION(ended_of=subscriber_id, ended_list=list_id)


def end_agreement_row(subscriber_id: int, purpose_id: int) -> Call:
    """Return the call that ends the agreement to a purpose."""
    return _END_AGREEMENT(ended_of=subscriber_id, ended_purpose=purpose_id)

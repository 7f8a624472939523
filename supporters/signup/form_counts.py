"""Deletes expired requests (REQ-37), and counts the sign-ups of forms in totals.

A request that is deleted is added to the total of its form, which names nobody.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, select

from supporters.database import db, in_transaction, use_case
from supporters.signup.models import FormCount, SignupRequest


class FormTotal(NamedTuple):
    """How many requests of a form were sent, and how many of them were confirmed."""

    sent: int = 0
    confirmed: int = 0


@in_transaction
def delete_requests(condition: ColumnElement[bool]) -> list[datetime | None]:
    """Delete requests, and keep the counts of their forms; return when each was confirmed."""
    gone = db.session.execute(
        delete(SignupRequest)
        .where(condition)
        .returning(SignupRequest.confirmed_at, SignupRequest.form_id)
    ).all()
    totals: defaultdict[int, FormTotal] = defaultdict(FormTotal)
    for confirmed_at, form_id in gone:
        if form_id is not None:
            sent, confirmed = totals[form_id]
            totals[form_id] = FormTotal(sent + 1, confirmed + (confirmed_at is not None))
    for form_id, total in sorted(totals.items()):
        _add(form_id, total)
    return [confirmed_at for confirmed_at, _ in gone]


@use_case
def purge_expired_requests(now: datetime) -> int:
    """Delete the expired requests; return how many of them were not confirmed.

    A confirmed request loses nothing: its consent events stay.
    """
    gone = delete_requests(SignupRequest.expires_at <= now)
    return sum(confirmed_at is None for confirmed_at in gone)


@in_transaction
def _add(form_id: int, total: FormTotal) -> None:
    counted = db.session.get(FormCount, form_id, with_for_update=True)
    if counted is None:
        db.session.add(FormCount(form_id=form_id, sent=total.sent, confirmed=total.confirmed))
    else:
        counted.sent += total.sent
        counted.confirmed += total.confirmed
    db.session.flush()


def count_forms() -> Mapping[int, FormTotal]:
    """Return the totals of the forms that have some, by their ids."""
    present = db.session.execute(
        select(SignupRequest.form_id, func.count(), func.count(SignupRequest.confirmed_at))
        .where(SignupRequest.form_id.is_not(None))
        .group_by(SignupRequest.form_id)
    )
    totals = {
        form_id: FormTotal(sent, confirmed) for form_id, sent, confirmed in present if form_id
    }
    for counted in db.session.scalars(select(FormCount)):
        sent, confirmed = totals.get(counted.form_id, FormTotal())
        totals[counted.form_id] = FormTotal(sent + counted.sent, confirmed + counted.confirmed)
    return totals


def count_form(form_id: int) -> FormTotal:
    """Return the totals of a form."""
    return count_forms().get(form_id, FormTotal())
